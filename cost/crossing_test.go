package cost_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/cost"
)

// TestCutBytesAreWhatLaterLayersRead looks through all tensors anew behind each layer of every family.
func TestCutBytesAreWhatLaterLayersRead(t *testing.T) {
	o := cost.Options{Quantities: cost.LayerQuantities(), Layers: true, Batch: symbolic.Int(3), BytesPerElement: 2}
	for _, s := range cost.Sample(families(t), 16) {
		resolved, err := trace.Resolve(s.Network, trace.Options{Set: s.Set, Unroll: true})
		require.NoError(t, err, s.Name)
		ops := resolved.Operations()
		if len(ops) > 400 {
			continue
		}
		total, err := cost.Of(resolved, o)
		require.NoError(t, err, s.Name)
		assert.Error(t, total.Of(cost.CutBytes).Err(), "a network has no cut")
		crosses := func(v *trace.Value, at int) bool {
			return v == resolved.Output || slices.Contains(resolved.Outputs, v) ||
				slices.ContainsFunc(ops[at+1:], func(op *trace.Operation) bool { return slices.Contains(op.Inputs, v) })
		}
		at := 0
		for l := range total.Layers {
			var want symbolic.Expr
			made := []*trace.Value{resolved.Input}
			for _, op := range ops[:at+1] {
				made = append(made, op.Output)
			}
			for _, v := range made {
				if crosses(v, at) {
					want = want.Add(v.Shape.AllElements().Mul(symbolic.Int(6)))
				}
			}
			require.Equal(t, want.ASCII(), l.Costs.Of(cost.CutBytes).ASCII(), "%s, behind %s", s.Name, l.Operation.Name)
			at++
		}
		require.Equal(t, len(ops), at, "no row for the input, which has no share in anything here")
	}
}
