package symbolic

import (
	"math/big"
	"slices"
)

// wave is a function of whole numbers t ≥ 0 as Σ P(t)·base^t with whole bases above 0 and polynomials of whole coefficients, up
// to a factor that is positive everywhere: the sign of what sums and recurrences close to, of one symbol. Bases differ and rise.
type wave []ripple

// ripple is P(t)·base^t; coefs are those of P by rising power, the last of which is not 0.
type ripple struct {
	base  *big.Int
	coefs []*big.Int
}

// maxWaveBits bounds the size of a power that is evaluated.
const maxWaveBits = 1 << 23

// ripples reads an expression of one symbol, without denominators; false if it has another form.
func ripples(e Expr, name string) ([]rationalRipple, bool) {
	if e.Err() != nil {
		return nil, false
	}
	var pieces []rationalRipple
	for _, t := range e.all() {
		one := rationalRipple{big.NewRat(1, 1), 0, t.coef.rat()}
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

// rationalRipple is coef·t^degree·base^t.
type rationalRipple struct {
	base   *big.Rat
	degree int
	coef   *big.Rat
}

// cleared multiplies by the common denominators of bases, to the t-th power, and of coefficients.
func cleared(pieces []rationalRipple) wave {
	under, over := big.NewInt(1), big.NewInt(1)
	for _, p := range pieces {
		under, over = lcm(under, p.base.Denom()), lcm(over, p.coef.Denom())
	}
	var w wave
	for _, p := range pieces {
		base := new(big.Int).Quo(new(big.Int).Mul(p.base.Num(), under), p.base.Denom())
		coef := new(big.Int).Quo(new(big.Int).Mul(p.coef.Num(), over), p.coef.Denom())
		k, found := slices.BinarySearchFunc(w, base, func(r ripple, b *big.Int) int { return r.base.Cmp(b) })
		if !found {
			w = slices.Insert(w, k, ripple{base: base})
		}
		w[k].add(p.degree, coef)
	}
	return w.trimmed()
}

func (r *ripple) add(degree int, coef *big.Int) {
	for len(r.coefs) <= degree {
		r.coefs = append(r.coefs, new(big.Int))
	}
	r.coefs[degree] = new(big.Int).Add(r.coefs[degree], coef)
}

// trimmed leaves out what is 0.
func (w wave) trimmed() wave {
	var out wave
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
func (w wave) sign(t *big.Int) (int, bool) {
	sum := new(big.Int)
	for _, r := range w {
		value := new(big.Int)
		for k := len(r.coefs) - 1; k >= 0; k-- {
			value.Mul(value, t).Add(value, r.coefs[k])
		}
		if bits := r.base.BitLen() - 1; bits > 0 {
			if !t.IsInt64() || t.Int64() > maxWaveBits/int64(bits) {
				return 0, false
			}
			value.Mul(value, new(big.Int).Exp(r.base, t, nil))
		}
		sum.Add(sum, value)
	}
	return sum.Sign(), true
}

// finalSign is the sign from some t on: that of the highest power under the largest base.
func (w wave) finalSign() int {
	if len(w) == 0 {
		return 0
	}
	last := w[len(w)-1]
	return last.coefs[len(last.coefs)-1].Sign()
}

// oneSign is the sign that all coefficients have; false if they differ.
func (w wave) oneSign() (int, bool) {
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
func (w wave) step() wave {
	least := w[0].base
	out := make(wave, len(w))
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
