package onnx

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/onnx/wire"
	"github.com/skipcost/skipcost/arch/onnx/wire/wiretest"
	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/internal/fuzztest"
)

// FuzzRead checks that no bytes make the reader panic, nor what runs the network that it makes of them, and that an error says
// what is wrong.
func FuzzRead(tested *testing.F) {
	f := fuzztest.New(tested)
	files, err := filepath.Glob("../../testdata/onnx/*.onnx")
	require.NoError(f, err)
	require.NotEmpty(f, files)
	for _, path := range files {
		data, err := os.ReadFile(path)
		require.NoError(f, err)
		f.Add(data)
	}
	f.Add(wiretest.Small())
	f.Add(wiretest.Residual(2))
	f.Add(shapeArithmetic())
	f.Add(branches())
	f.Fuzz(func(t *testing.T, data []byte) {
		read, err := Read(bytes.NewReader(data), int64(len(data)), "fuzz", Options{})
		if err != nil {
			var format *wire.FormatError
			var node *NodeError
			if !errors.As(err, &format) && !errors.As(err, &node) {
				assert.Regexp(t, `^fuzz: (opset|.*input|.*output|.*open dimension)`, err.Error())
			}
			return
		}
		resolvesAlike(t, read, trace.Options{})
	})
}

// shapeArithmetic is a file that computes a shape on the way, by many of the operators that are folded.
func shapeArithmetic() []byte {
	return wiretest.Model(17,
		wiretest.Value(11, "x", 1, "n", 6, "s", "s"), wiretest.Value(12, "y", 1),
		wiretest.Tensor("two", 7, nil, wiretest.Ints(7, 2)), wiretest.Tensor("one", 7, []int64{1}, wiretest.Ints(7, 1)), wiretest.Tensor("rest", 7, []int64{1}, wiretest.Ints(7, -1)),
		wiretest.Tensor("zero", 7, []int64{1}, wiretest.Ints(7, 0)), wiretest.Tensor("w", 1, []int64{2, 2}, wiretest.Floats(4, 1, 2, 3, 4)),
		wiretest.Node("Shape", []string{"x"}, []string{"sizes"}),
		wiretest.Node("Gather", []string{"sizes", "two"}, []string{"s"}),
		wiretest.Node("Div", []string{"s", "two"}, []string{"half"}),
		wiretest.Node("Mod", []string{"s", "two"}, []string{"odd"}),
		wiretest.Node("Add", []string{"half", "odd"}, []string{"more"}),
		wiretest.Node("Unsqueeze", []string{"more", "zero"}, []string{"row"}),
		wiretest.Node("Slice", []string{"sizes", "zero", "one"}, []string{"samples"}),
		wiretest.Node("Concat", []string{"samples", "rest", "row"}, []string{"target"}, wiretest.Attribute("axis", wiretest.Varint(3, 0))),
		wiretest.Node("ReduceProd", []string{"target"}, []string{"all"}),
		wiretest.Node("Equal", []string{"target", "rest"}, []string{"open"}),
		wiretest.Node("ConstantOfShape", []string{"one"}, []string{"filled"}, wiretest.Attribute("value", wiretest.Nested(5, wiretest.Varint(1, 1), wiretest.Varint(2, 7), wiretest.Varint(7, 3)))),
		wiretest.Node("Where", []string{"open", "rest", "target"}, []string{"chosen"}),
		wiretest.Node("Expand", []string{"two", "filled"}, []string{"expanded"}),
		wiretest.Node("Range", []string{"two", "all", "two"}, []string{"range"}),
		wiretest.Node("Cast", []string{"chosen"}, []string{"cast"}, wiretest.Attribute("to", wiretest.Varint(3, 7))),
		wiretest.Node("Transpose", []string{"w"}, []string{"turned"}),
		wiretest.Node("Reshape", []string{"x", "cast"}, []string{"seen"}),
		wiretest.Node("Relu", []string{"seen"}, []string{"y"}))
}

// branches is a file with an If whose branches read what is around them.
func branches() []byte {
	branch := func(op string) []byte {
		return wiretest.Nested(6, wiretest.Node(op, []string{"x"}, []string{"z"}), wiretest.Value(12, "z", 1, "n", 8))
	}
	return wiretest.Model(17,
		wiretest.Value(11, "x", 1, "n", 8), wiretest.Value(12, "y", 1, "n", 8), wiretest.Tensor("yes", 9, nil, wiretest.Ints(5, 1)),
		wiretest.Node("If", []string{"yes"}, []string{"y"}, wiretest.Attribute("then_branch", branch("Relu")), wiretest.Attribute("else_branch", branch("Tanh"))))
}
