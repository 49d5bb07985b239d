package cost_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/rewrite"
	"github.com/skipcost/skipcost/arch/spec"
	"github.com/skipcost/skipcost/cost"
)

// handCount counts convolutions, norms and linear layers with plain integers, one after the other.
type handCount struct{ params, macs int64 }

// conv counts a convolution without bias whose output has side×side positions.
func (t *handCount) conv(in, out, kernel, side int64) {
	t.params += in * out * kernel * kernel
	t.macs += in * out * kernel * kernel * side * side
}

func (t *handCount) norm(width int64) { t.params += 2 * width }

func (t *handCount) linear(in, out int64) {
	t.params += in*out + out
	t.macs += in * out
}

// concatResNet50 is ResNet-50 whose blocks concatenate: the bodies and projections keep the widths they output, everything
// that reads a block is as much wider as blocks stand before it.
func concatResNet50(projections bool) handCount {
	var t handCount
	t.conv(3, 64, 7, 112)
	t.norm(64)
	width, side := int64(64), int64(56)
	for stage, blocks := range []int{3, 4, 6, 3} {
		inner := int64(64) << stage
		for block := range blocks {
			before := side
			if stage > 0 && block == 0 {
				side /= 2
			}
			t.conv(width, inner, 1, before)
			t.norm(inner)
			t.conv(inner, inner, 3, side)
			t.norm(inner)
			t.conv(inner, 4*inner, 1, side)
			t.norm(4 * inner)
			if block == 0 && (projections || stage > 0) {
				t.conv(width, 4*inner, 1, side)
				t.norm(4 * inner)
				width = 4 * inner
			}
			width += 4 * inner
		}
	}
	t.linear(width, 1000)
	return t
}

// addDenseNet121 is DenseNet-121 whose layers add: each outputs the width that comes in; the transitions output what they did.
func addDenseNet121() handCount {
	var t handCount
	t.conv(3, 64, 7, 112)
	t.norm(64)
	width, side := int64(64), int64(56)
	for stage, layers := range []int{6, 12, 24, 16} {
		for range layers {
			t.norm(width)
			t.conv(width, 128, 1, side)
			t.norm(128)
			t.conv(128, width, 3, side)
		}
		t.norm(width)
		if stage < 3 {
			t.conv(width, 128<<stage, 1, side)
			width, side = 128<<stage, side/2
		}
	}
	t.linear(width, 1000)
	return t
}

func TestSwapsAgainstCountingByHand(t *testing.T) {
	for _, c := range []struct {
		network string
		options cost.SwapOptions
		want    handCount
	}{
		{"resnet50", cost.SwapOptions{To: rewrite.ToConcat}, concatResNet50(true)},
		{"resnet50", cost.SwapOptions{To: rewrite.ToConcat, Projections: rewrite.DropProjections}, concatResNet50(false)},
		{"densenet121", cost.SwapOptions{To: rewrite.ToAdd}, addDenseNet121()},
	} {
		s := swap(t, c.network, c.options)
		assert.Empty(t, s.Refused, c.network)
		for q, want := range map[cost.Quantity]int64{cost.Params: c.want.params, cost.MACs: c.want.macs} {
			got, ok := s.After.Of(q).Int64()
			require.True(t, ok)
			assert.Equal(t, want, got, "%s of %s to %s", q, c.network, c.options.To)
		}
	}
}

// TestOneSkipCausesAllThereIs: what a single skip causes is what is left when all are cut, in every cost.
func TestOneSkipCausesAllThereIs(t *testing.T) {
	n, err := spec.Parse("one.yaml", []byte(`
name: one
input: [16, 8, 8]
steps:
  - conv: {out: 16, kernel: 3}
  - concat: [identity, [conv: {out: 8, kernel: 3}, batchnorm, relu]]
  - conv: {out: 4, kernel: 3}
`))
	require.NoError(t, err)
	inv, err := cost.TakeInventory(cost.Subject{Name: "one", Network: n}, false, cost.Options{Quantities: cost.Quantities()})
	require.NoError(t, err)
	require.Len(t, inv.Skips, 1)
	assert.Equal(t, "576", inv.Skips[0].Causes.Of(cost.Params).Text(), "3·3·16·4: the kernel behind the concat reads the width that was added")
	for _, q := range cost.Quantities() {
		if q == cost.Intensity {
			continue // a ratio
		}
		whole := inv.Whole.Of(q).Sub(inv.Alone.Of(q))
		assert.Equal(t, whole.Text(), inv.Skips[0].Causes.Of(q).Text(), q.String())
	}
}
