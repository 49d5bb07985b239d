package cost_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/cost"
)

// times runs a body so often for each of some extents inside one another.
func times(body func(), extents ...int) {
	if len(extents) == 0 {
		body()
		return
	}
	for range extents[0] {
		times(body, extents[1:]...)
	}
}

// counted is a layer with what was counted of it one by one.
type counted struct {
	layer string // of YAML, behind an input of c channels of h×w positions unless there is another
	input string
	run   func() // counts operations, the way a plain program would run the layer
	keeps kept   // by training, measured with PyTorch 1.13 for the operations of the reference, else by hand
}

// kept is what training keeps: elements of each sample, further bytes of each sample, and bytes that are there once.
type kept struct{ elements, bytes, once int64 }

func elements(n int64) kept { return kept{elements: n} }

func (k kept) and(bytes int64) kept { k.bytes = bytes; return k }

func (k kept) with(once int64) kept { k.once = once; return k }

// of is the bytes of so many samples, whose elements have so many bytes.
func (k kept) of(samples, bytes int64) int64 { return samples*(k.elements*bytes+k.bytes) + k.once }

// TestEveryKindBySlowLoops holds the flops of each kind, and what training keeps of it, against a count that knows no formula: C = 4
// channels of 5×6 positions, 120 elements, of one sample and of three, in fp32 and in fp16. A network without weights is a piece of a larger one, whose input needs a gradient.
func TestEveryKindBySlowLoops(t *testing.T) {
	torch1, err := cost.ParseFramework("torch1")
	require.NoError(t, err)
	var n int64
	op := func() { n++ }
	tried := map[string]bool{}
	for _, l := range slices.Concat(countedProducts(op), countedElements(op), countedMoves()) {
		input := l.input
		if input == "" {
			input = "[4, 5, 6]"
		}
		n = 0
		l.run()
		for samples := int64(1); samples <= 3; samples += 2 {
			for bytes := int64(2); bytes <= 4; bytes += 2 {
				o := cost.Options{Quantities: cost.Quantities(), Memory: cost.Memory{Framework: torch1}, Batch: symbolic.Int(samples), BytesPerElement: bytes}
				m := summarize(t, "name: x\ninput: "+input+"\nsteps: [{"+entry(l.layer)+"}]\n", o)
				assert.Equal(t, samples*n, small(t, m, cost.FLOPs), "%s of %d samples", l.layer, samples)
				assert.Equal(t, l.keeps.of(samples, bytes), small(t, m, cost.TrainingSavedBytes), "%s keeps, %d samples of %d bytes an element", l.layer, samples, bytes)
			}
		}
		name, _, _ := strings.Cut(l.layer, ":")
		tried[name] = true
	}
	for _, k := range arch.Kinds() {
		if k.Source || slices.Contains(withoutArithmetic(), k.Name) {
			total, err := cost.Of(sampleOf(t, k), cost.Options{Quantities: cost.Quantities()})
			require.NoError(t, err)
			assert.Equal(t, "0", total.Of(cost.FLOPs).ASCII(), k.Name)
			continue
		}
		assert.True(t, tried[k.Name], "%s has no count by slow loops", k.Name)
	}
}

// withoutArithmetic are kinds that readers of graphs write: what moves values, and what is not known.
func withoutArithmetic() []string {
	return []string{"take", "gather", "expand", "tile", "copy", "pad", "spread", "unknown"}
}

const c, h, w = 4, 5, 6

