package onnx

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/onnx/wire"
	"github.com/skipcost/skipcost/cost"
)

// TestWeights counts the parameters of small graphs: what is learned counts, and counts once.
func TestWeights(t *testing.T) {
	x := in("x", 2, 3, 8)
	w := weights("w", 8, 8)
	y := output("y")
	int8w := func(name string, dims ...int64) *wire.Tensor {
		return &wire.Tensor{Name: name, DType: wire.Int8, Dims: dims}
	}
	for _, c := range []struct {
		name  string
		parts []any
		want  int64
		notes []string
	}{
		{"one matrix", []any{x, w, do("MatMul", "x w", "y"), y}, 64, nil},
		{"one matrix twice", []any{x, w, do("MatMul", "x w", "a"), do("MatMul", "a w", "y"), y}, 64, nil},
		{"a matrix and its transpose", []any{x, w, do("Transpose", "w", "v"), do("MatMul", "x w", "a"), do("MatMul", "a v", "y"), y}, 64, nil},
		{"two transposes of a matrix", []any{x, w, do("Transpose", "w", "v"), do("Transpose", "w", "u"), do("MatMul", "x v", "a"), do("MatMul", "a u", "y"), y}, 64, nil},
		{"a small matrix behind a transpose", []any{x, floats("w", ones(64), 8, 8), do("Transpose", "w", "v"), do("MatMul", "x v", "y"), y}, 64, nil},
		{"a small matrix and its transpose", []any{x, floats("w", ones(64), 8, 8), do("Transpose", "w", "v"), do("MatMul", "x w", "a"), do("MatMul", "a v", "y"), y}, 64, nil},
		{"a small matrix times a number", []any{x, floats("w", ones(64), 8, 8), single("half", 0.5), do("Mul", "w half", "v"), do("MatMul", "x v", "y"), y}, 64, nil},
		{"a small bias cut in two", []any{x, floats("b", ones(16)), shape("zero", 0), shape("eight", 8), do("Slice", "b zero eight", "a"), do("Add", "x a", "y"), y}, 16, nil},
		{"a small matrix of two", []any{x, floats("a", ones(32), 4, 8), floats("b", ones(32), 4, 8), do("Concat", "a b", "w", number("axis", 0)), do("MatMul", "x w", "y"), y}, 64, nil},
		{"a table and its transpose", []any{in("x", 2, 3), weights("table", 100, 8), do("Gather", "table x", "e"), do("Transpose", "table", "back"), do("MatMul", "e back", "y"), y}, 800, nil},
		{"a tie by Gemm", []any{in("x", 2, 8), w, do("Gemm", "x w", "a"), do("Gemm", "a w", "y", number("transB", 1)), y}, 64, nil},

		{"three pieces of a matrix", []any{x, weights("w", 8, 24), do("Split", "w", "q k v", number("axis", 1)), do("MatMul", "x q", "a"), do("MatMul", "x k", "b"), do("MatMul", "x v", "c"),
			do("Sum", "a b c", "y"), y}, 192, nil},
		{"two of three pieces", []any{x, weights("w", 8, 24), do("Split", "w", "q k v", number("axis", 1)), do("MatMul", "x q", "a"), do("MatMul", "a k", "y"), y}, 128,
			[]string{"128 of the 192 values of w are used and count"}},
		{"one piece twice", []any{x, weights("w", 8, 16), shape("zero", 0), shape("eight", 8), shape("one", 1), do("Slice", "w zero eight one", "p"), do("Slice", "w zero eight one", "q"),
			do("MatMul", "x p", "a"), do("MatMul", "a q", "y"), y}, 64, []string{"64 of the 128 values of w are used and count"}},
		{"a piece and then the whole", []any{x, weights("w", 8, 16), shape("zero", 0), shape("eight", 8), shape("one", 1), do("Slice", "w zero eight one", "p"),
			do("MatMul", "x p", "a"), do("MatMul", "a w", "y"), y}, 192, []string{"some of w counts twice: it is used in parts and as a whole"}},
		{"the whole and then a piece", []any{x, weights("w", 8, 16), shape("zero", 0), shape("eight", 8), shape("one", 1), do("Slice", "w zero eight one", "p"),
			do("MatMul", "x w", "a"), do("MatMul", "x p", "b"), do("Concat", "a b", "y", number("axis", 2)), y}, 128, nil},
		{"a piece that is all of it", []any{x, w, shape("zero", 0), shape("eight", 8), do("Slice", "w zero eight", "p"), do("MatMul", "x p", "a"), do("MatMul", "a w", "y"), y}, 64, nil},
		{"the first rows of a table of positions", []any{x, weights("positions", 100, 8), shape("zero", 0), shape("three", 3), do("Slice", "positions zero three", "p"), do("Add", "x p", "y"), y}, 800, nil},
		{"a piece that is the wrong way round", []any{x, weights("w", 8, 16), shape("three", 3), shape("five", 5), shape("one", 1), shape("back", -1), do("Slice", "w three five one back", "none"),
			do("MatMul", "x w", "y"), y, output("none")}, 128, nil},

		{"two matrices of a stack", []any{x, weights("w", 3, 8, 8), shape("zero", 0), shape("last", -1), do("Gather", "w zero", "u"), do("Gather", "w last", "v"), do("MatMul", "x u", "a"), do("MatMul", "a v", "b"),
			do("MatMul", "b u", "y"), y}, 128, []string{"128 of the 192 values of w are used and count"}},
		{"a row of a table twice over", []any{x, weights("w", 3, 8), shape("rows", 1, 1, 1), do("Gather", "w rows", "r"), do("Add", "x r", "y"), y}, 24, nil},

		{"weights made of two", []any{x, weights("a", 4, 8), weights("b", 4, 8), do("Concat", "a b", "w", number("axis", 0)), do("MatMul", "x w", "y"), y}, 64, nil},
		{"weights made of two, one of which is used before", []any{x, weights("a", 8, 4), weights("b", 8, 4), do("Concat", "a b", "w", number("axis", 1)), do("MatMul", "x a", "c"), do("MatMul", "x w", "d"),
			do("Concat", "c d", "y", number("axis", 2)), y}, 96, []string{"some of w counts twice: it is used in parts and as a whole"}},
		{"a low-rank matrix", []any{x, weights("a", 8, 2), weights("b", 2, 8), do("MatMul", "a b", "w"), do("MatMul", "x w", "y"), y}, 32, nil},
		{"a low-rank matrix used twice", []any{x, weights("a", 8, 2), weights("b", 2, 8), do("MatMul", "a b", "w"), do("MatMul", "x w", "z"), do("MatMul", "z w", "y"), y}, 32, nil},
		{"a matrix and one of low rank", []any{x, w, weights("a", 8, 2), weights("b", 2, 8), do("MatMul", "a b", "c"), do("Add", "w c", "v"), do("MatMul", "x v", "y"), y}, 96, nil},
		{"a low-rank matrix of a matrix that counts", []any{x, w, weights("b", 8, 2), do("MatMul", "x w", "z"), do("MatMul", "w b", "v"), do("MatMul", "z v", "y"), y}, 80, nil},
		{"learned rows that are projected and normalised", []any{x, weights("q", 1, 3, 8), w, weights("b", 8), weights("s", 8), weights("d", 8), do("MatMul", "q w", "p"), do("Add", "p b", "r"), do("LayerNormalization", "r s d", "n"),
			do("Add", "x n", "y"), y}, 24 + 64 + 8 + 16, nil},
		{"a learned map that is convolved", []any{in("x", 1, 6, 1, 1), weights("c", 1, 4, 5, 5), weights("w", 6, 4, 3, 3), weights("b", 6), do("Conv", "c w b", "m"), do("Relu", "m", "r"), do("Mul", "r x", "y"), y}, 100 + 216 + 6, nil},
		{"a table that goes through layers", []any{in("x", 1, 3, 3), constant(shape("n", ones64(18)...)), shape("to", 9, 2), do("Reshape", "n to", "m"), do("Cast", "m", "t", number("to", 1)), weights("w", 2, 5), weights("v", 5, 1), do("MatMul", "t w", "a"),
			do("Relu", "a", "b"), do("MatMul", "b v", "c"), shape("square", 3, 3), do("Reshape", "c square", "d"), do("Add", "x d", "y"), y}, 15, nil},
		{"a stack of low rank", []any{x, weights("a", 2, 8, 2), weights("b", 2, 2, 8), do("MatMul", "a b", "w"), do("MatMul", "x w", "y"), y}, 64, nil},
		{"a weight over its norm times a length", []any{in("x", 1, 4, 8, 8), weights("v", 6, 4, 3, 3), weights("g", 6, 1, 1, 1), weights("b", 6), do("ReduceL2", "v", "n", list("axes", 1, 2, 3)), do("Div", "v n", "u"), do("Mul", "u g", "w"),
			do("Conv", "x w b", "y"), y}, 216 + 6 + 6, nil},
		{"a weight that is computed from nothing learned", []any{x, w, do("Sin", "w", "v"), do("MatMul", "x v", "y"), y}, 0, nil},
		{"a table that is computed from nothing learned", []any{in("x", 2, 3), weights("w", 100, 8), do("Cos", "w", "v"), do("Gather", "v x", "y"), y}, 0, nil},
		{"a matrix of whole numbers", []any{x, shape("n", ones64(64)...), shape("square", 8, 8), do("Reshape", "n square", "m"), do("Cast", "m", "w", number("to", 1)), do("MatMul", "x w", "y"), y}, 0, nil},
		{"weights that are standardised", []any{in("x", 1, 4, 8, 8), weights("w", 6, 4, 3, 3), single("e", 1e-5), single("two", 2), shape("axes", 1, 2, 3), do("ReduceMean", "w", "m", list("axes", 1, 2, 3)), do("Sub", "w m", "c"),
			do("Pow", "c two", "s"), do("ReduceMean", "s", "v", list("axes", 1, 2, 3)), do("Add", "v e", "p"), do("Sqrt", "p", "d"), do("Div", "c d", "n"), do("Conv", "x n", "y"), y}, 216, nil},

		{"a bias of its own", []any{x, w, weights("b", 8), do("MatMul", "x w", "a"), do("Add", "a b", "y"), y}, 72, nil},
		{"a bias of its own behind a shared matrix", []any{x, w, weights("b", 8), weights("d", 8), do("MatMul", "x w", "a"), do("Add", "a b", "c"), do("MatMul", "c w", "e"), do("Add", "e d", "y"), y}, 80, nil},
		{"a shared bias behind a matrix of its own", []any{x, w, weights("v", 8, 8), weights("b", 8), do("MatMul", "x w", "a"), do("Add", "a b", "c"), do("MatMul", "c v", "e"), do("Add", "e b", "y"), y}, 136, []string{mergedNote}},
		{"a bias of one number for all columns", []any{x, w, weights("b", 1), do("MatMul", "x w", "a"), do("Add", "a b", "y"), y}, 65, nil},
		{"a bias for each row and column", []any{in("x", 2, 8), w, weights("b", 2, 8), do("Gemm", "x w b", "y"), y}, 80, nil},
		{"a bias for each column in two dimensions", []any{in("x", 2, 8), w, weights("b", 1, 8), do("Gemm", "x w b", "y"), y}, 72, nil},
		{"a bias that is computed from nothing learned", []any{x, w, weights("b", 8), do("Sin", "b", "s"), do("MatMul", "x w", "a"), do("Add", "a s", "y"), y}, 64, nil},
		{"a bias that is data", []any{x, in("d", 8), w, do("MatMul", "x w", "a"), do("Add", "a d", "y"), y}, 64, nil},
		{"a convolution with a bias", []any{in("x", 1, 4, 8, 8), weights("w", 6, 2, 3, 3), weights("b", 6), do("Conv", "x w b", "y", number("group", 2)), y}, 114, nil},

		{"weights from a Constant node", []any{x, constant(weights("w", 8, 8)), do("MatMul", "x w", "y"), y}, 64, nil},
		{"weights in a row of floats in a Constant node", []any{in("x", 3, 4), do("Constant", "", "w", &wire.Attribute{Name: "value_floats", Floats: []float32{.5, 2, -1, .25}}), do("MatMul", "x w", "y"), y}, 4, nil},
		{"weights in a Constant node of few values", []any{x, do("Constant", "", "w", &wire.Attribute{Name: "sparse_value", Tensor: &wire.Tensor{DType: 1, Dims: []int64{8, 5}}}), do("MatMul", "x w", "y"), y}, 40, nil},
		{"weights of one number each", []any{x, shape("square", 8, 8), do("ConstantOfShape", "square", "w"), do("MatMul", "x w", "y"), y}, 64, nil},
		{"one number for all of a state, before the first step", []any{in("x", 2, 8), w, weights("u", 6, 6), weights("v", 8, 6), shape("sizes", 2, 6), do("ConstantOfShape", "sizes", "h"), do("MatMul", "h u", "a"), do("MatMul", "x v", "b"),
			do("Add", "a b", "y"), y}, 36 + 48, nil},
		{"weights of one number each, beside a bias that is in the file", []any{in("x", 1, 4, 8, 8), shape("sizes", 6, 4, 3, 3), do("ConstantOfShape", "sizes", "w"), weights("b", 6), do("Conv", "x w b", "y"), y}, 222, nil},
		{"zeros for a bias of a convolution", []any{in("x", 1, 4, 8, 8), weights("w", 6, 4, 3, 3), shape("sizes", 6), do("ConstantOfShape", "sizes", "b"), do("Conv", "x w b", "y"), y}, 216, nil},
		{"weights of one number each, transposed", []any{in("x", 2, 8), shape("sizes", 6, 8), do("ConstantOfShape", "sizes", "w"), do("Transpose", "w", "t", list("perm", 1, 0)), do("MatMul", "x t", "y"), y}, 48, nil},
		{"zeros that a token is repeated by", []any{in("x", 2, 3, 8), weights("token", 1, 1, 8), shape("sizes", 2, 1, 1), do("ConstantOfShape", "sizes", "z"), do("Add", "token z", "tokens"), do("Concat", "tokens x", "y", number("axis", 1)), y}, 8, nil},
		{"zeros that a row of biases is joined to", []any{in("x", 2, 3, 12), w, weights("b", 8), weights("m", 12, 16), shape("sizes", 8), do("ConstantOfShape", "sizes", "z"), do("Concat", "b z", "both", number("axis", 0)), do("MatMul", "x m", "a"),
			do("Add", "a both", "y"), y}, 12*16 + 8, nil},
		{"a weight that is masked", []any{x, w, shape("square", 8, 8), do("ConstantOfShape", "square", "ones"), do("Mul", "w ones", "v"), do("MatMul", "x v", "y"), y}, 64, nil},
		{"a weight of which a constant chooses", []any{x, w, &wire.Tensor{Name: "mask", DType: 9, Dims: []int64{8, 8}}, single("z", 0), do("Where", "mask w z", "v"), do("MatMul", "x v", "y"), y}, 64, nil},
		{"zeros that are added to data", []any{x, w, shape("sizes", 3, 1), do("ConstantOfShape", "sizes", "z"), do("MatMul", "x w", "a"), do("Add", "a z", "y"), y}, 64, nil},
		{"a token for each of two samples, folded", []any{x, floats("t", []float64{.5, -.25, .75, 2, .5, -.25, .75, 2}, 2, 1, 4), shape("to", 2, 6, 4), do("Reshape", "x to", "r"), do("Concat", "t r", "y", number("axis", 1)), y}, 8, nil},
		{"a number", []any{x, single("n", 3), do("Mul", "x n", "y"), y}, 0, nil},
		{"a number in a row of one", []any{x, weights("n", 1), do("Mul", "x n", "y"), y}, 1, nil},
		{"a number in a Constant node", []any{x, constant(floats("n", []float64{3})), do("Mul", "x n", "y"), y}, 0, nil},
		{"the scale and shift of a norm", []any{x, weights("s", 8), weights("b", 8), do("LayerNormalization", "x s b", "y"), y}, 16, nil},
		{"the scale of a norm alone", []any{x, weights("s", 8), do("LayerNormalization", "x s", "y"), y}, 8, nil},
		{"ones and zeros of a norm that learns nothing", []any{x, constant(floats("s", ones(8))), constant(floats("b", make([]float64, 8))), do("LayerNormalization", "x s b", "y"), y}, 0, nil},
		{"zeros in a node that a row is joined to", []any{x, constant(floats("z", make([]float64, 8))), shape("to", 1, 1, 8), do("Reshape", "z to", "r"), shape("all", 2, 1, 8), do("Expand", "r all", "e"),
			do("Concat", "x e", "y", number("axis", 1)), y}, 0, nil},
		{"zeros that a row is joined to, as an initializer", []any{x, floats("z", make([]float64, 8)), shape("to", 1, 1, 8), do("Reshape", "z to", "r"), shape("all", 2, 1, 8), do("Expand", "r all", "e"),
			do("Concat", "x e", "y", number("axis", 1)), y}, 8, nil},
		{"ones and zeros that are initializers", []any{x, floats("s", ones(8)), floats("b", make([]float64, 8)), do("LayerNormalization", "x s b", "y"), y}, 16, nil},
		{"a norm of several axes", []any{x, weights("s", 3, 8), weights("b", 3, 8), do("LayerNormalization", "x s b", "y", number("axis", 1)), y}, 48, nil},
		{"a token for each sample", []any{in("x", "n", 3, 8), weights("token", 1, 1, 8), do("Shape", "x", "sizes"), shape("zero", 0), shape("one", 1, 1), do("Gather", "sizes zero", "n"), do("Concat", "n one", "times", number("axis", 0)),
			do("Tile", "token times", "tokens"), do("Concat", "tokens x", "y", number("axis", 1)), y}, 8, nil},
		{"positions of another size", []any{in("x", 1, 4, 6, 6), weights("p", 1, 4, 3, 3), shape("sizes", 1, 4, 6, 6), do("Resize", "p _ _ sizes", "q"), do("Add", "x q", "y"), y}, 36, nil},
		{"a padded shift", []any{x, weights("b", 6), shape("pads", 0, 2), do("Pad", "b pads", "d"), do("Add", "x d", "y"), y}, 6, nil},
		{"a weight over its norm", []any{x, w, weights("g", 8, 1), do("ReduceL2", "w", "n", list("axes", 1)), do("Div", "w n", "d"), do("MatMul", "x d", "y"), y}, 64, nil},
		{"the places of a table times its numbers", []any{in("x", "n", 3), weights("f", 4, 1), weights("g", 2, 1, 5), do("MatMul", "f g", "t"), do("ReduceSum", "t", "s"), do("Add", "x s", "y"), y}, 0, nil},
		{"an RMS norm", []any{x, weights("s", 8), do("RMSNormalization", "x s", "y"), y}, 8, nil},
		{"an RMS norm with a shift", []any{x, single("two", 2), single("e", 1e-5), weights("s", 8), weights("b", 8), do("Pow", "x two", "p"), do("ReduceMean", "p", "m", list("axes", -1)), do("Add", "m e", "a"), do("Sqrt", "a", "r"),
			do("Div", "x r", "n"), do("Mul", "n s", "z"), do("Add", "z b", "y"), y}, 16, nil},
		{"a sum that is normalised", []any{x, in("z", 2, 3, 8), weights("s", 8), weights("b", 8), microsoft("SkipLayerNormalization", "x z s b", "y"), y}, 16, nil},
		{"a sum with a bias that is normalised", []any{x, in("z", 2, 3, 8), weights("s", 8), weights("b", 8), weights("d", 8), microsoft("SkipLayerNormalization", "x z s b d", "y"), y}, 24, nil},
		{"a learned tensor joined to data", []any{x, weights("token", 2, 1, 8), do("Concat", "token x", "y", number("axis", 1)), y}, 16, nil},
		{"a learned tensor joined twice", []any{x, weights("token", 2, 1, 8), do("Concat", "token x", "a", number("axis", 1)), do("Concat", "token a", "y", number("axis", 1)), y}, 16, nil},

		{"weights of 8 bits", []any{x, int8w("q", 8, 8), single("s", 0.1), do("DequantizeLinear", "q s", "w"), do("MatMul", "x w", "y"), y}, 64, nil},
		{"weights of 8 bits with a scale for each row", []any{x, int8w("q", 8, 8), weights("s", 8), do("DequantizeLinear", "q s", "w"), do("MatMul", "x w", "y"), y}, 64, nil},
		{"few weights of 8 bits behind a transpose", []any{x, &wire.Tensor{Name: "q", DType: wire.Int8, Dims: []int64{8, 8}, Ints: ones64(64), Known: true}, single("s", 0.1), do("Transpose", "q", "t"),
			do("DequantizeLinear", "t s", "w"), do("MatMul", "x w", "y"), y}, 64, nil},
		{"a bias of 32 bits", []any{x, w, &wire.Tensor{Name: "q", DType: 6, Dims: []int64{8}}, single("s", 0.1), do("DequantizeLinear", "q s", "b"), do("MatMul", "x w", "a"), do("Add", "a b", "y"), y}, 72, nil},
		{"a quantized convolution with a bias", []any{in("x", 1, 4, 8, 8), single("s", 0.1), &wire.Tensor{Name: "zp", DType: wire.Int8}, int8w("w", 6, 4, 3, 3), &wire.Tensor{Name: "b", DType: 6, Dims: []int64{6}},
			do("QLinearConv", "x s zp w s zp s zp b", "y"), y}, 222, nil},
		{"a product of whole numbers with a scale for each column", []any{x, int8w("q", 8, 6), weights("s", 6), do("DynamicQuantizeLinear", "x", "xq xs xz"), do("MatMulInteger", "xq q xz", "m"), do("Cast", "m", "f", number("to", 1)),
			do("Mul", "xs s", "both"), do("Mul", "f both", "y"), y}, 48, []string{"not learned, but scales of quantization: s"}},
		{"a quantized matrix with a bias", []any{in("x", 2, 8), single("s", 0.1), &wire.Tensor{Name: "zp", DType: wire.Int8}, int8w("w", 8, 6), &wire.Tensor{Name: "b", DType: 6, Dims: []int64{6}},
			microsoft("QGemm", "x s zp w s zp b s zp", "y"), y}, 54, nil},
		{"weights without a name", []any{x, constant(weights("", 8, 8)), do("Identity", "x", "y"), y}, 0, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			n, err := translated(c.parts...)
			require.NoError(t, err)
			assert.Equal(t, c.want, amount(t, n, cost.Params))
			assert.Equal(t, c.notes, n.Notes)
		})
	}
}

