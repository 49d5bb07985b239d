package flow

import (
	"errors"
	"math"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// Options say at which initialisation a network is read.
type Options struct {
	Init    arch.Init // of all weight layers; the zero value takes what the network says, or he
	Tensors bool      // list every tensor; the network is written out for it
}

// maxWrittenOut is how many operations a network may be written out to where a repeat does not close.
const maxWrittenOut = 200_000

// Reading is what a network carries.
type Reading struct {
	Paths, ShortestPath, MeanPath, LongestPath Quantity
	SignalGain, GradientGain                   Quantity
	EffectivePath, EffectiveSpread             Quantity
	Tensors                                    []Tensor
	Notes                                      []string
}

// Quantity is one number of a reading.
type Quantity struct {
	Number
	// Power is the number as it is written where it has too many digits, as in 2^999999999.
	Power      symbolic.Expr
	PowerLog10 float64 // its decimal logarithm
}

// Tensor is what flow is at one tensor of the network written out.
type Tensor struct {
	Name                       string
	Units                      symbolic.Expr
	SecondMoment, Gradient     Quantity
	Paths, Shortest, Mean, Max Quantity // to the outputs
}

// ErrNoWeights is a network in which nothing could learn.
var ErrNoWeights = errors.New("the network has no weight layer")

// Of reads a trace. The error is ErrNoWeights, or one of the trace's; what is not known of a network is in the quantity.
func Of(t *trace.Trace, o Options) (*Reading, error) {
	if !hasWeights(t) {
		return nil, ErrNoWeights
	}
	w := &reader{trace: t, options: o, counts: counts{}}
	r := &Reading{}
	if err := w.paths(r); err != nil {
		return nil, err
	}
	if err := w.gains(r); err != nil {
		return nil, err
	}
	if o.Tensors {
		if err := w.tensors(r); err != nil {
			return nil, err
		}
	}
	return r, nil
}

func hasWeights(t *trace.Trace) bool {
	for _, op := range t.Operations() {
		if op.Kind.WeightLayer() {
			return true
		}
	}
	return false
}

// reader is the state of one reading.
type reader struct {
	trace    *trace.Trace
	unrolled *trace.Trace
	options  Options
	counts   counts
}

// writtenOut is the trace without loops; errOpen where it is too long or symbols are free.
func (w *reader) writtenOut() (*trace.Trace, error) {
	if w.unrolled != nil {
		return w.unrolled, nil
	}
	if len(w.trace.Free) > 0 || !short(w.trace.Body, maxWrittenOut) {
		return nil, errOpen
	}
	t, err := w.trace.Unrolled()
	w.unrolled = t
	return t, err
}

// short reports whether nodes run at most so many operations.
func short(nodes []trace.Node, most float64) bool { return operations(nodes) <= most }

func operations(nodes []trace.Node) float64 {
	n := 0.0
	for _, node := range nodes {
		switch node := node.(type) {
		case *trace.Operation:
			n++
		case *trace.Loop:
			times, ok := node.Times.Rational()
			if !ok { // depends on an index outside
				return math.Inf(1)
			}
			x, _ := times.Float64()
			n += x * operations(node.Body)
		}
	}
	return n
}

// quantity binds the symbols of counts; a power that is too large to be written out is kept as one.
func (w *reader) quantity(n Number) Quantity {
	if n.how != isExact || len(w.counts) == 0 || n.exact.Err() != nil {
		return Quantity{Number: n}
	}
	e := n.exact.Substitute(symbolic.Bindings(w.counts))
	var large *symbolic.TooLargeError
	if errors.As(e.Err(), &large) && large.Digits != nil {
		log, exponential := w.log10(n.exact)
		if !exponential {
			return Quantity{Number: Number{float: scaled10(log), how: isRounded}}
		}
		return Quantity{Number: exactly(e), Power: w.power(n.exact), PowerLog10: log}
	}
	return Quantity{Number: exactly(e)}
}

// power writes an expression with numbers of iterations in place of the symbols that stand for them, as exponents: of the ways
// to write 3^(T − 1) with T or with a number next to it, the shortest.
func (w *reader) power(e symbolic.Expr) symbolic.Expr {
	var best symbolic.Expr
	for near := int64(-3); near <= 3; near++ {
		shift := symbolic.Int(near)
		names := symbolic.Bindings{}
		for name, times := range w.counts {
			names[name] = symbolic.Symbol(times.Add(shift).ASCII()).Sub(shift)
		}
		if text := e.Substitute(names); text.Err() == nil && (best.IsZero() || len(text.ASCII()) < len(best.ASCII())) {
			best = text
		}
	}
	return best
}

// log10 is about the logarithm of an expression in one number of iterations, along the line through two smaller ones, or their
// power law where it does not grow exponentially; 0 where there are several.
func (w *reader) log10(e symbolic.Expr) (log float64, exponential bool) {
	const near, far = 1000, 2000
	names := e.Symbols()
	if len(names) != 1 {
		return 0, true
	}
	times, ok := w.counts[names[0]].Rational()
	if !ok {
		return 0, true
	}
	at := func(n int64) float64 {
		log, _ := exactly(e.Substitute(symbolic.Bindings{names[0]: symbolic.Int(n)})).Log10()
		return log
	}
	t, _ := times.Float64()
	low, high := at(near), at(far)
	if slope := (high - low) / math.Log10(far/near); math.Abs(slope) < 16 {
		return high + slope*math.Log10(t/far), false
	}
	return high + (t-far)*(high-low)/(far-near), true
}

func failedQuantity(err error) Quantity { return Quantity{Number: exactly(symbolic.Failed(err))} }

func (w *reader) paths(r *Reading) error {
	t := w.trace
	c := newCounting(w.counts)
	err := c.trace(t)
	if err != nil {
		if t, err = w.writtenOut(); errors.Is(err, errOpen) {
			q := failedQuantity(errOpen)
			r.Paths, r.ShortestPath, r.MeanPath, r.LongestPath = q, q, q, q
			return nil
		} else if err != nil {
			return err
		}
		c = newCounting(w.counts)
		if err = c.trace(t); err != nil {
			return err
		}
	}
	in, reached := c.at[t.Input]
	if !reached {
		q := failedQuantity(errors.New("no path leads from the input to an output"))
		r.Paths, r.ShortestPath, r.MeanPath, r.LongestPath = w.quantity(Number{}), q, q, q
		return nil
	}
	for _, op := range t.Operations() {
		if op.Kind.Input {
			r.Notes = append(r.Notes, "paths begin at the first input; none is counted from "+op.Name)
		}
	}
	p := in.paths.plus
	r.Paths, r.MeanPath = w.quantity(p.weight), w.quantity(p.length.quo(p.weight))
	r.ShortestPath, r.LongestPath = w.quantity(exactly(in.lengths.shortest)), w.quantity(exactly(in.lengths.longest))
	return nil
}

// gains reads signal and gradient: in closed form, and what does not close as numbers.
func (w *reader) gains(r *Reading) error {
	notes := len(r.Notes)
	f, err := w.field(w.trace, nil)
	if err == nil {
		w.fill(r, f, w.trace)
	}
	var stopped *UnknownError
	switch {
	case err == nil && r.EffectivePath.Err() == nil:
		return nil
	case errors.As(err, &stopped):
		w.fail(r, stopped)
		return nil
	}
	closed := *r
	out, t, outErr := w.numbers()
	switch {
	case outErr != nil && err == nil: // the rest is known
		return nil
	case errors.Is(outErr, errOpen):
		w.fail(r, err)
		return nil
	case outErr != nil:
		w.fail(r, outErr)
		return nil
	}
	r.Notes = r.Notes[:notes]
	w.fill(r, out, t)
	if err == nil {
		r.SignalGain, r.GradientGain = closed.SignalGain, closed.GradientGain
	}
	return nil
}

func (w *reader) fail(r *Reading, err error) {
	q := failedQuantity(err)
	r.SignalGain, r.GradientGain, r.EffectivePath, r.EffectiveSpread = q, q, q, q
}

// field follows signal and gradient through a trace. Loops that do not close are gone through until they settle where settled is
// not nil.
func (w *reader) field(t *trace.Trace, settled map[*trace.Loop]settlement) (*field, error) {
	f := newField(w.options.Init, t.Network, w.counts)
	f.settled = settled
	f.signal[t.Input] = standard(t.Input)
	if err := f.forward(t.Body); err != nil {
		return nil, err
	}
	for _, v := range ends(t) {
		if err := f.reach(v, outputGradient(v)); err != nil {
			return nil, err
		}
	}
	return f, f.backward(t.Body)
}

// notes on what strains an assumption.
const sharedDirection = "additive stacks behind a ReLU and without a norm share a direction in all units: their gradient grows faster than the model says"

func (w *reader) fill(r *Reading, f *field, t *trace.Trace) {
	r.SignalGain = w.quantity(f.signal[t.Output].average().square.quo(f.signal[t.Input].average().square))
	r.GradientGain = failedQuantity(errors.New("no gradient reaches a weight layer"))
	if last := f.lastUnit.plus.weight; !last.isZero() {
		r.GradientGain = w.quantity(f.firstUnit.plus.weight.quo(last))
	}
	r.EffectivePath = failedQuantity(errors.New("no gradient reaches the input"))
	r.EffectiveSpread = r.EffectivePath
	if at := f.back[t.Input].total().add(f.rows).plus; !at.weight.isZero() {
		mean := at.length.quo(at.weight)
		r.EffectivePath = w.quantity(mean)
		variance := w.quantity(at.square.quo(at.weight).sub(mean.mul(mean)))
		r.EffectiveSpread = variance
		if variance.Err() == nil && len(t.Free) == 0 {
			r.EffectiveSpread = Quantity{Number: modelled(spread(variance.value(), mean.value()))}
		}
	}
	if f.shared {
		r.Notes = append(r.Notes, sharedDirection)
	}
}

// spread is the deviation of lengths; a variance that is nothing but the rounding of their squares is none.
func spread(variance, mean float64) float64 {
	if variance <= 1e-12*mean*mean {
		return 0
	}
	return math.Sqrt(variance)
}

// tensors lists every tensor of the network written out.
func (w *reader) tensors(r *Reading) error {
	t, err := w.writtenOut()
	if err != nil {
		return err
	}
	c := newCounting(w.counts)
	if err := c.trace(t); err != nil {
		return err
	}
	f := newField(w.options.Init, t.Network, w.counts)
	f.signal[t.Input] = standard(t.Input)
	failed := f.forward(t.Body)
	if failed == nil {
		for _, v := range ends(t) {
			if failed = f.reach(v, outputGradient(v)); failed != nil {
				break
			}
		}
	}
	if failed == nil {
		failed = f.backward(t.Body)
	}
	add := func(name string, v *trace.Value) {
		x := Tensor{Name: name, Units: v.Shape.AllElements(), Gradient: Quantity{}}
		x.SecondMoment, x.Gradient = failedQuantity(failed), failedQuantity(failed)
		if m := f.signal[v]; m != nil {
			x.SecondMoment = w.quantity(m.average().square)
		}
		if failed == nil {
			x.Gradient = w.quantity(f.back[v].total().plus.weight)
		}
		none := failedQuantity(errors.New("no path leads to an output"))
		x.Paths, x.Shortest, x.Mean, x.Max = Quantity{}, none, none, none
		if at, reached := c.at[v]; reached {
			p := at.paths.plus
			x.Paths, x.Mean = w.quantity(p.weight), w.quantity(p.length.quo(p.weight))
			x.Shortest, x.Max = w.quantity(exactly(at.lengths.shortest)), w.quantity(exactly(at.lengths.longest))
		}
		r.Tensors = append(r.Tensors, x)
	}
	add("input", t.Input)
	for _, op := range t.Operations() {
		add(op.Name, op.Output)
	}
	return nil
}
