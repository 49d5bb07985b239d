package flow

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/symbolic"
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
