package onnx

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/onnx/wire"
	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/cost"
)

// integerOf is an integer of no dimensions.
func integerOf(name string, v int64) *wire.Tensor {
	return &wire.Tensor{Name: name, DType: 7, Ints: []int64{v}, Known: true}
}

// numbersIn is an input of integers, which the data say.
func numbersIn(name string, n int) input { return in(name, n) }

// TestSizesThatDependOnData: a size that the data say is what the file states, or an open dimension.
func TestSizesThatDependOnData(t *testing.T) {
	maps := in("x", 2, 6, 8, 9)
	for _, c := range []struct {
		name    string
		parts   []any
		outputs string
	}{
		{"places of what is not 0", []any{in("x", 2, 3), do("NonZero", "x", "y")}, "2 y_1"},
		{"as many as the file states", []any{in("x", 2, 3), do("NonZero", "x", "y"), said{"y", []any{2, 4}}}, "2 4"},
		{"as many as the file calls them", []any{in("x", 2, 3), do("NonZero", "x", "y"), said{"y", []any{2, "found"}}}, "2 found"},
		{"as many as what is made of them is stated to be", []any{in("x", 2, 3), do("NonZero", "x", "y"), do("Transpose", "y", "z"), said{"z", []any{4, 2}}}, "4 2"},
		{"numbers up to one that the data say", []any{in("x"), integerOf("from", 0), integerOf("step", 1), do("Range", "from x step", "y"), do("Relu", "x", "z")}, "y_0, "},
		{"a filled shape of so many axes", []any{numbersIn("x", 3), do("ConstantOfShape", "x", "y"), do("Relu", "x", "z")}, "y_0 y_1 y_2, 3"},
		{"a filled shape that is stated", []any{numbersIn("x", 2), do("ConstantOfShape", "x", "y"), said{"y", []any{4, 0}}, do("Relu", "x", "z")}, "4 0, 2"},
		{"what stands in it", []any{in("x", 2, 3), do("Unique", "x", "y p q n")}, "y_0, y_0, 6, y_0"},
		{"rows that stand in it", []any{in("x", 2, 3), do("Unique", "x", "y p q n", number("axis", 0))}, "y_0 3, y_0, 2, y_0"},
		{"chosen elements", []any{in("x", 2, 3), in("z", 4), do("Compress", "x z", "y")}, "y_0"},
		{"chosen columns", []any{in("x", 2, 3), in("z", 4), do("Compress", "x z", "y", number("axis", 1))}, "2 y_1"},
		{"columns that the file chooses", []any{in("x", 2, 4), shape("z", 1, 0, 1), do("Compress", "x z", "y", number("axis", 1))}, "2 2"},
		{"a cache that is written into", []any{in("x", 2, 4, 9, 8), in("z", 2, 4, 1, 8), do("TensorScatter", "x z", "y")}, "2 4 9 8"},
		{"blocks in an image", []any{in("x", 2, 20, 12), shape("image", 5, 6), shape("block", 2, 2), do("Col2Im", "x image block", "y")}, "2 5 5 6"},
		{"the middle of an image", []any{maps, shape("size", 4, 10), do("CenterCropPad", "x size", "y", list("axes", 2, -1))}, "2 6 4 10"},
		{"the middle by the data", []any{maps, numbersIn("size", 2), do("CenterCropPad", "x size", "y", list("axes", 2, -1))}, "2 6 y_2 y_3"},
		{"back to the windows", []any{in("x", 1, 1, 2, 2), in("z", 1, 1, 2, 2), do("MaxUnpool", "x z", "y", list("kernel_shape", 2, 2), list("strides", 2, 2))}, "1 1 4 4"},
		{"back to a size", []any{in("x", 1, 1, 2, 2), in("z", 1, 1, 2, 2), shape("size", 1, 1, 5, 5), do("MaxUnpool", "x z size", "y", list("kernel_shape", 2, 2), list("strides", 2, 2))}, "1 1 5 5"},
		{"labels in place of classes", []any{in("x", 3, 5, 6), in("z", 3, 6), do("NegativeLogLikelihoodLoss", "x z", "y", told("reduction", "none"))}, "3 6"},
		{"the loss of a batch", []any{in("x", 3, 5, 6), in("z", 3, 6), do("SoftmaxCrossEntropyLoss", "x z", "y p")}, ", 3 5 6"},
		{"a window", []any{in("x", 2, 3), shape("n", 8), do("ReduceProd", "n", "m", number("keepdims", 0)), do("HannWindow", "m", "y"), do("Relu", "x", "z")}, "8, 2 3"},
		{"a shape of two axes that the data say", []any{in("x", 2, 3), numbersIn("to", 2), do("Reshape", "x to", "y")}, "y_0 y_1"},
		{"a shape of as many axes as the data say, which is stated", []any{in("x", 4, 6), in("to", "n"), do("Reshape", "x to", "y"), said{"y", []any{3, 8}}}, "3 8"},
		{"a shape of which one size is not stated", []any{in("x", 4, 6), numbersIn("to", 2), do("Reshape", "x to", "y"), said{"y", []any{nil, 8}}}, "3 8"},
		{"channels last", []any{in("x", 2, 4, 5, 3), floats("by", []float64{1, 2, 2, 1}), do("Resize", "x _ by", "y")}, "2 8 10 3"},
		{"two open sizes that meet", []any{in("x", 2, "n"), in("w", "m", 3), do("MatMul", "x w", "y")}, "2 3"},
		{"an extension without its domain", []any{in("x", 2, 6, 4, 4), weights("g", 6), weights("b", 6), do("GroupNorm", "x g b", "y", number("groups", 2), number("channels_last", 0))}, "2 6 4 4"},
		{"attention of the extension without its domain", []any{in("x", 2, 5, 8), weights("w", 8, 24), do("Attention", "x w", "y", number("num_heads", 2))}, "2 5 8"},
		{"a slice from where the data say", []any{maps, numbersIn("from", 1), numbersIn("to", 1), shape("axis", 2), do("Slice", "x from to axis", "y")}, "2 6 y_2 9"},
		{"a slice of some axis", []any{in("x", 2, 3), numbersIn("from", 1), numbersIn("to", 1), numbersIn("axis", 1), do("Slice", "x from to axis", "y")}, "y_0 y_1"},
		{"pads that the data say", []any{maps, numbersIn("pads", 4), shape("axis", -2, -1), do("Pad", "x pads _ axis", "y")}, "2 6 y_2 y_3"},
		{"an image resized by the data", []any{maps, numbersIn("to", 4), do("Resize", "x _ _ to", "y")}, "2 6 y_2 y_3"},
		{"as many of the largest as the data say", []any{maps, numbersIn("k", 1), do("TopK", "x k", "y p")}, "2 6 8 y_3, 2 6 8 y_3"},
		{"as many classes as the data say", []any{in("x", 2, 3), in("n"), floats("v", []float64{0, 1}), do("OneHot", "x n v", "y", number("axis", 1))}, "2 y_1 3"},
		{"expanded as the data say", []any{in("x", 3, 1), numbersIn("to", 3), do("Expand", "x to", "y")}, "y_0 3 y_2"},
		{"expanded behind an axis", []any{in("x", 1, 3, 1), numbersIn("to", 2), do("Expand", "x to", "y")}, "1 3 y_2"},
		{"expanded to as many axes", []any{in("x", 3, 1), numbersIn("to", 2), do("Expand", "x to", "y")}, "3 y_1"},
		{"a grid as the data say", []any{in("x", 2, 2, 3), numbersIn("size", 4), do("AffineGrid", "x size", "y")}, "2 y_1 y_2 2"},
		{"blocks in an image that the data say", []any{in("x", 2, 20, 4), numbersIn("size", 2), shape("block", 2, 2), do("Col2Im", "x size block", "y")}, "2 5 y_2 y_3"},
		{"a sum over the axes that the data say", []any{in("x", 2, 3, 4), numbersIn("axes", 1), do("ReduceSum", "x axes", "y")}, "y_0 y_1 y_2"},
		{"a sum that takes the axes away", []any{in("x", 2, 3, 4), numbersIn("axes", 1), do("ReduceSum", "x axes", "y", number("keepdims", 0))}, "y_0 y_1"},
		{"an operand from the second axis on", []any{in("x", 2, 3, 4, 5), in("z", 3, 4), do("Add", "x z", "y", number("broadcast", 1), number("axis", 1))}, "2 3 4 5"},
		{"a gate and what it gates", []any{in("x", 2, 3), in("z", 2, 3), do("SwiGLU", "x z", "y")}, "2 3"},
		{"a diagonal as large as the input", []any{in("x", 2, 3), do("EyeLike", "x", "y"), do("Relu", "x", "z")}, "2 3, 2 3"},
		{"a mask of dropout", []any{in("x", 2, 3), do("Dropout", "x", "y m")}, "2 3, 2 3"},
		{"statistics of a norm", []any{in("x", 2, 3, 4), weights("w", 3, 4), do("LayerNormalization", "x w", "y m d", number("axis", 1))}, "2 3 4, 2 1 1, 2 1 1"},
		{"an empty triangle", []any{in("x", 3, 0, 5), do("Trilu", "x", "y")}, "3 0 5"},
		{"parts of nothing", []any{in("x", 0), shape("n", 0, 0), do("Split", "x n", "y z")}, "0, 0"},
		{"a sum over nothing", []any{in("x", 2, 0, 4), shape("axis", 1), do("ReduceSum", "x axis", "y")}, "2 1 4"},
	} {
		t.Run(c.name, func(t *testing.T) {
			tr, outputs := run(t, Options{}, c.parts...)
			assert.Equal(t, c.outputs, outputs)
			assert.Empty(t, tr.notes)
			checkItems(t, tr, c.name)
		})
	}
}

