package cost_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/rewrite"
	"github.com/skipcost/skipcost/cost"
)

// withForm is the hyper-connected OLMo-1B with streams of another form.
func withForm(t *testing.T, form arch.StreamForm) cost.Subject {
	s := find(t, "hyper-connections")
	n := *s.Network
	n.Steps = nil
	for _, step := range s.Network.Steps {
		if st, is := step.Do.(*arch.Streams); is {
			other := *st
			other.Form, step.Do = form, &other
		}
		n.Steps = append(n.Steps, step)
	}
	s.Network = &n
	return s
}

// TestSitesOfStreams: each site says what n streams cost over one (Zhu et al. 2024, arXiv:2409.19606, Table 7 and appendix B; Xie et al.
// 2025, arXiv:2512.24880), and all of them at once are the difference to OLMo-1B.
func TestSitesOfStreams(t *testing.T) {
	priced := []cost.Quantity{cost.Params, cost.MACs, cost.TrainingSavedBytes}
	o := cost.Options{BytesPerElement: 2, Quantities: append(priced, cost.RecomputedMACs, cost.InferencePeakBytes)}
	base, err := cost.Summarize(find(t, "olmo-1b"), o)
	require.NoError(t, err)
	for form, want := range map[arch.StreamForm]struct{ params, macs, saved, all int64 }{
		arch.StaticStreams:      {24, 24 * 2048 * 2048, 2 * 5 * 2048 * 2048, 32 * 24},
		arch.DynamicStreams:     {2048*6 + 24 + 2, 2 * 24 * 2048 * 2048, 0, 394_048},
		arch.ConstrainedStreams: {196_635, 0, 0, 0},
	} {
		inv, err := cost.TakeInventory(withForm(t, form), false, o)
		require.NoError(t, err)
		require.Len(t, inv.Skips, 32)
		site := inv.Skips[7]
		assert.Equal(t, "streams \u00d74", site.Kind())
		assert.Equal(t, "identity", site.Shortcut())
		assert.Equal(t, inv.Skips[6].Merge.Output, site.Origin, "the streams that enter it")
		n := func(q cost.Quantity) int64 {
			v, ok := site.Causes.Of(q).Int64()
			require.True(t, ok)
			return v
		}
		assert.Equal(t, want.params, n(cost.Params), form)
		if want.macs > 0 {
			assert.Equal(t, want.macs, n(cost.MACs), form)
		}
		if want.saved > 0 {
			assert.Equal(t, want.saved, n(cost.TrainingSavedBytes), form)
		}
		if want.all > 0 {
			all, _ := inv.AllCut().Of(cost.Params).Int64()
			assert.Equal(t, want.all, all, form)
		}
		assert.Equal(t, int64(0), n(cost.RecomputedMACs), "nothing runs again")
		require.Error(t, site.Causes.Of(cost.InferencePeakBytes).Err(), "a peak has no shares")
		for _, q := range priced {
			assert.Equal(t, base.Total.Of(q).ASCII(), inv.Alone.Of(q).ASCII(), "%s of one stream, %s", q, form)
		}
	}
}

// TestStreamsAsAdds: streams become one with all of their sites, the network with its symbols too, and not with some of them.
func TestStreamsAsAdds(t *testing.T) {
	for _, form := range arch.StreamForms() {
		s, err := cost.SwapSkips(withForm(t, form), cost.SwapOptions{To: rewrite.ToAdd}, cost.Options{})
		require.NoError(t, err)
		assert.Equal(t, "1176764416", s.After.Of(cost.Params).ASCII())
		assert.Len(t, s.Changed(), 32)
		told, notes := readBack(t, s)
		assert.Empty(t, notes)
		closed, err := cost.Close(told, nil, cost.Options{})
		require.NoError(t, err)
		assert.Equal(t, "d*(V + L*(4*d + 3*f))", closed.Total.Of(cost.Params).ASCII())
	}
	some := swap(t, "hyper-connections", cost.SwapOptions{To: rewrite.ToAdd, Only: []string{"2-5"}})
	require.Len(t, some.Refused, 4)
	assert.Equal(t, "parallel streams become one only with all of their sites", some.Refused[0].Reason)
	assert.Len(t, swap(t, "hyper-connections", cost.SwapOptions{To: rewrite.ToAdd, Only: []string{"streams"}}).Changed(), 32)
}

// TestSitesAddUpToTheStreams: what the sites of a layer say one by one of n streams over one comes to what that layer adds to the network
// with streams less what it adds to the network with one, for each form and several numbers of streams. Where the streams begin and end
// stays the same.
func TestSitesAddUpToTheStreams(t *testing.T) {
	priced := []cost.Quantity{cost.Params, cost.MACs}
	o := cost.Options{Quantities: priced}
	layer := func(s cost.Subject, set string, q cost.Quantity) int64 {
		two, err := cost.Summarize(s.With(settings(t, "L=2;"+set)), o)
		require.NoError(t, err)
		three, err := cost.Summarize(s.With(settings(t, "L=3;"+set)), o)
		require.NoError(t, err)
		return small(t, three, q) - small(t, two, q)
	}
	for _, form := range arch.StreamForms() {
		for _, n := range []string{"n=2", "n=3", "n=5"} {
			s := withForm(t, form)
			inv, err := cost.TakeInventory(s.With(settings(t, "L=2;"+n)), false, o)
			require.NoError(t, err)
			require.Len(t, inv.Skips, 4)
			for _, q := range priced {
				var all int64
				for _, site := range inv.Skips[2:] {
					of, ok := site.Causes.Of(q).Int64()
					require.True(t, ok)
					all += of
				}
				assert.Equal(t, layer(s, n, q)-layer(find(t, "olmo-1b"), "T=2048", q), all, "%s of %s streams, %s", q, form, n)
			}
		}
	}
}
