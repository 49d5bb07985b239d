package onnx

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/onnx/wire"
	"github.com/skipcost/skipcost/arch/onnx/wire/wiretest"
	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/cost"
)

// priceGraph reads a graph of that opset and prices it with open dimensions left at 1.
func priceGraph(t *testing.T, opset int64, fields ...[]byte) (*trace.Trace, cost.Costs) {
	t.Helper()
	data := wiretest.Model(opset, fields...)
	n, err := network(Read(bytes.NewReader(data), int64(len(data)), "test.onnx", Options{Strict: true}))
	require.NoError(t, err)
	resolved, err := trace.Resolve(n, trace.Options{})
	require.NoError(t, err)
	total, err := cost.Of(resolved, cost.Options{})
	require.NoError(t, err)
	return resolved, total.Costs
}

// contributedNode is a node of the common extension.
func contributedNode(op string, inputs, outputs []string, attributes ...[]byte) []byte {
	return wiretest.Node(op, inputs, outputs, append(attributes, wiretest.Text(7, "com.microsoft"))...)
}

func TestAttention(t *testing.T) {
	heads := func(q, k int64) [][]byte {
		return [][]byte{wiretest.Attribute("q_num_heads", wiretest.Varint(3, q)), wiretest.Attribute("kv_num_heads", wiretest.Varint(3, k))}
	}
	attention := func(inputs []string, attributes ...[]byte) []byte {
		return wiretest.Node("Attention", inputs, []string{"out"}, attributes...)
	}
	qkv := []string{"q", "k", "v"}
	for name, test := range map[string]struct {
		q, k, v []any
		node    []byte
		macs    string // both products of every head, by hand
		output  string
	}{
		"four axes":   {[]any{2, 3, 5, 8}, []any{2, 3, 7, 8}, []any{2, 3, 7, 4}, attention(qkv), "2520", "2·(4×3×5)"},
		"three axes":  {[]any{2, 5, 24}, []any{2, 7, 24}, []any{2, 7, 12}, attention(qkv, heads(3, 3)...), "2520", "2·(12×5)"},
		"shared keys": {[]any{2, 6, 5, 8}, []any{2, 3, 7, 8}, []any{2, 3, 7, 4}, attention(qkv), "5040", "2·(4×6×5)"},
		"shared by heads": {
			[]any{2, 5, 48}, []any{2, 7, 24}, []any{2, 7, 12}, attention(qkv, heads(6, 3)...), "5040", "2·(24×5)",
		},
		"many heads": {
			[]any{2, 5, 24}, []any{2, 7, 24}, []any{2, 7, 12},
			contributedNode("MultiHeadAttention", qkv, []string{"out"}, wiretest.Attribute("num_heads", wiretest.Varint(3, 3))), "2520", "2·(12×5)",
		},
	} {
		t.Run(name, func(t *testing.T) {
			resolved, costs := priceGraph(t, 23, wiretest.Value(11, "q", 1, test.q...), wiretest.Value(11, "k", 1, test.k...), wiretest.Value(11, "v", 1, test.v...),
				test.node, wiretest.Value(12, "out", 1))
			assert.Equal(t, test.macs, costs.Of(cost.MACs).Text())
			assert.Equal(t, "0", costs.Of(cost.Params).Text())
			assert.Equal(t, test.output, resolved.Output.Shape.Text())
		})
	}
}

