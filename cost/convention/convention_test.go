package convention

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch"
)

// Every formula of every charge is a sum of measures, and every kind and layer pattern that data names is there.
func TestData(t *testing.T) {
	require.NoError(t, table().err)
	for _, r := range Respellings() {
		for kind := range r.as {
			assert.NotNil(t, arch.KindByName(kind), "%s: %s", r.Name, kind)
		}
	}
}

// TestMeasuresAreSaid: each name in formulas is there once, and says what it counts.
func TestMeasuresAreSaid(t *testing.T) {
	seen := map[string]bool{}
	for _, m := range Measures() {
		assert.NotEmpty(t, m.Doc, m.Name)
		assert.False(t, seen[m.Name], m.Name)
		seen[m.Name] = true
	}
}

// Names and keys lead to one figure each.
func TestNames(t *testing.T) {
	keys := map[string]*Figure{}
	for _, c := range Conventions() {
		assert.NotEmpty(t, c.Version, c.Name)
		assert.NotEmpty(t, c.Sees, c.Name)
		for k := range c.Figures {
			f := &c.Figures[k]
			assert.NotEmpty(t, f.Prints, c.Name)
			assert.NotEmpty(t, f.About, c.Name)
			for _, key := range append(f.keys(), f.Key()) {
				if other := keys[key]; other != nil {
					assert.Same(t, other, f, key)
				}
				keys[key] = f
			}
		}
	}
	_, err := FigureNamed("fvcor")
	assert.ErrorContains(t, err, `unknown convention "fvcor", did you mean fvcore?`)
	f, err := FigureNamed("timm:activations")
	require.NoError(t, err)
	assert.Equal(t, "fvcore:activations", f.Key())
}
