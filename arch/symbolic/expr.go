package symbolic

import (
	"fmt"
	"math/big"
	"sort"
	"strconv"
	"strings"
)

// Expr is an exact expression: a constant plus a sum of monomials with rational coefficients. It is immutable and in
// canonical form, so that equal polynomials are equal term for term. The zero value is 0.
//
// An operation that has no result (a division by zero, a number too large to write out) gives an Expr that carries an
// error: see [Expr.Err]. Everything computed from it carries the same error.
type Expr struct {
	constant number
	terms    []term // sorted by monomial, coefficients not zero
	err      error
}

type term struct {
	coef number
	mono monomial
}

// monomial is a product of powers of atoms, sorted by atom.
type monomial struct {
	key     string
	factors []factor
}

type factor struct {
	atom  *atom
	power int
}

type atomKind int

const (
	symbolAtom  atomKind = iota // a name
	floorAtom                   // ⌊args[0]⌋
	minAtom                     // min(args…)
	maxAtom                     // max(args…)
	powerAtom                   // base^args[0], args[0] without a whole constant
	inverseAtom                 // a sum that is divided by; its power is negative
)

// atom is what monomials are made of.
type atom struct {
	kind     atomKind
	name     string // of a symbol
	fraction bool   // the symbol may be any rational
	base     number // of a power
	args     []Expr
	key      string // identity
	sort     string // order in a monomial; powers with the same exponent share it
}

// Int is a whole number.
func Int(n int64) Expr { return Expr{constant: small(n)} }

// BigInt is a whole number of any size.
func BigInt(n *big.Int) Expr { return BigRat(new(big.Rat).SetInt(n)) }

// Rat is the fraction p/q; q = 0 is an error that the result carries.
func Rat(p, q int64) Expr { return Int(p).Div(Int(q)) }

// BigRat is a rational number.
func BigRat(r *big.Rat) Expr {
	n := rational(new(big.Rat).Set(r))
	if n.bits() > maxBits {
		return failed(&TooLargeError{What: "the number", Digits: new(big.Float).SetInt64(int64(n.bits()) * 1000 / 3322)})
	}
	return Expr{constant: n}
}

// Symbol stands for a whole number.
func Symbol(name string) Expr {
	return atomExpr(&atom{kind: symbolAtom, name: name, key: name, sort: name})
}

// Fraction is a symbol that may be any rational number. Substitute does not tell it from Symbol.
func Fraction(name string) Expr {
	return atomExpr(&atom{kind: symbolAtom, name: name, fraction: true, key: name + "'", sort: name + "'"})
}

// Failed is an expression without a value, for the reason given.
func Failed(err error) Expr { return failed(err) }

func failed(err error) Expr { return Expr{err: err} }

func failf(format string, args ...any) Expr { return failed(fmt.Errorf(format, args...)) }

func atomExpr(a *atom) Expr {
	return Expr{terms: []term{{coef: small(1), mono: newMonomial([]factor{{a, 1}})}}}
}

func newMonomial(factors []factor) monomial {
	var b strings.Builder
	for k, f := range factors {
		if k > 0 {
			b.WriteByte('*')
		}
		b.WriteString(f.atom.key)
		if f.power != 1 {
			b.WriteByte('^')
			b.WriteString(strconv.Itoa(f.power))
		}
	}
	return monomial{key: b.String(), factors: factors}
}

// key identifies an expression.
func (e Expr) key() string {
	var b strings.Builder
	for _, t := range e.terms {
		b.WriteString(t.coef.String())
		b.WriteByte('*')
		b.WriteString(t.mono.key)
		b.WriteByte('+')
	}
	b.WriteString(e.constant.String())
	return b.String()
}

// Err is why the expression has no value, or nil.
func (e Expr) Err() error { return e.err }

// IsZero reports whether the expression is 0.
func (e Expr) IsZero() bool { return e.err == nil && len(e.terms) == 0 && e.constant.isZero() }

// Equal reports whether two expressions are the same polynomial in the same atoms.
func (e Expr) Equal(f Expr) bool {
	if e.err != nil || f.err != nil || len(e.terms) != len(f.terms) || !e.constant.equal(f.constant) {
		return false
	}
	for k := range e.terms {
		if e.terms[k].mono.key != f.terms[k].mono.key || !e.terms[k].coef.equal(f.terms[k].coef) {
			return false
		}
	}
	return true
}

// Rational is the value of a constant.
func (e Expr) Rational() (*big.Rat, bool) {
	if e.err != nil || len(e.terms) > 0 {
		return nil, false
	}
	return new(big.Rat).Set(e.constant.rat()), true
}

// Integer is the value of a constant that is whole.
func (e Expr) Integer() (*big.Int, bool) {
	if e.err != nil || len(e.terms) > 0 || !e.constant.isInt() {
		return nil, false
	}
	return new(big.Int).Set(e.constant.num()), true
}

// Int64 is the value of a constant that is whole and fits.
func (e Expr) Int64() (int64, bool) {
	if e.err != nil || len(e.terms) > 0 || e.constant.big != nil {
		return 0, false
	}
	return e.constant.small, true
}

// Sign is the sign of a constant.
func (e Expr) Sign() (int, bool) {
	if e.err != nil || len(e.terms) > 0 {
		return 0, false
	}
	return e.constant.sign(), true
}

// IsWhole reports whether the expression surely is a whole number when its symbols are. A power of a whole number counts
// as whole: its exponent is a number of repeats.
func (e Expr) IsWhole() bool {
	if e.err != nil || !e.constant.isInt() {
		return false
	}
	for _, t := range e.terms {
		if !t.coef.isInt() || !t.mono.isWhole() {
			return false
		}
	}
	return true
}

func (m monomial) isWhole() bool {
	for _, f := range m.factors {
		if f.power < 0 || !f.atom.isWhole() {
			return false
		}
	}
	return true
}

func (a *atom) isWhole() bool {
	switch a.kind {
	case symbolAtom:
		return !a.fraction
	case floorAtom:
		return true
	case powerAtom:
		return a.base.isInt()
	case minAtom, maxAtom:
		for _, x := range a.args {
			if !x.IsWhole() {
				return false
			}
		}
		return true
	}
	return false
}

// Symbols lists the names in the expression, sorted.
func (e Expr) Symbols() []string {
	if len(e.terms) == 0 {
		return nil
	}
	seen := map[string]bool{}
	e.visitSymbols(func(name string) { seen[name] = true })
	names := make([]string, 0, len(seen))
	for name := range seen {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

// Has reports whether the name occurs in the expression.
func (e Expr) Has(name string) bool {
	found := false
	e.visitSymbols(func(n string) { found = found || n == name })
	return found
}

func (e Expr) visitSymbols(f func(string)) {
	for _, t := range e.terms {
		for _, x := range t.mono.factors {
			if x.atom.kind == symbolAtom {
				f(x.atom.name)
			}
			for _, a := range x.atom.args {
				a.visitSymbols(f)
			}
		}
	}
}

// NeverNegative reports whether the expression surely is not negative where its symbols are not: no coefficient and no base
// is negative. What is negative somewhere else only is not told apart.
func (e Expr) NeverNegative() bool {
	if e.err != nil || e.constant.sign() < 0 {
		return false
	}
	for _, t := range e.terms {
		if t.coef.sign() < 0 {
			return false
		}
		for _, f := range t.mono.factors {
			if f.atom.kind != symbolAtom && (f.atom.kind != powerAtom || f.atom.base.sign() < 0) {
				return false
			}
		}
	}
	return true
}