// TestWorkOnLearned: what layers make of learned tensors alone is work like any other where it turns out to be an activation, and none where it
// is the matrix of a layer.
func TestWorkOnLearned(t *testing.T) {
	x, q, w, y := in("x", 2, 3, 8), weights("q", 1, 3, 8), weights("w", 8, 8), output("y")
	for _, c := range []struct {
		name  string
		parts []any
		want  int64
	}{
		{"added", []any{x, q, w, do("MatMul", "q w", "p"), do("Add", "x p", "y"), y}, 192},
		{"added twice", []any{x, q, w, do("MatMul", "q w", "p"), do("Add", "x p", "a"), do("Add", "a p", "y"), y}, 192},
		{"added behind others", []any{x, q, w, do("MatMul", "q w", "p"), do("Gelu", "p", "g"), do("MatMul", "g w", "r"), do("Max", "x r", "y"), y}, 384},
		{"a product of what comes in", []any{x, q, w, do("MatMul", "q w", "p"), do("Transpose", "p", "t", list("perm", 0, 2, 1)), do("MatMul", "x t", "y"), y}, 192 + 2*72},
		{"attention between learned rows", []any{x, q, w, do("MatMul", "q w", "k"), do("Transpose", "k", "t", list("perm", 0, 2, 1)), do("MatMul", "k t", "s"), do("Softmax", "s", "p"), do("MatMul", "p k", "a"), do("Add", "x a", "y"), y}, 192 + 2*72},
		{"chosen", []any{x, in("m", 2, 3, 1), q, w, do("MatMul", "q w", "p"), do("Where", "m p x", "y"), y}, 192},
		{"the matrix of a layer", []any{x, weights("a", 8, 2), weights("b", 2, 8), do("MatMul", "a b", "v"), do("MatMul", "x v", "y"), y}, 384 + 128},
		{"a matrix and one of low rank", []any{x, w, weights("a", 8, 2), weights("b", 2, 8), do("MatMul", "a b", "c"), do("Add", "w c", "v"), do("MatMul", "x v", "y"), y}, 384 + 128},
		{"keys of a memory", []any{x, weights("m", 5, 8), w, weights("b", 8), do("Gemm", "m w b", "k", number("transB", 1)), do("Transpose", "k", "t"), do("MatMul", "x t", "y"), y}, 5*64 + 6*40},
		{"keys of a memory, turned by the product", []any{in("x", 3, 8), weights("m", 5, 8), w, weights("b", 8), do("Gemm", "m w b", "k"), do("Gemm", "x k", "y", number("transB", 1)), y}, 5*64 + 3*40},
		{"a matrix over its norm", []any{x, w, do("ReduceL2", "w", "n", list("axes", 0)), do("Div", "w n", "v"), do("MatMul", "x v", "y"), y}, 384},
		{"a mask", []any{x, weights("f", 3, 1), weights("g", 1, 8), do("Mul", "f g", "m"), do("Add", "x m", "y"), y}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			n, err := translated(c.parts...)
			require.NoError(t, err)
			assert.Equal(t, c.want, amount(t, n, cost.MACs))
		})
	}
}

