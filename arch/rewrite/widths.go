package rewrite

import (
	"fmt"
	"math/big"
	"slices"

	"github.com/skipcost/skipcost/arch/trace"
)

// widthClass is tensors of a trace that are equally wide because operations between them keep the width or need equal ones.
type widthClass struct {
	parent *widthClass        // of a union-find; nil for the root, which alone counts
	width  *big.Int           // the width in the trace
	unit   *big.Int           // divides what the width may become: groups and heads
	input  bool               // holds an input of the network
	layer  bool               // holds the output of a layer that puts out any width
	leads  bool               // such a layer stands in front of another weight layer
	made   []*trace.Operation // operations that compute the width from other widths, as a concat does
}

func (c *widthClass) root() *widthClass {
	for c.parent != nil {
		if c.parent.parent != nil {
			c.parent = c.parent.parent
		}
		c = c.parent
	}
	return c
}

// free reports whether the class may have any width. The input stays, and so do the last weight layers, which make the
// outputs: classes of a classifier are not a width of the network.
func (c *widthClass) free() bool { return !c.input && len(c.made) == 0 && c.layer && c.leads }

// widthClasses finds the tensors of an unrolled trace that must be equally wide.
func widthClasses(t *trace.Trace) (map[*trace.Value]*widthClass, error) {
	classes := map[*trace.Value]*widthClass{}
	for _, v := range append([]*trace.Value{t.Input}, outputs(t)...) {
		w, ok := v.Shape.Width.Integer()
		if !ok {
			return nil, fmt.Errorf("the width %s is no number that could be scaled", v.Shape.Width.Text())
		}
		classes[v] = &widthClass{width: w, unit: big.NewInt(1)}
	}
	classes[t.Input].input = true
	leads := leading(t)
	single := singles{}
	for _, op := range t.Operations() {
		out := classes[op.Output]
		if single.enter(op, classes) {
			continue
		}
		switch equal := equallyWide(op); {
		case op.Kind.Source:
			out.input = op.Kind.Input
		case len(equal) > 0:
			for _, in := range equal {
				unite(classes[in], out)
			}
		case choosesWidth(op) && op.Joint != nil:
			out.input = true // the width of mixing weights, which depends on the number of streams
		case choosesWidth(op):
			out.layer, out.leads = true, leads[op.Output]
		default:
			out.made = append(out.made, op)
		}
	}
	for _, op := range t.Operations() {
		for _, need := range divisors(op) {
			require(classes, need.of, need.by)
		}
	}
	return classes, nil
}

// singles are the tensors in place of parallel streams if there were a single stream: all of one width.
type singles map[*trace.Value]*trace.Value

func (s singles) of(v *trace.Value) *trace.Value {
	if one := s[v]; one != nil {
		return one
	}
	return v
}

// enter unites the widths of single streams at a joint, and reports whether this determines the width of the output.
func (s singles) enter(op *trace.Operation, classes map[*trace.Value]*widthClass) bool {
	switch {
	case op.Site():
		for _, in := range op.Inputs {
			unite(classes[s.of(op.Inputs[0])], classes[s.of(in)])
		}
		s[op.Output] = s.of(op.Inputs[0])
	case op.Joint != nil && op.Alone != nil:
		one := s.of(op.Alone)
		s[op.Output] = one
		if one.Shape.Width.Equal(op.Output.Shape.Width) {
			unite(classes[one], classes[op.Output])
			return true
		}
	}
	return false
}

func outputs(t *trace.Trace) []*trace.Value {
	var values []*trace.Value
	for _, op := range t.Operations() {
		values = append(values, op.Output)
	}
	return values
}

// leading finds the tensors behind which a weight layer stands.
func leading(t *trace.Trace) map[*trace.Value]bool {
	leads := map[*trace.Value]bool{}
	ops := t.Operations()
	for k := len(ops) - 1; k >= 0; k-- {
		if leads[ops[k].Output] || ops[k].Kind.WeightLayer() {
			for _, in := range ops[k].Inputs {
				leads[in] = true
			}
		}
	}
	return leads
}

// equallyWide lists the operands that are as wide as the output because of what the operation is.
func equallyWide(op *trace.Operation) []*trace.Value {
	switch {
	case op.Kind.Source:
		return nil
	case partOf(op) != nil:
		return partOf(op).Inputs[:1]
	case op.Kind.KeysAt > 0:
		return asWide(op.Inputs, op.Output)
	case op.Kind.Products:
		return op.Inputs[1:]
	case op.Kind.ElementWise() && op.Output.Shape.Width.Equal(op.Inputs[0].Shape.Width): // but for sums side by side
		return op.Inputs
	case len(op.Inputs) > 1 || choosesWidth(op) || !op.Output.Shape.Width.Equal(op.Inputs[0].Shape.Width):
		return nil
	}
	return op.Inputs
}

