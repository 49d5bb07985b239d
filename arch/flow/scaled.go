package flow

import (
	"math"
	"math/big"
)

// scaled is a float whose exponent has no bounds in practice: fraction·2^exponent with 1/2 ≤ |fraction| < 1, or 0. Gains grow
// and shrink by a factor with every layer, far beyond what a float64 holds.
type scaled struct {
	fraction float64
	exponent int64
}

func scale(x float64) scaled { return scaled{fraction: x}.normal() }

func (a scaled) normal() scaled {
	f, e := math.Frexp(a.fraction)
	if f == 0 {
		return scaled{}
	}
	return scaled{f, a.exponent + int64(e)}
}

func (a scaled) mul(b scaled) scaled {
	return scaled{a.fraction * b.fraction, a.exponent + b.exponent}.normal()
}

func (a scaled) quo(b scaled) scaled {
	return scaled{a.fraction / b.fraction, a.exponent - b.exponent}.normal()
}

func (a scaled) add(b scaled) scaled {
	switch {
	case a.fraction == 0:
		return b
	case b.fraction == 0:
		return a
	case a.exponent < b.exponent:
		a, b = b, a
	}
	const enough = 64 // further bits do not reach the sum
	if a.exponent-b.exponent > enough {
		return a
	}
	return scaled{a.fraction + math.Ldexp(b.fraction, int(b.exponent-a.exponent)), a.exponent}.normal()
}

// near reports whether two numbers differ in their last bits at most.
func (a scaled) near(b scaled) bool {
	if a.fraction == 0 || b.fraction == 0 {
		return a.fraction == b.fraction
	}
	return math.Abs(a.quo(b).float()-1) <= 1e-14
}

// power is a positive number to a power.
func (a scaled) power(n float64) scaled {
	if a.fraction <= 0 {
		return scaled{}
	}
	bits := (math.Log2(a.fraction) + float64(a.exponent)) * n
	whole := math.Floor(bits)
	return scaled{math.Exp2(bits - whole), int64(whole)}.normal()
}

// float is the value as a float64: infinite or 0 where it does not fit.
func (a scaled) float() float64 {
	switch {
	case a.exponent > 2000:
		return math.Inf(int(math.Copysign(1, a.fraction)))
	case a.exponent < -2000:
		return 0
	}
	return math.Ldexp(a.fraction, int(a.exponent))
}

// log10 is the decimal logarithm of the magnitude.
func (a scaled) log10() float64 {
	return math.Log10(math.Abs(a.fraction)) + float64(a.exponent)*math.Log10(2)
}

// scaledRat rounds a rational of any size.
func scaledRat(r *big.Rat) scaled {
	if r.Sign() == 0 {
		return scaled{}
	}
	return scaledInt(r.Num()).quo(scaledInt(r.Denom()))
}

func scaledInt(n *big.Int) scaled {
	if n.IsInt64() {
		fraction, exponent := math.Frexp(float64(n.Int64()))
		return scaled{fraction, int64(exponent)}.normal()
	}
	f := new(big.Float).SetPrec(64).SetInt(n)
	fraction := new(big.Float)
	exponent := f.MantExp(fraction)
	x, _ := fraction.Float64()
	return scaled{x, int64(exponent)}.normal()
}

// scaled10 is 10^log.
func scaled10(log float64) scaled {
	bits := math.Floor(log / math.Log10(2))
	return scaled{math.Exp2(log/math.Log10(2) - bits), int64(bits)}.normal()
}
