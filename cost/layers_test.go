package cost_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/cost"
)

// uneven is attention of which no two widths are equal: 4 heads of 2 channels, 2 of keys and values each, and 7 channels come out.
const uneven = "attention: {heads: 4, kv_heads: 2, inner: 8, out: 7}"

// TestActivationsByHand: what products put out, of three samples.
func TestActivationsByHand(t *testing.T) {
	o := cost.Options{Quantities: []cost.Quantity{cost.Activations}, Batch: symbolic.Int(3)}
	for steps, want := range map[string]int64{
		"linear: 3":                                      3 * 30,
		"conv: {out: 6, kernel: 3, stride: 2}":           6 * 3 * 3,
		"conv_transpose: {out: 6, kernel: 2, stride: 2}": 6 * 10 * 12,
		// Queries, keys and values, scores of all pairs, sums, and what comes out.
		uneven: 30*(8+4+4) + 4*30*30 + 30*8 + 30*7,
		"depth_attention: [identity, identity, identity]":                                30 * (4 + 3),
		"experts: {count: 5, active: 2, hidden: 8, out: 3, gated: true, router: true}":   30 * (2*(8+8+3) + 5),
		"experts: {count: 5, active: 3, hidden: 8, out: 3, gated: false, router: false}": 30 * 3 * (8 + 3),
		"[4, 6] | rnn: {out: 3, directions: 2}":                                          6 * 2 * 3,
		"[4, 6] | gru: {out: 3, directions: 2}":                                          6 * 2 * 3 * 3,
		"[4, 6] | lstm: {out: 3, directions: 2}":                                         6 * 2 * 4 * 3,
		"mix: {streams: 2, into: 3}":                                                     30 * 2 * 3,
		"weighted: [identity, identity]":                                                 120,
		"gated_sum: {ways: 2, paths: [identity, identity, identity]}":                    30 * (2*4 + 2*3),
		"dynamic_sum: {ways: 2, paths: [identity, identity, identity]}":                  30 * (2*4 + 2*6),
	} {
		assert.Equal(t, 3*want, small(t, summarize(t, behind(steps), o), cost.Activations), steps)
	}
}

// TestRecurrentLayersByHand: in two directions each gate has a product with what comes in and one with the state. A training step goes
// forward and through the weights; the gradient of the state goes back from every position but the first, whose state is a
// constant, and that of the input only where something before is trained.
func TestRecurrentLayersByHand(t *testing.T) {
	o := cost.Options{Quantities: cost.Quantities(), Batch: symbolic.Int(3)}
	for kind, c := range map[string]struct{ gates, others int64 }{"rnn": {1, 7}, "gru": {3, 22}, "lstm": {4, 32}} {
		for _, biases := range []int64{0, 1, 2} {
			layer := kind + ": {out: 3, directions: 2, bias: " + symbolic.Int(biases).ASCII() + "}"
			m := summarize(t, behind("[4, 6] | "+layer), o)
			macs := 3 * 6 * 2 * c.gates * 3 * (4 + 3)
			state := 3 * 2 * c.gates * 3 * 3 // at one position
			assert.Equal(t, 2*c.gates*3*(4+3+biases), small(t, m, cost.Params), layer)
			assert.Equal(t, macs, small(t, m, cost.MACs), layer)
			assert.Equal(t, 2*macs+3*6*2*3*(c.others+c.gates*biases), small(t, m, cost.FLOPs), layer)
			assert.Equal(t, 2*macs+5*state, small(t, m, cost.TrainingMACs), layer)
			m = summarize(t, behind("[4, 6] | shift, "+layer), o)
			assert.Equal(t, 3*macs-state, small(t, m, cost.TrainingMACs), "%s of an input that needs a gradient", layer)
		}
	}
}

// TestStepsInsideByHand: gradients through the steps inside of a layer, whose input needs none: the output projection, and the products of
// activations in both their operands.
func TestStepsInsideByHand(t *testing.T) {
	o := cost.Options{Quantities: cost.Quantities(), Batch: symbolic.Int(3)}
	m := summarize(t, behind(uneven), o)
	into, pairs, out := int64(3*30*4*(8+4+4)), int64(3*2*30*30*8), int64(3*30*8*7)
	assert.Equal(t, into+pairs+out, small(t, m, cost.MACs))
	assert.Equal(t, 2*into+3*pairs+3*out, small(t, m, cost.TrainingMACs))
	assert.Equal(t, int64(3*4*2*30*4), small(t, m, cost.KVCacheBytes))

	m = summarize(t, behind("experts: {count: 5, active: 2, hidden: 8, out: 3, gated: true, router: true}"), o)
	into, out = 3*30*(2*2*8*4+4*5), 3*30*2*8*3
	assert.Equal(t, into+out, small(t, m, cost.MACs))
	assert.Equal(t, 2*into+3*out, small(t, m, cost.TrainingMACs))
}

