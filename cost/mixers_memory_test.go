package cost_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/cost"
)

// Layers of which no two widths are equal: heads of keys from a latent, and of one key with entries.
const (
	latent     = "latent_attention: {heads: 2, rank: 3, query_rank: 5, head_width: 2, rope: 1, value: 7, window: 4, out: 9}"
	direct     = "latent_attention: {heads: 2, rank: 3, head_width: 2, rope: 1, value: 2, past: 8, out: 50}"
	near       = "compressed_attention: {heads: 4, head_width: 3, query_rank: 5, out_groups: 2, out_rank: 7, window: 3, out: 9}"
	compressed = "compressed_attention: {heads: 2, head_width: 3, query_rank: 5, out_rank: 7, window: 3, ratio: 2, index_heads: 3, index_width: 2, top: 2, past: 6, out: 9}"
	mamba      = "mamba2: {state: 3, heads: 4, inner: 8, groups: 2, out: 5}"
)

// TestMemoryInsideMixers: what lies between the steps of a mixer, of three samples in 16 bit, as TestMemoryInsideByHand has it of attention.
func TestMemoryInsideMixers(t *testing.T) {
	for _, c := range []struct {
		layer         string
		way           cost.Attention
		in, out       int64 // elements of each sample
		written, read int64 // between the steps; what is written is read once
		atOnce        int64
	}{
		// Latents and their norms, the key with the position, queries and keys, values and sums; the input is read by three layers.
		{"[4, 6] | " + latent, cost.FusedAttention, 24, 54, 6 * (2*5 + 2*3 + 1 + 2*6 + 2*14), 2 * 24, 6 * (2*6 + 2*14)},
		{"[4, 6] | " + latent, cost.MathAttention, 24, 54, 6*(2*5+2*3+1+2*6+2*14) + 2*2*6*4, 2 * 24, 6*14 + 2*6*4 + 6*14},
		// What was cached is read: 8 latents and keys. The sums with what comes out; queries and keys with the scores, and these twice.
		{"[4, 6] | " + direct, cost.FusedAttention, 24, 300, 6 * (2*3 + 1 + 2*6 + 2*4), 2*24 + 8*(3+1), 6 * (4 + 50)},
		{"[4, 1] | " + direct, cost.MathAttention, 4, 50, 1*(2*3+1+2*6+2*4) + 2*2*9, 2*4 + 8*(3+1), 4 + 50},
		{"[4, 6] | latent_attention: {heads: 2, rank: 3, head_width: 2, rope: 1, value: 3, out: 50}", cost.FusedAttention, 24, 300, 6 * (2*3 + 1 + 2*6 + 2*6), 2 * 24, 6 * (6 + 50)},
		{"[4, 6] | latent_attention: {heads: 2, rank: 3, head_width: 2, rope: 3, value: 2, window: 4}", cost.MathAttention, 24, 24, 6*(2*3+3+2*10+2*4) + 2*2*6*4, 2 * 24, 6*4 + 2*6*4 + 2*6*10},
		{"[4, 20] | latent_attention: {heads: 2, rank: 3, head_width: 2, rope: 1, value: 2}", cost.MathAttention, 80, 80, 20*(2*3+1+2*6+2*4) + 2*2*400, 2 * 80, 20*4 + 2*2*400},
		// The latent of queries and its norm, queries, their norms and sums, the key and its norm, the groups of heads; two layers read the input.
		{"[4, 6] | " + near, cost.FusedAttention, 24, 54, 6 * (2*5 + 3*12 + 2*3 + 14), 24, 6 * (3 + 2*12)},
		{"[4, 6] | " + near, cost.MathAttention, 24, 54, 6*(2*5+3*12+2*3+14) + 2*4*6*3, 24, 6*3 + 2*4*6*3},
		{"[4, 2] | compressed_attention: {heads: 1, head_width: 3, query_rank: 5, out_rank: 3}", cost.FusedAttention, 8, 8, 2 * (2*5 + 3*3 + 2*3 + 3), 8, 2 * (3 + 3 + 5)},
		{"[4, 2] | compressed_attention: {heads: 4, head_width: 3, query_rank: 5, out_rank: 3}", cost.MathAttention, 8, 8, 2*(2*5+3*12+2*3+3) + 2*4*2*2, 8, 2 * (3 + 12 + 12)},
		{"[4, 3] | compressed_attention: {heads: 5, head_width: 1, query_rank: 1, out_rank: 2}", cost.MathAttention, 12, 12, 3*(2*1+3*5+2*1+2) + 2*5*3*3, 12, 3*1 + 2*5*3*3},
		{"[4, 6] | compressed_attention: {heads: 4, head_width: 3, query_rank: 5, out_rank: 30, window: 3}", cost.FusedAttention, 24, 24, 6 * (2*5 + 3*12 + 2*3 + 30), 24, 6 * (30 + 12)},
		{"[4, 6] | compressed_attention: {heads: 4, head_width: 3, query_rank: 5, out_rank: 7, window: 3, out: 50}", cost.FusedAttention, 24, 300, 6 * (2*5 + 3*12 + 2*3 + 7), 24, 6 * (7 + 50)},
		{"[4, 6] | compressed_attention: {heads: 4, head_width: 3, query_rank: 5, out_rank: 30, window: 3}", cost.MathAttention, 24, 24, 6*(2*5+3*12+2*3+30) + 2*4*6*3, 24, 6 * (30 + 12)},
		{"[4, 6] | compressed_attention: {heads: 4, head_width: 3, query_rank: 5, out_rank: 7, window: 3, out: 50}", cost.MathAttention, 24, 300, 6*(2*5+3*12+2*3+7) + 2*4*6*3, 24, 6 * (7 + 50)},
		// Of 13 positions there are 6 entries, 3 of them made of these 7: sums and norms, for the key and for the index. Seven layers read the input:
		// besides the two what is summed and how much of it, twice, and the shares of the heads of the index. Of what was cached, two positions
		// in the window and three entries are read. The index scores all entries, with its queries, shares and their latent.
		{"[4, 7] | " + compressed, cost.FusedAttention, 28, 63, 7*(2*5+3*6+2*3+7+2*6+4*2+3*(2+1)) + 2*3*(3+2), 6*28 + 2*3 + 3*(3+2), 7*3 + 6*(3+2) + 7*(5+3*(2+1)+6)},
		{"[4, 7] | " + compressed, cost.MathAttention, 28, 63, 7*(2*5+3*6+2*3+7+2*6+4*2+3*(2+1)) + 2*3*(3+2) + 2*2*7*5, 6*28 + 2*3 + 3*(3+2), 7*3 + 6*(3+2) + 7*(5+3*(2+1)+6)},
		// Without an index entries do not overlap and all are read.
		{"[4, 8] | compressed_attention: {heads: 4, head_width: 3, query_rank: 5, out_rank: 7, window: 3, ratio: 4}", cost.MathAttention, 32, 32, 8*(2*5+3*12+2*3+7+2*3) + 2*2*3 + 2*4*8*5, 3 * 32, 8*3 + 2*3 + 2*4*8*5},
		{"[4, 6] | " + mamba, "", 24, 30, 6 * (32 + 20 + 2*8), 0, 6 * (32 + 20 + 8)}, // gate, values, state in and out, steps; what is convolved; what the heads give, and its norm
		{"[4, 6] | mamba2: {state: 3, heads: 4, inner: 8, groups: 2, out: 70}", "", 24, 420, 6 * (32 + 20 + 2*8), 0, 6 * (8 + 70)},
	} {
		for _, framework := range cost.Frameworks() {
			o := cost.Options{Quantities: cost.Quantities(), Batch: symbolic.Int(3), BytesPerElement: 2, Memory: cost.Memory{Attention: c.way, Framework: framework}}
			m := summarize(t, behind(c.layer), o)
			assert.Equal(t, 2*(small(t, m, cost.Params)+3*(c.in+c.out+2*c.written+c.read)), small(t, m, cost.TrafficBytes), "%s, %s moves", c.layer, c.way)
			assert.Equal(t, 2*3*(c.in+c.atOnce), small(t, m, cost.InferencePeakBytes), "%s, %s at once", c.layer, c.way)
		}
	}
}

