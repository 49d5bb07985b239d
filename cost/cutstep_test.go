package cost

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/arch/zoo"
)

// TestCutsInAnyOrder: the backward pass is taken up at any operation again, so that what a link causes does not depend on which was
// cut before it.
func TestCutsInAnyOrder(t *testing.T) {
	for _, name := range []string{"densenet-bc", "unet-plusplus", "resnet50", "fractalnet", "se_resnet50"} {
		m, err := zoo.Find(name)
		require.NoError(t, err)
		resolved, err := trace.Resolve(m.Network, trace.Options{Set: m.Set, Unroll: true})
		require.NoError(t, err)
		o := Options{Quantities: []Quantity{TrainingPeakBytes}}
		whole, err := Of(resolved, o)
		require.NoError(t, err)
		editor := Editor(resolved)
		links := editor.Links()
		c, err := newCutter(editor, resolved, o)
		require.NoError(t, err)
		peaks := func(order []int) []string {
			out := make([]string, len(links))
			for _, k := range order {
				without, err := c.without(&links[k], whole.Costs)
				if err == nil {
					out[k] = without.Of(TrainingPeakBytes).Text()
				}
			}
			return out
		}
		order := make([]int, len(links))
		for k := range order {
			order[k] = k
		}
		want := peaks(order)
		slices.Reverse(order)
		assert.Equal(t, want, peaks(order), name)
		rand.New(rand.NewPCG(1, 2)).Shuffle(len(order), func(i, k int) { order[i], order[k] = order[k], order[i] })
		assert.Equal(t, want, peaks(order), name)
	}
}

// TestPeaksOver holds the most between two places against a look at all of them.
func TestPeaksOver(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for n := 1; n <= 20; n++ {
		sizes := make([]int64, n)
		for k := range sizes {
			sizes[k] = r.Int64N(50)
		}
		p := newPeaks(n, func(k int) symbolic.Expr { return symbolic.Int(sizes[k]) })
		for from := range n {
			for to := from + 1; to <= n; to++ {
				assert.Equal(t, symbolic.Int(slices.Max(sizes[from:to])), p.over(from, to), "%v from %d to %d", sizes, from, to)
			}
		}
	}
}
