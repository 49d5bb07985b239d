package zoo

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/spec"
	"github.com/skipcost/skipcost/arch/trace"
)

// TestTextOfPresets: the file printed for a name is the family with the values of that name; of the first name of each family, layer by layer.
func TestTextOfPresets(t *testing.T) {
	entries, err := Entries()
	require.NoError(t, err)
	for k, e := range entries {
		first := e.Preset != "" && entries[k-1].Preset == ""
		if testing.Short() && e.Preset != "" && !first {
			continue
		}
		text, _, err := Text(e.Name)
		require.NoError(t, err)
		n, err := spec.Parse(e.Name, text)
		require.NoError(t, err, e.Name)
		assert.Equal(t, e.Name, n.Name)
		m := e.Member()
		require.Len(t, n.Symbols, len(e.Network.Symbols), e.Name)
		for _, s := range e.Network.Symbols {
			want, bound := m.Set[s.Name]
			if !bound {
				want = s.Default.Expr
			}
			got, declared := n.Symbol(s.Name)
			require.True(t, declared, "%s: %s", e.Name, s.Name)
			assert.Equal(t, want.Text(), got.Default.Text(), "%s: %s", e.Name, s.Name)
		}
		if first {
			want, err := trace.Resolve(m.Network, trace.Options{Set: m.Set, Unroll: true})
			require.NoError(t, err)
			got, err := trace.Resolve(n, trace.Options{Unroll: true})
			require.NoError(t, err)
			assert.Equal(t, count(t, want), count(t, got), e.Name)
			assert.Len(t, got.Operations(), len(want.Operations()), e.Name)
		}
	}
}