// TestTrainingOfMixers, of three samples in 16 bit whose input needs no gradient: what is kept beside it, and macs of a training step. The
// layers that read the input are run and have a gradient of their weights, those inside another one of what they read, as products of
// activations have two.
func TestTrainingOfMixers(t *testing.T) {
	const scores = 2 * 7 * (3 + 2)
	for _, c := range []struct {
		layer               string
		way                 cost.Attention
		keeps               kept
		into, pairs, inside int64
	}{
		{"[4, 6] | " + latent, cost.FusedAttention, elements(24 + 6*(2*5+2*3+2*6+2*14)).and(4 * 6 * (2 + 2)), 6 * 4 * (5 + 3 + 1), 2 * 6 * 4 * (3 + 7), 6 * (5*6 + 3*18 + 14*9)},
		{"[4, 6] | " + latent, cost.MathAttention, elements(24 + 6*(2*5+2*3+2*6+2*14) + 2*6*4).and(4 * 6 * 2), 6 * 4 * (5 + 3 + 1), 2 * 6 * 4 * (3 + 7), 6 * (5*6 + 3*18 + 14*9)},
		{"[4, 6] | latent_attention: {heads: 2, rank: 3, head_width: 2, rope: 1, value: 7, out: 9}", cost.FusedAttention, elements(24 + 6*(2*3+2*6+2*14)).and(4 * 6 * (2 + 1)), 6 * 4 * (6 + 3 + 1), 2 * 6 * 6 * (3 + 7), 6 * (3*18 + 14*9)},
		{"[4, 6] | latent_attention: {heads: 2, rank: 3, head_width: 2, rope: 1, value: 7, out: 9}", cost.MathAttention, elements(24 + 6*(2*3+2*6+2*14) + 2*6*6).and(4 * 6), 6 * 4 * (6 + 3 + 1), 2 * 6 * 6 * (3 + 7), 6 * (3*18 + 14*9)},
		{"[4, 6] | " + near, cost.FusedAttention, elements(24 + 6*(2*5+3*12+2*3+14)).and(4 * 6 * (4 + 2 + 4)), 6 * 4 * (5 + 3), 2 * 4 * 6 * 3 * 3, 6 * (5*12 + 12*7 + 14*9)},
		{"[4, 7] | " + compressed, cost.FusedAttention, elements(28 + 7*(2*5+3*6+2*3+7+2*6) + 2*3*3).and(4 * (7*(2+2+2) + 3)), 7 * 4 * (5 + 3 + 2*6 + 4*2 + 3), 2*scores*3 + 3*2*7*6, 7 * (5*6 + 6*7 + 7*9 + 5*3*2)},
		{"[4, 7] | " + compressed, cost.MathAttention, elements(28 + 7*(2*5+3*6+2*3+7+2*6) + 2*3*3 + scores).and(4 * (7*(2+2) + 3)), 7 * 4 * (5 + 3 + 2*6 + 4*2 + 3), 2*scores*3 + 3*2*7*6, 7 * (5*6 + 6*7 + 7*9 + 5*3*2)},
		{"[4, 6] | " + mamba, "", elements(24 + 6*(32+8)).and(4 * 6 * 2), 6 * 4 * 32, 2 * 6 * 8 * 3, 6 * (20*4 + 8*5)},
	} {
		o := cost.Options{Quantities: cost.Quantities(), Batch: symbolic.Int(3), BytesPerElement: 2, Memory: cost.Memory{Attention: c.way}}
		m := summarize(t, behind(c.layer), o)
		assert.Equal(t, c.keeps.of(3, 2), small(t, m, cost.TrainingSavedBytes), "%s, %s keeps", c.layer, c.way)
		assert.Equal(t, 3*(c.into+c.pairs+c.inside), small(t, m, cost.MACs), c.layer)
		assert.Equal(t, 3*(2*c.into+3*c.pairs+3*c.inside), small(t, m, cost.TrainingMACs), "%s in training", c.layer)
	}
}

