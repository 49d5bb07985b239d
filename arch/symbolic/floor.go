package symbolic

import (
	"math/big"
)

// floor is the kind of ⌊inside⌋.
type floor struct {
	opaque
	inside Expr
}

// Floor is ⌊e⌋. What is surely whole is taken out of the brackets, and fractions in them are reduced, so that equal values
// tend to look the same.
func (e Expr) Floor() Expr {
	if e.more == nil || e.more.err != nil {
		return e
	}
	if e.isConstant() {
		return constantOf(e.constant().floor())
	}
	var outside, inside Expr
	wholeTerms := true
	for _, t := range e.terms() {
		one := monomialOf(t.mono)
		if !t.mono.isWhole() {
			wholeTerms = false
			inside = inside.Add(one.scale(t.coef))
			continue
		}
		whole := t.coef.floor()
		outside = outside.Add(one.scale(whole))
		inside = inside.Add(one.scale(t.coef.sub(whole)))
	}
	constant := e.constant()
	if wholeTerms && !inside.isConstant() {
		// Whole terms over a common denominator q: only the floor of q·constant matters.
		q := inside.commonDenominator()
		constant = constant.mul(q).floor().mul(q.inverse())
	}
	whole := constant.floor()
	outside = outside.Add(constantOf(whole))
	if inside.isConstant() {
		return outside
	}
	return outside.Add(floorAtom(inside.Add(constantOf(constant.sub(whole)))))
}

// floorAtom is ⌊inside⌋; ⌊(⌊x⌋ + j)/m⌋ becomes ⌊(x + j)/m⌋.
func floorAtom(inside Expr) Expr {
	coef, f, ok := inside.single()
	if ok && f.power == 1 && coef.numerator().isOne() {
		if inner, nested := f.atom.kind.(floor); nested {
			return inner.inside.scale(coef).Add(constantOf(inside.constant())).Floor()
		}
	}
	key := "⌊" + inside.key() + "⌋"
	return newAtom(floor{inside: inside}, key, "~"+key, inside).expr().limited()
}

// commonDenominator is the least common denominator of the coefficients; the constant is left out.
func (e Expr) commonDenominator() number {
	q := big.NewInt(1)
	for _, t := range e.terms() {
		q = lcm(q, t.coef.denom())
	}
	return rational(new(big.Rat).SetInt(q))
}

// Ceil is ⌈e⌉: ⌊(p + q − 1)/q⌋ for a whole p over a whole q, else −⌊−e⌋.
func (e Expr) Ceil() Expr {
	if e.Err() != nil || e.IsWhole() {
		return e
	}
	if e.isConstant() {
		return e.Neg().Floor().Neg()
	}
	for _, t := range e.terms() {
		if !t.mono.isWhole() {
			return e.Neg().Floor().Neg()
		}
	}
	q := e.commonDenominator()
	lift := q.sub(small(1)).mul(q.inverse())
	// The constant counts in units of 1/q, rounded up.
	units := e.constant().mul(q).neg().floor().neg().mul(q.inverse())
	return sumOf(units.add(lift), e.terms()).Floor()
}

// Round is the nearest whole number, of two the greater: ⌊e + 1/2⌋.
func (e Expr) Round() Expr { return e.Add(Rat(1, 2)).Floor() }

// Multiple is the nearest multiple of n, of two the greater, unless that is less than nine tenths of e: then it is the next one. Of a
// positive e it is at least n. This is how the widths of mobile networks are scaled: _make_divisible of the published code of
// MobileNetV2 (Sandler et al. 2018, arXiv:1801.04381), which first rounds to the nearest multiple and then makes up for what is lost.
func Multiple(e, n Expr) Expr {
	return Max(e.Div(n).Round(), e.scale(rational(big.NewRat(9, 10))).Div(n).Ceil()).Mul(n)
}

// FloorDiv is ⌊a/b⌋ of whole a and b.
func FloorDiv(a, b Expr) Expr {
	if b.IsOne() {
		return a
	}
	return a.Div(b).Floor()
}

// CeilDiv is ⌈a/b⌉ of whole a and b.
func CeilDiv(a, b Expr) Expr {
	if b.IsOne() {
		return a
	}
	return a.Div(b).Ceil()
}

func (r floor) isWhole() bool                       { return true }
func (r floor) neverNegative() bool                 { return r.inside.NeverNegative() }
func (r floor) substitute(b Bindings) Expr          { return r.inside.Substitute(b).Floor() }
func (r floor) growth(f factor, in []string) []Expr { return ordersOf([]Expr{r.inside}, f.power, in) }

func (r floor) period(name string) int64 {
	under := r.inside.commonDenominator()
	if !under.isWord() || under.small > MaxPeriod {
		return MaxPeriod + 1
	}
	return r.inside.period(name) * under.small
}

func (r floor) write(s *style) string {
	return s.floor[0] + s.best(r.inside, 0) + s.floor[1]
}
