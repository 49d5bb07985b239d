package arch

// Step is one thing that happens to the tensor that flows through a path.
type Step struct {
	Do   Action
	As   string // names the step's output for a later From; empty for most
	From string // the step reads the named tap instead of the path's current tensor
	// Survives is the share of training steps in which the step runs; in the others its output is 0: stochastic depth (Huang et
	// al. 2016, arXiv:1603.09382). Nil for all.
	Survives  *Expression
	Recompute Recomputation // which of its tensors the backward pass computes again; empty for none
	Pos       Pos
}

// Action is what a step does: *Layer, *Use, *Slot, *Merge, *Couple, *Repeat, *If, *Let, *Streams, *Head or *Tap.
type Action interface{ action() }

// Layer is one layer of a known kind.
type Layer struct {
	Kind *Kind
	Args map[string]Argument // by parameter name; what is absent takes its default
}

// Tensors are the names of the tensors that a layer reads beside its input.
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
	// List says that each reader of a concat concatenates the list of all parts anew, and copies a list of one part, as
	// torchvision's DenseNet does. The result is the same, the memory it takes is not.
	List bool
}

// Path is one operand of a merge. The empty path is the identity.
type Path struct {
	Steps []Step
	Pos   Pos
}

// Couple is an additive coupling: it cuts its input into two halves x₁ and x₂ along the width and puts y₁ = x₁ + F(x₂) and
// y₂ = x₂ + G(y₁) side by side, F and G being its paths. The input can be computed from the output (Gomez et al. 2017,
// arXiv:1707.04585, section 3).
type Couple struct{ Paths []Path }

// Repeat runs its steps a symbolic number of times.
type Repeat struct {
	Times Expression
	Steps []Step
	// Links says which earlier iterations an iteration reads; empty for the one before. Window is how many WindowLinks read.
	Links  LinkPattern
	Window Expression
	Gather Gathering // which layers a repeat with links outputs; empty for that of its pattern
	// Ways are names of further sums of the same layers, each with numbers of its own, that an iteration reads beside the one
	// that its steps begin with. In an iteration that reads a single layer as it is, all names stand for that layer.
	Ways []string
	// Dilation, Period and Block are of dense links that are summed; nil if not given. Every Period-th layer reads those before
	// it in steps of Dilation; all others read the one before. Block is the number of layers that are summed first and then
	// read as one.
	Dilation, Period, Block *Expression
	// Recompute says that the merges that join the layers of links run again in the backward pass; Reversible says that no
	// iteration keeps anything, because its input is computed from its output.
	Recompute, Reversible bool
}

// WithoutLinks is the repeat with iterations that read only the one before.
func (r Repeat) WithoutLinks() Repeat { return Repeat{Times: r.Times, Steps: r.Steps} }

// If runs one of two lists of steps, by a comparison of numbers. An empty list is the identity.
type If struct {
	Condition  Condition
	Then, Else []Step
}

// Let names numbers for the steps behind it. A number may use those named before it.
type Let struct{ Names []Setting }

// Streams runs its steps on Count parallel copies of its input, and adds them up at the end. Each add of the identity and a
// branch in its steps, also in repeats and blocks there, is a site: the branch reads a learned sum of the streams, each stream
// takes a learned share of the output of the branch, and the streams are mixed.
type Streams struct {
	Count Expression
	Form  StreamForm
	// Fractions says that the input is cut into Count parts, not copied, and that each branch reads learned sums of them that
	// together are as wide as the input (Frac-Connections, Zhu et al. 2025, arXiv:2503.14125).
	Fractions bool
	Recompute bool // the layers that mix the streams run again in the backward pass
	Steps     []Step
}

// StreamForm says where the weights come from with which streams are read, written and mixed.
type StreamForm string

// The forms.
const (
	StaticStreams      StreamForm = "static"
	DynamicStreams     StreamForm = "dynamic"
	ConstrainedStreams StreamForm = "mhc"
)

// StreamForms lists the forms in the order documentation shows them.
func StreamForms() []StreamForm {
	return []StreamForm{StaticStreams, DynamicStreams, ConstrainedStreams}
}

// Doc says where the weights come from, for documentation.
func (f StreamForm) Doc() string {
	switch f {
	case StaticStreams:
		return "the weights of streams are learned (Zhu et al. 2024, arXiv:2409.19606)"
	case DynamicStreams:
		return "the weights of streams are learned, and each stream adds to them by its content (the same)"
	case ConstrainedStreams:
		return "the weights are computed from all streams together, so that none is negative and mixing keeps the sum of the streams (manifold-constrained, Xie et al. 2025, arXiv:2512.24880)"
	}
	return ""
}

// Head is a side path: its result is one more output of the network, and the main path continues from the input of the head.
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
func (*Couple) action()  {}
func (*If) action()      {}
func (*Let) action()     {}
func (*Repeat) action()  {}
func (*Streams) action() {}
func (*Head) action()    {}
func (*Tap) action()     {}

// MergeOp says how a merge joins its paths.
type MergeOp string

// The merges. All but concat and matmul need equal shapes (a gate of multiply may have extents 1, as in squeeze-and-excite);
// concat needs equal extents and adds the widths; matmul is the product of two matrices, each of the last extent by the width,
// and dot_product_attention the two of queries, keys and values. weighted, channel_sum, gated_sum and dynamic_sum are sums with
// learned weights, depth_attention a sum with weights by a learned query. Which of them make links is said by [Kind.Links].
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

// Kind is the kind of the merge.
func (op MergeOp) Kind() *Kind { return KindByName(string(op)) }

// MergeOps lists the merges in the order documentation shows them.
func MergeOps() []MergeOp {
	return []MergeOp{Add, Concat, Multiply, Mean, Weighted, ChannelSum, GatedSum, DynamicSum, DepthAttention, Subtract, Divide, Pow, Maximum, Minimum, Where, MatMul, Attend}
}
