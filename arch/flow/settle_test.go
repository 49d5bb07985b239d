package flow

import (
	"maps"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/arch/zoo"
)

// What loops come to that close, settle or are gone through is what they come to written out.
func TestLoopsAsWrittenOut(t *testing.T) {
	agree := func(name string, n *arch.Network, set map[string]symbolic.Expr) {
		loops, err := trace.Resolve(n, trace.Options{Set: set})
		require.NoError(t, err, name)
		open, err := trace.Resolve(n, trace.Options{Set: set, Unroll: true})
		require.NoError(t, err, name)
		a, err := Of(loops, Options{})
		require.NoError(t, err, name)
		b, err := Of(open, Options{})
		require.NoError(t, err, name)
		for k, q := range []Quantity{b.SignalGain, b.GradientGain, b.EffectivePath} {
			got := []Quantity{a.SignalGain, a.GradientGain, a.EffectivePath}[k]
			if q.Err() != nil {
				require.Error(t, got.Err(), name)
				continue
			}
			require.NoError(t, got.Err(), name)
			require.InDelta(t, q.value(), got.value(), 1e-9*q.value(), "%s: %d", name, k)
		}
	}
	for _, name := range []string{"vgg16", "resnet34", "wrn-16-8", "llama-7b", "vit_b_16", "olmo-1b-shc4", "olmo-1b-dhc2", "mhc-3b", "olmo-1b-sfc4", "denseformer-48", "attention-residuals-24", "mixtral-8x7b", "mamba2-130m", "laurel-20"} {
		m, err := zoo.Find(name)
		require.NoError(t, err)
		agree(name, m.Network, maps.Clone(m.Set))
	}
	for _, scheme := range zoo.AllSchemes() {
		n, err := zoo.Scheme(scheme, false)
		require.NoError(t, err)
		for k := range int64(4) {
			agree(scheme, n, map[string]symbolic.Expr{"L": symbolic.Int(70), "relu": symbolic.Int(k % 2), "norm": symbolic.Int(k / 2)})
		}
	}
}

// At a billion layers a stack of post-activation adds has settled: its gradient grows by 1 + g/2 a layer, and a share of
// g/2/(1 + g/2) of the layers lies on the path of the gradient.
func TestSettledStack(t *testing.T) {
	r := read(t, "add", Options{}, map[string]symbolic.Expr{"L": symbolic.Int(1_000_000_000), "relu": symbolic.Int(1)})
	log, ok := r.GradientGain.Log10()
	require.True(t, ok)
	require.InEpsilon(t, 999_999_998*0.3010299957, log, 1e-9)
	require.InEpsilon(t, 999_999_999/2.0, r.EffectivePath.value(), 1e-6)
	require.True(t, r.GradientGain.Model())
	require.Contains(t, r.Notes, sharedDirection)
}

// Loops in loops that neither settle nor drift are given up together, long before each has been gone through.
func TestSettlingIsBounded(t *testing.T) {
	if testing.Short() {
		t.Skip("goes through 400,000 operations")
	}
	r := readText(t, `name: nested
input: [8]
steps: [repeat: {times: 100000, steps: [repeat: {times: 100000, steps: [add: [identity, [linear: 8, batchnorm, gelu]], tanh]}]}]
`, Options{})
	require.Error(t, r.GradientGain.Err())
}
