package onnx

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/onnx/wire"
	"github.com/skipcost/skipcost/cost"
)

// mergedNote is what is said of one layer that shares a scale or bias.
const mergedNote = "1 layer shares its scale or bias with another layer, and it counts once; exporters merge tensors that are equal, as those of an untrained network are"

func mergedNotes(layers int) []string {
	return []string{fmt.Sprintf("%d layers share their scales or biases with other layers, and these count once; exporters merge tensors that are equal, as those of an untrained network are", layers)}
}

// TestMerged: norms and biases that have the tensors of others are named, unless all of a module is used again.
func TestMerged(t *testing.T) {
	x, y := in("x", 2, 3, 8), output("y")
	image, mean, variance := in("x", 1, 4, 8, 8), weights("m", 4), weights("q", 4)
	u, v, w := weights("u", 8, 8), weights("v", 8, 8), weights("w", 8, 8)
	ones, zeros, others := weights("ones", 8), weights("zeros", 8), weights("others", 8)
	norm := func(from, to string) *wire.Node { return do("LayerNormalization", from+" ones zeros", to) }
	batch := func(from, to string) *wire.Node { return do("BatchNormalization", from+" s b m q", to) }
	kernel := func(name string) *wire.Tensor { return weights(name, 4, 4, 1, 1) }
	for _, c := range []struct {
		name  string
		parts []any
		want  int64
		notes []string
	}{
		{"batch norms", []any{image, mean, variance, weights("s", 4), weights("b", 4), kernel("c"), kernel("d"), kernel("e"), do("Conv", "x c", "1"), batch("1", "2"), do("Relu", "2", "3"), do("Conv", "3 d", "4"), batch("4", "5"),
			do("Conv", "5 e", "6"), batch("6", "7"), do("Add", "7 2", "y"), y}, 56, mergedNotes(2)},
		{"layer norms", []any{x, u, v, ones, zeros, norm("x", "1"), do("MatMul", "1 u", "2"), norm("2", "3"), do("MatMul", "3 v", "y"), y}, 144, []string{mergedNote}},
		{"group norms", []any{image, weights("s", 4), weights("b", 4), kernel("c"), do("GroupNormalization", "x s b", "1", number("num_groups", 2)), do("Conv", "1 c", "2"),
			do("GroupNormalization", "2 s b", "y", number("num_groups", 2)), y}, 24, []string{mergedNote}},
		{"RMS norms", []any{x, u, ones, do("RMSNormalization", "x ones", "1"), do("MatMul", "1 u", "2"), do("RMSNormalization", "2 ones", "y"), y}, 72, []string{mergedNote}},
		{"norms behind one another", []any{x, u, ones, zeros, do("MatMul", "x u", "1"), norm("1", "2"), norm("2", "y"), y}, 80, []string{mergedNote}},
		{"biases of products", []any{x, u, v, w, zeros, do("MatMul", "x u", "1"), do("Add", "1 zeros", "2"), do("MatMul", "2 v", "3"), do("Add", "3 zeros", "4"), do("MatMul", "4 w", "5"), do("Add", "5 zeros", "y"), y}, 200, mergedNotes(2)},
		{"biases of convolutions", []any{image, kernel("c"), kernel("d"), weights("b", 4), do("Conv", "x c b", "1"), do("Conv", "1 d b", "y"), y}, 36, []string{mergedNote}},
		{"the bias of a norm and of a product", []any{x, u, ones, zeros, do("MatMul", "x u", "1"), do("Add", "1 zeros", "2"), norm("2", "y"), y}, 80, []string{mergedNote}},
		{"the scales of norms with biases of their own", []any{x, u, ones, zeros, others, norm("x", "1"), do("MatMul", "1 u", "2"), do("LayerNormalization", "2 ones others", "y"), y}, 88, []string{mergedNote}},
		{"norms beside tied matrices", []any{in("x", 2, 3), weights("table", 100, 8), u, ones, zeros, do("Gather", "table x", "1"), norm("1", "2"), do("MatMul", "2 u", "3"), norm("3", "4"), do("Transpose", "table", "back"),
			do("MatMul", "4 back", "y"), y}, 880, []string{mergedNote}},

		{"norms of their own", []any{x, u, ones, zeros, others, weights("more", 8), norm("x", "1"), do("MatMul", "1 u", "2"), do("LayerNormalization", "2 others more", "y"), y}, 96, nil},
		{"a module used twice", []any{x, u, ones, zeros, do("MatMul", "x u", "1"), norm("1", "2"), do("MatMul", "2 u", "3"), norm("3", "y"), y}, 80, nil},
		{"a module with a bias used twice", []any{x, u, zeros, do("MatMul", "x u", "1"), do("Add", "1 zeros", "2"), do("MatMul", "2 u", "3"), do("Add", "3 zeros", "y"), y}, 72, nil},
		{"a module that begins with a norm", []any{x, u, ones, zeros, norm("x", "1"), do("MatMul", "1 u", "2"), norm("2", "3"), do("MatMul", "3 u", "y"), y}, 80, nil},
		{"a block used twice", []any{x, u, v, ones, zeros, weights("s", 8), weights("b", 8), norm("x", "1"), do("MatMul", "1 u", "2"), do("LayerNormalization", "2 s b", "3"), do("MatMul", "3 v", "4"),
			norm("4", "5"), do("MatMul", "5 u", "6"), do("LayerNormalization", "6 s b", "7"), do("MatMul", "7 v", "y"), y}, 160, nil},
		{"a matrix used twice", []any{x, u, do("MatMul", "x u", "1"), do("MatMul", "1 u", "y"), y}, 64, nil},
		{"positions added twice", []any{x, u, weights("p", 3, 8), do("Add", "x p", "1"), do("MatMul", "1 u", "2"), do("Add", "2 p", "y"), y}, 88, nil},
		{"the bias of three projections", []any{x, weights("b", 24), microsoft("MultiHeadAttention", "x x x b", "y", number("num_heads", 2)), y}, 24, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			n, err := translated(c.parts...)
			require.NoError(t, err)
			assert.Equal(t, c.want, amount(t, n, cost.Params))
			assert.Equal(t, c.notes, n.Notes)
		})
	}
}
