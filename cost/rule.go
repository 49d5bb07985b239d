package cost

import (
	"slices"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// Rule is the costs of one kind of layer. Its formulas are the ones that are computed: expressions in the notation of package
// symbolic over the names that [Variables] explains. A quantity without a formula is 0.
type Rule struct {
	Kinds    []string // the layer kinds it is for; explain accepts each name
	Formulas []Formula
	Products []Product // the part of the macs that multiplies two activations, not weights
	// Inside is the part of the macs with weights whose operand is computed inside the layer, by other weights of it: gradients
	// pass through them even where the layer's input needs none. Empty for none.
	Inside string
	// Start is the part of the macs with weights whose operand is a constant, as the state at the start of a sequence: no
	// gradient passes through them. Empty for none.
	Start   string
	Between // what a layer of several steps needs between them
	// Reads is the number of parameters that a forward pass reads, which traffic counts; empty for all of them.
	Reads    string
	Keeps    Keeps     // for the backward pass
	Variants []Variant // the differences where frameworks run it in another way
	InPlace  *Keeps    // what it keeps if it writes over its input; nil if it cannot
	Local    bool      // works position by position, as norms, activations and element-wise merges do
	Cheap    bool      // a norm or activation, which the memory-efficient DenseNet computes again
	// Factored is the number of row and column sums of the weight matrices, and of all other parameters, for optimizers that
	// only keep these; empty where nothing is a matrix.
	Factored string
	View     bool // the output is a view of the input: nothing is read or written
	// Trains is an expression over Variables: where it is not 0, a view makes a tensor of its own in training. Empty for 0.
	Trains string
	// Cache is the number of elements that a layer caches of all positions for later ones, when text is generated. Empty means
	// 0, or not known for a layer that multiplies activations; "0" says that such a layer works on single positions.
	Cache   string
	Casting Casting // in which type the layer runs under autocast
	// Cast is the number of weights whose 16-bit copy the gradient of the layer's input needs under autocast; CastAlways is the
	// number of those whose copy is kept even where the input needs no gradient.
	Cast, CastAlways string
	Counts           string // what is counted, and what is not
	Source           string // paper and section, or the convention followed
}

// Expressions are all expressions of a rule, over [Variables].
func (r Rule) Expressions() []string {
	texts := []string{r.Inside, r.Start, r.Inner, r.Workspace, r.Factored, r.Trains, r.Cast, r.CastAlways, r.Cache, r.Reads, r.Keeps.Extra, r.Keeps.Where}
	for _, f := range r.Formulas {
		texts = append(texts, f.Expression)
	}
	for _, p := range r.Products {
		texts = append(texts, p.MACs)
	}
	if r.InPlace != nil {
		texts = append(texts, r.InPlace.Extra, r.InPlace.Where)
	}
	for _, v := range r.Variants {
		texts = append(texts, v.Keeps.Extra, v.Keeps.Where, v.Inner, v.Workspace)
	}
	return slices.DeleteFunc(texts, func(text string) bool { return text == "" })
}

// Between is what a layer of several steps needs between them: expressions over [Variables], empty for 0.
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
	parameter string                         // the parameter of the kind that sets it; empty for none
	of        func(layerSizes) symbolic.Expr // its value for a layer; nil where it is set elsewhere
}

// layerSizes is an operation with the shapes of its inputs and its output.
type layerSizes struct {
	op      *trace.Operation
	in, out arch.Shape
	batch   symbolic.Expr
}

// attended is the number of positions whose keys each query is compared with, and how many of them are cached.
func (s layerSizes) attended() (keys, before symbolic.Expr) {
	return arch.AttendedOf(s.out.Positions(), s.op.Inputs[s.op.Kind.KeysAt].Shape.Positions(), s.op.Args)
}

// unstretched is the shape that the first input has before it is repeated to fill the shape of the others.
func (s layerSizes) unstretched() arch.Shape {
	v := s.op.Inputs[0]
	for op := v.Producer; op != nil && (op.Kind.Stretches || op.Kind.Reshapes); op = v.Producer {
		v = op.Inputs[0]
	}
	return v.Shape
}

// sizes gives the variables that a rule reads their values for one operation.
func (c *compiled) sizes(op *trace.Operation, batch symbolic.Expr) symbolic.Bindings {
	v := make(symbolic.Bindings, len(c.variables))
	c.assign(v, op, batch)
	return v
}

// assign is sizes into a table that the caller uses for many operations.
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
