package symbolic

import "slices"

// floorSum is the sum of a term over index = from … to whose one factor with the index is ⌊(index + b)/q⌋ for numbers b and q; false if
// it has another form.
func floorSum(t term, index string, from, to Expr) (Expr, bool) {
	at := slices.IndexFunc(t.mono.factors, func(f factor) bool { return f.atom.has(index) })
	f := t.mono.factors[at]
	rounding, is := f.atom.kind.(floor)
	others := slices.Delete(slices.Clone(t.mono.factors), at, at+1)
	if !is || f.power != 1 || slices.ContainsFunc(others, func(f factor) bool { return f.atom.has(index) }) {
		return Expr{}, false
	}
	slope, rest, linear := rounding.inside.Linear(index)
	if !linear || !slope.isConstant() || !rest.isConstant() || slope.IsZero() || !slope.constant().numerator().isOne() {
		return Expr{}, false
	}
	q := Int(1).Div(slope)
	b := rest.Mul(q)
	if !b.constant().isInt() {
		return Expr{}, false
	}
	sum := floorsBelow(to.Add(b).Add(Int(1)), q).Sub(floorsBelow(from.Add(b), q))
	return sum.Mul(monomialOf(newMonomial(others)).scale(t.coef)), true
}

// floorsBelow is Σ ⌊m/q⌋ for m = 0 … n − 1: q times 0, 1, … and then the last value for what is left.
func floorsBelow(n, q Expr) Expr {
	whole := FloorDiv(n, q)
	return q.Mul(whole).Mul(whole.Sub(Int(1))).Div(Int(2)).Add(whole.Mul(n.Sub(q.Mul(whole))))
}
