package onnx

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/cost"
)

// TestWritten: tensors that were written down are told from learned ones by their values and by what reads them, and a note says so.
func TestWritten(t *testing.T) {
	const masked, placed, centred = "not learned, but masks, or what is like these: ", "not learned, but numbers that were written down, as of grids and distances: ", "not learned, but what the input is normalised by: "
	x, y := in("x", 2, 4, 4), output("y")
	causal := make([]float64, 16)
	places := make([]float64, 16)
	for k := range causal {
		if places[k] = float64(k); k%4 > k/4 {
			causal[k] = math.Inf(-1)
		}
	}
	mask, grid := floats("m", causal, 4, 4), floats("g", places, 4, 4)
	for _, c := range []struct {
		name  string
		parts []any
		want  int64
		notes []string
	}{
		{"a mask", []any{x, mask, do("Add", "x m", "y"), y}, 0, []string{masked + "m"}},
		{"a mask in a Constant node", []any{x, constant(mask), do("Add", "x m", "y"), y}, 0, []string{masked + "m"}},
		{"a mask that is cut", []any{x, mask, shape("zero", 0), shape("four", 4), do("Slice", "m zero four", "n"), do("Add", "x n", "y"), y}, 0, []string{masked + "m"}},
		{"a mask in a branch", []any{x, shape("yes", 1), do("If", "yes", "y", body("then_branch", mask, do("Add", "x m", "z"), output("z")), body("else_branch", do("Identity", "x", "z"), output("z"))), y}, 0, []string{masked + "m"}},
		{"a matrix that looks like a mask", []any{x, floats("m", []float64{0, 0, 0, 1, 1, 0, 0, 1}, 4, 2), do("MatMul", "x m", "y"), y}, 8, nil},
		{"a grid", []any{x, grid, do("Sub", "x g", "y"), y}, 0, []string{placed + "g"}},
		{"a grid that is a matrix too", []any{x, grid, do("MatMul", "x g", "a"), do("Add", "a g", "y"), y}, 16, nil},

		{"boxes", []any{in("x", 5), weights("b", 5, 4), shape("i", 2), shape("j", 0), do("Gather", "b i", "p", number("axis", 1)), do("Gather", "b j", "q", number("axis", 1)), do("Sub", "p q", "s"), shape("row", 5), do("Reshape", "s row", "r"), do("Mul", "x r", "y"), y}, 0,
			[]string{placed + "b"}},
		{"pieces of two tensors", []any{x, weights("a", 4), weights("b", 4), do("Sub", "a b", "s"), do("Mul", "x s", "y"), y}, 8, nil},

		{"a mask whose values are elsewhere", []any{x, weights("m", 1, 4, 4), do("Add", "x m", "a"), do("Softmax", "a", "y"), y}, 0, []string{masked + "m"}},
		{"two of them", []any{x, weights("m", 4, 4), weights("n", 4, 4), do("Add", "x m", "a"), do("Add", "a n", "b"), do("Softmax", "b", "y"), y}, 0, []string{masked + "m, n"}},
		{"what differs from head to head", []any{x, weights("m", 2, 4, 4), do("Add", "x m", "a"), do("Softmax", "a", "y"), y}, 32, nil},
		{"a bias before a softmax", []any{x, weights("m", 1, 4), do("Add", "x m", "a"), do("Softmax", "a", "y"), y}, 4, nil},
		{"a matrix that is added and not softened", []any{x, weights("m", 4, 4), do("Add", "x m", "y"), y}, 16, nil},

		{"a centred input", []any{x, weights("m", 4), weights("s", 1, 4), do("Sub", "x m", "a"), do("Div", "a s", "y"), y}, 0, []string{centred + "m, s"}},
		{"an input of bytes that is centred and scaled", []any{x, single("n", 255), weights("m", 4), weights("s", 4), do("Cast", "x", "c", number("to", 1)), do("Div", "c n", "f"), do("Sub", "f m", "a"), do("Mul", "a s", "y"), y}, 0,
			[]string{centred + "m, s"}},
		{"an input that is scaled and shifted", []any{x, weights("s", 4), weights("b", 4), do("Mul", "x s", "a"), do("Add", "a b", "y"), y}, 8, nil},
		{"what is subtracted further on", []any{x, weights("m", 4), do("Relu", "x", "a"), do("Sub", "a m", "y"), y}, 4, nil},
		{"distances from centres", []any{x, weights("m", 4, 4), do("Sub", "x m", "y"), y}, 16, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			n, err := translated(c.parts...)
			require.NoError(t, err)
			assert.Equal(t, c.want, amount(t, n, cost.Params))
			assert.Equal(t, c.notes, n.Notes)
		})
	}
}
