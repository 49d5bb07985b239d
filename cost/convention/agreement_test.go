package convention_test

import (
	"encoding/csv"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/arch/zoo"
	"github.com/skipcost/skipcost/cost/convention"
)

// tally counts a shipped network.
func tally(t testing.TB, name string) *convention.Tally {
	t.Helper()
	m, err := zoo.Find(name)
	require.NoError(t, err)
	resolved, err := trace.Resolve(m.Network, trace.Options{Set: m.Set})
	require.NoError(t, err)
	sums, err := convention.Count(resolved, convention.Options{})
	require.NoError(t, err)
	return sums
}

func TestPeers(t *testing.T) {
	f, err := os.Open("../../testdata/reference/peer_counts.csv")
	require.NoError(t, err)
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	require.NoError(t, err)
	tallies := map[string]*convention.Tally{}
	for _, row := range rows[1:] {
		key, network, value := row[0], row[1], row[2]
		if tallies[network] == nil {
			tallies[network] = tally(t, network)
		}
		figure, err := convention.FigureNamed(key)
		require.NoError(t, err, key)
		e := figure.Of(tallies[network], convention.Reading{})
		if value == "failed" {
			assert.Error(t, e.Err(), "%s of %s", key, network)
			continue
		}
		assert.Equal(t, value, e.ASCII(), "%s of %s: %v", key, network, e.Err())
	}
}
