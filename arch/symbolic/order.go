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
	if e.err != nil {
		return Order{err: e.err}
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
		var choices []Expr
		switch {
		case f.atom.kind == symbolAtom && (len(in) == 0 || slices.Contains(in, f.atom.name)):
			choices = []Expr{{terms: []term{{small(1), newMonomial([]factor{f})}}}}
		case f.atom.kind == powerAtom:
			choices = []Expr{{terms: []term{{small(1), newMonomial([]factor{f})}}}}
		case (f.atom.kind == floorAtom || f.atom.kind == minAtom || f.atom.kind == maxAtom) && f.power > 0:
			for _, a := range f.atom.args {
				lead := a.Order(in...).leading
				for _, t := range lead.power(int64(f.power)).all() {
					t.coef = small(1)
					choices = append(choices, Expr{terms: []term{t}})
					if len(t.mono.factors) == 0 {
						choices[len(choices)-1] = Int(1)
					}
				}
			}
		case f.atom.kind == inverseAtom:
			choices = []Expr{f.atom.args[0].Order(in...).leading.power(int64(f.power))}
		default:
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
	var monomials []monomial
	for _, o := range out {
		if len(o.terms) == 1 {
			monomials = append(monomials, o.terms[0].mono)
		} else {
			monomials = append(monomials, monomial{})
		}
	}
	return monomials
}

// dominates reports whether a grows at least as fast as b in every symbol; a larger base beats every power.
func dominates(a, b monomial) bool {
	exponential := map[string]int{} // by exponent: who has the larger base
	names := map[string]bool{}
	for _, f := range append(append([]factor{}, a.factors...), b.factors...) {
		names[f.atom.sort] = true
		if f.atom.kind == powerAtom {
			c := a.base(f.atom.sort).rat().Cmp(b.base(f.atom.sort).rat())
			if c < 0 {
				return false
			}
			for _, s := range f.atom.args[0].Symbols() {
				exponential[s] = max(exponential[s], c)
			}
		}
	}
	for name := range names {
		if a.exponent(name) < b.exponent(name) && exponential[name] <= 0 {
			return false
		}
	}
	return true
}

func (m monomial) base(key string) number {
	for _, f := range m.factors {
		if f.atom.sort == key && f.atom.kind == powerAtom {
			return rational(new(big.Rat).Abs(f.atom.base.rat()))
		}
	}
	return small(1)
}

func (m monomial) exponent(key string) int {
	for _, f := range m.factors {
		if f.atom.sort == key && f.atom.kind != powerAtom {
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

func (o Order) print(s *style, open, end string) string {
	if o.err != nil {
		return "(" + o.err.Error() + ")"
	}
	return open + o.leading.print(s) + end
}
