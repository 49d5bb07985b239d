package trace_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// TestBoundAgain: a trace with free symbols whose symbols are bound is the network resolved with these bindings, or refused for the same
// reason: shapes that are not whole, empty or do not meet, weights that do not fit, arguments out of their range.
func TestBoundAgain(t *testing.T) {
	refused, equal := 0, 0
	for _, steps := range []string{
		"linear: n/2, linear: m, relu",
		"add: [identity, [linear: 2*m]], linear: 3",
		"multiply: [identity, [linear: m*4]], concat: [identity, [linear: m]]",
		"{linear: m, as: x}, linear: n, linear: {out: m, shared: x}",
		"{linear: m, as: x}, linear: 4, linear: {out: m, shared: x}",
		"dropout: 1/m, groupnorm: {groups: n - 4}, {add: [identity, [linear: c]], survives: 1/m}",
		"conv1d: {out: m, kernel: n - 5, stride: m}, maxpool: m - 1",
		"head: [linear: m - 1], attention: {heads: m}, linear: n - 6",
	} {
		n := network(t, "symbols: {n: 8, m: 4}\ninput: [n, 6]\nsteps: ["+steps+"]\n")
		open, err := trace.Resolve(n, trace.Options{Free: []string{"n", "m"}})
		require.NoError(t, err, steps)
		for _, width := range []int64{0, 3, 6, 8} {
			for _, m := range []symbolic.Expr{symbolic.Int(0), symbolic.Int(1), symbolic.Int(2), symbolic.Int(3), symbolic.Int(4), symbolic.Rat(1, 2)} {
				o := trace.Options{Set: map[string]symbolic.Expr{"n": symbolic.Int(width), "m": m}}
				want, wrong := trace.Resolve(n, o)
				got, err := open.Bind(o)
				if wrong != nil {
					require.EqualError(t, err, wrong.Error(), steps)
					refused++
					continue
				}
				require.NoError(t, err, steps)
				assert.Equal(t, listed(t, want), listed(t, got), steps)
				assert.Equal(t, want.Output.Shape.Text(), got.Output.Shape.Text())
				assert.Len(t, got.Outputs, len(want.Outputs))
				equal++
			}
		}
	}
	assert.Greater(t, refused, 50)
	assert.Greater(t, equal, 20)
}
