package cost_test

import (
	"math/big"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/rewrite"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/cost"
)

// recasts are the ways to another kind that the steps of a network tell together.
func recasts() []cost.SwapOptions {
	four := symbolic.Int(4)
	return []cost.SwapOptions{
		{To: rewrite.ToStreams, Streams: symbolic.Int(2), Form: arch.StaticStreams},
		{To: rewrite.ToStreams, Streams: four, Form: arch.DynamicStreams},
		{To: rewrite.ToStreams, Streams: four, Form: arch.ConstrainedStreams},
		{To: rewrite.ToScaled}, {To: rewrite.ToParallel}, {To: rewrite.ToWeighted},
		{To: rewrite.ToAttention}, {To: rewrite.ToAttention, Blocks: symbolic.Int(3)}, {To: rewrite.ToReversible},
		{To: rewrite.ToWeighted, Gather: arch.GatherDynamic}, {To: rewrite.ToWeighted, Gather: arch.GatherGated}, {To: rewrite.ToValue},
	}
}

// TestRecastFigures: what each kind adds to OLMo-1B, of L = 16 blocks of two branches on d = 2,048 (Zhu et al. 2024, arXiv:2409.19606, Table
// 7; Xie et al. 2025, arXiv:2512.24880; Pagliardini et al. 2024, arXiv:2402.02622, section 3: L(L+3)/2; Kimi Team 2026,
// arXiv:2603.15031: a query and a norm of d for each branch and at the end; ReZero, arXiv:2003.04887: 1 a branch), and a norm less per block of GPT-2 whose branches are side by side, 2d numbers.
func TestRecastFigures(t *testing.T) {
	for _, c := range []struct {
		network string
		so      cost.SwapOptions
		params  int64
		changed int
	}{
		{"olmo-1b", cost.SwapOptions{To: rewrite.ToStreams, Streams: symbolic.Int(2), Form: arch.StaticStreams}, 256, 32},
		{"olmo-1b", cost.SwapOptions{To: rewrite.ToStreams, Streams: symbolic.Int(4), Form: arch.StaticStreams}, 768, 32},
		{"olmo-1b", cost.SwapOptions{To: rewrite.ToStreams, Streams: symbolic.Int(2), Form: arch.DynamicStreams}, 262_464, 32},
		{"olmo-1b", cost.SwapOptions{To: rewrite.ToStreams, Streams: symbolic.Int(4), Form: arch.DynamicStreams}, 394_048, 32},
		{"olmo-7b", cost.SwapOptions{To: rewrite.ToStreams, Streams: symbolic.Int(4), Form: arch.DynamicStreams}, 1_574_528, 64},
		{"olmo-1b", cost.SwapOptions{To: rewrite.ToStreams, Streams: symbolic.Int(4), Form: arch.ConstrainedStreams}, 32*196_635 + 16*2048 + 4 + 1, 32},
		{"olmo-1b", cost.SwapOptions{To: rewrite.ToWeighted}, 16 * 19 / 2, 32},
		{"olmo-1b", cost.SwapOptions{To: rewrite.ToWeighted, Gather: arch.GatherChannels}, 16 * 19 / 2 * 2048, 32},
		{"olmo-1b", cost.SwapOptions{To: rewrite.ToWeighted, Gather: arch.GatherGated}, (16*19/2 + 16) * 2048, 32},
		{"olmo-1b", cost.SwapOptions{To: rewrite.ToWeighted, Gather: arch.GatherDynamic}, 16*19/2*(2048+1) + 16*17*(2*16+1)/6 + 16*17 + 16, 32}, // of t = 2 to 17
		{"olmo-1b", cost.SwapOptions{To: rewrite.ToAttention}, 33 * 2 * 2048, 32},
		{"olmo-1b", cost.SwapOptions{To: rewrite.ToAttention, Blocks: symbolic.Int(8)}, 33 * 2 * 2048, 32},
		{"olmo-1b", cost.SwapOptions{To: rewrite.ToReversible}, 0, 32},
		{"olmo-1b", cost.SwapOptions{To: rewrite.ToScaled}, 32, 32},
		{"olmo-1b", cost.SwapOptions{To: rewrite.ToParallel}, 0, 32},
		{"gpt2", cost.SwapOptions{To: rewrite.ToParallel}, -12 * 2 * 768, 24},
	} {
		s := swap(t, c.network, c.so)
		more, ok := s.After.Of(cost.Params).Sub(s.Before.Of(cost.Params)).Int64()
		require.True(t, ok)
		assert.Equal(t, c.params, more, "%s to %s", c.network, c.so.To)
		assert.Len(t, s.Changed(), c.changed)
		assert.Empty(t, s.Refused)
	}
}

