package flow

import (
	"math"

	"github.com/skipcost/skipcost/arch/symbolic"
)

// jetsOver is one bundle behind the other, over index = 0 … times − 1: weights multiply, and the mean lengths and their variances
// add up. What of these does not close is not known; count stands for times where that is too large a number to compute with.
func jetsOver(j jet, index string, times, count symbolic.Expr) (jet, error) {
	weight, ok := j.weight.Exact()
	length, ok1 := j.length.quo(j.weight).Exact()
	square, ok2 := j.square.quo(j.weight).Exact()
	if !ok || !ok1 || !ok2 {
		return jet{}, errOpen
	}
	w, err := productOver(weight, index, times, count)
	if err != nil {
		return jet{}, err
	}
	// A path through an iteration has all of its layers or none: the mean length is layers times the share that has them.
	layers, ok := constant(square.Div(length), index)
	if length.IsZero() {
		return jet{weight: w}, nil
	}
	if !ok {
		return jet{w, unknown, unknown}, nil
	}
	mean, squares := reciprocalsOver(length, index, times)
	variance := exactly(layers).mul(mean).sub(squares)
	return jet{w, w.mul(mean), w.mul(variance.add(mean.mul(mean)))}, nil
}

// reciprocalsOver is the sum over index = 0 … times − 1 of a number p/(i + b), and of its square. As numbers of too many terms
// they are floats, by digamma and trigamma functions; with times a symbol, the sum of squares is not known.
func reciprocalsOver(e symbolic.Expr, index string, times symbolic.Expr) (sum, squares Number) {
	at := func(i int64) symbolic.Expr { return e.Substitute(symbolic.Bindings{index: symbolic.Int(i)}) }
	if c, ok := constant(e, index); ok {
		return exactly(c.Mul(times)), exactly(c.Mul(c).Mul(times))
	}
	b := at(1).Div(at(0).Sub(at(1)))
	p := at(0).Mul(b)
	for i := int64(2); i < 6; i++ {
		if !at(i).Mul(symbolic.Int(i).Add(b)).Equal(p) {
			return unknown, unknown
		}
	}
	if sign, number := b.Sign(); !number || sign <= 0 {
		return unknown, unknown
	}
	n := floatOf(times)
	if math.IsNaN(n) {
		return exactly(p.Mul(symbolic.Harmonic(b, times.Add(b).Sub(symbolic.Int(1))))), unknown
	}
	x, y := floatOf(p), floatOf(b)
	return rounded(x * (digamma(y+n) - digamma(y))), rounded(x * x * (trigamma(y) - trigamma(y+n)))
}

// large is the argument from which on the first terms of an expansion in 1/x² are exact to the digits of a float.
const large = 20

// digamma is ψ(x) = ln x − 1/2x − 1/12x² + 1/120x⁴ − 1/252x⁶ + … for large x, and ψ(x) = ψ(x + 1) − 1/x.
func digamma(x float64) float64 {
	sum := 0.0
	for ; x < large; x++ {
		sum -= 1 / x
	}
	r := 1 / (x * x)
	return sum + math.Log(x) - 1/(2*x) - r*(1.0/12-r*(1.0/120-r/252))
}

// trigamma is its slope, ψ′(x) = 1/x + 1/2x² + 1/6x³ − 1/30x⁵ + 1/42x⁷ − … for large x, and ψ′(x) = ψ′(x + 1) + 1/x².
func trigamma(x float64) float64 {
	sum := 0.0
	for ; x < large; x++ {
		sum += 1 / (x * x)
	}
	r := 1 / (x * x)
	return sum + 1/x + r/2 + r/x*(1.0/6-r*(1.0/30-r/42))
}
