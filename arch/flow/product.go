package flow

import (
	"math"

	"github.com/skipcost/skipcost/arch/symbolic"
)

// productOver is Π of a factor over index = 0 … times − 1: a power where the factor does not depend on the index, and for a factor
// (i + a)/(i + b) a quotient of Γ functions, which is rational in times where a − b is whole. count stands for times where it is
// too large a number to compute with.
func productOver(factor symbolic.Expr, index string, times, count symbolic.Expr) (Number, error) {
	if !factor.Has(index) {
		if factor.IsZero() {
			return Number{}, nil
		}
		p := factor.Pow(count)
		return exactly(p), p.Err()
	}
	if n, ok := times.Int64(); ok && n <= maxCounted {
		out := whole(1)
		for i := range n {
			out = out.mul(exactly(factor.Substitute(symbolic.Bindings{index: symbolic.Int(i)})))
		}
		return out, out.Err()
	}
	if c, ok := constant(factor, index); ok {
		return productOver(c, index, times, count)
	}
	a, b, ok := fraction(factor, index)
	if !ok {
		return Number{}, errOpen
	}
	if d, whole := a.Sub(b).Int64(); whole && d >= 0 && d <= 16 {
		return exactly(rising(b, d, times)), nil
	} else if whole && d < 0 && d >= -16 {
		return exactly(symbolic.Int(1).Div(rising(a, -d, times))), nil
	}
	n, ok := times.Rational()
	if !ok {
		p := runningProduct(a, b, times)
		return exactly(p), p.Err()
	}
	t, _ := n.Float64()
	x, y := floatOf(a), floatOf(b)
	log := logGamma(t+x, t+y) - logGamma(x, y)
	return Number{float: scaled10(log / math.Ln10), how: isRounded}, nil
}

// constant is a factor that is the same number for every index, though the index is written in it.
func constant(factor symbolic.Expr, index string) (symbolic.Expr, bool) {
	at := func(i int64) symbolic.Expr { return factor.Substitute(symbolic.Bindings{index: symbolic.Int(i)}) }
	first := at(0)
	for i := int64(1); i < 6; i++ {
		if !at(i).Equal(first) {
			return first, false
		}
	}
	return first, first.Err() == nil
}

// runningProduct is Π_{i<times} (i + a)/(i + b), the part of a − b that is whole as a polynomial, the rest as a running product.
func runningProduct(a, b, times symbolic.Expr) symbolic.Expr {
	whole := a.Sub(b).Floor()
	near := b.Add(whole)
	if sign, _ := near.Sign(); sign <= 0 {
		near, whole = b, symbolic.Expr{}
	}
	out := symbolic.RunningProduct(a.Sub(near), near, times.Add(near).Sub(symbolic.Int(1)))
	d, _ := whole.Int64()
	if d < 0 {
		return out.Div(rising(near, -d, times))
	}
	return out.Mul(rising(b, d, times))
}

func floatOf(e symbolic.Expr) float64 {
	r, ok := e.Rational()
	if !ok {
		return math.NaN()
	}
	x, _ := r.Float64()
	return x
}

// logGamma is log Γ(x)/Γ(y), for large arguments by the first terms of its expansion, where the functions themselves would cancel.
func logGamma(x, y float64) float64 {
	if y > 1e6 {
		d := x - y
		return d*math.Log(y) + d*(d-1)/(2*y)
	}
	high, _ := math.Lgamma(x)
	low, _ := math.Lgamma(y)
	return high - low
}

// rising is Π_{i<times} (i + b + d)/(i + b) for a whole d: Π_{k<d} (times + b + k)/(b + k).
func rising(b symbolic.Expr, d int64, times symbolic.Expr) symbolic.Expr {
	out := symbolic.Int(1)
	for k := range d {
		at := b.Add(symbolic.Int(k))
		out = out.Mul(times.Add(at)).Div(at)
	}
	return out
}

// fraction writes a factor as (i + a)/(i + b), found from three of its values and checked at others.
func fraction(factor symbolic.Expr, index string) (a, b symbolic.Expr, ok bool) {
	at := func(i int64) symbolic.Expr { return factor.Substitute(symbolic.Bindings{index: symbolic.Int(i)}) }
	f0, f1 := at(0), at(1)
	// f0·b = a and f1·(1 + b) = 1 + a.
	b = symbolic.Int(1).Sub(f1).Div(f1.Sub(f0))
	a = f0.Mul(b)
	for _, e := range []symbolic.Expr{a, b} {
		if sign, number := e.Sign(); !number || sign <= 0 {
			return a, b, false
		}
	}
	for i := int64(2); i < 6; i++ {
		n := symbolic.Int(i)
		if !at(i).Equal(n.Add(a).Div(n.Add(b))) {
			return a, b, false
		}
	}
	return a, b, true
}
