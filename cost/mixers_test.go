package cost_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/skipcost/skipcost/cost"
)

// TestLatentAttentionIsItsLayers: what latent attention costs is what its linear layers, norms and products cost, written out.
func TestLatentAttentionIsItsLayers(t *testing.T) {
	const written = `name: written
input: [24, 5]
blocks:
  latent:
    - %s
    - [linear: 12, {reshape: {shape: [6, 5], batch: 2}, as: queries}]
    - [{from: input, linear: 10}, {identity: , as: all}, slice: 8, rmsnorm, {linear: 14, as: both}]
    - [{from: all, slice: {count: 2, start: 8}}, {expand: {shape: [2, 5], batch: 2}, as: turned}]
    - [{from: both, slice: {count: 6, start: 8}}, {reshape: {shape: [3, 5], batch: 2}, as: values}]
    - [{from: both, slice: 8}, reshape: {shape: [4, 5], batch: 2}, concat: [identity, {from: turned}]]
    - {reshape: {shape: [5, 6], batch: 2}, as: keys}
    - [matmul: {from: [queries, keys]}, softmax, matmul: [identity, {from: values}]]
    - [reshape: {shape: [6, 5], batch: 1}, linear: 20]
steps: [latent]
`
	for _, one := range []struct{ rank, first string }{{"7", "[linear: 7, rmsnorm]"}, {"0", "identity"}} {
		rule := fmt.Sprintf("name: rule\ninput: [24, 5]\nsteps: [latent_attention: {heads: 2, rank: 8, query_rank: %s, head_width: 4, rope: 2, value: 3, out: 20}]\n", one.rank)
		o := cost.Options{Quantities: cost.Quantities()}
		is, want := summarize(t, rule, o), summarize(t, fmt.Sprintf(written, one.first), o)
		for _, q := range []cost.Quantity{cost.Params, cost.MACs, cost.TrainingMACs, cost.Activations} {
			assert.Equal(t, small(t, want, q), small(t, is, q), "%s, latent queries of %s", q, one.rank)
		}
	}
}

// TestLatentAttentionInTheLatent: over 7 cached positions a head multiplies rank + rope numbers for a score and rank for the sum.
func TestLatentAttentionInTheLatent(t *testing.T) {
	m := summarize(t, "name: x\ninput: [24, 1]\nsteps: [latent_attention: {heads: 2, rank: 8, head_width: 4, rope: 2, past: 7}]\n", cost.Options{Quantities: cost.Quantities()})
	weights := 24*12 + 24*10 + 8*16 + 8*24
	assert.EqualValues(t, weights+8, small(t, m, cost.Params))
	assert.EqualValues(t, weights+2*8*(8+2+8), small(t, m, cost.MACs))
	assert.EqualValues(t, 4*8*10, small(t, m, cost.KVCacheBytes))
}

// TestMambaIsItsLayers: params and work are those of the layers written out, with three numbers a head beside; and of the state, which
// each position updates and reads (Dao & Gu 2024, arXiv:2405.21060, equation 1). No gradient is made of the network's input.
func TestMambaIsItsLayers(t *testing.T) {
	written := summarize(t, `name: written
input: [6, 5]
steps: [linear: 26, slice: 14, conv1d: {out: 14, kernel: 4, groups: 14, bias: true}, slice: 8, rmsnorm, linear: 9]
`, cost.Options{})
	rule := summarize(t, "name: rule\ninput: [6, 5]\nsteps: [mamba2: {state: 3, heads: 4, inner: 8, out: 9}]\n", cost.Options{Quantities: cost.Quantities()})
	const state = 2 * 5 * 8 * 3
	assert.EqualValues(t, small(t, written, cost.Params)+3*4, small(t, rule, cost.Params))
	assert.EqualValues(t, small(t, written, cost.MACs)+state, small(t, rule, cost.MACs))
	assert.EqualValues(t, small(t, written, cost.Activations), small(t, rule, cost.Activations))
	assert.EqualValues(t, 3*small(t, rule, cost.MACs)-5*6*26, small(t, rule, cost.TrainingMACs))
	assert.EqualValues(t, 4*(8*3+14*4), small(t, rule, cost.KVCacheBytes), "a state, and what the convolution reads again")
}

// TestCompressedAttentionIsItsLayers: what it learns and multiplies with weights is what its layers do, written out, but for the number of
// each head and of each place and channel; macs of scores and sums are in the window and the entries that are read.
func TestCompressedAttentionIsItsLayers(t *testing.T) {
	layers := func(text string) *cost.Summary {
		return summarize(t, "name: written\ninput: [8, 12]\nsteps:\n"+text, cost.Options{})
	}
	base := layers(`  - [linear: 5, rmsnorm, linear: 12, conv1d: {out: 14, kernel: 1, groups: 2}, linear: 9]
  - head: [{from: input, linear: 3}, rmsnorm]
`)
	summed := layers("  - [linear: 3, rmsnorm]\n  - head: [{from: input, linear: 3}]\n")
	overlapping := layers("  - [linear: 6]\n  - head: [{from: input, linear: 6}, slice: 3, rmsnorm]\n")
	index := layers("  - [linear: 4]\n  - head: [{from: input, linear: 4}, slice: 2, rmsnorm]\n  - head: [{from: input, linear: 2}]\n")
	const words = "compressed_attention: {heads: 4, head_width: 3, query_rank: 5, out_groups: 2, out_rank: 7, window: 4, out: 9"
	for more, of := range map[string]struct {
		layers       []*cost.Summary
		params, macs int64
	}{
		"":           {[]*cost.Summary{base}, 4, 2 * 12 * 12 * 4},
		", ratio: 5": {[]*cost.Summary{base, summed}, 4 + 5*3, 2 * 12 * 12 * (4 + 2)},
		", ratio: 2, index_heads: 2, index_width: 2, top: 4": {[]*cost.Summary{base, overlapping, index}, 4 + 2*6 + 2*4 + 5*4, 2*12*12*(4+4) + 4*12*6 + 12*5*4},
	} {
		rule := summarize(t, "name: rule\ninput: [8, 12]\nsteps: ["+words+more+"}]\n", cost.Options{})
		params, macs := of.params, of.macs
		for _, m := range of.layers {
			params, macs = params+small(t, m, cost.Params), macs+small(t, m, cost.MACs)
		}
		assert.Equal(t, params, small(t, rule, cost.Params), more)
		assert.Equal(t, macs, small(t, rule, cost.MACs), more)
	}
}
