package symbolic

import (
	"fmt"
	"math/big"
	"strings"
)

// NotSummableError is a summand without a closed form.
type NotSummableError struct {
	Term  string // in Text form
	Index string
}

// Error shows the summand and the index.
func (e *NotSummableError) Error() string {
	index, _, _ := strings.Cut(e.Index, "#")
	return fmt.Sprintf("the sum of %s over %s has no closed form", e.Term, index)
}

// SumOver is Σ e for index = from … to, both included. Its summands are polynomials in the index times powers r^index, with
// factors that are free of it; else the error is *NotSummableError. The result continues the polynomial: it is 0 for
// to = from − 1.
func (e Expr) SumOver(index string, from, to Expr) (Expr, error) {
	if e.err != nil {
		return e, nil
	}
	var out Expr
	before := from.Sub(Int(1))
	rest := collector{}
	groups := map[string]*summand{}
	var order []string
	rest.add(e.constant, monomial{})
	for _, t := range e.terms {
		s, others, ok := splitIndex(t, index)
		if !ok {
			return Expr{}, &NotSummableError{Term: strings.ReplaceAll(Expr{terms: []term{t}}.Text(), index, "i"), Index: index}
		}
		if s.degree == 0 && s.ratio.isOne() {
			rest.add(t.coef, t.mono)
			continue
		}
		key := fmt.Sprint(s.degree, " ", s.ratio)
		g := groups[key]
		if g == nil {
			g = s
			groups[key] = g
			order = append(order, key)
		}
		g.others.add(t.coef, others)
	}
	out = rest.expr().Mul(to.Sub(before))
	for _, key := range order {
		g := groups[key]
		out = out.Add(g.others.expr().Mul(g.upTo(to).Sub(g.upTo(before))))
	}
	if out.err != nil {
		return out, nil
	}
	return out, nil
}

// summand is index^degree·ratio^index times what is free of the index.
type summand struct {
	degree int
	ratio  number
	others collector
}

// splitIndex takes the factors with the index out of a term.
func splitIndex(t term, index string) (*summand, monomial, bool) {
	s := &summand{ratio: small(1)}
	var others []factor
	for _, f := range t.mono.factors {
		switch {
		case !f.atom.has(index):
			others = append(others, f)
		case f.atom.kind == symbolAtom && f.power > 0 && f.power <= MaxSumDegree:
			s.degree = f.power
		case f.atom.kind == powerAtom && f.atom.args[0].Equal(Symbol(index)):
			s.ratio = f.atom.base
		default:
			return nil, monomial{}, false
		}
	}
	return s, newMonomial(others), true
}

// upTo is Σ i^degree·ratio^i for i = 0 … n.
func (s *summand) upTo(n Expr) Expr {
	x := n.Add(Int(1))
	if s.ratio.isOne() {
		return antidifference(s.degree).at(x)
	}
	q := geometricAntidifference(s.degree, s.ratio)
	return Expr{constant: s.ratio}.Pow(x).Mul(q.at(x)).Sub(q.at(Int(0)))
}

// polynomial holds coefficients by rising power.
type polynomial []number

// at evaluates by Horner's rule.
func (p polynomial) at(x Expr) Expr {
	var out Expr
	for k := len(p) - 1; k >= 0; k-- {
		out = out.Mul(x).Add(Expr{constant: p[k]})
	}
	return out
}

// antidifference is the polynomial Q with Q(n+1) − Q(n) = n^p and Q(0) = 0 (Faulhaber).
func antidifference(p int) polynomial {
	q := make(polynomial, p+2)
	for j := p; j >= 0; j-- {
		v := small(0)
		if j == p {
			v = small(1)
		}
		for m := j + 2; m <= p+1; m++ {
			v = v.add(binomial(m, j).mul(q[m]).neg())
		}
		q[j+1] = v.mul(small(int64(j + 1)).inverse())
	}
	return q
}

// geometricAntidifference is the polynomial Q with r·Q(n+1) − Q(n) = n^p, so that Σ_{i<n} i^p·r^i = r^n·Q(n) − Q(0).
func geometricAntidifference(p int, r number) polynomial {
	q := make(polynomial, p+1)
	over := r.add(small(-1)).inverse()
	for j := p; j >= 0; j-- {
		v := small(0)
		if j == p {
			v = small(1)
		}
		for m := j + 1; m <= p; m++ {
			v = v.add(r.mul(binomial(m, j)).mul(q[m]).neg())
		}
		q[j] = v.mul(over)
	}
	return q
}

func binomial(n, k int) number {
	return rational(new(big.Rat).SetInt(new(big.Int).Binomial(int64(n), int64(k))))
}

// SolveRecurrence is c(index) where c(0) = start and c(i+1) = a·c(i) + b(i): a^i·start + Σ_{j<i} a^(i−1−j)·b(j). a is a
// rational constant other than 0.
func SolveRecurrence(a, b Expr, index string, start Expr) (Expr, error) {
	for _, e := range []Expr{a, b, start} {
		if e.err != nil {
			return Expr{}, e.err
		}
	}
	if len(a.terms) > 0 {
		return Expr{}, fmt.Errorf("the factor %s of a recurrence is not a number", a.Text())
	}
	if a.constant.isZero() {
		return Expr{}, fmt.Errorf("the factor of a recurrence is 0: what follows does not depend on what was")
	}
	const j = "j#"
	i := Symbol(index)
	ratio := Expr{constant: a.constant.inverse()}
	summand := b.Substitute(Bindings{index: Symbol(j)}).Mul(ratio.Pow(Symbol(j)))
	sum, err := summand.SumOver(j, Int(0), i.Sub(Int(1)))
	if err != nil {
		return Expr{}, err
	}
	c := a.Pow(i).Mul(start).Add(a.Pow(i.Sub(Int(1))).Mul(sum))
	return c, c.err
}
