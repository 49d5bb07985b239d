package symbolic

import (
	"fmt"
	"math/big"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestNestedRoundings: a rounding inside another one by brute force. Only ⌊x⌋ over a whole number is the rounding of x over it.
func TestNestedRoundings(t *testing.T) {
	for _, p := range []int64{1, 2, 3} {
		for _, q := range []int64{2, 3, 5} {
			for _, r := range []int64{2, 3, 7} {
				for _, k := range []int64{-1, 0, 4} {
					e := Symbol("N").Add(Int(1)).Div(Int(q)).Floor().Mul(Int(p)).Add(Int(k)).Div(Int(r)).Floor()
					for n := int64(0); n < 40; n++ {
						inner := (n + 1) / q
						want := new(big.Int).Div(big.NewInt(p*inner+k), big.NewInt(r)) // Euclid's, which rounds down where r > 0
						got, err := e.EvaluateInteger(Bindings{"N": Int(n)})
						require.NoError(t, err)
						require.Equal(t, want.String(), got.String(), "⌊(%d·⌊(N+1)/%d⌋ + %d)/%d⌋ at %d: %s", p, q, k, r, n, e.Text())
					}
				}
			}
		}
	}
}

// TestSumsAreRightOrRefused: what has no closed sum is refused, and never summed as something else.
func TestSumsAreRightOrRefused(t *testing.T) {
	closed := 0
	for _, text := range []string{
		"floor(i/3)", "k*floor((i + 2)/3)", "floor(2*i/3)", "floor(i*k/2)", "floor(i^2/2)", "floor((i + k)/2)", "floor((2*i + 1)/4)", "floor(i/2 + 1/3)", "i*floor(i/2)",
		"floor(i/2)^2", "floor(i/2)*floor(i/3)", "floor(k/2)*floor(i/2)", "floor(k/2)*i", "floor(floor(i/2)/3)", "min(i, k)", "max(i, 2)", "2^i*floor(i/2)", "2^i*i", "2^(i*k)", "2^(i + k)",
		"2^(2*i)", "(k + 1)^2*i", "i/(i + 1)", "1/(k + 1)*i", "3^i/2^i", "floor(2^i/3)", "i^2*k - i*k^2",
	} {
		e := parse(t, text)
		sum, err := e.SumOver("i", Int(0), Symbol("n"))
		if err != nil {
			continue
		}
		closed++
		for k := int64(1); k <= 3; k++ {
			want := new(big.Rat)
			for n := int64(0); n < 9; n++ {
				at, err := e.Evaluate(Bindings{"i": Int(n), "k": Int(k)})
				require.NoError(t, err, text)
				want = add(want, at)
				got, err := sum.Evaluate(Bindings{"n": Int(n), "k": Int(k)})
				require.NoError(t, err, text)
				sameRat(t, want, got, text, n, k)
			}
		}
	}
	assert.Greater(t, closed, 10, "some have one")
}

// TestQuotientsAreExactOrRefused: whatever divides without remainder is multiplied back.
func TestQuotientsAreExactOrRefused(t *testing.T) {
	texts := []string{"0", "2", "N", "N + 1", "N - 1", "N^2 - 1", "N^2 + 1", "N*k + k", "1/N", "1/N + 1", "1 + 1/(N + 1)", "2^N - 1", "4^N - 1", "floor(N/2)", "floor(N/2)*N + N", "N^2*k/3", "k^2 - N^2", "k - N"}
	divided := map[string]string{}
	for _, a := range texts {
		for _, b := range texts {
			q, ok := parse(t, a).DivExact(parse(t, b))
			if !ok {
				continue
			}
			require.True(t, q.Mul(parse(t, b)).Equal(parse(t, a)), "(%s)/(%s) is not %s", a, b, q.ASCII())
			divided[a+" / "+b] = q.ASCII()
		}
	}
	for pair, want := range map[string]string{
		"N^2 - 1 / N + 1": "N-1", "k^2 - N^2 / k - N": "N + k", "N*k + k / N + 1": "k", "floor(N/2)*N + N / N": "floor(N/2) + 1", "N^2*k/3 / N": "N*k/3", "N / 2": "N/2", "0 / N": "0",
	} {
		assert.Equal(t, want, divided[pair], pair)
	}
	for _, pair := range []string{"N / 0", "N^2 + 1 / N + 1", "N + 1 / N", "2 / N"} {
		assert.NotContains(t, divided, pair)
	}
}

// TestOrders: a larger base beats every power, a higher power a lower one; what does not beat each other stands side by side.
func TestOrders(t *testing.T) {
	for text, want := range map[string]string{
		"L^9 + 2^L": "Θ(2^L)", "3^L + 2^L*L^5": "Θ(3^L)", "2^L*L + 2^L": "Θ(L·2^L)", "2^L + 3^N": "Θ(2^L + 3^N)", "L^2*N + N^3 + L": "Θ(N·(L² + N²))", "L*N + L + 5": "Θ(L·N)",
		"2^L*N + 2^L*N^2": "Θ(N²·2^L)", "4^L/2^L": "Θ(2^L)", "floor(L^2/3)*N + L^2": "Θ(L²·N)", "2^L*N + L^3*N^2": "Θ(N·(2^L + L³·N))",
	} {
		assert.Equal(t, want, parse(t, text).Order().Text(), text)
	}
	assert.Equal(t, "Θ(L²)", parse(t, "L^2*N + N^3").Order("L").Text())
}

// TestPowersAsPeopleWrite: a constant beside a power is taken into it where it is one of the same base, and only there.
func TestPowersAsPeopleWrite(t *testing.T) {
	for text, want := range map[string]string{
		"4^n - 4": "4^n − 4", "N*(4^n - 4)": "4·N·(4^(n−1) − 1)", "N*(4^n - 6)": "N·(4^n − 6)", "4^n - 6": "4^n − 6", "4^n - 8": "4^n − 8", "4^n - 1": "4^n − 1", "3*4^n - 3": "3·4^n − 3", "4^n/4": "4^(n−1)", "4^n/3": "4^n/3", "4^n/8": "4^(n−1)/2",
		"2^(n + 1)": "2·2^n", "(1/2)^n": "(1/2)^n", "-L": "−L", "-L - 1": "−L − 1", "1 - L": "1 − L", "k - L*N - 2": "k − L·N − 2", "L - 1": "L−1", "2*L - 1": "2·L − 1", "L + 1/2": "L + 1/2",
	} {
		e := parse(t, text)
		assert.Equal(t, want, e.Text(), text)
		for n := int64(1); n < 5; n++ { // printed as it is
			back, err := Parse(e.ASCII())
			require.NoError(t, err, text)
			b := Bindings{"n": Int(n), "L": Int(3), "N": Int(5), "k": Int(7)}
			require.Equal(t, fmt.Sprint(e.Substitute(b).ASCII()), fmt.Sprint(back.Substitute(b).ASCII()), text)
		}
	}
}
