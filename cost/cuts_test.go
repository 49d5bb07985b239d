package cost

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/rewrite"
	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/arch/zoo"
)

// TestCausesEqualBruteForce: what a link causes is the cost of the network less that of the rewritten one, priced whole, in every
// way of storing tensors that the quick way is for.
func TestCausesEqualBruteForce(t *testing.T) {
	names := []string{"resnet18", "cifar-resnet20", "vit_b_16", "add", "se_resnet50", "linknet", "fractalnet", "dpn68", "resunet", "mobilenet_v2", "llama-7b"}
	if testing.Short() {
		names = names[:4]
	}
	quantities := slices.DeleteFunc(Quantities(), func(q Quantity) bool { return q.Unit() == Ratio })
	for _, name := range names {
		m, err := zoo.Find(name)
		require.NoError(t, err)
		resolved, err := trace.Resolve(m.Network, trace.Options{Set: m.Set, Unroll: true})
		require.NoError(t, err)
		editor := Editor(resolved)
		for _, memory := range []Memory{{}, {InPlace: true, Loss: true}} {
			o := Options{Quantities: quantities, Memory: memory}
			whole, err := Of(resolved, o)
			require.NoError(t, err)
			c, err := newCutter(resolved, o)
			require.NoError(t, err)
			quick := 0
			for _, l := range editor.Links() {
				x, local := c.cuts(&l)
				if !local {
					continue
				}
				quick++
				got, err := c.without(x, whole.Costs)
				require.NoError(t, err)
				want, stay, err := priceEdited(editor, []rewrite.Edit{{Link: l, To: rewrite.Cut}}, o)
				require.NoError(t, err)
				require.Empty(t, stay)
				for _, q := range quantities {
					assert.Equal(t, want.Of(q).Text(), got.Of(q).Text(), "%s, link %d (%s): %s", name, l.ID, l.Merge.Name, q)
				}
			}
			assert.Positive(t, quick, name)
		}
	}
}
