package wire

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/encoding/protowire"

	"github.com/skipcost/skipcost/arch/onnx/wire/wiretest"
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
		raw := wiretest.Nested(9, wiretest.Little(1, test.bytes), wiretest.Little(uint64(test.value), test.bytes))
		for name, data := range map[string][]byte{
			"raw":        raw,
			"packed":     wiretest.Ints(test.field, 1, test.value),
			"one by one": wiretest.Join(wiretest.Varint(test.field, 1), wiretest.Varint(test.field, test.value)),
		} {
			got := onlyTensor(t, wiretest.Tensor("t", dtype, []int64{2}, data))
			assert.True(t, got.Known, "type %d, %s", dtype, name)
			assert.Equal(t, []int64{1, test.value}, got.Ints, "type %d, %s", dtype, name)
			assert.Nil(t, got.Floats)
		}
		got := onlyTensor(t, wiretest.Nested(5, raw, wiretest.Varint(2, dtype), wiretest.Varint(1, 2)))
		assert.Equal(t, []int64{1, test.value}, got.Ints, "type %d, raw before dims", dtype)
	}
}

func TestFloats(t *testing.T) {
	bfloat := func(v float32) uint64 { return uint64(math.Float32bits(v) >> 16) }
	tests := map[string]struct {
		dtype int64
		data  []byte
	}{
		"float raw":        {1, wiretest.Nested(9, wiretest.Little(uint64(math.Float32bits(1)), 4), wiretest.Little(uint64(math.Float32bits(-0.5)), 4))},
		"float packed":     {1, wiretest.Floats(4, 1, -0.5)},
		"float one by one": {1, wiretest.Join(wiretest.Fixed32(4, 1), wiretest.Fixed32(4, -0.5))},
		"double":           {11, wiretest.Join(wiretest.Fixed64(10, 1), wiretest.Fixed64(10, -0.5))},
		"double raw":       {11, wiretest.Nested(9, wiretest.Little(math.Float64bits(1), 8), wiretest.Little(math.Float64bits(-0.5), 8))},
		"half":             {10, wiretest.Ints(5, 0x3c00, 0xb800)},
		"half raw":         {10, wiretest.Nested(9, wiretest.Little(0x3c00, 2), wiretest.Little(0xb800, 2))},
		"bfloat":           {16, wiretest.Ints(5, int64(bfloat(1)), int64(bfloat(-0.5)))},
		"bfloat raw":       {16, wiretest.Nested(9, wiretest.Little(bfloat(1), 2), wiretest.Little(bfloat(-0.5), 2))},
	}
	for name, test := range tests {
		got := onlyTensor(t, wiretest.Tensor("t", test.dtype, []int64{2}, test.data))
		assert.True(t, got.Known, name)
		assert.Equal(t, []float64{1, -0.5}, got.Floats, name)
		assert.Nil(t, got.Ints)
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
		"most":            {wiretest.Tensor("t", 7, []int64{maxValues}, wiretest.Ints(7, many[1:]...)), true},
		"most raw":        {wiretest.Tensor("t", 7, []int64{maxValues / 2, 2}, wiretest.Nested(9, make([]byte, 8*maxValues))), true},
		"too many":        {wiretest.Tensor("t", 7, []int64{maxValues + 1}, wiretest.Ints(7, many...)), false},
		"too many raw":    {wiretest.Tensor("t", 3, []int64{maxValues + 1}, wiretest.Nested(9, make([]byte, maxValues+1))), false},
		"floats":          {wiretest.Tensor("t", 1, []int64{MaxFloats}, wiretest.Nested(9, make([]byte, 4*MaxFloats))), true},
		"too many floats": {wiretest.Tensor("t", 1, []int64{MaxFloats + 1}, wiretest.Floats(4, make([]float32, MaxFloats+1)...)), false},
		"scalar":          {wiretest.Tensor("t", 7, nil, wiretest.Varint(7, 5)), true},
		"no elements":     {wiretest.Tensor("t", 7, []int64{math.MaxInt64, math.MaxInt64, 0}), true},
		"no data":         {wiretest.Tensor("t", 7, []int64{2}), false},
		"empty data":      {wiretest.Tensor("t", 7, []int64{2}, wiretest.Nested(9), wiretest.Nested(7)), false},
		"external":        {wiretest.Tensor("t", 7, []int64{1}, wiretest.Nested(13, wiretest.Text(1, "location")), wiretest.Varint(14, 1)), false},
		"external, none":  {wiretest.Tensor("t", 7, []int64{0}, wiretest.Varint(14, 1)), true},
		"not external":    {wiretest.Tensor("t", 7, []int64{1}, wiretest.Varint(14, 0), wiretest.Varint(7, 5)), true},
		"strings":         {wiretest.Tensor("t", 8, []int64{1}, wiretest.Text(6, "a")), false},
		"eight bits":      {wiretest.Tensor("t", 17, []int64{1}, wiretest.Nested(9, []byte{1})), false},
		"wrong field":     {wiretest.Tensor("t", 7, []int64{1}, wiretest.Varint(5, 1)), false},
		"beyond int64":    {wiretest.Tensor("t", 13, []int64{1}, wiretest.Varint(11, -1)), false},
	}
	for name, test := range tests {
		got := onlyTensor(t, test.tensor)
		assert.Equal(t, test.known, got.Known, name)
		if !test.known {
			assert.Nil(t, got.Ints, name)
			assert.Nil(t, got.Floats, name)
		}
	}
	assert.True(t, onlyTensor(t, tests["external"].tensor).External)
	assert.False(t, onlyTensor(t, tests["not external"].tensor).External)
}