// countedProducts are the layers whose work is multiply-accumulates, two operations each.
func countedProducts(op func()) []counted {
	conv := func(out, in, positions, kernel int) func() {
		return func() { times(op, positions, out, in, kernel, 2) }
	}
	gate := func(gates, others int) func() { // out = 3 units over 6 positions of 4 channels
		return func() { times(func() { times(op, gates, 4+3, 2); times(op, gates*2); times(op, others) }, 6, 3) }
	}
	return []counted{
		{layer: "linear: {out: 3, bias: true}", run: func() { times(func() { times(op, c, 2); op() }, h, w, 3) }, keeps: elements(120)},
		{layer: "conv: {out: 6, kernel: 3, bias: true}", run: func() { times(func() { times(op, c, 3, 3, 2); op() }, 6, h, w) }, keeps: elements(120)},
		{layer: "conv: {out: 6, kernel: 3, groups: 2}", run: conv(6, c/2, h*w, 9), keeps: elements(120)},
		{layer: "conv1d: {out: 6, kernel: 3}", input: "[4, 30]", run: conv(6, c, 30, 3), keeps: elements(120)},
		{layer: "conv2d: {out: 6, kernel: 1}", run: conv(6, c, h*w, 1), keeps: elements(120)},
		{layer: "conv3d: {out: 2, kernel: 3}", input: "[4, 5, 3, 2]", run: conv(2, c, 30, 27), keeps: elements(120)},
		{layer: "conv_transpose: {out: 6, kernel: 2, stride: 2}", run: conv(6, c, h*w, 4), keeps: elements(120)},
		{layer: "conv_transpose: {out: 6, kernel: 2, stride: 2, bias: true}", run: func() {
			conv(6, c, h*w, 4)()
			times(op, 6, 2*h, 2*w)
		}, keeps: elements(120)},
		{layer: "conv_transpose: {out: 6, kernel: 2, stride: 2, groups: 2}", run: conv(6/2, c, h*w, 4), keeps: elements(120)},
		{layer: "conv_transpose1d: {out: 6, kernel: 2, stride: 2}", input: "[4, 30]", run: conv(6, c, 30, 2), keeps: elements(120)},
		{layer: "conv_transpose2d: {out: 6, kernel: 2, stride: 2}", run: conv(6, c, h*w, 4), keeps: elements(120)},
		{layer: "conv_transpose3d: {out: 6, kernel: 2, stride: 2}", input: "[4, 5, 3, 2]", run: conv(6, c, 30, 8), keeps: elements(120)},
		{layer: "attention: {heads: 2}", run: func() {
			p := h * w
			times(op, 4, p, c, c, 2)                     // query, key, value and output
			times(func() { times(op, c/2, 2) }, 2, p, p) // scores
			times(op, 2, p, p, 6)                        // scale and softmax
			times(func() { times(op, p, 2) }, 2, p, c/2) // weighted sums
		}, keeps: elements(120 + 4*120 + 2*30*30).with(8)}, // the input; queries, keys, values, sums; weights of pairs; the scale
		{layer: "attention: {heads: 2, kv_heads: 1, inner: 6, out: 3}", run: func() {
			p := h * w
			times(op, p, 6+3+3, c, 2)                  // query, key and value
			times(func() { times(op, 3, 2) }, 2, p, p) // scores
			times(op, 2, p, p, 6)                      // scale and softmax
			times(func() { times(op, p, 2) }, 2, p, 3) // weighted sums
			times(op, p, 3, 6, 2)                      // output
		}, keeps: elements(120 + 30*(6+3+3+6) + 2*30*30).with(8)},
		{layer: "dot_product_attention: {heads: 2, paths: [identity, identity, identity]}", input: "[4, 30]", run: func() {
			times(func() { times(op, c/2, 2) }, 2, 30, 30) // scores
			times(op, 2, 30, 30, 6)                        // scale and softmax
			times(func() { times(op, 30, 2) }, 2, 30, c/2) // weighted sums
		}, keeps: elements(120 + 2*30*30).with(8)},
		{layer: "latent_attention: {heads: 2, rank: 3, query_rank: 5, head_width: 2, rope: 1, value: 3}", input: "[4, 6]", run: func() {
			p, query, up := 6, 2*(2+1), 2*(2+3)
			times(func() {
				times(op, 5, c, 2)     // the latent of queries
				times(op, 3+1, c, 2)   // of keys and values, and the key with the position
				times(op, 5+3, 4)      // their norms
				times(op, query, 5, 2) // queries
				times(op, up, 3, 2)    // keys and values
				times(op, c, 2*3, 2)   // output
			}, p)
			times(func() { times(op, 2+1, 2); times(op, 6); times(op, 3, 2) }, 2, p, p) // scores, scale and softmax, weighted sums
		}, keeps: elements(24 + 6*(2*5+2*3+2*6+2*6) + 2*6*6).and(2 * 4 * 6).with(8)},
		{layer: "latent_attention: {heads: 2, rank: 3, head_width: 2, rope: 1, window: 4, out: 5}", input: "[4, 6]", run: func() {
			times(func() { times(op, 6+3+1, c, 2); times(op, 3, 4); times(op, 2*(2+2), 3, 2); times(op, 5, 2*2, 2) }, 6)
			times(func() { times(op, 2+1, 2); times(op, 6); times(op, 2, 2) }, 2, 6, 4)
		}, keeps: elements(24 + 6*(2*3+2*6+2*4) + 2*6*4).and(4 * 6).with(8)},
		{layer: "compressed_attention: {heads: 4, head_width: 3, query_rank: 5, out_groups: 2, out_rank: 7, window: 3, out: 6}", input: "[4, 6]", run: func() {
			times(func() {
				times(op, 5+3, c, 2)       // the latent of queries, and the key
				times(op, 5+3, 4)          // their norms
				times(op, 4*3, 5, 2)       // queries
				times(op, 4*3, 3)          // their norms, which have no scale
				times(op, 2, 7, 4*3/2, 2)  // groups of heads
				times(op, 6, 2*7, 2)       // output
				times(op, 4, 2)            // each head's number in its softmax
				times(op, 4, 3, 2*3+6+2*3) // scores, scale and softmax, weighted sums
			}, 6)
		}, keeps: elements(24 + 6*(2*5+3*12+2*3+2*7) + 4*6*3).and(4 * 6 * (2 + 4)).with(8)},
		{layer: "compressed_attention: {heads: 2, head_width: 3, query_rank: 5, out_rank: 7, window: 3, ratio: 2, index_heads: 3, index_width: 2, top: 2}", input: "[4, 7]", run: func() {
			const entries = 7 / 2
			times(func() {
				times(op, 5+3, c, 2)
				times(op, 5+3, 4)
				times(op, 2*3, 5, 2)
				times(op, 2*3, 3)
				times(op, 7, 2*3, 2)
				times(op, c, 7, 2)
				times(op, 2, 2)
				times(op, 2*(2*3), c, 2)   // what entries sum up, and how much of it: two widths as they overlap
				times(op, 2*3, 1+4+1+1)    // bias, softmax, product and sum
				times(op, 2*(2*2)+3, c, 2) // the same for the index, and the shares of its heads
				times(op, 2*2, 1+4+1+1)
				times(op, 3*2, 5, 2)         // queries of the index
				times(op, 3, entries, 2*2+3) // its scores, their ReLU, shares and sum
				times(op, 2, 3+2, 2*3+6+2*3) // a window of 3 and the best 2
			}, 7)
			times(op, entries, 3+2, 4) // norms of entries
		}, keeps: elements(28 + 7*(2*5+3*6+2*3+7+4*3) + 2*3*3 + 2*7*5).and(4 * (7*2 + 3 + 7*2)).with(8)},
		{layer: "mamba2: {state: 3, heads: 4, inner: 8, groups: 2, out: 5}", input: "[4, 6]", run: func() {
			times(func() {
				times(op, 8+8+2*2*3+4, c, 2)                               // gate, values, what the state takes in and gives out, steps
				times(func() { times(op, 4, 2); times(op, 1+5) }, 8+2*2*3) // convolution, bias and SiLU
				times(op, 4, 1+3+1+1)                                      // steps: bias and softplus; decays: multiply and exp
				times(func() { times(op, 3, 2+1+2); times(op, 1+2) }, 8)   // update, decay and reading; step and skip
				times(op, 8, 5+1+4)                                        // gate and norm
				times(op, 5, 8, 2)
			}, 6)
		}, keeps: elements(24 + 6*(8+8+12+4+8)).and(4 * 6 * 2)},
		{layer: "embedding: {vocab: 7, out: 3}", input: "[1, 30]", run: func() {}, keeps: kept{bytes: 8 * 30}},
		{layer: "experts: {count: 5, active: 2, hidden: 8, gated: true, router: true}", run: func() {
			times(func() {
				times(op, 5, c, 2) // scores of the experts
				times(op, 5, 5)    // their softmax
				times(func() { times(op, 2, 8, c, 2); times(op, 8, 5+1); times(op, c, 8, 2) }, 2)
				times(op, c, 2+1) // shares and sum
			}, h, w)
		}, keeps: elements(120 + 30*(2*(4+8*4+4+1)+5)).and(8 * 30 * 2)},
		{layer: "rnn: 3", input: "[4, 6]", run: gate(1, 7), keeps: elements(24 + 18 + 3)}, // states, that before the first position too
		{layer: "gru: 3", input: "[4, 6]", run: gate(3, 22), keeps: elements(24 + 7*18)},
		{layer: "lstm: 3", input: "[4, 6]", run: gate(4, 32), keeps: elements(24 + 7*18)},
		{layer: "matmul: [identity, [linear: 4]]", input: "[4, 4]", run: func() { times(op, 4, 4, 4, 2, 2) }, keeps: elements(16)},
	}
}

