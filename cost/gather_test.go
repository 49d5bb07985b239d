package cost_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/cost"
)

// closesAsWritten holds the formulas of a network against the network written out under each of some settings, and against its loops.
func closesAsWritten(t *testing.T, name string, s cost.Subject, free []string, sets ...string) {
	t.Helper()
	for _, o := range []cost.Options{{}, {Memory: cost.Memory{InPlace: true}}} {
		o.Quantities = closing()
		closed, err := cost.Close(s, free, o)
		require.NoError(t, err, name)
		require.True(t, closed.Trace.HasLoops(), name)
		for _, set := range sets {
			bindings := settings(t, set)
			resolved, err := trace.Resolve(s.Network, trace.Options{Set: bindings, Unroll: true})
			require.NoError(t, err, name)
			written, err := cost.Of(resolved, o)
			require.NoError(t, err, name)
			looped, err := s.With(bindings).Resolve(trace.Options{})
			require.NoError(t, err, name)
			bound, err := cost.Of(looped, o)
			require.NoError(t, err, name)
			again, err := looped.Unrolled()
			require.NoError(t, err, name)
			out, err := cost.Of(again, o)
			require.NoError(t, err, name)
			for _, q := range closing() {
				want := written.Of(q).Text()
				assert.Equal(t, want, closed.Total.Of(q).Substitute(bindings).Text(), "%s of %s at %s", q, name, set)
				assert.Equal(t, want, bound.Of(q).Text(), "%s of %s at %s, as loops", q, name, set)
				assert.Equal(t, want, out.Of(q).Text(), "%s of %s at %s, from loops", q, name, set)
			}
		}
	}
}

// TestGathersClose: repeats whose iterations read a sum of all before have formulas in their count, also where layers are read in steps.
func TestGathersClose(t *testing.T) {
	for name, repeat := range map[string]string{
		"weighted":                 "links: dense, gather: weighted, steps: [add: [identity, [layernorm, linear: c]]]",
		"mean of what is not kept": "links: dense, gather: mean, steps: [linear: c, gelu]",
		"softmax":                  "links: dense, gather: softmax, steps: [layernorm, linear: 2*c, relu, linear: c/2]",
		"in steps":                 "links: dense, gather: weighted, dilation: 3, steps: [add: [identity, [layernorm, linear: c]]]",
		"in blocks":                "links: dense, gather: softmax, block: 3, steps: [layernorm, linear: c]",
		"dynamic":                  "links: dense, gather: dynamic, steps: [add: [identity, [layernorm, linear: c]]]",
		"dynamic in ways":          "links: dense, gather: dynamic, ways: [p, q], steps: [add: [identity, [{from: p}, linear: c], [{from: q}, linear: c]]]",
		"channels in steps":        "links: dense, gather: channels, dilation: 3, ways: [p], steps: [add: [{from: p}, [layernorm, linear: c]]]",
		"gated in blocks":          "links: dense, gather: gated, block: 3, ways: [p], steps: [add: [{from: p}, [layernorm, linear: c]]]",
		"values of the first":      "steps: [add: [identity, [layernorm, attention: {heads: 1, value_residual: true}]]]",
		"within":                   "steps: [repeat: {times: 3, links: dense, gather: softmax, steps: [relu]}, linear: c]",
	} {
		s := inYAML(t, strings.Replace(`name: gathers
symbols: {L: 6, d: 4}
input: [d, 5]
steps:
  - linear: d
  - repeat: {times: L, REPEAT}
  - linear: 3
`, "REPEAT", repeat, 1))
		closesAsWritten(t, name, s, []string{"L", "d"}, "L=3;d=4", "L=6;d=5", "L=9;d=2")
	}
}

// TestDenseFormerInSteps counts the numbers of layers that are read in steps of k behind every p-th layer: ⌊(i + 1 + k)/k⌋ for each p that
// divides i + 1 (Pagliardini et al. 2024, arXiv:2402.02622, section 3.1 and the code of its authors).
func TestDenseFormerInSteps(t *testing.T) {
	for _, one := range []struct{ layers, k, p int64 }{{48, 1, 1}, {48, 4, 1}, {48, 1, 5}, {48, 4, 5}, {7, 3, 2}} {
		var want int64
		for i := range one.layers {
			if (i+1)%one.p == 0 {
				want += (i + 1 + one.k) / one.k
			}
		}
		m := summarizeAt(t, `name: denseformer
symbols: {L: 1, k: 1, p: 1}
input: [4, 3]
steps: [repeat: {times: L, links: dense, gather: weighted, dilation: k, period: p, steps: [gelu]}]
`, cost.Options{}, settings(t, fmt.Sprintf("L=%d;k=%d;p=%d", one.layers, one.k, one.p)))
		assert.Equal(t, want, small(t, m, cost.Params), one)
	}
}

// TestAttentionResiduals is the params of Kimi K3: 93 layers of two sublayers of width 7168, in blocks of 12, a query and the scale of a
// norm for each sublayer and for what comes out (Kimi Team 2026, arXiv:2603.15031, and the configuration of the model); and macs in full
// form, 2d for each sublayer and each of what it reads, L(L + 1)·d and 2(L + 1)·d at the end.
func TestAttentionResiduals(t *testing.T) {
	of := func(block string, layers, d int64) *cost.Summary {
		return summarizeAt(t, `name: attention residuals
symbols: {L: 1, d: 1}
input: [d, 1]
steps: [repeat: {times: L, links: dense, gather: softmax`+block+`, steps: [gelu]}]
`, cost.Options{Quantities: []cost.Quantity{cost.Params, cost.MACs}}, settings(t, fmt.Sprintf("L=%d;d=%d", layers, d)))
	}
	assert.Equal(t, int64(2_680_832), small(t, of(", block: 12", 186, 7168), cost.Params))
	full := of("", 128, 10)
	assert.Equal(t, int64(128*129*10+2*129*10), small(t, full, cost.MACs))
	assert.Equal(t, int64(129*2*10), small(t, full, cost.Params))
	// Of 8 blocks of 16 each sublayer reads those before, what enters the first included, and the sum of its own but for the first of each.
	var reads int64 = 8 + 1
	for n := range int64(8) {
		reads += 16*(n+1) + 15
	}
	assert.Equal(t, 2*10*reads, small(t, of(", block: 16", 128, 10), cost.MACs))
}