// addsAgain turns skips that have all become another kind back to plain adds, which cost what they did in every quantity.
func addsAgain(t *testing.T, there *cost.Swap, told cost.Subject) {
	other := func(l rewrite.Link) bool { return l.Merge.Kind.Joins || len(l.Merge.Inputs) > 2 }
	if len(there.Refused) > 0 || there.Already > 0 || slices.ContainsFunc(there.Chosen, other) {
		return // back, more than those become adds, and branches side by side come one after the other
	}
	back, err := cost.SwapSkips(told, cost.SwapOptions{To: rewrite.ToAdd}, cost.Options{Quantities: closing()})
	require.NoError(t, err, there.To)
	for _, q := range closing() {
		assert.Equal(t, there.Before.Of(q).Text(), back.After.Of(q).Text(), "%s of %s and back", q, there.To)
	}
}

// closesAsBefore: a network that closes does so with what its skips became, and its closed form is what that costs under other numbers.
func closesAsBefore(t *testing.T, n cost.Subject, so cost.SwapOptions, told cost.Subject) {
	some := []cost.Quantity{cost.Params, cost.MACs, cost.TrafficBytes, cost.TrainingSavedBytes}
	closed, err := cost.CloseCounted(told, nil, cost.Options{Quantities: some})
	require.NoError(t, err, so.To)
	if len(closed.Trace.Counted) > 0 {
		return // branches in turn, or in blocks, are written out
	}
	set := another(told.Network)
	there, err := cost.SwapSkips(n.With(set), so, cost.Options{Quantities: some})
	if err != nil || len(there.Refused) > 0 {
		return // no network has these numbers, or its repeats run too seldom
	}
	bound := symbolic.Bindings{}
	for _, b := range there.Original.Bound {
		bound[b.Name] = b.Value
	}
	if slices.ContainsFunc(closed.Trace.Assumptions, func(a trace.Assumption) bool { return !a.Holds(bound) }) {
		return
	}
	for _, q := range some {
		if q == cost.TrainingSavedBytes && closed.Total.Of(q).Err() != nil && so.Form != arch.StaticStreams {
			continue // storages that iterations share follow no rule where numbers are made of all streams
		}
		assert.Equal(t, there.After.Of(q).Text(), closed.Total.Of(q).Substitute(bound).Text(), "%s of %s at %v", q, so.To, set)
	}
}

// TestReversibleKeepsTheLastStreamsAlone: what training keeps of the repeat does not grow with its iterations.
func TestReversibleKeepsTheLastStreamsAlone(t *testing.T) {
	saved := func(blocks int64) string {
		s, err := cost.SwapSkips(find(t, "olmo-1b").With(map[string]symbolic.Expr{"L": symbolic.Int(blocks)}),
			cost.SwapOptions{To: rewrite.ToReversible}, cost.Options{Quantities: []cost.Quantity{cost.TrainingSavedBytes}})
		require.NoError(t, err)
		return s.After.Of(cost.TrainingSavedBytes).ASCII()
	}
	assert.Equal(t, saved(2), saved(16))
}

// TestRecastOfSomeLinks: a step becomes what it becomes in all iterations, and reasons are told.
func TestRecastOfSomeLinks(t *testing.T) {
	reason := func(name string, so cost.SwapOptions) string {
		s := swap(t, name, so)
		require.NotEmpty(t, s.Refused)
		return s.Refused[0].Reason
	}
	assert.Equal(t, "its step makes other links too, which are not chosen", reason("olmo-1b", cost.SwapOptions{To: rewrite.ToScaled, Only: []string{"3"}}))
	assert.Equal(t, "it is no add but a concat; --to add comes first", reason("unet", cost.SwapOptions{To: rewrite.ToScaled}))
	assert.Equal(t, "it is one of parallel streams; --to add comes first", reason("hyper-connections", cost.SwapOptions{To: rewrite.ToScaled}))
	assert.Equal(t, "no other add of the identity and a branch follows it", reason("resnet50", cost.SwapOptions{To: rewrite.ToParallel}))
	assert.Equal(t, 18, swap(t, "convnext_tiny", cost.SwapOptions{To: rewrite.ToScaled}).Already)
	assert.Equal(t, 32, swap(t, "hyper-connections", recasts()[0]).Already)
}

