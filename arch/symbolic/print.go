package symbolic

import (
	"math/big"
	"slices"
	"sort"
	"strconv"
	"strings"
)

// Text prints the expression for people, in Unicode and in the factors people would write: N²·L·(L−1)/2.
func (e Expr) Text() string { return e.print(unicodeStyle()) }

// ASCII prints the expression in the notation that Parse reads, in the same factors: N^2*L*(L-1)/2.
func (e Expr) ASCII() string { return e.print(asciiStyle()) }

// LaTeX prints the expression for mathematics mode.
func (e Expr) LaTeX() string { return e.print(latexStyle()) }

// MathML prints the expression as an element of presentation MathML, in which no name is markup.
func (e Expr) MathML() string { return mathElement(e.print(mathMLStyle())) }

// String is ASCII.
func (e Expr) String() string { return e.ASCII() }

func (e Expr) print(s *style) string {
	if err := e.Err(); err != nil {
		return s.failed(err)
	}
	if e.isConstant() {
		return s.number(e.constant())
	}
	return s.best(e, 0)
}

// Bounds of the search for the shortest way to print.
const (
	maxGroupedTerms = 24 // terms of a sum that is grouped
	maxPlainTerms   = 10 // terms of a sum that is grouped by symbols; longer ones only by roundings and powers
	maxGroupedDepth = 2  // groups inside one another
)

// best prints an expression in the shorter of two ways: as a product of factors, or as a sum.
func (s *style) best(e Expr, depth int) string {
	if e.isConstant() {
		return s.number(e.constant())
	}
	f := e.factor()
	if len(e.all()) == 1 {
		return s.product(f, depth)
	}
	sum := s.sum(e, depth)
	if f.bare() {
		return sum
	}
	product := s.product(f, depth)
	if inside := s.product(f.divided(), depth); s.simpler(inside, product) {
		product = inside
	}
	if len(f.mono.factors) == 0 && len(f.sums) == 1 && f.sums[0].exponent == 1 &&
		(s.simpler(sum, product) || f.coef.isInt() && !s.simpler(product, sum)) {
		return sum
	}
	return product
}

// divided moves the denominator of the coefficient into the last sum: (2·N + k·(L−2))/2 becomes N + k·(L−2)/2.
func (f factored) divided() factored {
	last := len(f.sums) - 1
	if last < 0 || f.sums[last].exponent != 1 || len(f.sums[last].sum.all()) < 3 {
		return f
	}
	den := f.coef.denominator()
	out := f
	out.coef = f.coef.mul(den)
	out.sums = append(slices.Clone(f.sums[:last]), sumPower{f.sums[last].sum.scale(den.inverse()), 1})
	return out
}

// bare reports whether factoring found nothing.
func (f factored) bare() bool {
	return f.coef.isOne() && len(f.mono.factors) == 0 && len(f.sums) == 1 && f.sums[0].exponent == 1
}

// sum prints the terms, grouped by a common factor where that is simpler: N + k·(L−2)/2.
func (s *style) sum(e Expr, depth int) string {
	key := strconv.Itoa(depth) + ":" + e.key()
	text, ok := s.sums[key]
	if !ok {
		text = s.newSum(e, depth)
		if s.sums == nil {
			s.sums = map[string]string{}
		}
		s.sums[key] = text
	}
	return text
}

func (s *style) newSum(e Expr, depth int) string {
	best := s.flat(e)
	if depth >= maxGroupedDepth || len(e.all()) < 3 || len(e.terms()) > maxFactoredTerms {
		return best
	}
	if len(e.terms()) > maxPlainTerms {
		for _, order := range e.stages() {
			if text := s.staged(e, order, depth); s.simpler(text, best) {
				best = text
			}
		}
	}
	if len(e.terms()) > maxGroupedTerms {
		return best
	}
	for _, x := range e.variables() {
		if x.isSymbol() && len(e.terms()) > maxPlainTerms {
			continue
		}
		with, rest := e.parted(x)
		if len(with.all()) < 2 || rest.IsZero() {
			continue
		}
		first := s.best(with, depth+1)
		second := s.sum(rest, depth+1)
		text := s.joined(rest, second, first)
		if s.simpler(text, best) {
			best = text
		}
	}
	return best
}

// parted is the terms with an atom, and those without.
func (e Expr) parted(x *atom) (with, rest Expr) {
	var a, b collector
	for _, t := range e.all() {
		if t.mono.contains(x) {
			a.add(t.coef, t.mono)
		} else {
			b.add(t.coef, t.mono)
		}
	}
	return a.expr(), b.expr()
}

// stages are the orders of atoms in which a long sum may be grouped: symbols, roundings and powers, and the latter first.
func (e Expr) stages() [][]*atom {
	var symbols, others []*atom
	for _, x := range e.variables() {
		if x.isSymbol() {
			symbols = append(symbols, x)
		} else {
			others = append(others, x)
		}
	}
	return [][]*atom{symbols, others, append(others, symbols...)}
}

