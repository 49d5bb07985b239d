package onnx

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/cost"
)

// TestFourierTransforms count as products with a matrix of cosines and sines: 2 real products for each that a real number goes into, 4
// for a complex one. The matrix is no parameter.
func TestFourierTransforms(t *testing.T) {
	signal, axis := in("x", 2, 100, 1), integerOf("axis", 1)
	for _, c := range []struct {
		name, op    string
		parts       []any
		outputs     string
		macs, flops int64
	}{
		{"of real numbers", "DFT", []any{signal, axis, do("DFT", "x _ axis", "y")}, "2 100 2", 2 * 100 * 200, 2 * 2 * 100 * 200},
		{"of complex numbers", "DFT", []any{in("x", 2, 100, 2), axis, do("DFT", "x _ axis", "y")}, "2 100 2", 2 * 200 * 200, 2 * 2 * 200 * 200},
		{"along another axis", "DFT", []any{in("x", 2, 5, 100, 2), do("DFT", "x", "y")}, "2 5 100 2", 2 * 5 * 200 * 200, 2 * 2 * 5 * 200 * 200},
		{"half of one that is cut", "DFT", []any{signal, axis, integerOf("n", 80), do("DFT", "x n axis", "y", number("onesided", 1))}, "2 41 2", 2 * 80 * 82, 2 * 2 * 80 * 82},
		{"back from half", "DFT", []any{in("x", 2, 51, 2), axis, do("DFT", "x _ axis", "y", number("onesided", 1), number("inverse", 1))}, "2 100 1", 2 * 102 * 100, 2 * 2 * 102 * 100},
		{"back to fewer", "DFT", []any{in("x", 2, 51, 2), axis, integerOf("n", 90), do("DFT", "x n axis", "y", number("onesided", 1), number("inverse", 1))}, "2 90 1", 2 * 92 * 90, 2 * 2 * 92 * 90},
		{"frames of a signal", "STFT", []any{signal, integerOf("step", 10), integerOf("n", 20), do("STFT", "x step _ n", "y")}, "2 9 11 2", 2 * 9 * 20 * 22, 2 * 2 * 9 * 20 * 22},
		{"frames of pairs", "STFT", []any{in("x", 2, 100, 2), integerOf("step", 10), integerOf("n", 20), do("STFT", "x step _ n", "y", number("onesided", 0))}, "2 9 20 2", 2 * 9 * 40 * 40, 2 * 2 * 9 * 40 * 40},
		{"frames under a window", "STFT", []any{signal, integerOf("step", 10), floats("w", ones(20)), do("STFT", "x step w", "y", number("onesided", 0))}, "2 9 20 2", 2 * 9 * 20 * 40, 2*2*9*20*40 + 2*9*20},
		{"frames under a computed window", "STFT", []any{signal, integerOf("step", 10), in("z", 20), do("Relu", "z", "w"), do("STFT", "x step w", "y")}, "2 9 11 2", 2 * 9 * 20 * 22, 2*2*9*20*22 + 2*9*20 + 20},
	} {
		t.Run(c.name, func(t *testing.T) {
			tr, outputs := run(t, Options{Strict: true}, c.parts...)
			assert.Equal(t, c.outputs, outputs)
			n := tr.build.Trace().Network
			assert.Equal(t, c.macs, amount(t, n, cost.MACs))
			assert.Equal(t, c.flops, amount(t, n, cost.FLOPs))
			assert.Equal(t, int64(0), amount(t, n, cost.Params))
			assert.Equal(t, []string{c.op + " counts as the product with the matrix of the transform; a fast transform takes fewer operations"}, tr.notes)
			checkItems(t, tr, c.name)
		})
	}
	n := mustTranslate(t, in("x", "n", "s", 1), do("DFT", "x", "y"), output("y"))
	total, err := cost.Of(traced(t, n, "n=2", "s=2*L"), cost.Options{Quantities: []cost.Quantity{cost.MACs}})
	assert.NoError(t, err)
	l := symbolic.Symbol("L")
	assert.True(t, symbolic.Int(16).Mul(l).Mul(l).Equal(total.Of(cost.MACs)), total.Of(cost.MACs).Text())
}
