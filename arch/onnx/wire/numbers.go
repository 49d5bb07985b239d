package wire

import (
	"errors"
	"math"

	"google.golang.org/protobuf/encoding/protowire"
)

// errEnough is returned by a callback of numbers that wants no more.
var errEnough = errors.New("enough")

// numbers calls take with each value of a repeated field of numbers of a kind. Writers may pack them into one field
// or write a field each, or both in turn.
func (d *decoder) numbers(f field, kind protowire.Type, take func(bits uint64) error) error {
	if f.kind != protowire.BytesType {
		if err := f.want(kind); err != nil {
			return err
		}
		return enough(take(f.bits))
	}
	for offset := f.start; offset < f.end; {
		bits, n, err := d.number(f, kind, offset)
		if err != nil {
			return err
		}
		if err := take(bits); err != nil {
			return enough(err)
		}
		offset += n
	}
	return nil
}

// number reads one of the numbers that are packed into f, and says how many bytes it takes up.
func (d *decoder) number(f field, kind protowire.Type, offset int64) (bits uint64, n int64, err error) {
	b, err := d.peek(offset, min(longestTag, f.end-offset))
	if err != nil {
		return 0, 0, err
	}
	var length int
	switch kind {
	case protowire.VarintType:
		bits, length = protowire.ConsumeVarint(b)
	case protowire.Fixed32Type:
		var v uint32
		v, length = protowire.ConsumeFixed32(b)
		bits = uint64(v)
	default:
		bits, length = protowire.ConsumeFixed64(b)
	}
	if length < 0 {
		f.offset = offset
		return 0, 0, f.broken(length, "number")
	}
	return bits, int64(length), nil
}

func enough(err error) error {
	if errors.Is(err, errEnough) {
		return nil
	}
	return err
}

// appendInts appends the integers of a repeated field.
func (d *decoder) appendInts(list []int64, f field) ([]int64, error) {
	err := d.numbers(f, protowire.VarintType, func(bits uint64) error {
		list = append(list, int64(bits))
		return d.charge(f.offset, chargeNumber)
	})
	return list, err
}

// appendDims appends the dimensions of a tensor.
func (d *decoder) appendDims(list []int64, f field) ([]int64, error) {
	err := d.numbers(f, protowire.VarintType, func(bits uint64) error {
		if int64(bits) < 0 {
			return malformed(f.offset, "%s has a dimension of %d", f.message, int64(bits))
		}
		if len(list) == MaxRank {
			return malformed(f.offset, "%s has more than %d dimensions", f.message, MaxRank)
		}
		list = append(list, int64(bits))
		return d.charge(f.offset, chargeNumber)
	})
	return list, err
}

// appendText appends the string of a field.
func (d *decoder) appendText(list []string, f field) ([]string, error) {
	s, err := d.text(f)
	if err != nil {
		return list, err
	}
	return append(list, s), d.charge(f.offset, chargeText)
}

// appendFloats appends the floats of a repeated field.
func (d *decoder) appendFloats(list []float32, f field) ([]float32, error) {
	err := d.numbers(f, protowire.Fixed32Type, func(bits uint64) error {
		list = append(list, math.Float32frombits(uint32(bits)))
		return d.charge(f.offset, chargeNumber)
	})
	return list, err
}
