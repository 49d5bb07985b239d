package onnx

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/onnx/wire"
	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/cost"
)

// bytes8 are weights of 8 bits without a sign.
func bytes8(name string, dims ...int64) *wire.Tensor {
	return &wire.Tensor{Name: name, DType: wire.Uint8, Dims: dims}
}

// run translates a graph of the newest opset whose unread tensors come out, and gives the dimensions of these: "2 3, 4"; those of a
// list in brackets.
func run(t *testing.T, o Options, parts ...any) (*translator, string) {
	t.Helper()
	m := modelOf(comingOut(parts)...)
	m.Opsets[""] = newestOpset
	tr, err := runs(m, "test", o)
	require.NoError(t, err)
	var outputs []string
	for _, out := range m.Graph.Outputs {
		outputs = append(outputs, shownItem(tr.items[out.Name]))
	}
	return tr, strings.Join(outputs, ", ")
}

// shownItem are the dimensions of a tensor, or of those in a list.
func shownItem(it *item) string {
	if !it.isList() {
		return shownDims(it)
	}
	var list []string
	for _, part := range it.list.parts {
		list = append(list, shownDims(part))
	}
	return "[" + strings.Join(list, "; ") + "]"
}

func shownDims(it *item) string {
	var dims []string
	for _, d := range it.dims {
		dims = append(dims, strings.ReplaceAll(d.ASCII(), " ", ""))
	}
	return strings.Join(dims, " ")
}

