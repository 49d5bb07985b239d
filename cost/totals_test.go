package cost_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/cost"
)

// TestTotalsByHand: what training holds in all is the sum of weights, gradients, the optimizer's two values for each, and what is saved;
// experts have a bias of the router for each of them.
func TestTotalsByHand(t *testing.T) {
	adam, err := cost.ParseOptimizer("adam")
	require.NoError(t, err)
	o := cost.Options{Quantities: []cost.Quantity{cost.Params, cost.TrainingTotalBytes}, Optimizer: adam}
	s := summarize(t, "name: x\ninput: [4]\nsteps: [linear: 3]\n", o)
	assert.Equal(t, "208", s.Total.Of(cost.TrainingTotalBytes).Text(), "12 weights, gradients and pairs of moments, and 4 values that come in, of 4 bytes")
	s = summarize(t, "name: x\ninput: [11]\nsteps: [experts: {count: 3, active: 2, hidden: 5, out: 7, gated: true, router_bias: true}]\n", o)
	assert.Equal(t, "471", s.Total.Of(cost.Params).Text(), "3 experts of 2·5·11 + 7·5, 3·11 scores and 3 biases")
}
