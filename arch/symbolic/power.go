package symbolic

import (
	"math/big"
)

// newPowerAtom is base^exponent; the exponent is not constant and has no whole constant part.
func newPowerAtom(base number, exponent Expr) *atom {
	order := "^(" + exponent.key() + ")"
	return &atom{kind: powerAtom, base: base, args: []Expr{exponent}, key: "(" + base.String() + ")" + order, sort: order}
}

// Pow is e^n: a whole number n for any e, or any whole-valued n for a constant e.
func (e Expr) Pow(n Expr) Expr {
	switch {
	case e.err != nil:
		return e
	case n.err != nil:
		return n
	case len(n.terms) == 0:
		return e.constantPower(n)
	case len(e.terms) > 0:
		return failf("%s^(%s): a base with symbols needs a number as its exponent", e.ASCII(), n.ASCII())
	case e.constant.isZero():
		return failf("0^(%s) depends on whether the exponent is 0", n.ASCII())
	}
	return symbolicPower(e.constant, n)
}

func (e Expr) constantPower(n Expr) Expr {
	if !n.constant.isInt() {
		return failf("the exponent %s is not a whole number", n.constant)
	}
	if len(e.terms) == 0 {
		return numberPower(e.constant, n.constant.num())
	}
	if n.constant.big != nil || n.constant.small > MaxExponent || n.constant.small < -MaxExponent {
		return failed(&TooLargeError{What: "the exponent " + n.constant.String() + " of a symbol is beyond the limit"})
	}
	if len(e.all()) > 1 && (n.constant.small > MaxSumPower || n.constant.small < -MaxSumPower) {
		return failed(&TooLargeError{What: "the exponent " + n.constant.String() + " of a sum is beyond the limit"})
	}
	return e.power(n.constant.small)
}

// power is e^n by squaring.
func (e Expr) power(n int64) Expr {
	if n < 0 {
		return e.inverse().power(-n)
	}
	out := Int(1)
	for ; n > 0; n >>= 1 {
		if n&1 == 1 {
			out = out.Mul(e)
		}
		if n > 1 {
			e = e.Mul(e)
		}
		if out.err != nil || e.err != nil {
			break
		}
	}
	if e.err != nil {
		return e
	}
	return out
}

// numberPower is base^n, or the error that it is too large.
func numberPower(base number, n *big.Int) Expr {
	switch {
	case base.isZero() && n.Sign() < 0:
		return failf("division by zero")
	case base.isZero() && n.Sign() == 0:
		return failf("0^0 is not defined")
	case base.isZero(), base.isOne(), n.Sign() == 0:
		if n.Sign() == 0 {
			return Int(1)
		}
		return Expr{constant: base}
	case base.equal(small(-1)):
		return Int(1 - 2*int64(n.Bit(0)))
	}
	size := max(base.num().BitLen(), base.denom().BitLen())
	bits := new(big.Int).Mul(new(big.Int).Abs(n), big.NewInt(int64(size-1)))
	if !n.IsInt64() || bits.Cmp(big.NewInt(2*maxBits)) > 0 {
		return failed(tooLargePower(base, n))
	}
	out := base.power(n.Int64())
	if out.bits() > maxBits {
		return failed(tooLargePower(base, n))
	}
	return Expr{constant: out}
}

// symbolicPower splits base^(a·x + b·y + d) into (base^a)^x·(base^b)^y·base^d where the coefficients are whole; otherwise
// only the whole part of the constant is split off.
func symbolicPower(base number, n Expr) Expr {
	whole := n.constant.floor()
	out := numberPower(base, whole.num())
	rest := Expr{constant: n.constant.add(whole.neg()), terms: n.terms}
	split := rest.constant.isZero()
	for _, t := range rest.terms {
		split = split && t.coef.isInt()
	}
	if !split {
		if base.isOne() {
			return out
		}
		return out.Mul(atomExpr(newPowerAtom(base, rest)))
	}
	for _, t := range rest.terms {
		b := numberPower(base, t.coef.num())
		if b.err != nil {
			return b
		}
		if !b.constant.isOne() {
			out = out.Mul(atomExpr(newPowerAtom(b.constant, Expr{terms: []term{{small(1), t.mono}}})))
		}
	}
	return out
}
