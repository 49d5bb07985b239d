package convention

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/arch/zoo"
)

// All that is said of known code is true of some operation of each network that it is for.
func TestImplementations(t *testing.T) {
	for _, code := range Implementations() {
		for _, family := range code.Families {
			m, err := zoo.Find(family)
			require.NoError(t, err)
			loops, err := trace.Resolve(m.Network, trace.Options{Set: m.Set})
			require.NoError(t, err)
			out, err := loops.Unrolled()
			require.NoError(t, err)
			for k, s := range code.Spelled {
				found := 0
				for _, op := range out.Operations() {
					if as, _ := (Implementation{Spelled: code.Spelled[k : k+1]}).spelled(op); has(s.On, op.Kind.Name) && s.fits(op.Name) && as == s.As {
						found++
					}
				}
				assert.Positive(t, found, "%s: %s %s", family, s.On, s.Layers)
			}
			modules := map[string]int{}
			for _, op := range out.Operations() {
				if name := code.module(op); name != "" {
					modules[name]++
				}
			}
			most := 0
			for _, n := range modules {
				most = max(most, n)
			}
			assert.Equal(t, len(code.Reused) > 0, most > 1, "%s: modules that run several operations", family)
		}
	}
}
