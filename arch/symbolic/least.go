package symbolic

import (
	"math/big"
	"slices"
)

// LeastPositive solves e ≥ 1 for the one symbol in which e is linear and grows: it is at least the bound. False for any other
// expression.
func (e Expr) LeastPositive() (name string, bound *big.Int, ok bool) {
	symbols := e.Symbols()
	if len(symbols) != 1 {
		return "", nil, false
	}
	slope, _, linear := e.Linear(symbols[0])
	root, found := e.Sub(Int(1)).Root(symbols[0])
	if grows, known := slope.Sign(); !linear || !found || !known || grows <= 0 {
		return "", nil, false
	}
	return symbols[0], roundedUp(root), true
}

// roundedUp is the least whole number that is not below q: ⌈q⌉ = −⌊−q⌋, as Div rounds down.
func roundedUp(q *big.Rat) *big.Int {
	floor := new(big.Int).Div(new(big.Int).Neg(q.Num()), q.Denom())
	return floor.Neg(floor)
}

// Primitive is e without the positive number and the symbols that divide all of it, which where symbols are at least 1 has the same
// sign.
func (e Expr) Primitive() Expr {
	if e.Err() != nil || e.IsZero() || !e.isPolynomial() {
		return e
	}
	if common, ok := e.gcdMonomial(); ok {
		e = e.without(newMonomial(slices.DeleteFunc(slices.Clone(common.factors), func(f factor) bool { return !f.atom.isSymbol() })))
	}
	c := e.content()
	if c.sign() < 0 {
		c = c.neg()
	}
	return e.scale(c.inverse())
}

// maxPeriods bounds the values by which [Expr.Vanishes] tells roundings apart.
const maxPeriods = 1_000

// Vanishes reports whether an expression is surely 0 wherever its symbols are whole numbers, as ⌊n/2⌋ + ⌊(n + 1)/2⌋ − n is.
func (e Expr) Vanishes() bool { return e.vanishes(e.Symbols(), 1) }

func (e Expr) vanishes(over []string, tried int64) bool {
	if e.IsZero() || len(over) == 0 || e.Err() != nil {
		return e.IsZero()
	}
	name := over[0]
	period := e.period(name)
	if tried *= period; tried > maxPeriods {
		return false
	}
	for k := range period {
		at := Symbol(name).scale(small(period)).Add(Int(k))
		if !e.Substitute(Bindings{name: at}).vanishes(over[1:], tried) {
			return false
		}
	}
	return true
}
