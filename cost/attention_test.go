package cost_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/spec"
	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/cost"
)

// sumsOfAttention are the costs that a layer has in common with the steps it consists of. What is held at once differs, as a step lets go of
// what the layer holds to its end.
func sumsOfAttention() []cost.Quantity {
	return []cost.Quantity{
		cost.Params, cost.MACs, cost.FLOPs, cost.Activations, cost.TrainingSavedBytes, cost.TrainingTotalBytes, cost.TrainingMACs, cost.TrafficBytes, cost.KVCacheBytes, cost.OptimizerBytes, cost.OutputElements,
	}
}

// TestAttentionIsItsSteps: an attention layer whose memory is what comes in anyway costs what it does as one layer.
func TestAttentionIsItsSteps(t *testing.T) {
	autocast, err := cost.ParsePrecision("autocast")
	require.NoError(t, err)
	adafactor, err := cost.ParseOptimizer("adafactor")
	require.NoError(t, err)
	torch1, err := cost.ParseFramework("torch1")
	require.NoError(t, err)
	const told = "heads: 4, kv_heads: 2, inner: 96, out: 48, bias: true, window: 11"
	for name, o := range map[string]cost.Options{
		"as it is": {}, "scores in memory": {Memory: cost.Memory{Attention: cost.MathAttention}}, "autocast": {Precision: autocast},
		"older framework": {Memory: cost.Memory{Framework: torch1}}, "adafactor": {Optimizer: adafactor}, "frozen": {Frozen: []string{"x"}},
	} {
		o.Quantities = sumsOfAttention()
		of := func(more string) *cost.Summary {
			return summarize(t, "name: x\ninput: [64, 16]\nsteps: [{linear: 64, as: x}, attention: {"+told+more+"}, linear: 8]\n", o)
		}
		one, apart := of(""), of(", memory: x")
		for _, q := range o.Quantities {
			assert.Equal(t, one.Total.Of(q).Text(), apart.Total.Of(q).Text(), "%s, %s", q, name)
		}
	}
}

// TestCrossAttention is queries of 5 positions over a memory of 7, of 3 samples: macs of the projections of both and of 5·7 scores and sums,
// keys and values of 7 positions in the cache, and what training keeps: both inputs, queries, keys, values, sums, and a figure for each row.
func TestCrossAttention(t *testing.T) {
	const steps = "{shift: , as: x}, {input: [6, 7], as: m}, {from: x, attention: {heads: 2, memory: m}}"
	m := summarize(t, "name: x\ninput: [8, 5]\nsteps: ["+steps+"]\n", cost.Options{Quantities: cost.Quantities()})
	assert.Equal(t, int64(8+8*8+2*6*8+8*8), small(t, m, cost.Params))
	assert.Equal(t, int64(5*8*8+2*7*6*8+5*8*8+2*5*7*8), small(t, m, cost.MACs))
	assert.Equal(t, int64(4*2*7*8), small(t, m, cost.KVCacheBytes))
	assert.Equal(t, int64(4*(5*8+7*6)+4*(5*8+2*7*8+5*8)+4*2*5), small(t, m, cost.TrainingSavedBytes))

	// While text is generated the memory stays as it is, and nothing of it came before.
	n, err := spec.Parse("x.yaml", []byte("name: x\ninput: [8, 5]\nsteps: [attention: 2, {shift: , as: x}, {input: [6, 7], as: m}, {from: x, attention: {heads: 2, memory: m}}]\n"))
	require.NoError(t, err)
	step, err := n.Decoding(n.Input[1])
	require.NoError(t, err)
	resolved, err := trace.Resolve(step, trace.Options{})
	require.NoError(t, err)
	total, err := cost.Of(resolved, cost.Options{Quantities: []cost.Quantity{cost.MACs, cost.KVCacheBytes}})
	require.NoError(t, err)
	macs, _ := total.Of(cost.MACs).Int64()
	assert.Equal(t, int64(4*8*8+2*5*8+8*8+2*7*6*8+8*8+2*7*8), macs)
	cache, _ := total.Of(cost.KVCacheBytes).Int64()
	assert.Equal(t, int64(4*2*(5*8+7*8)), cache)
}

// TestCachedKeysAndValuesAreRead: of 5 positions before, one key of 2 and one value of 3 channels, which two heads share.
func TestCachedKeysAndValuesAreRead(t *testing.T) {
	o := cost.Options{Quantities: []cost.Quantity{cost.TrafficBytes, cost.KVCacheBytes}}
	const steps = "{linear: 4, as: q}, {from: q, linear: 2, as: k}, {from: q, linear: 3, as: v}, dot_product_attention: {from: [q, k, v], heads: 2, kv_heads: 1"
	for _, way := range []cost.Attention{cost.FusedAttention, cost.MathAttention} {
		o.Memory.Attention = way
		without, with := summarize(t, behind("[4, 6] | "+steps+"}"), o), summarize(t, behind("[4, 6] | "+steps+", past: 5}"), o)
		scores := int64(0)
		if way == cost.MathAttention {
			scores = 4 * 2 * 6 * 5
		}
		assert.Equal(t, 4*(5*(2+3)+scores), small(t, with, cost.TrafficBytes)-small(t, without, cost.TrafficBytes), way)
		assert.Equal(t, int64(4*6*(2+3)), small(t, without, cost.KVCacheBytes))
		assert.Equal(t, int64(4*11*(2+3)), small(t, with, cost.KVCacheBytes))
	}
}

// TestValueResidual: behind the first layer two numbers each (Zhou et al. 2024, arXiv:2410.17897, section 3), which multiply own values and
// those of the first layer; training keeps the own ones besides, and the first ones, once, are there for their layer anyway.
func TestValueResidual(t *testing.T) {
	of := func(layers, more string) *cost.Summary {
		return summarize(t, "name: x\nsymbols: {L: "+layers+"}\ninput: [8, 5]\nsteps: [linear: 8, repeat: {times: L, steps: [add: [identity, [rmsnorm, attention: {heads: 4, kv_heads: 2"+more+"}]]]}]\n",
			cost.Options{Quantities: sumsOfAttention()})
	}
	for layers, behind := range map[string]int64{"1": 0, "2": 1, "6": 5} {
		with, without := of(layers, ", value_residual: true"), of(layers, "")
		more := func(q cost.Quantity) int64 { return small(t, with, q) - small(t, without, q) }
		assert.Equal(t, 2*behind, more(cost.Params), layers)
		assert.Equal(t, 2*4*5*behind, more(cost.MACs), layers)
		assert.Equal(t, 4*4*5*behind, more(cost.TrainingSavedBytes), layers)
		assert.Equal(t, int64(0), more(cost.KVCacheBytes), layers)
		assert.Equal(t, 4*(3*4*5+2)*behind, more(cost.TrafficBytes), layers)
	}
}

// TestScoresAtInference: attention that makes its scores holds them before and after softmax at once, and what comes out.
func TestScoresAtInference(t *testing.T) {
	const steps = "dot_product_attention: {heads: 2, paths: [identity, identity, identity]}"
	for way, bytes := range map[cost.Attention]string{cost.MathAttention: "15360", cost.FusedAttention: "960"} {
		s := summarize(t, "name: x\ninput: [4, 30]\nsteps: ["+steps+"]\n", cost.Options{Quantities: []cost.Quantity{cost.InferencePeakBytes}, Memory: cost.Memory{Attention: way}})
		assert.Equal(t, bytes, s.Total.Of(cost.InferencePeakBytes).Text(), "4 bytes of 4·30 that come in and 4·30 that come out, and twice 2·30·30 scores")
	}
}