// partOf is the merge with several sums of which an operation takes one; nil for every other operation.
func partOf(op *trace.Operation) *trace.Operation {
	if !op.Kind.Slices || op.Inputs[0].Producer == nil {
		return nil
	}
	if sum := op.Inputs[0].Producer; severalWays(sum) && op.Output.Shape.Width.Equal(sum.Inputs[0].Shape.Width) {
		return sum
	}
	return nil
}

// asWide are the tensors that are as wide as another one.
func asWide(values []*trace.Value, as *trace.Value) []*trace.Value {
	return slices.DeleteFunc(slices.Clone(values), func(v *trace.Value) bool { return !v.Shape.Width.Equal(as.Shape.Width) })
}

// choosesWidth reports whether the output width of an operation is one of its arguments.
func choosesWidth(op *trace.Operation) bool {
	return op.Args.Has("out") && op.Args.Word("out") == "" && !groupPerChannel(op)
}

// groupPerChannel reports whether the groups of an operation are as many as the channels it reads, and so go with them.
func groupPerChannel(op *trace.Operation) bool {
	groups := op.Args.Value("groups")
	return len(op.Inputs) == 1 && op.Kind.Learns() && !groups.IsZero() && !groups.IsOne() && groups.Equal(op.Inputs[0].Shape.Width)
}

// unite makes two classes one.
func unite(a, b *widthClass) {
	a, b = a.root(), b.root()
	if a == b {
		return
	}
	b.parent = a
	a.input, a.layer, a.leads = a.input || b.input, a.layer || b.layer, a.leads || b.leads
	a.made = append(a.made, b.made...)
}

// divisor is a number that the width of a tensor must be a multiple of.
type divisor struct {
	of *trace.Value
	by *big.Int
}

// divisors lists the divisors that an operation asks of its input and output widths.
func divisors(op *trace.Operation) []divisor {
	var list []divisor
	need := func(v *trace.Value, by *big.Int) {
		if by != nil && by.Cmp(big.NewInt(1)) > 0 {
			list = append(list, divisor{of: v, by: by})
		}
	}
	argument := func(name string) *big.Int {
		n, _ := op.Args.Value(name).Integer()
		return n
	}
	if len(op.Inputs) == 0 {
		return nil
	}
	if !groupPerChannel(op) {
		need(op.Inputs[0], argument("groups"))
		if choosesWidth(op) {
			need(op.Output, argument("groups"))
		}
	}
	if !op.Args.Has("inner") || op.Args.Word("inner") != "" {
		need(op.Inputs[0], argument("heads"))
	}
	if keys := op.Kind.KeysAt; keys > 0 {
		need(op.Inputs[keys], argument("kv_heads"))
		need(op.Inputs[keys+1], argument("kv_heads"))
	}
	if choosesWidth(op) {
		need(op.Output, perOut(op))
	} else if !op.Kind.Slices && !op.Kind.Merge {
		need(op.Inputs[0], wholeRatio(op.Inputs[0], op.Output))
	}
	return list
}

// perOut is how many times its argument out the width of an operation is: 2 for recurrent layers of two directions.
func perOut(op *trace.Operation) *big.Int {
	n, _ := op.Output.Shape.Width.Div(op.Args.Value("out")).Integer()
	return n
}

// wholeRatio is how many times as wide a as b is, where that is a whole number.
func wholeRatio(a, b *trace.Value) *big.Int {
	n, _ := a.Shape.Width.Div(b.Shape.Width).Integer()
	return n
}

// require keeps the width of a tensor a multiple of a divisor. Where the width is made of parts that all are multiples, it
// keeps the parts so; otherwise nothing is required, and factors that break the rule fail later.
func require(classes map[*trace.Value]*widthClass, v *trace.Value, by *big.Int) {
	c := classes[v].root()
	if !divides(by, c.width) || divides(by, c.unit) {
		return
	}
	c.unit = lcm(c.unit, by)
	for _, op := range c.made {
		switch {
		case op.Kind.Merge:
			for _, in := range op.Inputs {
				require(classes, in, by)
			}
		case op.Kind.Slices:
			// The number of channels of a slice is itself rounded to the unit.
		default:
			if by := perInput(op, by); by != nil {
				require(classes, op.Inputs[0], by)
			}
		}
	}
}

// perInput is the divisor of the input width that makes the output width a multiple of by.
func perInput(op *trace.Operation, by *big.Int) *big.Int {
	if n := wholeRatio(op.Output, op.Inputs[0]); n != nil {
		return new(big.Int).Quo(by, new(big.Int).GCD(nil, nil, by, n))
	}
	if n := wholeRatio(op.Inputs[0], op.Output); n != nil {
		return new(big.Int).Mul(by, n)
	}
	return nil
}

func divides(a, b *big.Int) bool { return new(big.Int).Rem(b, a).Sign() == 0 }

func lcm(a, b *big.Int) *big.Int {
	product := new(big.Int).Mul(a, b)
	return product.Quo(product, new(big.Int).GCD(nil, nil, a, b))
}
