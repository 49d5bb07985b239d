package onnx

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/skipcost/skipcost/arch/onnx/wire"
	"github.com/skipcost/skipcost/cost"
)

// TestLayersOfNodes are the layers that single nodes become, where several would have the same shape.
func TestLayersOfNodes(t *testing.T) {
	x := in("x", 2, 4, 3, 5)
	for _, c := range []struct {
		name  string
		parts []any
		want  string
	}{
		{"a gate scales whole channels", []any{x, in("z", 2, 4, 1, 1), do("Mul", "x z", "y")}, "input multiply"},
		{"what scales rows is stretched", []any{x, in("z", 2, 4, 3, 1), do("Mul", "x z", "y")}, "input expand multiply"},
		{"what scales all channels is stretched", []any{x, in("z", 2, 1, 1, 1), do("Mul", "x z", "y")}, "input expand multiply"},
		{"what is added is stretched", []any{x, in("z", 2, 4, 1, 1), do("Add", "x z", "y")}, "input expand add"},
		{"a map as a vector", []any{x, shape("to", 2, 60), do("Reshape", "x to", "y")}, "flatten"},
		{"a map as positions", []any{x, shape("to", 2, 4, 15), do("Reshape", "x to", "y")}, "tokens"},
		{"a map in another order", []any{x, shape("to", 2, 15, 4), do("Reshape", "x to", "y")}, "reshape"},
		{"six axes as three", []any{in("x", 1, 2, 2, 2, 2, 2), shape("to", 1, 2, 16), do("Reshape", "x to", "y")}, "reshape"},
		{"a norm without constants of its own", []any{x, floats("s", ones(4)), floats("b", ones(4)), do("InstanceNormalization", "x s b", "y")}, "groupnorm"},
		{"every other column", []any{x, shape("from", 0), shape("to", 5), shape("axis", 3), shape("step", 2), do("Slice", "x from to axis step", "y")}, "subsample"},
		{"some channels", []any{x, shape("from", 0), shape("to", 2), shape("axis", 1), do("Slice", "x from to axis", "y")}, "slice"},
		{"channels of zeros", []any{x, shape("pads", 0, 0, 0, 0, 0, 3, 0, 0), do("Pad", "x pads", "y")}, "zero_pad"},
		{"channels cut off", []any{x, shape("pads", 0, -1, 0, 0, 0, -1, 0, 0), do("Pad", "x pads", "y")}, "gather"},
		{"a frame cut off", []any{x, shape("pads", 0, 0, -1, 0, 0, 0, -1, 0), do("Pad", "x pads", "y")}, "gather"},
		{"a frame of zeros", []any{x, shape("pads", 0, 0, 1, 1, 0, 0, 1, 1), do("Pad", "x pads", "y")}, "pad"},
		{"a mean of all positions", []any{x, shape("axes", 2, 3), do("ReduceMean", "x axes", "y")}, "global_avgpool"},
		{"a mean of rows", []any{x, shape("axes", 3), do("ReduceMean", "x axes", "y")}, "reduce"},
	} {
		t.Run(c.name, func(t *testing.T) {
			tr, _ := run(t, Options{Strict: true}, c.parts...)
			assert.Equal(t, c.want, kinds(t, tr.build.Trace().Network))
		})
	}
}

// TestRateOfDropout is an attribute in old files and an input in newer ones; a half unless said.
func TestRateOfDropout(t *testing.T) {
	for want, n := range map[string][]any{
		"1/2": {do("Dropout", "x", "y")},
		"1/4": {do("Dropout", "x r", "y"), single("r", 0.25)},
		"1/8": {do("Dropout", "x", "y", &wire.Attribute{Name: "ratio", Float: 0.125})},
	} {
		tr, _ := run(t, Options{}, append(n, in("x", 2, 3))...)
		ops := traced(t, tr.build.Trace().Network).Operations()
		assert.Equal(t, want, ops[0].Args.Value("rate").Text())
	}
}

// TestTypesOfWeights: floats of any width are learned, and so are the bytes of quantized layers; integers of more bits are not.
func TestTypesOfWeights(t *testing.T) {
	for dtype, learned := range map[int32]bool{1: true, 10: true, 11: true, 16: true, 17: true, 18: true, 19: true, 20: true, 6: false, 7: false, 9: false} {
		w := &wire.Tensor{Name: "w", DType: dtype, Dims: []int64{8, 5}}
		n := mustTranslate(t, in("x", 3, 8), w, do("MatMul", "x w", "y"), output("y"))
		want := int64(0)
		if learned {
			want = 40
		}
		assert.Equal(t, want, amount(t, n, cost.Params), "type %d", dtype)
		assert.Equal(t, int64(120), amount(t, n, cost.MACs), "type %d", dtype)
	}
}
