package trace_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// TestClosedLoopsEqualUnrolledOnes resolves random networks with loops and without, writes the loops out here, and compares
// every operation: what it is, what it reads, what comes out of it.
func TestClosedLoopsEqualUnrolledOnes(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 9))
	tried, sound, loops := 6_000, 0, 0
	if testing.Short() {
		tried = 600
	}
	for range tried {
		yaml := randomNetwork(r)
		n := network(t, yaml)
		unrolled, err := trace.Resolve(n, trace.Options{Unroll: true})
		closed, closedErr := trace.Resolve(n, trace.Options{})
		if err != nil {
			require.Error(t, closedErr, yaml)
			continue
		}
		require.NoError(t, closedErr, yaml)
		require.Empty(t, closed.Assumptions, yaml)
		require.Equal(t, writtenOut(t, unrolled, nil), writtenOut(t, closed, nil), yaml)
		sound++
		loops += countLoops(closed.Body)
	}
	require.Greater(t, sound, tried/2, "most random networks must make sense")
	require.Greater(t, loops, tried/6)
}

// TestWidthsOfTheIterationBefore: where iterations choose the width that they put out, what enters one is what the one before made,
// whatever entered the first.
func TestWidthsOfTheIterationBefore(t *testing.T) {
	for steps, want := range map[string]string{
		"linear: 3*i + 5":                             "3·n + 2",
		"concat: [slice: i + 2, linear: 4]":           "n+5",
		"concat: [slice: i + 2, linear: 4], relu":     "n+5",
		"concat: [slice: 2*i + 2, slice: {count: 2}]": "2·n + 2",
	} {
		resolved := resolve(t, "symbols: {n: 4}\ninput: [8]\nsteps: [repeat: {times: n, steps: ["+steps+"]}]\n", trace.Options{Free: []string{"n"}})
		assert.Equal(t, want, resolved.Output.Shape.Text(), steps)
		require.Equal(t, 1, countLoops(resolved.Body))
	}
}

// TestFreeCountsEqualBoundOnes does the same with the number of iterations left free and bound afterwards.
func TestFreeCountsEqualBoundOnes(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 9))
	tried, compared := 2_000, 0
	if testing.Short() {
		tried = 200
	}
	for range tried {
		yaml := randomNetwork(r)
		n := network(t, yaml)
		free, err := trace.Resolve(n, trace.Options{Free: []string{"n"}})
		if err != nil {
			continue // it does not close, or nothing repeats n times
		}
		for count := int64(1); count <= 4; count++ {
			set := symbolic.Bindings{"n": symbolic.Int(count)}
			unrolled, err := trace.Resolve(n, trace.Options{Set: set, Unroll: true})
			if err != nil || !hold(free.Assumptions, set) {
				continue
			}
			require.Equal(t, writtenOut(t, unrolled, nil), writtenOut(t, free, set), "%s\nn = %d", yaml, count)
			compared++
		}
	}
	require.Greater(t, compared, tried/2)
}

// hold reports whether assumptions are true under a binding.
func hold(assumptions []trace.Assumption, set symbolic.Bindings) bool {
	return !slices.ContainsFunc(assumptions, func(a trace.Assumption) bool { return !a.Holds(set) })
}

// randomNetwork writes a small network with repeats in repeats, merges, taps, heads, first iterations unlike the others, and
// extents that change.
func randomNetwork(r *rand.Rand) string {
	g := &generator{Rand: r}
	return fmt.Sprintf("symbols: {n: %d}\ninput: [%d, 64]\nsteps: %s\n", 1+r.IntN(4), 1+r.IntN(4), g.steps(3, false, nil))
}

type generator struct {
	*rand.Rand
	taps int
}

func (g *generator) one(of ...string) string { return of[g.IntN(len(of))] }

// steps writes a list; taps are the names it may read, which sees those of the lists around it.
func (g *generator) steps(depth int, inRepeat bool, taps []string) string {
	var list []string
	for range 1 + g.IntN(3) {
		step := g.step(depth, inRepeat, taps)
		if g.IntN(6) == 0 {
			g.taps++
			name := fmt.Sprintf("x%d", g.taps)
			step = fmt.Sprintf("{relu: {}, as: %s}", name)
			taps = append(taps[:len(taps):len(taps)], name)
		}
		list = append(list, step)
	}
	return "[" + strings.Join(list, ", ") + "]"
}

