package flow

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// The greatest and the least of several tensors, and what becomes of their logarithmic shares, are what drawing them often comes to.
func TestExtremesAsDrawn(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	const runs = 200_000
	for kind, sign := range map[string]float64{"maximum": 1, "minimum": -1} {
		r := readText(t, "name: net\ninput: [4]\nsteps: ["+kind+": [[linear: {out: 4, init: 1}], [linear: {out: 4, init: 4}], [linear: {out: 4, init: 2}]]]\n", Options{Tensors: true})
		var square, first, second float64
		for range runs {
			x, y, z := sign*random.NormFloat64(), sign*2*random.NormFloat64(), sign*math.Sqrt2*random.NormFloat64()
			best := max(x, y, z)
			square += best * best / runs
			if best == x {
				first += 1.0 / runs
			}
			if best == y {
				second += 4.0 / runs
			}
		}
		require.InEpsilon(t, square, r.SignalGain.value(), 0.05, kind)
		for k, want := range []float64{first, second / 4} {
			require.InDelta(t, want, r.Tensors[k+1].Gradient.value(), 0.05, kind)
		}
	}
	var mean, squares float64
	for range 20_000 {
		x := normals(random, 64)
		total := 0.0
		for _, v := range x {
			total += math.Exp(v) / 64
		}
		mean, squares = mean-math.Log(total)/20_000, squares+math.Pow(x[0]-math.Log(64*total), 2)/20_000
	}
	r := readText(t, "name: net\ninput: [64]\nsteps: [linear: {out: 64, init: 1}, log_softmax]\n", Options{})
	require.InEpsilon(t, squares, r.SignalGain.value(), 0.03)
	require.InDelta(t, mean, -0.5, 0.03)
}

// Moments that a float cannot hold are not known, and no infinity: a softmax would search its scores without an end.
func TestMomentsThatOverflow(t *testing.T) {
	for _, steps := range []string{"exp, exp, exp, linear: 4", "linear: 4, exp, exp, exp, relu, softmax, linear: 4", "repeat: {times: 9, steps: [linear: 4, exp]}"} {
		r := readText(t, "name: net\ninput: [4]\nsteps: ["+steps+"]\n", Options{})
		for _, q := range []Quantity{r.SignalGain, r.GradientGain, r.EffectivePath} {
			require.ErrorContains(t, q.Err(), "values outgrow what the model computes with", steps)
		}
		require.NoError(t, r.Paths.Err())
	}
}
