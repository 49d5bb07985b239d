package symbolic

import (
	"fmt"
)

// Sum adds expressions up.
func Sum(es ...Expr) Expr {
	var sum Expr
	for _, e := range es {
		sum = sum.Add(e)
	}
	return sum
}

// Product multiplies expressions; the product of none is 1.
func Product(es ...Expr) Expr {
	product := Int(1)
	for _, e := range es {
		product = product.Mul(e)
	}
	return product
}

// Add is e + f.
func (e Expr) Add(f Expr) Expr {
	if e.more == nil && f.more == nil {
		if s, ok := addWords(e.word, f.word); ok {
			return Expr{word: s}
		}
	}
	switch {
	case e.Err() != nil:
		return e
	case f.Err() != nil:
		return f
	case f.IsZero():
		return e
	case e.IsZero():
		return f
	}
	terms, added := e.terms(), f.terms()
	switch {
	case len(terms) == 0:
		terms = added
	case len(added) > 0:
		terms = mergeTerms(terms, added)
	}
	return sumOf(e.constant().add(f.constant()), terms).limited()
}

// mergeTerms adds two sorted lists of terms.
func mergeTerms(a, b []term) []term {
	out := make([]term, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		switch {
		case a[0].mono.key < b[0].mono.key:
			out, a = append(out, a[0]), a[1:]
		case a[0].mono.key > b[0].mono.key:
			out, b = append(out, b[0]), b[1:]
		default:
			if c := a[0].coef.add(b[0].coef); !c.isZero() {
				out = append(out, term{c, a[0].mono})
			}
			a, b = a[1:], b[1:]
		}
	}
	return append(append(out, a...), b...)
}

// limited refuses an expression that has grown beyond the limits.
func (e Expr) limited() Expr {
	if e.more == nil {
		return e
	}
	if len(e.more.terms) > MaxTerms {
		return failed(tooManyTerms())
	}
	if n := e.more.constant; n.bits() > maxBits {
		return failed(tooLong(n))
	}
	length := 0
	for _, t := range e.more.terms {
		if t.coef.bits() > maxBits {
			return failed(tooLong(t.coef))
		}
		length += len(t.mono.key)
	}
	if length > MaxText {
		return failed(&TooLargeError{What: fmt.Sprintf("the expression takes more than %d bytes to write down", MaxText)})
	}
	return e
}

// Neg is −e.
func (e Expr) Neg() Expr { return e.scale(small(-1)) }

// Sub is e − f.
func (e Expr) Sub(f Expr) Expr {
	if e.more == nil && f.more == nil && f.word > -1<<62 {
		if s, ok := addWords(e.word, -f.word); ok {
			return Expr{word: s}
		}
	}
	return e.Add(f.Neg())
}

func (e Expr) scale(by number) Expr {
	switch {
	case e.Err() != nil || by.isOne():
		return e
	case by.isZero():
		return Expr{}
	case e.isConstant():
		return constantOf(e.constant().mul(by)).limited()
	}
	terms := make([]term, len(e.terms()))
	for k, t := range e.terms() {
		terms[k] = term{t.coef.mul(by), t.mono}
	}
	return sumOf(e.constant().mul(by), terms).limited()
}

// Mul is e·f.
func (e Expr) Mul(f Expr) Expr {
	if e.more == nil && f.more == nil {
		if p, ok := mulWords(e.word, f.word); ok {
			return Expr{word: p}
		}
	}
	switch {
	case e.Err() != nil:
		return e
	case f.Err() != nil:
		return f
	case e.isConstant():
		return f.scale(e.constant())
	case f.isConstant():
		return e.scale(f.constant())
	}
	if len(e.terms())*len(f.terms()) > MaxProducts {
		return failed(tooMuchWork())
	}
	c := collector{}
	for _, s := range e.all() {
		for _, t := range f.all() {
			product := s.mono.mul(t.mono)
			if power, beyond := product.tooHigh(); beyond {
				return failed(&TooLargeError{What: fmt.Sprintf("the exponent %d of a symbol is beyond the limit of %d", power, MaxExponent)})
			}
			c.add(s.coef.mul(t.coef), product)
			if len(c.terms) > MaxTerms {
				return failed(tooManyTerms())
			}
		}
	}
	return c.expr()
}

// all lists the terms, the constant included.
func (e Expr) all() []term {
	terms, constant := e.terms(), e.constant()
	if constant.isZero() {
		return terms
	}
	return append(terms[:len(terms):len(terms)], term{coef: constant})
}
