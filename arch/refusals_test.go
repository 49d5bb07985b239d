package arch_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/spec"
	"github.com/skipcost/skipcost/arch/trace"
)

// TestKindsRefuse is what shape rules say of arguments that make no sense on what comes in.
func TestKindsRefuse(t *testing.T) {
	for steps, want := range map[string]string{
		"take: [9]":                                                "take: 8 comes in, of which 9 cannot be taken",
		"where: [identity, identity]":                              "where: joins 3 paths, not 2",
		"lstm: {out: 4, directions: 3}":                            "lstm: directions is 3, but must be at most 2",
		"gru: {out: 4, bias: 3}":                                   "gru: bias is 3, but must be at most 2",
		"parameter: {shape: [4], values: 5}":                       "parameter: 4 has 4 values, not 5",
		"slice: {count: 5, start: 4}":                              "slice: 5 channels from 4 do not fit in the width 8",
		"zero_pad: 7":                                              "zero_pad: cannot pad the width 8 to 7",
		"reshape: [9]":                                             "reshape: 8 comes in, which cannot be seen as 9",
		"collect: 3":                                               "collect: the width 8 is not one of 3 equal streams",
		"experts: {count: 2, active: 3, hidden: 4}":                "experts: 3 experts are active of 2",
		"reshape: [4, 2], attention: 3":                            "attention: 3 heads do not divide the width 4",
		"reshape: [4, 2], attention: {heads: 2, kv_heads: 4}":      "attention: 4 kv_heads do not divide 2 heads",
		"reshape: [4, 2], token: 2":                                "token: position 2 is not among 2",
		"reshape: [4, 2], mamba2: {state: 3, heads: 5, inner: 12}": "mamba2: 5 heads do not divide the width 12",
		"reshape: [4, 2], mamba2: {state: 3, heads: 2, inner: 12, groups: 4}":                                          "mamba2: 4 groups do not divide 2 heads",
		"reshape: [4, 2], compressed_attention: {heads: 2, head_width: 3, query_rank: 5, out_rank: 7, out_groups: 4}":  "compressed_attention: 4 out_groups do not divide 2 heads",
		"reshape: [4, 2], compressed_attention: {heads: 2, head_width: 3, query_rank: 5, out_rank: 7, index_heads: 2}": "compressed_attention: an index without entries to pick from",
		"reshape: [4, 2], conv: {out: 6, kernel: 1, groups: 3}":                                                        "conv1d: 3 groups do not divide the incoming width 4",
		"reshape: [4, 2], conv: {out: 6, kernel: 1, groups: 4}":                                                        "conv1d: 4 groups do not divide the outgoing width 6",
		"reshape: [4, 2], conv_transpose: {out: 2, kernel: 1, groups: 4}":                                              "conv_transpose1d: 4 groups do not divide the outgoing width 2",
		"reshape: [4, 2], matmul: [identity, identity]":                                                                "matmul: 4×2 does not fit behind 4×2",
		"matmul: [identity, identity]":                                                                                 "matmul: 8 does not fit behind 8",
		"linear: {out: 4, bias: 1/2}":                                                                                  "linear: bias is 1/2, but must be true or false (1 or 0)",
		"linear: {out: 4, bias: 2}":                                                                                    "linear: bias is 2, but must be true or false (1 or 0)",
		"dropout: 3/2":                                                                                                 "dropout: rate is 3/2, but must be from 0 to 1",
		"dropout: -1":                                                                                                  "dropout: rate is −1, but must be from 0 to 1",
		"linear: 5/2":                                                                                                  "linear: out is 5/2, not a whole number",
		"embedding: {vocab: 3, out: 4}":                                                                                "embedding: needs token numbers, width 1, but gets 8",
	} {
		assert.Equal(t, want, refusal(t, "[8]", steps).Message)
	}
}

// TestAttentionRefusals: tensors that do not fit together, at the place.
func TestAttentionRefusals(t *testing.T) {
	for steps, want := range map[string]string{
		"{dot_product_attention: {heads: 3, from: [x, x, x]}}":                                                                 "dot_product_attention: 3 heads do not divide the width 8",
		"{dot_product_attention: {heads: 2, from: [x, y, y]}}":                                                                 "dot_product_attention: keys 6×7 do not fit 2 heads of queries 8×5, which ask for a width of 8",
		"{dot_product_attention: {heads: 2, from: [x, x, y]}}":                                                                 "dot_product_attention: keys 8×5 and values 6×7 have other positions",
		"{dot_product_attention: {heads: 4, paths: [identity, identity, [linear: 6]]}}":                                        "dot_product_attention: 4 kv_heads do not divide the width 6 of the values",
		"{attention: {heads: 2, memory: x, values: y}}":                                                                        "dot_product_attention: keys 8×5 and values 8×7 have other positions",
		"{attention: {heads: 3, memory: y}}":                                                                                   "attention: 3 heads do not divide the width 8",
		"{attention: {heads: 2, memory: y, shared: true}}":                                                                     "attention with other inputs shares no weights as a whole",
		"attention: {heads: 2, value_residual: true}, attention: {heads: 2, inner: 4, value_residual: true}":                   "values of 4×5 cannot be added to those of the first layer, 8×5",
		"repeat: {times: 2, links: dense, gather: dynamic, ways: [q], steps: [attention: {heads: 2, memory: q}, pad: [8, 6]]}": "dynamic_sum: paths end in 8×6 and 8×5",
		"repeat: {times: 3, links: dense, gather: channels, dilation: 2, ways: [p], steps: [slice: 2]}":                        "slice: 8 channels from 0 do not fit in the width 4",
		"{weighted: {ways: 0, from: [x, x]}}":                                                                                  "weighted: ways is 0, but must be at least 1",
	} {
		p := refusal(t, "[8, 5]", "{input: [6, 7], as: y}, {from: input, relu: , as: x}, "+steps)
		assert.Equal(t, want, p.Message, steps)
		assert.Equal(t, 3, p.Pos.Line, steps)
	}
}

// TestPathsThatAreMissingAreNamed: a merge of a fixed number of paths says what they are.
func TestPathsThatAreMissingAreNamed(t *testing.T) {
	p := refusal(t, "[8, 5]", "{linear: 8, as: q}, {dot_product_attention: {heads: 2, from: [q, q]}}")
	assert.Equal(t, "dot_product_attention: joins 3 paths, not 2", p.Message)
	assert.Equal(t, "attention of queries, keys and values that are given, in heads", p.Hint)
}

// refusal is the first problem of a network whose steps do not fit together.
func refusal(t *testing.T, input, steps string) arch.Problem {
	n, err := spec.Parse("test.yaml", []byte("name: test\ninput: "+input+"\nsteps: ["+steps+"]\n"))
	require.NoError(t, err, steps)
	_, err = trace.Resolve(n, trace.Options{})
	var found *arch.Problems
	require.ErrorAs(t, err, &found, steps)
	return found.List[0]
}
