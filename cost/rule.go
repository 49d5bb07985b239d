package cost

import (
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
	Inner    string    // elements that a layer made of several steps writes and reads between them, for traffic
	Keeps    Keeps     // for the backward pass
	Variants []Variant // what it keeps instead where frameworks differ
	InPlace  *Keeps    // what it keeps where it writes over what it reads; nil if it cannot
	Cheap    bool      // a norm or activation, which the memory-efficient DenseNet computes again
	// Factored is the row and column sums of the weight matrices, with all else as it is, for optimizers that keep only those;
	// empty where nothing is a matrix.
	Factored string
	// Workspace is the most elements that a layer made of several steps holds between them at inference.
	Workspace string
	View      bool // what comes out is a view of what came in: nothing is read or written
	// Trains is an expression over Variables; where it is not 0, a view makes a tensor of its own while training. Empty for 0.
	Trains string
	// Cache is the elements that a layer keeps of all positions for those that follow them, when text is generated.
	Cache   string
	Casting Casting // in which type the layer runs under autocast
	// Cast is the elements of the weights whose 16-bit copy the gradient of the layer's input needs under autocast, CastAlways
	// those whose copy is kept even where the input needs none.
	Cast, CastAlways string
	Counts           string // what is counted, and what is not
	Source           string // paper and section, or the convention followed
}

// Formula is the cost in one quantity.
type Formula struct {
	Quantity   Quantity
	Expression string
}

// Variable is a name that formulas may use.
type Variable struct{ Name, Doc string }

// overlapping is the variable of positions in windows that may overlap.
const overlapping = "W"

// Variables lists the names that the formulas of rules use, with their meaning.
func Variables() []Variable {
	return []Variable{
		{"B", "batch"},
		{"C", "incoming width (channels, units)"},
		{"N", "outgoing width"},
		{"P", "positions that come out: product of the outgoing extents, 1 for a vector"},
		{"Q", "positions that come in"},
		{"K", "elements of the kernel or pooling window: product of its extents"},
		{"E", "elements that come in, of all samples"},
		{overlapping, "positions in all windows together, over P windows that may overlap"},
		{"groups", "groups of channels"},
		{"bias", "1 with a bias, 0 without; recurrent layers may have 2"},
		{"affine", "1 with learned scale and shift, 0 without"},
		{"heads", "attention heads"},
		{"inner", "width of all attention heads together"},
		{"kv_heads", "key and value heads"},
		{"vocab", "rows of the table"},
		{"values", "learned values"},
		{"out", "units of a recurrent layer"},
		{"directions", "directions in which a sequence is read"},
		{"size", "channels in a window"},
		{"count", "experts of a mixture"},
		{"active", "experts that each position goes through"},
		{"hidden", "width between the two layers of an expert"},
		{"gated", "1 where the first layer of an expert makes a gate too, 0 otherwise"},
		{"router", "1 where the scores of the experts are made inside, 0 otherwise"},
		{"bilinear", "1 for interpolation, 0 for nearest"},
		{"axes", "number of spatial extents"},
		{"operands", "number of paths that are merged"},
		{"macs", "the macs of the same rule"},
		{"rate", "share of the elements that training drops"},
		{"bytes", "bytes per element"},
		{"autocast", "1 under autocast, 0 otherwise"},
	}
}

// variables gives the names of a rule's formulas their values for one operation.
func variables(op *trace.Operation, batch symbolic.Expr) symbolic.Bindings {
	v := symbolic.Bindings{}
	assign(v, op, batch)
	return v
}

// assign is variables for those who price many operations and keep one table.
func assign(v symbolic.Bindings, op *trace.Operation, batch symbolic.Expr) {
	clear(v)
	out := op.Output.Shape
	in := out
	if len(op.Inputs) > 0 {
		in = op.Inputs[0].Shape
	}
	v["B"], v["E"] = batch.Mul(out.Batch()), batch.Mul(in.AllElements())
	v["C"], v["N"], v["P"], v["Q"] = in.Width, out.Width, out.Positions(), in.Positions()
	v["axes"], v["operands"] = symbolic.Int(int64(len(in.Extents))), symbolic.Int(int64(len(op.Inputs)))
	for k := range op.Kind.Parameters {
		p := &op.Kind.Parameters[k]
		switch {
		case p.Name == "kernel":
			v["K"] = symbolic.Product(op.Args.Axes(p.Name)...)
		case p.Name == "mode":
			v["bilinear"] = symbolic.Int(boolInt(op.Args.Word(p.Name) == "bilinear"))
		case p.Name == "size" && p.Type.PerAxis():
			v[overlapping] = WindowPositions(in.Extents, op.Args.Axes(p.Name))
		case op.Args.Word(p.Name) == "width":
			v[p.Name] = in.Width
		case op.Args.Word(p.Name) == "all":
			v[p.Name] = out.AllElements()
		case !p.Type.List():
			v[p.Name] = op.Args.Value(p.Name)
		}
	}
}

func boolInt(b bool) int64 {
	if b {
		return 1
	}
	return 0
}
