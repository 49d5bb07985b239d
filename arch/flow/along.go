package flow

import (
	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// Passing is signal and gradient at one tensor.
type Passing struct {
	SecondMoment, Gradient Number // mean square of the signal, and expected squared norm of the gradient
}

// Along is signal and gradient at the input of a trace without loops, and at the output of each of its operations, rounded to the
// digits of floats, as curves need no more: exact numbers grow longer with every layer. The error is ErrNoWeights; a number that
// is not known carries the reason itself.
func Along(t *trace.Trace, init arch.Init) ([]Passing, error) {
	if !hasWeights(t) {
		return nil, ErrNoWeights
	}
	f := newField(init, t, counts{})
	f.floats, f.keeps = true, true
	failed := f.follow(t)
	ops := t.Operations()
	out := make([]Passing, 0, len(ops)+1)
	add := func(v *trace.Value) { out = append(out, f.passing(v, failed)) }
	add(t.Input)
	for _, op := range ops {
		add(op.Output)
	}
	return out, nil
}

// passing is signal and gradient at a tensor of a field, which may have failed before it was known everywhere.
func (f *field) passing(v *trace.Value, failed error) Passing {
	if failed == nil && f.aside[v] {
		failed = errAside
	}
	unknown := exactly(symbolic.Failed(failed))
	p := Passing{unknown, unknown}
	if m := f.signal[v]; m != nil {
		p.SecondMoment = m.average().square
	}
	if failed == nil {
		p.Gradient = f.back[v].total().plus.weight
	}
	return p
}

// shorten makes floats of the numbers of moments.
func (m moments) shorten() {
	for k := range m {
		p := &m[k]
		p.mean, p.means, p.square = p.mean.shortened(), p.means.shortened(), p.square.shortened()
	}
}

// shorten makes floats of the numbers of a gradient.
func (g gradient) shorten() {
	for k := range g {
		g[k].at = affine{of: g[k].at.of.shortened(), plus: g[k].at.plus.shortened()}
	}
}

func (a jet) shortened() jet {
	return jet{a.weight.shortened(), a.length.shortened(), a.square.shortened()}
}

// shortened is a number as a float. A whole number that fits stays exact, so that 0 and 1 are told apart from what is near them;
// a number with symbols stays as it is.
func (a Number) shortened() Number {
	if _, short := a.exact.Int64(); short || a.how != isExact {
		return a
	}
	x, ok := a.rounded()
	if !ok {
		return a
	}
	return Number{float: x, how: isRounded}
}
