package symbolic

import (
	"fmt"
	"math/big"
	"slices"
	"strings"
)

// Expr is an exact expression: a constant plus a sum of monomials with rational coefficients. It is immutable and in
// canonical form, so that equal polynomials are equal term for term. The zero value is 0.
//
// A whole number that fits is a machine word and nothing else, for most expressions are: it costs no more than an int64
// to add and to multiply, and two words to keep.
//
// An operation that has no result (a division by zero, a number too large to write out) gives an Expr that carries an
// error: see [Expr.Err]. Everything computed from it carries the same error.
type Expr struct {
	word int64    // the value, where more is nil
	more *general // an expression that is no machine word
}

// general is an expression of any form.
type general struct {
	constant number
	terms    []term // sorted by monomial, coefficients not zero
	err      error
}

// constantOf is a number as an expression.
func constantOf(n number) Expr {
	if n.isWord() {
		return Expr{word: n.small}
	}
	return Expr{more: &general{constant: n}}
}

// sumOf is a constant plus terms, which are sorted.
func sumOf(constant number, terms []term) Expr {
	if len(terms) == 0 {
		return constantOf(constant)
	}
	return Expr{more: &general{constant: constant, terms: terms}}
}

// monomialOf is a monomial with the coefficient 1.
func monomialOf(m monomial) Expr {
	if len(m.factors) == 0 {
		return Int(1)
	}
	return sumOf(number{}, []term{{small(1), m}})
}

// termOf is one term, which may be constant.
func termOf(t term) Expr {
	if len(t.mono.factors) == 0 {
		return constantOf(t.coef)
	}
	return sumOf(number{}, []term{t})
}

func (e Expr) constant() number {
	if e.more == nil {
		return small(e.word)
	}
	return e.more.constant
}

func (e Expr) terms() []term {
	if e.more == nil {
		return nil
	}
	return e.more.terms
}

// isConstant reports whether the expression is a number.
func (e Expr) isConstant() bool { return e.more == nil || e.more.err == nil && len(e.more.terms) == 0 }

// single is the coefficient and the factor of an expression coef·factor + constant; false where it has another form.
func (e Expr) single() (coef number, f factor, ok bool) {
	if terms := e.terms(); len(terms) == 1 && len(terms[0].mono.factors) == 1 {
		return terms[0].coef, terms[0].mono.factors[0], true
	}
	return number{}, factor{}, false
}

// Int is a whole number.
func Int(n int64) Expr { return Expr{word: n} }

// BigInt is a whole number of any size.
func BigInt(n *big.Int) Expr {
	if n.IsInt64() {
		return Expr{word: n.Int64()}
	}
	return BigRat(new(big.Rat).SetInt(n))
}

// Rat is the fraction p/q; q = 0 is an error that the result carries.
func Rat(p, q int64) Expr { return Int(p).Div(Int(q)) }

// BigRat is a rational number.
func BigRat(r *big.Rat) Expr { return constantOf(rational(new(big.Rat).Set(r))).limited() }

// Failed is an expression without a value, for the reason given.
func Failed(err error) Expr { return failed(err) }

func failed(err error) Expr { return Expr{more: &general{err: err}} }

func failf(format string, args ...any) Expr { return failed(fmt.Errorf(format, args...)) }

// key identifies an expression.
func (e Expr) key() string {
	terms := e.terms()
	if len(terms) == 0 {
		return e.constant().String()
	}
	var b strings.Builder
	for _, t := range terms {
		b.WriteString(t.coef.String())
		b.WriteByte('*')
		b.WriteString(t.mono.key)
		b.WriteByte('+')
	}
	b.WriteString(e.constant().String())
	return b.String()
}

// Err is why the expression has no value, or nil.
func (e Expr) Err() error {
	if e.more == nil {
		return nil
	}
	return e.more.err
}

// IsZero reports whether the expression is 0.
func (e Expr) IsZero() bool { return e.more == nil && e.word == 0 }

