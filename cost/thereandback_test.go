package cost_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/rewrite"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/cost"
)

// thereAndBack swaps the skips of a network that became the other kind again, in the network as it is told: all costs are what they were.
// That cannot be where the way there loses something: channels of zeros, which a concat does without, the widths of bodies that follow
// what they are added to, and ties of weights whose sizes differ then. Where they were one growth rate, --to densenet gives it back.
// It reports whether there was a way back.
func thereAndBack(t *testing.T, s cost.Subject, there *cost.Swap, told cost.Subject) bool {
	growth := map[string]int64{
		"densenet": 12, "densenet-bc": 12, "densenet-imagenet": 32, "scheme/densenet": 12, "scheme/densenet-conv": 12,
	}
	from := map[rewrite.Change]arch.MergeOp{rewrite.ToConcat: arch.Add, rewrite.ToAdd: arch.Concat}[there.To]
	kinds := slices.DeleteFunc(there.Changed(), func(l rewrite.Link) bool { return l.Merge.Kind.Name != string(from) })
	k := growth[s.Name]
	if len(kinds) == 0 || len(kinds) < len(there.Changed()) || // sums that learn are not told from others on the way back
		len(there.Refused) > 0 || loses(there) && k == 0 {
		return false
	}
	back := cost.SwapOptions{To: rewrite.Change(from)}
	if k > 0 && from == arch.Concat {
		back.To, back.Growth = rewrite.ToDense, symbolic.Int(k)
	}
	quantities := cost.Quantities()
	if s.Name == "densenet-imagenet" { // its concats made lists, for which tensors are copied
		quantities = []cost.Quantity{cost.Params, cost.Buffers, cost.MACs, cost.FLOPs, cost.Activations}
	}
	if slices.ContainsFunc(there.Original.Operations(), func(op *trace.Operation) bool { return op.Inside }) { // which are layers by themselves where the file is written flat
		quantities = slices.DeleteFunc(quantities, func(q cost.Quantity) bool { return q == cost.OutputElements })
	}
	back.Only = sameMerges(t, there.Original, kinds, told)
	again, err := cost.SwapSkips(told, back, cost.Options{Quantities: cost.Quantities()})
	require.NoError(t, err, s.Name)
	if refused := again.Refused; len(refused) > 0 && (strings.Contains(refused[0].Reason, "has no last layer") || strings.Contains(refused[0].Reason, "no width to take")) {
		return false // as a body that ends in a sum of experts, or sums of several scales, of which none came as it is
	}
	require.Empty(t, again.Refused, s.Name)
	for _, q := range quantities {
		assert.Equal(t, there.Before.Of(q).Text(), again.After.Of(q).Text(), "%s of %s by %s", q, s.Name, there.To)
	}
	home, notes := readBack(t, again)
	assert.True(t, flat(notes) || len(home.Network.Symbols) == len(told.Network.Symbols), s.Name)
	return true
}

// loses reports whether an operation of the original is gone, or a layer puts out another width.
func loses(s *cost.Swap) bool {
	now := map[string]*trace.Operation{}
	for _, op := range s.Trace.Operations() {
		now[op.Name] = op
	}
	return slices.ContainsFunc(s.Original.Operations(), func(op *trace.Operation) bool {
		is := now[op.Name]
		return is == nil || op.Kind.WeightLayer() && !is.Output.Shape.Width.Equal(op.Output.Shape.Width)
	}) || untied(s)
}

// untied reports whether a layer that uses the weights of another one had to get its own.
func untied(s *cost.Swap) bool {
	now := map[string]*trace.Operation{}
	for _, op := range s.Trace.Operations() {
		now[op.Name] = op
	}
	return slices.ContainsFunc(s.Original.Operations(), func(op *trace.Operation) bool {
		is := now[op.Name]
		return op.Owner != nil && is != nil && is.Owner == nil
	})
}

// sameMerges are the numbers of the links, in a network in which some merges are of another kind, of the same merges.
func sameMerges(t *testing.T, before *trace.Trace, changed []rewrite.Link, in cost.Subject) []string {
	t.Helper()
	after, err := in.Resolve(trace.Options{Unroll: true})
	require.NoError(t, err)
	merges := func(t *trace.Trace) []*trace.Operation {
		return slices.DeleteFunc(t.Operations(), func(op *trace.Operation) bool { return !op.Kind.Links || len(op.Inputs) == 1 })
	}
	was, is := merges(before), merges(after)
	require.Equal(t, len(was), len(is), in.Name)
	var numbers []string
	for _, l := range cost.Editor(after).Links() {
		if slices.ContainsFunc(changed, func(c rewrite.Link) bool { return was[slices.Index(is, l.Merge)] == c.Merge }) {
			numbers = append(numbers, strconv.Itoa(l.ID))
		}
	}
	return numbers
}