// TestMemoryInsideByHand: what lies between the steps of a layer, of three samples in 16 bit: written and read once each, for traffic, and the
// most that is there at once beside what comes in, at inference.
func TestMemoryInsideByHand(t *testing.T) {
	const scores = 4 * 30 * 30
	for _, c := range []struct {
		layer          string
		way            cost.Attention
		weights        int64
		in, out        int64 // elements of each sample
		inside, atOnce int64
	}{
		// Queries, keys, values and sums; of the input two more copies are read.
		{uneven, cost.FusedAttention, 4*16 + 8*7, 120, 210, 2 * 30 * (4 + 8 + 4 + 4 + 8), 30 * (8 + 4 + 4 + 8)},
		{"attention: {heads: 4, kv_heads: 2, inner: 8, out: 50}", cost.FusedAttention, 4*16 + 8*50, 120, 1500, 2 * 30 * (4 + 8 + 4 + 4 + 8), 30 * (8 + 50)},
		// Scores twice; the values are there with the scores before and after softmax.
		{uneven, cost.MathAttention, 4*16 + 8*7, 120, 210, 2 * (30*(4+8+4+4+8) + 2*scores), 30*4 + 2*scores},
		// Two positions: queries, keys, values and their scores; the sums with what comes out.
		{"[4, 2] | " + uneven, cost.MathAttention, 4*16 + 8*7, 8, 14, 2 * (2*(4+8+4+4+8) + 2*4*4), 2*(8+4+4) + 4*4},
		{"[4, 2] | attention: {heads: 4, kv_heads: 2, inner: 8, out: 50}", cost.MathAttention, 4*16 + 8*50, 8, 100, 2 * (2*(4+8+4+4+8) + 2*4*4), 2 * (8 + 50)},
		// What both layers into an expert make, their product, what comes out of each before the sum, and scores with shares; the input is
		// read by each layer into an active expert and by the router.
		{"experts: {count: 5, active: 3, hidden: 8, out: 7, gated: true, router: true}", "", 5*8*(4+4+7) + 4*5, 120, 210, 30*4*(3*2+1-1) + 2*30*(3*8*3+2*7+2*5), 30 * 3 * 8 * 3},
		{"experts: {count: 5, active: 3, hidden: 8, out: 7, gated: false, router: false}", "", 5 * 8 * (4 + 7), 120, 210, 30*4*(3-1) + 2*30*(3*8*2+2*7), 30 * 3 * 8 * 2},
		{"experts: {count: 5, active: 3, hidden: 8, out: 50, gated: false, router: false}", "", 5 * 8 * (4 + 50), 120, 1500, 30*4*(3-1) + 2*30*(3*8*2+2*50), 30 * 3 * (8 + 50)},
	} {
		for _, framework := range cost.Frameworks() {
			o := cost.Options{Quantities: cost.Quantities(), Batch: symbolic.Int(3), BytesPerElement: 2, Memory: cost.Memory{Attention: c.way, Framework: framework}}
			m := summarize(t, behind(c.layer), o)
			assert.Equal(t, 2*(c.weights+3*(c.in+c.out+c.inside)), small(t, m, cost.TrafficBytes), "%s, %s", c.layer, c.way)
			assert.Equal(t, 2*3*(c.in+c.atOnce), small(t, m, cost.InferencePeakBytes), "%s, %s", c.layer, c.way)
		}
	}
}

