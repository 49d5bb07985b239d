package arch

// Step is one thing that happens to the tensor that flows through a path.
type Step struct {
	Do   Action
	As   string // names the step's output for a later From; empty for most
	From string // the step reads the named tap instead of the path's current tensor
	// Survives is the share of training steps in which the step runs, of those in which it does not nothing comes out of it: stochastic
	// depth (Huang et al. 2016, arXiv:1603.09382). Nil for all.
	Survives *Expression
	Again    Again // what of it the backward pass makes again; empty where it keeps what it needs
	Pos      Pos
}

// Action is what a step does: *Layer, *Use, *Slot, *Merge, *Couple, *Repeat, *If, *Let, *Streams, *Head or *Tap.
type Action interface{ action() }

// Layer is one layer of a known kind.
type Layer struct {
	Kind *Kind
	Args map[string]Argument // by parameter name; what is absent takes its default
}

// Tensors are the names of those that a layer reads beside the one that comes in.
func (l *Layer) Tensors() []string {
	var names []string
	for _, p := range l.Kind.Parameters {
		if name := l.Args[p.Name].Word; name != "" && p.Type == Tensor {
			names = append(names, name)
		}
	}
	return names
}

// Argument is a value given to a layer: one expression, one per spatial axis, or a word such as same.
type Argument struct {
	Values []Expression
	Word   string
	Pos    Pos
}

// Use is a use of a block, with what it gives for the parameters: numbers, steps, and the names of tensors.
type Use struct {
	Block   *Block
	Args    map[string]Expression
	Steps   map[string][]Step
	Tensors map[string]string
}

// Give gives steps for a parameter.
func (u *Use) Give(parameter string, steps []Step) {
	if u.Steps == nil {
		u.Steps = map[string][]Step{}
	}
	u.Steps[parameter] = steps
}

// Slot is where a block runs the steps that it was given for a parameter. They see what is seen where the block is used.
type Slot struct{ Parameter string }

// Merge joins paths that start at the same tensor; an empty path is the identity. This is the only form a skip takes.
type Merge struct {
	Op    MergeOp
	Paths []Path
	Args  map[string]Argument // of the kinds that take some; nil where none are given
	// List says that a concat is made anew by each of its readers from the list of all parts, and that a reader of a list
	// of one part copies it, as torchvision's DenseNet does. What is computed is the same, what memory holds is not.
	List bool
}

// Path is one operand of a merge. The empty path is the identity.
type Path struct {
	Steps []Step
	Pos   Pos
}

// Repeat runs its steps a symbolic number of times.
type Repeat struct {
	Times Expression
	Steps []Step
	// Links says which earlier iterations an iteration reads; empty for the one before. Window is how many WindowLinks read.
	Links  LinkPattern
	Window Expression
	Gather Gathering // what comes out of a repeat with links; empty for what its pattern gathers
	// Ways are names for further sums of the same layers, each with numbers of its own, that an iteration reads beside the one that its
	// steps begin with. Iterations that read a single layer as it is have it under all names.
	Ways []string
	// Dilation and Period are of dense links that are summed: layers are read in steps of Dilation, behind every Period-th layer, all
	// others read the one before. Block is the layers that are summed up and then read as one. Nil unless said.
	Dilation, Period, Block *Expression
	// Again says that what joins the layers of links runs again in the backward pass, and Reversible that no iteration keeps anything,
	// for what entered one is computed from what it put out.
	Again, Reversible bool
}

// WithoutLinks is the repeat whose iterations read the one before alone.
func (r Repeat) WithoutLinks() Repeat { return Repeat{Times: r.Times, Steps: r.Steps} }

// If runs one of two lists of steps, by a comparison of numbers. An empty list is the identity.
type If struct {
	Condition  Condition
	Then, Else []Step
}

// Let names numbers for the steps behind it. A number may read those named before it.
type Let struct{ Names []Setting }

// Streams runs its steps on Count parallel copies of what comes in, and adds them up at the end. Each add of the identity and a
// branch in its steps, also in repeats and blocks there, is a site: the branch reads a learned sum of the streams, each stream
// takes a learned share of what the branch makes, and the streams are mixed.
type Streams struct {
	Count Expression
	Form  StreamForm
	// Fractions says that what comes in is cut into Count parts side by side, not copied, and that each branch reads learned sums of them
	// that are as wide together (Frac-Connections, Zhu et al. 2025, arXiv:2503.14125).
	Fractions bool
	Again     bool // what mixes the streams runs again in the backward pass
	Steps     []Step
}

// StreamForm says where the numbers come from by which streams are read, written and mixed.
type StreamForm string

// The forms. Static numbers are learned; dynamic ones are learned and changed by what each stream says (Zhu et al. 2024,
// arXiv:2409.19606); constrained ones are made of all streams together, so that no number is negative and mixing keeps their sum
// (Xie et al. 2025, arXiv:2512.24880).
const (
	StaticStreams      StreamForm = "static"
	DynamicStreams     StreamForm = "dynamic"
	ConstrainedStreams StreamForm = "mhc"
)

// StreamForms lists the forms in the order documentation shows them.
func StreamForms() []StreamForm {
	return []StreamForm{StaticStreams, DynamicStreams, ConstrainedStreams}
}

// Head is a side path: its result is one more output of the network, and the main path goes on as if it were not there.
type Head struct {
	Steps []Step
	// Training says that the head only runs while training, as auxiliary classifiers do: its parameters count, its work and
	// its tensors do not count at inference.
	Training bool
}

// Tap continues with a named tensor: the step {from: x} alone.
type Tap struct{}

func (*Layer) action()   {}
func (*Use) action()     {}
func (*Slot) action()    {}
func (*Merge) action()   {}
func (*If) action()      {}
func (*Let) action()     {}
func (*Repeat) action()  {}
func (*Streams) action() {}
func (*Head) action()    {}
func (*Tap) action()     {}

// MergeOp says how a merge joins its paths.
type MergeOp string

// The merges. All but concat and matmul need equal shapes (a gate of multiply may have extents 1, as in
// squeeze-and-excite); concat needs equal extents and adds the widths; matmul is the product of two matrices, each of the
// last extent by the width, and dot_product_attention the two of queries, keys and values. Only the first nine make skips; weighted, channel_sum,
// gated_sum and dynamic_sum sum paths with learned numbers, depth_attention asks each with a vector.
const (
	Add            MergeOp = "add"
	Concat         MergeOp = "concat"
	Multiply       MergeOp = "multiply"
	Mean           MergeOp = "mean"
	Weighted       MergeOp = "weighted"
	ChannelSum     MergeOp = "channel_sum"
	GatedSum       MergeOp = "gated_sum"
	DynamicSum     MergeOp = "dynamic_sum"
	DepthAttention MergeOp = "depth_attention"
	Subtract       MergeOp = "subtract"
	Divide         MergeOp = "divide"
	Pow            MergeOp = "pow"
	Maximum        MergeOp = "maximum"
	Minimum        MergeOp = "minimum"
	Where          MergeOp = "where"
	MatMul         MergeOp = "matmul"
	Attend         MergeOp = "dot_product_attention"
)

// Kind is that of the operation.
func (op MergeOp) Kind() *Kind { return KindByName(string(op)) }

// MergeOps lists the merges in the order documentation shows them.
func MergeOps() []MergeOp {
	return []MergeOp{Add, Concat, Multiply, Mean, Weighted, ChannelSum, GatedSum, DynamicSum, DepthAttention, Subtract, Divide, Pow, Maximum, Minimum, Where, MatMul, Attend}
}
