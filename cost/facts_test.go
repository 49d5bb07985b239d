package cost_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/cost"
)

// behind is a network of steps behind an input of 4 channels of 5×6 positions, 120 elements, or behind another one: "[4, 6] | steps".
func behind(steps string) string {
	input, rest, other := strings.Cut(steps, " | ")
	if !other {
		input, rest = "[4, 5, 6]", steps
	}
	return "name: x\ninput: " + input + "\nsteps: [" + rest + "]\n"
}

// TestConvolutionIO: elements that come in and out, of three samples.
func TestConvolutionIO(t *testing.T) {
	o := cost.Options{Quantities: []cost.Quantity{cost.CIO}, Batch: symbolic.Int(3)}
	for steps, want := range map[string]int64{
		"conv: {out: 6, kernel: 3, groups: 2}":                 120 + 6*30,
		"conv: {out: 6, kernel: 2, stride: 2}":                 120 + 6*3*3,
		"conv_transpose: {out: 6, kernel: 2, stride: 2}":       120 + 6*120,
		"conv: {out: 6, kernel: 3}, relu, linear: 3":           120 + 6*30,
		"conv: {out: 6, kernel: 3}, conv: {out: 2, kernel: 1}": 120 + 6*30 + 6*30 + 2*30,
	} {
		assert.Equal(t, 3*want, small(t, summarize(t, behind(steps), o), cost.CIO), steps)
	}
}

// TestFactoredSizes: Adafactor keeps the sums of the rows and columns of matrices, 4 bytes each, and all of anything else. The matrix of
// a kernel has a row for each weight of a unit.
func TestFactoredSizes(t *testing.T) {
	adafactor, err := cost.ParseOptimizer("adafactor")
	assert.NoError(t, err)
	o := cost.Options{Optimizer: adafactor, Quantities: []cost.Quantity{cost.OptimizerBytes}}
	for steps, values := range map[string]int64{
		"linear: {out: 3, bias: true}": 4 + 3 + 3,
		"linear: 3":                    4 + 3,
		"[4, 5] | conv: {out: 6, kernel: 3, bias: true}":  4*3 + 6 + 6,
		"conv: {out: 6, kernel: 3, groups: 2}":            2*9 + 6,
		"conv_transpose: {out: 6, kernel: 3, groups: 2}":  2*9 + 6,
		"conv_transpose: {out: 6, kernel: 2, bias: true}": 4*4 + 6 + 6,
		"batchnorm":                         4 + 4,
		"attention: {heads: 2}":             4 * (4 + 4),
		"attention: {heads: 2, bias: true}": 4*(4+4) + 4*4,
		"attention: {heads: 2, kv_heads: 1, inner: 6, out: 3}":     4 + 6 + 2*(4+3) + 6 + 3,
		"attention: {heads: 2, kv_heads: 1, inner: 6, bias: true}": 4 + 6 + 2*(4+3) + 6 + 4 + 6 + 2*3 + 4,
		"[1, 30] | embedding: {vocab: 7, out: 3}":                  7 + 3,
		"[4, 6] | position_embedding":                              4 + 6,
		"[4, 6] | position_embedding: {beyond: 3}":                 4 + 6 + 3,
		"[4, 6] | rnn: 3":                                               4 + 3 + 3 + 3 + 2*3,
		"[4, 6] | lstm: {out: 3, bias: 1}":                              4 + 12 + 3 + 12 + 12,
		"[4, 6] | gru: {out: 3, directions: 2, bias: 2}":                2 * (4 + 9 + 3 + 9 + 2*9),
		"[4, 6] | rnn: {out: 3, directions: 2, bias: 0}":                2 * (4 + 3 + 3 + 3),
		"[4, 6] | lstm: {out: 3, directions: 2, bias: 2}":               2 * (4 + 12 + 3 + 12 + 2*12),
		"depth_attention: [identity, identity]":                         2 * 4,
		"mix: {streams: 2, into: 3}":                                    2 + 3,
		"weighted: [identity, identity, identity]":                      3,
		"weighted: {ways: 2, paths: [identity, identity, identity]}":    2 * 3,
		"channel_sum: {ways: 2, paths: [identity, identity, identity]}": 2 * (4 + 3),
		"gated_sum: {ways: 2, paths: [identity, identity, identity]}":   2*(4+3) + 2*4,
		"dynamic_sum: {ways: 2, paths: [identity, identity, identity]}": 4 + 6 + 6 + 6 + 6,
		"scale": 4,
		"[4, 6] | latent_attention: {heads: 2, rank: 3, query_rank: 5, head_width: 2, rope: 1, out: 7}":                          4 + 5 + 5 + 5 + 6 + 4 + 4 + 3 + 3 + 8 + 4 + 7,
		"[4, 6] | latent_attention: {heads: 2, rank: 3, head_width: 2, rope: 1, out: 7}":                                         4 + 6 + 4 + 4 + 3 + 3 + 8 + 4 + 7,
		"[4, 6] | compressed_attention: {heads: 4, head_width: 3, query_rank: 5, out_groups: 2, out_rank: 7, window: 3, out: 6}": 4 + 5 + 5 + 5 + 12 + 4 + 3 + 3 + 4 + 6 + 14 + 14 + 6,
		"[4, 6] | compressed_attention: {heads: 2, head_width: 3, query_rank: 5, out_rank: 7, ratio: 2, index_heads: 3, index_width: 2, out: 9}": 4 + 5 + 5 + 5 + 6 + 4 + 3 + 3 + 2 + 6 + 7 + 7 + 9 +
			2*(4+6) + 2 + 6 + 3 + 2*(4+4) + 2 + 4 + 2 + 5 + 6 + 4 + 3,
		"[4, 6] | mamba2: {state: 3, heads: 4, inner: 8, out: 5}": 4 + 26 + 14 + 4 + 14 + 3*4 + 8 + 8 + 5,
		// Two matrices into each of five experts and one out of it; the router.
		"experts: {count: 5, active: 2, hidden: 8, gated: true, router: true}":               5*(2*(4+8)+8+4) + 4 + 5,
		"experts: {count: 5, active: 2, hidden: 8, out: 3, gated: true, bias: true}":         5*(2*(4+8)+8+3+2*8+3) + 4 + 5,
		"experts: {count: 5, active: 2, hidden: 8, out: 3, gated: false, router: false}":     5 * (4 + 8 + 8 + 3),
		"experts: {count: 5, active: 2, hidden: 8, gated: false, router_bias: true}":         5*(4+8+8+4) + 4 + 5 + 5,
		"experts: {count: 5, active: 2, hidden: 8, gated: false, router: false, bias: true}": 5 * (4 + 8 + 8 + 4 + 8 + 4),
	} {
		assert.Equal(t, 4*values, small(t, summarize(t, behind(steps), o), cost.OptimizerBytes), steps)
	}
}

