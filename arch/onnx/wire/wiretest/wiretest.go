// Package wiretest writes the messages of ONNX files, for tests of what reads them. The functions for a single field ([Varint],
// [Text], [Nested], …) return the bytes of the field, and [Join] makes a message of fields.
package wiretest

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"

	"google.golang.org/protobuf/encoding/protowire"
)

// Join is a message of those fields.
func Join(fields ...[]byte) []byte { return bytes.Join(fields, nil) }

// Varint is a field of an integer.
func Varint(number protowire.Number, v int64) []byte {
	return protowire.AppendVarint(protowire.AppendTag(nil, number, protowire.VarintType), uint64(v))
}

// Fixed32 is a field of a float of 32 bits.
func Fixed32(number protowire.Number, v float32) []byte {
	return protowire.AppendFixed32(protowire.AppendTag(nil, number, protowire.Fixed32Type), math.Float32bits(v))
}

// Fixed64 is a field of a float of 64 bits.
func Fixed64(number protowire.Number, v float64) []byte {
	return protowire.AppendFixed64(protowire.AppendTag(nil, number, protowire.Fixed64Type), math.Float64bits(v))
}

// Text is a field of a string.
func Text(number protowire.Number, s string) []byte { return Nested(number, []byte(s)) }

// Nested is a field of a message of those fields.
func Nested(number protowire.Number, fields ...[]byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(nil, number, protowire.BytesType), Join(fields...))
}

// Ints is a field of packed integers.
func Ints(number protowire.Number, values ...int64) []byte {
	var b []byte
	for _, v := range values {
		b = protowire.AppendVarint(b, uint64(v))
	}
	return Nested(number, b)
}

// Floats is a field of packed floats of 32 bits.
func Floats(number protowire.Number, values ...float32) []byte {
	var b []byte
	for _, v := range values {
		b = protowire.AppendFixed32(b, math.Float32bits(v))
	}
	return Nested(number, b)
}

// Little writes a number in n bytes.
func Little(v uint64, n int) []byte { return binary.LittleEndian.AppendUint64(nil, v)[:n] }

// Model makes a file of a graph whose fields are given: see Node, Tensor and Value.
func Model(opset int64, fields ...[]byte) []byte {
	return Join(Varint(1, 8), Text(2, "builder"), Nested(7, Text(2, "main"), Join(fields...)), Nested(8, Varint(2, opset)))
}

// Node makes a field of a graph. Attributes come from Attribute.
func Node(op string, inputs, outputs []string, attributes ...[]byte) []byte {
	var b []byte
	for _, s := range inputs {
		b = append(b, Text(1, s)...)
	}
	for _, s := range outputs {
		b = append(b, Text(2, s)...)
	}
	return Nested(1, b, Text(4, op), Join(attributes...))
}

// Attribute makes a field of a node; the value is a field such as Varint(3, 1) or Ints(8, 3, 3).
func Attribute(name string, value ...[]byte) []byte {
	return Nested(5, Text(1, name), Join(value...))
}

// Tensor makes a field of a graph, an initializer; the data is a field such as Ints(7, 1, 2), or nothing.
func Tensor(name string, dtype int64, dims []int64, data ...[]byte) []byte {
	return Nested(5, Ints(1, dims...), Varint(2, dtype), Text(8, name), Join(data...))
}

// Value makes a field of a graph: number 11 for an input, 12 for an output, 13 for another value. A dimension is
// an int, a string for a symbol, or nil.
func Value(number protowire.Number, name string, dtype int64, dims ...any) []byte {
	var shape []byte
	for _, dim := range dims {
		switch v := dim.(type) {
		case int:
			shape = append(shape, Nested(1, Varint(1, int64(v)))...)
		case string:
			shape = append(shape, Nested(1, Text(2, v))...)
		default:
			shape = append(shape, Nested(1)...)
		}
	}
	return Nested(number, Text(1, name), Nested(2, Nested(1, Varint(1, dtype), Nested(2, shape))))
}

// Small has every message and field that is read.
func Small() []byte {
	body := Nested(6, Node("Identity", []string{"x"}, []string{"z"}), Value(12, "z", 1, "N", 8))
	return Model(17,
		Value(11, "x", 1, "N", 3, 8, nil),
		Tensor("w", 1, []int64{4, 3, 1, 1}, Nested(9, make([]byte, 48))),
		Tensor("axes", 7, []int64{2}, Ints(7, -1, 2)),
		Tensor("scale", 11, nil, Fixed64(10, 0.5)),
		Nested(15, Nested(1, Varint(2, 1), Text(8, "sparse")), Ints(3, 100, 100)),
		Node("Conv", []string{"x", "w", ""}, []string{"y"},
			Attribute("kernel_shape", Ints(8, 1, 1)),
			Attribute("auto_pad", Text(4, "VALID")),
			Attribute("alpha", Fixed32(2, 0.25)),
			Attribute("group", Varint(3, 1)),
			Attribute("scales", Floats(7, 1, 2)),
			Attribute("names", Text(9, "a"), Text(9, "b")),
			Attribute("value", Nested(5, Varint(1, 1), Varint(2, 6), Varint(5, -7))),
			Attribute("body", body)),
		Value(13, "y", 1),
		Value(12, "y", 1, "N", 4, 8, 8))
}

// Residual is a residual network of that many blocks, of three nodes each.
func Residual(blocks int) []byte {
	fields := [][]byte{Value(11, "input", 1, "N", 8, 16, 16)}
	previous := "input"
	for k := range blocks {
		weight, conv, relu, sum := fmt.Sprint("w", k), fmt.Sprint("conv", k), fmt.Sprint("relu", k), fmt.Sprint("sum", k)
		fields = append(fields,
			Tensor(weight, 1, []int64{8, 8, 3, 3}),
			Node("Conv", []string{previous, weight}, []string{conv}, Attribute("pads", Ints(8, 1, 1, 1, 1))),
			Node("Relu", []string{conv}, []string{relu}),
			Node("Add", []string{previous, relu}, []string{sum}))
		previous = sum
	}
	return Model(13, append(fields, Value(12, previous, 1, "N", 8, 16, 16))...)
}