// TestWorkThatIsNotKnown: where the output is known and the work is not, the operator counts nothing and is named.
func TestWorkThatIsNotKnown(t *testing.T) {
	for _, c := range []struct {
		name, note string
		parts      []any
		outputs    string
	}{
		{"frames of a length that the data say", "STFT", []any{in("x", 2, 100, 1), in("step"), in("n"), do("STFT", "x step _ n", "y")}, "2 y_1 y_2 2"},
		{"determinants", "Det", []any{in("x", 2, 3, 4, 4), do("Det", "x", "y")}, "2 3"},
		{"draws", "Multinomial", []any{in("x", 2, 9), do("Multinomial", "x", "y", number("sample_size", 5))}, "2 5"},
		{"boxes", "NonMaxSuppression", []any{in("x", 1, 9, 4), in("z", 1, 2, 9), do("NonMaxSuppression", "x z", "y")}, "y_0 3"},
		{"regions", "RoiAlign", []any{in("x", 2, 6, 8, 8), in("r", 5, 4), in("b", 5), do("RoiAlign", "x r b", "y", number("output_height", 3), number("output_width", 2))}, "5 6 3 2"},
		{"sums over as many axes as the data say", "ReduceSum", []any{in("x", 2, 3, 4), in("axes", "n"), do("ReduceSum", "x axes", "y", number("keepdims", 0)), said{"y", []any{2, 4}}}, "2 4"},
		{"regions of old", "MaxRoiPool", []any{in("x", 2, 6, 8, 8), in("r", 5, 5), do("MaxRoiPool", "x r", "y", list("pooled_shape", 3, 2))}, "5 6 3 2"},
	} {
		t.Run(c.name, func(t *testing.T) {
			tr, outputs := run(t, Options{}, c.parts...)
			assert.Equal(t, c.outputs, outputs)
			assert.Equal(t, []string{c.note + " (1 node) does work that is not known and counts nothing"}, tr.notes)
			_, err := runs(modelAt(newestOpset, comingOut(c.parts)...), "test", Options{Strict: true})
			assert.ErrorContains(t, err, "the work of the operator is not known")
		})
	}
}

