package flow

import (
	"math"

	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// weigh passes a signal through a weight layer.
func (f *field) weigh(op *trace.Operation, in []moments) (moments, error) {
	gain := exactly(f.gain(op))
	mean, square, ok := insideShares(op)
	if !ok {
		return nil, errOpen
	}
	x := in[0].average()
	out := part{width: op.Output.Shape.Width, square: x.square.mul(gain), means: x.means.mul(gain), symmetric: true}
	if !mean.isOne() {
		out.square, out.means = out.square.mul(mean.modelled()), out.means.mul(square.modelled())
	}
	return moments{out}, nil
}

func (f *field) weighBack(op *trace.Operation, g gradient) ([]gradient, error) {
	mean, _, ok := insideShares(op)
	if !ok {
		return nil, errOpen
	}
	gain := exactly(f.gain(op))
	if !mean.isOne() {
		gain = gain.mul(mean.modelled())
	}
	return one(op, g.total().mul(path(1).by(gain))), nil
}

// one is the gradient of an operation with one operand, spread evenly over its channels.
func one(op *trace.Operation, at affine) []gradient {
	return []gradient{{{width: op.Inputs[0].Shape.Width, at: at}}}
}

func (f *field) attend(op *trace.Operation, in []moments) (moments, error) {
	x := in[0].average()
	gain := exactly(f.gain(op))
	n := exactly(op.Inputs[0].Shape.Positions())
	square := x.means.add(x.square.sub(x.means).quo(n)).mul(gain).mul(gain).modelled()
	return moments{{width: op.Output.Shape.Width, square: square, means: x.means.mul(gain).mul(gain), symmetric: true}}, nil
}

func (f *field) attendBack(op *trace.Operation, g gradient) ([]gradient, error) {
	gain := exactly(f.gain(op))
	n := exactly(op.Inputs[0].Shape.Positions())
	return one(op, g.total().mul(path(2).by(gain.mul(gain).quo(n).modelled()))), nil
}

func (f *field) batchNorm(_ *trace.Operation, in []moments) (moments, error) {
	return in[0].each(func(p part) part { return part{width: p.width, square: whole(1), symmetric: true} }), nil
}

func (f *field) batchNormBack(op *trace.Operation, g gradient) ([]gradient, error) {
	return f.eachBack(op, g, func(p part, s slope) slope {
		s.at = s.at.by(whole(1).quo(p.square.sub(p.means).modelled()))
		return s
	})
}

// eachBack applies a rule to the gradient on each part of what comes in.
func (f *field) eachBack(op *trace.Operation, g gradient, rule func(part, slope) slope) ([]gradient, error) {
	in := f.signal[op.Inputs[0]]
	widths := make([]symbolic.Expr, len(in))
	for k, p := range in {
		widths[k] = p.width
	}
	cut := g
	if len(g) == 1 && len(in) == 1 {
		cut = gradient{g[0]}
	} else {
		var ok bool
		if cut, ok = g.on(widths); !ok {
			return nil, errOpen
		}
	}
	for k := range cut {
		cut[k] = rule(in[k], cut[k])
	}
	return []gradient{cut.joined()}, nil
}

// normSquare is the mean square that a norm divides by, and what of the channel means is left before it does.
func normSquare(op *trace.Operation, p part) (square, means Number) {
	if op.Kind.Name == "rmsnorm" {
		return p.square, p.means
	}
	n := op.Output.Shape.Width
	if op.Args.Has("groups") {
		n = n.Div(op.Args.Value("groups"))
	}
	mean := p.mean.mul(p.mean)
	rest := p.square.sub(mean)
	if op.Args.Has("groups") { // the mean of a group over all positions moves with the channel means alone
		rest = p.means.sub(mean)
	}
	off := mean.add(rest.quo(exactly(n)))
	return p.square.sub(off), p.means.sub(off)
}

func (f *field) groupNorm(op *trace.Operation, in []moments) (moments, error) {
	p := in[0].average()
	square, means := normSquare(op, p)
	out := part{width: p.width, square: whole(1), means: means.quo(square).modelled(), symmetric: p.symmetric}
	if means.value() < 0 {
		out.means = Number{}
	}
	if op.Kind.Name == "rmsnorm" && !p.mean.isZero() {
		out.mean = modelled(p.mean.value() / math.Sqrt(square.value()))
	}
	return moments{out}, nil
}

func (f *field) groupNormBack(op *trace.Operation, g gradient) ([]gradient, error) {
	square, _ := normSquare(op, f.signal[op.Inputs[0]].average())
	return one(op, g.total().by(whole(1).quo(square.modelled()))), nil
}

func (f *field) drop(op *trace.Operation, in []moments) (moments, error) {
	kept := exactly(symbolic.Int(1).Sub(op.Args.Value("rate")))
	return in[0].each(func(p part) part {
		p.square, p.rectified = p.square.quo(kept), false
		return p
	}), nil
}

func (f *field) dropBack(op *trace.Operation, g gradient) ([]gradient, error) {
	return []gradient{g.by(whole(1).quo(exactly(symbolic.Int(1).Sub(op.Args.Value("rate")))))}, nil
}

// pass leaves a tensor as it is, up to positions that move and a factor of known mean square.
func (f *field) pass(op *trace.Operation, in []moments) (moments, error) {
	factor := factorSquare(op)
	stretch := op.Output.Shape.Width.Div(op.Inputs[0].Shape.Width)
	return in[0].each(func(p part) part {
		p.width = p.width.Mul(stretch)
		if !factor.isOne() {
			p.square, p.means, p.rectified = p.square.mul(factor), p.means.mul(factor), false
			if !p.mean.isZero() {
				p.mean = modelled(p.mean.value() * math.Sqrt(factor.value()))
			}
		}
		return p
	}), nil
}

func (f *field) passBack(op *trace.Operation, g gradient) ([]gradient, error) {
	stretch := op.Output.Shape.Width.Div(op.Inputs[0].Shape.Width)
	out := g.by(factorSquare(op))
	for k := range out {
		out[k].width = out[k].width.Div(stretch)
	}
	return []gradient{out}, nil
}

// factorSquare is the mean square of the factors that a scale begins with.
func factorSquare(op *trace.Operation) Number {
	if !op.Args.Has("mean_square") {
		return whole(1)
	}
	return exactly(op.Args.Value("mean_square"))
}

func (f *field) mix(op *trace.Operation, in []moments) (moments, error) {
	p := in[0].average()
	p.width = op.Output.Shape.Width
	return moments{p}, nil
}

func (f *field) mixBack(op *trace.Operation, g gradient) ([]gradient, error) {
	return one(op, g.total()), nil
}

func (f *field) slice(op *trace.Operation, in []moments) (moments, error) {
	out, ok := in[0].cut(op.Args.Value("start"), op.Args.Value("count"))
	if !ok {
		return nil, errOpen
	}
	return out, nil
}

func (f *field) sliceBack(op *trace.Operation, g gradient) ([]gradient, error) {
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

func (f *field) zeroPad(op *trace.Operation, in []moments) (moments, error) {
	from, to := op.Inputs[0].Shape, op.Output.Shape
	out := in[0].joined()
	if kept := exactly(from.Positions().Div(to.Positions())); !kept.isOne() {
		out = out.each(func(p part) part {
			p.mean, p.square, p.means, p.rectified = p.mean.mul(kept), p.square.mul(kept), p.means.mul(kept).mul(kept), false
			return p
		})
	}
	if rest := to.Width.Sub(from.Width); !rest.IsZero() {
		out = append(out, part{width: rest, symmetric: true})
	}
	return out, nil
}

func (f *field) zeroPadBack(op *trace.Operation, g gradient) ([]gradient, error) {
	from, to := op.Inputs[0].Shape, op.Output.Shape
	out, ok := g.cut(symbolic.Expr{}, from.Width)
	if !ok {
		return nil, errOpen
	}
	return []gradient{out.by(exactly(from.Positions().Div(to.Positions())))}, nil
}

func (f *field) sum(op *trace.Operation, in []moments) (moments, error) {
	all, ok := aligned(in)
	if !ok {
		return nil, errOpen
	}
	out := make(moments, len(all[0]))
	divisor := whole(1)
	if op.Kind.Name == "mean" {
		divisor = whole(int64(len(in)))
	}
	sign := whole(1)
	if op.Kind.Name == "subtract" {
		sign = whole(-1)
	}
	for k := range out {
		s := part{width: all[0][k].width, symmetric: true}
		for j, m := range all {
			p := m[k]
			if j > 0 {
				p.mean = p.mean.mul(sign)
			}
			if !s.symmetric && !p.symmetric {
				f.shared = f.shared || op.Kind.Name == "add"
				cross := s.mean.mul(p.mean).mul(whole(2))
				s.square, s.means = s.square.add(cross), s.means.add(cross)
			}
			s.square, s.means = s.square.add(p.square), s.means.add(p.means)
			if !p.symmetric {
				s.mean = s.mean.add(p.mean)
			}
			s.symmetric, s.blend = s.symmetric && p.symmetric, s.blend || p.blend
		}
		s.square, s.means, s.mean = s.square.quo(divisor).quo(divisor), s.means.quo(divisor).quo(divisor), s.mean.quo(divisor)
		out[k] = s
	}
	return out.joined(), nil
}

func (f *field) sumBack(op *trace.Operation, g gradient) ([]gradient, error) {
	factor := whole(1)
	if op.Kind.Name == "mean" {
		n := int64(len(op.Inputs))
		factor = exactly(symbolic.Rat(1, n*n))
	}
	leaning := 0
	for _, v := range op.Inputs {
		if !f.signal[v].average().symmetric {
			leaning++
		}
	}
	if leaning > 1 {
		factor = factor.modelled()
	}
	out := make([]gradient, len(op.Inputs))
	for k := range out {
		out[k] = g.by(factor)
	}
	return out, nil
}

func (f *field) concat(_ *trace.Operation, in []moments) (moments, error) {
	var out moments
	for _, m := range in {
		out = append(out, m...)
	}
	return out.joined(), nil
}

func (f *field) concatBack(op *trace.Operation, g gradient) ([]gradient, error) {
	out := make([]gradient, len(op.Inputs))
	var at symbolic.Expr
	for k, v := range op.Inputs {
		var ok bool
		if out[k], ok = g.cut(at, v.Shape.Width); !ok {
			return nil, errOpen
		}
		at = at.Add(v.Shape.Width)
	}
	return out, nil
}

func (f *field) product(op *trace.Operation, in []moments) (moments, error) {
	all, ok := aligned(in)
	if !ok {
		return nil, errOpen
	}
	out := all[0].joined()
	if len(out) != len(all[0]) {
		out = append(moments(nil), all[0]...)
	}
	for k := range out {
		for _, m := range all[1:] {
			p := m[k]
			out[k].square, out[k].means = out[k].square.mul(p.square).modelled(), out[k].means.mul(p.means).modelled()
			out[k].mean = out[k].mean.mul(p.mean)
			out[k].symmetric, out[k].rectified = out[k].symmetric || p.symmetric, false
		}
	}
	return out.joined(), nil
}

func (f *field) productBack(op *trace.Operation, g gradient) ([]gradient, error) {
	out := make([]gradient, len(op.Inputs))
	for k := range op.Inputs {
		factor := whole(1)
		for j, v := range op.Inputs {
			if j != k {
				factor = factor.mul(f.signal[v].average().square)
			}
		}
		out[k] = gradient{{width: op.Inputs[k].Shape.Width, at: g.total().by(factor.modelled())}}
	}
	return out, nil
}
