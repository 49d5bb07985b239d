package symbolic

import (
	"math/big"
	"math/bits"
	"strconv"
)

// number is an exact rational: a fraction of machine words, or a big rational where they do not hold it. Every result
// shrinks, so that equal numbers have equal fields but for the pointer.
type number struct {
	small int64    // the value, or its numerator
	under int64    // the denominator, at least 2; 0 where the value is whole
	big   *big.Rat // nil: the fields before hold the value
}

func small(n int64) number { return number{small: n} }

// fraction is n/d of d > 0, reduced.
func fraction(n, d int64) number {
	if g := gcd(n, d); g > 1 {
		n, d = n/g, d/g
	}
	if d == 1 {
		return number{small: n}
	}
	return number{small: n, under: d}
}

// lcm is the least common multiple of numbers above 0.
func lcm(a, b *big.Int) *big.Int {
	g := new(big.Int).GCD(nil, nil, a, b)
	return new(big.Int).Mul(a, new(big.Int).Quo(b, g))
}

// gcd of d > 0 and any n but the least, of which the magnitude is no machine word.
func gcd(n, d int64) int64 {
	if n < 0 {
		n = -n
	}
	for n != 0 {
		n, d = d%n, n
	}
	if d < 0 {
		return 1
	}
	return d
}

func rational(r *big.Rat) number {
	if r.Num().IsInt64() && r.Denom().IsInt64() {
		if d := r.Denom().Int64(); d > 1 {
			return number{small: r.Num().Int64(), under: d}
		}
		return number{small: r.Num().Int64()}
	}
	return number{big: r}
}

// rat is the value as a big rational that the caller must not write to.
func (a number) rat() *big.Rat {
	if a.big != nil {
		return a.big
	}
	return big.NewRat(a.small, a.over())
}

// over is the denominator of a small number.
func (a number) over() int64 { return max(1, a.under) }

func (a number) add(b number) number {
	if a.big == nil && b.big == nil {
		if sum, ok := a.addSmall(b); ok {
			return sum
		}
	}
	sum := new(big.Rat)
	if a.isInt() && b.isInt() { // big.Rat looks for a common divisor with 1
		sum.Num().Add(a.num(), b.num())
		return rational(sum)
	}
	return rational(sum.Add(a.rat(), b.rat()))
}

// addSmall adds small numbers where all that is met on the way fits.
func (a number) addSmall(b number) (number, bool) {
	if a.under == b.under {
		s, ok := addWords(a.small, b.small)
		if a.under == 0 || !ok {
			return number{small: s}, ok
		}
		return fraction(s, a.under), s > -1<<62
	}
	x, ok1 := mulWords(a.small, b.over())
	y, ok2 := mulWords(b.small, a.over())
	d, ok3 := mulWords(a.over(), b.over())
	s, ok4 := addWords(x, y)
	if !ok1 || !ok2 || !ok3 || !ok4 || s < -1<<62 {
		return number{}, false
	}
	return fraction(s, d), true
}

func (a number) mul(b number) number {
	if a.big == nil && b.big == nil {
		n, ok := mulWords(a.small, b.small)
		if ok && a.under == 0 && b.under == 0 {
			return number{small: n}
		}
		if d, fits := mulWords(a.over(), b.over()); ok && fits && n > -1<<62 {
			return fraction(n, d)
		}
	}
	product := new(big.Rat)
	if a.isInt() && b.isInt() { // likewise
		product.Num().Mul(a.num(), b.num())
		return rational(product)
	}
	return rational(product.Mul(a.rat(), b.rat()))
}

// addWords adds where the sum fits.
func addWords(a, b int64) (int64, bool) {
	s := a + b
	return s, (s > a) == (b > 0)
}

// mulWords multiplies where the product fits.
func mulWords(a, b int64) (int64, bool) {
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

func (a number) sub(b number) number { return a.add(b.neg()) }

// inverse is 1/a of a number that is not 0.
func (a number) inverse() number {
	if a.big == nil && a.small > -1<<62 {
		if a.small < 0 {
			return fraction(-a.over(), -a.small)
		}
		return fraction(a.over(), a.small)
	}
	return rational(new(big.Rat).Inv(a.rat()))
}

func (a number) sign() int {
	switch {
	case a.big != nil:
		return a.big.Sign()
	case a.small > 0:
		return 1
	case a.small < 0:
		return -1
	}
	return 0
}

func (a number) isZero() bool { return a.big == nil && a.small == 0 }
func (a number) isOne() bool  { return a.big == nil && a.small == 1 && a.under == 0 }
func (a number) isInt() bool  { return a.big == nil && a.under == 0 || a.big != nil && a.big.IsInt() }

// isWord reports whether the number is whole and fits in a machine word.
func (a number) isWord() bool { return a.big == nil && a.under == 0 }

func (a number) equal(b number) bool {
	if a.big == nil || b.big == nil {
		return a == b
	}
	return a.big.Cmp(b.big) == 0
}

// floor is the largest whole number that is not above a.
func (a number) floor() number {
	switch {
	case a.isInt():
		return a
	case a.big == nil && a.small < 0:
		return small((a.small+1)/a.under - 1)
	case a.big == nil:
		return small(a.small / a.under)
	}
	return rational(new(big.Rat).SetInt(new(big.Int).Div(a.big.Num(), a.big.Denom())))
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
	return big.NewInt(a.over())
}

// denominator is denom as a number.
func (a number) denominator() number {
	if a.big != nil {
		return rational(new(big.Rat).SetInt(a.big.Denom()))
	}
	return small(a.over())
}

// numerator is num as a number.
func (a number) numerator() number {
	if a.big != nil {
		return rational(new(big.Rat).SetInt(a.big.Num()))
	}
	return small(a.small)
}

// String writes a whole number or a fraction.
func (a number) String() string {
	if a.isWord() {
		return strconv.FormatInt(a.small, 10)
	}
	if a.big == nil {
		return strconv.FormatInt(a.small, 10) + "/" + strconv.FormatInt(a.under, 10)
	}
	return a.big.RatString()
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
	if p, ok := a.powerSmall(n); ok {
		return p
	}
	e := big.NewInt(n)
	num := new(big.Int).Exp(a.num(), e, nil)
	den := new(big.Int).Exp(a.denom(), e, nil)
	return rational(new(big.Rat).SetFrac(num, den))
}

// powerSmall is a^n where all that is met on the way fits.
func (a number) powerSmall(n int64) (number, bool) {
	if a.big != nil || n > 64 {
		return number{}, false
	}
	out := small(1)
	for range n {
		if out = out.mul(a); out.big != nil {
			return number{}, false
		}
	}
	return out, true
}
