package symbolic

import (
	"math/big"
	"slices"
)

// exponentialPolynomial is a function Σ P(t)·base^t of whole numbers t ≥ 0, with distinct whole bases above 0 in rising order
// and polynomials P with whole coefficients. Sums and recurrences in one symbol close to such functions, once they are
// multiplied by something that is positive everywhere, which keeps their signs.
type exponentialPolynomial []exponentialTerm

// exponentialTerm is P(t)·base^t; coefs are those of P by rising power, the last of which is not 0.
type exponentialTerm struct {
	base  *big.Int
	coefs []*big.Int
}

// maxPowerBits bounds the size of a power that is evaluated.
const maxPowerBits = 1 << 23

// exponentialTerms are the terms of an expression of one symbol, without denominators; false if it has another form.
func exponentialTerms(e Expr, name string) ([]rationalTerm, bool) {
	if e.Err() != nil {
		return nil, false
	}
	var pieces []rationalTerm
	for _, t := range e.all() {
		one := rationalTerm{big.NewRat(1, 1), 0, t.coef.rat()}
		for _, f := range t.mono.factors {
			p, raised := f.atom.exponential()
			switch {
			case f.atom.isSymbol() && f.atom.has(name) && f.power > 0:
				one.degree = f.power
			case raised && p.base.sign() > 0 && p.exponent.Equal(Symbol(name)):
				one.base.Mul(one.base, p.base.rat())
			default:
				return nil, false
			}
		}
		pieces = append(pieces, one)
	}
	return pieces, true
}

// rationalTerm is coef·t^degree·base^t.
type rationalTerm struct {
	base   *big.Rat
	degree int
	coef   *big.Rat
}

// cleared multiplies terms by the common denominator of their bases, to the t-th power, and by that of their coefficients.
func cleared(pieces []rationalTerm) exponentialPolynomial {
	under, over := big.NewInt(1), big.NewInt(1)
	for _, p := range pieces {
		under, over = lcm(under, p.base.Denom()), lcm(over, p.coef.Denom())
	}
	var w exponentialPolynomial
	for _, p := range pieces {
		base := new(big.Int).Quo(new(big.Int).Mul(p.base.Num(), under), p.base.Denom())
		coef := new(big.Int).Quo(new(big.Int).Mul(p.coef.Num(), over), p.coef.Denom())
		k, found := slices.BinarySearchFunc(w, base, func(r exponentialTerm, b *big.Int) int { return r.base.Cmp(b) })
		if !found {
			w = slices.Insert(w, k, exponentialTerm{base: base})
		}
		w[k].add(p.degree, coef)
	}
	return w.trimmed()
}

func (r *exponentialTerm) add(degree int, coef *big.Int) {
	for len(r.coefs) <= degree {
		r.coefs = append(r.coefs, new(big.Int))
	}
	r.coefs[degree] = new(big.Int).Add(r.coefs[degree], coef)
}

// trimmed leaves out what is 0.
func (w exponentialPolynomial) trimmed() exponentialPolynomial {
	var out exponentialPolynomial
	for _, r := range w {
		for len(r.coefs) > 0 && r.coefs[len(r.coefs)-1].Sign() == 0 {
			r.coefs = r.coefs[:len(r.coefs)-1]
		}
		if len(r.coefs) > 0 {
			out = append(out, r)
		}
	}
	return out
}

// sign is the sign at t; false where the powers there are too large.
func (w exponentialPolynomial) sign(t *big.Int) (int, bool) {
	sum := new(big.Int)
	for _, r := range w {
		value := new(big.Int)
		for k := len(r.coefs) - 1; k >= 0; k-- {
			value.Mul(value, t).Add(value, r.coefs[k])
		}
		if bits := r.base.BitLen() - 1; bits > 0 {
			if !t.IsInt64() || t.Int64() > maxPowerBits/int64(bits) {
				return 0, false
			}
			value.Mul(value, new(big.Int).Exp(r.base, t, nil))
		}
		sum.Add(sum, value)
	}
	return sum.Sign(), true
}

// finalSign is the sign from some t on: that of the highest power under the largest base.
func (w exponentialPolynomial) finalSign() int {
	if len(w) == 0 {
		return 0
	}
	last := w[len(w)-1]
	return last.coefs[len(last.coefs)-1].Sign()
}

// oneSign is the sign that all coefficients have; false if they differ.
func (w exponentialPolynomial) oneSign() (int, bool) {
	sign := 0
	for _, r := range w {
		for _, c := range r.coefs {
			if s := c.Sign(); s != 0 && sign != 0 && s != sign {
				return 0, false
			} else if s != 0 {
				sign = s
			}
		}
	}
	return sign, true
}

// step is w(t+1) − base·w(t), base being the least one of w. It has the sign of the difference of w/base^t, and one power less.
func (w exponentialPolynomial) step() exponentialPolynomial {
	least := w[0].base
	out := make(exponentialPolynomial, len(w))
	for k, r := range w {
		out[k].base = r.base
		for degree, c := range r.coefs { // c·(t+1)^degree by the binomial theorem
			binomial := new(big.Int)
			for j := 0; j <= degree; j++ {
				binomial.Binomial(int64(degree), int64(j))
				out[k].add(j, new(big.Int).Mul(r.base, binomial.Mul(binomial, c)))
			}
			out[k].add(degree, new(big.Int).Neg(new(big.Int).Mul(least, c)))
		}
	}
	return out.trimmed()
}
