package symbolic

import (
	"math/big"
	"strings"
)

// indexMark is in the names of symbols that are made up while loops are closed, as the index of one, which counts from 0; no parser accepts
// it. What is known of them may be used before they are summed over, unlike of symbols that anybody may set.
const indexMark = "#"

// surelyNot reports whether an expression is surely not negative as it is one of indices alone.
func (e Expr) surelyNot() bool {
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

// Bend is the value of a symbol from which on each min and max in e that compares expressions linear in this symbol alone is one of them; 0
// where there is none, or it is one of them all along.
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
