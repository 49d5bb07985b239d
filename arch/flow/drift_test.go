package flow

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/arch/zoo"
)

// A smooth sum is what its terms come to one by one.
func TestSumSmooth(t *testing.T) {
	f := func(x float64) (sums, error) { return sums{1 / (x + 1.5), math.Log1p(2 / (x + 3)), 1}, nil }
	for _, n := range []int64{0, 1, 64, 65, 66, 1000, 3_000_000} {
		var want sums
		for x := range n {
			term, _ := f(float64(x))
			want = want.add(term, 1)
		}
		got, err := sumSmooth(n, f)
		require.NoError(t, err)
		for k := range want {
			require.InDelta(t, want[k], got[k], 1e-6*max(1, want[k]), "%d terms", n)
		}
	}
}

// Stacks with norms in their branches drift: from some iteration on they are extrapolated, to what they come to written out.
func TestDriftAsWrittenOut(t *testing.T) {
	if testing.Short() {
		t.Skip("writes out stacks of thousands of layers")
	}
	for _, scheme := range []string{"add", "preact", "add-scaled"} {
		for relu := range int64(2) {
			n, err := zoo.Scheme(scheme, false)
			require.NoError(t, err)
			set := map[string]symbolic.Expr{"L": symbolic.Int(maxSettling + 500), "norm": symbolic.Int(1), "relu": symbolic.Int(relu)}
			loops, err := trace.Resolve(n, trace.Options{Set: set})
			require.NoError(t, err)
			open, err := loops.Unrolled()
			require.NoError(t, err)
			a, err := Of(loops, Options{})
			require.NoError(t, err)
			b, err := Of(open, Options{})
			require.NoError(t, err)
			for _, q := range [][2]Quantity{{a.SignalGain, b.SignalGain}, {a.GradientGain, b.GradientGain}, {a.EffectivePath, b.EffectivePath}} {
				got, _ := q[0].Log10()
				want, known := q[1].Log10()
				require.True(t, known, scheme)
				require.InDelta(t, want, got, 1e-6*max(1, math.Abs(want)), "%s, relu %d", scheme, relu)
			}
		}
	}
}
