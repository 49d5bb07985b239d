package symbolic

import (
	"math/big"
	"strings"
)

// indexMark stands in the names of symbols that are made up while loops are closed, such as the index of a loop, which counts
// from 0; no parser accepts it. That such an index is not negative may be relied on; a symbol that anybody may set could be
// bound to a negative number.
const indexMark = "#"

// indexNeverNegative reports whether an expression has no symbols but indices, and surely is not negative.
func (e Expr) indexNeverNegative() bool {
	for _, name := range e.Symbols() {
		if !strings.Contains(name, indexMark) {
			return false
		}
	}
	return e.NeverNegative()
}

// Root is the value of a symbol at which an expression in it alone, which must be linear, is 0.
func (e Expr) Root(name string) (*big.Rat, bool) {
	slope, rest, linear := e.Linear(name)
	a, known := slope.Rational()
	b, also := rest.Rational()
	if !linear || !known || !also || a.Sign() == 0 {
		return nil, false
	}
	return new(big.Rat).Neg(new(big.Rat).Quo(b, a)), true
}

// Bend is the least value of a symbol from which on every min and max in e keeps to one of its arguments: max(i, 3) is i from 3
// on. Only those are looked at that compare expressions linear in this symbol alone; it is 0 where there is none.
func (e Expr) Bend(name string) int64 {
	b := bend{name: name}
	b.expr(e)
	return b.at
}

// bend looks for the places at which extremes turn from one argument to another.
type bend struct {
	name string
	at   int64
}

func (b *bend) expr(e Expr) {
	if !e.Has(b.name) {
		return
	}
	for _, t := range e.Terms() {
		for _, f := range t.Factors {
			f.Atom.Visit(b)
		}
	}
}

// Symbol turns nowhere.
func (b *bend) Symbol(string) {}

// Floor turns where what is rounded does.
func (b *bend) Floor(inside Expr) { b.expr(inside) }

// Extreme turns where two of its arguments are equal.
func (b *bend) Extreme(_ bool, args []Expr) {
	for k, x := range args {
		b.expr(x)
		for _, y := range args[:k] {
			if root, ok := x.Sub(y).Root(b.name); ok {
				if up := roundedUp(root); up.IsInt64() {
					b.at = max(b.at, up.Int64())
				}
			}
		}
	}
}

// Power turns where its exponent does.
func (b *bend) Power(_ *big.Rat, exponent Expr) { b.expr(exponent) }

// Divisor turns where what is divided by does.
func (b *bend) Divisor(sum Expr) { b.expr(sum) }

// Running turns where its end does.
func (b *bend) Running(_, _ *big.Rat, to Expr) { b.expr(to) }

// Harmonic turns where its end does.
func (b *bend) Harmonic(_ *big.Rat, to Expr) { b.expr(to) }