// TestRecurrentTraining of 5 positions of 2 samples: the product with the state has no gradient at the first position, wherever the
// positions stand. In fp32 what comes in, 80 numbers, 60 that come out, and 5·60 of gates and states.
func TestRecurrentTraining(t *testing.T) {
	w, r, y := weights("w", 1, 24, 8), weights("r", 1, 24, 6), output("y")
	for _, parts := range [][]any{
		{in("x", 5, 2, 8), w, r, do("LSTM", "x w r", "y"), y},
		{in("x", 2, 5, 8), w, r, do("LSTM", "x w r", "y", number("layout", 1)), y},
		{in("x", 2, 5, 8), w, r, do("Transpose", "x", "t", list("perm", 1, 0, 2)), do("LSTM", "t w r", "y"), y},
	} {
		n, err := translated(parts...)
		require.NoError(t, err)
		assert.EqualValues(t, 10*24*14, amount(t, n, cost.MACs))
		assert.EqualValues(t, 10*24*14*2+8*24*6, amount(t, n, cost.TrainingMACs))
		assert.EqualValues(t, 4*(80+60+5*60), amount(t, n, cost.TrainingSavedBytes))
	}
}

func ones64(n int) []int64 {
	out := make([]int64, n)
	for k := range out {
		out[k] = 1
	}
	return out
}

