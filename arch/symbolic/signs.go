package symbolic

import (
	"errors"
	"fmt"
	"math/big"
	"slices"
)

// Stretch is a range of whole numbers over which an expression has one sign.
type Stretch struct {
	From, To *big.Int // the first and the last number; To is nil where there is no last one
	Sign     int
}

// Limits of [Expr.Signs].
const (
	MaxPeriod    = 1_000  // the number of values after which roundings must repeat
	MaxStretches = 10_000 // stretches that are told apart
)

// ErrNoSigns is the error for an expression of another form than [Expr.Signs] takes.
var ErrNoSigns = errors.New("the signs of such a formula are not found out")

// ErrAlternates is the error for an expression whose sign never settles.
var ErrAlternates = errors.New("roundings make the sign change without end")

// Signs tells where an expression of one symbol is negative, zero and positive, over all whole numbers from the one given on:
// all of them, found exactly. The error is ErrNoSigns, ErrAlternates, or *TooLargeError.
//
// The expression may have powers of the symbol, powers with it as exponent, roundings that repeat, and denominators. The signs
// of a function follow from those of its difference: where that is not negative the function rises, and bisection finds the
// only place at which its sign may change. The difference of f/rᵗ, for a base r in f, has one power less than f, so that the
// differences come to an end. This is Rolle's theorem for whole numbers, as in the Budan-Fourier method of isolating roots.
func (e Expr) Signs(name string, from *big.Int) ([]Stretch, error) {
	parts, err := e.remainders(name, from)
	if err != nil || len(parts) == 1 {
		return slices.Concat(parts...), err
	}
	return woven(parts, from)
}

// SignSet lists the signs that [Expr.Signs] tells of, in order, also where they alternate without end.
func (e Expr) SignSet(name string, from *big.Int) ([]int, error) {
	parts, err := e.remainders(name, from)
	var out []int
	for _, s := range slices.Concat(parts...) {
		out = append(out, s.Sign)
	}
	slices.Sort(out)
	return slices.Compact(out), err
}

// remainders tells the signs at from + k, from + k + m, from + k + 2·m … for each k below the period m of the roundings.
func (e Expr) remainders(name string, from *big.Int) ([][]Stretch, error) {
	classes, err := e.classes(name, from)
	if err != nil {
		return nil, err
	}
	parts := make([][]Stretch, len(classes))
	period := big.NewInt(int64(len(classes)))
	for k, c := range classes {
		if parts[k], err = c.signs(); err != nil {
			return nil, fmt.Errorf("%s: %w", e.Text(), err)
		}
		for j := range parts[k] {
			parts[k][j] = parts[k][j].spread(period, new(big.Int).Add(from, big.NewInt(int64(k))))
		}
	}
	return parts, nil
}

// spread takes t = 0, 1, 2 … to first, first + period, first + 2·period …
func (s Stretch) spread(period, first *big.Int) Stretch {
	at := func(t *big.Int) *big.Int {
		if t == nil {
			return nil
		}
		x := new(big.Int).Mul(t, period)
		return x.Add(x, first)
	}
	return Stretch{From: at(s.From), To: at(s.To), Sign: s.Sign}
}

// classes are the expression at from + k, from + k + m, from + k + 2·m … for each k below the period m of its roundings, as a
// function of the number of periods, up to a positive factor.
func (e Expr) classes(name string, from *big.Int) ([]exponentialPolynomial, error) {
	period := e.period(name)
	if period > MaxPeriod {
		return nil, ErrNoSigns
	}
	out := make([]exponentialPolynomial, period)
	for k := range out {
		first := new(big.Int).Add(from, big.NewInt(int64(k)))
		at := Symbol(name).scale(small(period)).Add(BigInt(first))
		one, under := e.Substitute(Bindings{name: at}).fraction()
		if err := one.Err(); err != nil {
			return nil, err
		}
		pieces, ok := exponentialTerms(one, name)
		if !ok || slices.ContainsFunc(under, func(p sumPower) bool { return !p.sum.positive() }) {
			return nil, ErrNoSigns
		}
		out[k] = cleared(pieces)
	}
	return out, nil
}

// period is a number after which the roundings in an expression repeat, as far as they divide by numbers; beyond MaxPeriod it is
// not looked for.
func (e Expr) period(name string) int64 {
	out := int64(1)
	for _, t := range e.terms() {
		for _, f := range t.mono.factors {
			if f.atom.has(name) {
				out = commonPeriod(out, f.atom.period(name))
			}
		}
	}
	return out
}

// commonPeriod is the least common multiple of two periods, or MaxPeriod + 1 where that is larger.
func commonPeriod(a, b int64) int64 {
	return min(MaxPeriod+1, min(a, MaxPeriod+1)/gcd(a, b)*min(b, MaxPeriod+1))
}

// positive reports whether an expression surely is above 0 where its symbols are not negative.
func (e Expr) positive() bool {
	return e.NeverNegative() && (e.constant().sign() > 0 || e.hasExponential() && len(e.terms()) == 1)
}

