package symbolic

import (
	"fmt"
	"sort"
)

// Sum adds expressions up.
func Sum(es ...Expr) Expr {
	var sum Expr
	for _, e := range es {
		sum = sum.Add(e)
	}
	return sum
}

// Product multiplies expressions; the product of none is 1.
func Product(es ...Expr) Expr {
	product := Int(1)
	for _, e := range es {
		product = product.Mul(e)
	}
	return product
}

// Add is e + f.
func (e Expr) Add(f Expr) Expr {
	switch {
	case e.err != nil:
		return e
	case f.err != nil:
		return f
	case f.IsZero():
		return e
	case e.IsZero():
		return f
	}
	out := Expr{constant: e.constant.add(f.constant)}
	switch {
	case len(e.terms) == 0:
		out.terms = f.terms
	case len(f.terms) == 0:
		out.terms = e.terms
	default:
		out.terms = mergeTerms(e.terms, f.terms)
	}
	return out.limited()
}

// mergeTerms adds two sorted lists of terms.
func mergeTerms(a, b []term) []term {
	out := make([]term, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		switch {
		case a[0].mono.key < b[0].mono.key:
			out, a = append(out, a[0]), a[1:]
		case a[0].mono.key > b[0].mono.key:
			out, b = append(out, b[0]), b[1:]
		default:
			if c := a[0].coef.add(b[0].coef); !c.isZero() {
				out = append(out, term{c, a[0].mono})
			}
			a, b = a[1:], b[1:]
		}
	}
	return append(append(out, a...), b...)
}

// limited refuses an expression that has grown beyond the limits.
func (e Expr) limited() Expr {
	if len(e.terms) > MaxTerms {
		return failed(&TooLargeError{What: "the expression has too many terms"})
	}
	if e.constant.big != nil && e.constant.bits() > maxBits {
		return BigRat(e.constant.big)
	}
	length := 0
	for _, t := range e.terms {
		if t.coef.big != nil && t.coef.bits() > maxBits {
			return BigRat(t.coef.big)
		}
		length += len(t.mono.key)
	}
	if length > MaxText {
		return failed(&TooLargeError{What: "the expression is too long"})
	}
	return e
}

// Size says how much there is of an expression: 1 for a whole number or a symbol, and more the more terms it has and the
// longer its numbers and roundings are. Adding takes time as the sizes, multiplying as their product.
func (e Expr) Size() int64 {
	size := int64(e.constant.bits() / 128)
	for _, t := range e.terms {
		size += int64(1 + t.coef.bits()/128 + len(t.mono.key)/16)
	}
	return max(1, size)
}

// Neg is −e.
func (e Expr) Neg() Expr { return e.scale(small(-1)) }

// Sub is e − f.
func (e Expr) Sub(f Expr) Expr { return e.Add(f.Neg()) }

func (e Expr) scale(by number) Expr {
	if e.err != nil || by.isOne() {
		return e
	}
	if by.isZero() {
		return Expr{}
	}
	out := Expr{constant: e.constant.mul(by)}
	if len(e.terms) > 0 {
		out.terms = make([]term, len(e.terms))
		for k, t := range e.terms {
			out.terms[k] = term{t.coef.mul(by), t.mono}
			if t.coef.bits() > maxBits {
				return BigRat(t.coef.rat())
			}
		}
	}
	return out.limited()
}

// Mul is e·f.
func (e Expr) Mul(f Expr) Expr {
	switch {
	case e.err != nil:
		return e
	case f.err != nil:
		return f
	case len(e.terms) == 0:
		return f.scale(e.constant)
	case len(f.terms) == 0:
		return e.scale(f.constant)
	}
	if len(e.terms)*len(f.terms) > 20*MaxTerms {
		return failed(&TooLargeError{What: "the expression has too many terms"})
	}
	c := collector{}
	for _, s := range e.all() {
		for _, t := range f.all() {
			product := s.mono.mul(t.mono)
			if power, beyond := product.tooHigh(); beyond {
				return failed(&TooLargeError{What: fmt.Sprintf("the exponent %d of a symbol is beyond the limit", power)})
			}
			c.add(s.coef.mul(t.coef), product)
			if len(c.at) > MaxTerms {
				return failed(&TooLargeError{What: "the expression has too many terms"})
			}
		}
	}
	return c.expr()
}

// all lists the terms, the constant included.
func (e Expr) all() []term {
	if e.constant.isZero() {
		return e.terms
	}
	return append(e.terms[:len(e.terms):len(e.terms)], term{coef: e.constant})
}

