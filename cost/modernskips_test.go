package cost_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/rewrite"
	"github.com/skipcost/skipcost/arch/symbolic"
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

// TestNumbersOfWeighedBranches is what one layer of some designs learns beside its branches: a BiFPN of five levels weighs three inputs at
// its three inner levels on the way down again and up, two at the ends (Tan et al. 2019, arXiv:1911.09070, section 3.3: 19 scalars); Fixup has
// a scale and two biases for each layer of a branch (Zhang et al. 2019, arXiv:1901.09321, Figure 1); reads of all T earlier tensors one
// number each (Heddes et al. 2025, arXiv:2502.06785, section 3: T(T − 1)/2).
func TestNumbersOfWeighedBranches(t *testing.T) {
	for name, test := range map[string]struct {
		input, steps string
		params       int64
	}{
		"BiFPN": {"[8, 32, 32]", `
  - {identity: , as: p3}
  - {maxpool: 2, as: p4}
  - {maxpool: 2, as: p5}
  - {maxpool: 2, as: p6}
  - {maxpool: 2, as: p7}
  - [upsample: 2, {weighted: [identity, {from: p6}], as: t6}]
  - [upsample: 2, {weighted: [identity, {from: p5}], as: t5}]
  - [upsample: 2, {weighted: [identity, {from: p4}], as: t4}]
  - [upsample: 2, {weighted: [identity, {from: p3}], as: o3}]
  - [maxpool: 2, {weighted: [identity, {from: t4}, {from: p4}], as: o4}]
  - [maxpool: 2, {weighted: [identity, {from: t5}, {from: p5}], as: o5}]
  - [maxpool: 2, {weighted: [identity, {from: t6}, {from: p6}], as: o6}]
  - [maxpool: 2, weighted: [identity, {from: p7}]]
`, 19},
		"Fixup":                 {"[8]", "[add: [identity, [shift: 1, linear: 8, shift: 1, relu, shift: 1, linear: 8, scale: 1, shift: 1]]]", 2*64 + 1 + 2*2},
		"reads of all 7 before": {"[8]", "[repeat: {times: 6, links: dense, gather: weighted, steps: [relu]}]", 7*8/2 - 1},
	} {
		m := summarize(t, "name: x\ninput: "+test.input+"\nsteps: "+test.steps+"\n", cost.Options{})
		assert.Equal(t, test.params, small(t, m, cost.Params), name)
	}
}

// TestBlocksHeldOfAttentionResiduals: of blocks of sublayers one tensor each is held: of 8 blocks on 128K tokens of width 7168 in 16 bit
// 15.03 GB (Kimi Team 2026, arXiv:2603.15031, section 4.2), and where the first block of 8,192 tokens ends 224 MiB, what entered it and its sum.
func TestBlocksHeldOfAttentionResiduals(t *testing.T) {
	const block = 16
	peak := func(blocks, tokens int64) int64 {
		m := summarizeAt(t, `name: blocks
symbols: {L: 1, T: 1}
input: [7168, T]
steps: [linear: 4, linear: 7168, repeat: {times: L, links: dense, gather: softmax, block: 16, steps: [rmsnorm]}, linear: 1]
`, cost.Options{Quantities: []cost.Quantity{cost.InferencePeakBytes}, BytesPerElement: 2}, settings(t, fmt.Sprintf("L=%d;T=%d", block*blocks, tokens)))
		return small(t, m, cost.InferencePeakBytes)
	}
	assert.Equal(t, "15.03", fmt.Sprintf("%.2f", float64(peak(9, 128<<10)-peak(1, 128<<10))/1e9))
	assert.EqualValues(t, 224<<20, peak(3, 8192)-peak(1, 8192))
}

// TestMemoryOfOLMo is what training OLMo-1B keeps on 16,384 tokens in 16 bit where scores are kept: by the rules of the operations it is
// written out in 43,088,347,264 bytes. Its parameters and gradients apart, this is what the paper's yardstick is measured at (Zhu et al. 2024,
// arXiv:2409.19606, Table 9: 41.11 GB in all).
func TestMemoryOfOLMo(t *testing.T) {
	older, err := cost.ParseFramework("torch1")
	require.NoError(t, err)
	m, err := cost.Summarize(find(t, "olmo-1b"), cost.Options{
		Quantities: []cost.Quantity{cost.TrainingSavedBytes}, BytesPerElement: 2, Batch: symbolic.Int(8), Memory: cost.Memory{Framework: older},
	})
	require.NoError(t, err)
	assert.Equal(t, int64(43_088_347_264), small(t, m, cost.TrainingSavedBytes))
}

// TestConcatsOfUNets is what the long skips of two diffusion models cost: of Stable Diffusion 1.5 the parameters that read them, 12 %, and what
// is held of them (CompVis v1-5, its configuration); of U-ViT-L/2 the linear layers behind them, 7.3 % (Bao et al. 2022, arXiv:2209.12152).
func TestConcatsOfUNets(t *testing.T) {
	s := find(t, "stable-diffusion-1.5")
	cut, err := cost.SwapSkips(s, cost.SwapOptions{To: rewrite.Cut, Only: []string{"concat"}}, cost.Options{})
	require.NoError(t, err)
	assert.Equal(t, "103443200", cut.Before.Of(cost.Params).Sub(cut.After.Of(cost.Params)).Text())
	inv, err := cost.ListSkips(s, false, cost.Options{})
	require.NoError(t, err)
	concats, held := 0, symbolic.Expr{}
	for _, l := range inv.Skips {
		if l.Merge.Kind.Joins {
			concats, held = concats+1, held.Add(l.Held.Shape.AllElements())
		}
	}
	assert.Equal(t, 12, concats)
	assert.Equal(t, "6635520", held.Text())

	m, err := cost.Summarize(find(t, "u-vit-l-2"), cost.Options{Layers: true})
	require.NoError(t, err)
	behind := symbolic.Expr{}
	for l := range m.Total.Layers {
		if in := l.Operation.Inputs; len(in) > 0 && l.Operation.Kind.Name == "linear" && in[0].Producer != nil && in[0].Producer.Kind.Joins {
			behind = behind.Add(l.Costs.Of(cost.Params))
		}
	}
	assert.Equal(t, "2098176", behind.Text(), "2d² + d behind each of 10")
	assert.Equal(t, "7.3", fmt.Sprintf("%.1f", 100*10*2_098_176/float64(small(t, m, cost.Params))))
}
