package arch_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// window is a window that slides along one axis.
type window struct {
	kernel, stride, dilation int
	padding                  int // on each side; below 0 for same
	ceil                     bool
}

// slide counts the places of a window on an extent, one after the other. With ceil the last window may hang over the end by
// less than a stride, but not begin behind it: torch.nn.MaxPool2d.
func (w window) slide(extent int) int {
	if w.padding < 0 {
		n := 0
		for at := 0; at < extent; at += w.stride {
			n++
		}
		return n
	}
	room := extent + 2*w.padding
	if w.ceil {
		room += w.stride - 1
	}
	n := 0
	for at := 0; at+w.reach() <= room; at += w.stride {
		if w.ceil && at >= extent+w.padding {
			break
		}
		n++
	}
	return n
}

// spread is the extent that a transposed window covers when it puts its elements down for each position: the last one that is
// written, and what is added or cut off.
func (w window) spread(extent, added int) int {
	last := 0
	for at := 0; at < extent; at++ {
		for k := 0; k < w.kernel; k++ {
			last = max(last, at*w.stride+k*w.dilation)
		}
	}
	return last + 1 + added - 2*w.padding
}

// reach is the extent that the window covers.
func (w window) reach() int {
	last := 0
	for k := 0; k < w.kernel; k++ {
		last = k * w.dilation
	}
	return last + 1
}

func (w window) arguments() string {
	padding := fmt.Sprint(w.padding)
	if w.padding < 0 {
		padding = "same"
	}
	return fmt.Sprintf("kernel: %d, stride: %d, dilation: %d, padding: %s", w.kernel, w.stride, w.dilation, padding)
}

// windows calls f for small windows of all sorts.
func windows(f func(window)) {
	for kernel := 1; kernel <= 4; kernel++ {
		for stride := 1; stride <= 3; stride++ {
			for dilation := 1; dilation <= 2; dilation++ {
				for padding := -1; padding <= kernel/2; padding++ {
					f(window{kernel: kernel, stride: stride, dilation: dilation, padding: padding})
				}
			}
		}
	}
}

// compareExtents resolves a layer once with the extent S free and compares its formula with a count for each S, and with what
// comes out, or is refused, when S is bound.
func compareExtents(t *testing.T, layer string, count func(extent int) int) {
	t.Helper()
	n := network(t, "symbols: {S: 1}\ninput: [4, S]\nsteps: ["+layer+"]\n")
	free, err := trace.Resolve(n, trace.Options{Free: []string{"S"}})
	require.NoError(t, err, layer)
	for extent := 1; extent <= 12; extent++ {
		set := symbolic.Bindings{"S": symbolic.Int(int64(extent))}
		want := count(extent)
		bound, err := trace.Resolve(n, trace.Options{Set: set})
		if want <= 0 {
			require.ErrorContains(t, err, "comes in, but", "%s on %d", layer, extent)
			continue
		}
		require.NoError(t, err, "%s on %d", layer, extent)
		require.Equal(t, fmt.Sprintf("4×%d", want), bound.Output.Shape.Text(), "%s on %d", layer, extent)
		got, err := free.Output.Shape.Extents[0].EvaluateInteger(set)
		require.NoError(t, err)
		require.Equal(t, int64(want), got.Int64(), "%s on S = %d: %s", layer, extent, free.Output.Shape.Text())
	}
}

func TestWindowsAgainstSliding(t *testing.T) {
	windows(func(w window) {
		compareExtents(t, "conv: {out: 4, "+w.arguments()+"}", w.slide)
		compareExtents(t, "maxpool: {"+w.arguments()+"}", w.slide)
		if w.padding >= 0 {
			w.ceil = true
			compareExtents(t, "avgpool: {"+w.arguments()+", ceil: true}", w.slide)
		}
	})
}

func TestTransposedWindowsAgainstSpreading(t *testing.T) {
	windows(func(w window) {
		for added := 0; added < w.stride; added++ {
			layer := fmt.Sprintf("conv_transpose: {out: 4, %s, output_padding: %d}", w.arguments(), added)
			compareExtents(t, layer, func(extent int) int {
				if w.padding < 0 {
					return extent*w.stride + added
				}
				return w.spread(extent, added)
			})
		}
	})
}

// TestValidConvIsUndoneByItsTranspose: where the stride divides what is left, a transposed convolution restores the extent.
func TestValidConvIsUndoneByItsTranspose(t *testing.T) {
	windows(func(w window) {
		for extent := w.reach(); extent <= 12; extent++ {
			if w.padding != 0 || (extent-w.reach())%w.stride != 0 {
				continue
			}
			resolved := resolve(t, fmt.Sprintf("input: [4, %d]\nsteps: [conv: {out: 4, %s}, conv_transpose: {out: 4, %s}]\n", extent, w.arguments(), w.arguments()), trace.Options{})
			assert.Equal(t, resolved.Input.Shape.Text(), resolved.Output.Shape.Text(), w.arguments())
		}
	})
}

func TestEachAxisHasItsOwnWindow(t *testing.T) {
	for steps, want := range map[string]string{
		"conv: {out: 5, kernel: [1, 3, 5], padding: valid}":                  "5×9×7×5",
		"conv: {out: 5, kernel: 3, stride: [1, 2, 3]}":                       "5×9×5×3",
		"conv: {out: 5, kernel: 3, padding: [0, 1, 2], dilation: [1, 1, 2]}": "5×7×9×9",
		"conv_transpose: {out: 5, kernel: 2, stride: [1, 2, 3]}":             "5×9×18×27",
		"maxpool: [1, 2, 3]":                      "4×9×5×3",
		"subsample: [1, 2, 4]":                    "4×9×5×3",
		"upsample: [1, 2, 3]":                     "4×9×18×27",
		"crop: [0, 1, 4]":                         "4×9×7×1",
		"adaptive_avgpool: [1, 2, 3]":             "4×1×2×3",
		"tokens, class_token, position_embedding": "4×730",
		"tokens, token: 728":                      "4",
		"global_avgpool, zero_pad: 6, slice: {count: 2, start: 4}, softmax": "2",
		"flatten, linear: 3": "3",
		"shuffle: 2, groupnorm: 4, layernorm, rmsnorm, dropout: 0, leaky_relu": "4×9×9×9",
	} {
		resolved := resolve(t, "input: [4, 9, 9, 9]\nsteps: ["+steps+"]\n", trace.Options{})
		assert.Equal(t, want, resolved.Output.Shape.Text(), steps)
	}
}

func TestSequences(t *testing.T) {
	resolved := resolve(t, "input: [1, 7]\nsteps: [embedding: {vocab: 100, out: 12}, attention: {heads: 4, kv_heads: 2}, token: 0]\n", trace.Options{})
	assert.Equal(t, "12", resolved.Output.Shape.Text())
	assert.Equal(t, "12x7", resolved.Operations()[1].Output.Shape.ASCII())
}
