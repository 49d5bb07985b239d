package symbolic

import (
	"fmt"
	"math/big"
	"slices"
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

// SumOver is Σ e for index = from … to, both included. Its summands are polynomials in the index times powers r^index, or
// ⌊(index + b)/q⌋ for numbers b and q, with factors that are free of it; else the error is *NotSummableError. The result continues the polynomial: it is 0 for
// to = from − 1.
func (e Expr) SumOver(index string, from, to Expr) (Expr, error) {
	if e.Err() != nil {
		return e, nil
	}
	rest := collector{}
	var groups []*summand
	var rounded Expr
	rest.add(e.constant(), monomial{})
	for _, t := range e.terms() {
		degree, ratio, others, ok := splitIndex(t.mono, index)
		switch {
		case !ok:
			if sum, is := floorSum(t, index, from, to); is {
				rounded = rounded.Add(sum)
				continue
			}
			return Expr{}, &NotSummableError{Term: strings.ReplaceAll(termOf(t).Text(), index, "i"), Index: index}
		case degree == 0 && ratio.isOne():
			rest.add(t.coef, t.mono)
			continue
		}
		k := slices.IndexFunc(groups, func(g *summand) bool { return g.degree == degree && g.ratio.equal(ratio) })
		if k < 0 {
			k = len(groups)
			groups = append(groups, &summand{degree: degree, ratio: ratio})
		}
		groups[k].others.add(t.coef, others)
	}
	before := from.Sub(Int(1))
	out := rest.expr().Mul(to.Sub(before)).Add(rounded)
	for _, g := range groups {
		out = out.Add(g.others.expr().Mul(g.upTo(to).Sub(g.upTo(before))))
	}
	return out, nil
}

// summand is index^degree·ratio^index times what is free of the index.
type summand struct {
	degree int
	ratio  number
	others collector
}

// splitIndex takes the factors with the index out of a monomial: index^degree·ratio^index·others.
func splitIndex(m monomial, index string) (degree int, ratio number, others monomial, ok bool) {
	ratio = small(1)
	first := slices.IndexFunc(m.factors, func(f factor) bool { return f.atom.has(index) })
	if first < 0 {
		return 0, ratio, m, true
	}
	left := slices.Clone(m.factors[:first])
	for _, f := range m.factors[first:] {
		if !f.atom.has(index) {
			left = append(left, f)
			continue
		}
		d, r, ok := f.atom.summand(f, index)
		if !ok {
			return 0, ratio, monomial{}, false
		}
		degree, ratio = degree+d, ratio.mul(r)
	}
	return degree, ratio, newMonomial(left), true
}

// upTo is Σ i^degree·ratio^i for i = 0 … n.
func (s *summand) upTo(n Expr) Expr {
	x := n.Add(Int(1))
	if s.ratio.isOne() {
		return antidifference(s.degree).at(x)
	}
	q := geometricAntidifference(s.degree, s.ratio)
	return constantOf(s.ratio).Pow(x).Mul(q.at(x)).Sub(q.at(Int(0)))
}

// polynomial holds coefficients by rising power.
type polynomial []number

// at evaluates by Horner's rule.
func (p polynomial) at(x Expr) Expr {
	var out Expr
	for k := len(p) - 1; k >= 0; k-- {
		out = out.Mul(x).Add(constantOf(p[k]))
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
		if err := e.Err(); err != nil {
			return Expr{}, err
		}
	}
	if !a.isConstant() {
		return Expr{}, fmt.Errorf("the factor %s of a recurrence is not a number", a.Text())
	}
	if a.IsZero() {
		return Expr{}, fmt.Errorf("the factor of a recurrence is 0: what follows does not depend on what was")
	}
	const j = "j#"
	i := Symbol(index)
	ratio := constantOf(a.constant().inverse())
	summand := b.Substitute(Bindings{index: Symbol(j)}).Mul(ratio.Pow(Symbol(j)))
	sum, err := summand.SumOver(j, Int(0), i.Sub(Int(1)))
	if err != nil {
		return Expr{}, err
	}
	c := a.Pow(i).Mul(start).Add(a.Pow(i.Sub(Int(1))).Mul(sum))
	return c, c.Err()
}
