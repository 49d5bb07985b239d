package symbolic

import (
	"math/big"
	"slices"
	"sort"
)

// Bounds of factoring, which only serves printing: what is larger is printed as a plain sum.
const (
	maxFactoredTerms = 60 // terms of a sum that is searched for factors
	maxRoot          = 12 // a linear factor x − r is looked for with |r| up to this, in halves
)

// factored is coefficient·monomial·sums[0]·sums[1]…, each sum with whole coefficients without a common factor.
type factored struct {
	coef number
	mono monomial
	sums []sumPower
}

// sumPower is a sum raised to a whole exponent.
type sumPower struct {
	sum      Expr
	exponent int
}

// factor splits an expression that is not constant into factors: a monomial, linear factors with small roots, and the rest.
func (e Expr) factor() factored {
	out := factored{coef: small(1)}
	if m, ok := e.gcdMonomial(); ok {
		out.mono = m
		e = e.without(m)
	}
	c := e.content()
	out.coef = c
	e = e.scale(c.inverse())
	if e.isConstant() {
		return out
	}
	if len(e.terms()) <= maxFactoredTerms && e.isPolynomial() {
		e = out.takeLinear(e)
	}
	if !e.isConstant() {
		if unit, ok := e.powerUnit(); ok {
			e = e.scale(unit.inverse())
			out.coef = out.coef.mul(unit)
		}
		out.sums = append(out.sums, sumPower{e, 1})
	} else {
		out.coef = out.coef.mul(e.constant())
	}
	out.sortSums()
	return out
}

// takeLinear moves factors x − r out of e, for symbols x and small rational r.
func (f *factored) takeLinear(e Expr) Expr {
	for _, x := range e.variables() {
		if _, power := x.exponential(); power || e.isConstant() {
			continue
		}
		at := e.modulo(x)
		for k := -2 * maxRoot; k <= 2*maxRoot; k++ {
			if k == 0 || !at.mayVanish(k) {
				continue
			}
			r := fraction(int64(k), 2)
			divisor := x.expr().Sub(constantOf(r)).scale(r.denominator())
			n := 0
			for q, ok := e.DivExact(divisor); ok; q, ok = e.DivExact(divisor) {
				e = q
				n++
			}
			if n > 0 {
				f.sums = append(f.sums, sumPower{divisor, n})
				at = e.modulo(x)
			}
		}
	}
	return e
}

// prime is the modulus of quick trials: 2³¹ − 1, so that products fit in 64 bits.
const prime = 1<<31 - 1

// modulo reads an expression with whole coefficients as a polynomial in x modulo a prime, all other atoms having some fixed
// value. Where it does not vanish the expression does not either, which makes the costly exact division rare.
func (e Expr) modulo(x *atom) residues {
	values := map[*atom]uint64{}
	var out residues
	for _, t := range e.all() {
		product, degree := residue(t.coef), 0
		for _, f := range t.mono.factors {
			if f.atom.key == x.key {
				degree = f.power
				continue
			}
			v, ok := values[f.atom]
			if !ok {
				v = scrambled(f.atom.key)
				values[f.atom] = v
			}
			for range f.power {
				product = product * v % prime
			}
		}
		for len(out) <= degree {
			out = append(out, 0)
		}
		out[degree] = (out[degree] + product) % prime
	}
	return out
}

// residues are coefficients by rising power.
type residues []uint64

// mayVanish reports whether the polynomial is 0 at half of twice.
func (p residues) mayVanish(twice int) bool {
	const half = (prime + 1) / 2
	x := uint64(int64(twice)+prime) * half % prime
	var sum uint64
	for k := len(p) - 1; k >= 0; k-- {
		sum = (sum*x + p[k]) % prime
	}
	return sum == 0
}

// residue is a whole number modulo the prime.
func residue(n number) uint64 {
	return new(big.Int).Mod(n.num(), big.NewInt(prime)).Uint64()
}

// scrambled is a value for an atom: a hash of its key (FNV-1a), so that values of several atoms are unrelated.
func scrambled(key string) uint64 {
	h := uint64(14695981039346656037)
	for k := range len(key) {
		h = (h ^ uint64(key[k])) * 1099511628211
	}
	return h % prime
}

// variables lists the atoms of the terms in order.
func (e Expr) variables() []*atom {
	seen := map[string]*atom{}
	for _, t := range e.terms() {
		for _, f := range t.mono.factors {
			seen[f.atom.key] = f.atom
		}
	}
	out := make([]*atom, 0, len(seen))
	for _, a := range seen {
		out = append(out, a)
	}
	sort.Slice(out, func(i, j int) bool { return out[i].less(out[j]) })
	return out
}

// content is the greatest rational that leaves whole coefficients, with the sign of the term that is printed first.
func (e Expr) content() number {
	num, den := new(big.Int), big.NewInt(1)
	for _, t := range e.all() {
		num.GCD(nil, nil, num, new(big.Int).Abs(t.coef.num()))
		den = lcm(den, t.coef.denom())
	}
	c := rational(new(big.Rat).SetFrac(num, den))
	if first := e.ordered(); len(first) > 0 && first[0].coef.sign() < 0 {
		c = c.neg()
	}
	return c
}

// ordered lists the terms as sums are printed: powers and higher degrees first, the constant last.
func (e Expr) ordered() []term {
	out := slices.Clone(e.terms())
	sort.SliceStable(out, func(i, j int) bool {
		a, b := out[i].mono, out[j].mono
		if x, y := a.exponentials(), b.exponentials(); x != y {
			return x > y
		}
		if x, y := a.degree(), b.degree(); x != y {
			return x > y
		}
		return a.key < b.key
	})
	if c := e.constant(); !c.isZero() {
		out = append(out, term{coef: c})
	}
	return out
}

func (f *factored) sortSums() {
	sort.SliceStable(f.sums, func(i, j int) bool {
		a, b := f.sums[i].sum, f.sums[j].sum
		if len(a.terms()) != len(b.terms()) {
			return len(a.terms()) < len(b.terms())
		}
		return a.key() < b.key()
	})
}

// powerUnit is the constant of a sum like 4^n − 4, if it is a power of the base: the sum is better written as 4·(4^(n−1) − 1).
func (e Expr) powerUnit() (number, bool) {
	unit := e.constant()
	if unit.sign() < 0 {
		unit = unit.neg()
	}
	for _, x := range e.variables() {
		p, ok := x.exponential()
		if !ok || !p.base.isInt() || p.base.sign() < 0 {
			continue
		}
		rest := unit
		for rest.sub(small(1)).sign() > 0 && rest.isInt() {
			rest = rest.mul(p.base.inverse())
		}
		if rest.isOne() && !unit.isOne() && len(e.terms()) == 1 {
			return unit, true
		}
	}
	return number{}, false
}

// without divides every term by a monomial that is common to all.
func (e Expr) without(m monomial) Expr {
	c := collector{}
	for _, t := range e.terms() {
		var left []factor
		for _, f := range t.mono.factors {
			for _, g := range m.factors {
				if f.atom.key == g.atom.key {
					f.power -= g.power
				}
			}
			_, exponential := f.atom.exponential()
			if f.power != 0 && !(exponential && m.contains(f.atom)) {
				left = append(left, f)
			}
		}
		c.add(t.coef, newMonomial(left))
	}
	return c.expr()
}