func (g *generator) step(depth int, inRepeat bool, taps []string) string {
	kind := g.IntN(12)
	if depth == 0 {
		kind = g.IntN(6)
	}
	width := g.one("4", "c", "c", "c + 1", "c + 2", "2*c", "n + 3", "floor(c/2) + 1")
	if inRepeat && g.IntN(4) == 0 {
		width = g.one("i + 1", "c + i", "2^i", "c + 2*i + 1")
	}
	switch kind {
	case 0, 1:
		return "linear: " + width
	case 2:
		return fmt.Sprintf("conv: {out: %s, kernel: 3, stride: %s, padding: %s}", width, g.one("1", "1", "1", "2"), g.one("same", "same", "1", "valid"))
	case 3:
		return g.one("relu", "batchnorm", "maxpool: 2", "upsample: 2", "head: [linear: 3]", "head: {training: [linear: 5, relu]}")
	case 4:
		if len(taps) > 0 {
			return fmt.Sprintf("concat: [identity, {from: %s}]", taps[g.IntN(len(taps))])
		}
		return "relu"
	case 5:
		return "add: [identity, [linear: 3, linear: " + g.one("4", "c", "c + 1") + "]]"
	case 6, 7:
		return fmt.Sprintf("%s: [identity, %s]", g.one("concat", "concat", "concat", "add", "multiply"), g.steps(depth-1, inRepeat, taps))
	case 8:
		links := g.one("dense", "once", "log2", "harmonic", "{window: 2}")
		gather := g.one("", "", "gather: all, ", "gather: layers, ", "gather: odd, ", "gather: next, ", "gather: last, ")
		return fmt.Sprintf("repeat: {times: %d, links: %s, %ssteps: %s}", g.IntN(6), links, gather, g.steps(depth-1, true, taps))
	default:
		return fmt.Sprintf("repeat: {times: %s, steps: %s}", g.one("n", "n", "n - 1", "2", "3", "0", "1"), g.steps(depth-1, true, taps))
	}
}

// TestWidthsThatAreRounded: they have a closed form where no iteration meets what would be rounded, from the first or the second one on.
func TestWidthsThatAreRounded(t *testing.T) {
	for _, c := range []struct {
		input int
		width string
		loops int // that are closed
	}{
		{8, "floor((c+1)*3/2) - floor(c/2)", 1}, {9, "floor((c+1)*3/2) - floor(c/2)", 1}, {8, "2*floor(c/2) + 2", 1}, {9, "2*floor(c/2) + 3", 1}, {7, "2*floor(c/2) + 2", 1},
		{8, "c + floor(c/4)", 0}, {9, "3*floor(c/2)", 0}, {5, "2*i + 2*floor(c/2)", 0},
	} {
		yaml := fmt.Sprintf("input: [%d]\nsymbols: {n: 7}\nsteps:\n  - repeat: {times: n, steps: [linear: \"%s\", relu]}\n", c.input, c.width)
		closed, err := trace.Resolve(network(t, yaml), trace.Options{})
		require.NoError(t, err)
		assert.Equal(t, c.loops, countLoops(closed.Body), "%d, %s", c.input, c.width)
		unrolled, err := trace.Resolve(network(t, yaml), trace.Options{Unroll: true})
		require.NoError(t, err)
		require.Equal(t, writtenOut(t, unrolled, nil), writtenOut(t, closed, nil), yaml)
		free, err := trace.Resolve(network(t, yaml), trace.Options{Free: []string{"n"}})
		if c.loops == 0 {
			require.Error(t, err, yaml)
			continue
		}
		require.NoError(t, err)
		require.Equal(t, writtenOut(t, unrolled, nil), writtenOut(t, free, symbolic.Bindings{"n": symbolic.Int(7)}), yaml)
	}
}

// TestHalvesOfEveryIteration: a width that grows is two equal halves in each iteration, or the loop is not closed over one that is not.
func TestHalvesOfEveryIteration(t *testing.T) {
	const steps = "symbols: {n: 3}\ninput: [4]\nsteps: [repeat: {times: n, steps: [couple: [[%s], [linear: c]], concat: [identity, [linear: %d]]]}]\n"
	even := fmt.Sprintf(steps, "relu", 2)
	assert.Equal(t, 1, countLoops(resolve(t, even, trace.Options{Free: []string{"n"}}).Body))
	for _, odd := range []string{fmt.Sprintf(steps, "relu", 1), fmt.Sprintf(steps, "couple: [[relu], [linear: c]]", 2)} {
		n := network(t, odd)
		assert.Regexp(t, `the width [35] is not two equal halves`, problems(t, n, trace.Options{})[0].Message)
		assert.Regexp(t, `no closed form`, problems(t, n, trace.Options{Free: []string{"n"}})[0].Message)
	}
	free := resolve(t, "symbols: {N: 4}\ninput: [N]\nsteps: [couple: [[relu], [linear: c]]]\n", trace.Options{Free: []string{"N"}})
	assert.Equal(t, "N/2 is a whole number", free.Assumptions[0].Text)
}