// TestCopiesOfAutocast: what a layer keeps under autocast whose input is in fp32: its operands in 16 bit, and a 16-bit copy of the weights
// that the gradient of its input needs. Functions of a layer and its weight keep that copy even where its input needs no gradient.
func TestCopiesOfAutocast(t *testing.T) {
	autocast, err := cost.ParsePrecision("autocast")
	require.NoError(t, err)
	o := cost.Options{Quantities: []cost.Quantity{cost.TrainingSavedBytes}, Precision: autocast}
	for _, c := range []struct {
		layer            string
		keeps            int64 // bytes, copies of weights apart
		always, whenever int64 // elements of weights
	}{
		{"linear: 3", 240, 0, 12},
		{"conv: {out: 6, kernel: 3, groups: 2}", 240, 9 * 4 * 6 / 2, 0},
		{"conv_transpose: {out: 6, kernel: 2, groups: 2}", 240, 4 * 4 * 6 / 2, 0},
		// Queries, keys, values and sums, and a figure in fp32 for each row of each head.
		{"attention: {heads: 2, kv_heads: 1, inner: 6, out: 3}", 240 + 2*30*(6+3+3+6) + 4*2*30, 6 * 3, 4*6 + 2*4*3},
		{"experts: {count: 5, active: 2, hidden: 8, gated: true, router: true}", 240 + 2*30*(2*(4+8*4+4+1)+5) + 8*30*2, 5 * 8 * 4, 5*2*4*8 + 4*5},
		{"experts: {count: 5, active: 2, hidden: 8, gated: false, router: false}", 240 + 2*30*2*(4+8*2+4+1) + 8*30*2, 5 * 8 * 4, 5 * 4 * 8},
		{"prelu", 240, 4, 0},
		{"[4, 6] | rnn: {out: 3, directions: 2}", 2 * (24 + 36), 2 * 3 * 7, 0},
		{"[4, 6] | gru: {out: 3, directions: 2}", 2 * (24 + 36 + 4*36), 2 * 3 * 3 * 7, 0},
		{"[4, 6] | rnn: 3", 2 * (24 + 18), 3 * 7, 0},
		{"[4, 6] | gru: 3", 2 * (24 + 18 + 4*18), 3 * 3 * 7, 0},
		{"[4, 6] | lstm: {out: 3, directions: 2}", 2 * (24 + 36 + 5*36), 2 * 4 * 3 * 7, 0},
		{"mix: {streams: 2, into: 3}", 240, 0, 2 * 3},
		{"layernorm", 480 + 8*30, 0, 0},
		{"scale", 480, 0, 0},
		{"weighted: [identity, identity]", 480, 0, 0},
		{"dynamic_sum: {ways: 2, paths: [identity, identity, identity]}", 3*240 + 2*30*(4+3*6) + 4*30, 36, 4 * 6},
		{"[4, 6] | " + latent, 2*(24+6*(2*5+2*3+2*6+2*14)) + 4*6*(2+2), 5*6 + 3*18 + 14*9, 4 * (5 + 3 + 1)},
		{"[4, 14] | " + direct, 2*14*(4+2*3+2*6+2*4) + 4*14*(2+1), 3*8 + 4*50, 4 * (6 + 3 + 1)},
		{"[4, 6] | " + near, 2*(24+6*(2*5+3*12+2*3+14)) + 4*6*(4+2+4), 5*12 + 12*7 + 14*9, 4 * (5 + 3)},
		{"[4, 7] | " + compressed, 2*(28+7*(2*5+3*6+2*3+7+2*6)+2*3*3) + 4*(7*(2+2+2)+3), 5*6 + 6*7 + 7*9 + 5*3*2, 4 * (5 + 3 + 2*6 + 4*2 + 3)},
		{"[4, 6] | " + mamba, 2*(24+6*(32+8)) + 4*6*2, 8 * 5, 4 * 32},
	} {
		m := summarize(t, behind(c.layer), o)
		assert.Equal(t, c.keeps+2*c.always, small(t, m, cost.TrainingSavedBytes), "%s of an input that needs no gradient", c.layer)
		learned := behind("shift, " + c.layer)
		if input, layer, other := strings.Cut(c.layer, " | "); other {
			learned = behind(input + " | shift, " + layer)
		}
		m = summarize(t, learned, o)
		assert.Equal(t, c.keeps+2*(c.always+c.whenever), small(t, m, cost.TrainingSavedBytes), "%s of an input that needs one", c.layer)
	}
}

