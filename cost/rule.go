package cost

import (
	"slices"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// Rule says what one kind of layer costs. Its formulas are the ones that are computed: expressions in the notation of
// package symbolic over the names that [Variables] explains. A quantity without a formula costs nothing.
type Rule struct {
	Kinds    []string // the layer kinds it is for; explain accepts each name
	Formulas []Formula
	Products string // those of the macs that multiply two activations, not weights; empty for none
	// Inside is those of the macs with weights whose operand is made inside a layer of several steps, by others of its weights:
	// gradients pass through them even where the layer's input needs none. Empty for none.
	Inside string
	// Start is those of the macs with weights whose operand is a constant, as the state is that a sequence starts with: no
	// gradient passes through them. Empty for none.
	Start    string
	Between            // steps that a layer consists of
	Keeps    Keeps     // for the backward pass
	Variants []Variant // what differs where frameworks run it in another way
	InPlace  *Keeps    // what it keeps where it writes over what it reads; nil if it cannot
	Local    bool      // works position by position, as norms, activations and element-wise merges do
	Cheap    bool      // a norm or activation, which the memory-efficient DenseNet computes again
	// Factored is the row and column sums of the weight matrices, with all else as it is, for optimizers that keep only those;
	// empty where nothing is a matrix.
	Factored string
	View     bool // what comes out is a view of what came in: nothing is read or written
	// Trains is an expression over Variables; where it is not 0, a view makes a tensor of its own while training. Empty for 0.
	Trains string
	// Cache is the elements that a layer keeps of all positions for those that follow them, when text is generated. Empty is 0, and not
	// known where the layer multiplies activations: "0" says that these are of one position.
	Cache   string
	Casting Casting // in which type the layer runs under autocast
	// Cast is the elements of the weights whose 16-bit copy the gradient of the layer's input needs under autocast, CastAlways
	// those whose copy is kept even where the input needs none.
	Cast, CastAlways string
	Counts           string // what is counted, and what is not
	Source           string // paper and section, or the convention followed
}

// Expressions are all those of a rule as they stand in it, over [Variables].
func (r Rule) Expressions() []string {
	texts := []string{r.Products, r.Inside, r.Start, r.Inner, r.Workspace, r.Factored, r.Trains, r.Cast, r.CastAlways, r.Cache, r.Keeps.Extra, r.Keeps.Where}
	for _, f := range r.Formulas {
		texts = append(texts, f.Expression)
	}
	if r.InPlace != nil {
		texts = append(texts, r.InPlace.Extra, r.InPlace.Where)
	}
	for _, v := range r.Variants {
		texts = append(texts, v.Keeps.Extra, v.Keeps.Where, v.Inner, v.Workspace)
	}
	return slices.DeleteFunc(texts, func(text string) bool { return text == "" })
}

// Between is what a layer made of several steps needs between them: expressions over [Variables], empty for nothing.
type Between struct {
	Inner     string // elements that it writes and reads, for traffic
	Workspace string // the most elements that it holds at once at inference
}

// Formula is the cost in one quantity.
type Formula struct {
	Quantity   Quantity
	Expression string
}

// Variable is a name that formulas may use.
type Variable struct {
	Name, Doc string
	parameter string                         // of the kind, that says it; empty for none
	of        func(layerSizes) symbolic.Expr // its value for a layer; nil where it is given elsewhere
}

// layerSizes is an operation, and what goes in and comes out of it.
type layerSizes struct {
	op      *trace.Operation
	in, out arch.Shape
	batch   symbolic.Expr
}

// attended is how many positions each query is held against, and how many of them are cached.
func (s layerSizes) attended() (keys, before symbolic.Expr) {
	return arch.AttendedOf(s.out.Positions(), s.op.Inputs[s.op.Kind.KeysAt].Shape.Positions(), s.op.Args)
}

// overlapping is the variable of positions in windows that may overlap.
const overlapping = "W"

// Variables lists the names that the formulas of rules use, with their meaning.
func Variables() []Variable {
	return []Variable{
		{"B", "batch", "", func(s layerSizes) symbolic.Expr { return s.batch.Mul(s.out.Batch()) }},
		{"C", "incoming width (channels, units)", "", func(s layerSizes) symbolic.Expr { return s.in.Width }},
		{"N", "outgoing width", "", func(s layerSizes) symbolic.Expr { return s.out.Width }},
		{"P", "positions that come out: product of the outgoing extents, 1 for a vector", "", func(s layerSizes) symbolic.Expr { return s.out.Positions() }},
		{"Q", "positions that come in", "", func(s layerSizes) symbolic.Expr { return s.in.Positions() }},
		{"K", "elements of the kernel or pooling window: product of its extents", "kernel", func(s layerSizes) symbolic.Expr { return symbolic.Product(s.op.Args.Axes("kernel")...) }},
		{"E", "elements that come in, of all samples", "", func(s layerSizes) symbolic.Expr { return s.batch.Mul(s.in.AllElements()) }},
		{overlapping, "positions in all windows together, over P windows that may overlap", "size", func(s layerSizes) symbolic.Expr { return WindowPositions(s.in.Extents, s.op.Args.Axes("size")) }},
		argument("groups", "groups of channels"),
		argument("bias", "1 with a bias, 0 without; recurrent layers may have 2"),
		argument("affine", "1 with learned scale and shift, 0 without"),
		argument("heads", "attention heads"),
		argument("inner", "width of all attention heads together"),
		argument("kv_heads", "key and value heads"),
		{"keys", "positions that each query is held against: all, or those of its window", "window", func(s layerSizes) symbolic.Expr { keys, _ := s.attended(); return keys }},
		{"cached", "positions before those that come in whose keys and values are read", "window", func(s layerSizes) symbolic.Expr {
			_, before := s.attended()
			return before
		}},
		argument("rank", "width of the latent of keys and values"),
		argument("query_rank", "width of the latent of queries; 0 without one"),
		{"direct", "1 where queries are made from what comes in, 0 where from a latent", "query_rank", func(s layerSizes) symbolic.Expr { return arch.Direct(s.op.Args) }},
		argument("head_width", "width of a head's queries and keys without position"),
		argument("rope", "width of a head's queries, and of the shared key, with position"),
		argument("value", "width of a head's values"),
		{"absorbed", "1 where positions came before, so that products run in the latent, 0 otherwise", "rank", func(s layerSizes) symbolic.Expr { return symbolic.Min(s.op.Args.Value("past"), symbolic.Int(1)) }},
		argument("out_groups", "groups of heads that are narrowed on the way out"),
		argument("out_rank", "width of such a group"),
		argument("ratio", "positions that one entry stands for; 0 without entries"),
		argument("index_heads", "heads of the index that picks entries; 0 without one"),
		argument("index_width", "width of a head of the index"),
		{"sums", "1 where entries sum positions up, 0 otherwise", "ratio", func(s layerSizes) symbolic.Expr { return symbolic.Min(s.op.Args.Value("ratio"), symbolic.Int(1)) }},
		{"picks", "1 where an index picks entries, 0 otherwise", "index_heads", func(s layerSizes) symbolic.Expr { return symbolic.Min(s.op.Args.Value("index_heads"), symbolic.Int(1)) }},
		{"entries", "entries that are held", "ratio", func(s layerSizes) symbolic.Expr {
			held, _, _ := arch.Entries(s.out.Positions(), s.op.Args)
			return held
		}},
		{"made", "entries that are made of the positions that come in", "ratio", func(s layerSizes) symbolic.Expr {
			_, made, _ := arch.Entries(s.out.Positions(), s.op.Args)
			return made
		}},
		{"reads", "entries that each position reads", "ratio", func(s layerSizes) symbolic.Expr {
			_, _, read := arch.Entries(s.out.Positions(), s.op.Args)
			return read
		}},
		argument("state", "numbers of the state for each channel"),
		argument("beyond", "positions besides those that come in"),
		argument("vocab", "rows of the table"),
		argument("values", "learned values"),
		argument("out", "units of a recurrent layer"),
		argument("directions", "directions in which a sequence is read"),
		argument("size", "channels in a window"),
		argument("count", "experts of a mixture"),
		argument("active", "experts that each position goes through"),
		argument("hidden", "width between the two layers of an expert"),
		argument("ways", "sums of the same paths that come out side by side"),
		argument("streams", "parallel streams that come in"),
		argument("into", "parallel streams that come out"),
		argument("iterations", "how often rows and columns are divided by their sums"),
		argument("gated", "1 where the first layer of an expert makes a gate too, 0 otherwise"),
		argument("router", "1 where the scores of the experts are made inside, 0 otherwise"),
		argument("router_bias", "1 with a learned bias for each expert's score, 0 without"),
		{"bilinear", "1 for interpolation, 0 for nearest", "mode", func(s layerSizes) symbolic.Expr { return symbolic.Int(boolInt(s.op.Args.Word("mode") == "bilinear")) }},
		{"axes", "number of spatial extents", "", func(s layerSizes) symbolic.Expr { return symbolic.Int(int64(len(s.in.Extents))) }},
		{"operands", "number of paths that are merged", "", func(s layerSizes) symbolic.Expr { return s.op.Operands() }},
		{"macs", "the macs of the same rule", "", nil},
		argument("rate", "share of the elements that training drops"),
		{"bytes", "bytes per element", "", nil},
		{"autocast", "1 under autocast, 0 otherwise", "", nil},
		{"trained", "1 where training changes the layer's own weights, 0 where they are frozen", "", nil},
	}
}

// argument is the variable of a parameter that kinds have under its name. The word width stands for the incoming width, all for
// everything that comes out.
func argument(name, doc string) Variable {
	return Variable{name, doc, name, func(s layerSizes) symbolic.Expr {
		switch s.op.Args.Word(name) {
		case "width":
			return s.in.Width
		case "all":
			return s.out.AllElements()
		}
		return s.op.Args.Value(name)
	}}
}

// sizes gives the variables that a rule reads their values for one operation.
func (c *compiled) sizes(op *trace.Operation, batch symbolic.Expr) symbolic.Bindings {
	v := make(symbolic.Bindings, len(c.variables))
	c.assign(v, op, batch)
	return v
}

// assign is sizes for those who price many operations and keep one table.
func (c *compiled) assign(v symbolic.Bindings, op *trace.Operation, batch symbolic.Expr) {
	clear(v)
	s := layerSizes{op: op, in: op.Output.Shape, out: op.Output.Shape, batch: batch}
	if len(op.Inputs) > 0 {
		s.in = op.Inputs[0].Shape
	}
	for k := range c.variables {
		if p := c.variables[k].parameter; p == "" || op.Args.Has(p) {
			v[c.variables[k].Name] = c.variables[k].of(s)
		}
	}
}

func boolInt(b bool) int64 {
	if b {
		return 1
	}
	return 0
}
