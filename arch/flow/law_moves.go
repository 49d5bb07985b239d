package flow

import (
	"math"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// pass leaves a tensor as it is, up to positions that move and a factor of known mean square.
type pass struct{}

func (pass) forward(_ *field, op *trace.Operation, in []moments) (moments, error) {
	factor := factorSquare(op)
	stretch := op.Output.Shape.Width.Div(op.Inputs[0].Shape.Width)
	return in[0].each(func(p part) part {
		p.width = p.width.Mul(stretch)
		if !factor.isOne() {
			p = p.anew()
			p.square, p.means = p.square.mul(factor), p.means.mul(factor)
			if !p.mean.isZero() {
				p.mean = modelled(p.mean.value() * math.Sqrt(factor.value()))
			}
		}
		return p
	}), nil
}

func (pass) backward(_ *field, op *trace.Operation, g gradient) ([]gradient, error) {
	stretch := op.Output.Shape.Width.Div(op.Inputs[0].Shape.Width)
	out := g.by(factorSquare(op))
	for k := range out {
		out[k].width = out[k].width.Div(stretch)
	}
	return []gradient{out}, nil
}

// mix moves values between channels, so that only the moments of all of them together are known.
type mix struct{}

func (mix) forward(_ *field, op *trace.Operation, in []moments) (moments, error) {
	p := in[0].average()
	p.width = op.Output.Shape.Width
	return moments{p}, nil
}

func (mix) backward(_ *field, op *trace.Operation, g gradient) ([]gradient, error) {
	return one(op, g.total()), nil
}

// slice keeps some channels.
type slice struct{}

func (slice) forward(_ *field, op *trace.Operation, in []moments) (moments, error) {
	if in[0].along() { // of streams that are alike
		p := in[0].average()
		p.width = op.Args.Value("count")
		return moments{p}, nil
	}
	out, ok := in[0].cut(op.Args.Value("start"), op.Args.Value("count"))
	if !ok {
		return nil, errOpen
	}
	return out, nil
}

func (slice) backward(f *field, op *trace.Operation, g gradient) ([]gradient, error) {
	if f.signal[op.Inputs[0]].along() {
		return one(op, g.total()), nil
	}
	start, count := op.Args.Value("start"), op.Args.Value("count")
	var out gradient
	if !start.IsZero() {
		out = append(out, slope{width: start})
	}
	out = append(out, g...)
	if rest := op.Inputs[0].Shape.Width.Sub(start).Sub(count); !rest.IsZero() {
		out = append(out, slope{width: rest})
	}
	return []gradient{out}, nil
}

// zeroPad puts zeros around the values, and cuts off those beyond the shape asked for.
type zeroPad struct{}

func (zeroPad) forward(_ *field, op *trace.Operation, in []moments) (moments, error) {
	from, to := op.Inputs[0].Shape, op.Output.Shape
	more := to.Width.Sub(from.Width)
	out := in[0].joined()
	if isNegative(more) { // which channels are cut off is not said
		p := out.average()
		p.width = to.Width
		out = moments{p}
	}
	if held := exactly(heldPositions(from, to).Div(to.Positions())); !held.isOne() {
		out = out.each(func(p part) part {
			p.mean, p.square, p.means = p.mean.mul(held), p.square.mul(held), p.means.mul(held).mul(held)
			return p.anew()
		})
	}
	if !more.IsZero() && !isNegative(more) {
		out = append(out, part{width: more, symmetric: true})
	}
	return out, nil
}

func (zeroPad) backward(_ *field, op *trace.Operation, g gradient) ([]gradient, error) {
	from, to := op.Inputs[0].Shape, op.Output.Shape
	held := exactly(heldPositions(from, to).Div(to.Positions()))
	if isNegative(to.Width.Sub(from.Width)) {
		return one(op, g.total().by(held)), nil
	}
	out, ok := g.cut(symbolic.Expr{}, from.Width)
	if !ok {
		return nil, errOpen
	}
	return []gradient{out.by(held)}, nil
}

func isNegative(e symbolic.Expr) bool {
	sign, known := e.Sign()
	return known && sign < 0
}

// heldPositions is how many positions of a tensor are still there behind a zeroPad: along each extent the lesser number. Where
// the extents are others, as behind a reshape, all that find place are taken to be.
func heldPositions(from, to arch.Shape) symbolic.Expr {
	if len(from.Extents) != len(to.Extents) {
		return symbolic.Min(from.Positions(), to.Positions())
	}
	held := symbolic.Int(1)
	for k, extent := range to.Extents {
		held = held.Mul(symbolic.Min(from.Extents[k], extent))
	}
	return held
}
