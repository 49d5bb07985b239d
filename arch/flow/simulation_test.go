package flow

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
)

// sample is one run of a scheme with weights drawn anew, forward and backward in plain loops: the mean square of its output, and
// the squared norm of the gradient at its input for a random unit cotangent.
type sample func(random *rand.Rand, layers, width int, gain float64) (square, gradient float64)

// matrix draws weights of variance gain/columns.
func matrix(random *rand.Rand, rows, columns int, gain float64) [][]float64 {
	w := make([][]float64, rows)
	for k := range w {
		w[k] = normals(random, columns)
		for j := range w[k] {
			w[k][j] *= math.Sqrt(gain / float64(columns))
		}
	}
	return w
}

func normals(random *rand.Rand, n int) []float64 {
	x := make([]float64, n)
	for k := range x {
		x[k] = random.NormFloat64()
	}
	return x
}

func squares(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v * v
	}
	return sum
}

// unit is a random direction.
func unit(random *rand.Rand, n int) []float64 {
	x := normals(random, n)
	length := math.Sqrt(squares(x))
	for k := range x {
		x[k] /= length
	}
	return x
}

// through multiplies forward, and back multiplies with the transpose.
func through(w [][]float64, x []float64) []float64 {
	out := make([]float64, len(w))
	for k, row := range w {
		for j, v := range row {
			out[k] += v * x[j]
		}
	}
	return out
}

func back(w [][]float64, g []float64) []float64 {
	out := make([]float64, len(w[0]))
	for k, row := range w {
		for j, v := range row {
			out[j] += v * g[k]
		}
	}
	return out
}

// rectified is max(x, 0), and masked what of a gradient passes it.
func rectified(x []float64) []float64 {
	out := make([]float64, len(x))
	for k, v := range x {
		out[k] = max(v, 0)
	}
	return out
}

func masked(g, x []float64) []float64 {
	out := make([]float64, len(g))
	for k, v := range g {
		if x[k] > 0 {
			out[k] = v
		}
	}
	return out
}

func samplePlain(random *rand.Rand, layers, width int, gain float64) (float64, float64) {
	h := normals(random, width)
	weights, before := make([][][]float64, layers), make([][]float64, layers)
	for l := range layers {
		weights[l] = matrix(random, width, width, gain)
		before[l] = through(weights[l], h)
		h = rectified(before[l])
	}
	g := unit(random, width)
	for l := layers - 1; l >= 0; l-- {
		g = back(weights[l], masked(g, before[l]))
	}
	return squares(h) / float64(width), squares(g)
}

func samplePreact(random *rand.Rand, layers, width int, gain float64) (float64, float64) {
	h := normals(random, width)
	weights, before := make([][][]float64, layers), make([][]float64, layers)
	for l := range layers {
		weights[l], before[l] = matrix(random, width, width, gain), h
		branch := through(weights[l], rectified(h))
		next := make([]float64, width)
		for k := range next {
			next[k] = h[k] + branch[k]
		}
		h = next
	}
	g := unit(random, width)
	for l := layers - 1; l >= 0; l-- {
		branch := masked(back(weights[l], g), before[l])
		for k := range branch {
			branch[k] += g[k]
		}
		g = branch
	}
	return squares(h) / float64(width), squares(g)
}

func sampleConcat(random *rand.Rand, layers, width int, gain float64) (float64, float64) {
	all := normals(random, width)
	weights, before := make([][][]float64, layers), make([][]float64, layers)
	for l := range layers {
		weights[l] = matrix(random, width, len(all), gain)
		before[l] = through(weights[l], all)
		all = append(append([]float64(nil), all...), rectified(before[l])...)
	}
	g := unit(random, len(all))
	for l := layers - 1; l >= 0; l-- {
		at := len(g) - width
		earlier := back(weights[l], masked(g[at:], before[l]))
		for k := range earlier {
			earlier[k] += g[k]
		}
		g = earlier
	}
	return squares(all) / float64(len(all)), squares(g)
}

// Where the theory is exact, networks that are run many times come to it.
func TestSimulationAgrees(t *testing.T) {
	const layers, width = 5, 16
	runs := 4_000
	if testing.Short() {
		runs = 800
	}
	one := symbolic.Int(1)
	set := map[string]symbolic.Expr{"L": symbolic.Int(layers + 1), "N": symbolic.Int(width), "relu": one}
	for scheme, draw := range map[string]sample{"plain": samplePlain, "preact": samplePreact, "concat": sampleConcat} {
		for _, gain := range []string{"1", "2"} {
			init, err := arch.ParseInit(gain)
			require.NoError(t, err)
			r := read(t, scheme, Options{Init: init, Tensors: true}, set)
			random := rand.New(rand.NewPCG(1, 2))
			var q, g, q2, g2 float64
			for range runs {
				square, gradient := draw(random, layers, width, number(t, gain))
				q, g, q2, g2 = q+square, g+gradient, q2+square*square, g2+gradient*gradient
			}
			for _, c := range []struct{ theory, sum, sumSquares float64 }{
				{r.SignalGain.value(), q, q2}, {r.Tensors[0].Gradient.value(), g, g2},
			} {
				mean := c.sum / float64(runs)
				deviation := math.Sqrt((c.sumSquares/float64(runs) - mean*mean) / float64(runs))
				require.InDelta(t, c.theory, mean, 5*deviation, "%s with gain %s", scheme, gain)
			}
		}
	}
}
