package grid

import (
	"math/big"
	"math/bits"
)

// Wide is a whole number of 128 bits in two's complement.
type Wide struct {
	hi int64
	lo uint64
}

// WideOf is a number of fewer than 127 bits.
func WideOf(n *big.Int) Wide {
	var magnitude [16]byte
	new(big.Int).Abs(n).FillBytes(magnitude[:])
	var w Wide
	for _, b := range magnitude[:8] {
		w.hi = w.hi<<8 | int64(b)
	}
	for _, b := range magnitude[8:] {
		w.lo = w.lo<<8 | uint64(b)
	}
	if n.Sign() < 0 {
		return w.neg()
	}
	return w
}

func wideWord(n int64) Wide { return Wide{n >> 63, uint64(n)} }

// Big is the number without a bound.
func (w Wide) Big() *big.Int {
	out := big.NewInt(w.hi)
	return out.Lsh(out, 64).Add(out, new(big.Int).SetUint64(w.lo))
}

// Cmp is −1, 0 or 1 as w is less than v, equal or greater.
func (w Wide) Cmp(v Wide) int {
	switch {
	case w == v:
		return 0
	case w.hi < v.hi || w.hi == v.hi && w.lo < v.lo:
		return -1
	}
	return 1
}

func (w Wide) add(v Wide) Wide {
	lo, carry := bits.Add64(w.lo, v.lo, 0)
	return Wide{w.hi + v.hi + int64(carry), lo}
}

func (w Wide) neg() Wide {
	lo, borrow := bits.Sub64(0, w.lo, 0)
	return Wide{-w.hi - int64(borrow), lo}
}

// mul is the product where it fits, whatever the signs are: the lower halves of two's complements multiply like those of numbers.
func (w Wide) mul(v Wide) Wide {
	hi, lo := bits.Mul64(w.lo, v.lo)
	return Wide{int64(hi) + w.hi*int64(v.lo) + int64(w.lo)*v.hi, lo}
}

// divide is ⌊w/d⌋ of d > 0, and whether nothing is left over.
func (w Wide) divide(d int64) (Wide, bool) {
	m := w
	if w.hi < 0 {
		m = w.neg()
	}
	hi, rest := bits.Div64(0, uint64(m.hi), uint64(d))
	lo, rest := bits.Div64(rest, m.lo, uint64(d))
	q := Wide{int64(hi), lo}
	if w.hi < 0 {
		if q = q.neg(); rest != 0 {
			q = q.add(wideWord(-1))
		}
	}
	return q, rest == 0
}
