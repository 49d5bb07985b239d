package onnx

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/onnx/wire"
)

// sliding is a window along one axis of n positions.
type sliding struct{ n, kernel, stride, dilation, begin, end int64 }

func (s sliding) reach() int64 { return s.dilation*(s.kernel-1) + 1 }

// count moves the window along, position by position. Where ceil is set one that sticks out at the end still counts, unless it
// begins in the padding there.
func (s sliding) count(ceil bool) int64 {
	padded := s.begin + s.n + s.end
	windows, covered := int64(0), int64(0)
	for at := int64(0); at < padded; at += s.stride {
		fits := at+s.reach() <= padded
		if !fits && (!ceil || at >= s.begin+s.n || covered >= padded) {
			break
		}
		covered = at + s.reach()
		windows++
	}
	return windows
}

// spread is how many positions a transposed convolution writes to: each element reaches over the kernel.
func (s sliding) spread() int64 {
	last := int64(0)
	for at := range s.n {
		for k := range s.kernel {
			last = max(last, at*s.stride+k*s.dilation)
		}
	}
	return last + 1 - s.begin - s.end
}

func (s sliding) attributes() []*wire.Attribute {
	return []*wire.Attribute{list("strides", s.stride), list("dilations", s.dilation), list("pads", s.begin, s.end)}
}

func drawn(r *rand.Rand) sliding {
	draw := func(least, most int64) int64 { return least + r.Int64N(most-least+1) }
	s := sliding{n: draw(1, 20), kernel: draw(1, 5), stride: draw(1, 4), dilation: draw(1, 3)}
	s.begin, s.end = draw(0, s.reach()-1), draw(0, s.reach()-1)
	return s
}

// TestWindows compares convolutions and pools of one axis with a window that is moved along.
func TestWindows(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 1500 {
		s := drawn(r)
		x, w, y := in("x", 1, 2, int(s.n)), weights("w", 2, 2, s.kernel), output("y")
		name := fmt.Sprintf("%+v", s)
		want := s.count(false)
		n, err := translated(x, w, do("Conv", "x w", "y", s.attributes()...), y)
		if want == 0 {
			assert.Error(t, err, name)
			continue
		}
		require.NoError(t, err, name)
		assert.Equal(t, fmt.Sprintf("2×%d", want), made(t, n), name)

		kernel := list("kernel_shape", s.kernel)
		n, err = translated(x, do("AveragePool", "x", "y", append(s.attributes(), kernel)...), y)
		require.NoError(t, err, name)
		assert.Equal(t, fmt.Sprintf("2×%d", want), made(t, n), name)

		n, err = translated(x, do("MaxPool", "x", "y", append(s.attributes(), kernel, number("ceil_mode", 1))...), y)
		if s.begin > s.end {
			assert.ErrorContains(t, err, "more padding at the beginning and windows that are cut off at the end", name)
			continue
		}
		require.NoError(t, err, name)
		assert.Equal(t, fmt.Sprintf("2×%d", s.count(true)), made(t, n), name+" ceil")
	}
}

// TestTransposedWindows does so with transposed convolutions, which are given uneven pads, more at the end, or the extent that
// is wanted.
func TestTransposedWindows(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 1500 {
		s := drawn(r)
		more := r.Int64N(s.stride)
		x, w, y := in("x", 1, 2, int(s.n)), weights("w", 2, 3, s.kernel), output("y")
		name := fmt.Sprintf("%+v and %d more", s, more)
		want := s.spread() + more
		n, err := translated(x, w, do("ConvTranspose", "x w", "y", append(s.attributes(), list("output_padding", more))...), y)
		if want <= 0 {
			assert.Error(t, err, name)
			continue
		}
		require.NoError(t, err, name)
		assert.Equal(t, fmt.Sprintf("3×%d", want), made(t, n), name)

		asked := 1 + r.Int64N(2*s.n*s.stride)
		n, err = translated(x, w, do("ConvTranspose", "x w", "y", append(s.attributes(), list("output_shape", asked))...), y)
		require.NoError(t, err, name)
		assert.Equal(t, fmt.Sprintf("3×%d", asked), made(t, n), name)

		n, err = translated(x, w, do("ConvTranspose", "x w", "y", list("strides", s.stride), list("output_padding", more), told("auto_pad", "SAME_UPPER")), y)
		require.NoError(t, err, name)
		assert.Equal(t, fmt.Sprintf("3×%d", s.n*s.stride), made(t, n), name)
	}
}

