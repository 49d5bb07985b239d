package cost_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/cost"
)

// TestFoldedClosedFormEqualsUnrolledSum: folding sees loops and what is written out alike, in every cost that closes.
func TestFoldedClosedFormEqualsUnrolledSum(t *testing.T) {
	o := cost.Options{Quantities: closing(), Memory: cost.Memory{FoldNorms: true}}
	for _, name := range []string{"resnet18", "cifar-resnet20", "densenet-40-12", "mobilenet_v2", "unet-bn", "vgg16_bn"} {
		s := find(t, name)
		closed, err := cost.Close(cost.Subject{Name: name, Network: s.Network}, nil, o)
		require.NoError(t, err, name)
		resolved, err := trace.Resolve(s.Network, trace.Options{Set: s.Set, Unroll: true})
		require.NoError(t, err, name)
		unrolled, err := cost.Of(resolved, o)
		require.NoError(t, err, name)
		set := symbolic.Bindings{}
		for _, b := range resolved.Bound {
			set[b.Name] = b.Value
		}
		for _, q := range closing() {
			assert.Equal(t, unrolled.Of(q).ASCII(), closed.Total.Of(q).Substitute(set).ASCII(), "%s of %s", q, name)
		}
	}
}

// TestFoldedParams are those of files that exporters folded: of ResNet-50 25,557,032 less a value for each of its 26,560 channels.
func TestFoldedParams(t *testing.T) {
	m, err := cost.Summarize(find(t, "resnet50"), cost.Options{Memory: cost.Memory{FoldNorms: true}})
	require.NoError(t, err)
	assert.Equal(t, "25530472", m.Total.Of(cost.Params).ASCII())
	assert.Equal(t, "0", m.Total.Of(cost.Buffers).ASCII())
	// Uneven repeats are written out: 3 norms of 4 channels, of which two fold into the linear layers before them.
	m, err = cost.Summarize(parsed(t, "  - linear: 4\n  - relu\n  - repeat: {times: 3, steps: [batchnorm, relu, linear: 4]}\n"), cost.Options{Memory: cost.Memory{FoldNorms: true}})
	require.NoError(t, err)
	assert.Equal(t, "96", m.Total.Of(cost.Params).ASCII(), "8·4, 3·16, 8 of the first norm, and two biases of 4")
}
