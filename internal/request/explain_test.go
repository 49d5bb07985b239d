package request

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/skipcost/skipcost/arch/rewrite"
	"github.com/skipcost/skipcost/cost"
	"github.com/skipcost/skipcost/cost/convention"
)

// TestWordsHideNothing: explain finds a word for skips before it looks for a layer, a cost or a convention, so that none may be called
// like one.
func TestWordsHideNothing(t *testing.T) {
	for _, w := range rewrite.Words() {
		_, err := cost.RuleOf(w.Name)
		assert.Error(t, err, w.Name)
		_, err = cost.ParseQuantity(w.Name)
		assert.Error(t, err, w.Name)
		_, err = convention.Named(w.Name)
		assert.Error(t, err, w.Name)
	}
}
