package cost

import (
	"math"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/onnx"
	"github.com/skipcost/skipcost/arch/rewrite"
	"github.com/skipcost/skipcost/arch/spec"
	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/arch/zoo"
)

// TestCausesEqualBruteForce: what a link causes is the cost of the network less that of the rewritten one, priced whole, for links of every
// family and some of the presets, in every quantity that skips cause a part of.
func TestCausesEqualBruteForce(t *testing.T) {
	entries, err := Zoo()
	require.NoError(t, err)
	for k, e := range Sample(entries, 14) {
		if e.Preset != "" && k%8 > 0 && !testing.Short() && !Thorough() {
			continue
		}
		t.Run(e.Name, func(t *testing.T) {
			t.Parallel()
			m := e.Member()
			resolved, err := trace.Resolve(m.Network, trace.Options{Set: m.Set, Unroll: true})
			require.NoError(t, err)
			quick := causesEqualBruteForce(t, resolved, Memory{}, budget(4_000))
			slow := slices.ContainsFunc(resolved.Operations(), func(op *trace.Operation) bool {
				return op.Shared() || op.Recompute != "" // who owns weights may change with what is cut, and what runs again too
			})
			several := slices.Contains([]string{"deep-cross-attention", "muddpythia"}, m.Network.Name) // sums that a link goes into at once
			assert.True(t, quick || slow || several, "every link is cut the quick way")
			causesEqualBruteForce(t, resolved, Memory{InPlace: true, Loss: true}, budget(1_500))
		})
	}
}

// TestCutsThatLeaveAnInputUnread: nobody frees it then.
func TestCutsThatLeaveAnInputUnread(t *testing.T) {
	for _, step := range []string{
		"add: [identity, [{input: {shape: [40]}}, {linear: 40}, {linear: 40}]]",
		"concat: [[relu, relu], [{input: {shape: [8]}}, {linear: 8}, {linear: 4}]]",
	} {
		n, err := spec.Parse("unread.yaml", []byte("name: unread\ninput: [40]\nsteps:\n  - "+step+"\n  - linear: 3\n"))
		require.NoError(t, err)
		resolved, err := trace.Resolve(n, trace.Options{Unroll: true})
		require.NoError(t, err)
		require.NotEmpty(t, Editor(resolved).Links())
		causesEqualBruteForce(t, resolved, Memory{}, math.MaxInt)
	}
}

// TestCutsBeforeSums: the first path of the multiply is as wide as its second, a sum behind it of which the identity is not the first path.
func TestCutsBeforeSums(t *testing.T) {
	n, err := spec.Parse("sums.yaml", []byte(`name: sums
input: [4, 4, 4]
steps:
  - {concat: {list: [identity, [{concat: {list: [identity, [{concat: [[conv: {out: c, kernel: 3}, relu], [conv: {out: 2*c, kernel: 3}, conv: {out: c/2, kernel: 3}], identity]}]]}}]]}}
  - multiply: [[conv: {out: c, kernel: 3}, relu], [add: [[conv: {out: c, kernel: 1}], identity]], identity]
`))
	require.NoError(t, err)
	resolved, err := trace.Resolve(n, trace.Options{Unroll: true})
	require.NoError(t, err)
	causesEqualBruteForce(t, resolved, Memory{}, math.MaxInt)
}

// budget is how many layers are priced for the links of one network.
func budget(layers int) int {
	switch {
	case Thorough():
		return math.MaxInt
	case testing.Short():
		return 300
	}
	return layers
}

// causesEqualBruteForce compares for the links of a network, evenly chosen where there are too many, and writes the network without
// the first of them to a file. It reports whether all were cut the quick way.
func causesEqualBruteForce(t *testing.T, resolved *trace.Trace, m Memory, layers int) bool {
	t.Helper()
	quick, written := true, false
	editor := Editor(resolved)
	links := editor.Links()
	o := Options{Quantities: caused(), Memory: m}
	whole, err := Of(resolved, o)
	require.NoError(t, err)
	c, err := newCutter(editor, resolved, o)
	require.NoError(t, err)
	for k := 0; k < len(links); k += 1 + len(links)*len(c.ops)/layers {
		if links[k].Merge.Site() {
			continue // what streams cause is what they cost over a single one
		}
		edited, quickly := equalsBruteForce(t, c, &links[k], whole.Costs)
		quick = quickly && quick
		if edited != nil && !written {
			written = true
			sameAgain(t, edited, o)
		}
	}
	return quick
}

// caused are the quantities that skips cause a part of.
func caused() []Quantity {
	return slices.DeleteFunc(Quantities(), func(q Quantity) bool { return q.Unit() == Ratio })
}

// equalsBruteForce cuts a link as the inventory does and by rewriting the network. It returns the rewritten network, nil if the link cannot
// be cut, and whether the former was quick.
func equalsBruteForce(t *testing.T, c *cutter, l *rewrite.Link, whole Costs) (rewritten *trace.Trace, quick bool) {
	t.Helper()
	edited, err := c.editor.Rewrite([]rewrite.Edit{{Link: *l, To: rewrite.Cut}})
	require.NoError(t, err)
	x, quick := c.difference(l)
	got, err := c.without(l, whole)
	if len(edited.Refused) > 0 {
		require.EqualError(t, err, edited.Refused[0].Reason)
		return nil, quick
	}
	require.NoError(t, err)
	if quick {
		_, quick, err = c.less(x, whole)
		require.NoError(t, err)
	}
	want, err := Of(edited.Trace, c.options)
	require.NoError(t, err)
	for _, q := range c.options.Quantities {
		require.Equal(t, want.Of(q).ASCII(), got.Of(q).ASCII(), "%s without link %d (%s, %s), %+v", q, l.ID, l.Merge.Name, l.Class, c.options)
	}
	return edited.Trace, quick
}

// TestCausesOfExports is TestCausesEqualBruteForce for graphs that others wrote, some of which make what nobody reads.
func TestCausesOfExports(t *testing.T) {
	files, err := filepath.Glob("../testdata/onnx/*.onnx")
	require.NoError(t, err)
	compared := 0
	for _, file := range files {
		read, err := onnx.ReadFile(file, onnx.Options{})
		if err != nil {
			continue // with a message that other tests look at
		}
		resolved, err := trace.Resolve(read.Network, trace.Options{Unroll: true})
		if err != nil || len(resolved.Operations()) > 300 {
			continue
		}
		t.Run(filepath.Base(file), func(t *testing.T) {
			compared++
			causesEqualBruteForce(t, resolved, Memory{}, budget(2_000))
		})
	}
	require.Greater(t, compared, len(files)/2)
}

// TestFoldedRowsAreTheirLinks: a row that stands for many links has the numbers of each of them.
func TestFoldedRowsAreTheirLinks(t *testing.T) {
	entries, err := Zoo()
	require.NoError(t, err)
	folded := 0
	entries = slices.DeleteFunc(slices.Clone(entries), func(e zoo.Entry) bool { return e.Preset != "" })
	for _, e := range Sample(entries, 14) {
		m := e.Member()
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
