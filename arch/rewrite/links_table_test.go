package rewrite_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/rewrite"
	"github.com/skipcost/skipcost/arch/spec"
	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/cost"
)

// TestLinksOfConstructions: constructions that papers describe, each alone and as small as it can be.
func TestLinksOfConstructions(t *testing.T) {
	for name, c := range map[string]struct {
		network string
		links   []string
	}{
		"highway, Srivastava et al. 2015, arXiv:1505.00387, equation 3": {`
input: [8]
steps:
  - {linear: 8, as: x}
  - {linear: {out: 8, bias: true}, from: x}
  - {sigmoid: , as: T}
  - {linear: {out: 8, bias: true}, from: x}
  - {relu: , as: H}
  - {multiply: {from: [T, H]}, as: TH}
  - {elementwise: , from: T, as: C}
  - {multiply: {from: [C, x]}, as: Cx}
  - {add: {from: [TH, Cx]}, as: y}
`, []string{
			"add identity: x, Cx → y, span 1",
			"multiply gate: x, T → TH, span 1",
			"multiply gate: x, x → Cx, span 1",
		}},
		"recurrent cell written out, Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000": {`
input: [8]
steps:
  - {linear: 8, as: before}
  - {tanh: , as: state}
  - {linear: {out: 8, bias: true}, from: state}
  - {sigmoid: , as: forget}
  - {linear: {out: 8, bias: true}, from: state}
  - {sigmoid: , as: write}
  - {linear: {out: 8, bias: true}, from: state}
  - {tanh: , as: new}
  - {multiply: {from: [forget, before]}, as: remembered}
  - {multiply: {from: [write, new]}, as: written}
  - {add: {from: [remembered, written]}, as: after}
`, []string{
			"add identity: before, remembered → after, span 1",
			"multiply gate: before, before → remembered, span 1",
			"multiply gate: state, write → written, span 1",
		}},
		"a tensor that only chooses: no gradient passes to it": {`
input: [8]
steps:
  - {linear: 8, as: x}
  - {linear: 8, from: x, as: body}
  - {parameter: [8], as: p}
  - {parameter: [8], as: q}
  - {where: {from: [x, p, q]}, as: chosen}
  - {add: {from: [body, chosen]}, as: y}
`, []string{"add conditioning: —, chosen → y, span 0"}},
		"a residual block over a second input": {`
input: [8]
steps:
  - {input: 8, as: second}
  - {linear: 8, from: second, as: body}
  - {add: {from: [second, body]}, as: y}
  - {concat: {from: [input, y]}, as: joined}
  - linear: 8
`, []string{"add identity: second, second → y, span 1", "concat conditioning: —, input → joined, span 0"}},
		"a class that is stretched and lies behind more layers than what it is joined to": {`
input: [8, 4]
steps:
  - {linear: 8, as: x}
  - {input: 1, as: class}
  - {embedding: {vocab: 10, out: 8}, from: class}
  - linear: 8
  - {expand: [8, 4], as: shift}
  - {concat: {from: [shift, x]}, as: joined}
`, []string{"concat conditioning: —, x → joined, span 0"}},
		"a skip that is stretched to the shape it has, as one of open size in a file": {`
input: [8, 4]
steps:
  - {linear: 8, as: x}
  - {linear: 8, from: x, as: body}
  - {expand: [8, 4], from: x, as: same}
  - {add: {from: [same, body]}, as: y}
  - linear: 8
`, []string{"add identity: x, same → y, span 1"}},
		"two projected links into a concat, one of them from the input": {`
input: [3, 8, 8]
steps:
  - {conv: {out: 8, kernel: 1}, as: a}
  - {conv: {out: 8, kernel: 3}, from: input, as: x}
  - {conv: {out: 8, kernel: 1}, from: x, as: b}
  - {conv: {out: 8, kernel: 3}, from: x}
  - {conv: {out: 8, kernel: 3}, as: m}
  - {concat: {from: [a, b, m]}, as: joined}
`, []string{"concat projected: input, a → joined, span 3", "concat projected: x, b → joined, span 2"}},
		"two layers side by side, added": {`
input: [8]
steps:
  - {linear: 8, as: x}
  - {linear: 8, from: x, as: a}
  - {linear: 8, from: x, as: b}
  - {add: {from: [a, b]}, as: y}
  - {linear: 8, from: x, as: short}
  - {linear: 8, from: y}
  - {linear: 8, as: long}
  - {add: {from: [short, long]}, as: z}
`, []string{"add projected: x, short → z, span 3", "add branch: x, a → y, span 1"}},
		"a product with numbers that are not learned is nothing to jump over": {`
input: [8, 8]
steps:
  - {linear: 8, as: x}
  - {buffer: [8, 8], as: fixed}
  - {matmul: {from: [x, fixed]}, as: turned}
  - {add: {from: [x, turned]}, as: y}
  - {parameter: [8, 8], as: learned}
  - {matmul: {from: [y, learned]}, as: multiplied}
  - {add: {from: [y, multiplied]}, as: z}
`, []string{"add identity: y, y → z, span 1", "add branch: x, x → y, span 0"}},
		"a concat that lists two earlier ones stands for the one that lists more": {`
input: [8]
steps:
  - {linear: 8, as: x}
  - {linear: 8, from: x, as: a}
  - {linear: 8, from: a, as: b}
  - {concat: {from: [x, a, b]}, as: three}
  - {linear: 8, from: three, as: d}
  - {concat: {from: [x, a]}, as: two}
  - {concat: {from: [x, a, b, d]}, as: all}
`, []string{
			"concat identity: x, x → three, span 2",
			"concat identity: a, a → three, span 1",
			"concat identity: three, three → all, span 1",
			"concat identity: x, x → two, span 1",
		}},
		"the same in another order": {`
input: [8]
steps:
  - {linear: 8, as: x}
  - {linear: 8, from: x, as: a}
  - {linear: 8, from: a, as: b}
  - {concat: {from: [x, a, b]}, as: three}
  - {linear: 8, from: three, as: d}
  - {concat: {from: [x, a]}, as: two}
  - {concat: {from: [b, x, a, d]}, as: all}
`, []string{
			"concat identity: x, x → three, span 2",
			"concat identity: a, a → three, span 1",
			"concat identity: three, three → all, span 1",
			"concat identity: x, x → two, span 1",
		}},
		"a concat that lists an earlier one and a tensor of it once more": {`
input: [8]
steps:
  - {linear: 8, as: x}
  - {linear: 8, from: x, as: a}
  - {linear: 8, from: a, as: b}
  - {concat: {from: [x, a, b]}, as: three}
  - {linear: 8, from: three, as: d}
  - {concat: {from: [x, a]}, as: two}
  - {concat: {from: [x, x, a]}, as: all}
`, []string{
			"concat identity: x, x → two, span 1",
			"concat identity: x, x → all, span 1",
			"concat identity: x, x → three, span 2",
			"concat identity: a, a → three, span 1",
		}},
		"values of the first layer, Zhou et al. 2024, arXiv:2410.17897": {`
input: [8, 4]
steps:
  - {linear: 8, as: x0}
  - {linear: 8, from: x0, as: v1}
  - {linear: 8, from: v1, as: x}
  - {linear: 8, from: x, as: v}
  - {add: {from: [v, v1]}, as: mixed}
  - linear: 8
`, []string{"add identity: v1, v1 → mixed, span 2"}},
		"an input that a class is added to before the first layer reads it": {`
input: [8, 4]
steps:
  - {input: 1, as: class}
  - {embedding: {vocab: 10, out: 8}, from: class}
  - {expand: [8, 4], as: shift}
  - {add: {from: [input, shift]}, as: told}
  - {concat: {from: [told, shift]}, as: joined}
  - {linear: 8, as: body}
  - {add: {from: [input, body]}, as: y}
`, []string{"add identity: input, input → y, span 1", "add conditioning: —, shift → told, span 0", "concat branch: shift, told → joined, span 0"}},
		"an input that is scaled and shifted by a condition before the first layer reads it, Peebles & Xie 2023, arXiv:2212.09748": {`
input: [8, 4]
steps:
  - {input: 8, as: class}
  - {linear: 8, from: class, as: factor}
  - {linear: 8, from: class}
  - {expand: [8, 4], as: shift}
  - {multiply: {from: [input, factor]}, as: scaled}
  - {add: {from: [scaled, shift]}, as: told}
  - {linear: 8, as: body}
  - {add: {from: [input, body]}, as: y}
`, []string{"add identity: input, input → y, span 1", "multiply gate: —, input → scaled, span 0", "add branch: class, scaled → told, span 1"}},
		"a convolution of the values beside attention, Dong et al. 2022, arXiv:2107.00652": {`
input: [8, 8]
steps:
  - {linear: 8, as: x}
  - {linear: 8, from: x, as: scores}
  - {linear: 8, from: x, as: v}
  - {matmul: {from: [scores, v]}, as: attended}
  - {conv: {out: 8, kernel: 3}, from: v, as: local}
  - {add: {from: [attended, local]}, as: mixed}
  - {linear: 8, as: body}
  - {add: {from: [x, body]}, as: y}
`, []string{"add identity: x, x → y, span 3", "add branch: v, attended → mixed, span 1"}},
		"positions added": {`
input: [8, 4]
steps:
  - linear: 8
  - position_embedding
  - linear: 8
`, nil},
		"rotary positions, Su et al. 2021, arXiv:2104.09864: x·cos + rotated·sin": {`
input: [8, 4]
steps:
  - {linear: 8, as: q}
  - {slice: {count: 4, start: 0}, from: q, as: first}
  - {slice: {count: 4, start: 4}, from: q, as: second}
  - {concat: {from: [second, first]}, as: turned}
  - {elementwise: , from: turned, as: sin}
  - {elementwise: , from: q, as: cos}
  - {add: {from: [cos, sin]}, as: rotated}
  - linear: 8
`, []string{
			"concat branch: q, second → turned, span 0",
			"add branch: q, cos → rotated, span 0",
		}},
		"C2f of YOLOv8: a split, a bottleneck on one half, all of it joined": {`
input: [3, 8, 8]
steps:
  - {conv: {out: 16, kernel: 1}, as: cv1}
  - {slice: {count: 8, start: 0}, from: cv1, as: a}
  - {slice: {count: 8, start: 8}, from: cv1, as: b}
  - {conv: {out: 8, kernel: 3}, from: b}
  - {conv: {out: 8, kernel: 3}, as: m}
  - {concat: {from: [a, b, m]}, as: joined}
  - conv: {out: 16, kernel: 1}
`, []string{
			"concat identity: cv1, a → joined, span 2",
			"concat identity: b, b → joined, span 2",
		}},
		"split CSP, Wang et al. 2019, arXiv:1911.11929, Figure 2(b)": {`
input: [3, 8, 8]
steps:
  - {conv: {out: 16, kernel: 1}, as: x}
  - {slice: {count: 8, start: 0}, from: x, as: a}
  - {slice: {count: 8, start: 8}, from: x, as: b}
  - {conv: {out: 8, kernel: 3}, from: b, as: m}
  - {concat: {from: [a, m]}, as: joined}
`, []string{"concat identity: x, a → joined, span 1"}},
		"CSP with two 1×1": {`
input: [3, 8, 8]
steps:
  - {conv: {out: 16, kernel: 1}, as: x}
  - {conv: {out: 8, kernel: 1}, from: x, as: a}
  - {conv: {out: 8, kernel: 1}, from: x}
  - {conv: {out: 8, kernel: 3}, as: m}
  - {concat: {from: [a, m]}, as: joined}
`, []string{"concat branch: x, a → joined, span 2"}},
		"ASPP, Chen et al. 2017, arXiv:1706.05587, two rates": {`
input: [3, 8, 8]
steps:
  - {conv: {out: 16, kernel: 3}, as: x}
  - concat:
      - [conv: {out: 8, kernel: 1}]
      - [conv: {out: 8, kernel: 3, dilation: 2}]
      - [conv: {out: 8, kernel: 3, dilation: 3}]
`, []string{
			"concat branch: x, concat.path1.conv → concat, span 1",
			"concat branch: x, concat.path2.conv → concat, span 1",
		}},
		"DeepLabv3+, Chen et al. 2018, arXiv:1802.02611, Figure 2": {`
input: [3, 16, 16]
steps:
  - {conv: {out: 8, kernel: 3}, as: low}
  - {conv: {out: 16, kernel: 3, stride: 2}, from: low}
  - {conv: {out: 16, kernel: 3}}
  - {upsample: 2, as: high}
  - {conv: {out: 4, kernel: 1}, from: low, as: narrow}
  - {concat: {from: [narrow, high]}, as: joined}
  - conv: {out: 8, kernel: 3}
`, []string{"concat projected: low, narrow → joined, span 2"}},
		"U-Net with crop, Ronneberger et al. 2015, arXiv:1505.04597": {`
input: [3, 20, 20]
steps:
  - {conv: {out: 8, kernel: 3, padding: 0}, as: x}
  - maxpool: 2
  - conv: {out: 16, kernel: 3, padding: 0}
  - {conv_transpose: {out: 8, kernel: 2, stride: 2}, as: up}
  - {crop: 2, from: x, as: cropped}
  - {concat: {from: [cropped, up]}, as: joined}
`, []string{"concat identity: x, cropped → joined, span 2"}},
	} {
		t.Run(name, func(t *testing.T) {
			n, err := spec.Parse("construction.yaml", []byte("name: construction"+c.network))
			require.NoError(t, err)
			resolved, err := trace.Resolve(n, trace.Options{Unroll: true})
			require.NoError(t, err)
			assert.Equal(t, c.links, tellAll(cost.Editor(resolved).Links()))
		})
	}
}

