package cost

import (
	"flag"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/rewrite"
	"github.com/skipcost/skipcost/arch/spec"
	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/arch/zoo"
)

// TestCausesEqualBruteForce: what a link causes is the cost of the network less that of the rewritten one, written to a file, read
// back and priced whole, for links of every network and in every quantity that skips cause a part of. Short tests take no
// presets.
func TestCausesEqualBruteForce(t *testing.T) {
	entries, err := zoo.Entries()
	require.NoError(t, err)
	for _, e := range entries {
		if testing.Short() && e.Preset != "" {
			continue
		}
		t.Run(e.Name, func(t *testing.T) {
			t.Parallel()
			m, err := zoo.Find(e.Name)
			require.NoError(t, err)
			resolved, err := trace.Resolve(m.Network, trace.Options{Set: m.Set, Unroll: true})
			require.NoError(t, err)
			causesEqualBruteForce(t, resolved, Memory{}, budget(4_000))
			causesEqualBruteForce(t, resolved, Memory{InPlace: true, Loss: true}, budget(1_500))
		})
	}
}

var everyLink = flag.Bool("every-link", false, "cut every link of every network, which takes minutes")

// budget is how many layers are priced for the links of one network.
func budget(layers int) int {
	switch {
	case *everyLink:
		return math.MaxInt
	case testing.Short():
		return 500
	}
	return layers
}

// causesEqualBruteForce compares for the links of a network, evenly chosen where there are too many.
func causesEqualBruteForce(t *testing.T, resolved *trace.Trace, m Memory, layers int) {
	editor := Editor(resolved)
	links := editor.Links()
	o := Options{Quantities: caused(), Memory: m}
	whole, err := Of(resolved, o)
	require.NoError(t, err)
	c, err := newCutter(editor, resolved, o)
	require.NoError(t, err)
	for k := 0; k < len(links); k += 1 + len(links)*len(c.ops)/layers {
		equalsBruteForce(t, c, &links[k], whole.Costs)
	}
}

// caused are the quantities that skips cause a part of.
func caused() []Quantity {
	return slices.DeleteFunc(Quantities(), func(q Quantity) bool { return q.Unit() == Ratio })
}

// equalsBruteForce cuts a link in the quick way, which must know how, and by rewriting the network.
func equalsBruteForce(t *testing.T, c *cutter, l *rewrite.Link, whole Costs) {
	t.Helper()
	edited, err := c.editor.Rewrite([]rewrite.Edit{{Link: *l, To: rewrite.Cut}})
	require.NoError(t, err)
	stay := edited.Refused
	x, known := c.difference(l)
	require.True(t, known, "%s", l.Merge.Name)
	if x.Refused != "" || len(stay) > 0 {
		require.Len(t, stay, 1)
		require.Equal(t, stay[0].Reason, x.Refused)
		return
	}
	got, known, err := c.less(x, whole)
	require.NoError(t, err)
	require.True(t, known, "%s", l.Merge.Name)
	n, err := spec.Parse("cut.yaml", spec.Print(rewrite.Flatten(edited.Trace, "cut", "test")))
	require.NoError(t, err)
	again, err := trace.Resolve(n, trace.Options{Unroll: true})
	require.NoError(t, err)
	want, err := Of(again, c.options)
	require.NoError(t, err)
	for _, q := range c.options.Quantities {
		assert.Equal(t, want.Of(q).Text(), got.Of(q).Text(), "link %d (%s, %s): %s", l.ID, l.Merge.Name, l.Class, q)
	}
}

// TestFoldedRowsAreTheirLinks: a row that stands for many links has the numbers of each of them.
func TestFoldedRowsAreTheirLinks(t *testing.T) {
	entries, err := zoo.Entries()
	require.NoError(t, err)
	folded := 0
	for _, e := range entries {
		if e.Preset != "" {
			continue
		}
		m, err := zoo.Find(e.Name)
		require.NoError(t, err)
		o := Options{Quantities: caused()}
		inv, err := TakeInventory(Subject{Name: e.Name, Network: m.Network, Set: m.Set}, true, o)
		require.NoError(t, err, e.Name)
		byID := map[int]*PricedLink{}
		for k := range inv.Skips {
			byID[inv.Skips[k].ID] = &inv.Skips[k]
		}
		for _, row := range Fold(inv.Skips, o.Quantities) {
			for _, id := range row.IDs {
				l := byID[id]
				require.NotNil(t, l, "%s: link %d is in two rows", e.Name, id)
				delete(byID, id)
				require.Equal(t, row.Reason != nil, l.Reason != nil)
				for _, q := range o.Quantities {
					require.Equal(t, l.Causes.Of(q).Text(), row.Causes.Of(q).Text(), "%s, link %d: %s", e.Name, id, q)
				}
				folded++
			}
			folded--
		}
		require.Empty(t, byID, e.Name)
	}
	require.Positive(t, folded)
}
