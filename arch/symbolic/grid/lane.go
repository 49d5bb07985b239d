package grid

import (
	"math"
	"math/big"
	"math/bits"
)

// lane is arithmetic on columns of whole numbers of one width. Nothing overflows: bounds of all results are known beforehand.
type lane[T any] interface {
	of(n *big.Int) T
	word(n int64) T
	add(a, b T) T
	mul(a, b T) T
	// fill writes the values of an axis from a place on.
	fill(dst []T, a *Axis, from int64)
	// horner is Σ coefficients[k]·x^k.
	horner(dst, coefficients, x []T)
	addTo(dst, a []T)
	mulTo(dst, a []T)
	// floor is ⌊dst/d⌋ of d > 0.
	floor(dst []T, d int64)
	// divide is dst/d of d > 0; false where something is left over.
	divide(dst []T, d int64) bool
	// extreme keeps the greater or the lesser of each pair.
	extreme(dst, a []T, greatest bool)
	// power is the entry of a table of powers that each exponent in dst names; false where one is negative.
	power(dst, table []T) bool
}

// words is the lane of machine words.
type words struct{}

func (words) of(n *big.Int) int64  { return n.Int64() }
func (words) word(n int64) int64   { return n }
func (words) add(a, b int64) int64 { return a + b }
func (words) mul(a, b int64) int64 { return a * b }
func (words) addTo(dst, a []int64) { addAll(dst, a[:len(dst)]) }
func (words) mulTo(dst, a []int64) { mulAll(dst, a[:len(dst)]) }

func addAll(dst, a []int64) {
	for i := range dst {
		dst[i] += a[i]
	}
}

func mulAll(dst, a []int64) {
	for i := range dst {
		dst[i] *= a[i]
	}
}

func (words) fill(dst []int64, a *Axis, from int64) {
	if a.Values != nil {
		copy(dst, a.Values[from:])
		return
	}
	v := a.First + from*a.Step
	for i := range dst {
		dst[i] = v
		v += a.Step
	}
}

func (words) horner(dst, coefficients, x []int64) {
	x = x[:len(dst)]
	switch top := len(coefficients) - 1; top {
	case 0:
		c := coefficients[0]
		for i := range dst {
			dst[i] = c
		}
	case 1:
		b, c := coefficients[1], coefficients[0]
		for i, v := range x {
			dst[i] = b*v + c
		}
	case 2:
		a, b, c := coefficients[2], coefficients[1], coefficients[0]
		for i, v := range x {
			dst[i] = (a*v+b)*v + c
		}
	default:
		a, b, c, d := coefficients[top], coefficients[top-1], coefficients[top-2], coefficients[top-3]
		for i, v := range x {
			dst[i] = ((a*v+b)*v+c)*v + d
		}
		for k := top - 4; k >= 0; k-- {
			c := coefficients[k]
			for i, v := range x {
				dst[i] = dst[i]*v + c
			}
		}
	}
}

func (words) floor(dst []int64, d int64) {
	if d&(d-1) == 0 {
		shift := bits.TrailingZeros64(uint64(d))
		for i := range dst {
			dst[i] >>= shift
		}
		return
	}
	for i, v := range dst {
		q := v / d
		if v < 0 && q*d != v {
			q--
		}
		dst[i] = q
	}
}

// divide multiplies by the inverse of the odd part of d modulo 2⁶⁴, which is the quotient where nothing is left over. Else bits are
// lost to the shift, or the product with d is no machine word.
func (words) divide(dst []int64, d int64) bool {
	if d == 1 {
		return true
	}
	shift := bits.TrailingZeros64(uint64(d))
	odd := d >> shift
	inverse := odd // right in its 3 lowest bits; each step doubles them
	for range 5 {
		inverse *= 2 - odd*inverse
	}
	most := math.MaxInt64 / d
	whole := true
	for i, v := range dst {
		q := (v >> shift) * inverse
		whole = whole && q<<shift*odd == v && -most <= q && q <= most
		dst[i] = q
	}
	return whole
}

func (words) extreme(dst, a []int64, greatest bool) {
	a = a[:len(dst)]
	if greatest {
		for i := range dst {
			dst[i] = max(dst[i], a[i])
		}
		return
	}
	for i := range dst {
		dst[i] = min(dst[i], a[i])
	}
}

func (words) power(dst, table []int64) bool {
	for i, n := range dst {
		if n < 0 {
			return false
		}
		dst[i] = table[n]
	}
	return true
}

// pairs is the lane of pairs of machine words.
type pairs struct{}

func (pairs) of(n *big.Int) Wide { return WideOf(n) }
func (pairs) word(n int64) Wide  { return wideWord(n) }
func (pairs) add(a, b Wide) Wide { return a.add(b) }
func (pairs) mul(a, b Wide) Wide { return a.mul(b) }

func (pairs) addTo(dst, a []Wide) {
	for i := range dst {
		dst[i] = dst[i].add(a[i])
	}
}

func (pairs) mulTo(dst, a []Wide) {
	for i := range dst {
		dst[i] = dst[i].mul(a[i])
	}
}

func (pairs) fill(dst []Wide, a *Axis, from int64) {
	for i := range dst {
		dst[i] = wideWord(a.At(from + int64(i)))
	}
}

func (pairs) horner(dst, coefficients, x []Wide) {
	for i := range dst {
		sum := coefficients[len(coefficients)-1]
		for k := len(coefficients) - 2; k >= 0; k-- {
			sum = sum.mul(x[i]).add(coefficients[k])
		}
		dst[i] = sum
	}
}

func (pairs) floor(dst []Wide, d int64) {
	for i := range dst {
		dst[i], _ = dst[i].divide(d)
	}
}

func (pairs) divide(dst []Wide, d int64) bool {
	whole := true
	for i := range dst {
		q, ok := dst[i].divide(d)
		dst[i], whole = q, whole && ok
	}
	return whole
}

func (pairs) extreme(dst, a []Wide, greatest bool) {
	for i := range dst {
		if c := dst[i].Cmp(a[i]); c < 0 == greatest && c != 0 {
			dst[i] = a[i]
		}
	}
}

func (pairs) power(dst, table []Wide) bool {
	for i, n := range dst {
		if n.hi < 0 {
			return false
		}
		dst[i] = table[n.lo]
	}
	return true
}
