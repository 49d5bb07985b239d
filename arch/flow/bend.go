package flow

import (
	"math"

	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// bent are the moments of an activation of normal values: its mean, second moment, second moment of the channel means, and the
// mean square of its slope.
type bent struct{ mean, square, means, slope float64 }

// bend applies an activation to normal values of a mean, of that deviation around their channel's mean, and channel means of
// that spread.
func bend(kind string, mean, deviation, spread float64) bent {
	whole := math.Hypot(deviation, spread)
	if leak, ok := leaks(kind); ok {
		inner := func(m float64) float64 { x, _ := rectify(m, deviation, leak); return x }
		var b bent
		b.mean, b.square = rectify(mean, whole, leak)
		positive := 1.0
		if whole > 0 {
			positive = below(mean / whole)
		}
		b.slope = positive + leak*leak*(1-positive)
		b.means = gaussian(mean, spread, func(m float64) float64 { return inner(m) * inner(m) })
		return b
	}
	a, _ := activationOf(kind)
	inner := func(m float64) float64 { return gaussian(m, deviation, a.value) }
	return bent{
		mean:   gaussian(mean, whole, a.value),
		square: gaussian(mean, whole, func(x float64) float64 { return a.value(x) * a.value(x) }),
		slope:  gaussian(mean, whole, func(x float64) float64 { return a.slope(x) * a.slope(x) }),
		means:  gaussian(mean, spread, func(m float64) float64 { return inner(m) * inner(m) }),
	}
}

// leaks is the share that a rectifier lets through of negative values; false for other kinds.
func leaks(kind string) (float64, bool) {
	a, _ := activationOf(kind)
	return a.leak, a.rectifies
}

// rectify is the mean and the second moment of max(x, 0) + leak·min(x, 0) for a normal x: of max(x, 0) these are
// μΦ(μ/s) + sφ(μ/s) and (μ² + s²)Φ(μ/s) + μsφ(μ/s).
func rectify(m, s, leak float64) (mean, square float64) {
	half := func(m float64) (float64, float64) {
		if s <= 0 {
			return max(m, 0), max(m, 0) * max(m, 0)
		}
		p, d := below(m/s), density(m/s)
		return m*p + s*d, (m*m+s*s)*p + m*s*d
	}
	a, a2 := half(m)
	b, b2 := half(-m)
	return a - leak*b, a2 + leak*leak*b2
}

func (f *field) activate(op *trace.Operation, in []moments) (moments, error) {
	return in[0].each(func(p part) part { return activated(op.Kind.Name, p) }), nil
}

// activated is an activation of one part. What a ReLU makes of symmetric values has exactly half of their second moment.
func activated(kind string, p part) part {
	out := part{width: p.width, blend: p.blend, mean: unknown, means: unknown, square: unknown}
	if q, ok := p.square.rounded(); ok && p.means.Err() == nil && p.mean.Err() == nil && q.fraction != 0 {
		scale := 1.0 // rectifiers do not depend on the scale, so that values of any size will do
		mean, deviation, spread := p.mean.value(), p.deviation(), p.spread()
		if _, is := leaks(kind); is {
			scale = math.Sqrt(q.float())
		}
		if scale > 0 && !math.IsInf(scale, 0) {
			b := bend(kind, mean/scale, deviation/scale, spread/scale)
			out.mean, out.square, out.means = modelled(b.mean*scale), modelled(b.square*scale*scale), modelled(b.means*scale*scale)
			out.rectified, out.rawMean, out.rawDev, out.rawMeans = kind == "relu", mean, deviation, spread
		}
	}
	if kind == "relu" && p.symmetric {
		out.square = p.square.quo(whole(2))
	}
	return out
}

func (f *field) activateBack(op *trace.Operation, g gradient) ([]gradient, error) {
	return f.eachBack(op, g, func(p part, s slope) slope {
		s.at = s.at.by(slopeSquare(op.Kind.Name, p, s.among))
		return s
	})
}

// slopeSquare is the share of G that passes an activation of a part. Of a gradient at the largest of n values a ReLU stops only
// what meets n negative ones.
func slopeSquare(kind string, p part, among float64) Number {
	if kind == "relu" && p.symmetric && among == 0 {
		return exactly(symbolic.Rat(1, 2))
	}
	if _, ok := p.square.rounded(); !ok || p.means.Err() != nil || p.mean.Err() != nil {
		return unknown
	}
	slope := bend(kind, p.mean.value(), p.deviation(), p.spread()).slope
	if kind == "relu" && among > 0 {
		slope = 1 - math.Pow(1-slope, among)
	}
	return modelled(slope)
}

// windowOf is how many values a pool joins into one.
func windowOf(op *trace.Operation) symbolic.Expr {
	if op.Args.Has("kernel") {
		return symbolic.Product(op.Args.Axes("kernel")...)
	}
	return op.Inputs[0].Shape.Positions().Div(op.Output.Shape.Positions())
}

func (f *field) maxPool(op *trace.Operation, in []moments) (moments, error) {
	r, ok := windowOf(op).Rational()
	if !ok {
		return nil, errOpen
	}
	n, _ := r.Float64()
	return in[0].each(func(p part) part {
		mean, deviation, spread := p.mean.value(), p.deviation(), p.spread()
		value := func(x float64) float64 { return x }
		if p.rectified {
			mean, deviation, spread = p.rawMean, p.rawDev, p.rawMeans
			value = func(x float64) float64 { return max(x, 0) }
		}
		inner := func(m float64) float64 { return largest(n, m, deviation, value) }
		return part{
			width: p.width, mean: modelled(gaussian(mean, spread, inner)),
			means: modelled(gaussian(mean, spread, func(m float64) float64 { return inner(m) * inner(m) })),
			square: modelled(gaussian(mean, spread, func(m float64) float64 {
				return largest(n, m, deviation, func(x float64) float64 { return value(x) * value(x) })
			})),
		}
	}), nil
}

func (f *field) maxPoolBack(op *trace.Operation, g gradient) ([]gradient, error) {
	r, ok := windowOf(op).Rational()
	if !ok {
		return nil, errOpen
	}
	n, _ := r.Float64()
	out := g.by(whole(1).modelled())
	for k := range out {
		out[k].among = n
	}
	return []gradient{out}, nil
}

func (f *field) average(op *trace.Operation, in []moments) (moments, error) {
	return blurred(in[0], whole(1).quo(exactly(windowOf(op)))), nil
}

// blurred keeps the channel means and a share of what varies around them.
func blurred(in moments, share Number) moments {
	if share.isOne() {
		return in
	}
	return in.each(func(p part) part {
		p.square, p.rectified = p.means.add(p.square.sub(p.means).mul(share)).modelled(), false
		return p
	})
}

func (f *field) averageBack(op *trace.Operation, g gradient) ([]gradient, error) {
	return []gradient{g.by(whole(1).quo(exactly(windowOf(op)))).by(whole(1).modelled())}, nil
}

// weightSquares is Σ w² of the weights with which interpolation makes a value, averaged over the values between two others.
func weightSquares(op *trace.Operation) (Number, bool) {
	if op.Args.Word("mode") != "bilinear" {
		return whole(1), true
	}
	share := 1.0
	for k, from := range op.Inputs[0].Shape.Extents {
		r, ok := op.Output.Shape.Extents[k].Div(from).Rational()
		if !ok {
			return Number{}, false
		}
		ratio, _ := r.Float64()
		between := max(1, int(min(1024, math.Round(ratio))))
		sum := 0.0
		for j := range between {
			w := (float64(j) + 0.5) / float64(between)
			if between == 1 {
				w = 0
			}
			sum += (w*w + (1-w)*(1-w)) / float64(between)
		}
		share *= sum
	}
	return modelled(share), true
}

func (f *field) resample(op *trace.Operation, in []moments) (moments, error) {
	share, ok := weightSquares(op)
	if !ok {
		return nil, errOpen
	}
	return blurred(in[0], share), nil
}

func (f *field) resampleBack(op *trace.Operation, g gradient) ([]gradient, error) {
	share, ok := weightSquares(op)
	if !ok {
		return nil, errOpen
	}
	return []gradient{g.by(share)}, nil
}
