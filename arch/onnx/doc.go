// Package onnx reads the graph of an ONNX file as a network.
//
// Only the graph is read. Weights are not loaded: their shapes are in the file apart from their values, of which only the first few are
// looked at. So a file of many gigabytes is read as fast as its graph, and data kept in other files need not exist. Opsets 6 to 28 are read, and the
// usual operators of com.microsoft that optimizers put in. Package wire decodes the bytes of the file; this package says what the
// nodes mean. It opens the functions and graphs in nodes, puts the nodes in order, joins those that are one layer, and translates
// them one by one: each operator is a value in a table that says how.
//
// # What counts as a parameter
//
//   - Float tensors that a layer reads: initializers, and what Constant nodes make, also behind operators that only move elements, such
//     as Transpose; and what ConstantOfShape nodes make in files whose weights were left out, where one stands in the place of a weight.
//     Integers of 8 bits and less count where a quantized layer reads them.
//   - Of weights that are packed into blocks of few bits, the values count, not the bytes or the scales.
//   - However often a tensor is used it counts once; layers that use it again are shared. Of a tensor that is cut up, as
//     attention does with one matrix for queries, keys and values, each piece counts once. Exporters merge tensors that are
//     equal, as the scales and biases of an untrained network are, and a note says where that seems to be the case. They also transpose the
//     matrix of a linear layer beforehand, which copies one that is tied to an embedding: equal values tell, and a note.
//   - A tensor that layers make of learned tensors alone, as learned queries, keys of a learned memory, or a product of two matrices
//     of low rank, is an activation like any other, and the work of making it counts: frameworks do it in each pass, though some
//     runtimes do it once. As the kernel of a convolution it counts as the tensors it is made of, and the work does not.
//   - Graph inputs that stand in the place of a weight, in files without initializers; a note names them.
//   - Not: the running statistics of a batch normalisation, which are buffers; integers that are shapes, places and indices; single
//     numbers; scales and zero points of quantization; one number again and again in a Constant node, which the network fills a
//     tensor with, or an exporter the scale and shift that a norm does not have; what is computed from constants alone, such as masks.
//   - Not, with a note that gives the names: constants that stand in the file like weights. Where no layer multiplies by them as a
//     matrix or kernel, they are recognised by their values: masks of infinities or of two numbers, grids and distances of halves and
//     whole numbers or on a slope, sines and cosines of positions; and filters that are equal for all channels. Where the values are not
//     in the file, they are recognised by their place: rotary tables and frequencies, a matrix that is added to the scores of all heads,
//     numbers that the input itself is centred by, and corners of boxes of which the difference is taken.
//
// Parameters that an exporter folded are counted as they are in the file: a batch norm folded into its convolution leaves the bias of
// the convolution, and a table of relative positions gathered beforehand counts as many values as were written.
//
// # Shapes
//
// Open dimensions become symbols of that name, 1 unless bound, so that closed formulas in the batch and the image side come out
// of the file. Shapes are inferred node by node over exact expressions. The integer arithmetic that exporters emit for shapes is
// computed on the way. A size that depends on the data is the one that the file states, or else an open dimension too, named after the
// tensor and its axis; where not even the number of dimensions is known there is an error that names the node.
//
// Tensors are read as samples, width and extents. Which axis is the width depends on what reads them: the second for
// convolutions and the last for matrix products. Where two readers differ a view of no cost stands between.
//
// Sequences of tensors are lists that are known part by part. One that comes in has one part, as the file states it, and how many there
// are stays open.
//
// # Graphs in nodes
//
// Functions that are in the file are opened where they are called. So are the branch that an If takes where its condition follows
// from shapes and constants, and the body of a Loop or Scan whose number of iterations does: it is written out, so that its weights
// count once and its work as often as it runs. Other such nodes count as unknown operators.
//
// # Layers
//
// One node is one layer, named after the node, except for layers that exporters write as several nodes: normalisations, GELU,
// SiLU, Mish and the hard activations, channel shuffles, rolls, and a matrix product with its bias. They are one layer again.
// A merge of tensors that share an origin is a skip like any other. Nodes that no output needs are left out, as runtimes do.
//
// An operator whose work is not known although its outputs are, such as a determinant, counts as nothing, and a note names it. Fourier
// transforms count as products with their matrix, with a note. Of an unknown operator only the weights count, and a note names it; its
// shape is the one that the file states, or else that of its input, and errors that may follow from this name it too. With
// [Options.Strict] it is an error. Limits keep hostile files harmless; see limits.go.
//
// References:
//
//	[onnx] ONNX Operator Schemas and the file format onnx.proto, https://onnx.ai/onnx/
package onnx
