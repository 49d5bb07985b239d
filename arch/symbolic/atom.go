package symbolic

import (
	"slices"
)

// atom is what monomials are made of: something that arithmetic does not look into.
type atom struct {
	kind
	key   string   // identity
	order string   // where it stands in a monomial; what multiplies into one atom shares it
	names []string // of the symbols in it
}

// kind says all that is particular to one kind of atom: a symbol, a rounding, an extreme, a power with a symbolic exponent,
// or a sum that is divided by. A new kind is a new type with these methods, some of which it may have from [opaque], and an
// entry in the table of the tests.
type kind interface {
	// isWhole reports whether the atom is surely whole where its symbols are.
	isWhole() bool
	// neverNegative reports whether the atom is surely not negative where its symbols are not.
	neverNegative() bool
	// substitute replaces symbols by their values.
	substitute(Bindings) Expr
	// times multiplies two factors whose atoms share their order; false means that they cancel.
	times(a, b factor) (factor, bool)
	// inverse is 1/f of a factor of this kind.
	inverse(f factor) Expr
	// growth lists what a factor may grow as, when the symbols in the list do (all, if it is empty); nil for a constant.
	growth(f factor, in []string) []Expr
	// summand is a factor that contains the index of a sum as index^degree·ratio^index; false if it has another form.
	summand(f factor, index string) (degree int, ratio number, ok bool)
	// visit says what the atom is.
	visit(Visitor)
	// period is the number of values of a symbol after which the roundings in the atom repeat, see [Expr.Signs]; 1 where there
	// are none.
	period(name string) int64
	// write is the atom in a style.
	write(*style) string
}

// opaque has the methods of a kind that arithmetic does not look into at all: equal atoms add their exponents, and no sum over
// an index that stands inside has a closed form.
type opaque struct{}

func (opaque) times(a, b factor) (factor, bool)           { return joined(a, b) }
func (opaque) inverse(f factor) Expr                      { return inverted(f) }
func (opaque) summand(factor, string) (int, number, bool) { return 0, number{}, false }

// ofOrders has the methods of a kind that stands in leading orders alone, which are printed and never computed with.
type ofOrders struct{ opaque }

func (ofOrders) isWhole() bool                      { return false }
func (ofOrders) neverNegative() bool                { return true }
func (ofOrders) substitute(Bindings) Expr           { return failf("a leading order has no value") }
func (ofOrders) growth(f factor, _ []string) []Expr { return []Expr{f.expr()} }
func (ofOrders) period(string) int64                { return 1 }
func (ofOrders) visit(Visitor)                      {} // orders have no terms to visit

// newAtom is an atom of a kind with the parts in it.
func newAtom(k kind, key, order string, parts ...Expr) *atom {
	a := &atom{kind: k, key: key, order: order}
	if len(parts) == 1 {
		a.names = parts[0].Symbols()
		return a
	}
	for _, p := range parts {
		for _, name := range p.Symbols() {
			if !slices.Contains(a.names, name) {
				a.names = append(a.names, name)
			}
		}
	}
	return a
}

func (a *atom) expr() Expr { return factor{a, 1}.expr() }

func (a *atom) has(name string) bool { return slices.Contains(a.names, name) }

func (a *atom) touched(b Bindings) bool {
	for _, name := range a.names {
		if _, ok := b[name]; ok {
			return true
		}
	}
	return false
}

// less orders atoms as they stand in a monomial.
func (a *atom) less(b *atom) bool {
	if a.order != b.order {
		return a.order < b.order
	}
	return a.key < b.key
}

// expr is the factor as an expression.
func (f factor) expr() Expr { return monomialOf(newMonomial([]factor{f})) }

// joined multiplies powers of the same atom: x²·x³ = x⁵.
func joined(a, b factor) (factor, bool) {
	p := a.power + b.power
	return factor{a.atom, p}, p != 0
}

// inverted is 1/f by its exponent: x⁻².
func inverted(f factor) Expr { return factor{f.atom, -f.power}.expr() }

// ordersOf lists what roundings and extremes of expressions grow as: the leading terms of each, to a power.
func ordersOf(parts []Expr, power int, in []string) []Expr {
	if power < 0 {
		return nil
	}
	var out []Expr
	for _, p := range parts {
		for _, t := range p.Order(in...).leading.power(int64(power)).all() {
			out = append(out, monomialOf(t.mono))
		}
	}
	return out
}