// TestWeightLayers: a product with a learned tensor is a weight layer, of two activations none, and attention is four, written out or not.
func TestWeightLayers(t *testing.T) {
	for steps, want := range map[string]int{
		"[linear: 8, relu, linear: 8]": 2,
		"[attention: 2]":               4,
		"[{identity: , as: x}, {attention: {heads: 2, memory: x}}]": 4,
		"[lstm: 4]":                      2,
		"[gru: {out: 4, directions: 2}]": 4,
		"[latent_attention: {heads: 2, rank: 4, head_width: 4}]":                                                  4,
		"[latent_attention: {heads: 2, rank: 4, head_width: 4, query_rank: 2}]":                                   5,
		"[compressed_attention: {heads: 2, head_width: 4, query_rank: 4, out_rank: 4}]":                           5,
		"[compressed_attention: {heads: 2, head_width: 4, query_rank: 4, out_rank: 4, ratio: 2, index_heads: 2}]": 11,
		"[mamba2: {state: 4, heads: 2, inner: 8}]":                                                                3,
		"[experts: {count: 4, active: 2, hidden: 8, router: false}]":                                              2,
		"[experts: {count: 4, active: 2, hidden: 8, gated: true}]":                                                4,
		"[matmul: [identity, parameter: [8, 8]]]":                                                                 1,
		"[matmul: [identity, [parameter: [8, 8], relu]]]":                                                         1,
		"[reshape: [8, 8], matmul: [identity, identity]]":                                                         0,
		"[{linear: 8, as: a}, {matmul: {from: [input, a]}}]":                                                      1,
	} {
		n, err := spec.Parse("layers.yaml", []byte("name: layers\ninput: [8, 8]\nsteps: "+steps+"\n"))
		require.NoError(t, err, steps)
		out, err := trace.Resolve(n, trace.Options{Unroll: true})
		require.NoError(t, err, steps)
		assert.Equal(t, want, rewrite.WeightLayers(out), steps)
	}
}
