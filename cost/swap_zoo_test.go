package cost_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/rewrite"
	"github.com/skipcost/skipcost/arch/spec"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/cost"
)

// backAgain rewrites the skips of a network and prices the file of it.
func backAgain(t *testing.T, s cost.Subject, so cost.SwapOptions) {
	t.Helper()
	swap, err := cost.SwapSkips(s, so, cost.Options{Quantities: cost.Quantities()})
	require.NoError(t, err, so.To)
	costsAlike(t, swap, inAFile(t, rewrite.Flatten(swap.Trace, "back", "a test")))
}

func inAFile(t *testing.T, n *arch.Network) *arch.Network {
	t.Helper()
	back, err := spec.Parse("back.yaml", spec.Print(n))
	require.NoError(t, err)
	return back
}

// costsAlike holds a rewritten network against the same one written flat.
func costsAlike(t *testing.T, swap *cost.Swap, flat *arch.Network) {
	t.Helper()
	resolved, err := trace.Resolve(flat, trace.Options{})
	require.NoError(t, err, swap.To)
	total, err := cost.Of(resolved, cost.Options{Quantities: cost.Quantities()})
	require.NoError(t, err, swap.To)
	streams := slices.ContainsFunc(swap.Trace.Operations(), func(op *trace.Operation) bool { return op.Joint != nil })
	inside := slices.ContainsFunc(swap.Trace.Operations(), func(op *trace.Operation) bool { return op.Inside })
	for _, q := range cost.Quantities() {
		if q == cost.KVCacheBytes && streams || q == cost.OutputElements && inside {
			continue // written flat, products that mix streams are like any others, and parts of a layer are layers themselves
		}
		assert.Equal(t, swap.After.Of(q).Text(), total.Of(q).Text(), "%s: %s", swap.To, q)
	}
}

// TestSwapRefusesWhatBreaksLater: the units of ShuffleNet cut their input in halves, which are not there any more when only one
// of the halves before them is left. The last unit of each stage has no such unit behind it.
func TestSwapRefusesWhatBreaksLater(t *testing.T) {
	s := swap(t, "shufflenet_v2_x1_0", cost.SwapOptions{To: rewrite.Cut})
	require.Len(t, s.Chosen, 13)
	require.Len(t, s.Refused, 10)
	assert.Equal(t, 1, s.Refused[0].Link.ID)
	assert.Equal(t, "slice: 58 channels from 58 do not fit in the width 58, at stage1.repeat[1].concat.path2.slice", s.Refused[0].Reason)

	inv, err := cost.TakeInventory(find(t, "shufflenet_v2_x1_0"), false, cost.Options{})
	require.NoError(t, err)
	assert.Len(t, inv.Stay, 10)
	uncut := 0
	for _, skip := range inv.Skips {
		if skip.Reason != nil {
			uncut++
			assert.True(t, skip.Causes.Of(cost.Params).IsZero())
		}
	}
	assert.Equal(t, 10, uncut)
}

// TestConcatAndBack: additive networks whose skips became concats are what they were when these are added again. Those that
// pad their shortcuts with zeros are not: a concat does without.
func TestConcatAndBack(t *testing.T) {
	for _, name := range []string{"resnet18", "resnet50", "se_resnet50", "linknet", "vit_b_16", "add"} {
		t.Run(name, func(t *testing.T) {
			o := cost.Options{Quantities: cost.Quantities()}
			there, err := cost.SwapSkips(find(t, name), cost.SwapOptions{To: rewrite.ToConcat, Only: []string{"add"}}, o)
			require.NoError(t, err)
			assert.Empty(t, there.Refused)
			wide := cost.Subject{Name: "wide", Network: rewrite.Flatten(there.Trace, "wide", "a test")}
			back, err := cost.SwapSkips(wide, cost.SwapOptions{To: rewrite.ToAdd, Only: []string{"concat"}}, o)
			require.NoError(t, err)
			assert.Empty(t, back.Refused)
			for _, q := range cost.Quantities() {
				assert.Equal(t, there.Before.Of(q).Text(), back.After.Of(q).Text(), q)
			}
		})
	}
}

// TestPeakOfNestedConcats: in one buffer the parts of each concat are those of all before it, and each is looked at once.
func TestPeakOfNestedConcats(t *testing.T) {
	n, err := spec.Parse("nested.yaml", []byte("name: nested\ninput: [4]\nsteps:\n  - repeat: {times: 60, steps: [concat: [identity, concat: [identity, [linear: 4]]]]}\n"))
	require.NoError(t, err)
	resolved, err := trace.Resolve(n, trace.Options{Unroll: true})
	require.NoError(t, err)
	total, err := cost.Of(resolved, cost.Options{Quantities: []cost.Quantity{cost.TrainingPeakBytes}, Memory: cost.Memory{Concat: cost.SharedConcat}})
	require.NoError(t, err)
	sign, ok := total.Of(cost.TrainingPeakBytes).Sign()
	assert.True(t, ok && sign > 0)
}

// TestSwapUnderCheckpoints: iterations that run again as a whole stay together when their links change, so that both networks cost what they
// do each by itself.
func TestSwapUnderCheckpoints(t *testing.T) {
	for name, changes := range map[string][]rewrite.Change{
		"resnet50": {rewrite.ToConcat, rewrite.ToDense, rewrite.Cut}, "densenet-bc": {rewrite.ToAdd}, "unet": {rewrite.ToAdd},
		"bert": {rewrite.ToStreams, rewrite.ToWeighted, rewrite.ToValue, rewrite.ToReversible},
	} {
		for _, to := range changes {
			for _, checkpoint := range []cost.Checkpoint{cost.CheckpointRepeats, cost.CheckpointSqrt} {
				s := find(t, name)
				o := cost.Options{Quantities: cost.Quantities(), Memory: cost.Memory{Checkpoint: checkpoint}}
				swap, err := cost.SwapSkips(s, cost.SwapOptions{To: to, Growth: symbolic.Int(12), Streams: symbolic.Int(2)}, o)
				require.NoError(t, err, name)
				told, _ := swap.Network()
				for _, side := range []struct {
					s    cost.Subject
					cost *cost.Total
				}{{s, swap.Before}, {cost.Subject{Name: name, Network: inAFile(t, told)}, swap.After}} {
					alone, err := cost.Summarize(side.s, o)
					require.NoError(t, err, name)
					for _, q := range cost.Quantities() {
						assert.Equal(t, alone.Total.Of(q).Text(), side.cost.Of(q).Text(), "%s: %s of %s, %s", to, q, name, checkpoint)
					}
				}
			}
		}
	}
}
