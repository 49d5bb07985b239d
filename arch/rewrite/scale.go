package rewrite

import (
	"errors"
	"math/big"
	"slices"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// Scaler makes the widths of an unrolled trace larger or smaller by a common factor. Each width is rounded to the nearest whole
// number, at least 1, that groups of convolutions and heads of attention still divide. Widths follow where they must: operands
// of adds and gates have equal widths, the groups of a depthwise convolution are as many as its channels, and a slice takes its
// share. The network's input stays, and so do the last weight layers, which make its outputs, as the classes of a classifier
// do.
//
// Widths are whole, so that the trace changes in steps while the factor grows: [Scaler.Steps] counts them.
type Scaler struct {
	trace   *trace.Trace
	classes map[*trace.Value]*widthClass
	rounded []rounding
	grid    *big.Int // every two steps have a multiple of 1/grid between them
}

// rounding is a number that is rounded by itself: a width, or the channels that a slice takes.
type rounding struct{ width, unit *big.Int }

// ErrFixedWidths says that no width of a network can change: all follow its input, or make its outputs.
var ErrFixedWidths = errors.New("no width can change: all follow the input or make the outputs")

// NewScaler prepares an unrolled trace to be scaled. The error is ErrFixedWidths where no factor changes anything.
func NewScaler(t *trace.Trace) (*Scaler, error) {
	classes, err := widthClasses(t)
	if err != nil {
		return nil, err
	}
	s := &Scaler{trace: t, classes: classes}
	for _, v := range outputs(t) {
		if c := classes[v].root(); c.free() {
			s.add(rounding{width: c.width, unit: c.unit})
		}
	}
	if len(s.rounded) == 0 {
		return nil, ErrFixedWidths
	}
	for _, op := range t.Operations() {
		if op.Kind.Slices {
			s.add(rounding{width: classes[op.Output].width, unit: classes[op.Output].root().unit})
		}
		for _, r := range inside(op) {
			s.add(r)
		}
	}
	s.grid = s.finest()
	return s, nil
}

// inside are the inner widths of layers that consist of several products, by the names of their arguments: of all heads of
// attention, and of the hidden layer of experts.
func inside(op *trace.Operation) map[string]rounding {
	widths := map[string]rounding{}
	for _, of := range []struct{ name, units string }{{"inner", "heads"}, {"hidden", ""}} {
		width, ok := op.Args.Value(of.name).Integer()
		if !ok || width.Sign() <= 0 {
			continue
		}
		unit := big.NewInt(1)
		if of.units != "" {
			unit, _ = op.Args.Value(of.units).Integer()
		}
		widths[of.name] = rounding{width: width, unit: unit}
	}
	return widths
}

func (s *Scaler) add(r rounding) {
	same := func(o rounding) bool { return o.width.Cmp(r.width) == 0 && o.unit.Cmp(r.unit) == 0 }
	if !slices.ContainsFunc(s.rounded, same) {
		s.rounded = append(s.rounded, r)
	}
}

// finest is a denominator fine enough that factors with it miss no step. A width w rounded to multiples of u changes at the odd
// multiples of u/2w; two such places that differ, differ by at least 1/2w² for the largest w.
func (s *Scaler) finest() *big.Int {
	widest := big.NewInt(1)
	for _, r := range s.rounded {
		if r.width.Cmp(widest) > 0 {
			widest = r.width
		}
	}
	return new(big.Int).Lsh(big.NewInt(1), uint(2*widest.BitLen()+1))
}

// at is the nearest multiple of the unit to a factor of the width, up from halves, and at least the unit.
func (r rounding) at(factor *big.Rat) *big.Int {
	twice := new(big.Int).Mul(big.NewInt(2), factor.Denom())
	twice.Mul(twice, r.unit)
	n := new(big.Int).Mul(big.NewInt(2), factor.Num())
	n.Mul(n, r.width).Add(n, new(big.Int).Mul(factor.Denom(), r.unit))
	n.Quo(n, twice)
	if n.Sign() == 0 {
		n.SetInt64(1)
	}
	return n.Mul(n, r.unit)
}

// Steps is how many times a width has changed while the factor grew from almost nothing to this one. The same number means
// the same widths.
func (s *Scaler) Steps(factor *big.Rat) *big.Int {
	sum := big.NewInt(-int64(len(s.rounded)))
	for _, r := range s.rounded {
		sum.Add(sum, new(big.Int).Quo(r.at(factor), r.unit))
	}
	return sum
}

// Factor is the simplest factor by which at least so many steps are taken: more only where several come at once.
func (s *Scaler) Factor(steps *big.Int) *big.Rat {
	first := s.leastTaking(steps)
	taken := s.Steps(new(big.Rat).SetFrac(first, s.grid))
	last := s.leastTaking(taken.Add(taken, big.NewInt(1)))
	last.Sub(last, big.NewInt(1))
	return simplest(new(big.Rat).SetFrac(first, s.grid), new(big.Rat).SetFrac(last, s.grid))
}

// leastTaking is the least positive multiple of 1/grid by which at least so many steps are taken.
func (s *Scaler) leastTaking(steps *big.Int) *big.Int {
	enough := func(n *big.Int) bool { return s.Steps(new(big.Rat).SetFrac(n, s.grid)).Cmp(steps) >= 0 }
	high := big.NewInt(1)
	for !enough(high) {
		high.Lsh(high, 1)
	}
	low := new(big.Int).Rsh(high, 1) // not enough, or 0
	for {
		middle := new(big.Int).Add(low, high)
		middle.Rsh(middle, 1)
		if middle.Cmp(low) == 0 {
			return high
		}
		if enough(middle) {
			high = middle
		} else {
			low = middle
		}
	}
}

// simplest is the fraction with the least denominator from low to high, both positive, as continued fractions find it.
func simplest(low, high *big.Rat) *big.Rat {
	whole := new(big.Int).Quo(low.Num(), low.Denom())
	floor := new(big.Rat).SetInt(whole)
	if floor.Cmp(low) == 0 {
		return floor
	}
	next := new(big.Rat).SetInt(whole.Add(whole, big.NewInt(1)))
	if next.Cmp(high) <= 0 {
		return next
	}
	rest := simplest(new(big.Rat).Inv(new(big.Rat).Sub(high, floor)), new(big.Rat).Inv(new(big.Rat).Sub(low, floor)))
	return floor.Add(floor, rest.Inv(rest))
}

// Scale is the trace with its widths scaled. Its error says which layer does not hold together, such as one that has groups
// which no longer divide the width it reads.
func (s *Scaler) Scale(factor *big.Rat) (*trace.Trace, error) {
	one := &scaling{Scaler: s, factor: factor, widths: map[*widthClass]*big.Int{}}
	w := &rewriter{run: trace.NewRerun(s.trace.Network), now: map[*trace.Value]*trace.Value{}, was: map[*trace.Operation]*trace.Operation{}, args: one.args}
	return w.rerun(s.trace)
}

// scaling is the state of one Scale.
type scaling struct {
	*Scaler
	factor *big.Rat
	widths map[*widthClass]*big.Int // as far as they are known
}

func (s *scaling) width(v *trace.Value) *big.Int {
	c := s.classes[v].root()
	if w, known := s.widths[c]; known {
		return w
	}
	s.widths[c] = c.width // a width that depends on itself keeps its value
	switch {
	case c.free():
		s.widths[c] = rounding{width: c.width, unit: c.unit}.at(s.factor)
	case len(c.made) > 0 && !c.input:
		s.widths[c] = s.made(c.made[0])
	}
	return s.widths[c]
}

// made is the width that an operation makes from others.
func (s *scaling) made(op *trace.Operation) *big.Int {
	if op.Kind.Slices {
		_, count := s.cut(op)
		return count
	}
	in, out := s.classes[op.Inputs[0]].width, s.classes[op.Output].width
	if severalWays(op) {
		each := s.width(op.Inputs[0])
		return new(big.Int).Quo(new(big.Int).Mul(each, out), in)
	}
	if at := op.Kind.KeysAt; at > 0 { // values for each head of the queries
		of := op.Inputs[at+1]
		return new(big.Int).Quo(new(big.Int).Mul(s.width(of), out), s.classes[of].width)
	}
	sum := new(big.Int)
	for _, in := range op.Inputs {
		sum.Add(sum, s.width(in))
	}
	if op.Kind.Merge {
		return sum
	}
	return sum.Mul(sum, out).Quo(sum, in)
}

// reshaped are the arguments of an operation with a given output shape, for another width. Where it views streams as matrices
// and back, all other dimensions stay.
func reshaped(op *trace.Operation, in arch.Shape, width symbolic.Expr) (arch.Args, *arch.Fault) {
	out := op.Output.Shape.WithWidth(width)
	if op.Joint == nil || in.Equal(op.Inputs[0].Shape) || !out.AllElements().Equal(in.AllElements()) {
		return reshapedArgs(op, in)
	}
	return op.Args.WithAxes("shape", out.Dims()), nil
}

// cut is the first channel of a slice and the number of its channels, both scaled unless its input keeps its width. A slice at
// the front or at the end stays there.
func (s *scaling) cut(op *trace.Operation) (start, count *big.Int) {
	was, is := s.classes[op.Inputs[0]].width, s.width(op.Inputs[0])
	out := s.classes[op.Output]
	start, ok := op.Args.Value("start").Integer()
	if !ok {
		start = new(big.Int)
	}
	if was.Cmp(is) == 0 {
		return start, out.width
	}
	if sum := partOf(op); sum != nil {
		each := s.width(sum.Inputs[0])
		return start.Quo(start.Mul(start, each), out.width), each
	}
	count = rounding{width: out.width, unit: out.root().unit}.at(s.factor)
	if count.Cmp(is) > 0 {
		count = is
	}
	last := new(big.Int).Sub(is, count)
	atEnd := new(big.Int).Add(start, out.width).Cmp(was) == 0
	switch {
	case start.Sign() == 0:
		return start, count
	case !atEnd:
		start = rounding{width: start, unit: big.NewInt(1)}.at(s.factor)
	}
	if atEnd || start.Cmp(last) > 0 {
		start = last
	}
	return start, count
}

// args are the arguments of an operation at the widths of this factor.
func (s *scaling) args(op *trace.Operation, inputs []*trace.Value) (arch.Args, *arch.Fault) {
	changed := map[string]symbolic.Expr{}
	width := symbolic.BigInt(s.width(op.Output))
	switch {
	case op.Kind.Source:
		dims := append([]symbolic.Expr{width}, op.Args.Axes("shape")[1:]...)
		return op.Args.WithAxes("shape", dims), nil
	case op.Args.Has("shape"):
		return reshaped(op, inputs[0].Shape, width)
	case op.Kind.Slices:
		start, count := s.cut(op)
		changed["start"], changed["count"] = symbolic.BigInt(start), symbolic.BigInt(count)
	case op.Args.Has("out"):
		if n := perOut(op); n != nil {
			changed["out"] = width.Div(symbolic.BigInt(n))
		}
	}
	if groupPerChannel(op) {
		changed["groups"] = inputs[0].Shape.Width
	}
	for name, r := range inside(op) {
		changed[name] = symbolic.BigInt(r.at(s.factor))
	}
	if values := op.Args.Value("values"); !values.IsZero() && !values.IsOne() && values.Equal(op.Inputs[0].Shape.Width) {
		changed["values"] = inputs[0].Shape.Width
	}
	if len(changed) == 0 {
		return op.Args, nil
	}
	return op.Args.With(changed), nil
}
