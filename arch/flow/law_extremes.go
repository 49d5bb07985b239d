package flow

import (
	"cmp"
	"math"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/trace"
)

// extremes are the greatest or the least of several tensors, element by element, taken two at a time.
type extremes struct{}

// values are the distributions of the operands; those of minima are looked at upside down.
func (extremes) values(f *field, op *trace.Operation) ([]normal, float64, error) {
	sign := 1.0
	if op.Kind == arch.Minimum.Kind() {
		sign = -1
	}
	var all []normal
	for _, v := range op.Inputs {
		p := f.signal[v].average()
		if _, known := p.square.rounded(); !known || p.means.Err() != nil || p.mean.Err() != nil {
			return nil, 0, needsNumbers{}
		}
		n := p.normal()
		n.mean *= sign
		all = append(all, n)
	}
	return all, sign, nil
}

// larger is the greater of two normal values, as one, and the share of values in which the first is that one.
func (a normal) larger(b normal) (both normal, share float64) {
	mean, square, share := a.greater(b.mean, math.Hypot(a.deviation(), b.deviation()), b.deviation())
	z := ofNormal()
	means := z.expectEvery(4, a.mean, a.spread, func(m float64) float64 {
		return z.expectEvery(4, b.mean, b.spread, func(n float64) float64 {
			x, _, _ := normal{mean: m, within: a.within}.greater(n, math.Hypot(a.within, b.within), b.within)
			return x * x
		})
	})
	spread := max(0, means-mean*mean)
	return normal{mean, math.Sqrt(max(0, square-mean*mean-spread)), math.Sqrt(spread)}, share
}

// greater is the mean and the second moment of the greater of two normal values whose difference has a deviation, and how often it is the
// first.
func (a normal) greater(mean, difference, deviation float64) (first, second, share float64) {
	if difference <= 0 { // of two numbers the greater one, or either
		first = max(a.mean, mean)
		return first, first * first, float64(1+cmp.Compare(a.mean, mean)) / 2
	}
	at := (a.mean - mean) / difference
	share = arch.NormalBelow(at)
	density := difference * arch.NormalDensity(at)
	own := a.deviation()
	first = a.mean*share + mean*(1-share) + density
	second = (a.mean*a.mean+own*own)*share + (mean*mean+deviation*deviation)*(1-share) + (a.mean+mean)*density
	return first, second, share
}

func (l extremes) forward(f *field, op *trace.Operation, _ []moments) (moments, error) {
	all, sign, err := l.values(f, op)
	if err != nil {
		return nil, err
	}
	best := all[0]
	for _, n := range all[1:] {
		best, _ = best.larger(n)
	}
	means := best.mean*best.mean + best.spread*best.spread
	return moments{{
		width: op.Output.Shape.Width, mean: modelled(sign * best.mean), means: modelled(means), square: modelled(means + best.within*best.within),
	}}, nil
}

func (l extremes) backward(f *field, op *trace.Operation, g gradient) ([]gradient, error) {
	all, _, err := l.values(f, op)
	if err != nil {
		return nil, err
	}
	shares := make([]float64, len(all))
	best := all[0]
	shares[0] = 1
	for k, n := range all[1:] {
		var kept float64
		best, kept = best.larger(n)
		for j := range k + 1 {
			shares[j] *= kept
		}
		shares[k+1] = 1 - kept
	}
	out := make([]gradient, len(op.Inputs))
	for k, v := range op.Inputs {
		out[k] = gradient{{width: v.Shape.Width, at: g.total().by(modelled(shares[k]))}}
	}
	return out, nil
}
