package flow

import (
	"math"

	"github.com/skipcost/skipcost/arch/trace"
)

// slow is a run of iterations that change ever more slowly without settling: the input of the last one, and how to sum a
// function of the inputs of the others.
type slow struct {
	last moments
	sum  func(f func(moments) (sums, error)) (sums, error)
}

// slow is a drift of so many iterations.
func (d drift) slow(iterations int64) *slow {
	return &slow{d.at(float64(iterations - 1)), func(f func(moments) (sums, error)) (sums, error) {
		return sumSmooth(iterations-1, func(x float64) (sums, error) { return f(d.at(x)) })
	}}
}

// Iterations in which functions of normal values stand change by less the later they are, but by no polynomial: a stack of adds
// with norms in its branches grows about linearly, while the shares of its moments approach their limits as 1/k. From a number
// of iterations on they are followed along a curve in steps of ln k, and not one by one.
const (
	beginsCourse = 256
	courseStep   = 0.1
)

// unhurried reports whether the last three moments of the list and the next ones change as slowly as iterations behind so many
// should.
func unhurried(entering []moments, next moments) bool {
	n := len(entering)
	if n < beginsCourse {
		return false
	}
	x, y, z := entering[n-2].vector(), entering[n-1].vector(), next.vector()
	if len(x) != len(y) || len(y) != len(z) {
		return false
	}
	for k := range x {
		before, now := y[k]-x[k], z[k]-y[k]
		if math.IsNaN(now) || math.Abs(now-before) > 4/float64(n)*math.Abs(now)+1e-12*math.Abs(z[k]) {
			return false
		}
	}
	return true
}

// vector lists the numbers of moments.
func (m moments) vector() []float64 {
	var out []float64
	for _, p := range m {
		out = append(out, p.square.value(), p.means.value(), p.mean.value())
	}
	return out
}

// moved are moments with a multiple of a vector added to their numbers.
func (m moments) moved(by []float64, times float64) moments {
	out := make(moments, len(m))
	add := func(n Number, by float64) Number {
		if by *= times; by == 0 {
			return n
		}
		return modelled(n.value() + by)
	}
	for k, p := range m {
		out[k] = p.anew()
		out[k].square, out[k].means, out[k].mean = add(p.square, by[3*k]), add(p.means, by[3*k+1]), add(p.mean, by[3*k+2])
	}
	return out
}

// course follows a loop along a curve, from the input of one iteration to the input of a much later one.
type course struct {
	*field
	loop *trace.Loop
}

// slope is the rate of change of moments at the beginning of an iteration: the change over the iteration, less half of the
// second difference.
func (c course) slope(at moments) ([]float64, error) {
	step := func(m moments) ([]float64, error) {
		next, err := c.iteration(c.loop, m)
		if err != nil {
			return nil, err
		}
		x, y := m.vector(), next.vector()
		if len(x) != len(y) {
			return nil, errOpen
		}
		for k := range y {
			y[k] -= x[k]
		}
		return y, nil
	}
	first, err := step(at)
	if err != nil {
		return nil, err
	}
	second, err := step(at.moved(first, 1))
	if err != nil || len(second) != len(first) {
		return nil, errOpen
	}
	for k := range first {
		first[k] = 1.5*first[k] - 0.5*second[k]
	}
	return first, nil
}

// waypoint is a place on the curve, and its weight in an integral over the iterations.
type waypoint struct {
	at     moments
	weight float64
}

// follow runs from iteration k on, by the rule of Runge and Kutta of the fourth order over ln k. Sums over the iterations are integrals,
// by Simpson's rule, corrected by half of the ends.
func (c course) follow(at moments, k float64, iterations int64) (*slow, error) {
	end := math.Log(k + float64(iterations-1))
	from := math.Log(k)
	steps := math.Ceil((end - from) / courseStep)
	h := (end - from) / steps
	way := []waypoint{{at, 0.5}}
	for n := range int(steps) {
		s := from + h*float64(n)
		next, slopes, err := c.step(at, s, h)
		if err != nil {
			return nil, err
		}
		x, y := at.vector(), next.vector()
		middle := make([]float64, len(x))
		for k := range x { // between two places with their slopes
			middle[k] = (y[k]-x[k])/2 + h/8*(slopes[0][k]-slopes[1][k])
		}
		way[len(way)-1].weight += h / 6 * math.Exp(s)
		way = append(way, waypoint{at.moved(middle, 1), 4 * h / 6 * math.Exp(s+h/2)}, waypoint{next, h / 6 * math.Exp(s+h)})
		at = next
	}
	way[len(way)-1].weight -= 0.5
	return &slow{at, func(f func(moments) (sums, error)) (sums, error) {
		var total sums
		for _, p := range way {
			value, err := f(p.at)
			if err != nil {
				return total, err
			}
			total = total.add(value, p.weight)
		}
		return total, nil
	}}, nil
}

// step is one step of ln k, with the slopes by ln k at its ends.
func (c course) step(at moments, s, h float64) (next moments, slopes [2][]float64, err error) {
	var all [4][]float64
	weights := [4]float64{1.0 / 6, 1.0 / 3, 1.0 / 3, 1.0 / 6}
	next = at
	for n, part := range [4]float64{0, 0.5, 0.5, 1} {
		place := at
		if n > 0 {
			place = at.moved(all[n-1], h*part)
		}
		if all[n], err = c.slope(place); err != nil {
			return nil, slopes, err
		}
		for k := range all[n] {
			all[n][k] *= math.Exp(s + h*part)
		}
		next = next.moved(all[n], h*weights[n])
	}
	slopes[0], slopes[1] = all[0], all[3]
	return next, slopes, nil
}
