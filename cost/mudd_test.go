package cost_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/cost"
)

// TestMUDDPythia is what MUDDFormer prints for Pythia-2.8B, 0.23 % of the parameters and 0.4 % of the computation (Xiao et al. 2025,
// arXiv:2502.12170, equations 13 to 16). With K = 4(i + 1) numbers behind layer i the paper sets D·K against the 12·D² weights of a block,
// (L + 3)/(6D) in all, and 2·D·K against those and T·D of causal attention, 4(L + 3)/(12D + T) in all: K² and K it leaves out as small, and
// it takes four sums behind the last layer too, where one is read. The network has K² and K, and one sum there.
func TestMUDDPythia(t *testing.T) {
	s := find(t, "muddpythia-2.8b")
	resolved, err := s.Resolve(trace.Options{Unroll: true})
	require.NoError(t, err)
	const d, length = 2560, 2048
	var numbers, learned, weights, reads, last int64
	for _, op := range resolved.Operations() {
		switch op.Kind.Name {
		case "dynamic_sum":
			last = int64(len(op.Inputs))
			reads += last
			numbers += 4 * last
			ways, _ := op.Args.Value("ways").Int64()
			k := ways * last
			learned += d*k + k*k + k
		case "linear":
			if out, _ := op.Output.Shape.Width.Int64(); out != 50304 {
				in, _ := op.Inputs[0].Shape.Width.Int64()
				weights += in * out
			}
		}
	}
	assert.Equal(t, int64(33), last)
	assert.Equal(t, int64(12*32*d*d), weights)
	assert.Equal(t, int64(32*(32+3)/2), reads)
	assert.Equal(t, "0.2279 %", fmt.Sprintf("%.4f %%", 100*float64(d*numbers)/float64(weights)))
	assert.Equal(t, float64(32+3)/(6*d), float64(d*numbers)/float64(weights))
	assert.Equal(t, "0.427 %", fmt.Sprintf("%.3f %%", 100*float64(2*d*numbers)/float64(weights+32*length*d)))
	assert.Equal(t, float64(4*(32+3))/(12*d+length), float64(2*d*numbers)/float64(weights+32*length*d))

	base := find(t, "pythia-2.8b")
	o := cost.Options{Quantities: []cost.Quantity{cost.Params, cost.MACs}}
	with, err := cost.Of(resolved, o)
	require.NoError(t, err)
	plain, err := base.Resolve(trace.Options{})
	require.NoError(t, err)
	without, err := cost.Of(plain, o)
	require.NoError(t, err)
	const norms = 32 * 2 * 2 * d // of keys and values apart
	assert.Equal(t, symbolic.Int(learned+norms).Text(), with.Of(cost.Params).Sub(without.Of(cost.Params)).Text())
}

// TestWaysOfDeepCrossAttention is the formulas of arXiv:2502.06785, section 3, for T tensors, one sum of all before each: T(T − 1)/2 numbers, as
// many for each of d channels, and a vector of d for each sum beside them; and t·d multiply-accumulates for t tensors, in each of three ways.
func TestWaysOfDeepCrossAttention(t *testing.T) {
	const tensors, d, positions = 7, 6, 5
	all := int64(tensors * (tensors - 1) / 2)
	for gather, want := range map[string]struct{ params, macs int64 }{
		"weighted": {all - 1, all - 1}, "channels": {d * (all - 1), all - 1}, "gated": {d * (all - 1 + tensors - 2), 2 * (all - 1)},
	} {
		one := summarize(t, fmt.Sprintf("name: x\ninput: [%d, %d]\nsteps: [repeat: {times: %d, links: dense, gather: %s, steps: [gelu]}]\n", d, positions, tensors-2, gather), cost.Options{})
		assert.Equal(t, want.params, small(t, one, cost.Params), gather) // what enters is read as it is
		assert.Equal(t, d*positions*want.macs, small(t, one, cost.MACs), gather)
		three := summarize(t, fmt.Sprintf("name: x\ninput: [%d, %d]\nsteps: [repeat: {times: %d, links: dense, gather: %s, ways: [k, v], steps: [add: [identity, {from: k}, {from: v}]]}]\n", d, positions, tensors-2, gather), cost.Options{})
		behind := summarize(t, fmt.Sprintf("name: x\ninput: [%d, %d]\nsteps: [%s]\n", d, positions, lastSum(gather, tensors-1)), cost.Options{})
		for _, q := range []cost.Quantity{cost.Params, cost.MACs} { // behind the last iteration one sum is read
			assert.Equal(t, 3*small(t, one, q)-2*small(t, behind, q), small(t, three, q), "%s of %s", q, gather)
		}
	}
}

// lastSum is a merge of so many paths.
func lastSum(gather string, paths int) string {
	kind := map[string]string{"weighted": "weighted", "channels": "channel_sum", "gated": "gated_sum"}[gather]
	text := "identity"
	for range paths - 1 {
		text += ", identity"
	}
	return kind + ": [" + text + "]"
}

// TestSumsCacheNothing: sums over layers are of one position, so that what is cached is what attention layers cache.
func TestSumsCacheNothing(t *testing.T) {
	cached := func(name string) string {
		resolved, err := find(t, name).Resolve(trace.Options{})
		require.NoError(t, err)
		total, err := cost.Of(resolved, cost.Options{Quantities: []cost.Quantity{cost.KVCacheBytes}})
		require.NoError(t, err)
		return total.Of(cost.KVCacheBytes).ASCII()
	}
	require.Equal(t, cached("pythia-2.8b"), cached("muddpythia-2.8b"))
}
