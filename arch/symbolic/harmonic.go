package symbolic

import "math/big"

// harmonic is the kind of a sum of reciprocals over a running number, Σ_{j=from…to} 1/j = ψ(to + 1) − ψ(from), which has no closed
// form in powers. It grows as the logarithm of its last number.
type harmonic struct {
	opaque
	from number
	to   Expr
}

// harmonicName is what the sum is called where it is read.
const harmonicName = "harmonic"

// Harmonic is Σ_{j=from…to} 1/j for a number from above 0. It is 0 where to is from − 1.
func Harmonic(from, to Expr) Expr {
	for _, e := range []Expr{from, to} {
		if e.Err() != nil {
			return e
		}
	}
	if !from.isConstant() || from.constant().sign() <= 0 {
		return failf("%s: the first number must be a number above 0", harmonicName)
	}
	h := harmonic{from: from.constant(), to: to}
	if to.isConstant() {
		return h.added()
	}
	key := harmonicName + "(" + h.from.String() + "," + to.key() + ")"
	return newAtom(h, key, "~"+key, to).expr().limited()
}

// added is the sum as a number.
func (h harmonic) added() Expr {
	count, err := stepsBetween(harmonicName, h.from, h.to, "a sum of %s reciprocals")
	if err != nil {
		return failed(err)
	}
	return reciprocals(h.from.rat(), count)
}

// reciprocals adds n of them up, in halves, so that numbers stay short until the last.
func reciprocals(from *big.Rat, n int64) Expr {
	if n == 0 {
		return Expr{}
	}
	if n == 1 {
		return BigRat(new(big.Rat).Inv(from))
	}
	half := n / 2
	middle := new(big.Rat).Add(from, new(big.Rat).SetInt64(half))
	return reciprocals(from, half).Add(reciprocals(middle, n-half))
}

func (h harmonic) isWhole() bool       { return false }
func (h harmonic) neverNegative() bool { return true }
func (h harmonic) substitute(b Bindings) Expr {
	return Harmonic(constantOf(h.from), h.to.Substitute(b))
}
func (h harmonic) period(name string) int64 { return h.to.period(name) }
func (h harmonic) visit(v Visitor)          { v.Harmonic(new(big.Rat).Set(h.from.rat()), h.to) }

// growth: the sum grows as the logarithm of its last number.
func (h harmonic) growth(f factor, in []string) []Expr {
	var out []Expr
	for _, t := range h.to.Order(in...).leading.all() {
		if len(t.mono.factors) != 1 || !t.mono.factors[0].atom.isSymbol() {
			return []Expr{f.expr()}
		}
		base := t.mono.factors[0].atom
		key := "log(" + base.key + ")"
		out = append(out, newAtom(logarithm{of: base.expr()}, key, key, base.expr()).expr().power(int64(f.power)))
	}
	return out
}

func (h harmonic) write(s *style) string {
	to := s.best(h.to, 0)
	if s.total == nil {
		return s.function(harmonicName, s.number(h.from), to)
	}
	return s.total(s.number(h.from), to, s.quotient([]string{s.number(small(1))}, []string{s.name("j")}))
}

// logarithm is the kind of the logarithm of a symbol. It stands in orders alone.
type logarithm struct {
	ofOrders
	of Expr
}

func (l logarithm) write(s *style) string {
	return s.function("log", s.best(l.of, 0))
}
