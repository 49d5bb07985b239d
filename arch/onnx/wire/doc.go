// Package wire reads the bytes of an ONNX file: its messages as values, and nothing of what they mean.
//
// [Decode] gives a [Model]: the versions of the operators, functions, and the [Graph] of nodes with their attributes, initializers,
// inputs, outputs and what is said of the values between. A [Node] tells what it and the graphs in it read. Weights are skipped
// over: the type and shape of a [Tensor] are always there, its values only where they are few, as those of shapes, axes and scales;
// of the others a [Look] says what the first have in common.
// One window of the file is in memory at a time, so that a field which is not wanted costs nothing, however long it is.
//
// A file may claim anything. What is wrong with its bytes is a [FormatError] that names the byte, and limits bound the time and
// the memory that any file can take; see limits.go.
//
// References:
//
//	[onnx] The file format, https://github.com/onnx/onnx/blob/main/onnx/onnx.proto (field numbers and their meaning)
package wire
