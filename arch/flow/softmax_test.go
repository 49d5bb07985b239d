package flow

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// What is integrated for the shares of normal scores is what drawing them often comes to.
func TestSharesAsDrawn(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 8))
	const runs = 20_000
	for _, c := range []struct {
		n        int
		variance float64
	}{{2, 1}, {8, 0.25}, {8, 4}, {64, 9}} {
		var squares, jacobian float64
		for range runs {
			p := normals(random, c.n)
			total := 0.0
			for k := range p {
				p[k] = math.Exp(math.Sqrt(c.variance) * p[k])
				total += p[k]
			}
			var s2, s3 float64
			for _, x := range p {
				x /= total
				s2, s3 = s2+x*x, s3+x*x*x
			}
			squares, jacobian = squares+s2/runs, jacobian+(s2-2*s3+s2*s2)/runs
		}
		got := sharesOf(float64(c.n), c.variance)
		require.InEpsilon(t, squares, got.squares, 0.02, "%v", c)
		require.InEpsilon(t, jacobian, got.jacobian, 0.02, "%v", c)
	}
	require.Equal(t, shares{1, 0}, sharesOf(1, 3))
	require.InDelta(t, 1.0/50, sharesOf(50, 1e-9).squares, 1e-5)
}

func BenchmarkShares(b *testing.B) {
	for b.Loop() {
		sharesOf(197, 2)
	}
}

// Attention written out as products and a softmax comes to what attention as one layer does where its scores are near 0.
func TestAttentionWrittenOut(t *testing.T) {
	const whole = "name: whole\ninput: [8, 6]\ninit: 1/100\nsteps: [attention: {heads: 1}, linear: 8]\n"
	const apart = `name: apart
input: [8, 6]
init: 1/100
steps:
  - {copy: null, as: x}
  - {linear: 8, as: q}
  - [{linear: 8, from: x}, {reshape: {shape: [6, 8]}, as: k}]
  - matmul: [[{copy: null, from: q}], [{copy: null, from: k}]]
  - [scale: {values: 0, mean_square: 1/8}, softmax]
  - matmul: [identity, [{linear: 8, from: x}]]
  - linear: 8
  - linear: 8
`
	a, b := readText(t, whole, Options{Tensors: true}), readText(t, apart, Options{Tensors: true})
	require.InEpsilon(t, a.SignalGain.value(), b.SignalGain.value(), 0.01)
	require.InEpsilon(t, a.Tensors[0].Gradient.value(), b.Tensors[0].Gradient.value(), 0.01)
	require.Equal(t, text(a.MeanPath), text(b.MeanPath))
}
