package cost_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

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

// TestFLOPsBySlowLoops counts operations one by one, the way a plain program would run the layer on a small map: C = 4 channels
// of 5×6 positions.
func TestFLOPsBySlowLoops(t *testing.T) {
	const c, h, w = 4, 5, 6
	var n int64
	op := func() { n++ }
	each := func(ops int) func() { return func() { times(op, c, h, w, ops) } }
	for layer, run := range map[string]func(){
		"batchnorm": each(2), // multiply, add
		"layernorm": func() { // per position: sum, subtract, square, sum, multiply by the inverse deviation; scale, shift
			times(func() { times(op, c, 5); times(op, c, 2) }, h, w)
		},
		"layernorm: {affine: false}":            func() { times(op, h, w, c, 5) },
		"rmsnorm":                               func() { times(func() { times(op, c, 3); times(op, c) }, h, w) },
		"groupnorm: {groups: 2}":                func() { times(op, 2, c/2, h, w, 7) },
		"relu":                                  each(1),
		"relu6":                                 each(2),
		"sigmoid":                               each(4),
		"maxpool: {kernel: 3, stride: 1}":       func() { times(op, c, h, w, 3*3-1) },
		"avgpool: {kernel: 3, stride: 1}":       func() { times(op, c, h, w, 3*3) },
		"global_avgpool":                        func() { times(func() { times(op, h*w-1); op() }, c) },
		"global_maxpool":                        func() { times(op, c, h*w-1) },
		"linear: {out: 3, bias: true}":          func() { times(func() { times(op, c, 2); op() }, h, w, 3) },
		"conv: {out: 6, kernel: 3, bias: true}": func() { times(func() { times(op, c, 3, 3, 2); op() }, 6, h, w) },
		"conv: {out: 6, kernel: 3, groups: 2}":  func() { times(op, 6, h, w, c/2, 3, 3, 2) },
		"conv_transpose: {out: 6, kernel: 2, stride: 2}": func() { times(op, c, h, w, 6, 2, 2, 2) },
		"add: [identity, identity, identity]":            each(2),
		"mean: [identity, identity]":                     each(2),
		"multiply: [identity, identity]":                 each(1),
		"upsample: {scale: 2, mode: bilinear}":           func() { times(op, c, 2*h, 2*w, 4+3) }, // four products and their sum
		"concat: [identity, identity]":                   func() {},
		"zero_pad: {out: 8}":                             func() {},
		"shuffle: 2":                                     func() {},
		"dropout":                                        func() {},
		"lrn: {size: 5}":                                 func() { times(op, c, h, w, 1+4+1+1+1+1) },
		"softmax":                                        each(5),
		"silu":                                           func() { each(4)(); each(1)() },
		"hard_swish":                                     func() { each(4)(); each(1)() },
		"position_embedding":                             each(1),
		"attention: {heads: 2}": func() {
			p := h * w
			times(op, 4, p, c, c, 2)                     // query, key, value and output
			times(func() { times(op, c/2, 2) }, 2, p, p) // scores
			times(op, 2, p, p, 6)                        // scale and softmax
			times(func() { times(op, p, 2) }, 2, p, c/2) // weighted sums
		},
		"experts: {count: 5, active: 3, hidden: 7, gated: true, bias: true}": func() {
			times(func() {
				times(op, 5, c, 2) // scores
				times(op, 5, 5)    // softmax
				times(func() {
					times(func() { times(op, c, 2); op() }, 2, 7) // values and gate
					times(op, 7, 5+1)                             // SiLU, product
					times(func() { times(op, 7, 2); op() }, c)
					times(op, c) // share
				}, 3)
				times(op, c, 3-1) // sum
			}, h, w)
		},
	} {
		n = 0
		run()
		m := summarize(t, "name: x\ninput: [4, 5, 6]\nsteps: [{"+entry(layer)+"}]\n", cost.Options{})
		assert.Equal(t, n, small(t, m, cost.FLOPs), layer)
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

// TestFactoredSizes: Adafactor keeps the sums of the rows and columns of matrices, 4 bytes each, and all of anything else.
func TestFactoredSizes(t *testing.T) {
	adafactor, err := cost.ParseOptimizer("adafactor")
	assert.NoError(t, err)
	o := cost.Options{Optimizer: adafactor, Quantities: []cost.Quantity{cost.OptimizerBytes}}
	for layer, values := range map[string]int64{
		"linear: {out: 3, bias: true}":          4 + 3 + 3,
		"conv: {out: 6, kernel: 3, bias: true}": 4*3 + 6 + 6, // the kernel has 3 elements
		"conv: {out: 6, kernel: 3, groups: 2}":  2*3 + 6,
		"batchnorm: ":                           4 + 4,
		"attention: {heads: 2}":                 4 * (4 + 4),
		"attention: {heads: 2, bias: true}":     4*(4+4) + 4*4,
	} {
		m := summarize(t, "name: x\ninput: [4, 5]\nsteps: [{"+layer+"}]\n", o)
		assert.Equal(t, 4*values, small(t, m, cost.OptimizerBytes), layer)
	}
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