// collector gathers terms in any order.
type collector struct {
	at    map[string]int
	terms []term
}

func (c *collector) add(coef number, m monomial) {
	if coef.isZero() {
		return
	}
	if c.at == nil {
		c.at = map[string]int{}
	}
	if k, ok := c.at[m.key]; ok {
		c.terms[k].coef = c.terms[k].coef.add(coef)
		return
	}
	c.at[m.key] = len(c.terms)
	c.terms = append(c.terms, term{coef, m})
}

func (c *collector) expr() Expr {
	var out Expr
	for _, t := range c.terms {
		switch {
		case t.coef.isZero():
		case len(t.mono.factors) == 0:
			out.constant = t.coef
		default:
			out.terms = append(out.terms, t)
		}
	}
	sort.Slice(out.terms, func(i, j int) bool { return out.terms[i].mono.key < out.terms[j].mono.key })
	return out.limited()
}

// mul merges the factors of two monomials. Powers with the same exponent multiply their bases: 2^L·3^L = 6^L.
func (m monomial) mul(n monomial) monomial {
	if len(m.factors) == 0 {
		return n
	}
	if len(n.factors) == 0 {
		return m
	}
	a, b := m.factors, n.factors
	out := make([]factor, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		switch {
		case a[0].atom.sort < b[0].atom.sort:
			out, a = append(out, a[0]), a[1:]
		case a[0].atom.sort > b[0].atom.sort:
			out, b = append(out, b[0]), b[1:]
		default:
			if f, ok := combine(a[0], b[0]); ok {
				out = append(out, f)
			}
			a, b = a[1:], b[1:]
		}
	}
	out = append(append(out, a...), b...)
	return newMonomial(out)
}

// tooHigh is an exponent of the monomial that is beyond the limit, if there is one.
func (m monomial) tooHigh() (int, bool) {
	for _, f := range m.factors {
		if f.power > MaxExponent || f.power < -MaxExponent {
			return f.power, true
		}
	}
	return 0, false
}

// combine multiplies two factors of the same atom, or powers of the same exponent; false means that they cancel.
func combine(a, b factor) (factor, bool) {
	if a.atom.kind == powerAtom {
		base := a.atom.base.mul(b.atom.base)
		if base.isOne() {
			return factor{}, false
		}
		return factor{newPowerAtom(base, a.atom.args[0]), 1}, true
	}
	p := a.power + b.power
	return factor{a.atom, p}, p != 0
}

// Div is e/f: exact always. A sum that does not divide e stays as a denominator.
func (e Expr) Div(f Expr) Expr {
	switch {
	case e.err != nil:
		return e
	case f.err != nil:
		return f
	case f.IsZero():
		return failf("division by zero")
	case len(f.terms) == 0:
		return e.scale(f.constant.inverse())
	}
	if q, ok := e.DivExact(f); ok {
		return q
	}
	if len(f.terms) == 1 && f.constant.isZero() {
		return e.Mul(f.inverse())
	}
	// What divides e goes, factor by factor; the rest stays as denominators.
	g := f.factor()
	for _, p := range g.sums {
		for range p.exponent {
			if q, ok := e.DivExact(p.sum); ok {
				e = q
			} else {
				e = e.Mul(p.sum.inverse())
			}
		}
	}
	return e.scale(g.coef.inverse()).Mul(Expr{terms: []term{{small(1), g.mono}}}.inverse())
}

// inverse is 1/e of an expression that is not constant.
func (e Expr) inverse() Expr {
	if len(e.terms) == 1 && e.constant.isZero() {
		out := Expr{constant: e.terms[0].coef.inverse()}
		for _, f := range e.terms[0].mono.factors {
			out = out.Mul(f.inverse())
		}
		return out
	}
	content := e.content()
	whole := e.scale(content.inverse())
	key := "/(" + whole.key() + ")"
	a := &atom{kind: inverseAtom, args: []Expr{whole}, key: key, sort: key}
	return Expr{terms: []term{{content.inverse(), newMonomial([]factor{{a, -1}})}}}
}

func (f factor) inverse() Expr {
	switch f.atom.kind {
	case powerAtom:
		return atomExpr(newPowerAtom(f.atom.base.inverse(), f.atom.args[0]))
	case inverseAtom:
		return f.atom.args[0].power(int64(-f.power))
	}
	return Expr{terms: []term{{small(1), newMonomial([]factor{{f.atom, -f.power}})}}}
}
