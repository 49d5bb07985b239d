package flow

import (
	"errors"
	"fmt"
	"math"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/trace"
)

// Options say at which initialisation a network is analysed, and which parts of the result are needed.
type Options struct {
	Init    arch.Init // of all weight layers; the zero value takes those of the network, or he
	Tensors bool      // list every tensor; the network is written out for it
	Only    Part      // of the reading; the zero value reads all
}

// Part is a part of a reading that does not need the other.
type Part string

// The parts.
const (
	Ways  Part = "ways"  // paths and their lengths, which are counted
	Gains Part = "gains" // signal and gradient, and the paths by them, which are followed through every layer
)

// Reading is the result: paths, signal and gradient of a network.
type Reading struct {
	Paths                               Quantity // their number
	ShortestPath, MeanPath, LongestPath Quantity // lengths, in weight layers
	SignalGain                          Quantity // mean square of the output over that of the input
	GradientGain                        Quantity // mean square per unit at the first weight layer's output over that at the last's
	EffectivePath, EffectiveSpread      Quantity // mean length, weighted by the gradient that paths carry, and its deviation
	Tensors                             []Tensor
	Notes                               []string
}

// ErrNoWeights is the error for a network that cannot learn.
var ErrNoWeights = errors.New("the network has no weight layer")

// Of reads a trace. The error is ErrNoWeights, or one of the trace's; a quantity that is not known carries the reason itself.
func Of(t *trace.Trace, o Options) (*Reading, error) {
	if !hasWeights(t) {
		return nil, ErrNoWeights
	}
	w := &reader{trace: t, options: o, counts: counts{}}
	r := &Reading{}
	if o.Only != Gains {
		if err := w.paths(r); err != nil {
			return nil, err
		}
	}
	if o.Only != Ways {
		w.gains(r)
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
	if len(w.trace.Free) > 0 || !short(w.trace.Body) {
		return nil, errOpen
	}
	t, err := w.trace.Unrolled()
	w.unrolled = t
	return t, err
}

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

// gains finds signal and gradient: in closed form, or as numbers where there is none.
func (w *reader) gains(r *Reading) {
	notes := len(r.Notes)
	f, err := w.field(w.trace, nil)
	if err == nil {
		w.fill(r, f, w.trace)
	}
	var stopped *UnknownError
	switch {
	case err == nil && r.EffectivePath.Err() == nil:
		return
	case errors.As(err, &stopped):
		w.fail(r, stopped)
		return
	}
	closed := *r
	out, t, outErr := w.numbers()
	switch {
	case outErr != nil && err == nil: // the rest is known
		return
	case errors.Is(outErr, errOpen):
		w.fail(r, err)
		return
	case outErr != nil:
		w.fail(r, outErr)
		return
	}
	r.Notes = r.Notes[:notes]
	w.fill(r, out, t)
	if err == nil {
		r.SignalGain, r.GradientGain = closed.SignalGain, closed.GradientGain
	}
}

func (w *reader) fail(r *Reading, err error) {
	q := failedQuantity(err)
	r.SignalGain, r.GradientGain, r.EffectivePath, r.EffectiveSpread = q, q, q, q
}

// field follows signal and gradient through a trace. Where settled is not nil, loops that do not close are computed until they
// settle.
func (w *reader) field(t *trace.Trace, settled map[*trace.Loop]settlement) (*field, error) {
	f := newField(w.options.Init, t, w.counts)
	f.settled = settled
	return f, f.follow(t)
}

// A note on an assumption that may not hold.
const relatedOperands = "two operands of %s have a tensor in common, and are taken for independent as all are"
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
	if f.related != "" {
		r.Notes = append(r.Notes, fmt.Sprintf(relatedOperands, f.related))
	}
}

// spread is the deviation of lengths; a variance that is nothing but the rounding of their squares is none.
func spread(variance, mean float64) float64 {
	if variance <= 1e-12*mean*mean {
		return 0
	}
	return math.Sqrt(variance)
}