func modelAt(opset int64, parts ...any) *wire.Model {
	m := modelOf(parts...)
	m.Opsets[""] = opset
	return m
}

// TestAffineGrid: places of a grid times a matrix for each sample.
func TestAffineGrid(t *testing.T) {
	tr, outputs := run(t, Options{Strict: true}, in("x", 2, 2, 3), shape("n", 2, 6, 5, 7), do("AffineGrid", "x n", "y"))
	assert.Equal(t, "2 5 7 2", outputs)
	resolved, err := trace.Resolve(tr.build.Trace().Network, trace.Options{})
	require.NoError(t, err)
	total, err := cost.Of(resolved, cost.Options{})
	require.NoError(t, err)
	assert.Equal(t, "420", total.Of(cost.MACs).Text(), "2 samples of 35 places, 2 by 3 each")
}

// TestSequences: lists of tensors, whose parts are known or all alike.
func TestSequences(t *testing.T) {
	x := in("x", 2, 6)
	several := input{"s", []any{2, 3}}
	for _, c := range []struct {
		name    string
		parts   []any
		outputs string
	}{
		{"a list", []any{x, in("z", 5), do("SequenceConstruct", "x z", "y")}, "[2 6; 5]"},
		{"what stands in it", []any{x, in("z", 5), integerOf("k", -1), do("SequenceConstruct", "x z", "s"), do("SequenceAt", "s k", "y")}, "5"},
		{"what is put in", []any{x, in("z", 5), integerOf("k", 0), do("SequenceEmpty", "", "e"), do("SequenceInsert", "e x", "s"), do("SequenceInsert", "s z k", "y")}, "[5; 2 6]"},
		{"what is taken out", []any{x, in("z", 5), do("SequenceConstruct", "x z", "s"), do("SequenceErase", "s", "y")}, "[2 6]"},
		{"how many", []any{x, do("SequenceConstruct", "x x", "s"), do("SequenceLength", "s", "n"), do("ConstantOfShape", "n1", "y"), shape("to", 1), do("Reshape", "n to", "n1"), do("Relu", "x", "z")}, "2, 2 6"},
		{"parts of a size", []any{x, integerOf("n", 4), do("SplitToSequence", "x n", "y", number("axis", 1))}, "[2 4; 2 2]"},
		{"parts of sizes", []any{x, shape("n", 1, 5), do("SplitToSequence", "x n", "y", number("axis", 1))}, "[2 1; 2 5]"},
		{"parts of a large size", []any{in("x", 2, 1000), integerOf("n", 500), do("SplitToSequence", "x n", "y", number("axis", 1))}, "[2 500; 2 500]"},
		{"single ones", []any{x, do("SplitToSequence", "x", "y", number("keepdims", 0))}, "[6; 6]"},
		{"joined", []any{x, do("SequenceConstruct", "x x x", "s"), do("ConcatFromSequence", "s", "y", number("axis", 1))}, "2 18"},
		{"stacked up", []any{x, do("SequenceConstruct", "x x x", "s"), do("ConcatFromSequence", "s", "y", number("axis", -1), number("new_axis", 1))}, "2 6 3"},
		{"a graph for each", []any{x, in("z", 2, 1), do("SequenceConstruct", "x z", "s"), do("SequenceMap", "s x", "y", body("body", in("a"), in("b"), do("Add", "a b", "c"), output("c")))}, "[2 6; 2 6]"},
		{"something that may be there", []any{several, do("Optional", "s", "o"), do("OptionalHasElement", "o", "h"), do("OptionalGetElement", "o", "y")}, ", 2 3"},
	} {
		t.Run(c.name, func(t *testing.T) {
			tr, outputs := run(t, Options{Strict: true}, c.parts...)
			assert.Equal(t, c.outputs, outputs)
			checkItems(t, tr, c.name)
		})
	}
	list := &wire.ValueInfo{Name: "s", DType: 1, Sequence: true, HasShape: true, Dims: []wire.Dimension{{Known: true, Value: 2}, {Known: true, Value: 3}}}
	m := modelOf(do("SequenceAt", "s k", "a"), integerOf("k", 1), do("ConcatFromSequence", "s", "y", number("axis", 1)), output("a"), output("y"))
	m.Graph.Inputs = append(m.Graph.Inputs, list)
	tr, err := runs(m, "test", Options{})
	require.NoError(t, err)
	assert.Equal(t, "2 3", shownDims(tr.items["a"]), "each part of a list is as the file states")
	assert.Equal(t, "2 y_1", shownDims(tr.items["y"]), "how many there are is open")
}

