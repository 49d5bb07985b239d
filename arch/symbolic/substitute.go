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
	if len(e.terms()) == 0 || len(b) == 0 {
		return e
	}
	c := collector{}
	c.add(e.constant(), monomial{})
	for _, t := range e.terms() {
		if !t.mono.touched(b) {
			c.add(t.coef, t.mono)
			continue
		}
		product := t.mono.substitute(constantOf(t.coef), b)
		if product.Err() != nil {
			return product
		}
		c.addAll(product)
		if len(c.terms) > MaxTerms {
			return failed(tooManyTerms())
		}
	}
	return c.expr()
}

// substitute is the coefficient times the values of the factors.
func (m monomial) substitute(coef Expr, b Bindings) Expr {
	for _, f := range m.factors {
		if !f.atom.touched(b) {
			coef = coef.Mul(monomialOf(newMonomial([]factor{f})))
			continue
		}
		v := f.atom.substitute(b)
		switch {
		case f.power == 1:
		case f.power < 0 && v.IsZero():
			v = failf("division by zero")
		default:
			v = v.Pow(Int(int64(f.power)))
		}
		if coef = coef.Mul(v); coef.Err() != nil {
			break
		}
	}
	return coef
}

// Evaluate is the value under bindings to numbers. The error is *UnboundError if a symbol is left.
func (e Expr) Evaluate(b Bindings) (*big.Rat, error) {
	v := e.Substitute(b)
	if err := v.Err(); err != nil {
		return nil, err
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
	if e.Err() != nil {
		return a, b, false
	}
	var slope, rest collector
	rest.add(e.constant(), monomial{})
	for _, t := range e.terms() {
		at := -1
		for k, f := range t.mono.factors {
			if !f.atom.has(name) {
				continue
			}
			if at >= 0 || !f.atom.isSymbol() || f.power != 1 {
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