// TestCopiesOfSharedWeights: layers that share a weight read one copy of it; the activations that both keep are in 16 bit.
func TestCopiesOfSharedWeights(t *testing.T) {
	autocast, err := cost.ParsePrecision("autocast")
	require.NoError(t, err)
	o := cost.Options{Quantities: []cost.Quantity{cost.TrainingSavedBytes}, Precision: autocast}
	for others, want := range map[string]struct{ layers, copies int64 }{
		"linear: 4": {2, 2}, "linear: {out: 4, shared: first}": {2, 1},
		"repeat: {times: 3, steps: [linear: 4]}": {4, 4}, "repeat: {times: 3, steps: [linear: {out: 4, shared: first}]}": {4, 1},
		"repeat: {times: 3, steps: [{linear: 4, as: own}, linear: {out: 4, shared: own}]}": {7, 4},
	} {
		m := summarize(t, behind("shift, {linear: 4, as: first}, "+others), o)
		assert.Equal(t, want.layers*2*120+want.copies*2*4*4, small(t, m, cost.TrainingSavedBytes), others)
	}
}

// TestTypesOfAutocast: the lists of PyTorch's documentation of autocast on GPUs, of which mix and experts consist too; what meets a parameter in
// fp32 is promoted to it.
func TestTypesOfAutocast(t *testing.T) {
	lists := map[cost.Casting]string{
		cost.Narrow:   "linear conv conv1d conv2d conv3d conv_transpose conv_transpose1d conv_transpose2d conv_transpose3d attention latent_attention compressed_attention mamba2 experts matmul prelu rnn gru lstm mix dot_product_attention dynamic_sum",
		cost.Wide:     "layernorm groupnorm rmsnorm softmax log_softmax softplus exp log power",
		cost.Promoted: "embedding class_token position_embedding input constant parameter buffer scale shift weighted channel_sum gated_sum depth_attention",
	}
	of := map[string]cost.Casting{}
	for casting, names := range lists {
		for _, name := range strings.Fields(names) {
			require.NotNil(t, arch.KindByName(name), name)
			of[name] = casting
		}
	}
	for _, r := range cost.Rules() {
		for _, name := range r.Kinds {
			assert.Equal(t, of[name].Doc(), r.Casting.Doc(), name)
		}
	}
}

