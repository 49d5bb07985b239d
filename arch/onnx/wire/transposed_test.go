package wire

import (
	"bytes"
	"encoding/binary"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/onnx/wire/wiretest"
)

// TestTransposed: a matrix is told from others of the same size by some of its values, where these are in the file as bytes.
func TestTransposed(t *testing.T) {
	matrix := func(rows, columns int, value func(row, column int) float32) []byte {
		var raw []byte
		for k := range rows * columns {
			raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(value(k/columns, k%columns)))
		}
		return wiretest.Nested(9, raw)
	}
	wave := func(row, column int) float32 { return float32(math.Sin(float64(row*100 + column))) }
	turned := func(row, column int) float32 { return wave(column, row) }
	same := func(int, int) float32 { return 1 }
	table := wiretest.Tensor("table", 1, []int64{40, 8}, matrix(40, 8, wave))
	for _, c := range []struct {
		name          string
		table, matrix []byte
		want          bool
	}{
		{"the transpose", table, wiretest.Tensor("w", 1, []int64{8, 40}, matrix(8, 40, turned)), true},
		{"another one", table, wiretest.Tensor("w", 1, []int64{8, 40}, matrix(8, 40, wave)), false},
		{"the same", table, wiretest.Tensor("w", 1, []int64{40, 8}, matrix(40, 8, wave)), false},
		{"no values", table, wiretest.Tensor("w", 1, []int64{8, 40}, nil), false},
		{"another type", table, wiretest.Tensor("w", 6, []int64{8, 40}, matrix(8, 40, turned)), false},
		{"all alike", wiretest.Tensor("table", 1, []int64{40, 8}, matrix(40, 8, same)), wiretest.Tensor("w", 1, []int64{8, 40}, matrix(8, 40, same)), false},
		{"a row", wiretest.Tensor("table", 1, []int64{1, 9}, matrix(1, 9, wave)), wiretest.Tensor("w", 1, []int64{9, 1}, matrix(9, 1, turned)), true},
	} {
		t.Run(c.name, func(t *testing.T) {
			file := wiretest.Model(13, c.table, c.matrix)
			m, err := Decode(bytes.NewReader(file), int64(len(file)))
			require.NoError(t, err)
			assert.Equal(t, c.want, m.Transposed(m.Graph.Initializers[0], m.Graph.Initializers[1]))
		})
	}
}
