package symbolic

// DivExact is e/f where f divides e without remainder, as polynomials in their atoms.
func (e Expr) DivExact(f Expr) (Expr, bool) {
	if e.err != nil || f.err != nil || f.IsZero() {
		return Expr{}, false
	}
	if e.IsZero() {
		return e, true
	}
	if len(f.terms) == 0 {
		return e.scale(f.constant.inverse()), true
	}
	if len(f.terms) == 1 && f.constant.isZero() {
		if m, ok := e.gcdMonomial(); ok && divides(f.terms[0].mono, m) {
			return e.Mul(f.inverse()), true
		}
		return Expr{}, false
	}
	if !e.isPolynomial() || !f.isPolynomial() || f.hasPower() || len(e.terms)*len(f.terms) > MaxTerms {
		return Expr{}, false
	}
	lead := f.lead()
	var quotient Expr
	for steps := 0; !e.IsZero(); steps++ {
		top := e.lead()
		if steps > MaxTerms/4 || !divides(lead.mono, top.mono) {
			return Expr{}, false
		}
		q := Expr{terms: []term{top}}
		if len(top.mono.factors) == 0 {
			q = Expr{constant: top.coef}
		}
		q = q.Mul(Expr{terms: []term{lead}}.inverse())
		quotient = quotient.Add(q)
		e = e.Sub(q.Mul(f))
		if e.err != nil {
			return Expr{}, false
		}
	}
	return quotient, true
}

// isPolynomial reports whether all powers of atoms are positive.
func (e Expr) isPolynomial() bool {
	for _, t := range e.terms {
		for _, f := range t.mono.factors {
			if f.power < 0 {
				return false
			}
		}
	}
	return true
}

func (e Expr) hasPower() bool {
	for _, t := range e.terms {
		for _, f := range t.mono.factors {
			if f.atom.kind == powerAtom {
				return true
			}
		}
	}
	return false
}

// lead is the greatest term in lexicographic order of the atoms' exponents; the expression is not 0.
func (e Expr) lead() term {
	if len(e.terms) == 0 {
		return term{coef: e.constant}
	}
	best := e.terms[0]
	for _, t := range e.terms[1:] {
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
			return lessAtom(b[k].atom, a[k].atom)
		case a[k].power != b[k].power:
			return a[k].power < b[k].power
		}
	}
}

func lessAtom(a, b *atom) bool {
	if a.sort != b.sort {
		return a.sort < b.sort
	}
	return a.key < b.key
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
	if len(e.terms) == 0 || !e.constant.isZero() {
		return monomial{}, false
	}
	common := e.terms[0].mono.factors
	for _, t := range e.terms[1:] {
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
