package cost_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/cost"
)

// TestFoldBranches is RepVGG as it is trained and as it is deployed (Ding et al. 2021, arXiv:2101.03697, and the code of its authors).
func TestFoldBranches(t *testing.T) {
	for name, want := range map[string][4]int64{
		"repvgg_a0": {9_108_968, 8_309_384, 1_512_581_120, 1_361_451_008},
	} {
		trained, err := cost.Summarize(find(t, name), cost.Options{})
		require.NoError(t, err)
		folded, err := cost.Summarize(find(t, name), cost.Options{Memory: cost.Memory{FoldBranches: true}})
		require.NoError(t, err)
		got := [4]int64{small(t, trained, cost.Params), small(t, folded, cost.Params), small(t, trained, cost.MACs), small(t, folded, cost.MACs)}
		assert.Equal(t, want, got, name)
	}
	for _, name := range []string{"repvgg_a1", "repvgg_a2", "repvgg_b0", "repvgg_b1", "repvgg_b1g4", "repvgg_b2", "repvgg_b2g4", "repvgg_b3", "repvgg_b3g4"} { // as its file describes them
		folded, err := cost.Summarize(find(t, name), cost.Options{Memory: cost.Memory{FoldBranches: true}})
		require.NoError(t, err)
		described, err := cost.Summarize(find(t, name).With(settings(t, "folded=1")), cost.Options{})
		require.NoError(t, err)
		for _, q := range cost.BasicQuantities() {
			assert.Equal(t, described.Total.Of(q).Text(), folded.Total.Of(q).Text(), "%s of %s", q, name)
		}
	}
}

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
