package onnx

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/onnx/wire/wiretest"
	"github.com/skipcost/skipcost/cost"
)

// TestOperatorsThatPick checks what comes out of operators that only move elements, and that they compute nothing.
func TestOperatorsThatPick(t *testing.T) {
	number := func(name string, v int64) []byte { return wiretest.Tensor(name, 7, nil, wiretest.Ints(7, v)) }
	out := []string{"out"}
	for name, test := range map[string]struct {
		x    []any
		more []byte
		node []byte
		want string
	}{
		"gather rows":       {[]any{4, 5, 6}, wiretest.Tensor("i", 7, []int64{9, 1}), wiretest.Node("GatherND", []string{"x", "i"}, out), "9·(6×5)"},
		"gather elements":   {[]any{4, 5, 6}, wiretest.Tensor("i", 7, []int64{9, 3}), wiretest.Node("GatherND", []string{"x", "i"}, out), "9"},
		"gather in batches": {[]any{4, 5, 6}, wiretest.Tensor("i", 7, []int64{4, 1}), wiretest.Node("GatherND", []string{"x", "i"}, out, wiretest.Attribute("batch_dims", wiretest.Varint(3, 1))), "4·(6)"},
		"one hot":           {[]any{4, 5}, number("i", 7), wiretest.Node("OneHot", []string{"x", "i"}, out), "4·(7×5)"},
		"one hot in front":  {[]any{4, 5}, number("i", 7), wiretest.Node("OneHot", []string{"x", "i"}, out, wiretest.Attribute("axis", wiretest.Varint(3, 0))), "7·(5×4)"},
		"largest":           {[]any{4, 50}, number("i", 3), wiretest.Node("TopK", []string{"x", "i"}, []string{"out", "places"}), "4·(3)"},
		"largest, old":      {[]any{4, 50}, nil, wiretest.Node("TopK", []string{"x"}, out, wiretest.Attribute("k", wiretest.Varint(3, 3))), "4·(3)"},
		"grid":              {[]any{2, 8, 9, 9}, wiretest.Value(11, "i", 1, 2, 5, 6, 2), wiretest.Node("GridSample", []string{"x", "i"}, out), "2·(8×5×6)"},
		"scatter":           {[]any{4, 5, 6}, wiretest.Tensor("i", 7, []int64{9, 1}), wiretest.Node("ScatterND", []string{"x", "i", "x"}, out), "4·(6×5)"},
		"triangle":          {[]any{4, 5, 5}, nil, wiretest.Node("Trilu", []string{"x"}, out), "4·(5×5)"},
	} {
		t.Run(name, func(t *testing.T) {
			resolved, costs := priceGraph(t, 16, wiretest.Value(11, "x", 1, test.x...), test.more, test.node, wiretest.Value(12, "out", 1))
			assert.Equal(t, test.want, resolved.Output.Shape.Text())
			assert.Equal(t, "0", costs.Of(cost.MACs).Text())
			assert.Equal(t, "0", costs.Of(cost.Params).Text())
		})
	}
}

// TestScattered: what is put into places is trained like what it is put into, a product of 4 rows of 8 by a matrix: forward, and the
// gradient of the matrix.
func TestScattered(t *testing.T) {
	x, w, places, y := in("x", 4, 8), weights("w", 8, 8), in("i", 4, 1), output("y")
	for name, c := range map[string]struct {
		parts           []any
		params, trained int64
	}{
		"into zeros":           {[]any{constant(floats("z", make([]float64, 8))), shape("to", 4, 8), do("Expand", "z to", "e"), do("MatMul", "x w", "m"), do("ScatterND", "e i m", "y")}, 64, 512},
		"into what comes in":   {[]any{do("MatMul", "x w", "m"), do("ScatterND", "x i m", "y")}, 64, 512},
		"added":                {[]any{do("MatMul", "x w", "m"), do("ScatterElements", "x i m", "y", told("reduction", "add"))}, 64, 512},
		"into what is learned": {[]any{weights("t", 4, 8), do("MatMul", "x w", "m"), do("ScatterND", "t i m", "y")}, 64 + 32, 512},
		"learned rows":         {[]any{weights("t", 4, 8), do("MatMul", "x w", "m"), do("ScatterND", "m i t", "y")}, 64 + 32, 512},
		"constants":            {[]any{constant(floats("z", make([]float64, 8))), shape("to", 4, 8), do("Expand", "z to", "e"), do("MatMul", "x w", "m"), do("ScatterND", "m i e", "y")}, 64, 512},
	} {
		n, err := translated(append([]any{x, w, places, y}, c.parts...)...)
		require.NoError(t, err, name)
		assert.Equal(t, c.params, amount(t, n, cost.Params), name)
		assert.Equal(t, c.trained, amount(t, n, cost.TrainingMACs), name)
		assert.Equal(t, "4·(8)", made(t, n), name)
	}
}
