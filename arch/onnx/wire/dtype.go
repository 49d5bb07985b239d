package wire

import (
	"fmt"
	"math"

	"google.golang.org/protobuf/encoding/protowire"
)

// A dtype is the encoding of the elements of a tensor. One of the two functions is set; it takes the bits of an element, and
// ignores those above its width, which writers fill with the sign.
type dtype struct {
	bytes    int64            // of an element in raw_data
	field    protowire.Number // the field of TensorProto for the elements, if not raw_data
	integer  func(bits uint64) int64
	float    func(bits uint64) float64
	unsigned bool // a negative integer is one that did not fit
}

// dtypes are the element types whose values are read, by TensorProto.DataType. The others (strings, complex numbers,
// floats of 8 bits and integers of 4) are never known.
var dtypes = map[int32]dtype{
	1:  {bytes: 4, field: 4, float: func(b uint64) float64 { return float64(math.Float32frombits(uint32(b))) }},
	2:  {bytes: 1, field: 5, integer: func(b uint64) int64 { return int64(uint8(b)) }},
	3:  {bytes: 1, field: 5, integer: func(b uint64) int64 { return int64(int8(b)) }},
	4:  {bytes: 2, field: 5, integer: func(b uint64) int64 { return int64(uint16(b)) }},
	5:  {bytes: 2, field: 5, integer: func(b uint64) int64 { return int64(int16(b)) }},
	6:  {bytes: 4, field: 5, integer: func(b uint64) int64 { return int64(int32(b)) }},
	7:  {bytes: 8, field: 7, integer: func(b uint64) int64 { return int64(b) }},
	9:  {bytes: 1, field: 5, integer: truth},
	10: {bytes: 2, field: 5, float: half},
	11: {bytes: 8, field: 10, float: math.Float64frombits},
	12: {bytes: 4, field: 11, integer: func(b uint64) int64 { return int64(uint32(b)) }},
	13: {bytes: 8, field: 11, integer: func(b uint64) int64 { return int64(b) }, unsigned: true},
	16: {bytes: 2, field: 5, float: func(b uint64) float64 { return float64(math.Float32frombits(uint32(b) << 16)) }},
}

// most is how many elements of the type are kept: few floats, unless they are written into a node.
func (t dtype) most(inNode bool) int64 {
	if t.float != nil && !inNode {
		return MaxFloats
	}
	return maxValues
}

func truth(bits uint64) int64 {
	if bits != 0 {
		return 1
	}
	return 0
}

// half is the value of an IEEE 754 number of 16 bits: sign, 5 bits of exponent, 10 of fraction.
func half(bits uint64) float64 {
	exponent, fraction := int(bits>>10&0x1f), float64(bits&0x3ff)
	var v float64
	switch {
	case exponent == 0x1f && fraction != 0:
		return math.NaN()
	case exponent == 0x1f:
		v = math.Inf(1)
	case exponent == 0:
		v = math.Ldexp(fraction, -24)
	default:
		v = math.Ldexp(1024+fraction, exponent-25)
	}
	if bits&0x8000 != 0 {
		return -v // also of 0
	}
	return v
}

// elements is the product of dimensions that are not negative, or math.MaxInt64 if it is larger. Without dimensions
// it is 1, a scalar.
func elements(dims []int64) int64 {
	product := int64(1)
	for _, n := range dims {
		switch {
		case n == 0:
			return 0
		case product > math.MaxInt64/n:
			product = math.MaxInt64
		default:
			product *= n
		}
	}
	return product
}

// counted prints a number of values, of which there may be more.
func counted(n int64, more bool) string {
	if more {
		return fmt.Sprintf("more than %d", n)
	}
	return fmt.Sprint(n)
}

// IsInteger reports whether elements of the type are whole numbers or truth values.
func IsInteger(t int32) bool { return dtypes[t].integer != nil }

// Element types of quantized weights, and of truth values.
const (
	Uint8 = 2
	Int8  = 3
	Bool  = 9
)