// TestCachesOfMixers: of three samples in 16 bit, what generated text needs again of what came before, and all that products put out.
func TestCachesOfMixers(t *testing.T) {
	for layer, want := range map[string]struct{ cache, activations int64 }{
		"[4, 6] | " + latent:     {4 * (3 + 1), 6*(5+6+3+1+18+14+9) + 2*6*4},
		"[4, 6] | " + direct:     {14 * (3 + 1), 6*(6+3+1+8+4+50) + 2*6*14},
		"[4, 6] | " + near:       {3 * 3, 6*(5+2*12+3+14+9) + 4*6*3},
		"[4, 7] | " + compressed: {3*3 + 6*(3+2), 7*(5+2*6+3+7+9+2*6+4*2+3*2+3) + 2*7*5 + 3*7*6},
		"[4, 6] | " + mamba:      {8*3 + 20*4, 6 * (32 + 20 + 5)},
		// Sums over layers are of one position.
		"gated_sum: {ways: 2, paths: [identity, identity, identity]}":   {0, 30 * (2*4 + 2*3)},
		"dynamic_sum: {ways: 2, paths: [identity, identity, identity]}": {0, 30 * (2*4 + 2*6)},
	} {
		o := cost.Options{Quantities: cost.Quantities(), Batch: symbolic.Int(3), BytesPerElement: 2}
		m := summarize(t, behind(layer), o)
		assert.Equal(t, 3*2*want.cache, small(t, m, cost.KVCacheBytes), layer)
		assert.Equal(t, 3*want.activations, small(t, m, cost.Activations), layer)
	}
}
