package onnx

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/encoding/protowire"
)

// TestIntegers writes the values 1 and the largest or most negative of each type as raw bytes, packed and one by one.
func TestIntegers(t *testing.T) {
	tests := map[int64]struct {
		bytes int
		field protowire.Number
		value int64
	}{
		2: {1, 5, math.MaxUint8}, 3: {1, 5, math.MinInt8}, 4: {2, 5, math.MaxUint16}, 5: {2, 5, math.MinInt16},
		6: {4, 5, math.MinInt32}, 7: {8, 7, math.MinInt64}, 9: {1, 5, 1},
		12: {4, 11, math.MaxUint32}, 13: {8, 11, math.MaxInt64},
	}
	for dtype, test := range tests {
		raw := nested(9, little(1, test.bytes), little(uint64(test.value), test.bytes))
		for name, data := range map[string][]byte{
			"raw":        raw,
			"packed":     packedInts(test.field, 1, test.value),
			"one by one": join(varint(test.field, 1), varint(test.field, test.value)),
		} {
			got := onlyTensor(t, buildTensor("t", dtype, []int64{2}, data))
			assert.True(t, got.known, "type %d, %s", dtype, name)
			assert.Equal(t, []int64{1, test.value}, got.ints, "type %d, %s", dtype, name)
			assert.Nil(t, got.floats)
		}
		got := onlyTensor(t, nested(5, raw, varint(2, dtype), varint(1, 2)))
		assert.Equal(t, []int64{1, test.value}, got.ints, "type %d, raw before dims", dtype)
	}
}

func TestFloats(t *testing.T) {
	bfloat := func(v float32) uint64 { return uint64(math.Float32bits(v) >> 16) }
	tests := map[string]struct {
		dtype int64
		data  []byte
	}{
		"float raw":        {1, nested(9, little(uint64(math.Float32bits(1)), 4), little(uint64(math.Float32bits(-0.5)), 4))},
		"float packed":     {1, packedFloats(4, 1, -0.5)},
		"float one by one": {1, join(fixed32(4, 1), fixed32(4, -0.5))},
		"double":           {11, join(fixed64(10, 1), fixed64(10, -0.5))},
		"double raw":       {11, nested(9, little(math.Float64bits(1), 8), little(math.Float64bits(-0.5), 8))},
		"half":             {10, packedInts(5, 0x3c00, 0xb800)},
		"half raw":         {10, nested(9, little(0x3c00, 2), little(0xb800, 2))},
		"bfloat":           {16, packedInts(5, int64(bfloat(1)), int64(bfloat(-0.5)))},
		"bfloat raw":       {16, nested(9, little(bfloat(1), 2), little(bfloat(-0.5), 2))},
	}
	for name, test := range tests {
		got := onlyTensor(t, buildTensor("t", test.dtype, []int64{2}, test.data))
		assert.True(t, got.known, name)
		assert.Equal(t, []float64{1, -0.5}, got.floats, name)
		assert.Nil(t, got.ints)
	}
}

func TestHalf(t *testing.T) {
	for bits, want := range map[uint64]float64{
		0x0000: 0, 0x0001: math.Ldexp(1, -24), 0x03ff: math.Ldexp(1023, -24), 0x0400: math.Ldexp(1, -14),
		0x3555: 0.333251953125, 0x7bff: 65504, 0xc000: -2, 0x7c00: math.Inf(1), 0xfc00: math.Inf(-1),
	} {
		assert.Equal(t, want, half(bits), "%#x", bits)
	}
	assert.True(t, math.IsNaN(half(0x7e00)))
	assert.True(t, math.Signbit(half(0x8000)))
}