// TestSequenceErrors: what cannot be done with a list, or with a tensor in its place.
func TestSequenceErrors(t *testing.T) {
	for want, parts := range map[string][]any{
		"input 1 is no sequence":                         {in("x", 2), integerOf("k", 0), do("SequenceAt", "x k", "y")},
		"there is no axis 3 among 1":                     {in("x", 2), integerOf("k", 3), do("SequenceConstruct", "x", "s"), do("SequenceAt", "s k", "y")},
		"takes from an empty sequence":                   {in("x", 2), do("SequenceEmpty", "", "s"), do("SequenceErase", "s", "y"), do("Relu", "x", "z")},
		"which of a sequence it takes is computed":       {in("x", 2), in("z", 3), in("k"), do("SequenceConstruct", "x z", "s"), do("SequenceAt", "s k", "y")},
		"parts of 0 of 2":                                {in("x", 2), integerOf("k", 0), do("SplitToSequence", "x k", "y")},
		"reads a sequence where a tensor belongs":        {in("x", 2), do("SequenceConstruct", "x", "s"), do("SplitToSequence", "s", "y")},
		"tensors of 1 and 2 dimensions":                  {in("x", 2), in("z", 2, 3), do("SequenceConstruct", "x z", "s"), do("ConcatFromSequence", "s", "y")},
		"the operator is not known":                      {in("x", 2), do("SequenceConstruct", "x", "s"), do("Relu", "s", "y")},
		"the last axis has the parts of complex numbers": {in("x", 2, 4), integerOf("a", -1), do("DFT", "x _ a", "y")},
	} {
		_, err := runs(modelAt(newestOpset, comingOut(parts)...), "test", Options{Strict: true})
		assert.ErrorContains(t, err, want)
	}
}
