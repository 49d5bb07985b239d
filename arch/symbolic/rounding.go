package symbolic

import (
	"math/big"
	"sort"
	"strings"
)

// Floor is ⌊e⌋. What is surely whole is taken out of the brackets, and fractions in them are reduced, so that equal values
// tend to look the same.
func (e Expr) Floor() Expr {
	if e.err != nil {
		return e
	}
	if len(e.terms) == 0 {
		return Expr{constant: e.constant.floor()}
	}
	var outside Expr
	inside := Expr{}
	wholeTerms := true
	for _, t := range e.terms {
		one := Expr{terms: []term{{small(1), t.mono}}}
		if !t.mono.isWhole() {
			wholeTerms = false
			inside = inside.Add(one.scale(t.coef))
			continue
		}
		whole := t.coef.floor()
		outside = outside.Add(one.scale(whole))
		inside = inside.Add(one.scale(t.coef.add(whole.neg())))
	}
	constant := e.constant
	if wholeTerms && len(inside.terms) > 0 {
		// Whole terms over a common denominator q: only the floor of q·constant matters.
		q := inside.commonDenominator()
		constant = constant.mul(q).floor().mul(q.inverse())
	}
	whole := constant.floor()
	outside.constant = outside.constant.add(whole)
	inside.constant = constant.add(whole.neg())
	if len(inside.terms) == 0 {
		return outside
	}
	return outside.Add(floorAtomOf(inside))
}

// floorAtomOf is ⌊inside⌋; ⌊(⌊x⌋ + j)/m⌋ becomes ⌊(x + j)/m⌋.
func floorAtomOf(inside Expr) Expr {
	if len(inside.terms) == 1 {
		t := inside.terms[0]
		f := t.mono.factors
		if len(f) == 1 && f[0].power == 1 && f[0].atom.kind == floorAtom && t.coef.num().IsInt64() && t.coef.num().Int64() == 1 {
			return f[0].atom.args[0].scale(t.coef).Add(Expr{constant: inside.constant}).Floor()
		}
	}
	key := "⌊" + inside.key() + "⌋"
	return atomExpr(&atom{kind: floorAtom, args: []Expr{inside}, key: key, sort: "~" + key}).limited()
}

// commonDenominator of the coefficients of the terms.
func (e Expr) commonDenominator() number {
	q := big.NewInt(1)
	for _, t := range e.terms {
		d := t.coef.denom()
		g := new(big.Int).GCD(nil, nil, q, d)
		q = new(big.Int).Mul(q, new(big.Int).Quo(d, g))
	}
	return rational(new(big.Rat).SetInt(q))
}

// Ceil is ⌈e⌉: ⌊(p + q − 1)/q⌋ for a whole p over a whole q, else −⌊−e⌋.
func (e Expr) Ceil() Expr {
	if e.err != nil || e.IsWhole() {
		return e
	}
	if len(e.terms) > 0 {
		for _, t := range e.terms {
			if !t.mono.isWhole() {
				return e.Neg().Floor().Neg()
			}
		}
		q := e.commonDenominator()
		lift := q.add(small(-1)).mul(q.inverse())
		// The constant counts in units of 1/q, rounded up.
		units := e.constant.mul(q).neg().floor().neg().mul(q.inverse())
		return Expr{constant: units.add(lift), terms: e.terms}.Floor()
	}
	return e.Neg().Floor().Neg()
}

// FloorDiv is ⌊a/b⌋ of whole a and b.
func FloorDiv(a, b Expr) Expr {
	if b.err == nil && len(b.terms) == 0 && b.constant.isOne() {
		return a
	}
	return a.Div(b).Floor()
}

// CeilDiv is ⌈a/b⌉ of whole a and b.
func CeilDiv(a, b Expr) Expr {
	if b.err == nil && len(b.terms) == 0 && b.constant.isOne() {
		return a
	}
	return a.Div(b).Ceil()
}

// Min is the least of its arguments; it stays a function of them until all are numbers.
func Min(es ...Expr) Expr { return extreme(minAtom, -1, es) }

// Max is the greatest of its arguments.
func Max(es ...Expr) Expr { return extreme(maxAtom, 1, es) }

func extreme(kind atomKind, sign int, es []Expr) Expr {
	var constant *number
	open := map[string]Expr{}
	for _, e := range flatten(kind, es) {
		switch {
		case e.err != nil:
			return e
		case len(e.terms) > 0:
			open[e.key()] = e
		case constant == nil || e.constant.add(constant.neg()).sign() == sign:
			c := e.constant
			constant = &c
		}
	}
	keys := make([]string, 0, len(open))
	for k := range open {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	var args []Expr
	for _, k := range keys {
		args = append(args, open[k])
	}
	if constant != nil {
		args = append(args, Expr{constant: *constant})
		keys = append(keys, constant.String())
	}
	switch len(args) {
	case 0:
		return failf("the extreme of nothing is not defined")
	case 1:
		return args[0]
	}
	name := map[atomKind]string{minAtom: "min", maxAtom: "max"}[kind]
	key := name + "(" + strings.Join(keys, ",") + ")"
	return atomExpr(&atom{kind: kind, args: args, key: key, sort: "~" + key}).limited()
}

// flatten opens min(min(a, b), c).
func flatten(kind atomKind, es []Expr) []Expr {
	var out []Expr
	for _, e := range es {
		if len(e.terms) == 1 && e.constant.isZero() && e.terms[0].coef.isOne() {
			if f := e.terms[0].mono.factors; len(f) == 1 && f[0].power == 1 && f[0].atom.kind == kind {
				out = append(out, f[0].atom.args...)
				continue
			}
		}
		out = append(out, e)
	}
	return out
}