// countedElements are the layers that work element by element, or over windows, rows and groups of them.
func countedElements(op func()) []counted {
	each := func(layer string, ops int, keeps kept) counted {
		return counted{layer: layer, run: func() { times(op, c, h, w, ops) }, keeps: keeps}
	}
	return []counted{
		each("batchnorm", 2, elements(120).with(2*4*4)), // multiply, add; mean and deviation of each channel
		{layer: "layernorm", run: func() { // per position: sum, subtract, square, sum, multiply by the inverse deviation; scale, shift
			times(func() { times(op, c, 5); times(op, c, 2) }, h, w)
		}, keeps: elements(120).and(2 * 4 * 30)},
		{layer: "layernorm: {affine: false}", run: func() { times(op, h, w, c, 5) }, keeps: elements(120).and(2 * 4 * 30)},
		{layer: "rmsnorm", run: func() { times(func() { times(op, c, 3); times(op, c) }, h, w) }, keeps: elements(120).and(4 * 30)},
		{layer: "groupnorm: {groups: 2}", run: func() { times(op, 2, c/2, h, w, 7) }, keeps: elements(120).and(2 * 4 * 2)},
		each("relu", 1, elements(120)), each("relu6", 2, elements(120)), each("leaky_relu", 2, elements(120)), each("sigmoid", 4, elements(120)), each("tanh", 6, elements(120)), each("gelu", 5, elements(120)),
		each("silu", 4+1, elements(120)), each("hard_sigmoid", 4, elements(120)), each("hard_swish", 4+1, elements(120)), each("softmax", 5, elements(120)), each("log_softmax", 5+1, elements(120)),
		each("elu", 4, elements(120)), each("softplus", 3, elements(120)), each("mish", 3+6+1, elements(120)), each("exp", 1, elements(120)), each("log", 1, elements(120)), each("sqrt", 1, elements(120)),
		each("power", 1, elements(120)), each("clip", 2, elements(120)), each("erf", 1, elements(120)), each("elementwise", 1, elements(120)), each("prelu", 2, elements(120)),
		each("scale", 1, elements(120)), each("scale: 0", 1, kept{}), each("shift", 1, kept{}), each("position_embedding", 1, kept{}),
		each("lrn: {size: 5}", 1+4+1+1+1+1, elements(2*120)), // square, sum, scale, bias, power, divide
		each("dropout", 0, elements(120)), each("drop_path", 0, elements(1)),
		each("maxpool: {kernel: 3, stride: 1}", 3*3-1, elements(120).and(8*120)), each("avgpool: {kernel: 3, stride: 1}", 3*3, elements(120)),
		{layer: "adaptive_avgpool: [2, 3]", run: func() { // rows 0 … 2 and 2 … 4; columns in pairs
			times(func() { times(op, 3*2-1); op() }, c, 2, 3)
		}, keeps: elements(120)},
		{layer: "global_avgpool", run: func() { times(func() { times(op, h*w-1); op() }, c) }, keeps: elements(120)},
		{layer: "global_maxpool", run: func() { times(op, c, h*w-1) }, keeps: elements(120).and(8 * 4)},
		{layer: "upsample: {scale: 2, mode: bilinear}", run: func() { times(op, c, 2*h, 2*w, 4+3) }}, // four products and their sum
		{layer: "resize: {to: [7, 8], mode: bilinear}", run: func() { times(op, c, 7, 8, 4+3) }},
		{layer: "mix: {streams: 2, into: 3}", run: func() { times(op, h, w, c/2, 3, 2, 2) }, keeps: elements(120)},
		{layer: "sinkhorn: 3", input: "[4, 5]", run: func() {
			times(op, 4, 5)
			times(func() {
				times(func() { times(op, 4-1); times(op, 4) }, 5)
				times(func() { times(op, 5-1); times(op, 5) }, 4)
			}, 3)
		}, keeps: elements(20)},
		each("weighted: {ways: 2, paths: [identity, identity, identity]}", 2*3*2, elements(120)), each("channel_sum: [identity, identity, identity]", 3*2, elements(120)),
		{layer: "gated_sum: {ways: 2, paths: [identity, identity, identity]}", run: func() { // product, rectifier, numbers of each channel, sum
			times(func() { times(op, c, 2); op(); times(op, c); times(op, c, 2) }, h, w, 2, 3)
		}, keeps: elements(120 + 30*2*3)},
		{layer: "dynamic_sum: {ways: 2, paths: [identity, identity, identity]}", run: func() { // norm, layer, GELU, layer, shift; sums
			times(func() {
				times(op, c, 3)
				times(op, 6, c, 2)
				times(op, 6, 5)
				times(op, 6, 6, 2)
				times(op, 6)
				times(op, 2, c, 3, 2)
			}, h, w)
		}, keeps: elements(120 + 30*(c+3*6)).and(4 * 30)},
		{layer: "depth_attention: [identity, identity, identity]", run: func() { // norm with scale, product, share of a sum; softmax
			times(func() { times(op, c, 4); times(op, c, 2); times(op, c, 2); times(op, 5) }, h, w, 3)
		}, keeps: elements(120 + 3*30).and(3 * 30 * 4)},
		{layer: "collect: 2", run: func() { times(op, c/2, h, w, 2-1) }},
		{layer: "reduce: [4]", run: func() { times(op, c, h, w) }},
		each("add: [identity, identity, identity]", 2, kept{}), each("subtract: [identity, identity]", 1, kept{}), each("mean: [identity, identity]", 2, kept{once: 8}),
		each("weighted: [identity, identity, identity]", 3*2, elements(120)), each("multiply: [identity, identity]", 1, elements(120)), each("divide: [identity, identity]", 1, elements(120)), each("pow: [identity, identity]", 1, elements(240)),
		each("maximum: [identity, identity]", 1, elements(120)), each("minimum: [identity, identity]", 1, elements(120)), each("where: [identity, identity, identity]", 0, kept{bytes: 120}),
	}
}

