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
	if v, ok := e.numbers(b); ok {
		return constantOf(v)
	}
	c, s := collector{}, substitution{bindings: b}
	c.add(e.constant(), monomial{})
	for _, t := range e.terms() {
		if !t.mono.touched(b) {
			c.add(t.coef, t.mono)
			continue
		}
		product := s.term(t)
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

// numbers is Substitute where all symbols get whole numbers, none stands in anything but products and quotients, and all that is met on the way
// fits in machine words.
func (e Expr) numbers(b Bindings) (number, bool) {
	sum := e.constant()
	for _, t := range e.terms() {
		product := t.coef
		for _, f := range t.mono.factors {
			s, is := f.atom.kind.(symbol)
			v, bound := b[s.name]
			if !is || !bound || v.more != nil || v.word == 0 && f.power < 0 {
				return number{}, false
			}
			base := small(v.word)
			if f.power < 0 {
				base = base.inverse()
			}
			power, fits := base.powerSmall(max(int64(f.power), -int64(f.power)))
			if product = product.mul(power); !fits || product.big != nil {
				return number{}, false
			}
		}
		if sum = sum.add(product); sum.big != nil {
			return number{}, false
		}
	}
	return sum, true
}

// substitution is one Substitute: the powers of values are needed for term after term, and kept.
type substitution struct {
	bindings Bindings
	values   []substituted
	products int // of terms, that were multiplied out
}

// substituted is the value of a factor.
type substituted struct {
	factor factor
	value  Expr
}

// term is the coefficient times the values of the factors. What is divided by comes last, for it may divide what is there by then.
func (s *substitution) term(t term) Expr {
	out := constantOf(t.coef)
	var kept, under []factor
	for _, f := range t.mono.factors {
		switch {
		case !f.atom.touched(s.bindings):
			kept = append(kept, f)
			continue
		case f.power < 0:
			under = append(under, factor{f.atom, -f.power})
			continue
		}
		if out = s.mul(out, s.factor(f)); out.Err() != nil {
			return out
		}
	}
	if len(kept) > 0 {
		out = s.mul(monomialOf(newMonomial(kept)), out)
	}
	for _, f := range under {
		out = out.Div(s.factor(f))
	}
	return out
}

// mul multiplies, and refuses to where the whole substitution takes too much work.
func (s *substitution) mul(a, b Expr) Expr {
	if s.products += len(a.terms()) * len(b.terms()); s.products > MaxProducts {
		return failed(tooMuchWork())
	}
	return a.Mul(b)
}

// factor is the value of a factor of a positive power: the value of the next lower one known times the rest.
func (s *substitution) factor(f factor) Expr {
	nearest := substituted{factor: factor{f.atom, 0}, value: Int(1)}
	for _, known := range s.values {
		p := known.factor.power
		if known.factor.atom.key != f.atom.key {
			continue
		}
		if p == f.power {
			return known.value
		}
		if p < f.power && p > nearest.factor.power {
			nearest = known
		}
	}
	v := nearest.value
	if rest := f.power - nearest.factor.power; rest != 0 {
		one := f.atom.substitute(s.bindings)
		if rest != 1 {
			one = one.Pow(Int(int64(rest)))
		}
		v = s.mul(v, one)
	}
	if v.Err() == nil {
		s.values = append(s.values, substituted{f, v})
	}
	return v
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
