package onnx

import (
	"bytes"
	"encoding/binary"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/encoding/protowire"
)

// The builders write messages for tests. Those for a single field (varint, text, nested, …) return the bytes of the
// field, and join makes a message of fields.

func join(fields ...[]byte) []byte { return bytes.Join(fields, nil) }

func varint(number protowire.Number, v int64) []byte {
	return protowire.AppendVarint(protowire.AppendTag(nil, number, protowire.VarintType), uint64(v))
}

func fixed32(number protowire.Number, v float32) []byte {
	return protowire.AppendFixed32(protowire.AppendTag(nil, number, protowire.Fixed32Type), math.Float32bits(v))
}

func fixed64(number protowire.Number, v float64) []byte {
	return protowire.AppendFixed64(protowire.AppendTag(nil, number, protowire.Fixed64Type), math.Float64bits(v))
}

func text(number protowire.Number, s string) []byte { return nested(number, []byte(s)) }

func nested(number protowire.Number, fields ...[]byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(nil, number, protowire.BytesType), join(fields...))
}

func packedInts(number protowire.Number, values ...int64) []byte {
	var b []byte
	for _, v := range values {
		b = protowire.AppendVarint(b, uint64(v))
	}
	return nested(number, b)
}

func packedFloats(number protowire.Number, values ...float32) []byte {
	var b []byte
	for _, v := range values {
		b = protowire.AppendFixed32(b, math.Float32bits(v))
	}
	return nested(number, b)
}

// little writes a number in n bytes.
func little(v uint64, n int) []byte { return binary.LittleEndian.AppendUint64(nil, v)[:n] }

// buildModel makes a file of a graph whose fields are given: see buildNode, buildTensor and buildValue.
func buildModel(opset int64, fields ...[]byte) []byte {
	return join(varint(1, 8), text(2, "builder"), nested(7, text(2, "main"), join(fields...)), nested(8, varint(2, opset)))
}

// buildNode makes a field of a graph. Attributes come from buildAttribute.
func buildNode(op string, inputs, outputs []string, attributes ...[]byte) []byte {
	var b []byte
	for _, s := range inputs {
		b = append(b, text(1, s)...)
	}
	for _, s := range outputs {
		b = append(b, text(2, s)...)
	}
	return nested(1, b, text(4, op), join(attributes...))
}

// buildAttribute makes a field of a node; the value is a field such as varint(3, 1) or packedInts(8, 3, 3).
func buildAttribute(name string, value ...[]byte) []byte {
	return nested(5, text(1, name), join(value...))
}

// buildTensor makes a field of a graph, an initializer; the data is a field such as packedInts(7, 1, 2), or nothing.
func buildTensor(name string, dtype int64, dims []int64, data ...[]byte) []byte {
	return nested(5, packedInts(1, dims...), varint(2, dtype), text(8, name), join(data...))
}

// buildValue makes a field of a graph: number 11 for an input, 12 for an output, 13 for another value. A dimension is
// an int, a string for a symbol, or nil.
func buildValue(number protowire.Number, name string, dtype int64, dims ...any) []byte {
	var shape []byte
	for _, dim := range dims {
		switch v := dim.(type) {
		case int:
			shape = append(shape, nested(1, varint(1, int64(v)))...)
		case string:
			shape = append(shape, nested(1, text(2, v))...)
		default:
			shape = append(shape, nested(1)...)
		}
	}
	return nested(number, text(1, name), nested(2, nested(1, varint(1, dtype), nested(2, shape))))
}

func decodeBytes(b []byte) (*model, error) {
	return decode(bytes.NewReader(b), int64(len(b)))
}

func mustDecode(t *testing.T, b []byte) *model {
	t.Helper()
	m, err := decodeBytes(b)
	require.NoError(t, err)
	return m
}

// smallModel has every message and field that is read.
func smallModel() []byte {
	body := nested(6, buildNode("Identity", []string{"x"}, []string{"z"}), buildValue(12, "z", 1, "N", 8))
	return buildModel(17,
		buildValue(11, "x", 1, "N", 3, 8, nil),
		buildTensor("w", 1, []int64{4, 3, 1, 1}, nested(9, make([]byte, 48))),
		buildTensor("axes", 7, []int64{2}, packedInts(7, -1, 2)),
		buildTensor("scale", 11, nil, fixed64(10, 0.5)),
		nested(15, nested(1, varint(2, 1), text(8, "sparse")), packedInts(3, 100, 100)),
		buildNode("Conv", []string{"x", "w", ""}, []string{"y"},
			buildAttribute("kernel_shape", packedInts(8, 1, 1)),
			buildAttribute("auto_pad", text(4, "VALID")),
			buildAttribute("alpha", fixed32(2, 0.25)),
			buildAttribute("group", varint(3, 1)),
			buildAttribute("scales", packedFloats(7, 1, 2)),
			buildAttribute("names", text(9, "a"), text(9, "b")),
			buildAttribute("value", nested(5, varint(1, 1), varint(2, 6), varint(5, -7))),
			buildAttribute("body", body)),
		buildValue(13, "y", 1),
		buildValue(12, "y", 1, "N", 4, 8, 8))
}
