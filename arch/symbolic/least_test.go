package symbolic_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/symbolic"
)

func parsed(t *testing.T, text string) symbolic.Expr {
	t.Helper()
	e, err := symbolic.Parse(text)
	require.NoError(t, err)
	return e
}

func TestLeastPositive(t *testing.T) {
	for text, want := range map[string]string{"L - 1": "2", "2*L - 1": "1", "(L - 4)/6": "10", "L": "1", "3*L + 5": "-1", "L - 1/2": "2"} {
		name, bound, ok := parsed(t, text).LeastPositive()
		require.True(t, ok, text)
		assert.Equal(t, "L", name)
		assert.Equal(t, want, bound.String(), text)
	}
	for _, text := range []string{"L*n", "1 - L", "L^2", "7", "L + n"} {
		_, _, ok := parsed(t, text).LeastPositive()
		assert.False(t, ok, text)
	}
}

func TestPrimitive(t *testing.T) {
	for text, want := range map[string]string{"10*d*n - 20*n^2": "d - 2*n", "-3*n": "-1", "6": "1", "floor(k/2)*n - n": "floor(k/2) - 1", "2/3*d - 4/3": "d-2", "n*floor(n/2)": "floor(n/2)"} {
		e := parsed(t, text)
		before := e.ASCII()
		assert.Equal(t, want, e.Primitive().ASCII(), text)
		assert.Equal(t, before, e.ASCII(), "what it is made of stays as it is")
	}
}

func TestVanishes(t *testing.T) {
	for text, want := range map[string]bool{
		"floor(n/2) + floor((n + 1)/2) - n": true,
		"floor(n/2) + floor((n + 2)/2) - n": false,
		"n - n":                             true,
		"n - m":                             false,
		"m*floor(n/3) + m*floor((n + 1)/3) + m*floor((n+2)/3) - m*n": true,
		"floor(n/1009) - floor(n/1009 + 1) + 1":                      true,
	} {
		assert.Equal(t, want, parsed(t, text).Vanishes(), text)
	}
}
