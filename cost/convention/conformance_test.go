package convention_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/arch/zoo"
	"github.com/skipcost/skipcost/cost/convention"
)

// Of shipped networks, every figure is the same of its loops as of the layers written out, and the sum of what the layers
// are charged.
func TestLoops(t *testing.T) {
	entries, err := zoo.Entries()
	require.NoError(t, err)
	for k, e := range entries {
		if k%3 != 0 || testing.Short() && k%15 != 0 {
			continue
		}
		sameOfLoops(t, e.Name)
	}
	for _, scheme := range zoo.AllSchemes() {
		sameOfLoops(t, "scheme/"+scheme)
	}
}

func sameOfLoops(t *testing.T, name string) {
	t.Helper()
	m, err := zoo.Find(name)
	require.NoError(t, err)
	loops, err := trace.Resolve(m.Network, trace.Options{Set: m.Set})
	require.NoError(t, err)
	written, err := loops.Unrolled()
	require.NoError(t, err)
	closed, err := convention.Count(loops, convention.Options{})
	require.NoError(t, err)
	summed, err := convention.Count(written, convention.Options{})
	require.NoError(t, err)
	layers := convention.ByLayer(written, convention.Options{})
	for _, c := range convention.Conventions() {
		for k := range c.Figures {
			f := &c.Figures[k]
			want := f.Of(closed, convention.Reading{})
			assert.Equal(t, want.ASCII(), f.Of(summed, convention.Reading{}).ASCII(), "%s of %s", f.Key(), name)
			if !c.Folded && f.About != convention.Memory { // of which a part is the input's
				var sum symbolic.Expr
				for _, op := range written.Operations() {
					sum = sum.Add(layers.Of(op, f))
				}
				assert.Equal(t, want.ASCII(), sum.ASCII(), "%s of the layers of %s", f.Key(), name)
			}
		}
	}
}
