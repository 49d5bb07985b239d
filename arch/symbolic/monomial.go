package symbolic

import (
	"slices"
	"strconv"
	"strings"
)

// term is a monomial with its coefficient.
type term struct {
	coef number
	mono monomial
}

// monomial is a product of powers of atoms, sorted by atom. The zero value is 1.
type monomial struct {
	key     string
	factors []factor
}

type factor struct {
	atom  *atom
	power int
}

func newMonomial(factors []factor) monomial {
	if len(factors) == 1 && factors[0].power == 1 {
		return monomial{key: factors[0].atom.key, factors: factors}
	}
	var b strings.Builder
	for k, f := range factors {
		if k > 0 {
			b.WriteByte('*')
		}
		b.WriteString(f.atom.key)
		if f.power != 1 {
			b.WriteByte('^')
			b.WriteString(strconv.Itoa(f.power))
		}
	}
	return monomial{key: b.String(), factors: factors}
}

func (m monomial) isWhole() bool {
	for _, f := range m.factors {
		if f.power < 0 || !f.atom.isWhole() {
			return false
		}
	}
	return true
}

// mul merges the factors of two monomials. Powers with the same exponent multiply their bases: 2^L·3^L = 6^L.
func (m monomial) mul(n monomial) monomial {
	if len(m.factors) == 0 {
		return n
	}
	if len(n.factors) == 0 {
		return m
	}
	a, b := m.factors, n.factors
	out := make([]factor, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		switch {
		case a[0].atom.order < b[0].atom.order:
			out, a = append(out, a[0]), a[1:]
		case a[0].atom.order > b[0].atom.order:
			out, b = append(out, b[0]), b[1:]
		default:
			if f, ok := a[0].atom.times(a[0], b[0]); ok {
				out = append(out, f)
			}
			a, b = a[1:], b[1:]
		}
	}
	out = append(append(out, a...), b...)
	return newMonomial(out)
}

// tooHigh is an exponent of the monomial that is beyond the limit, if there is one.
func (m monomial) tooHigh() (int, bool) {
	for _, f := range m.factors {
		if f.power > MaxExponent || f.power < -MaxExponent {
			return f.power, true
		}
	}
	return 0, false
}

func (m monomial) touched(b Bindings) bool {
	for _, f := range m.factors {
		if f.atom.touched(b) {
			return true
		}
	}
	return false
}

// exponentials counts the factors that grow exponentially.
func (m monomial) exponentials() int {
	n := 0
	for _, f := range m.factors {
		if _, ok := f.atom.exponential(); ok {
			n++
		}
	}
	return n
}

func (m monomial) degree() int {
	n := 0
	for _, f := range m.factors {
		n += f.power
	}
	return n
}

// contains reports whether a positive power of the atom is a factor.
func (m monomial) contains(x *atom) bool {
	for _, f := range m.factors {
		if f.atom.key == x.key && f.power > 0 {
			return true
		}
	}
	return false
}

// collector gathers terms in any order.
type collector struct {
	terms []term
	at    map[string]int // where the terms stand, once there are many
}

// maxSearched is how many terms are searched one after another, which is faster than a map for few.
const maxSearched = 8

func (c *collector) add(coef number, m monomial) {
	if coef.isZero() {
		return
	}
	if k := c.find(m.key); k >= 0 {
		c.terms[k].coef = c.terms[k].coef.add(coef)
		return
	}
	if c.at != nil {
		c.at[m.key] = len(c.terms)
	}
	c.terms = append(c.terms, term{coef, m})
}

// find is where the term with a monomial stands, or −1.
func (c *collector) find(key string) int {
	if c.at == nil && len(c.terms) > maxSearched {
		c.at = make(map[string]int, 4*len(c.terms))
		for k := range c.terms {
			c.at[c.terms[k].mono.key] = k
		}
	}
	if c.at != nil {
		if k, ok := c.at[key]; ok {
			return k
		}
		return -1
	}
	for k := range c.terms {
		if c.terms[k].mono.key == key {
			return k
		}
	}
	return -1
}

func (c *collector) addAll(e Expr) {
	for _, t := range e.terms() {
		c.add(t.coef, t.mono)
	}
	c.add(e.constant(), monomial{})
}

// expr is the sum of what was gathered; the collector is used up.
func (c *collector) expr() Expr {
	var constant number
	terms := c.terms[:0]
	for _, t := range c.terms {
		switch {
		case t.coef.isZero():
		case len(t.mono.factors) == 0:
			constant = t.coef
		default:
			terms = append(terms, t)
		}
	}
	slices.SortFunc(terms, func(a, b term) int { return strings.Compare(a.mono.key, b.mono.key) })
	return sumOf(constant, terms).limited()
}
