package flow

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/spec"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// A system of bundles to a power is what multiplying it out comes to.
func TestSystemPower(t *testing.T) {
	a := newSystem(3)
	a[0][0] = path(1).by(whole(2))
	a[1][1], a[1][0] = path(0), path(2).by(exactly(symbolic.Rat(1, 3)))
	a[2][2], a[2][0], a[2][1] = path(1).by(whole(2)), path(0), path(1)
	want := newSystem(3)
	for k := range want {
		want[k][k] = path(0)
	}
	const n = 5
	for range n {
		next := newSystem(3)
		for j := range next {
			for k := range next {
				for m := range next {
					next[j][k] = next[j][k].add(a[j][m].mul(want[m][k]))
				}
			}
		}
		want = next
	}
	open, err := a.power(symbolic.Symbol("n"))
	require.NoError(t, err)
	for j := range want {
		for k := range want {
			require.True(t, want[j][k].sameAs(open[j][k].bind(symbolic.Bindings{"n": symbolic.Int(n)})), "%d, %d", j, k)
		}
	}
	a[0][2] = path(0) // a ring
	_, err = a.power(symbolic.Symbol("n"))
	require.ErrorIs(t, err, errOpen)
}

// The runs of channels of concats in concats double with each: they have a limit, within which the number is what it is without.
func TestRunsAreLimited(t *testing.T) {
	n, err := spec.Parse("nested.yaml", []byte("name: nested\ninput: [4]\nsteps: [repeat: {times: 8, steps: [concat: [identity, [repeat: {times: 2, links: dense, steps: [linear: 2, relu]}]]]}]"))
	require.NoError(t, err)
	gain := func(most int) Quantity {
		resolved, err := trace.Resolve(n, trace.Options{Budget: symbolic.NewBudget().With(symbolic.Runs, most)})
		require.NoError(t, err)
		r, err := Of(resolved, Options{Only: Gains})
		require.NoError(t, err)
		return r.SignalGain
	}
	require.NoError(t, gain(100_000).Err())
	assert.Equal(t, gain(symbolic.Runs.Limit().Most).Number, gain(100_000).Number)
	assert.ErrorContains(t, gain(100).Err(), "more than 100 runs of channels; skipcost explain limits")
}
