package flow

import (
	"math"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// activation is a function of single values. A rectifier passes an exactly known share of the second moment of symmetric
// values, a half for a ReLU; for others the moments are those of normal values.
type activation struct{}

func (activation) forward(f *field, op *trace.Operation, in []moments) (moments, error) {
	return in[0].each(func(p part) part { return f.activated(op.Kind.Function, p) }), nil
}

// symmetricShare is the mean square of the slope of a rectifier at symmetric values, which is also the share of their second
// moment that passes: (1 + leak²)/2.
func symmetricShare(a *arch.Function) Number {
	return exactly(symbolic.Int(1).Add(a.Leak.Mul(a.Leak)).Div(symbolic.Int(2)))
}

func (f *field) activated(a *arch.Function, p part) part {
	out := part{width: p.width, blend: p.blend, mean: unknown, means: unknown, square: unknown}
	if q, ok := p.square.rounded(); ok && p.means.Err() == nil && p.mean.Err() == nil && q.fraction != 0 {
		scale := 1.0 // rectifiers do not depend on the scale, so that values of any size will do
		before := p.normal()
		if a.Rectifies {
			scale = math.Sqrt(q.float())
		}
		if scale > 0 && !math.IsInf(scale, 0) {
			b := f.bend(a, before.by(1/scale))
			out.mean, out.square, out.means = modelled(b.mean*scale), modelled(b.square*scale*scale), modelled(b.means*scale*scale)
			if a.Monotone {
				out.before, out.function = before, a
			}
		}
	}
	if a.Rectifies && p.symmetric {
		out.square = p.square.mul(symmetricShare(a))
	}
	return out
}

func (activation) backward(f *field, op *trace.Operation, g gradient) ([]gradient, error) {
	return f.eachBack(op, g, func(p part, s slope) slope {
		s.at = s.at.by(f.slopeSquare(op.Kind.Function, p, s.among))
		return s
	})
}

// slopeSquare is the share of G that passes an activation of a part. A gradient at the largest of n values meets the slope there,
// so that a ReLU stops only what meets n negative ones.
func (f *field) slopeSquare(a *arch.Function, p part, among float64) Number {
	if a.Rectifies && p.symmetric && among == 0 {
		return symmetricShare(a)
	}
	if _, ok := p.square.rounded(); !ok || p.means.Err() != nil || p.mean.Err() != nil {
		return unknown
	}
	before := p.normal()
	positive := before.positive()
	switch {
	case a.Rectifies && among == 0:
		return modelled(rectifiedSlope(a, positive))
	case a.Rectifies:
		return modelled(rectifiedSlope(a, 1-math.Pow(1-positive, among)))
	case a.Monotone && among > 0:
		return modelled(ofLargest(among).expect(before.mean, before.deviation(), func(x float64) float64 { return a.Slope(x) * a.Slope(x) }))
	}
	return modelled(f.bend(a, before).slope)
}

// normal is a distribution of normal values around normal channel means: the mean over channels, the deviation within a channel,
// and the spread of the channel means. The zero value stands for none.
type normal struct{ mean, within, spread float64 }

func (p part) normal() normal {
	m := p.mean.value()
	return normal{m, math.Sqrt(max(0, p.square.sub(p.means).value())), math.Sqrt(max(0, p.means.value()-m*m))}
}

// deviation is that of all values together, and positive the share of them above 0.
func (n normal) deviation() float64 { return math.Hypot(n.within, n.spread) }

func (n normal) positive() float64 {
	if d := n.deviation(); d > 0 {
		return arch.NormalBelow(n.mean / d)
	}
	return 1
}

func (n normal) by(factor float64) normal {
	return normal{n.mean * factor, n.within * factor, n.spread * factor}
}

// channels takes the first and the second moment of what becomes of a channel, given its mean, over all channels: their mean, the mean
// square of the first ones, and the mean of the second ones. The moments of a channel are expectations over the values around its mean,
// so that places may lie as far apart as those values are spread.
func (n normal) channels(inner func(mean float64) (first, second float64)) (mean, means, square float64) {
	if n.spread <= 0 {
		first, second := inner(n.mean)
		return first, first * first, second
	}
	stride := max(1, int(min(4, n.within/(n.spread*spacing))))
	for k, z := 0, ofNormal(); k < len(z); k += stride {
		first, second := inner(n.mean + n.spread*place(k))
		mean += z[k] * first
		means += z[k] * (first * first)
		square += z[k] * second
	}
	apart := spacing * float64(stride)
	return mean * apart, means * apart, square * apart
}

// bent are the moments of an activation of normal values: its mean, second moment, second moment of the channel means, and the
// mean square of its slope.
type bent struct{ mean, square, means, slope float64 }

func bend(a *arch.Function, n normal) bent {
	var b bent
	z, all := ofNormal(), n.deviation()
	of := func(mean, deviation float64) (first, second float64) { return z.moments(mean, deviation, a.Value) }
	if a.Rectifies {
		leak := floatOf(a.Leak)
		of = func(mean, deviation float64) (first, second float64) { return rectify(mean, deviation, leak) }
		b.slope = rectifiedSlope(a, n.positive())
	} else {
		_, b.slope = z.moments(n.mean, all, a.Slope)
	}
	b.mean, b.square = of(n.mean, all)
	_, b.means, _ = n.channels(func(mean float64) (first, second float64) { return of(mean, n.within) })
	return b
}

// bend remembers what an activation makes of normal values, which are met forward and backward.
func (f *field) bend(a *arch.Function, n normal) bent {
	key := bending{a, n}
	b, known := f.bent[key]
	if !known {
		b = bend(a, n)
		f.bent[key] = b
	}
	return b
}

// bending is an activation of normal values.
type bending struct {
	by *arch.Function
	of normal
}

// rectifiedSlope is the mean square of a rectifier's slope where that share of the values is positive.
func rectifiedSlope(a *arch.Function, positive float64) float64 {
	leak := floatOf(a.Leak)
	return positive + leak*leak*(1-positive)
}

// rectify is the mean and the second moment of max(x, 0) + leak·min(x, 0) for a normal x: of max(x, 0) these are
// μΦ(μ/s) + sφ(μ/s) and (μ² + s²)Φ(μ/s) + μsφ(μ/s).
func rectify(m, s, leak float64) (mean, square float64) {
	half := func(m float64) (float64, float64) {
		if s <= 0 {
			return max(m, 0), max(m, 0) * max(m, 0)
		}
		p, d := arch.NormalBelow(m/s), arch.NormalDensity(m/s)
		return m*p + s*d, (m*m+s*s)*p + m*s*d
	}
	a, a2 := half(m)
	if leak == 0 {
		return a, a2
	}
	b, b2 := half(-m)
	return a - leak*b, a2 + leak*leak*b2
}
