package request

import (
	"io"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch"
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

// TestEveryWordIsExplained: options, all that they take where that is one of some words, words and parameters of the language, merges,
// networks and names in rules.
func TestEveryWordIsExplained(t *testing.T) {
	words := newLexicon()
	for _, m := range words {
		assert.NotEmpty(t, m.Word)
		assert.NotEmpty(t, m.Meaning, "%s: %s", m.Where, m.Word)
	}
	asked := words.names()
	for _, c := range Commands() {
		for _, o := range c.Options {
			if o.Words != nil {
				asked = append(asked, o.Words()...)
			}
		}
	}
	for _, op := range arch.MergeOps() {
		asked = append(asked, string(op))
	}
	slices.Sort(asked)
	for _, word := range slices.Compact(asked) {
		req := explainCommand().Request()
		req.Networks = []Network{{Name: word}}
		require.NoError(t, req.Give("format", "json"))
		a, err := (&Store{}).Ask(t.Context(), req)
		require.NoError(t, err, word)
		require.NoError(t, a.Write(io.Discard), word)
	}
}