// TestRunningInPlace: behind a norm, which keeps its input and two figures a channel, and before a concat, which keeps nothing.
func TestRunningInPlace(t *testing.T) {
	o := cost.Options{Quantities: []cost.Quantity{cost.TrainingSavedBytes}, Memory: cost.Memory{InPlace: true}, Batch: symbolic.Int(3), BytesPerElement: 2}
	for layers, elements := range map[string]int64{
		"relu leaky_relu elu":                     120, // what comes out
		"relu6 silu hard_sigmoid hard_swish clip": 120, // a copy of what came in
		"sigmoid tanh exp sqrt softmax":           120, // not in place: what comes out
		"gelu softplus mish log power erf":        120, // what comes in
	} {
		for _, layer := range strings.Fields(layers) {
			m := summarize(t, behind("batchnorm, "+layer+", concat: [identity, identity]"), o)
			assert.Equal(t, 3*2*(120+elements)+8*4, small(t, m, cost.TrainingSavedBytes), layer)
			// A layer behind it that keeps what it reads: the same bytes where it runs in place and no copy was made.
			again := int64(0)
			if strings.Contains(layers, "relu6") || strings.Contains(layers, "gelu") {
				again = 120
			}
			m = summarize(t, behind("batchnorm, "+layer+", linear: 1"), o)
			assert.Equal(t, 3*2*(120+elements+again)+8*4, small(t, m, cost.TrainingSavedBytes), "%s, linear", layer)
		}
	}
}

// TestTrafficOfWeights: what is learned and what is kept beside it is read, once for all samples; what comes in and out is of each.
func TestTrafficOfWeights(t *testing.T) {
	o := cost.Options{Quantities: cost.Quantities(), Batch: symbolic.Int(3), BytesPerElement: 2}
	for layer, want := range map[string]int64{
		"batchnorm": 3*2*120 + 2*4 + 2*4, "batchnorm: {affine: false}": 3*2*120 + 2*4, "linear: {out: 3, bias: true}": 3*(120+90) + 4*3 + 3, "relu": 3 * 2 * 120, "slice: 2": 0,
	} {
		assert.Equal(t, 2*want, small(t, summarize(t, behind(layer), o), cost.TrafficBytes), layer)
	}
}

// TestRecomputedBehindConcats: norms and activations behind a concat that goes on into another one are computed again with it; of
// everything up to the convolution behind them the parts of the concat stay, 120 elements each. Nothing else is cheap.
func TestRecomputedBehindConcats(t *testing.T) {
	o := cost.Options{Quantities: []cost.Quantity{cost.TrainingSavedBytes}, Memory: cost.Memory{Concat: cost.RecomputeConcat}}
	for _, layer := range append(strings.Fields("batchnorm layernorm rmsnorm relu relu6 leaky_relu sigmoid tanh gelu silu hard_sigmoid hard_swish "+
		"log_softmax elu softplus mish exp log sqrt power clip erf elementwise softmax prelu"), "groupnorm: {groups: 2}") {
		m := summarize(t, behind("concat: [identity, [conv: {out: 4, kernel: 1}]], concat: [identity, [{"+entry(layer)+"}, conv: {out: 1, kernel: 1}]]"), o)
		assert.Equal(t, int64(2*480), small(t, m, cost.TrainingSavedBytes), layer)
	}
	cheap := 0
	for _, r := range cost.Rules() {
		if r.Cheap {
			cheap += len(r.Kinds)
		}
	}
	assert.Equal(t, 4+21+1, cheap, "norms, activations and prelu")
}

// TestViewsMoveNothing: what comes out is written and what comes in is read, but by views.
func TestViewsMoveNothing(t *testing.T) {
	views := strings.Fields("flatten slice subsample crop reshape take expand tokens token dropout drop_path identity")
	for _, k := range arch.Kinds() {
		if k.Source {
			continue
		}
		m, err := cost.Of(sampleOf(t, k), cost.Options{Quantities: []cost.Quantity{cost.TrafficBytes}})
		require.NoError(t, err, k.Name)
		assert.Equal(t, slices.Contains(views, k.Name), m.Of(cost.TrafficBytes).IsZero(), k.Name)
	}
}
