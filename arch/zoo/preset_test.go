package zoo

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/spec"
	"github.com/skipcost/skipcost/arch/trace"
)

// TestTextOfPresets: the file printed for a name is the network of that name, figure by figure.
func TestTextOfPresets(t *testing.T) {
	entries, err := Entries()
	require.NoError(t, err)
	for k, e := range entries {
		if testing.Short() && k%5 > 0 {
			continue
		}
		t.Run(e.Name, func(t *testing.T) {
			text, _, err := Text(e.Name)
			require.NoError(t, err)
			n, err := spec.Parse(e.Name, text)
			require.NoError(t, err)
			assert.Equal(t, e.Name, n.Name)
			m, err := Find(e.Name)
			require.NoError(t, err)
			want, err := trace.Resolve(m.Network, trace.Options{Set: m.Set, Unroll: true})
			require.NoError(t, err)
			got, err := trace.Resolve(n, trace.Options{Unroll: true})
			require.NoError(t, err)
			assert.Equal(t, count(t, want), count(t, got))
			assert.Equal(t, len(want.Operations()), len(got.Operations()))
		})
	}
}
