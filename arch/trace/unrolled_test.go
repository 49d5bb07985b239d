package trace_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/symbolic"
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
		line := fmt.Sprint(op.Name, " ", op.Kind.Name, " ", numbers(op.Inputs...), " → ", op.Output.Shape.ASCII(), " training ", op.Training)
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

// written is a trace resolved with its repeats written out.
func written(t testing.TB, closed *trace.Trace, set map[string]symbolic.Expr) *trace.Trace {
	t.Helper()
	out, err := trace.Resolve(closed.Network, trace.Options{Set: set, Unroll: true})
	require.NoError(t, err)
	return out
}

// TestLoopsAreWrittenOutAsResolved: a trace whose loops are written out is that of the network resolved without loops.
func TestLoopsAreWrittenOutAsResolved(t *testing.T) {
	entries, err := zoo.Entries()
	require.NoError(t, err)
	for k, e := range entries {
		if testing.Short() && e.Preset != "" && k%8 != 0 {
			continue
		}
		m := e.Member()
		closed, err := trace.Resolve(m.Network, trace.Options{Set: m.Set})
		require.NoError(t, err)
		if !closed.HasLoops() {
			continue
		}
		want := written(t, closed, m.Set)
		if testing.Short() && len(want.Body) > 400 {
			continue
		}
		got, err := closed.Unrolled()
		require.NoError(t, err)
		lines := listed(t, want)
		require.Equal(t, lines, listed(t, got), e.Name)
		if e.Preset != "" {
			continue // that a change of nothing changes nothing is asked of each family once
		}
		changed, err := closed.Changed(nil, nil).Unrolled()
		require.NoError(t, err)
		require.Equal(t, lines, listed(t, changed), e.Name)
	}
}

// TestRandomLoopsAreWrittenOutAsResolved does so for random networks of nested repeats.
func TestRandomLoopsAreWrittenOutAsResolved(t *testing.T) {
	for seed := range uint64(300) {
		yaml := randomNetwork(rand.New(rand.NewPCG(seed, 5)))
		closed, err := trace.Resolve(network(t, yaml), trace.Options{})
		if err != nil {
			continue
		}
		got, err := closed.Unrolled()
		require.NoError(t, err, yaml)
		require.Equal(t, listed(t, written(t, closed, nil)), listed(t, got), yaml)
	}
}

// TestListsThatGoOnBySeveralTensors: which list a list goes on with is known to its step alone where it adds several tensors.
func TestListsThatGoOnBySeveralTensors(t *testing.T) {
	closed, err := trace.Resolve(network(t, `
input: [6]
steps:
  - repeat: {times: 2, steps: [linear: c]}
  - concat: {list: [identity, [linear: c]]}
  - concat: {list: [identity, [concat: {list: [identity, [linear: 3]]}]]}
`), trace.Options{})
	require.NoError(t, err)
	require.True(t, closed.HasLoops())
	got, err := closed.Unrolled()
	require.NoError(t, err)
	require.Equal(t, listed(t, written(t, closed, nil)), listed(t, got))
	require.Contains(t, listed(t, got)[len(listed(t, got))-2], "extends")
}

// TestChangedLoopsAreWrittenOutAsTheyAre: what is gone from a trace with loops is gone from all iterations.
func TestChangedLoopsAreWrittenOutAsTheyAre(t *testing.T) {
	closed := resolve(t, "input: [4]\nsteps: [repeat: {times: 3, steps: [linear: c, relu]}]\n", trace.Options{})
	gone := map[*trace.Operation]*trace.Value{}
	for _, op := range closed.Operations() {
		if op.Kind.Name == "relu" {
			gone[op] = op.Inputs[0]
		}
	}
	out, err := closed.Changed(gone, nil).Unrolled()
	require.NoError(t, err)
	require.Len(t, out.Operations(), 3)
}

// TestCouple: y₁ = x₁ + F(x₂) beside y₂ = x₂ + G(y₁) (Gomez et al. 2017, arXiv:1707.04585, equation 6).
func TestCouple(t *testing.T) {
	resolved := resolve(t, "input: [8]\nsteps: [couple: [relu, tanh]]\n", trace.Options{})
	number := map[*trace.Value]string{resolved.Input: "x"}
	var got []string
	for k, op := range resolved.Operations() {
		number[op.Output] = fmt.Sprint(k)
		word := op.Kind.Name
		for _, in := range op.Inputs {
			word += " " + number[in]
		}
		if op.Kind.Name == "slice" {
			word += " from " + op.Args.Value("start").Text()
		}
		got = append(got, word)
	}
	require.Equal(t, []string{"slice x from 0", "slice x from 4", "relu 1", "add 0 2", "tanh 3", "add 1 4", "concat 3 5"}, got)
}
