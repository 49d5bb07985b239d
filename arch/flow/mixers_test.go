package flow

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

// Mixers of today, alone or in residual stacks behind a norm, as PyTorch runs them: second moments within a tenth, and the logarithm of
// the gradient at what enters within 0.05 for each mixer, 0.07 for the state-space mixer, whose state is left out.
func TestMixersAsMeasured(t *testing.T) {
	const (
		latent = "latent_attention: {heads: 4, rank: 32, query_rank: 48, head_width: 16, rope: 8, value: 16}"
		direct = "latent_attention: {heads: 4, rank: 32, head_width: 16, rope: 8, value: 16}"
		gated  = "experts: {count: 8, active: 2, hidden: 64, gated: true}"
		mamba  = "mamba2: {state: 64, heads: 6, inner: 192}"
	)
	stack := func(step string) string {
		return "repeat: {times: 4, steps: [add: [identity, [rmsnorm, " + step + "]]]}"
	}
	for _, c := range []struct {
		scheme, input, init, steps string
		within                     float64
	}{
		{"mla", "128, 16", "2", latent, 0.05}, {"mla_direct", "128, 16", "2", direct, 0.05}, {"mla_small", "128, 16", "torch", latent, 0.05}, {"mla_stack", "128, 16", "2", stack(latent), 0.2},
		{"moe", "96, 8", "2", "experts: {count: 8, active: 2, hidden: 64}", 0.05}, {"moe_gated", "96, 8", "2", gated, 0.05}, {"moe_lecun", "96, 8", "lecun", gated, 0.05}, {"moe_stack", "96, 8", "lecun", stack(gated), 0.2},
		{"mamba2", "96, 32", "2", mamba, 0.07}, {"mamba2_lecun", "96, 32", "lecun", mamba, 0.07}, {"mamba2_128", "96, 64", "2", "mamba2: {state: 128, heads: 6, inner: 192}", 0.07}, {"mamba2_stack", "96, 32", "2", stack(mamba), 0.2},
	} {
		r := readText(t, "name: mixers\ninput: ["+c.input+"]\ninit: "+c.init+"\nsteps: ["+c.steps+"]\n", Options{Tensors: true})
		for _, row := range rows(t, "mixers.csv") {
			if row["scheme"] != c.scheme {
				continue
			}
			at := r.Tensors[0]
			if row["tensor"] == "output" {
				at = r.Tensors[len(r.Tensors)-1]
			}
			q := at.SecondMoment.value() / number(t, row["second_moment"])
			g := math.Log10(at.Gradient.value() / number(t, row["grad_sq"]))
			t.Logf("%-12s %-8s q × %.3f, log G %+.3f", c.scheme, row["tensor"], q, g)
			require.InDelta(t, 1, q, 0.1, c.scheme)
			require.InDelta(t, 0, g, c.within, c.scheme)
		}
	}
}