// signs tells where the function is negative, zero and positive, over t ≥ 0.
func (w exponentialPolynomial) signs() ([]Stretch, error) {
	if sign, same := w.oneSign(); same {
		return w.uniform(sign)
	}
	slopes, err := w.step().signs()
	if err != nil {
		return nil, err
	}
	var out stretches
	for _, s := range slopes {
		if err := w.along(&out, s); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// uniform is the signs of a function whose coefficients all have one sign, so that it is 0 at most at 0.
func (w exponentialPolynomial) uniform(sign int) ([]Stretch, error) {
	var out stretches
	zero := new(big.Int)
	first, _ := w.sign(zero)
	out.add(zero, zero, first)
	out.add(big.NewInt(1), nil, sign)
	return out, nil
}

// stretches is a list of stretches that grows at its end.
type stretches []Stretch

// add adds the stretch that follows; one with the sign of the last makes that longer.
func (s *stretches) add(from, to *big.Int, sign int) {
	if n := len(*s); n > 0 && (*s)[n-1].Sign == sign {
		(*s)[n-1].To = to
		return
	}
	*s = append(*s, Stretch{From: from, To: to, Sign: sign})
}

// along adds the signs within a stretch of the slope: there the sign of the function changes in the direction of the slope, at
// most twice, to 0 and beyond.
func (w exponentialPolynomial) along(out *stretches, slope Stretch) error {
	at := slope.From
	for {
		sign, ok := w.sign(at)
		if !ok {
			return w.tooFar(at)
		}
		next, err := w.leaves(at, slope.To, sign, slope.Sign)
		if err != nil {
			return err
		}
		if next == nil {
			out.add(at, slope.To, sign)
			return nil
		}
		out.add(at, new(big.Int).Sub(next, big.NewInt(1)), sign)
		at = next
	}
}

// leaves is the first number behind at, and up to last, at which the function has another sign than at at; nil if there is
// none.
func (w exponentialPolynomial) leaves(at, last *big.Int, sign, slope int) (*big.Int, error) {
	if slope == 0 || sign == slope {
		return nil, nil
	}
	low, high := at, last
	if high == nil {
		if w.finalSign() == sign {
			return nil, nil
		}
		for step := big.NewInt(1); ; step.Lsh(step, 1) {
			high = new(big.Int).Add(low, step)
			s, ok := w.sign(high)
			if !ok {
				return nil, w.tooFar(high)
			}
			if s != sign {
				break
			}
			low = high
		}
	}
	if s, ok := w.sign(high); !ok {
		return nil, w.tooFar(high)
	} else if s == sign {
		return nil, nil
	}
	for {
		middle := new(big.Int).Add(low, high)
		middle.Rsh(middle, 1)
		if middle.Cmp(low) == 0 {
			return high, nil
		}
		if s, ok := w.sign(middle); !ok {
			return nil, w.tooFar(middle)
		} else if s == sign {
			low = middle
		} else {
			high = middle
		}
	}
}

func (w exponentialPolynomial) tooFar(at *big.Int) error {
	return &TooLargeError{What: "a power with the exponent " + at.String()}
}

// woven puts the signs at every m-th number together: classes[k] has those at first + k, first + k + m and so on.
func woven(classes [][]Stretch, first *big.Int) ([]Stretch, error) {
	m := big.NewInt(int64(len(classes)))
	var starts []*big.Int
	for _, c := range classes {
		for _, s := range c {
			starts = append(starts, s.From)
			if s.To != nil {
				starts = append(starts, new(big.Int).Add(s.To, big.NewInt(1)))
			}
		}
	}
	slices.SortFunc(starts, (*big.Int).Cmp)
	starts = slices.CompactFunc(starts, func(a, b *big.Int) bool { return a.Cmp(b) == 0 })
	var out stretches
	for k, at := range starts {
		var last *big.Int
		if k+1 < len(starts) {
			last = new(big.Int).Sub(starts[k+1], big.NewInt(1))
		}
		if err := weave(&out, classes, first, m, at, last); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// weave adds the signs from at to last, between which no class changes its sign.
func weave(out *stretches, classes [][]Stretch, first, m, at, last *big.Int) error {
	signs := make([]int, 0, len(classes))
	one := big.NewInt(1)
	x := at
	for range classes {
		if last != nil && x.Cmp(last) > 0 {
			break
		}
		class := new(big.Int).Mod(new(big.Int).Sub(x, first), m).Int64()
		signs = append(signs, signAt(classes[class], x))
		x = new(big.Int).Add(x, one)
	}
	if len(slices.Compact(slices.Clone(signs))) == 1 {
		out.add(at, last, signs[0])
		return nil
	}
	if last == nil {
		return ErrAlternates
	}
	for k := 0; at.Cmp(last) <= 0; k++ {
		if len(*out) > MaxStretches {
			return ErrAlternates
		}
		out.add(at, at, signs[k%len(signs)])
		at = new(big.Int).Add(at, one)
	}
	return nil
}

// signAt is the sign of a stretch that holds a number; before the first one it has that of the first.
func signAt(list []Stretch, x *big.Int) int {
	sign := list[0].Sign
	for _, s := range list {
		if s.From.Cmp(x) <= 0 {
			sign = s.Sign
		}
	}
	return sign
}
