package symbolic

// DivExact is e/f where f divides e without remainder, as polynomials in their atoms.
func (e Expr) DivExact(f Expr) (Expr, bool) {
	if e.Err() != nil || f.Err() != nil || f.IsZero() {
		return Expr{}, false
	}
	if e.IsZero() {
		return e, true
	}
	if f.isConstant() {
		return e.scale(f.constant().inverse()), true
	}
	if len(f.terms()) == 1 && f.constant().isZero() {
		if m, ok := e.gcdMonomial(); ok && divides(f.terms()[0].mono, m) {
			return e.Mul(f.inverse()), true
		}
		return Expr{}, false
	}
	if !e.isPolynomial() || !f.isPolynomial() || f.hasExponential() || len(e.terms())*len(f.terms()) > MaxTerms {
		return Expr{}, false
	}
	lead := f.lead()
	var quotient Expr
	for steps := 0; !e.IsZero(); steps++ {
		top := e.lead()
		if steps > MaxTerms/4 || !divides(lead.mono, top.mono) {
			return Expr{}, false
		}
		q := termOf(top).Mul(termOf(lead).inverse())
		quotient = quotient.Add(q)
		e = e.Sub(q.Mul(f))
		if e.Err() != nil {
			return Expr{}, false
		}
	}
	return quotient, true
}

// isPolynomial reports whether all powers of atoms are positive.
func (e Expr) isPolynomial() bool {
	for _, t := range e.terms() {
		for _, f := range t.mono.factors {
			if f.power < 0 {
				return false
			}
		}
	}
	return true
}

func (e Expr) hasExponential() bool {
	for _, t := range e.terms() {
		if t.mono.exponentials() > 0 {
			return true
		}
	}
	return false
}

// lead is the greatest term in lexicographic order of the atoms' exponents; the expression is not 0.
func (e Expr) lead() term {
	terms := e.terms()
	if len(terms) == 0 {
		return term{coef: e.constant()}
	}
	best := terms[0]
	for _, t := range terms[1:] {
		if lexLess(best.mono.factors, t.mono.factors) {
			best = t
		}
	}
	return best
}

// lexLess compares exponents atom by atom, in the order of the atoms.
func lexLess(a, b []factor) bool {
	for k := 0; ; k++ {
		switch {
		case k == len(b):
			return false
		case k == len(a):
			return true
		case a[k].atom.key != b[k].atom.key:
			// The one whose first differing atom sorts first has a power of it, the other has none.
			return b[k].atom.less(a[k].atom)
		case a[k].power != b[k].power:
			return a[k].power < b[k].power
		}
	}
}

// divides reports whether monomial d divides m.
func divides(d, m monomial) bool {
	k := 0
	for _, f := range d.factors {
		for k < len(m.factors) && m.factors[k].atom.key != f.atom.key {
			k++
		}
		if k == len(m.factors) || m.factors[k].power < f.power {
			return false
		}
	}
	return true
}

// gcdMonomial is the greatest monomial that divides every term; false if it is 1.
func (e Expr) gcdMonomial() (monomial, bool) {
	terms := e.terms()
	if len(terms) == 0 || !e.constant().isZero() {
		return monomial{}, false
	}
	common := terms[0].mono.factors
	for _, t := range terms[1:] {
		var next []factor
		for _, f := range common {
			for _, g := range t.mono.factors {
				if f.atom.key == g.atom.key {
					next = append(next, factor{f.atom, min(f.power, g.power)})
				}
			}
		}
		common = next
	}
	return newMonomial(common), len(common) > 0
}
