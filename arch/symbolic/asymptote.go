package symbolic

import "math/big"

// Asymptote is the one term that an expression of one symbol is asymptotically equal to: their ratio tends to 1 as the symbol
// grows. Of L·(L−1)/2 it is L²/2, and of ⌊N/2⌋/N it is 1/2. False where the expression has another form than [Expr.Signs]
// takes.
func (e Expr) Asymptote(name string) (Expr, bool) {
	num, under := e.fraction()
	out, ok := num.dominant(name)
	for _, p := range under {
		sum, known := p.sum.dominant(name)
		if !known || sum.IsZero() {
			return Expr{}, false
		}
		for range p.exponent {
			out = out.Div(sum)
		}
	}
	return out, ok && out.Err() == nil
}

// dominant is the term of the largest base and, of equals, the highest power; where there are roundings, the one in which all
// remainders agree.
func (e Expr) dominant(name string) (Expr, bool) {
	period := e.period(name)
	if period > MaxPeriod {
		return Expr{}, false
	}
	var out Expr
	for k := range period {
		at := Symbol(name).scale(small(period)).Add(Int(k))
		pieces, ok := exponentialTerms(e.Substitute(Bindings{name: at}), name)
		if !ok {
			return out, false
		}
		one, ok := highest(pieces, name, period)
		if !ok {
			return out, false
		}
		if k > 0 && !one.Equal(out) {
			return Expr{}, false
		}
		out = one
	}
	return out, true
}

// highest is the piece that outgrows the others, of which t counts periods of the symbol.
func highest(pieces []rationalTerm, name string, period int64) (Expr, bool) {
	if len(pieces) == 0 {
		return Expr{}, true
	}
	top := pieces[0]
	for _, p := range pieces[1:] {
		if order := p.base.Cmp(top.base); order > 0 || order == 0 && p.degree > top.degree {
			top = p
		}
	}
	if period > 1 && top.base.Cmp(big.NewRat(1, 1)) != 0 {
		return Expr{}, false
	}
	x := Symbol(name).scale(small(period).inverse())
	return x.power(int64(top.degree)).scale(rational(top.coef)).Mul(constantOf(rational(top.base)).Pow(Symbol(name))), true
}
