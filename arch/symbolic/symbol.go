package symbolic

import "slices"

// symbol is the kind of a name.
type symbol struct {
	opaque
	name     string
	fraction bool // it may be any rational
}

// Symbol stands for a whole number.
func Symbol(name string) Expr {
	return (&atom{kind: symbol{name: name}, key: name, order: name, names: []string{name}}).expr()
}

// Fraction is a symbol that may be any rational number. Substitute does not tell it from Symbol.
func Fraction(name string) Expr {
	key := name + "'"
	return (&atom{kind: symbol{name: name, fraction: true}, key: key, order: key, names: []string{name}}).expr()
}

// isSymbol reports whether the atom is a mere name.
func (a *atom) isSymbol() bool {
	_, ok := a.kind.(symbol)
	return ok
}

func (s symbol) isWhole() bool              { return !s.fraction }
func (s symbol) neverNegative() bool        { return true }
func (s symbol) substitute(b Bindings) Expr { return b[s.name] }
func (s symbol) period(string) int64        { return 1 }
func (s symbol) write(st *style) string     { return st.name(s.name) }

func (s symbol) growth(f factor, in []string) []Expr {
	if len(in) > 0 && !slices.Contains(in, s.name) {
		return nil
	}
	return []Expr{f.expr()}
}

func (s symbol) summand(f factor, _ string) (int, number, bool) {
	return f.power, small(1), f.power > 0 && f.power <= MaxSumDegree
}
