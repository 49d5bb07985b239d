package flow

import (
	"fmt"
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
	}{{2, 1}, {8, 0.25}, {8, 4}, {64, 9}, {8, 400}, {64, 144}} {
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
		require.InEpsilon(t, jacobian, got.jacobian, 0.05, "%v", c)
	}
	require.Equal(t, shares{1, 0}, sharesOf(1, 3))
	require.InDelta(t, 1.0/50, sharesOf(50, 1e-9).squares, 1e-5)
}

// Beyond the deviations that are integrated, shares go on as they are there.
func TestSharesOfWideScores(t *testing.T) {
	f := &field{shares: map[[3]float64]shares{}}
	for _, n := range []float64{2, 8, 500} {
		is, was := f.sharesOf(n, 4*wide*wide), sharesOf(n, 4*wide*wide)
		require.InEpsilon(t, 1-was.squares, 1-is.squares, 0.1)
		require.InEpsilon(t, was.jacobian, is.jacobian, 0.1)
		require.Equal(t, shares{1, 0}, f.sharesOf(n, math.Inf(1)))
		require.InDelta(t, 1, f.sharesOfLargest(2, n+2, 1e30).squares, 1e-12)
	}
}

func BenchmarkShares(b *testing.B) {
	for b.Loop() {
		sharesOf(197, 2)
	}
}

// Attention written out as products and a softmax comes to what attention as one layer does.
func TestAttentionWrittenOut(t *testing.T) {
	for _, gain := range []string{"1/100", "1", "2"} {
		whole := "name: whole\ninput: [8, 6]\ninit: " + gain + "\nsteps: [attention: {heads: 1}, linear: 8]\n"
		apart := "name: apart\ninput: [8, 6]\ninit: " + gain + `
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
		require.InEpsilon(t, a.SignalGain.value(), b.SignalGain.value(), 1e-9)
		require.InEpsilon(t, a.Tensors[0].Gradient.value(), b.Tensors[0].Gradient.value(), 1e-9)
		require.Equal(t, text(a.MeanPath), text(b.MeanPath))
		between := readText(t, "name: between\ninput: [8, 6]\ninit: "+gain+"\nsteps: [{identity: , as: x}, attention: {heads: 1, memory: x}, linear: 8]\n", Options{Tensors: true})
		require.InEpsilon(t, a.SignalGain.value(), between.SignalGain.value(), 1e-9)
		require.InEpsilon(t, a.Tensors[0].Gradient.value(), between.Tensors[0].Gradient.value(), 1e-9)
	}
}

// Self-attention over independent positions as PyTorch 1.13 runs it on 480 random inputs: mean square of the output, and squared norm
// of the gradient at the input for a unit cotangent. Scores are products of few numbers, not quite normal: a fifth is the bound.
func TestAttentionAsMeasured(t *testing.T) {
	for _, c := range []struct {
		positions, width, heads int
		gain                    string
		square, gradient        float64
	}{{16, 64, 4, "2", 1.327, 4.844}, {16, 64, 4, "1", 0.1464, 0.3326}, {64, 64, 4, "2", 0.7919, 3.294}, {64, 128, 2, "1", 0.04627, 0.1176}, {16, 64, 4, "1/3", 0.00792, 0.009611}} {
		r := readText(t, fmt.Sprintf("name: net\ninput: [%d, %d]\ninit: %s\nsteps: [attention: {heads: %d}]\n", c.width, c.positions, c.gain, c.heads), Options{Tensors: true})
		require.InEpsilon(t, c.square, r.SignalGain.value(), 0.2)
		require.InEpsilon(t, c.gradient, r.Tensors[0].Gradient.value(), 0.2)
	}
}