// TestWeightsThatAreInputs are files without initializers.
func TestWeightsThatAreInputs(t *testing.T) {
	x := in("x", "n", 8)
	y := output("y")
	for _, c := range []struct {
		name  string
		parts []any
		want  int64
		free  int // further inputs that are data
		err   string
	}{
		{"a matrix", []any{x, in("w", 8, 8), do("MatMul", "x w", "y"), y}, 64, 0, ""},
		{"a matrix that comes first", []any{in("w", 8, 8), x, do("MatMul", "x w", "y"), y}, 64, 0, ""},
		{"a matrix behind a transpose", []any{x, in("w", 8, 8), do("Transpose", "w", "v"), do("MatMul", "x v", "y"), y}, 64, 0, ""},
		{"a bias added by itself", []any{x, in("w", 8, 8), in("b", 8), do("MatMul", "x w", "a"), do("Add", "a b", "y"), y}, 72, 0, ""},
		{"an open one is data", []any{x, in("z", "n", 8), in("w", 8, 8), do("MatMul", "x w", "a"), do("Add", "a z", "y"), y}, 64, 1, ""},
		{"no place of a weight, no weights", []any{x, in("z", 8), do("Add", "x z", "y"), y}, 0, 1, ""},
		{"a stack of matrices is data", []any{in("x", 2, 4, 8), in("z", 2, 8, 4), do("MatMul", "x z", "y"), y}, 0, 1, ""},
		{"an open matrix is data", []any{x, in("w", 8, "m"), do("MatMul", "x w", "y"), y}, 0, 1, ""},
		{"the matrix is the first input and data too", []any{in("x", 8, 8), do("MatMul", "x x", "y"), y}, 0, 0, ""},
		{"an initializer that callers may replace", []any{x, in("w", 8, 8), weights("w", 8, 8), do("MatMul", "x w", "y"), y}, 64, 0, ""},
		{"an input beside initializers", []any{x, in("z", 8), weights("w", 8, 8), do("MatMul", "x w", "a"), do("Add", "a z", "y"), y}, 64, 1, ""},
		{"a matrix beside initializers is data", []any{in("x", 4, 8), in("z", 8, 4), weights("w", 4, 4), do("MatMul", "x z", "a"), do("MatMul", "a w", "y"), y}, 16, 1, ""},
		{"a matrix beside numbers", []any{in("x", 4, 8), in("w", 8, 4), single("half", 0.5), do("MatMul", "x w", "a"), do("Mul", "a half", "y"), y}, 0, 1, ""},
		{"a matrix and a vector, all fixed", []any{in("a", 3, 4), in("b", 4, 2), in("c", 2), do("MatMul", "a b", "m"), do("MatMul", "m c", "y"), y}, 0, 2, ""},
		{"a matrix beside a kernel", []any{in("x", 1, 3, 8, 8), in("k", 4, 3, 3, 3), in("w", 6, 2), do("Conv", "x k", "a"), do("MatMul", "a w", "y"), y}, 108 + 12, 0, ""},
		{"a sum that is normalised", []any{in("x", "n", 8), in("z", "n", 8), in("s", 8), in("b", 8), microsoft("SkipLayerNormalization", "x z s b", "y"), y}, 16, 1, ""},
		{"nothing but weights", []any{weights("w", 8, 8), do("Identity", "w", "y"), y}, 0, 0, "the graph has no input"},
	} {
		t.Run(c.name, func(t *testing.T) {
			n, err := translated(c.parts...)
			if c.err != "" {
				assert.EqualError(t, err, c.err)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, c.want, amount(t, n, cost.Params))
			free := 0
			for _, op := range traced(t, n).Operations() {
				free += int(boolInt(op.Kind.Name == "input"))
			}
			assert.Equal(t, c.free, free)
		})
	}
}
