package symbolic

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestLongSumsAreGroupedByStage: a sum of more terms than one takes in is grouped by one symbol after another, and reads back as
// what it was.
func TestLongSumsAreGroupedByStage(t *testing.T) {
	for text, want := range map[string]string{
		"n1^2 + 2*n1*n2 + 3*n1*n3 + 4*n1 + 5*n2^2 + 6*n2*n3 + 7*n2 + 8*n3^2 + 9*n3 + 10*n4^2 + 11*n4 + 12": "n1·(n1 + 2·n2 + 3·n3 + 4) + n2·(5·n2 + 6·n3 + 7) + n3·(8·n3 + 9) + n4·(10·n4 + 11) + 12",
		// The common factor stays in front of all.
		"8*n1^2 + 16*n1*n2 - 24*n1*n3 + 8*n1 + 40*n2^2 + 48*n2*n3 - 8*n2 + 64*n3^2 + 72*n3 + 80*n4^2 - 88*n4 + 96": "8·(n1·(n1 + 2·n2 − 3·n3 + 1) + n2·(5·n2 + 6·n3 − 1) + n3·(8·n3 + 9) + n4·(10·n4 − 11) + 12)",
		// A rounding is told once.
		"floor(k/2)*(a + b + c + d + 7) + a*b + c*d + a^2 + b^2 + 3*c^2 + 5*d^2": "⌊k/2⌋·(a + b + c + d + 7) + a·b + a² + b² + c·d + 3·c² + 5·d²",
		// Of few terms it is as before.
		"n1 + n2 + n3 + 4": "n1 + n2 + n3 + 4",
	} {
		e, err := Parse(text)
		require.NoError(t, err)
		assert.Equal(t, want, e.Text())
		again, err := Parse(e.ASCII())
		require.NoError(t, err)
		assert.True(t, e.Equal(again), e.ASCII())
	}
}
