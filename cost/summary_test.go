package cost_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/spec"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/cost"
)

// TestFormulaBelowItsBound: with one iteration there is no last but one, and n − 1 convolutions are not what the network has.
func TestFormulaBelowItsBound(t *testing.T) {
	n, err := spec.Parse("x.yaml", []byte("name: x\nsymbols: {n: 5}\ninput: [2, 4, 4]\nsteps: [repeat: {times: n, steps: [{if: i != n - 2, then: [conv: {out: c, kernel: 1}]}]}]\n"))
	require.NoError(t, err)
	o := cost.Options{Quantities: []cost.Quantity{cost.Params}, Formula: true}
	for times, want := range map[int64]string{1: "4", 2: "4", 3: "8"} {
		s, err := cost.Summarize(cost.Subject{Name: "x", Network: n, Set: map[string]symbolic.Expr{"n": symbolic.Int(times)}}, o)
		require.NoError(t, err)
		assert.Equal(t, want, s.Total.Of(cost.Params).ASCII(), times)
		if times < 2 {
			assert.Nil(t, s.Formula)
			assert.EqualError(t, s.Reason, "the closed form only holds where n−2 ≥ 0")
			continue
		}
		require.NoError(t, s.Reason)
		assert.Equal(t, "4*n - 4", s.Formula.Total.Of(cost.Params).ASCII())
	}
}