// TestStreamsAreScaled: at half of all widths, streams of every form cost what they do in the network of half the widths.
func TestStreamsAreScaled(t *testing.T) {
	half := find(t, "olmo-1b").With(map[string]symbolic.Expr{"d": symbolic.Int(1024), "f": symbolic.Int(4096), "L": symbolic.Int(2)})
	whole := find(t, "olmo-1b").With(map[string]symbolic.Expr{"L": symbolic.Int(2)})
	for _, so := range recasts()[:3] {
		s, err := cost.SwapSkips(whole, so, cost.Options{})
		require.NoError(t, err)
		scaler, err := rewrite.NewScaler(s.Trace)
		require.NoError(t, err)
		scaled, err := scaler.Scale(big.NewRat(1, 2))
		require.NoError(t, err)
		is, err := cost.Of(scaled, cost.Options{Quantities: closing()})
		require.NoError(t, err)
		want, err := cost.SwapSkips(half, so, cost.Options{Quantities: closing()})
		require.NoError(t, err)
		for _, q := range closing() {
			assert.Equal(t, want.After.Of(q).Text(), is.Of(q).Text(), "%s of %s", q, so.Form)
		}
	}
}

// TestToValueAndBack: of the adds of OLMo-1B those with an attention layer change, 2 numbers for each but the first (Zhou et al. 2024,
// arXiv:2410.17897, section 3); what reads the values of the first layer is a skip, and without it all costs are what they were.
func TestToValueAndBack(t *testing.T) {
	there := swap(t, "olmo-1b", cost.SwapOptions{To: rewrite.ToValue})
	more, _ := there.After.Of(cost.Params).Sub(there.Before.Of(cost.Params)).Int64()
	assert.Equal(t, int64(2*15), more)
	assert.Len(t, there.Changed(), 16)
	require.Len(t, there.Refused, 16)
	assert.Contains(t, there.Refused[0].Reason, "no attention layer")
	told, notes := readBack(t, there)
	require.False(t, flat(notes))
	inv, err := cost.TakeInventory(told, false, cost.Options{Quantities: closing()})
	require.NoError(t, err)
	residuals := 0
	for _, skip := range inv.Skips {
		if skip.Link.Kind() == "value" {
			residuals++
			assert.Equal(t, "identity", skip.Link.Shortcut())
		}
	}
	assert.Equal(t, 15, residuals)
	back, err := cost.SwapSkips(told, cost.SwapOptions{To: rewrite.ToAdd, Only: []string{"value"}}, cost.Options{Quantities: closing()})
	require.NoError(t, err)
	assert.Len(t, back.Changed(), 15)
	plain, err := cost.SwapSkips(find(t, "olmo-1b"), cost.SwapOptions{To: rewrite.ToAdd}, cost.Options{Quantities: closing()})
	require.NoError(t, err)
	for _, q := range closing() {
		assert.Equal(t, plain.Before.Of(q).Text(), back.After.Of(q).Text(), q)
	}
	other, err := cost.SwapSkips(inYAML(t, "name: x\ninput: [8, 4]\nsteps: [add: [identity, attention: 2], add: [identity, attention: {heads: 2, kv_heads: 1}]]\n"), cost.SwapOptions{To: rewrite.ToValue}, cost.Options{})
	require.NoError(t, err)
	require.Len(t, other.Refused, 1)
	assert.Equal(t, "its attention layers make values of 4×4, the first one of 8×4", other.Refused[0].Reason)
}

// TestScaledBranches: each branch beside an identity has a factor of its own; where no path is the identity it is not told which are branches.
func TestScaledBranches(t *testing.T) {
	of := func(paths string) *cost.Swap {
		out, err := cost.SwapSkips(inYAML(t, "name: x\ninput: [4]\nsteps: [add: ["+paths+"]]\n"), cost.SwapOptions{To: rewrite.ToScaled}, cost.Options{})
		require.NoError(t, err)
		return out
	}
	const short, long = "[linear: 4, relu]", "[linear: 4, relu, linear: 4]"
	for paths, factors := range map[string]int64{
		"identity, " + long: 1, "identity, " + short + ", " + long: 2, long + ", identity, " + long: 2, short + ", " + long: 1,
	} {
		out := of(paths)
		more, _ := out.After.Of(cost.Params).Sub(out.Before.Of(cost.Params)).Int64()
		assert.Equal(t, factors, more, paths)
		assert.Empty(t, out.Refused, paths)
	}
	refused := of(short + ", " + long + ", [linear: 4, linear: 4, linear: 4]").Refused
	require.Len(t, refused, 2)
	assert.Equal(t, "none of its paths is the identity, and which are branches cannot be told", refused[0].Reason)
}
