package flow

import (
	"math"

	"github.com/skipcost/skipcost/arch/trace"
)

// drift is three consecutive moments of a loop with sums in its body, from the last of which on all moments grow by a constant
// amount per iteration, or by an amount that itself grows by a constant. It stands for the iterations that follow. A stack with
// norms in its branches drifts: the mean grows with the depth, and the second moment with its square.
type drift [3]moments

// drifts is the drift of the last moments of a list, if the two before the next one and the next one follow it.
func drifts(entering []moments, next moments) (drift, bool) {
	n := len(entering)
	if n < 4 {
		return drift{}, false
	}
	before := drift(entering[n-4 : n-1])
	last := drift(entering[n-3:])
	return last, before.leads(entering[n-1]) && last.leads(next)
}

// leads reports whether moments are those that the drift predicts one step on.
func (d drift) leads(next moments) bool {
	if len(d[0]) != len(next) || len(d[1]) != len(next) || len(d[2]) != len(next) {
		return false
	}
	for k, p := range next {
		for _, m := range d {
			if !m[k].width.Equal(p.width) || m[k].symmetric != p.symmetric {
				return false
			}
		}
		at := d.at(1)[k]
		last := d[2][k]
		if !follows(last.square, p.square, at.square) || !follows(last.means, p.means, at.means) || !follows(last.mean, p.mean, at.mean) {
			return false
		}
	}
	return true
}

// follows reports whether a number grows as predicted, up to its rounding.
func follows(last, next, foreseen Number) bool {
	x, known := last.rounded()
	y, also := next.rounded()
	z, foretold := foreseen.rounded()
	if !known || !also || !foretold {
		return false
	}
	return math.Abs(z.float()-y.float()) <= 1e-8*math.Abs(y.float()-x.float())+4e-15*math.Abs(y.float())
}

// at are the moments a number of steps behind the last ones, by their differences.
func (d drift) at(steps float64) moments {
	along := func(a, b, c Number) Number {
		x, y, z := a.value(), b.value(), c.value()
		return modelled(z + steps*(z-y) + steps*(steps+1)/2*(z-2*y+x))
	}
	out := make(moments, len(d[2]))
	for k, p := range d[2] {
		a, b := d[0][k], d[1][k]
		out[k] = p.anew()
		out[k].square, out[k].means, out[k].mean = along(a.square, b.square, p.square), along(a.means, b.means, p.means), along(a.mean, b.mean, p.mean)
	}
	return out
}

// slowBack is the jet of all iterations but the last of those that change slowly: logarithms of weights, mean lengths and their
// variances are sums over the iterations.
func (f *field) slowBack(l *trace.Loop, s *slow) (jet, error) {
	total, err := s.sum(func(in moments) (sums, error) {
		through, _, err := f.iterationBack(l, in, 0)
		if err != nil {
			return sums{}, err
		}
		j := through.at.of
		log, ok := j.weight.Log10()
		if !ok || through.among > 0 {
			return sums{}, errOpen
		}
		mean := j.length.quo(j.weight)
		return sums{log, mean.value(), j.square.quo(j.weight).sub(mean.mul(mean)).value()}, nil
	})
	if err != nil {
		return jet{}, err
	}
	w := Number{float: scaled10(total[0]), how: isModel}
	mean, variance := total[1], total[2]
	return jet{w, w.mul(modelled(mean)), w.mul(modelled(variance + mean*mean))}, nil
}

// sums are the logarithm of a weight, a mean length and its variance.
type sums [3]float64

func (a sums) add(b sums, times float64) sums {
	for k := range a {
		a[k] += times * b[k]
	}
	return a
}

// sumSmooth is Σ f(x) over x = 0 … n − 1 for an f that is smooth in the logarithm of x: the first terms one by one, the others by the
// formula of Euler and Maclaurin, ∫f + (f(a) + f(b))/2 + (f′(b) − f′(a))/12, the integral by Simpson's rule over ln x.
func sumSmooth(n int64, f func(x float64) (sums, error)) (sums, error) {
	const single, intervals = 64, 256
	var total sums
	var failed error
	add := func(x, times float64) {
		if failed != nil {
			return
		}
		value, err := f(x)
		total, failed = total.add(value, times), err
	}
	for x := range min(n, single) {
		add(float64(x), 1)
	}
	if n <= single+1 {
		if n == single+1 {
			add(single, 1)
		}
		return total, failed
	}
	a, b := float64(single), float64(n-1)
	add(a, 1.0/2)
	add(b, 1.0/2)
	const h = 1.0 / 8
	add(a+h, -1.0/12/(2*h))
	add(a-h, 1.0/12/(2*h))
	add(b+h, 1.0/12/(2*h))
	add(b-h, -1.0/12/(2*h))
	step := math.Log(b/a) / intervals
	for k := range intervals + 1 {
		weight := 4.0
		switch {
		case k == 0 || k == intervals:
			weight = 1
		case k%2 == 0:
			weight = 2
		}
		x := a * math.Exp(step*float64(k))
		add(x, weight*step/3*x)
	}
	return total, failed
}