// TestKnown checks which tensors have values.
func TestKnown(t *testing.T) {
	many := make([]int64, maxValues+1)
	tests := map[string]struct {
		tensor []byte
		known  bool
	}{
		"most":            {buildTensor("t", 7, []int64{maxValues}, packedInts(7, many[1:]...)), true},
		"most raw":        {buildTensor("t", 7, []int64{maxValues / 2, 2}, nested(9, make([]byte, 8*maxValues))), true},
		"too many":        {buildTensor("t", 7, []int64{maxValues + 1}, packedInts(7, many...)), false},
		"too many raw":    {buildTensor("t", 3, []int64{maxValues + 1}, nested(9, make([]byte, maxValues+1))), false},
		"floats":          {buildTensor("t", 1, []int64{maxFloats}, nested(9, make([]byte, 4*maxFloats))), true},
		"too many floats": {buildTensor("t", 1, []int64{maxFloats + 1}, packedFloats(4, make([]float32, maxFloats+1)...)), false},
		"scalar":          {buildTensor("t", 7, nil, varint(7, 5)), true},
		"no elements":     {buildTensor("t", 7, []int64{math.MaxInt64, math.MaxInt64, 0}), true},
		"no data":         {buildTensor("t", 7, []int64{2}), false},
		"empty data":      {buildTensor("t", 7, []int64{2}, nested(9), nested(7)), false},
		"external":        {buildTensor("t", 7, []int64{1}, nested(13, text(1, "location")), varint(14, 1)), false},
		"external, none":  {buildTensor("t", 7, []int64{0}, varint(14, 1)), true},
		"not external":    {buildTensor("t", 7, []int64{1}, varint(14, 0), varint(7, 5)), true},
		"strings":         {buildTensor("t", 8, []int64{1}, text(6, "a")), false},
		"eight bits":      {buildTensor("t", 17, []int64{1}, nested(9, []byte{1})), false},
		"wrong field":     {buildTensor("t", 7, []int64{1}, varint(5, 1)), false},
		"beyond int64":    {buildTensor("t", 13, []int64{1}, varint(11, -1)), false},
	}
	for name, test := range tests {
		got := onlyTensor(t, test.tensor)
		assert.Equal(t, test.known, got.known, name)
		if !test.known {
			assert.Nil(t, got.ints, name)
			assert.Nil(t, got.floats, name)
		}
	}
	assert.True(t, onlyTensor(t, tests["external"].tensor).external)
	assert.False(t, onlyTensor(t, tests["not external"].tensor).external)
}

func TestTensorMalformed(t *testing.T) {
	many := make([]int64, maxValues+1)
	tests := map[string]struct {
		tensor []byte
		want   string
	}{
		"few bytes":  {buildTensor("t", 7, []int64{2}, nested(9, make([]byte, 8))), "tensor has 8 bytes of data, its shape has 2 values of 8 bytes"},
		"odd bytes":  {buildTensor("t", 6, []int64{2}, nested(9, make([]byte, 9))), "tensor has 9 bytes of data, its shape has 2 values of 4 bytes"},
		"few values": {buildTensor("t", 7, []int64{3}, packedInts(7, 1, 2)), "tensor has 2 values, its shape has 3"},
		"more":       {buildTensor("t", 7, []int64{1}, packedInts(7, 1, 2)), "tensor has 2 values, its shape has 1"},
		"one more":   {buildTensor("t", 7, []int64{maxValues}, packedInts(7, many...)), "tensor has more than 4096 values, its shape has 4096"},
		"two fields": {buildTensor("t", 7, []int64{1}, varint(7, 1), varint(5, 1)), "tensor has values in field 7 and in field 5"},
		"raw too":    {buildTensor("t", 7, []int64{1}, varint(7, 1), nested(9, make([]byte, 8))), "tensor has values in field 9 and in field 7"},
	}
	for name, test := range tests {
		_, err := decodeBytes(nested(7, test.tensor))
		assert.ErrorContains(t, err, test.want, name)
	}
}

func TestElements(t *testing.T) {
	for _, test := range []struct {
		dims []int64
		want int64
	}{
		{nil, 1}, {[]int64{2, 3}, 6}, {[]int64{0, 3}, 0}, {[]int64{math.MaxInt64, 1}, math.MaxInt64},
		{[]int64{1 << 32, 1 << 32}, math.MaxInt64}, {[]int64{1 << 32, 1 << 32, 0}, 0},
	} {
		assert.Equal(t, test.want, elements(test.dims), "%v", test.dims)
	}
}

// TestFarData keeps the values of a tensor apart from its shape by more than the window.
func TestFarData(t *testing.T) {
	far := nested(99, make([]byte, 3*windowSize))
	got := onlyTensor(t, nested(5, nested(9, little(7, 8)), far, varint(2, 7), text(8, "t"), far))
	assert.Equal(t, []int64{7}, got.ints)
	assert.Equal(t, "t", got.name)
}

// onlyTensor decodes a model with one initializer.
func onlyTensor(t *testing.T, initializer []byte) *tensor {
	t.Helper()
	g := mustDecode(t, buildModel(17, slices.Clone(initializer))).graph
	require.Len(t, g.initializers, 1)
	return g.initializers[0]
}
