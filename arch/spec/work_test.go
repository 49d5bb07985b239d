package spec

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestWork checks that the work of all expressions together is bounded, and that its end is told once.
func TestWork(t *testing.T) {
	_, err := Parse("f", []byte("name: x\nsymbols: {N: 3, M: 3}\ninput: [3]\nsteps:\n"+strings.Repeat("  - linear: (c + N + M)^32\n", 1000)))
	assert.ErrorContains(t, err, "multiplying out takes more than 500000 products of terms, in all expressions together")
	assert.Equal(t, 1, strings.Count(err.Error(), "multiplying out"))
}
