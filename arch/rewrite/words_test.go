package rewrite_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/skipcost/skipcost/arch/rewrite"
)

// TestWords: each class of links is defined, and no word twice.
func TestWords(t *testing.T) {
	defined := map[string]bool{}
	for _, w := range rewrite.Words() {
		assert.NotEmpty(t, w.Meaning, w.Name)
		assert.False(t, defined[w.Name], w.Name)
		defined[w.Name] = true
	}
	for _, c := range rewrite.Classes() {
		assert.True(t, defined[string(c)], c)
	}
}