// TestKeptByFrameworks: layers of which profiles differ, of three samples in 16 bit.
func TestKeptByFrameworks(t *testing.T) {
	for _, c := range []struct {
		layer  string
		way    cost.Attention
		torch2 kept
		torch1 kept
	}{
		{"dropout", "", kept{bytes: 120}, elements(120)},
		{"dropout: 0", "", kept{}, kept{}},
		{"global_avgpool", "", kept{}, elements(120)},
		{"batchnorm, mean: [identity, identity]", "", elements(120).with(8*4 + 8), elements(120).with(8*4 + 8)},
		{uneven, cost.FusedAttention, elements(120 + 30*(8+4+4+8)).and(4 * 4 * 30), elements(120 + 30*(8+4+4+8)).and(4 * 4 * 30)},
		{uneven, cost.MathAttention, elements(120 + 30*(8+4+4+8) + 4*900), elements(120 + 30*(8+4+4+8) + 4*900).with(8)}, // the scale
		// A choice by one number for each position, and by as many as are chosen from.
		{"{linear: 1, as: m}, {expand: [4, 5, 6], as: wide}, {where: {from: [wide, wide, input]}}", "", elements(120).and(30), elements(120).and(30)},
		{"{linear: 4, as: m}, {where: {from: [m, m, input]}}", "", elements(120).and(120), elements(120).and(120)},
		// What is dropped is another tensor than what was there before, unless nothing is.
		{"shift, relu, dropout, linear: 3", "", elements(2 * 120).and(120), elements(3 * 120)},
		{"shift, relu, dropout: 0, linear: 3", "", elements(120), elements(120)},
		// The gradient of the input is asked for by nobody, and with it the other operand.
		{"multiply: [identity, [linear: 4]]", "", elements(120), elements(120)},
	} {
		for name, want := range map[string]kept{"torch2": c.torch2, "torch1": c.torch1} {
			framework, err := cost.ParseFramework(name)
			require.NoError(t, err)
			o := cost.Options{Quantities: []cost.Quantity{cost.TrainingSavedBytes}, Batch: symbolic.Int(3), BytesPerElement: 2, Memory: cost.Memory{Framework: framework, Attention: c.way}}
			assert.Equal(t, want.of(3, 2), small(t, summarize(t, behind(c.layer), o), cost.TrainingSavedBytes), "%s, %s", c.layer, name)
		}
	}
}

// TestMathAttentionUnderAutocast: softmax is in fp32 and its output is kept as well as the copy of it that the values are multiplied with.
func TestMathAttentionUnderAutocast(t *testing.T) {
	autocast, err := cost.ParsePrecision("autocast")
	require.NoError(t, err)
	for layer, want := range map[string]kept{ // with copies of the weights of the layers inside
		uneven:                   elements(120 + 30*(8+4+4+8) + 4*900).and(4 * 4 * 900).with(2 * 8 * 7),
		"[4, 6] | " + latent:     elements(24 + 6*(2*5+2*3+2*6+2*14) + 2*6*4).and(4 * (6*2 + 2*6*4)).with(2 * (5*6 + 3*18 + 14*9)),
		"[4, 7] | " + compressed: elements(28 + 7*(2*5+3*6+2*3+7+2*6) + 2*3*3 + 2*7*5).and(4 * (7*(2+2) + 3 + 2*7*5)).with(2 * (5*6 + 6*7 + 7*9 + 5*3*2)),
		// What comes in, queries, keys and values, which two layers read; copies of their weights.
		"[4, 6] | {linear: 4, as: q}, {linear: 2, as: k}, {linear: 2, as: v}, dot_product_attention: {from: [q, k, v], heads: 2, kv_heads: 1}": elements(24 + 24 + 12 + 12 + 72).and(4 * 72).with(2 * (4*2 + 2*2)),
	} {
		for scale, name := range []string{"torch2", "torch1"} {
			framework, err := cost.ParseFramework(name)
			require.NoError(t, err)
			want.once += int64(scale * 8) // which torch1 keeps
			o := cost.Options{Quantities: []cost.Quantity{cost.TrainingSavedBytes}, Precision: autocast, Batch: symbolic.Int(3), Memory: cost.Memory{Attention: cost.MathAttention, Framework: framework}}
			assert.Equal(t, want.of(3, 2), small(t, summarize(t, behind(layer), o), cost.TrainingSavedBytes), layer)
		}
	}
}

