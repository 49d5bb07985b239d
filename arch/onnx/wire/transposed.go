package wire

import (
	"bytes"
	"io"
)

// compared is how many values of two tensors are compared: as many that are equal do not come about by chance.
const compared = 32

// values are where the values of a tensor stand in the file as bytes; of no length if they do not.
type values struct {
	start, each int64
}

// Transposed reports whether one matrix has the values of another with its axes exchanged, as far as some of them tell. Where the values
// are not in the file as bytes, or are all alike, they do not.
func (m *Model) Transposed(a, b *Tensor) bool {
	if len(a.Dims) != 2 || len(b.Dims) != 2 || a.Dims[0] != b.Dims[1] || a.Dims[1] != b.Dims[0] || a.DType != b.DType {
		return false
	}
	if a.values.each == 0 || b.values.each == 0 || a.Look == Alike {
		return false
	}
	rows, columns := a.Dims[0], a.Dims[1]
	for k := range int64(compared) {
		row, column := k*(rows-1)/(compared-1), k*7%columns
		one, err := m.value(a, row*columns+column)
		other, also := m.value(b, column*rows+row)
		if err != nil || also != nil || !bytes.Equal(one, other) {
			return false
		}
	}
	return true
}

// value is the k-th value of a tensor, as bytes.
func (m *Model) value(t *Tensor, k int64) ([]byte, error) {
	out := make([]byte, t.values.each)
	_, err := io.NewSectionReader(m.file, t.values.start, t.values.each*(k+1)).ReadAt(out, t.values.each*k)
	return out, err
}