// TestWindowAttributes are the other ways to pad, and what is refused.
func TestWindowAttributes(t *testing.T) {
	x := in("x", "n", 2, "s", 9)
	for _, c := range []struct {
		name       string
		attributes []*wire.Attribute
		want       string // where s is 10, or a part of the error
	}{
		{"nothing", nil, "4·(6×8×7)"},
		{"same", []*wire.Attribute{told("auto_pad", "SAME_UPPER"), list("strides", 3, 2)}, "4·(6×4×5)"},
		{"same, more at the beginning", []*wire.Attribute{told("auto_pad", "SAME_LOWER"), list("strides", 3, 2)}, "4·(6×4×5)"},
		{"valid, whatever the pads", []*wire.Attribute{told("auto_pad", "VALID"), list("pads", 1, 1, 1, 1)}, "4·(6×8×7)"},
		{"not set", []*wire.Attribute{told("auto_pad", "NOTSET"), list("pads", 1, 1, 1, 1)}, "4·(6×10×9)"},
		{"uneven pads", []*wire.Attribute{list("pads", 0, 1, 1, 2)}, "4·(6×9×10)"},
		{"dilations", []*wire.Attribute{list("dilations", 2, 4)}, "4·(6×6×1)"},
		{"negative pads", []*wire.Attribute{list("pads", 0, -1, 0, 0)}, "pads are negative"},
		{"pads of one axis", []*wire.Attribute{list("pads", 1, 1)}, "pads are 2 values for 2 axes"},
		{"strides of one axis", []*wire.Attribute{list("strides", 2)}, "strides are 1 values for 2 axes"},
		{"dilations of three axes", []*wire.Attribute{list("dilations", 2, 2, 2)}, "dilations are 3 values for 2 axes"},
		{"a stride of 0", []*wire.Attribute{list("strides", 0, 1)}, "conv: stride is 0, but must be at least 1"},
		{"a kernel that does not fit", []*wire.Attribute{list("dilations", 1, 5)}, "comes in, but"},
		{"groups that do not fit", []*wire.Attribute{number("group", 2)}, "the kernel takes 2 channels in each of 2 groups, but 2 come in"},
		{"no groups", []*wire.Attribute{number("group", 0)}, "the kernel takes 2 channels in each of 0 groups, but 2 come in"},
	} {
		t.Run(c.name, func(t *testing.T) {
			n, err := translated(x, weights("w", 6, 2, 3, 3), do("Conv", "x w", "y", c.attributes...), output("y"))
			if err != nil {
				assert.ErrorContains(t, err, c.want)
				return
			}
			assert.Equal(t, c.want, made(t, n, "n=4", "s=10"))
		})
	}
	_, err := translated(x, weights("w", 6, 2, 3), do("Conv", "x w", "y"), output("y"))
	assert.ErrorContains(t, err, "a convolution of 4 dimensions by a kernel of 3")
	_, err = translated(x, weights("w", 6, 2, 3, 3), weights("b", 2), do("Conv", "x w b", "y"), output("y"))
	assert.ErrorContains(t, err, "2 values of a bias for 6 channels")
	_, err = translated(x, weights("w", 2, 6, 3, 3), do("ConvTranspose", "x w", "y", list("output_shape", 20, 20)), output("y"))
	assert.ErrorContains(t, err, "an output shape that depends on open dimensions")
	_, err = translated(x, do("MaxPool", "x", "y", list("kernel_shape", 2)), output("y"))
	assert.ErrorContains(t, err, "the kernel does not fit the input")
}