// countedMoves are the layers that move values, or view them.
func countedMoves() []counted {
	var all []counted
	for _, layer := range []string{
		"concat: [identity, identity]", "zero_pad: {out: 8}", "shuffle: 2", "flatten", "slice: 2", "subsample: {stride: 2}", "crop: 1", "tokens",
		"reshape: [8, 5, 3]", "upsample: 2",
	} {
		all = append(all, counted{layer: layer, run: func() {}})
	}
	return append(all,
		counted{layer: "class_token", input: "[4, 6]", run: func() {}}, counted{layer: "token: 0", input: "[4, 6]", run: func() {}})
}

// TestWeightsArePriced: the weights that a kind says it learns are its params, also where not all widths are one.
func TestWeightsArePriced(t *testing.T) {
	for _, layer := range []string{
		"attention: {heads: 2, kv_heads: 1, inner: 6, out: 3}", "conv: {out: 6, kernel: [3, 5], groups: 2}", "conv_transpose: {out: 6, kernel: 2, groups: 2}",
		"experts: {count: 5, active: 2, hidden: 8, out: 3, gated: true, router: true}", "experts: {count: 5, active: 2, hidden: 8, gated: false, router: false}",
		"linear: 3", "layernorm: {affine: false}", "scale: 7",
	} {
		m := summarize(t, "name: x\ninput: [4, 5, 6]\nsteps: [{"+layer+"}]\n", cost.Options{})
		ops := m.Trace.Operations()
		assert.Equal(t, m.Total.Of(cost.Params).ASCII(), ops[len(ops)-1].WeightElements().ASCII(), layer)
	}
}

