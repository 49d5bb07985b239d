package cost_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/skipcost/skipcost/cost"
)

// TestDenseFormer: behind each of L blocks a learned sum of all that went before, L(L + 3)/2 numbers, 1,224 of them at L = 48 (Pagliardini
// et al. 2024, arXiv:2402.02622, section 3), as many macs per element, and each output kept once.
func TestDenseFormer(t *testing.T) {
	const d, tokens = 4, 3
	of := func(gather string, layers int) *cost.Summary {
		return summarize(t, fmt.Sprintf(`name: denseformer
input: [%d, %d]
steps:
  - repeat: {times: %d, links: dense, gather: %s, steps: [add: [identity, [layernorm, linear: c]]]}
  - linear: c
`, d, tokens, layers, gather), cost.Options{Quantities: cost.Quantities()})
	}
	for layers, want := range map[int]int64{1: 2, 2: 5, 48: 1224} {
		weighted, mean := of("weighted", layers), of("mean", layers)
		assert.Equal(t, want, small(t, weighted, cost.Params)-small(t, mean, cost.Params), layers)
		assert.Equal(t, want*d*tokens, small(t, weighted, cost.MACs)-small(t, mean, cost.MACs), layers)
		outputs := int64(4 * d * tokens * layers)                            // each once; the norm of the first block keeps what enters
		without := small(t, mean, cost.TrainingSavedBytes) - 8*int64(layers) // which a mean keeps of itself
		assert.Equal(t, outputs, small(t, weighted, cost.TrainingSavedBytes)-without, layers)
	}
}
