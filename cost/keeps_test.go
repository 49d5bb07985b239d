package cost

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/symbolic"
)

// TestKeepsOfEveryRule: what layers keep is written in names that are explained, whatever the framework, and each way in which
// a profile differs is one that some rule knows.
func TestKeepsOfEveryRule(t *testing.T) {
	var names []string
	for _, v := range Variables() {
		names = append(names, v.Name)
	}
	ways := map[Way]bool{}
	for _, r := range Rules() {
		texts := []string{r.Trains, r.Cache, r.Cast, r.CastAlways, r.Keeps.Extra, r.Keeps.Where}
		for _, v := range r.Variants {
			ways[v.Way] = true
			texts = append(texts, v.Keeps.Extra, v.Keeps.Where)
			assert.NotEqual(t, r.Keeps, v.Keeps, "%s: a variant that is none", r.Kinds)
		}
		if r.InPlace != nil {
			texts = append(texts, r.InPlace.Extra, r.InPlace.Where)
		}
		for _, text := range texts {
			if text == "" {
				continue
			}
			e, err := symbolic.Parse(text)
			require.NoError(t, err, text)
			for _, s := range e.Symbols() {
				assert.True(t, slices.Contains(names, s), "%s: %s of %s is not explained", r.Kinds, s, text)
			}
		}
	}
	for _, f := range Frameworks() {
		for _, w := range append(slices.Clone(f.Ways), f.Attention) {
			assert.True(t, w == "" || ways[w], "%s: no rule knows %s", f.Name, w)
		}
		for _, name := range []string{f.Name, f.Also} {
			found, err := ParseFramework(name)
			require.NoError(t, err)
			assert.Equal(t, f.Name, found.Name)
		}
	}
}
