package onnx

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/skipcost/skipcost/cost"
)

// TestOperatorsThatPick checks what comes out of operators that only move elements, and that they compute nothing.
func TestOperatorsThatPick(t *testing.T) {
	number := func(name string, v int64) []byte { return buildTensor(name, 7, nil, packedInts(7, v)) }
	out := []string{"out"}
	for name, test := range map[string]struct {
		x    []any
		more []byte
		node []byte
		want string
	}{
		"gather rows":       {[]any{4, 5, 6}, buildTensor("i", 7, []int64{9, 1}), buildNode("GatherND", []string{"x", "i"}, out), "9·(6×5)"},
		"gather elements":   {[]any{4, 5, 6}, buildTensor("i", 7, []int64{9, 3}), buildNode("GatherND", []string{"x", "i"}, out), "9"},
		"gather in batches": {[]any{4, 5, 6}, buildTensor("i", 7, []int64{4, 1}), buildNode("GatherND", []string{"x", "i"}, out, buildAttribute("batch_dims", varint(3, 1))), "4·(6)"},
		"one hot":           {[]any{4, 5}, number("i", 7), buildNode("OneHot", []string{"x", "i"}, out), "4·(7×5)"},
		"one hot in front":  {[]any{4, 5}, number("i", 7), buildNode("OneHot", []string{"x", "i"}, out, buildAttribute("axis", varint(3, 0))), "7·(5×4)"},
		"largest":           {[]any{4, 50}, number("i", 3), buildNode("TopK", []string{"x", "i"}, []string{"out", "places"}), "4·(3)"},
		"largest, old":      {[]any{4, 50}, nil, buildNode("TopK", []string{"x"}, out, buildAttribute("k", varint(3, 3))), "4·(3)"},
		"grid":              {[]any{2, 8, 9, 9}, buildValue(11, "i", 1, 2, 5, 6, 2), buildNode("GridSample", []string{"x", "i"}, out), "2·(8×5×6)"},
		"scatter":           {[]any{4, 5, 6}, buildTensor("i", 7, []int64{9, 1}), buildNode("ScatterND", []string{"x", "i", "x"}, out), "4·(6×5)"},
		"triangle":          {[]any{4, 5, 5}, nil, buildNode("Trilu", []string{"x"}, out), "4·(5×5)"},
	} {
		t.Run(name, func(t *testing.T) {
			resolved, costs := priceGraph(t, 16, buildValue(11, "x", 1, test.x...), test.more, test.node, buildValue(12, "out", 1))
			assert.Equal(t, test.want, resolved.Output.Shape.Text())
			assert.Equal(t, "0", costs.Of(cost.MACs).Text())
			assert.Equal(t, "0", costs.Of(cost.Params).Text())
		})
	}
}
