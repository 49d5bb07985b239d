package symbolic

import (
	"math/big"
)

// power is the kind of base^exponent, where the exponent is not constant and has no whole constant part.
type power struct {
	base     number
	exponent Expr
}

func newPower(base number, exponent Expr) *atom {
	order := "^(" + exponent.key() + ")"
	return newAtom(power{base, exponent}, "("+base.String()+")"+order, order, exponent)
}

// exponential is the atom as a power with a symbolic exponent, if it is one.
func (a *atom) exponential() (power, bool) {
	p, ok := a.kind.(power)
	return p, ok
}

func (p power) isWhole() bool       { return p.base.isInt() }
func (p power) neverNegative() bool { return p.base.sign() >= 0 }

func (p power) substitute(b Bindings) Expr {
	return constantOf(p.base).Pow(p.exponent.Substitute(b))
}

func (p power) times(a, b factor) (factor, bool) {
	other, _ := b.atom.exponential()
	base := p.base.mul(other.base)
	if base.isOne() {
		return factor{}, false
	}
	return factor{newPower(base, p.exponent), 1}, true
}

func (p power) inverse(factor) Expr { return newPower(p.base.inverse(), p.exponent).expr() }

func (p power) growth(f factor, _ []string) []Expr {
	return []Expr{f.expr()}
}

func (p power) summand(_ factor, index string) (int, number, bool) {
	coef, f, ok := p.exponent.single()
	return 0, p.base, ok && coef.isOne() && f.power == 1 && f.atom.key == index && p.exponent.constant().isZero()
}

func (p power) period(name string) int64 { return p.exponent.period(name) }

func (p power) write(s *style) string { return s.power(p, 0) }

// Pow is e^n: a whole number n for any e, or any whole-valued n for a constant e.
func (e Expr) Pow(n Expr) Expr {
	switch {
	case e.Err() != nil:
		return e
	case n.Err() != nil:
		return n
	case n.isConstant():
		return e.constantPower(n.constant())
	case !e.isConstant():
		return failf("%s^(%s): a base with symbols needs a number as its exponent", e.ASCII(), n.ASCII())
	case e.IsZero():
		return failf("0^(%s) depends on whether the exponent is 0", n.ASCII())
	}
	return symbolicPower(e.constant(), n)
}

func (e Expr) constantPower(n number) Expr {
	if !n.isInt() {
		return failf("the exponent %s is not a whole number", n)
	}
	if e.isConstant() {
		return numberPower(e.constant(), n)
	}
	if n.big != nil || n.small > MaxExponent || n.small < -MaxExponent {
		return failed(&TooLargeError{What: "the exponent " + n.String() + " of a symbol is beyond the limit"})
	}
	if len(e.all()) > 1 && (n.small > MaxSumPower || n.small < -MaxSumPower) {
		return failed(&TooLargeError{What: "the exponent " + n.String() + " of a sum is beyond the limit"})
	}
	return e.power(n.small)
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
		if out.Err() != nil || e.Err() != nil {
			break
		}
	}
	if e.Err() != nil {
		return e
	}
	return out
}

// numberPower is base^n for a whole n, or the error that it is too large.
func numberPower(base, n number) Expr {
	switch {
	case base.isZero() && n.sign() < 0:
		return failf("division by zero")
	case base.isZero() && n.sign() == 0:
		return failf("0^0 is not defined")
	case n.sign() == 0:
		return Int(1)
	case n.isOne(), base.isZero(), base.isOne():
		return constantOf(base)
	case base.equal(small(-1)):
		return Int(1 - 2*int64(n.num().Bit(0)))
	}
	if n.isWord() {
		if p, ok := base.powerSmall(n.small); ok && n.small > 0 {
			return constantOf(p)
		}
	}
	size := max(base.num().BitLen(), base.denom().BitLen())
	bits := new(big.Int).Mul(new(big.Int).Abs(n.num()), big.NewInt(int64(size-1)))
	if !n.isWord() || bits.Cmp(big.NewInt(2*maxBits)) > 0 {
		return failed(tooLargePower(base, n.num()))
	}
	out := base.power(n.small)
	if out.bits() > maxBits {
		return failed(tooLargePower(base, n.num()))
	}
	return constantOf(out)
}

// symbolicPower splits base^(a·x + b·y + d) into (base^a)^x·(base^b)^y·base^d where the coefficients are whole; otherwise
// only the whole part of the constant is split off.
func symbolicPower(base number, n Expr) Expr {
	whole := n.constant().floor()
	out := numberPower(base, whole)
	rest := sumOf(n.constant().sub(whole), n.terms())
	split := rest.constant().isZero()
	for _, t := range rest.terms() {
		split = split && t.coef.isInt()
	}
	if !split {
		if base.isOne() {
			return out
		}
		return out.Mul(newPower(base, rest).expr())
	}
	for _, t := range rest.terms() {
		b := numberPower(base, t.coef)
		if b.Err() != nil {
			return b
		}
		if !b.IsOne() {
			out = out.Mul(newPower(b.constant(), monomialOf(t.mono)).expr())
		}
	}
	return out
}