// TestKeysAndValuesAreCached: of 5 positions 2 of 4 heads of 2 channels each, keys and values, in fp32.
func TestKeysAndValuesAreCached(t *testing.T) {
	m := summarize(t, "name: x\ninput: [8, 5]\nsteps: [attention: {heads: 4, kv_heads: 2}]\n", cost.Options{Quantities: []cost.Quantity{cost.KVCacheBytes}})
	assert.Equal(t, int64(2*5*2*2*4), small(t, m, cost.KVCacheBytes))
}

// TestCacheOfWhatNeverRuns: what is not known of a product is nothing where it runs in no iteration.
func TestCacheOfWhatNeverRuns(t *testing.T) {
	const steps = `{times: n, steps: [repeat: {times: "floor(i/5)", steps: [matmul: [identity, [linear: 4]]]}, relu]}`
	for n, known := range map[int]bool{3: true, 5: true, 6: false} {
		m := summarize(t, fmt.Sprintf("name: x\nsymbols: {n: %d}\ninput: [4, 4]\nsteps: [repeat: %s]\n", n, steps), cost.Options{Quantities: []cost.Quantity{cost.KVCacheBytes}})
		require.True(t, m.Trace.HasLoops())
		assert.Equal(t, known, m.Total.Of(cost.KVCacheBytes).Err() == nil, n)
		if known {
			assert.Zero(t, small(t, m, cost.KVCacheBytes))
		}
	}
}

