package flow

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/symbolic"
)

// Sums of p/(i + b) and of their squares are what adding them up comes to, exactly or as floats.
func TestReciprocalsOver(t *testing.T) {
	const n = 3000
	e := symbolic.Rat(2, 3).Div(symbolic.Symbol("i").Add(symbolic.Rat(7, 6)))
	var sum, squares float64
	for i := range n {
		x := 2.0 / 3 / (float64(i) + 7.0/6)
		sum, squares = sum+x, squares+x*x
	}
	a, b := reciprocalsOver(e, "i", symbolic.Int(n))
	require.InEpsilon(t, sum, a.value(), 1e-12)
	require.InEpsilon(t, squares, b.value(), 1e-12)
	open, _ := reciprocalsOver(e, "i", symbolic.Symbol("n"))
	require.InEpsilon(t, sum, open.bind(symbolic.Bindings{"n": symbolic.Int(n)}).value(), 1e-12)
	_, failed := reciprocalsOver(symbolic.Symbol("i"), "i", symbolic.Int(n))
	require.Error(t, failed.Err())
}

func TestDigamma(t *testing.T) {
	require.InDelta(t, -0.5772156649015329, digamma(1), 1e-12)
	require.InDelta(t, math.Pi*math.Pi/6, trigamma(1), 1e-12)
}
