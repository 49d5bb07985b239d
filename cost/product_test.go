package cost_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/skipcost/skipcost/cost"
)

// The gradient of a factor is computed, and the other factor kept for it, where the factor needs one: the network's input does not, nor does
// what frozen layers make of it. Bytes are PyTorch 1.13's, by saved-tensor hooks, and macs its operator counts.
func TestFactorsThatNeedNoGradient(t *testing.T) {
	attend := func(q, k, v string) string {
		return "name: t\ninput: [4, 6]\nsteps:\n  - {from: input, linear: 4, as: a}\n  - {from: input, linear: 4, as: b}\n  - {from: input, linear: 4, as: v}\n" +
			"  - dot_product_attention: {from: [" + q + ", " + k + ", " + v + "], heads: 1}\n"
	}
	pair := func(merge, operands string) string {
		return "name: t\ninput: [6, 6]\nsteps: [{sigmoid: , as: s}, {linear: 6, as: a}, " + merge + ": {from: [" + operands + "]}]\n"
	}
	linears := int64(2 * 3 * 96) // forward, and the gradients of the weights
	for _, c := range []struct {
		steps       string
		frozen      []string
		macs, saved int64
	}{
		{attend("a", "b", "v"), nil, linears + 3*288, 96 + 3*96 + 144 + 8},
		{attend("a", "b", "input"), nil, linears + 2*144 + 3*144, 96 + 2*96 + 144 + 8},
		{attend("a", "input", "input"), nil, linears + 2*144 + 2*144, 96 + 144 + 8},
		{attend("input", "input", "v"), nil, linears + 2*144 + 144, 96 + 144},
		{attend("a", "b", "v"), []string{"a"}, 3*96 + 2*96 + 288 + 3*144, 96 + 2*96 + 144}, // queries that need no gradient are scaled by a number that is not kept
		{attend("a", "b", "v"), []string{"b", "v"}, 3*96 + 96 + 288 + 2*144, 96 + 2*96 + 144 + 8},
		{pair("matmul", "a, s"), nil, 2*216 + 2*216, 144},
		{pair("matmul", "s, a"), nil, 2*216 + 2*216, 144},
		{pair("matmul", "a, a"), nil, 2*216 + 3*216, 2 * 144},
		{pair("divide", "a, s"), nil, 2 * 216, 144},
		{pair("divide", "s, a"), nil, 2 * 216, 2 * 144},
		{pair("maximum", "a, s"), nil, 2 * 216, 2 * 144},
		{pair("pow", "a, s"), nil, 2 * 216, 3 * 144},
	} {
		framework, err := cost.ParseFramework("torch1")
		assert.NoError(t, err)
		m := summarize(t, c.steps, cost.Options{Quantities: cost.Quantities(), Frozen: c.frozen, Memory: cost.Memory{Framework: framework}})
		assert.Equal(t, c.macs, small(t, m, cost.TrainingMACs), c.steps)
		assert.Equal(t, c.saved, small(t, m, cost.TrainingSavedBytes), c.steps)
	}
}
