package symbolic

// divisor is the kind of a sum that is divided by: it stands in monomials with a negative exponent.
type divisor struct {
	opaque
	sum Expr // with whole coefficients
}

// Div is e/f: exact always. A sum that does not divide e stays as a denominator.
func (e Expr) Div(f Expr) Expr {
	if e.more == nil && f.more == nil && f.word > 0 && e.word%f.word == 0 {
		return Expr{word: e.word / f.word}
	}
	switch {
	case e.Err() != nil:
		return e
	case f.Err() != nil:
		return f
	case f.IsZero():
		return failf("division by zero")
	case f.isConstant():
		return e.scale(f.constant().inverse())
	}
	if q, ok := e.DivExact(f); ok {
		return q
	}
	if len(f.terms()) == 1 && f.constant().isZero() {
		return e.Mul(f.inverse())
	}
	// What divides e goes, factor by factor; the rest stays as denominators.
	g := f.factor()
	for _, p := range g.sums {
		for range p.exponent {
			if q, ok := e.DivExact(p.sum); ok {
				e = q
			} else {
				e = e.Mul(p.sum.inverse())
			}
		}
	}
	return e.scale(g.coef.inverse()).Mul(monomialOf(g.mono).inverse())
}

// inverse is 1/e of an expression that is not 0.
func (e Expr) inverse() Expr {
	if e.isConstant() {
		return constantOf(e.constant().inverse())
	}
	if terms := e.terms(); len(terms) == 1 && e.constant().isZero() {
		out := constantOf(terms[0].coef.inverse())
		for _, f := range terms[0].mono.factors {
			out = out.Mul(f.atom.inverse(f))
		}
		return out
	}
	content := e.content()
	whole := e.scale(content.inverse())
	key := "/(" + whole.key() + ")"
	a := newAtom(divisor{sum: whole}, key, key, whole)
	return termOf(term{content.inverse(), newMonomial([]factor{{a, -1}})})
}

func (d divisor) isWhole() bool              { return false }
func (d divisor) neverNegative() bool        { return d.sum.NeverNegative() }
func (d divisor) substitute(b Bindings) Expr { return d.sum.Substitute(b) }
func (d divisor) inverse(f factor) Expr      { return d.sum.power(int64(-f.power)) }
func (d divisor) period(name string) int64   { return d.sum.period(name) }

func (d divisor) growth(f factor, in []string) []Expr {
	return []Expr{d.sum.Order(in...).leading.power(int64(f.power))}
}

func (d divisor) write(s *style) string {
	return s.bracket(s.best(d.sum, 0))
}
