package symbolic

import (
	"math/big"
	"strings"
)

// Bindings give symbols values.
type Bindings map[string]Expr

// UnboundError names the symbols that have no value.
type UnboundError struct{ Names []string }

// Error lists the symbols.
func (e *UnboundError) Error() string {
	return "no value is given for " + strings.Join(e.Names, ", ")
}

// NotWholeError is a value that should be a whole number and is not.
type NotWholeError struct{ Value *big.Rat }

// Error shows the value.
func (e *NotWholeError) Error() string { return e.Value.RatString() + " is not a whole number" }

// Substitute replaces symbols by their values, all at once.
func (e Expr) Substitute(b Bindings) Expr {
	if e.err != nil || len(e.terms) == 0 || len(b) == 0 {
		return e
	}
	out := Expr{constant: e.constant}
	for _, t := range e.terms {
		if !t.mono.touched(b) {
			out = out.Add(Expr{terms: []term{t}})
			continue
		}
		product := Expr{constant: t.coef}
		for _, f := range t.mono.factors {
			v := f.atom.substitute(b)
			switch {
			case f.power == 1:
			case v.err == nil && len(v.terms) == 0 && v.constant.isZero() && f.power < 0:
				v = failf("division by zero")
			default:
				v = v.Pow(Int(int64(f.power)))
			}
			product = product.Mul(v)
		}
		out = out.Add(product)
		if out.err != nil {
			return out
		}
	}
	return out
}

func (m monomial) touched(b Bindings) bool {
	for _, f := range m.factors {
		if f.atom.touched(b) {
			return true
		}
	}
	return false
}

func (a *atom) touched(b Bindings) bool {
	if a.kind == symbolAtom {
		_, ok := b[a.name]
		return ok
	}
	for _, x := range a.args {
		for _, t := range x.terms {
			if t.mono.touched(b) {
				return true
			}
		}
	}
	return false
}

func (a *atom) substitute(b Bindings) Expr {
	if !a.touched(b) {
		return atomExpr(a)
	}
	if a.kind == symbolAtom {
		return b[a.name]
	}
	args := make([]Expr, len(a.args))
	for k, x := range a.args {
		args[k] = x.Substitute(b)
	}
	switch a.kind {
	case floorAtom:
		return args[0].Floor()
	case minAtom:
		return Min(args...)
	case maxAtom:
		return Max(args...)
	case powerAtom:
		return Expr{constant: a.base}.Pow(args[0])
	default: // an inverse atom stands for the sum itself, its power is negative
		return args[0]
	}
}

// Evaluate is the value under bindings to numbers. The error is *UnboundError if a symbol is left.
func (e Expr) Evaluate(b Bindings) (*big.Rat, error) {
	v := e.Substitute(b)
	if v.err != nil {
		return nil, v.err
	}
	if r, ok := v.Rational(); ok {
		return r, nil
	}
	return nil, &UnboundError{Names: v.Symbols()}
}

// EvaluateInteger is Evaluate for values that must be whole; else the error is *NotWholeError.
func (e Expr) EvaluateInteger(b Bindings) (*big.Int, error) {
	r, err := e.Evaluate(b)
	if err != nil {
		return nil, err
	}
	if !r.IsInt() {
		return nil, &NotWholeError{Value: r}
	}
	return new(big.Int).Set(r.Num()), nil
}

// Linear writes e as a·name + b with a and b free of the name.
func (e Expr) Linear(name string) (a, b Expr, ok bool) {
	if e.err != nil {
		return a, b, false
	}
	var slope, rest collector
	rest.add(e.constant, monomial{})
	for _, t := range e.terms {
		at := -1
		for k, f := range t.mono.factors {
			if !f.atom.has(name) {
				continue
			}
			if at >= 0 || f.atom.kind != symbolAtom || f.power != 1 {
				return a, b, false
			}
			at = k
		}
		if at < 0 {
			rest.add(t.coef, t.mono)
			continue
		}
		others := append(append([]factor{}, t.mono.factors[:at]...), t.mono.factors[at+1:]...)
		slope.add(t.coef, newMonomial(others))
	}
	return slope.expr(), rest.expr(), true
}

func (a *atom) has(name string) bool {
	if a.kind == symbolAtom {
		return a.name == name
	}
	for _, x := range a.args {
		if x.Has(name) {
			return true
		}
	}
	return false
}
