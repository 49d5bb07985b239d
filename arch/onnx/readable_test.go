package onnx

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/onnx/wire"
	"github.com/skipcost/skipcost/arch/onnx/wire/wiretest"
)

// TestReadable: names are shown as they are, unless a terminal would take them for something else.
func TestReadable(t *testing.T) {
	for text, want := range map[string]string{
		"":                  "",
		"Conv":              "Conv",
		"org.example.Swirl": "org.example.Swirl",
		"two words":         "two words",
		"größe 層":           "größe 層",
		`a "b" \c`:          `a "b" \c`,
		"\x1b[31mred":       `"\x1b[31mred"`,
		"two\nlines":        `"two\nlines"`,
		"tab\t\x00":         `"tab\t\x00"`,
		"no UTF-8 \xff":     `"no UTF-8 \xff"`,
		"turned \u202eback": `"turned \u202eback"`,
		"\u009b2J":          `"\u009b2J"`,
	} {
		assert.Equal(t, want, readable(text))
	}
}

// TestNothingRawIsSaid: errors and notes quote what cannot be printed.
func TestNothingRawIsSaid(t *testing.T) {
	err := &NodeError{Node: "n", Op: "Con\x1bv\xff", Err: errors.New("it is wrong")}
	assert.EqualError(t, err, `node "n" ("Con\x1bv\xff"): it is wrong`)
	assert.EqualError(t, &NodeError{Node: "n", Op: "Conv", Err: errors.New("it is wrong")}, `node "n" (Conv): it is wrong`)

	foreign := do("Sw\x1birl", "x", "y")
	foreign.Domain = "org.\xff"
	m := modelOf(in("x", 2, 3), foreign, said(in("y", "n", nil)), output("y"))
	m.Graph.Values[0].Name, foreign.Outputs[0], m.Graph.Outputs[0].Name = "y\x07", "y\x07", "y\x07"
	m.Producer = "\x1b[2J"
	n, failed := network(translate(m, "test", Options{}))
	require.NoError(t, failed)
	assert.Equal(t, "y__1", n.Symbols[len(n.Symbols)-1].Name)
	assert.Equal(t, []string{`"org.\xff.Sw\x1birl" (1 node) is not known and counts nothing`}, n.Notes)
	assert.Equal(t, `ONNX file "\x1b[2J"`, n.Source)

	x, parts := in("x", 2, 3, 8), []*wire.Tensor{weights("a\x1b", 8, 8), weights("b\x1b", 8, 16)}
	n = mustTranslate(t, x, parts[1], shape("zero", 0), shape("eight", 8), shape("one", 1), do("Slice", "b\x1b zero eight one", "p"), do("MatMul", "x p", "y"), output("y"))
	assert.Equal(t, []string{`64 of the 128 values of "b\x1b" are used and count`}, n.Notes)
	n = mustTranslate(t, x, weights("a", 8), weights("c", 1), weights("b", 8), do("Mul", "a c", "d\x1b"), do("LayerNormalization", "x d\x1b b", "y"), output("y"))
	assert.Equal(t, []string{`"d\x1b" is computed from several weights; those that its own size does not count are left out`}, n.Notes)
	n = mustTranslate(t, x, parts[1], shape("zero", 0), shape("eight", 8), shape("one", 1), do("Slice", "b\x1b zero eight one", "p"), do("MatMul", "x p", "a"), do("MatMul", "a b\x1b", "y"), output("y"))
	assert.Equal(t, []string{`some of "b\x1b" counts twice: it is used in parts and as a whole`}, n.Notes)
}

// TestLayerNamesAreReadable: they stand in tables and pictures.
func TestLayerNamesAreReadable(t *testing.T) {
	resolved, _ := priceGraph(t, 13, wiretest.Value(11, "x", 1, 1, 4), wiretest.Node("Relu", []string{"x"}, []string{"\x1b[31mred"}), wiretest.Value(12, "\x1b[31mred", 1))
	assert.Equal(t, `"\x1b[31mred"`, resolved.Operations()[0].Name)
}
