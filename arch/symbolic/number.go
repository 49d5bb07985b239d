package symbolic

import (
	"math/big"
	"math/bits"
)

// number is an exact rational: a small integer, or a big rational where it does not fit. Every result shrinks.
type number struct {
	small int64
	big   *big.Rat // nil: the value is small
}

func small(n int64) number { return number{small: n} }

func rational(r *big.Rat) number {
	if r.IsInt() && r.Num().IsInt64() {
		return number{small: r.Num().Int64()}
	}
	return number{big: r}
}

// rat is the value as a big rational that the caller must not write to.
func (a number) rat() *big.Rat {
	if a.big != nil {
		return a.big
	}
	return new(big.Rat).SetInt64(a.small)
}

func (a number) add(b number) number {
	if a.big == nil && b.big == nil {
		if s := a.small + b.small; (s > a.small) == (b.small > 0) {
			return number{small: s}
		}
	}
	return rational(new(big.Rat).Add(a.rat(), b.rat()))
}

func (a number) mul(b number) number {
	if a.big == nil && b.big == nil {
		if p, ok := mulSmall(a.small, b.small); ok {
			return number{small: p}
		}
	}
	return rational(new(big.Rat).Mul(a.rat(), b.rat()))
}

// mulSmall multiplies where the product fits.
func mulSmall(a, b int64) (int64, bool) {
	hi, lo := bits.Mul64(magnitude(a), magnitude(b))
	if hi != 0 || lo > 1<<63-1 {
		return 0, false
	}
	if (a < 0) != (b < 0) {
		return -int64(lo), true
	}
	return int64(lo), true
}

func magnitude(a int64) uint64 {
	if a < 0 {
		return -uint64(a)
	}
	return uint64(a)
}

func (a number) neg() number { return a.mul(small(-1)) }

// inverse is 1/a of a number that is not 0.
func (a number) inverse() number {
	if a.big == nil && (a.small == 1 || a.small == -1) {
		return a
	}
	return rational(new(big.Rat).Inv(a.rat()))
}

func (a number) sign() int {
	if a.big != nil {
		return a.big.Sign()
	}
	switch {
	case a.small > 0:
		return 1
	case a.small < 0:
		return -1
	}
	return 0
}

func (a number) isZero() bool { return a.big == nil && a.small == 0 }
func (a number) isOne() bool  { return a.big == nil && a.small == 1 }
func (a number) isInt() bool  { return a.big == nil || a.big.IsInt() }

func (a number) equal(b number) bool {
	if a.big == nil || b.big == nil {
		return a.big == nil && b.big == nil && a.small == b.small
	}
	return a.big.Cmp(b.big) == 0
}

// floor is the largest whole number that is not above a.
func (a number) floor() number {
	if a.isInt() {
		return a
	}
	q, m := new(big.Int).DivMod(a.big.Num(), a.big.Denom(), new(big.Int))
	_ = m
	return rational(new(big.Rat).SetInt(q))
}

// num and denom are the parts of the reduced fraction.
func (a number) num() *big.Int {
	if a.big != nil {
		return a.big.Num()
	}
	return big.NewInt(a.small)
}

func (a number) denom() *big.Int {
	if a.big != nil {
		return a.big.Denom()
	}
	return big.NewInt(1)
}

// String writes a whole number or a fraction.
func (a number) String() string {
	if a.isInt() {
		return a.num().String()
	}
	return a.big.String()
}

// bits is the size of the number in bits, numerator and denominator together.
func (a number) bits() int {
	if a.big == nil {
		return 64
	}
	return a.big.Num().BitLen() + a.big.Denom().BitLen()
}

// power is a^n for a small exponent.
func (a number) power(n int64) number {
	if n < 0 {
		return a.inverse().power(-n)
	}
	e := big.NewInt(n)
	num := new(big.Int).Exp(a.num(), e, nil)
	den := new(big.Int).Exp(a.denom(), e, nil)
	return rational(new(big.Rat).SetFrac(num, den))
}
