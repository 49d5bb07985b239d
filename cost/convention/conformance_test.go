package convention_test

import (
	"os"
	"runtime/debug"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/arch/zoo"
	"github.com/skipcost/skipcost/cost/convention"
)

// TestMain lets garbage be: at the usual rate collecting it takes a third of the time of these tests.
func TestMain(m *testing.M) {
	debug.SetGCPercent(400)
	os.Exit(m.Run())
}

// Of shipped networks, every figure is the same of its loops as of the layers written out, and the sum of what the layers
// are charged.
func TestLoops(t *testing.T) {
	entries, err := zoo.Entries()
	require.NoError(t, err)
	for k, e := range entries {
		if k%3 != 0 || testing.Short() && k%15 != 0 {
			continue
		}
		sameOfLoops(t, e.Name, e.Member())
	}
	for _, scheme := range zoo.AllSchemes() {
		m, err := zoo.Find("scheme/" + scheme)
		require.NoError(t, err)
		sameOfLoops(t, "scheme/"+scheme, m)
	}
}

func sameOfLoops(t *testing.T, name string, m *zoo.Member) {
	t.Helper()
	loops, err := trace.Resolve(m.Network, trace.Options{Set: m.Set})
	require.NoError(t, err)
	written, err := loops.Unrolled()
	require.NoError(t, err)
	closed, err := convention.Count(loops, convention.Options{})
	require.NoError(t, err)
	summed, err := convention.Count(written, convention.Options{})
	require.NoError(t, err)
	layers := ofLayers(written)
	for _, c := range convention.Conventions() {
		for k := range c.Figures {
			f := &c.Figures[k]
			want := f.Of(closed, convention.Reading{})
			assert.Equal(t, want.ASCII(), f.Of(summed, convention.Reading{}).ASCII(), "%s of %s", f.Key(), name)
			if !c.Folded && f.About != convention.Memory { // of which a part is the input's
				assert.Equal(t, want.ASCII(), layers[f].ASCII(), "%s of the layers of %s", f.Key(), name)
			}
		}
	}
}

// ofLayers adds up what each figure charges to the layers.
func ofLayers(written *trace.Trace) map[*convention.Figure]symbolic.Expr {
	layers, sums := convention.ByLayer(written, convention.Options{}), map[*convention.Figure]symbolic.Expr{}
	for _, op := range written.Operations() {
		for _, c := range convention.Conventions() {
			for k := range c.Figures {
				if f := &c.Figures[k]; !c.Folded {
					sums[f] = sums[f].Add(layers.Of(op, f))
				}
			}
		}
	}
	return sums
}