// IsOne reports whether the expression is the number 1.
func (e Expr) IsOne() bool {
	n, ok := e.Int64()
	return ok && n == 1
}

// Equal reports whether two expressions are the same polynomial in the same atoms, over the same polynomial where they are divided by
// one.
func (e Expr) Equal(f Expr) bool {
	switch {
	case e.more == nil && f.more == nil:
		return e.word == f.word
	case e.Err() != nil || f.Err() != nil:
		return false
	case e.more != nil && f.more != nil && e.sameTerms(f):
		return true
	}
	return (e.divided() || f.divided()) && e.Sub(f).cancels()
}

// sameTerms reports whether two expressions are written alike. Only those with denominators can be equal and are not.
func (e Expr) sameTerms(f Expr) bool {
	a, b := e.more, f.more
	if len(a.terms) != len(b.terms) || !a.constant.equal(b.constant) {
		return false
	}
	for k := range a.terms {
		if a.terms[k].mono.key != b.terms[k].mono.key || !a.terms[k].coef.equal(b.terms[k].coef) {
			return false
		}
	}
	return true
}

// Rational is the value of a constant.
func (e Expr) Rational() (*big.Rat, bool) {
	if e.more == nil {
		return new(big.Rat).SetInt64(e.word), true
	}
	if !e.isConstant() {
		return nil, false
	}
	c := e.constant()
	if c.big != nil {
		return new(big.Rat).Set(c.big), true
	}
	return c.rat(), true
}

// Integer is the value of a constant that is whole.
func (e Expr) Integer() (*big.Int, bool) {
	if !e.isConstant() || !e.constant().isInt() {
		return nil, false
	}
	return new(big.Int).Set(e.constant().num()), true
}

// Int64 is the value of a constant that is whole and fits.
func (e Expr) Int64() (int64, bool) { return e.word, e.more == nil }

// Sign is the sign of a constant.
func (e Expr) Sign() (int, bool) {
	if !e.isConstant() {
		return 0, false
	}
	return e.constant().sign(), true
}

// IsWhole reports whether the expression surely is a whole number where its symbols are. A power of a whole number counts as
// whole: its exponent is a number of repeats.
func (e Expr) IsWhole() bool {
	if e.more == nil {
		return true
	}
	if e.more.err != nil || !e.more.constant.isInt() {
		return false
	}
	for _, t := range e.more.terms {
		if !t.coef.isInt() || !t.mono.isWhole() {
			return false
		}
	}
	return true
}

// Symbols lists the names in the expression, sorted.
func (e Expr) Symbols() []string {
	if len(e.terms()) == 0 {
		return nil
	}
	var names []string
	for _, t := range e.terms() {
		for _, f := range t.mono.factors {
			names = append(names, f.atom.names...)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// Has reports whether the name occurs in the expression.
func (e Expr) Has(name string) bool {
	for _, t := range e.terms() {
		for _, f := range t.mono.factors {
			if f.atom.has(name) {
				return true
			}
		}
	}
	return false
}

// NeverNegative reports whether the expression surely is not negative where its symbols are not: no coefficient and no base is
// negative. This is enough, but not needed: L² − 2·L + 1 is never negative either, and is not known to be.
func (e Expr) NeverNegative() bool {
	if e.more == nil {
		return e.word >= 0
	}
	if e.more.err != nil || e.more.constant.sign() < 0 {
		return false
	}
	for _, t := range e.more.terms {
		if t.coef.sign() < 0 {
			return false
		}
		for _, f := range t.mono.factors {
			if !f.atom.neverNegative() {
				return false
			}
		}
	}
	return true
}

// Size says how much there is of an expression: 1 for a whole number or a symbol, and more the more terms it has and the
// longer its numbers and roundings are. Adding takes time as the sizes, multiplying as their product.
func (e Expr) Size() int64 {
	if e.more == nil {
		return 1
	}
	size := int64(e.more.constant.bits() / 128)
	for _, t := range e.more.terms {
		size += int64(1 + t.coef.bits()/128 + len(t.mono.key)/16)
	}
	return max(1, size)
}