// TestOperatorsByWeight prices operators that have weights, or multiply activations, by hand: params, macs, and the dimensions of
// the outputs.
func TestOperatorsByWeight(t *testing.T) {
	sequence, map8 := in("x", 2, 5, 8), in("x", 2, 6, 7, 8)
	for _, c := range []struct {
		name         string
		parts        []any
		params, macs int64
		outputs      string
	}{
		{"a product with a matrix in nibbles", []any{sequence, bytes8("w", 6, 1, 4), weights("s", 6), weights("b", 6),
			microsoft("MatMulNBits", "x w s _ _ b", "y", number("K", 8), number("N", 6), number("block_size", 16))}, 6*8 + 6, 10 * 48, "2 5 6"},
		{"a table in nibbles", []any{in("x", 2, 5), bytes8("w", 100, 4), weights("s", 100, 1), microsoft("GatherBlockQuantized", "w x s", "y")}, 800, 0, "2 5 8"},
		{"a table in bytes", []any{in("x", 2, 5), bytes8("w", 100, 4), weights("s", 100, 1), microsoft("GatherBlockQuantized", "w x s", "y", number("bits", 8))}, 400, 0, "2 5 4"},
		{"queries, keys and values packed", []any{in("x", 2, 5, 48), in("s", 2), microsoft("GroupQueryAttention", "x _ _ _ _ s s", "y k v", number("num_heads", 8), number("kv_num_heads", 2))},
			0, 2 * 2 * 8 * 5 * 5 * 4, "2 5 32, 2 2 5 4, 2 2 5 4"},
		{"one new position over a cache", []any{in("x", 2, 1, 32), in("kv", 2, 1, 8), in("p", 2, 2, 9, 4), microsoft("GroupQueryAttention", "x kv kv p p", "y k v", number("num_heads", 8), number("kv_num_heads", 2), number("do_rotary", 1))},
			0, 2 * 2 * 8 * 10 * 4, "2 1 32, 2 2 10 4, 2 2 10 4"},
		{"attention with its projection", []any{sequence, weights("w", 8, 24), weights("b", 24), in("m", 2, 5), microsoft("Attention", "x w b m", "y", number("num_heads", 2))},
			8*24 + 24, 10*8*24 + 2*2*2*25*4, "2 5 8"},
		{"attention with a cache in one", []any{sequence, weights("w", 8, 24), in("p", 2, 2, 2, 3, 4), microsoft("Attention", "x w _ _ p", "y z", number("num_heads", 2))},
			8 * 24, 10*8*24 + 2*2*2*5*8*4, "2 5 8, 2 2 2 8 4"},
		{"attention of other widths", []any{sequence, weights("w", 8, 20), microsoft("Attention", "x w", "y", number("num_heads", 2), list("qkv_hidden_sizes", 8, 8, 4))},
			160, 10*160 + 2*25*(8+4), "2 5 4"},
		{"quantized attention", []any{sequence, bytes8("w", 8, 24), weights("b", 24), single("s", 1), microsoft("QAttention", "x w b s s", "y", number("num_heads", 2))},
			8*24 + 24, 10*8*24 + 2*2*25*8, "2 5 8"},
		{"heads packed with keys and values", []any{in("x", 2, 5, 2, 3, 4), microsoft("MultiHeadAttention", "x", "y", number("num_heads", 2))}, 0, 2 * 2 * 25 * 8, "2 5 8"},
		{"a decoder's heads with a bias", []any{in("q", 2, 1, 8), in("p", 2, 2, 9, 4), weights("b", 24), microsoft("DecoderMaskedMultiHeadAttention", "q q q _ _ p p _ _ _ b", "y k v", number("num_heads", 2))},
			24, 2 * 2 * 2 * 10 * 4, "2 1 8, 2 2 10 4, 2 2 10 4"},
		{"scores as an output", []any{in("q", 2, 2, 5, 4), in("k", 2, 2, 7, 4), do("Attention", "q k k", "y _ _ z")}, 0, 2 * 2 * 2 * 5 * 7 * 4, "2 2 5 4, 2 2 5 7"},
		{"attention whose scores go through a graph", []any{in("q", 2, 4, 5, 4), in("k", 2, 2, 7, 4), &wire.Node{Op: "FlexAttention", Domain: preview, Inputs: []string{"q", "k", "k"}, Outputs: []string{"y"}, HoldsGraph: true,
			Attributes: wire.NewAttributes(body("score_mod", in("s", 2, 4, 5, 7), do("Tanh", "s", "t"), output("t")))}}, 0, 2 * 2 * 4 * 5 * 7 * 4, "2 4 5 4"},
		{"a skip and a norm", []any{sequence, in("z", 2, 5, 8), weights("g", 8), weights("b", 8), microsoft("SkipSimplifiedLayerNormalization", "x z g b", "y _ _ s")}, 16, 0, "2 5 8, 2 5 8"},
		{"words, positions and segments", []any{in("x", 2, 5), in("z", 2, 5), weights("we", 100, 8), weights("pe", 20, 8), weights("se", 2, 8), weights("g", 8), weights("b", 8),
			microsoft("EmbedLayerNormalization", "x z we pe se g b", "y m s")}, 992, 0, "2 5 8, 2, 2 5 8"},
		{"words at given positions", []any{in("x", 2, 5), in("z", 2, 5), weights("we", 100, 8), weights("pe", 20, 8), weights("g", 8), weights("b", 8),
			microsoft("EmbedLayerNormalization", "x _ we pe _ g b _ z", "y m")}, 976, 0, "2 5 8, 2"},
		{"experts", []any{sequence, in("r", 10, 4), weights("w", 4, 6, 8), weights("b", 4, 6), weights("v", 4, 8, 6), weights("c", 4, 8), microsoft("MoE", "x r w b v c", "y", number("k", 2))},
			4 * (6*8 + 6 + 8*6 + 8), 10 * 2 * 2 * 48, "2 5 8"},
		{"experts, rows for columns", []any{sequence, in("r", 10, 4), weights("w", 4, 8, 6), weights("b", 4, 6), weights("v", 4, 6, 8), weights("c", 4, 8), microsoft("MoE", "x r w b v c", "y", number("k", 2))},
			4 * (6*8 + 6 + 8*6 + 8), 10 * 2 * 2 * 48, "2 5 8"},
		{"gated experts", []any{sequence, in("r", 10, 4), weights("w", 4, 12, 8), weights("v", 4, 8, 6), microsoft("MoE", "x r w _ v", "y", number("k", 2))}, 4 * 3 * 48, 10 * 2 * 3 * 48, "2 5 8"},
		{"experts in nibbles", []any{sequence, in("r", 10, 4), bytes8("w", 4, 12, 4), bytes8("v", 4, 8, 3), weights("s", 4, 12), microsoft("QMoE", "x r w s _ v s", "y", number("k", 2))},
			4 * 3 * 48, 10 * 2 * 3 * 48, "2 5 8"},
		{"channels last", []any{map8, weights("w", 4, 3, 3, 8), weights("b", 4), microsoft("NhwcConv", "x w b", "y", list("pads", 1, 1, 1, 1))}, 4*72 + 4, 2 * 42 * 4 * 72, "2 6 7 4"},
		{"channels last, and a kernel of channels first", []any{map8, weights("w", 4, 8, 3, 3), in("z", 2, 4, 5, 4), microsoft("NhwcFusedConv", "x w _ z", "y", list("kernel_shape", 3, 3), told("activation", "Relu"))},
			4 * 72, 2 * 20 * 4 * 72, "2 4 5 4"},
		{"a pool of channels last", []any{map8, microsoft("NhwcMaxPool", "x", "y", list("kernel_shape", 2, 3), list("strides", 2, 2))}, 0, 0, "2 3 3 8"},
		{"groups of channels last", []any{map8, weights("g", 8), weights("b", 8), microsoft("GroupNorm", "x g b", "y", number("groups", 4), number("activation", 1))}, 16, 0, "2 6 7 8"},
		{"a skip and groups", []any{map8, weights("g", 8), weights("b", 8), in("z", 2, 6, 7, 8), weights("c", 8), microsoft("SkipGroupNorm", "x g b z c", "y s", number("groups", 4))}, 24, 0, "2 6 7 8, 2 6 7 8"},
		{"an LSTM with turned matrices", []any{in("x", 7, 2, 8), bytes8("w", 1, 8, 24), bytes8("r", 1, 6, 24), weights("b", 1, 48), single("s", 1), microsoft("DynamicQuantizeLSTM", "x w r b _ _ _ _ s s s s", "y h c")},
			24*14 + 48, 14 * 24 * 14, "7 1 2 6, 1 2 6, 1 2 6"},
		{"an LSTM with two biases", []any{in("x", 7, 2, 8), weights("w", 1, 24, 8), weights("r", 1, 24, 6), weights("b", 1, 48), do("LSTM", "x w r b", "y")}, 24*14 + 48, 14 * 24 * 14, "7 1 2 6"},
		{"an LSTM with a bias and zeros", []any{in("x", 7, 2, 8), weights("w", 1, 24, 8), weights("r", 1, 24, 6), weights("b", 1, 24), shape("n", 1, 24), do("Neg", "n", "m"), do("Neg", "m", "k"),
			do("ConstantOfShape", "k", "z"), do("Concat", "b z", "both", number("axis", 1)), do("LSTM", "x w r both", "y")}, 24*14 + 24, 14 * 24 * 14, "7 1 2 6"},
		{"an LSTM with peepholes and no bias", []any{in("x", 7, 2, 8), weights("w", 1, 24, 8), weights("r", 1, 24, 6), weights("p", 1, 18), do("LSTM", "x w r _ _ _ _ p", "y")}, 24*14 + 18, 14 * 24 * 14, "7 1 2 6"},
		{"a product and GELU", []any{sequence, weights("w", 8, 6), weights("b", 6), microsoft("GemmFastGelu", "x w b", "y")}, 54, 480, "2 5 6"},
		{"a half that gates the other", []any{sequence, weights("b", 8), microsoft("BiasSplitGelu", "x b", "y")}, 8, 0, "2 5 4"},
		{"a convolution over what came before", []any{in("x", 2, 6, 9), weights("w", 6, 1, 4), weights("b", 6), do("CausalConvWithState", "x w b", "y s", told("activation", "silu"))}, 30, 2 * 6 * 9 * 4, "2 6 9, 2 6 3"},
		{"a convolution with its state", []any{in("x", 2, 6, 1), weights("w", 6, 1, 4), in("p", 2, 6, 3), do("CausalConvWithState", "x w _ p", "y s")}, 24, 2 * 6 * 4, "2 6 1, 2 6 3"},
		{"linear attention", []any{in("q", 2, 5, 16), in("k", 2, 5, 8), in("v", 2, 5, 6), do("LinearAttention", "q k v", "y s", told("update_rule", "linear"), number("q_num_heads", 4), number("kv_num_heads", 2))},
			0, 2 * 5 * 4 * 3 * (2 + 4), "2 5 12, 2 2 4 3"},
		{"linear attention by the delta rule", []any{in("q", 2, 5, 8), in("v", 2, 5, 6), in("p", 2, 2, 4, 3), in("g", 2, 5, 2), in("b", 2, 5, 1),
			do("LinearAttention", "q q v p g b", "y s", number("q_num_heads", 2), number("kv_num_heads", 2))}, 0, 2 * 5 * 4 * 3 * (2 + 2 + 2), "2 5 6, 2 2 4 3"},
		{"deformable", []any{in("x", 2, 4, 9, 9), weights("w", 6, 4, 3, 3), in("o", 2, 18, 7, 7), weights("b", 6), do("DeformConv", "x w o b", "y")}, 6*36 + 6, 2 * 49 * 6 * 36, "2 6 7 7"},
	} {
		t.Run(c.name, func(t *testing.T) {
			tr, outputs := run(t, Options{Strict: true}, c.parts...)
			assert.Equal(t, c.outputs, outputs)
			resolved, err := trace.Resolve(tr.build.Trace().Network, trace.Options{})
			require.NoError(t, err)
			total, err := cost.Of(resolved, cost.Options{})
			require.NoError(t, err)
			params, _ := total.Of(cost.Params).Int64()
			macs, _ := total.Of(cost.MACs).Int64()
			assert.Equal(t, []int64{c.params, c.macs}, []int64{params, macs})
			checkItems(t, tr, c.name)
		})
	}
}
