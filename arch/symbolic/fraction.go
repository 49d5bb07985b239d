package symbolic

// fraction writes an expression as a sum without denominators over what it is divided by.
func (e Expr) fraction() (num Expr, under []sumPower) {
	for {
		f, found := e.denominator()
		if !found {
			return e, under
		}
		sum := f.atom.inverse(factor{f.atom, -1})
		under = append(under, sumPower{sum, -f.power})
		var out Expr
		for _, t := range e.all() {
			power := 0
			var rest []factor
			for _, g := range t.mono.factors {
				if g.atom.key == f.atom.key {
					power = g.power
				} else {
					rest = append(rest, g)
				}
			}
			out = out.Add(termOf(term{t.coef, newMonomial(rest)}).Mul(sum.power(int64(power - f.power))))
		}
		e = out
	}
}

// divided reports whether terms are divided by anything.
func (e Expr) divided() bool {
	_, is := e.denominator()
	return is
}

// cancels reports whether an expression is 0 wherever its denominators are not.
func (e Expr) cancels() bool {
	over, _ := e.fraction()
	return over.Err() == nil && over.IsZero()
}

// denominator is the highest power of some atom that terms are divided by; false if there is none.
func (e Expr) denominator() (lowest factor, found bool) {
	for _, t := range e.terms() {
		for _, f := range t.mono.factors {
			if f.power < 0 && (!found || f.atom.key == lowest.atom.key && f.power < lowest.power) {
				lowest, found = f, true
			}
		}
	}
	return lowest, found
}
