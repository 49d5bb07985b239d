package symbolic

import (
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// symbols are the symbols of random expressions; theta is a fraction.
var symbols = []string{"L", "N", "k"}

// random builds an expression of bounded size together with a function that computes the same value naively.
func random(r *rand.Rand, depth int) (Expr, func(map[string]*big.Rat) *big.Rat) {
	if depth == 0 || r.IntN(6) == 0 {
		if r.IntN(2) == 0 {
			v := big.NewRat(r.Int64N(21)-10, 1+r.Int64N(4))
			return BigRat(v), func(map[string]*big.Rat) *big.Rat { return v }
		}
		name := symbols[r.IntN(len(symbols))]
		return Symbol(name), func(b map[string]*big.Rat) *big.Rat { return b[name] }
	}
	a, fa := random(r, depth-1)
	switch r.IntN(6) {
	case 0, 1:
		b, fb := random(r, depth-1)
		return a.Add(b), func(m map[string]*big.Rat) *big.Rat { return new(big.Rat).Add(fa(m), fb(m)) }
	case 2:
		b, fb := random(r, depth-1)
		return a.Sub(b), func(m map[string]*big.Rat) *big.Rat { return new(big.Rat).Sub(fa(m), fb(m)) }
	case 3, 4:
		b, fb := random(r, depth-1)
		return a.Mul(b), func(m map[string]*big.Rat) *big.Rat { return new(big.Rat).Mul(fa(m), fb(m)) }
	default:
		return a.Floor(), func(m map[string]*big.Rat) *big.Rat { return floorOf(fa(m)) }
	}
}

func floorOf(x *big.Rat) *big.Rat {
	return new(big.Rat).SetInt(new(big.Int).Div(x.Num(), x.Denom()))
}

func randomBindings(r *rand.Rand) (Bindings, map[string]*big.Rat) {
	b, m := Bindings{}, map[string]*big.Rat{}
	for _, n := range symbols {
		v := r.Int64N(30) - 5
		b[n], m[n] = Int(v), big.NewRat(v, 1)
	}
	return b, m
}

// sameRat compares through big.Rat's own order, for equal numbers may differ in representation.
func sameRat(t *testing.T, want, got *big.Rat, about ...any) {
	t.Helper()
	require.NotNil(t, got, about...)
	if want.Cmp(got) != 0 {
		require.Failf(t, "not equal", "want %s, got %s: %v", want.RatString(), got.RatString(), about)
	}
}

func seeded(t *testing.T) *rand.Rand {
	t.Helper()
	return rand.New(rand.NewPCG(1, 2))
}

func TestRandomExpressionsEvaluateAsWritten(t *testing.T) {
	r := seeded(t)
	for range 400 {
		e, f := random(r, 4)
		b, m := randomBindings(r)
		got, err := e.Evaluate(b)
		require.NoError(t, err, e.ASCII())
		sameRat(t, f(m), got, e.ASCII(), b)
	}
}

func TestRingLaws(t *testing.T) {
	r := seeded(t)
	for range 500 {
		a, _ := random(r, 3)
		b, _ := random(r, 3)
		c, _ := random(r, 2)
		require.True(t, a.Add(b).Equal(b.Add(a)))
		require.True(t, a.Mul(b).Equal(b.Mul(a)))
		require.True(t, a.Add(b).Add(c).Equal(a.Add(b.Add(c))))
		require.True(t, a.Mul(b).Mul(c).Equal(a.Mul(b.Mul(c))))
		require.True(t, a.Mul(b.Add(c)).Equal(a.Mul(b).Add(a.Mul(c))))
		require.True(t, a.Sub(a).IsZero())
		require.True(t, a.Mul(Int(1)).Equal(a))
		if !b.IsZero() {
			q, ok := a.Mul(b).DivExact(b)
			require.True(t, ok, "(%s)/(%s)", a.Mul(b), b)
			require.True(t, q.Equal(a), "(%s)/(%s) = %s", a.Mul(b), b, q)
		}
	}
}

func TestPartialSubstitutionAgreesWithFull(t *testing.T) {
	r := seeded(t)
	for range 150 {
		e, _ := random(r, 4)
		b, _ := randomBindings(r)
		whole, err := e.Evaluate(b)
		require.NoError(t, err)
		part := e.Substitute(Bindings{"N": b["N"]}).Substitute(Bindings{"L": b["L"], "k": b["k"]})
		got, err := part.Evaluate(nil)
		require.NoError(t, err)
		sameRat(t, whole, got, e.ASCII())
	}
}

func TestPrintedFormParsesBack(t *testing.T) {
	r := seeded(t)
	for range 400 {
		e, _ := random(r, 4)
		back, err := Parse(e.ASCII())
		require.NoError(t, err, e.ASCII())
		require.True(t, back.Equal(e), "%s became %s", e.ASCII(), back.ASCII())
		require.NotEmpty(t, e.Text())
		require.NotEmpty(t, e.LaTeX())
	}
}

func TestSumOverAgreesWithLoop(t *testing.T) {
	r := seeded(t)
	for range 150 {
		e, _ := random(r, 3)
		if e.hasFloor() {
			continue
		}
		i := Symbol("i")
		e = e.Mul(i.Pow(Int(r.Int64N(4)))).Add(Rat(r.Int64N(9)-4, 3).Mul(Rat(r.Int64N(5)+1, 2).Pow(i)).Mul(i.Pow(Int(r.Int64N(3)))))
		from := r.Int64N(4)
		closed, err := e.SumOver("i", Int(from), Symbol("n"))
		require.NoError(t, err, e.ASCII())
		b, _ := randomBindings(r)
		for n := from - 1; n < from+6; n++ {
			want := new(big.Rat)
			for j := from; j <= n; j++ {
				b["i"] = Int(j)
				v, err := e.Evaluate(b)
				require.NoError(t, err)
				want.Add(want, v)
			}
			delete(b, "i")
			b["n"] = Int(n)
			got, err := closed.Evaluate(b)
			require.NoError(t, err)
			sameRat(t, want, got, e.ASCII(), "n =", n)
		}
	}
}

func (e Expr) hasFloor() bool {
	for _, x := range e.variables() {
		if _, ok := x.kind.(floor); ok {
			return true
		}
	}
	return false
}

func TestRecurrenceAgreesWithLoop(t *testing.T) {
	r := seeded(t)
	for range 150 {
		a := big.NewRat(r.Int64N(9)-4, 1+r.Int64N(2))
		if a.Sign() == 0 {
			continue
		}
		i := Symbol("i")
		b := Symbol("k").Add(i.Mul(Int(r.Int64N(5) - 2))).Add(Int(3).Pow(i))
		c, err := SolveRecurrence(BigRat(a), b, "i", Symbol("N"))
		require.NoError(t, err)
		bind, m := randomBindings(r)
		want := m["N"]
		for n := int64(0); n < 6; n++ {
			bind["i"] = Int(n)
			got, err := c.Evaluate(bind)
			require.NoError(t, err)
			sameRat(t, want, got, a, n, c.ASCII())
			step, err := b.Evaluate(bind)
			require.NoError(t, err)
			want = new(big.Rat).Add(new(big.Rat).Mul(a, want), step)
		}
	}
}

func TestSumsOfRoundings(t *testing.T) {
	for q := int64(1); q <= 5; q++ {
		for b := int64(-4); b <= 4; b++ {
			for from := int64(0); from <= 2; from++ {
				e := Symbol("i").Add(Int(b)).Div(Int(q)).Floor()
				sum, err := e.Mul(Symbol("k")).SumOver("i", Int(from), Symbol("n"))
				require.NoError(t, err)
				want := new(big.Rat)
				for n := from; n < from+12; n++ {
					want = add(want, mul(floorOf(big.NewRat(n+b, q)), big.NewRat(3, 1)))
					got, err := sum.Evaluate(Bindings{"n": Int(n), "k": Int(3)})
					require.NoError(t, err)
					sameRat(t, want, got, q, b, from, n)
				}
			}
		}
	}
}

func TestRoundingByBruteForce(t *testing.T) {
	s := Symbol("S")
	for p := int64(-5); p <= 5; p++ {
		for k := int64(-4); k <= 4; k++ {
			for q := int64(1); q <= 4; q++ {
				e := s.Mul(Int(p)).Add(Int(k)).Div(Int(q))
				for v := int64(0); v < 12; v++ {
					x := big.NewRat(p*v+k, q)
					got, err := e.Floor().Evaluate(Bindings{"S": Int(v)})
					require.NoError(t, err)
					sameRat(t, floorOf(x), got, "floor", p, k, q, v)
					got, err = e.Ceil().Evaluate(Bindings{"S": Int(v)})
					require.NoError(t, err)
					up := new(big.Rat).Neg(floorOf(new(big.Rat).Neg(x)))
					sameRat(t, up, got, "ceil", p, k, q, v)
				}
			}
		}
	}
}

func add(a, b *big.Rat) *big.Rat { return new(big.Rat).Add(a, b) }
func sub(a, b *big.Rat) *big.Rat { return new(big.Rat).Sub(a, b) }
func mul(a, b *big.Rat) *big.Rat { return new(big.Rat).Mul(a, b) }
func quo(a, b *big.Rat) *big.Rat { return new(big.Rat).Quo(a, b) }

// assertRat holds a constant against its value, and its form against that of the same value made at once.
func assertRat(t *testing.T, want *big.Rat, got Expr) {
	t.Helper()
	r, ok := got.Rational()
	require.True(t, ok)
	sameRat(t, want, r)
	require.True(t, BigRat(want).Equal(got), "%s is not in its shortest form", want)
}