func TestAttentionMaskAndBias(t *testing.T) {
	inputs := [][]byte{wiretest.Value(11, "q", 1, 2, 5, 24), wiretest.Value(11, "k", 1, 2, 7, 24), wiretest.Value(11, "v", 1, 2, 7, 12), wiretest.Value(12, "out", 1)}
	heads := wiretest.Attribute("num_heads", wiretest.Varint(3, 3))
	price := func(fields ...[]byte) cost.Costs {
		_, costs := priceGraph(t, 23, append(fields, inputs...)...)
		return costs
	}
	plain := price(contributedNode("MultiHeadAttention", []string{"q", "k", "v"}, []string{"out"}, heads))
	masked := price(wiretest.Tensor("m", 1, []int64{5, 7}), contributedNode("MultiHeadAttention", []string{"q", "k", "v", "", "", "m"}, []string{"out"}, heads))
	assert.Equal(t, "210", masked.Of(cost.FLOPs).Sub(plain.Of(cost.FLOPs)).Text(), "one addition for each of 2·3·5·7 scores")
	assert.Equal(t, "0", masked.Of(cost.Params).Text())

	biased := price(wiretest.Tensor("b", 1, []int64{60}), contributedNode("MultiHeadAttention", []string{"q", "k", "v", "b"}, []string{"out"}, heads))
	assert.Equal(t, "60", biased.Of(cost.Params).Text())
	assert.Equal(t, "744", biased.Of(cost.FLOPs).Sub(plain.Of(cost.FLOPs)).Text(), "one addition for each of 2·(5·24 + 7·24 + 7·12)")
}

func TestAttentionErrors(t *testing.T) {
	for name, test := range map[string]struct {
		q, k []any
		node []byte
		want string
	}{
		"no heads":            {[]any{2, 5, 24}, []any{2, 7, 24}, wiretest.Node("Attention", []string{"q", "k", "k"}, []string{"out"}), "q_num_heads is missing"},
		"odd heads":           {[]any{2, 5, 24}, []any{2, 7, 24}, wiretest.Node("Attention", []string{"q", "k", "k"}, []string{"out"}, wiretest.Attribute("q_num_heads", wiretest.Varint(3, 5))), "5 heads do not divide the width 24"},
		"odd groups":          {[]any{2, 4, 5, 8}, []any{2, 3, 7, 8}, wiretest.Node("Attention", []string{"q", "k", "k"}, []string{"out"}), "4 heads of queries share 3 of keys"},
		"other widths":        {[]any{2, 3, 5, 8}, []any{2, 3, 7, 4}, wiretest.Node("Attention", []string{"q", "k", "k"}, []string{"out"}), "do not fit together"},
		"matrix":              {[]any{2, 3}, []any{2, 3}, wiretest.Node("Attention", []string{"q", "k", "k"}, []string{"out"}), "3 or 4 dimensions"},
		"missing":             {[]any{2, 3, 5, 8}, []any{2, 3, 7, 8}, wiretest.Node("Attention", []string{"q", "k"}, []string{"out"}), "input 3 is missing"},
		"keys without values": {[]any{2, 3, 5, 8}, []any{2, 3, 7, 8}, wiretest.Node("Attention", []string{"q", "k", "k", "", "k"}, []string{"out"}), "earlier keys and values come together"},
	} {
		t.Run(name, func(t *testing.T) {
			data := wiretest.Model(23, wiretest.Value(11, "q", 1, test.q...), wiretest.Value(11, "k", 1, test.k...), test.node, wiretest.Value(12, "out", 1))
			_, err := Read(bytes.NewReader(data), int64(len(data)), "test.onnx", Options{Strict: true})
			assert.ErrorContains(t, err, `test.onnx: node "out"`)
			assert.ErrorContains(t, err, test.want)
		})
	}
}

// TestScaleOfScores: scores are divided by the root of the width of a head, unless the file gives the number that they are multiplied by.
func TestScaleOfScores(t *testing.T) {
	for want, scale := range map[string][]*wire.Attribute{"1/8": nil, "1/4": {{Name: "scale", Float: 0.5}}, "9": {{Name: "scale", Float: -3}}, "1/8 ": {{Name: "scale", Float: 0}}} {
		node := do("Attention", "q k v", "y", append(scale, number("q_num_heads", 3), number("kv_num_heads", 3))...)
		tr, outputs := run(t, Options{}, in("q", 2, 5, 24), in("k", 2, 7, 24), in("v", 2, 7, 12), node)
		require.Equal(t, "2 5 12", outputs)
		found := 0
		for _, op := range tr.build.Trace().Operations() {
			if op.Kind.Name == "scale" {
				found++
				assert.Equal(t, strings.TrimSpace(want), op.Args.Value(arch.MeanSquare).ASCII())
			}
		}
		assert.Equal(t, 1, found)
	}
}
