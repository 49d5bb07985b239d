package symbolic

import (
	"math/big"
	"slices"
)

// Order is the leading order of an expression: the sum of those monomials that no other one dominates, without
// coefficients.
type Order struct {
	leading Expr
	err     error
}

// Order is the leading order as the named symbols grow, all if none is named. Others count as constants.
func (e Expr) Order(in ...string) Order {
	if err := e.Err(); err != nil {
		return Order{err: err}
	}
	growth := collector{}
	for _, t := range e.all() {
		for _, m := range t.mono.growing(in) {
			growth.add(small(1), m)
		}
	}
	c := collector{}
	for k, t := range growth.terms {
		if !dominated(k, growth.terms) {
			c.add(small(1), t.mono)
		}
	}
	leading := c.expr()
	if leading.IsZero() {
		leading = Int(1)
	}
	if e.IsZero() {
		leading = Expr{}
	}
	return Order{leading: leading}
}

// growing reduces a monomial to what grows: roundings count as what they round, constants go.
func (m monomial) growing(in []string) []monomial {
	out := []Expr{Int(1)}
	for _, f := range m.factors {
		choices := f.atom.growth(f, in)
		if choices == nil {
			continue
		}
		var next []Expr
		for _, o := range out {
			for _, c := range choices {
				if len(next) < maxFactoredTerms {
					next = append(next, o.Mul(c))
				}
			}
		}
		out = next
	}
	monomials := make([]monomial, len(out))
	for k, o := range out {
		if terms := o.terms(); len(terms) == 1 {
			monomials[k] = terms[0].mono
		}
	}
	return monomials
}

// dominated reports whether one of several distinct monomials is dominated by another; of two that dominate each other the
// first stays.
func dominated(k int, among []term) bool {
	m := among[k].mono
	polynomial, degree := m.exponentials() == 0, m.degree()
	for j, other := range among {
		if n := other.mono; polynomial && n.degree() <= degree && n.exponentials() == 0 {
			continue // of powers alone, only those of a lower degree are dominated
		}
		if j != k && dominates(other.mono, m) && (!dominates(m, other.mono) || j < k) {
			return true
		}
	}
	return false
}

// dominates reports whether a grows at least as fast as b in every symbol; a larger base beats every power.
func dominates(a, b monomial) bool {
	var beaten []string // symbols in whose exponential a has the larger base, so that no power of them matters
	for _, m := range []monomial{a, b} {
		for _, f := range m.factors {
			if _, ok := f.atom.exponential(); !ok {
				continue
			}
			switch c := a.base(f.atom.order).rat().Cmp(b.base(f.atom.order).rat()); {
			case c < 0:
				return false
			case c > 0:
				beaten = append(beaten, f.atom.names...)
			}
		}
	}
	for _, m := range []monomial{a, b} {
		for _, f := range m.factors {
			if order := f.atom.order; a.exponent(order) < b.exponent(order) && !slices.Contains(beaten, order) {
				return false
			}
		}
	}
	return true
}

// base is the magnitude of what is raised to an exponent with the order given; 1 if nothing is.
func (m monomial) base(order string) number {
	for _, f := range m.factors {
		if p, ok := f.atom.exponential(); ok && f.atom.order == order {
			return rational(new(big.Rat).Abs(p.base.rat()))
		}
	}
	return small(1)
}

// exponent is the power of the atom with the order given.
func (m monomial) exponent(order string) int {
	for _, f := range m.factors {
		if _, ok := f.atom.exponential(); !ok && f.atom.order == order {
			return f.power
		}
	}
	return 0
}

// Text prints Θ(L²·N²).
func (o Order) Text() string { return o.print(unicodeStyle(), "Θ(", ")") }

// ASCII prints Theta(L^2*N^2).
func (o Order) ASCII() string { return o.print(asciiStyle(), "Theta(", ")") }

// LaTeX prints \Theta(L^{2} N^{2}).
func (o Order) LaTeX() string { return o.print(latexStyle(), `\Theta(`, ")") }

// MathML prints the order as an element of presentation MathML.
func (o Order) MathML() string {
	return mathElement(o.print(mathMLStyle(), "<mi>Θ</mi><mrow><mo>(</mo>", "<mo>)</mo></mrow>"))
}

func (o Order) print(s *style, open, end string) string {
	if o.err != nil {
		return s.failed(o.err)
	}
	return open + o.leading.print(s) + end
}