// TestFrozenLayersKeep: with its own weights frozen a layer needs its input no more, but functions of both that a framework keeps together, and
// what the gradient of its input is made of. By the input's need of a gradient, three samples in 16 bit.
func TestFrozenLayersKeep(t *testing.T) {
	for layer, want := range map[string]kept{
		"linear: 3": {}, "conv: {out: 6, kernel: 3}": elements(120), "conv_transpose: {out: 6, kernel: 2}": elements(120),
		"batchnorm": elements(120).with(2 * 4 * 4), "layernorm": elements(120).and(8 * 30), "groupnorm: {groups: 2}": elements(120).and(8 * 2), "rmsnorm": elements(120).and(4 * 30),
		"prelu": elements(120), "scale": {}, "mix: {streams: 2, into: 3}": {}, "weighted: [identity, identity]": {},
		"depth_attention: [identity, identity, identity]":               elements(120 + 3*30).and(3 * 30 * 4),
		"channel_sum: [identity, identity]":                             {},
		"gated_sum: {ways: 2, paths: [identity, identity]}":             elements(120 + 2*2*30),
		"dynamic_sum: {ways: 2, paths: [identity, identity, identity]}": elements(120 + 30*2*6).and(30 * 4),
		"experts: {count: 5, active: 2, hidden: 8}":                     elements(30 * (2*(4+8*2+4+1) + 5)).and(8 * 30 * 2),
		"[4, 6] | rnn: 3": elements(18), "[4, 6] | gru: 3": elements(18 + 4*18), "[4, 6] | lstm: 3": elements(18 + 5*18),
	} {
		o := cost.Options{Quantities: []cost.Quantity{cost.TrainingSavedBytes}, Batch: symbolic.Int(3), BytesPerElement: 2, Trained: []string{"learned"}}
		steps := "{shift: , as: learned}, " + layer
		if input, layer, other := strings.Cut(layer, " | "); other {
			steps = input + " | {shift: , as: learned}, " + layer
		}
		assert.Equal(t, want.of(3, 2), small(t, summarize(t, behind(steps), o), cost.TrainingSavedBytes), layer)
	}
}

// TestBiasesByHand: one for each unit of each of the layers that a layer consists of.
func TestBiasesByHand(t *testing.T) {
	o := cost.Options{Quantities: cost.Quantities(), Batch: symbolic.Int(3)}
	for _, c := range []struct {
		layer                 string
		params, active, flops int64 // flops of each position
	}{
		{"conv: {out: 6, kernel: 3, bias: true}", 4*9*6 + 6, 4*9*6 + 6, 2*4*9*6 + 6},
		{"conv_transpose: {out: 6, kernel: 1, bias: true}", 4*6 + 6, 4*6 + 6, 2*4*6 + 6},
		{"attention: {heads: 4, kv_heads: 2, inner: 8, out: 7, bias: true}", 4*16 + 8*7 + 16 + 7, 4*16 + 8*7 + 16 + 7, 2*(4*16+8*7) + 16 + 7 + 4*30*(2*2*2+6)},
		{"experts: {count: 5, active: 2, hidden: 8, out: 3, bias: true, router: false}", 5 * (4*8 + 8*3 + 8 + 3), 2 * (4*8 + 8*3 + 8 + 3), 2*(2*(4*8+8*3)+8+3+5*8) + 3*2},
		{
			"experts: {count: 5, active: 2, hidden: 8, out: 3, gated: true, bias: true}",
			5*(2*4*8+8*3+2*8+3) + 4*5, 2*(2*4*8+8*3+2*8+3) + 4*5, 2*(2*(2*4*8+8*3)+2*8+3+6*8) + 3*(2*2-2+1) + 2*4*5 + 5*5,
		},
		// A bias for each expert's score.
		{"experts: {count: 5, active: 2, hidden: 8, out: 3, gated: false, router_bias: true}", 5*(4*8+8*3) + 4*5 + 5, 2*(4*8+8*3) + 4*5 + 5, 2*2*(4*8+8*3) + 2*5*8 + 3*(2*2-2+1) + 2*4*5 + 5*(5+1)},
	} {
		m := summarize(t, behind(c.layer), o)
		assert.Equal(t, c.params, small(t, m, cost.Params), c.layer)
		assert.Equal(t, c.active, small(t, m, cost.ActiveParams), c.layer)
		assert.Equal(t, 3*30*c.flops, small(t, m, cost.FLOPs), c.layer)
	}
}

// TestNormsByHand: scale and shift of each channel, if any, and running mean and variance.
func TestNormsByHand(t *testing.T) {
	for layer, want := range map[string][3]int64{
		"batchnorm":                             {2 * 4, 2 * 4, 2 * 120},
		"batchnorm: {affine: false}":            {0, 2 * 4, 2 * 120},
		"layernorm":                             {2 * 4, 0, 7 * 120},
		"layernorm: {affine: false}":            {0, 0, 5 * 120},
		"groupnorm: {groups: 2}":                {2 * 4, 0, 7 * 120},
		"groupnorm: {groups: 2, affine: false}": {0, 0, 5 * 120},
		"rmsnorm":                               {4, 0, 4 * 120},
		"buffer: {shape: [4, 5, 6]}":            {0, 120, 0},
		"rmsnorm: {affine: false}":              {0, 0, 3 * 120},
	} {
		m := summarize(t, behind(layer), cost.Options{})
		assert.Equal(t, want, [3]int64{small(t, m, cost.Params), small(t, m, cost.Buffers), small(t, m, cost.FLOPs)}, layer)
	}
}