// staged groups a long sum by one atom after another, as a network has stages: n1·(3·n1 + 2·n2 + 1) + n2·(n2+5) + 7.
func (s *style) staged(e Expr, atoms []*atom, depth int) string {
	var b strings.Builder
	part := func(text string) {
		switch rest, minus := strings.CutPrefix(text, s.minus); {
		case b.Len() == 0:
			b.WriteString(text)
		case minus:
			b.WriteString(s.less + rest)
		default:
			b.WriteString(s.plus + text)
		}
	}
	for _, x := range atoms {
		if with, rest := e.parted(x); len(with.all()) > 1 {
			part(s.best(with, depth+1))
			e = rest
		}
	}
	if !e.IsZero() {
		part(s.flat(e))
	}
	return b.String()
}

// joined puts the part that would be printed first in front.
func (s *style) joined(rest Expr, restText, withText string) string {
	a, b := restText, withText
	if constant := len(rest.ordered()[0].mono.factors) == 0; constant || strings.HasPrefix(restText, s.minus) {
		a, b = withText, restText
	}
	if b, minus := strings.CutPrefix(b, s.minus); minus {
		return a + s.less + b
	}
	return a + s.plus + b
}

// flat prints the terms one after another. A symbol and a whole number stand close together: L−1.
func (s *style) flat(e Expr) string {
	terms := e.ordered()
	if len(terms) == 2 && terms[0].coef.isOne() && terms[0].mono.degree() == 1 && terms[0].mono.factors[0].atom.isSymbol() &&
		len(terms[1].mono.factors) == 0 && terms[1].coef.isInt() {
		sign := strings.TrimSpace(s.plus)
		if terms[1].coef.sign() < 0 {
			sign = strings.TrimSpace(s.less)
			terms[1].coef = terms[1].coef.neg()
		}
		return s.term(terms[0]) + sign + s.number(terms[1].coef)
	}
	// A sum does not begin with a minus if it can be helped.
	if terms[0].coef.sign() < 0 {
		for k, t := range terms {
			if t.coef.sign() > 0 {
				terms = append(append([]term{t}, terms[:k]...), terms[k+1:]...)
				break
			}
		}
	}
	var b strings.Builder
	for k, t := range terms {
		negative := t.coef.sign() < 0
		switch {
		case k > 0 && negative:
			b.WriteString(s.less)
			t.coef = t.coef.neg()
		case k > 0:
			b.WriteString(s.plus)
		}
		b.WriteString(s.term(t))
	}
	return b.String()
}

func (s *style) term(t term) string {
	return s.product(factored{coef: t.coef, mono: t.mono}, maxGroupedDepth)
}

// product prints coefficient·atoms·(sums)/denominator.
func (s *style) product(f factored, depth int) string {
	var above, below []string
	num, shifts := shift(f.coef, f.mono.factors)
	sign := ""
	if num.sign() < 0 {
		sign, num = s.minus, num.neg()
	}
	numerator, denominator := num.numerator(), num.denominator()
	if !numerator.isOne() {
		above = append(above, s.number(numerator))
	}
	factors := append([]factor{}, f.mono.factors...)
	sort.SliceStable(factors, func(i, j int) bool { return printsBefore(factors[i], factors[j]) })
	for _, x := range factors {
		if x.power > 0 {
			above = append(above, s.raised(s.atom(x.atom, shifts[x.atom]), x.power))
		}
	}
	if !denominator.isOne() {
		below = append(below, s.number(denominator))
	}
	for _, x := range factors {
		if x.power < 0 {
			below = append(below, s.raised(s.atom(x.atom, 0), -x.power))
		}
	}
	for _, p := range f.sums {
		text := s.sum(p.sum, depth+1)
		above = append(above, s.raised(s.bracket(text), p.exponent))
	}
	if len(above) == 0 {
		above = []string{s.number(small(1))}
	}
	return sign + s.quotient(above, below)
}

// printsBefore orders atoms in a product: powers of names by falling exponent, then by name, then everything else.
func printsBefore(a, b factor) bool {
	if x, y := a.atom.isSymbol(), b.atom.isSymbol(); x != y {
		return x
	}
	if a.atom.isSymbol() && a.power != b.power {
		return a.power > b.power
	}
	return a.atom.less(b.atom)
}

// shift moves divisions by the base of a power into its exponent: 4^L/4 is printed as 4^(L−1).
func shift(coef number, factors []factor) (number, map[*atom]int64) {
	var shifts map[*atom]int64
	for _, f := range factors {
		p, ok := f.atom.exponential()
		if !ok || !p.base.isInt() || p.base.sub(small(1)).sign() <= 0 {
			continue
		}
		for new(big.Int).Rem(coef.denom(), p.base.num()).Sign() == 0 {
			if shifts == nil {
				shifts = map[*atom]int64{}
			}
			coef = coef.mul(p.base)
			shifts[f.atom]++
		}
	}
	return coef, shifts
}