func TestTensorMalformed(t *testing.T) {
	many := make([]int64, maxValues+1)
	tests := map[string]struct {
		tensor []byte
		want   string
	}{
		"few bytes":  {wiretest.Tensor("t", 7, []int64{2}, wiretest.Nested(9, make([]byte, 8))), "tensor has 8 bytes of data, its shape has 2 values of 8 bytes"},
		"odd bytes":  {wiretest.Tensor("t", 6, []int64{2}, wiretest.Nested(9, make([]byte, 9))), "tensor has 9 bytes of data, its shape has 2 values of 4 bytes"},
		"few values": {wiretest.Tensor("t", 7, []int64{3}, wiretest.Ints(7, 1, 2)), "tensor has 2 values, its shape has 3"},
		"more":       {wiretest.Tensor("t", 7, []int64{1}, wiretest.Ints(7, 1, 2)), "tensor has 2 values, its shape has 1"},
		"one more":   {wiretest.Tensor("t", 7, []int64{maxValues}, wiretest.Ints(7, many...)), "tensor has more than 4096 values, its shape has 4096"},
		"two fields": {wiretest.Tensor("t", 7, []int64{1}, wiretest.Varint(7, 1), wiretest.Varint(5, 1)), "tensor has values in field 7 and in field 5"},
		"raw too":    {wiretest.Tensor("t", 7, []int64{1}, wiretest.Varint(7, 1), wiretest.Nested(9, make([]byte, 8))), "tensor has values in field 9 and in field 7"},
	}
	for name, test := range tests {
		_, err := decodeBytes(wiretest.Nested(7, test.tensor))
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
	far := wiretest.Nested(99, make([]byte, 3*windowSize))
	got := onlyTensor(t, wiretest.Nested(5, wiretest.Nested(9, wiretest.Little(7, 8)), far, wiretest.Varint(2, 7), wiretest.Text(8, "t"), far))
	assert.Equal(t, []int64{7}, got.Ints)
	assert.Equal(t, "t", got.Name)
}

// onlyTensor decodes a model with one initializer.
func onlyTensor(t *testing.T, initializer []byte) *Tensor {
	t.Helper()
	g := mustDecode(t, wiretest.Model(17, slices.Clone(initializer))).Graph
	require.Len(t, g.Initializers, 1)
	return g.Initializers[0]
}
