// Package wire reads the bytes of an ONNX file: its messages as Go values, without their meaning.
//
// [Decode] gives a [Model]: the versions of the operators, functions, and the [Graph] of nodes with their attributes,
// initializers, inputs, outputs and the stated types of values between. A [Node] lists the tensors that it and the graphs in it
// read. Weights are skipped: a [Tensor] always has its type and shape, but values only where they are few, as those of shapes,
// axes and scales; of others, a [Look] says what the first values have in common. One window of the file is in memory at a
// time, so that a field which is not wanted costs nothing, however long it is.
//
// Files are not trusted. A mistake in the bytes is a [FormatError] with the offset, and limits bound the time and the memory
// for any file; see limits.go.
//
// References:
//
//	[onnx] The file format, https://github.com/onnx/onnx/blob/main/onnx/onnx.proto (field numbers and their meaning)
package wire
