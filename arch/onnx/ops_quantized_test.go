package onnx

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/skipcost/skipcost/arch/onnx/wire/wiretest"
	"github.com/skipcost/skipcost/cost"
)

// TestContributedOperators prices nodes that optimizers of graphs put in. Scales s and zero points z are no parameters.
func TestContributedOperators(t *testing.T) {
	const int8s, floats = 3, 1
	out := []string{"out"}
	scale := wiretest.Tensor("s", floats, nil, wiretest.Floats(4, 0.5))
	zero := wiretest.Tensor("z", int8s, nil, wiretest.Ints(5, 0))
	matrix := wiretest.Tensor("w", int8s, []int64{8, 6})
	bias := wiretest.Tensor("b", floats, []int64{6})
	for name, test := range map[string]struct {
		x            []any
		node         []byte
		params, macs string
		flops        string
		output       string
	}{
		"gemm": {
			[]any{5, 8}, contributedNode("QGemm", []string{"x", "s", "z", "w", "s", "z", "b", "s", "z"}, out), "54", "240", "510", "5·(6)",
		},
		"gemm and relu": {
			[]any{5, 8}, contributedNode("FusedGemm", []string{"x", "w", "b"}, out, wiretest.Attribute("activation", wiretest.Text(4, "Relu"))), "54", "240", "540", "5·(6)",
		},
		"product with bias": {
			[]any{5, 8}, contributedNode("DynamicQuantizeMatMul", []string{"x", "w", "s", "z", "b"}, out), "54", "240", "510", "5·(6)",
		},
		"product": {
			[]any{5, 8}, contributedNode("MatMulIntegerToFloat", []string{"x", "w", "s", "s", "z", "z"}, out), "48", "240", "480", "5·(6)",
		},
		"bias and gelu": {
			[]any{5, 6}, contributedNode("BiasGelu", []string{"x", "b"}, out), "6", "0", "180", "5·(6)",
		},
		"concat": {
			[]any{5, 8, 4, 4}, contributedNode("QLinearConcat", []string{"s", "z", "x", "s", "z", "x", "s", "z"}, out, wiretest.Attribute("axis", wiretest.Varint(3, 1))), "0", "0", "0", "5·(16×4×4)",
		},
	} {
		t.Run(name, func(t *testing.T) {
			resolved, costs := priceGraph(t, 13, wiretest.Value(11, "x", 1, test.x...), scale, zero, matrix, bias, test.node, wiretest.Value(12, "out", 1))
			assert.Equal(t, test.output, resolved.Output.Shape.Text())
			assert.Equal(t, test.params, costs.Of(cost.Params).Text())
			assert.Equal(t, test.macs, costs.Of(cost.MACs).Text())
			assert.Equal(t, test.flops, costs.Of(cost.FLOPs).Text())
		})
	}
}
