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
