package flow

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/spec"
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

// inBothForms is the signal gain, the gradient gain and the effective path of a network, as loops and written out.
func inBothForms(t *testing.T, n *arch.Network, set map[string]symbolic.Expr) (looped, writtenOut [3]Quantity) {
	loops, err := trace.Resolve(n, trace.Options{Set: set})
	require.NoError(t, err)
	open, err := loops.Unrolled()
	require.NoError(t, err)
	read := func(resolved *trace.Trace) [3]Quantity {
		r, err := Of(resolved, Options{})
		require.NoError(t, err)
		return [3]Quantity{r.SignalGain, r.GradientGain, r.EffectivePath}
	}
	return read(loops), read(open)
}

// Stacks with norms in their branches drift: from some iteration on they are extrapolated, to the values of the stack written out.
func TestDriftAsWrittenOut(t *testing.T) {
	if testing.Short() {
		t.Skip("writes out stacks of thousands of layers")
	}
	for _, scheme := range []string{"add", "preact", "add-scaled"} {
		for relu := range int64(2) {
			n, err := zoo.Scheme(scheme, false)
			require.NoError(t, err)
			set := map[string]symbolic.Expr{"L": symbolic.Int(maxSettling + 500), "norm": symbolic.Int(1), "relu": symbolic.Int(relu)}
			loops, open := inBothForms(t, n, set)
			for k := range loops {
				got, _ := loops[k].Log10()
				want, known := open[k].Log10()
				require.True(t, known, scheme)
				require.InDelta(t, want, got, 1e-6*max(1, math.Abs(want)), "%s, relu %d", scheme, relu)
			}
		}
	}
}

// Stacks with functions of normal values follow a curve instead, to the values that their iterations have one by one.
func TestCourseAsWrittenOut(t *testing.T) {
	if testing.Short() {
		t.Skip("writes out stacks of thousands of layers")
	}
	for _, steps := range []string{
		"repeat: {times: 3000, steps: [add: [identity, [layernorm: {affine: false}, linear: 64, gelu, linear: 16]]]}",
		"streams: {count: 4, form: mhc, steps: [repeat: {times: 3000, steps: [add: [identity, [rmsnorm, attention: 2]]]}]}",
	} {
		n, err := spec.Parse("net.yaml", []byte("name: net\ninput: [16, 4]\nsteps: [linear: 16, "+steps+", linear: 5]\n"))
		require.NoError(t, err)
		loops, open := inBothForms(t, n, nil)
		for k := range loops {
			require.InEpsilon(t, open[k].value(), loops[k].value(), 2e-5, steps)
		}
	}
}
