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
// or a sum that is divided by. A new kind is a new type with these methods, and an entry in the table of the tests.
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
	// period is after how many values of a symbol the roundings in the atom repeat, see [Expr.Signs]; 1 where there are none.
	period(name string) int64
	// write is the atom in a style.
	write(*style) string
}

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

func (a *atom) expr() Expr { return monomialOf(newMonomial([]factor{{a, 1}})) }

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

// joined multiplies powers of the same atom: x²·x³ = x⁵.
func joined(a, b factor) (factor, bool) {
	p := a.power + b.power
	return factor{a.atom, p}, p != 0
}

// inverted is 1/f by its exponent: x⁻².
func inverted(f factor) Expr { return monomialOf(newMonomial([]factor{{f.atom, -f.power}})) }

// ordersOf lists what roundings and extremes of some expressions grow as: each of their leading terms.
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
