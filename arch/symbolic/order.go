package symbolic

import (
	"math/big"
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
	var growth []monomial
	for _, t := range e.all() {
		growth = append(growth, t.mono.growing(in)...)
	}
	c := collector{}
	for k, m := range growth {
		dominated := false
		for j, n := range growth {
			if j != k && (dominates(n, m) && (!dominates(m, n) || j < k)) {
				dominated = true
				break
			}
		}
		if !dominated {
			c.add(small(1), m)
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

// dominates reports whether a grows at least as fast as b in every symbol; a larger base beats every power.
func dominates(a, b monomial) bool {
	exponential := map[string]int{} // by symbol: who has the larger base
	orders := map[string]bool{}
	for _, f := range append(append([]factor{}, a.factors...), b.factors...) {
		orders[f.atom.order] = true
		if _, ok := f.atom.exponential(); ok {
			c := a.base(f.atom.order).rat().Cmp(b.base(f.atom.order).rat())
			if c < 0 {
				return false
			}
			for _, name := range f.atom.names {
				exponential[name] = max(exponential[name], c)
			}
		}
	}
	for order := range orders {
		if a.exponent(order) < b.exponent(order) && exponential[order] <= 0 {
			return false
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
