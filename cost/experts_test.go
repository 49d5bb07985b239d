package cost_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/spec"
	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/cost"
)

// TestMixtral: 46.7 G parameters, of which 12.9 G work on a token (Jiang et al. 2024, arXiv:2401.04088, section 1 and table 1).
func TestMixtral(t *testing.T) {
	const text = `name: mixtral-8x7b
input: [1, T]
symbols: {T: 1}
steps:
  - embedding: {vocab: 32000, out: 4096}
  - repeat:
      times: 32
      steps:
        - add: [identity, [rmsnorm, attention: {heads: 32, kv_heads: 8}]]
        - add: [identity, [rmsnorm, experts: {count: 8, active: 2, hidden: 14336, gated: true}]]
  - rmsnorm
  - linear: 32000
`
	m := summarize(t, text, cost.Options{Quantities: cost.Quantities()})
	assert.EqualValues(t, int64(46_702_792_704), small(t, m, cost.Params))
	assert.EqualValues(t, int64(12_879_925_248), small(t, m, cost.ActiveParams))
	assert.EqualValues(t, int64(12_748_587_008+2*32*4096), small(t, m, cost.MACs), "a token: what works on it but the table and the norms, and attention to itself")
}

// TestExpertsOfOne: one expert that every position goes through is two layers with an activation between.
func TestExpertsOfOne(t *testing.T) {
	one := summarize(t, "name: x\ninput: [4, 6]\nsteps: [experts: {count: 1, active: 1, hidden: 8, router: false, bias: true}]\n", cost.Options{Quantities: cost.Quantities()})
	two := summarize(t, "name: x\ninput: [4, 6]\nsteps: [linear: {out: 8, bias: true}, silu, linear: {out: 4, bias: true}]\n", cost.Options{Quantities: cost.Quantities()})
	for _, q := range []cost.Quantity{cost.Params, cost.ActiveParams, cost.MACs, cost.FLOPs, cost.Activations, cost.TrainingMACs, cost.TrafficBytes} {
		assert.Equal(t, small(t, two, q), small(t, one, q), q)
	}
}

func TestTooManyExperts(t *testing.T) {
	n, err := spec.Parse("x.yaml", []byte("name: x\ninput: [4, 6]\nsteps: [experts: {count: 2, active: 3, hidden: 8}]\n"))
	require.NoError(t, err)
	_, err = trace.Resolve(n, trace.Options{})
	assert.ErrorContains(t, err, "experts: 3 experts are active of 2")
}