// TestWhatKeepsNothing are kinds that move values or have them, with what is not known.
func TestWhatKeepsNothing(t *testing.T) {
	for _, name := range append(withoutArithmetic(), "input", "constant", "parameter") {
		total, err := cost.Of(sampleOf(t, arch.KindByName(name)), cost.Options{Quantities: []cost.Quantity{cost.TrainingSavedBytes}})
		require.NoError(t, err)
		assert.True(t, total.Of(cost.TrainingSavedBytes).IsZero(), name)
	}
}

// TestKeptIndices: numbers that choose rows of tables are kept once, in 8 bytes each, and are the network's input where that holds them
// (measured in PyTorch 1.13). A position embedding by numbers of its own keeps these.
func TestKeptIndices(t *testing.T) {
	const first = "name: x\ninput: [1, 6]\nsteps:\n  - {identity: , as: ids}\n  - {embedding: {vocab: 7, out: 4}, as: words}\n"
	for yaml, want := range map[string]struct{ beside, handed int64 }{
		first: {},
		first + "  - {from: ids, embedding: {vocab: 9, out: 4}, as: kinds}\n  - add: {from: [words, kinds]}\n":                {},
		first + "  - {constant: [1, 6]}\n  - {embedding: {vocab: 9, out: 4}, as: places}\n  - add: {from: [words, places]}\n": {beside: 48},
		first + "  - linear: 3\n": {beside: 2 * 24},
		first + "  - repeat: {times: 3, steps: [{from: ids, embedding: {vocab: 9, out: 4}, as: again}, add: {from: [again, words]}]}\n": {handed: 2 * 24},
	} {
		for checkpoint, more := range map[cost.Checkpoint]int64{cost.NoCheckpoint: 0, cost.CheckpointRepeats: want.handed} {
			o := cost.Options{Quantities: cost.Quantities(), BytesPerElement: 2, Memory: cost.Memory{Checkpoint: checkpoint}}
			m := summarize(t, yaml, o)
			assert.Equal(t, 6*8+want.beside+more, small(t, m, cost.TrainingSavedBytes), "%s%s", yaml, checkpoint)
			assert.Equal(t, want.beside+more, small(t, m, cost.TrainingSavedBytesWithoutInput), "%s%s", yaml, checkpoint)
		}
	}
}

// TestWeightsThatAreRead: of tables a row for each position, and of experts no more than all positions choose. Of samples in 16 bit, what comes
// in and out, is written between steps, and weights.
func TestWeightsThatAreRead(t *testing.T) {
	const expert = 8 * (4 + 4 + 3)
	inside := func(positions int64) int64 { return positions * (4*(2*2+1-1) + 2*(2*8*3+3+2*5)) }
	for _, c := range []struct {
		layer   string
		batch   int64
		moves   int64 // elements of all samples
		weights int64
	}{
		{"[1, 6] | embedding: {vocab: 100, out: 4}", 3, 3 * (6 + 24), 18 * 4},
		{"[1, 6] | embedding: {vocab: 5, out: 4}", 3, 3 * (6 + 24), 18 * 4},
		{"[4, 6] | position_embedding: {beyond: 9}", 3, 3 * (24 + 24), 24},
		{"[4, 1] | experts: {count: 5, active: 2, hidden: 8, out: 3, gated: true, router: true}", 1, 4 + 3 + inside(1), 2*expert + 4*5},
		{"[4, 1] | experts: {count: 5, active: 2, hidden: 8, out: 3, gated: true, router: true}", 2, 2*(4+3) + inside(2), 4*expert + 4*5},
		{"[4, 6] | experts: {count: 5, active: 2, hidden: 8, out: 3, gated: true, router: true}", 1, 6*(4+3) + inside(6), 5*expert + 4*5},
	} {
		o := cost.Options{Quantities: []cost.Quantity{cost.TrafficBytes}, Batch: symbolic.Int(c.batch), BytesPerElement: 2}
		assert.Equal(t, 2*(c.moves+c.weights), small(t, summarize(t, behind(c.layer), o), cost.TrafficBytes), "%s, %d samples", c.layer, c.batch)
	}
}
