package onnx

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/trace"
)

// FuzzRead checks that no bytes make the reader panic, nor what runs the network that it makes of them, and that an error says
// what is wrong.
func FuzzRead(f *testing.F) {
	files, err := filepath.Glob("../../testdata/onnx/*.onnx")
	require.NoError(f, err)
	require.NotEmpty(f, files)
	for _, path := range files {
		data, err := os.ReadFile(path)
		require.NoError(f, err)
		f.Add(data)
	}
	f.Add(smallModel())
	f.Add(largeModel(2))
	f.Add(shapeArithmetic())
	f.Add(branches())
	f.Fuzz(func(t *testing.T, data []byte) {
		n, err := Read(bytes.NewReader(data), int64(len(data)), "fuzz", Options{})
		if err != nil {
			var format *FormatError
			var node *NodeError
			if !errors.As(err, &format) && !errors.As(err, &node) {
				assert.Regexp(t, `^fuzz: (opset|.*input|.*output|.*open dimension)`, err.Error())
			}
			return
		}
		if resolved, err := trace.Resolve(n, trace.Options{}); err == nil {
			assert.NotEmpty(t, resolved.Output.Shape.Text())
		}
	})
}

// shapeArithmetic is a file that computes a shape on the way, by many of the operators that are folded.
func shapeArithmetic() []byte {
	return buildModel(17,
		buildValue(11, "x", 1, "n", 6, "s", "s"), buildValue(12, "y", 1),
		buildTensor("two", 7, nil, packedInts(7, 2)), buildTensor("one", 7, []int64{1}, packedInts(7, 1)), buildTensor("rest", 7, []int64{1}, packedInts(7, -1)),
		buildTensor("zero", 7, []int64{1}, packedInts(7, 0)), buildTensor("w", 1, []int64{2, 2}, packedFloats(4, 1, 2, 3, 4)),
		buildNode("Shape", []string{"x"}, []string{"sizes"}),
		buildNode("Gather", []string{"sizes", "two"}, []string{"s"}),
		buildNode("Div", []string{"s", "two"}, []string{"half"}),
		buildNode("Mod", []string{"s", "two"}, []string{"odd"}),
		buildNode("Add", []string{"half", "odd"}, []string{"more"}),
		buildNode("Unsqueeze", []string{"more", "zero"}, []string{"row"}),
		buildNode("Slice", []string{"sizes", "zero", "one"}, []string{"samples"}),
		buildNode("Concat", []string{"samples", "rest", "row"}, []string{"target"}, buildAttribute("axis", varint(3, 0))),
		buildNode("ReduceProd", []string{"target"}, []string{"all"}),
		buildNode("Equal", []string{"target", "rest"}, []string{"open"}),
		buildNode("ConstantOfShape", []string{"one"}, []string{"filled"}, buildAttribute("value", nested(5, varint(1, 1), varint(2, 7), varint(7, 3)))),
		buildNode("Where", []string{"open", "rest", "target"}, []string{"chosen"}),
		buildNode("Expand", []string{"two", "filled"}, []string{"expanded"}),
		buildNode("Range", []string{"two", "all", "two"}, []string{"range"}),
		buildNode("Cast", []string{"chosen"}, []string{"cast"}, buildAttribute("to", varint(3, 7))),
		buildNode("Transpose", []string{"w"}, []string{"turned"}),
		buildNode("Reshape", []string{"x", "cast"}, []string{"seen"}),
		buildNode("Relu", []string{"seen"}, []string{"y"}))
}

// branches is a file with an If whose branches read what is around them.
func branches() []byte {
	branch := func(op string) []byte {
		return nested(6, buildNode(op, []string{"x"}, []string{"z"}), buildValue(12, "z", 1, "n", 8))
	}
	return buildModel(17,
		buildValue(11, "x", 1, "n", 8), buildValue(12, "y", 1, "n", 8), buildTensor("yes", 9, nil, packedInts(5, 1)),
		buildNode("If", []string{"yes"}, []string{"y"}, buildAttribute("then_branch", branch("Relu")), buildAttribute("else_branch", branch("Tanh"))))
}
