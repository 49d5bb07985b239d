package trace_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/spec"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// TestBudgetsMayEndAnywhere resolves networks whose layers are made of several operations with every budget that is too small.
func TestBudgetsMayEndAnywhere(t *testing.T) {
	for _, steps := range []string{
		"[{repeat: {times: 3, links: dense, gather: weighted, ways: [q], steps: [relu, {add: [identity, {from: q}]}]}}]",
		"[{repeat: {times: 3, links: dense, gather: softmax, block: 2, steps: [relu]}}]",
		"[{streams: {count: 2, form: mhc, steps: [{repeat: {times: 3, steps: [{add: [identity, linear: 8]}]}}]}}]",
		"[{reshape: [4, 2]}, {attention: {heads: 1}}, {repeat: {times: 2, reversible: true, steps: [{couple: [[relu], [relu]]}]}}]",
	} {
		n, err := spec.Parse("spent.yaml", []byte("name: spent\ninput: [8]\nsteps: "+steps+"\n"))
		require.NoError(t, err, steps)
		for budget := 0; ; budget++ {
			require.Less(t, budget, 2_000, "%s never fits", steps)
			if _, err := trace.Resolve(n, trace.Options{Unroll: true, Budget: symbolic.NewBudget().With(symbolic.Steps, budget)}); err == nil {
				break
			} else {
				require.Contains(t, err.Error(), "too many steps", steps)
			}
		}
	}
}
