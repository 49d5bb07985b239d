package wire

import (
	"encoding/binary"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/skipcost/skipcost/arch/onnx/wire/wiretest"
)

// filled is a list of so many values.
func filled(n int, value func(k int) float64) []float64 {
	out := make([]float64, n)
	for k := range out {
		out[k] = value(k)
	}
	return out
}

// TestLooks: what is written down is told from what is learned by its values, as raw bytes and as numbers.
func TestLooks(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	normal := func(int) float64 { return r.NormFloat64() / 10 }
	below := math.Inf(-1)
	causal := func(k int) float64 {
		if k%8 > k/8 {
			return below
		}
		return 0
	}
	wave := func(pad int) func(k int) float64 { // rows of 16, sines before cosines
		return func(k int) float64 {
			at, column := float64(k/16-pad), float64(k%8)
			if at < 0 {
				return 0
			}
			if angle := at * math.Exp(-column); k%16 < 8 {
				return math.Sin(angle)
			} else {
				return math.Cos(angle)
			}
		}
	}
	for _, c := range []struct {
		name   string
		dims   []int64
		values []float64
		want   Look
	}{
		{"weights", []int64{8, 16}, filled(128, normal), Ordinary},
		{"a bias", []int64{16}, filled(16, normal), Ordinary},
		{"what is not trained yet", []int64{8, 16}, filled(128, func(int) float64 { return 1 }), Alike},
		{"a mask of infinities", []int64{8, 8}, filled(64, causal), Mask},
		{"a mask that something is added to", []int64{8, 8}, filled(64, func(k int) float64 { return causal(k) - float64(k)/7 }), Mask},
		{"a mask of large numbers", []int64{2, 4}, []float64{0, 0, -1e9, -1e9, 0, 0, 0, -1e9}, Mask},
		{"a mask of windows", []int64{2, 4}, []float64{0, 0, 0, 0, 0, -100, 0, -100}, Mask},
		{"a vector of two numbers", []int64{8}, []float64{0, 0, 1, 1, 0, 0, 0, 0}, Ordinary},
		{"an infinity far behind", []int64{4, 64}, filled(256, func(k int) float64 {
			if k == 255 {
				return below
			}
			return normal(k)
		}), Ordinary},
		{"a grid", []int64{3, 3}, filled(9, func(k int) float64 { return float64(k%3) + 0.5 }), Grid},
		{"a short row of whole numbers", []int64{1, 8}, filled(8, func(k int) float64 { return float64(k) }), Ordinary},
		{"a long row of strides", []int64{1, 100}, filled(100, func(k int) float64 { return 8 * float64(1+k/40) }), Grid},
		{"huge numbers", []int64{4, 4}, filled(16, func(k int) float64 { return float64(k) * 1e7 }), Slopes},
		{"distances that slope down", []int64{2, 4, 4}, filled(32, func(k int) float64 { return -math.Abs(float64(k%4-k/4%4)) / 3 }), Slopes},
		{"three rows that slope", []int64{3, 4}, filled(12, func(k int) float64 { return float64(k) / 3 }), Ordinary},
		{"places along an axis", []int64{1, 1, 16}, filled(16, func(k int) float64 { return float64(float32(k)/7.5 - 1) }), Slopes},
		{"many places on both sides of zero", []int64{1000}, filled(1000, func(k int) float64 { return float64(float32(k)*float32(2./999) - 1) }), Slopes},
		{"few places along an axis", []int64{15}, filled(15, func(k int) float64 { return float64(k)/7 - 1 }), Ordinary},
		{"a row that bends", []int64{17}, filled(17, func(k int) float64 { return math.Abs(float64(k)/8 - 1) }), Ordinary},
		{"rows that bend twice", []int64{4, 5}, filled(20, func(k int) float64 { return float64(k%2) / 3 }), Mask},
		{"sines and cosines", []int64{1, 6, 16}, filled(96, wave(0)), Waves},
		{"no position first", []int64{6, 16}, filled(96, wave(1)), Waves},
		{"one row of waves", []int64{1, 16}, filled(16, wave(0)), Ordinary},
		{"one filter", []int64{4, 1, 2, 2}, filled(16, func(k int) float64 { return float64(k%4) / 3 }), Filter},
		{"one filter of a matrix", []int64{4, 2, 2}, filled(16, func(k int) float64 { return float64(k%4) / 3 }), Ordinary},
		{"filters that differ", []int64{4, 1, 2, 2}, filled(16, normal), Ordinary},
		{"not a number", []int64{2, 4}, filled(8, func(int) float64 { return math.NaN() }), Ordinary},
		{"a scalar", []int64{}, []float64{3}, Alike},
	} {
		t.Run(c.name, func(t *testing.T) {
			var raw, numbers []byte
			for _, v := range c.values {
				raw = binary.LittleEndian.AppendUint64(raw, math.Float64bits(v))
				numbers = binary.LittleEndian.AppendUint64(numbers, math.Float64bits(v))
			}
			assert.Equal(t, c.want, onlyTensor(t, wiretest.Tensor("t", 11, c.dims, wiretest.Nested(9, raw))).Look, "raw")
			assert.Equal(t, c.want, onlyTensor(t, wiretest.Tensor("t", 11, c.dims, wiretest.Nested(10, numbers))).Look, "numbers")
		})
	}
}

// TestLooksOfOthers: what is not in the file, and what is no float, is unseen; of long tensors the first values are looked at.
func TestLooksOfOthers(t *testing.T) {
	assert.Equal(t, Unseen, onlyTensor(t, wiretest.Tensor("t", 1, []int64{2, 4}, nil)).Look)
	assert.Equal(t, Unseen, onlyTensor(t, wiretest.Tensor("t", 1, []int64{0, 4}, nil)).Look)
	assert.Equal(t, Unseen, onlyTensor(t, wiretest.Tensor("t", 7, []int64{2}, wiretest.Ints(7, 1, 2))).Look)
	long := make([]byte, 2*(maxLook+2))
	long[len(long)-1] = 0x3c // a last value of 1
	assert.Equal(t, Alike, onlyTensor(t, wiretest.Tensor("t", 10, []int64{2, maxLook/2 + 1}, wiretest.Nested(9, long))).Look)
}
