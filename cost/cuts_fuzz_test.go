package cost

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/rewrite"
	"github.com/skipcost/skipcost/arch/spec"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/internal/fuzztest"
)

// cutsAgree cuts each link of a network in the quick way and by rewriting all of it, turns the links into every other kind, one
// by one and all at once, writes what comes out and reads it again. Nothing may fail without a reason, and prices agree.
func cutsAgree(t *testing.T, text string, o Options) (links int) {
	t.Helper()
	n, err := spec.Parse("woven.yaml", []byte(text))
	if err != nil {
		return 0
	}
	resolved, err := trace.Resolve(n, trace.Options{Budget: symbolic.NewBudget().With(symbolic.Steps, 1_000), Unroll: true})
	if err != nil || len(resolved.Operations()) > 80 {
		return 0
	}
	whole, err := Of(resolved, o)
	require.NoError(t, err, text)
	editor := Editor(resolved)
	c, err := newCutter(editor, resolved, o)
	require.NoError(t, err, text)
	for k := range editor.Links() {
		l := editor.Links()[k]
		got, reason := c.without(&l, whole.Costs)
		edited, err := editor.Rewrite([]rewrite.Edit{{Link: l, To: rewrite.Cut}})
		require.NoError(t, err, text)
		if len(edited.Refused) > 0 {
			require.EqualError(t, reason, edited.Refused[0].Reason, text)
			continue
		}
		require.NoError(t, reason, text)
		want, err := Of(edited.Trace, o)
		require.NoError(t, err, text)
		for _, q := range o.Quantities {
			require.Equal(t, want.Of(q).ASCII(), got.Of(q).ASCII(), "%s without link %d (%s, %s), %+v of\n%s", q, l.ID, l.Merge.Name, l.Class, o, text)
		}
		writes(t, edited.Trace, o)
	}
	for _, to := range rewrite.Changes() {
		var all []rewrite.Edit
		for _, l := range editor.Links() {
			edit := rewrite.Edit{Link: l, To: to, Growth: symbolic.Int(3), Reduce: to == rewrite.ToConcat && len(text)%2 == 0}
			all = append(all, edit)
			swaps(t, editor, []rewrite.Edit{edit}, o, text)
		}
		swaps(t, editor, all, o, text)
	}
	return len(editor.Links())
}

// swaps makes edits and reads again what comes out; each of those that stay has a reason.
func swaps(t *testing.T, e *rewrite.Editor, edits []rewrite.Edit, o Options, text string) {
	t.Helper()
	edited, err := e.Rewrite(edits)
	require.NoError(t, err, text)
	for _, s := range edited.Refused {
		require.NotEmpty(t, s.Reason, text)
	}
	writes(t, edited.Trace, o)
}

// writes holds a network against its file, in which layers have other names than those that were frozen.
func writes(t *testing.T, edited *trace.Trace, o Options) {
	t.Helper()
	o.Frozen = nil
	sameAgain(t, edited, o)
}

// linkedOptions are ways of storing tensors in which links are cut the quick way.
func linkedOptions(r *rand.Rand) Options {
	o := anyOptions(r)
	o.Memory.Concat, o.Memory.FoldNorms = CopyConcat, false
	return o
}

// TestCutsOfRandomNetworks: see cutsAgree.
func TestCutsOfRandomNetworks(t *testing.T) {
	tried, links := 200, 0
	if testing.Short() {
		tried = 25
	}
	for seed := range uint64(tried) {
		r := rand.New(rand.NewPCG(seed, 29))
		links += cutsAgree(t, linkedNetwork(r), linkedOptions(r))
	}
	require.Greater(t, links, tried, "there are links to be cut")
}

// FuzzCuts looks for networks of which cutting a link goes wrong.
func FuzzCuts(tested *testing.F) {
	f := fuzztest.New(tested)
	for seed := range uint64(3) { // more are tried by TestCutsOfRandomNetworks
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, seed uint64) {
		r := rand.New(rand.NewPCG(seed, 29))
		cutsAgree(t, linkedNetwork(r), linkedOptions(r))
	})
}
