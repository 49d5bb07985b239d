package cost_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/skipcost/skipcost/cost"
)

// TestScaledAndGatedAdds is the params of published ways to weigh a branch against its skip, written with merges and layers that there are.
func TestScaledAndGatedAdds(t *testing.T) {
	for name, test := range map[string]struct {
		input, steps string
		params       int64
	}{
		"Highway, 10 layers of 50 units (Srivastava et al. 2015, arXiv:1505.00387, section 2)": {
			"[50]",
			"repeat: {times: 10, steps: [{linear: {out: c, bias: true}, as: h}, {linear: {out: c, bias: true}, as: g}, {sigmoid: , from: g, as: t}, " +
				"add: [multiply: {from: [h, t]}, multiply: [{from: h}, [{from: t}, scale: {values: 0}, shift: {values: 0}]]]]}", 51_000},
		"LAuReL with weights and low rank, 20 layers, D 1000, r 4 (Menghani et al. 2024, arXiv:2411.07501, section 3.2.1)": {
			"[1000, 2]", "repeat: {times: 20, steps: [add: [weighted: [identity, relu], [linear: 4, linear: 1000]]]}", 160_040},
		"LAuReL of k = 3 earlier layers, 2rD + k per layer (section 2.3)": {
			"[100]", "[relu, add: [weighted: [identity, relu, tanh], [linear: 4, linear: 100]]]", 2*4*100 + 3},
		"LAuReL in Gemma 3n, d 2048, r 64, 2dr + d per layer": {
			"[2048, 1]", "add: [identity, [linear: 64, linear: 2048, rmsnorm]]", 264_192},
		"ReZero, one number for each of 12 branches (Bachlechner et al. 2020, arXiv:2003.04887)": {
			"[8]", "repeat: {times: 12, steps: [add: [identity, [relu, scale: 1]]]}", 12},
		"LayerScale, d for each of 12 branches (Touvron et al. 2021, arXiv:2103.17239)": {
			"[8]", "repeat: {times: 12, steps: [add: [identity, [relu, scale]]]}", 12 * 8},
		"GPT-J: attention and MLP beside one another, one norm for both": {
			"[1, 4]",
			"[embedding: {vocab: 50400, out: 4096}, repeat: {times: 28, steps: [{identity: , as: x}, {layernorm: , as: n}, {attention: {heads: 16}, from: n, as: a}, " +
				"{from: n}, linear: {out: 16384, bias: true}, gelu, {linear: {out: 4096, bias: true}, as: m}, add: {from: [x, a, m]}]}, layernorm, linear: {out: 50400, bias: true}]",
			6_050_882_784},
		"value residual, two numbers for each of 5 layers but the first (Zhou et al. 2024, arXiv:2410.17897)": {
			"[8, 4]", "[{linear: 8, as: v1}, repeat: {times: 4, steps: [linear: 8, weighted: [identity, {from: v1}]]}]", 5*64 + 4*2},
	} {
		m := summarize(t, "name: x\ninput: "+test.input+"\nsteps: ["+test.steps+"]\n", cost.Options{})
		assert.Equal(t, test.params, small(t, m, cost.Params), name)
	}
}

// TestStochasticDepth is the expected depth of Huang et al. 2016, arXiv:1603.09382, section 3: where the last of L blocks survives in half of
// the steps, and the others in linearly more, (3L − 1)/4 blocks run, 40 of 54. Inference runs all.
func TestStochasticDepth(t *testing.T) {
	of := func(survives string) *cost.Summary {
		return summarize(t, "name: x\nsymbols: {L: 54}\ninput: [4]\nsteps:\n  - linear: 4\n  - repeat: {times: L, steps: [add: [identity, {linear: 4"+survives+"}]]}\n",
			cost.Options{Quantities: []cost.Quantity{cost.MACs, cost.TrainingMACs}})
	}
	some, all := of(", survives: 1 - (i + 1)/(2*L)"), of("")
	assert.Equal(t, small(t, all, cost.MACs), small(t, some, cost.MACs))
	const first, block = 2 * 16, 3 * 16
	assert.Equal(t, int64(first+54*block), small(t, all, cost.TrainingMACs))
	expected := small(t, some, cost.TrainingMACs)
	assert.Equal(t, int64(4*first+block*(3*54-1)), 4*expected)
	assert.Equal(t, int64(40), (expected-first)/block)
}

// TestWhatSkipsKeepAndMove is what modern skips add to what training keeps, and what they read and write, in elements.
func TestWhatSkipsKeepAndMove(t *testing.T) {
	const d, layers = 8, 5
	of := func(steps string, q cost.Quantity) int64 {
		m := summarize(t, "name: x\ninput: [8]\nsteps: [linear: 8, "+steps+", linear: 8]\n", cost.Options{Quantities: []cost.Quantity{cost.TrafficBytes, cost.TrainingSavedBytes}})
		return small(t, m, q) / 4
	}
	more := func(q cost.Quantity, with, without string) int64 { return of(with, q) - of(without, q) }
	repeat := func(steps string) string { return "repeat: {times: 5, steps: [" + steps + "]}" }
	plain := repeat("add: [identity, linear: c]")
	// An add reads two tensors and writes one (Xie et al. 2025, arXiv:2512.24880, Table 2), and training keeps none of them.
	assert.Equal(t, int64(3*d*layers), more(cost.TrafficBytes, plain, repeat("linear: c")))
	assert.Equal(t, int64(0), more(cost.TrainingSavedBytes, plain, repeat("linear: c")))
	// A learned scale keeps what the branch puts out; a gate keeps both of its sides.
	assert.Equal(t, int64(d*layers), more(cost.TrainingSavedBytes, repeat("add: [identity, [linear: c, scale]]"), plain))
	assert.Equal(t, int64(d*layers), more(cost.TrainingSavedBytes, repeat("add: [identity, [linear: c, scale: 1]]"), plain))
	// A value residual keeps the values that it is added to, and the first ones, which the layer behind them keeps anyway.
	first := "{linear: 8, as: v1}, "
	assert.Equal(t, int64(d*layers), more(cost.TrainingSavedBytes, first+repeat("linear: c, weighted: [identity, {from: v1}]"), first+repeat("linear: c")))
}