// entry writes a layer as an entry of a YAML map.
func entry(layer string) string {
	for _, r := range layer {
		if r == ':' {
			return layer
		}
	}
	return layer + ": "
}

// TestHeadsStay: what a head puts out is an output and stays to the end, beside the largest layer after it; 4 bytes an element.
func TestHeadsStay(t *testing.T) {
	o := cost.Options{Quantities: []cost.Quantity{cost.InferencePeakBytes}}
	m := summarize(t, "name: x\ninput: [2]\nsteps: [head: [linear: 100], linear: 50, linear: 60]\n", o)
	assert.Equal(t, int64(4*(100+50+60)), small(t, m, cost.InferencePeakBytes))
}

// TestAttentionWorks: 2 heads on 4 channels of 30 positions. Step by step the input, the values and the 900 scores of each head before
// and after their softmax are there at once; fused, the input with queries, keys, values and sums. Traffic by hand: what comes in and out, the
// weights, and what lies between, written and read: queries, keys, values and sums, two more reads of the input, and scores twice.
func TestAttentionWorks(t *testing.T) {
	for way, want := range map[cost.Attention]struct{ peak, traffic int64 }{
		cost.FusedAttention: {4 * (120 + 4*120), 4 * (2*120 + 4*16 + 2*(120+4*120))},
		cost.MathAttention:  {4 * (120 + 120 + 2*2*900), 4 * (2*120 + 4*16 + 2*(120+4*120) + 2*2*2*900)},
	} {
		o := cost.Options{Quantities: []cost.Quantity{cost.InferencePeakBytes, cost.TrafficBytes}, Memory: cost.Memory{Attention: way}}
		m := summarize(t, "name: x\ninput: [4, 30]\nsteps: [attention: {heads: 2}]\n", o)
		assert.Equal(t, want.peak, small(t, m, cost.InferencePeakBytes), way)
		assert.Equal(t, want.traffic, small(t, m, cost.TrafficBytes), way)
	}
}
