package trace_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/arch/zoo"
)

// listed says all of a trace without loops, a line for each operation.
func listed(t testing.TB, resolved *trace.Trace) []string {
	t.Helper()
	number := map[*trace.Value]int{resolved.Input: 0}
	numbers := func(values ...*trace.Value) (out []int) {
		for _, v := range values {
			n, made := number[v]
			require.True(t, made, "what nobody has made is read")
			out = append(out, n)
		}
		return out
	}
	var lines []string
	for k, op := range resolved.Operations() {
		number[op.Output] = k + 1
		name := op.Name
		if strings.HasSuffix(name, ".list") { // of a repeat the copy stands before the loop, and has its name
			name = "list"
		}
		line := fmt.Sprint(name, " ", op.Kind.Name, " ", numbers(op.Inputs...), " → ", op.Output.Shape.ASCII(), " training ", op.Training)
		for _, p := range op.Kind.Parameters {
			line += fmt.Sprint(" ", p.Name, "=", op.Args.Word(p.Name))
			for _, v := range op.Args.Axes(p.Name) {
				line += " " + v.ASCII()
			}
		}
		if op.Owner != nil {
			line += fmt.Sprint(" owner ", numbers(op.Owner.Output))
		}
		if op.Extends != nil {
			line += fmt.Sprint(" extends ", numbers(op.Extends))
		}
		lines = append(lines, line)
	}
	outputs := map[int]int{}
	for _, n := range numbers(resolved.Outputs...) {
		outputs[n]++
	}
	return append(lines, fmt.Sprint("outputs ", outputs, " and ", numbers(resolved.Output)))
}

// changed is a trace of which nobody can say any more that it is that of its network.
func changed(t *trace.Trace) *trace.Trace { return t.Changed(nil, nil) }

// TestChangedTracesAreWrittenOutAsTheyAre writes loops out by themselves; with nothing changed that is what comes of resolving the
// network written out.
func TestChangedTracesAreWrittenOutAsTheyAre(t *testing.T) {
	entries, err := zoo.Entries()
	require.NoError(t, err)
	for _, e := range entries {
		m, err := zoo.Find(e.Name)
		require.NoError(t, err)
		closed, err := trace.Resolve(m.Network, trace.Options{Set: m.Set})
		require.NoError(t, err)
		if !closed.HasLoops() {
			continue
		}
		want, err := closed.Unrolled()
		require.NoError(t, err)
		if testing.Short() && len(want.Body) > 400 {
			continue
		}
		got, err := changed(closed).Unrolled()
		require.NoError(t, err)
		require.Equal(t, listed(t, want), listed(t, got), e.Name)
	}
}

// TestRandomChangedTracesAreWrittenOut does so for random networks of nested repeats.
func TestRandomChangedTracesAreWrittenOut(t *testing.T) {
	for seed := range uint64(300) {
		yaml := randomNetwork(rand.New(rand.NewPCG(seed, 5)))
		closed, err := trace.Resolve(network(t, yaml), trace.Options{})
		if err != nil {
			continue
		}
		want, err := closed.Unrolled()
		require.NoError(t, err, yaml)
		got, err := changed(closed).Unrolled()
		require.NoError(t, err, yaml)
		require.Equal(t, listed(t, want), listed(t, got), yaml)
	}
}
