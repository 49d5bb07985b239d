package cost_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/rewrite"
	"github.com/skipcost/skipcost/cost"
)

// TestFoldedRowsAddUp: rows of alike iterations hold each link once, and their causes are those of every one of them.
func TestFoldedRowsAddUp(t *testing.T) {
	for name, rows := range map[string]int{"vit_b_16": 2, "densenet121": 58, "add": 1} {
		o := cost.Options{Quantities: []cost.Quantity{cost.Params, cost.MACs, cost.FLOPs, cost.TrainingSavedBytes}}
		inv, err := cost.TakeInventory(find(t, name), false, o)
		require.NoError(t, err)
		folded := cost.Fold(inv.Skips, o.Quantities)
		assert.Len(t, folded, rows, name)
		seen := map[int]bool{}
		for _, f := range folded {
			for _, id := range f.IDs {
				require.False(t, seen[id], "%s: %d twice", name, id)
				seen[id] = true
				for _, q := range o.Quantities {
					assert.Equal(t, f.Causes.Of(q).Text(), inv.Skips[id-1].Causes.Of(q).Text())
				}
			}
		}
		assert.Len(t, seen, len(inv.Skips))
	}
}

func TestFoldTellsIterations(t *testing.T) {
	inv, err := cost.TakeInventory(find(t, "llama-7b"), true, cost.Options{Quantities: []cost.Quantity{cost.Params}})
	require.NoError(t, err)
	var to []string
	for _, f := range cost.Fold(inv.Skips, []cost.Quantity{cost.Params}) {
		to = append(to, string(f.Class)+" "+f.To)
		assert.Len(t, f.IDs, 32)
	}
	assert.Equal(t, []string{"skip decoder[0…31].add1", "skip decoder[0…31].add2", "gate decoder[0…31].add2.gated.multiply"}, to)
	assert.Equal(t, 32, inv.Others[rewrite.Gate])
}
