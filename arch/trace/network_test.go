package trace_test

import (
	"os"
	"runtime/debug"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/spec"
	"github.com/skipcost/skipcost/arch/trace"
)

// TestMain lets garbage be: at the usual rate collecting it takes a third of the time of these tests.
func TestMain(m *testing.M) {
	debug.SetGCPercent(400)
	os.Exit(m.Run())
}

// network reads a network from its YAML; the name is added.
func network(t testing.TB, yaml string) *arch.Network {
	t.Helper()
	n, err := spec.Parse("test.yaml", []byte("name: test\n"+yaml))
	require.NoError(t, err, yaml)
	return n
}

// resolve runs the shape rules of a network that must be sound.
func resolve(t testing.TB, yaml string, o trace.Options) *trace.Trace {
	t.Helper()
	resolved, err := trace.Resolve(network(t, yaml), o)
	require.NoError(t, err, yaml)
	return resolved
}

// problems are what is wrong with a network, and must be something.
func problems(t testing.TB, n *arch.Network, o trace.Options) []arch.Problem {
	t.Helper()
	_, err := trace.Resolve(n, o)
	var found *arch.Problems
	require.ErrorAs(t, err, &found)
	require.NotEmpty(t, found.List)
	return found.List
}

func TestLinksNeedNumbers(t *testing.T) {
	const steps = "input: [8]\nsteps:\n  - repeat: {times: n, links: {window: m}, steps: [linear: 8]}\n"
	for _, c := range []struct {
		symbols string
		free    []string
		want    string
	}{
		{"{n: 4, m: 2}", []string{"n"}, "repeat: window links need a number of iterations, at most 10000, not n"},
		{"{n: 4, m: 2}", []string{"m"}, "repeat: window links need a number of layers to read, not m"},
		{"{n: 10001, m: 2}", nil, "repeat: window links need a number of iterations, at most 10000, not 10001"},
		{"{n: 4, m: 0}", nil, "repeat: window = m is 0, but must be at least 1"},
	} {
		list := problems(t, network(t, "symbols: "+c.symbols+"\n"+steps), trace.Options{Free: c.free})
		assert.Equal(t, c.want, list[0].Message)
	}
	for m, want := range map[string]string{"4": "32", "5": "40", "9999999999999999999999": "40"} {
		resolved := resolve(t, "symbols: {n: 4, m: "+m+"}\n"+steps, trace.Options{})
		assert.Equal(t, want, resolved.Output.Shape.Text(), "a window beyond the first layer reads all")
	}
}

func TestFreeSymbolsAreAllUnlessSaid(t *testing.T) {
	n := network(t, "symbols: {a: 1, b: a + 1}\ninput: [b]\nsteps: [relu]\n")
	assert.Equal(t, []string{"a", "b"}, n.FreeSymbols())
	n.Free = []string{"b"}
	assert.Equal(t, []string{"b"}, n.FreeSymbols())
}

func TestPartsOfANetworkAreFoundByName(t *testing.T) {
	n := network(t, "symbols: {a: 1}\npresets:\n  big: {a: 9}\ninput: [a]\nblocks:\n  unit: [relu]\nsteps: [unit]\n")
	p, ok := n.Preset("big")
	assert.True(t, ok)
	assert.Equal(t, "9", p.Set[0].Value.Text())
	_, ok = n.Preset("bigger")
	assert.False(t, ok)
	_, ok = n.Symbol("b")
	assert.False(t, ok)
}

func TestDerivationFollowsDefaults(t *testing.T) {
	n := network(t, "symbols: {a: 1, b: a + 1, d: 2*b, e: 7}\ninput: [d + e]\nsteps: [relu]\n")
	assert.Equal(t, map[string]bool{"a": true, "b": true, "d": true}, n.Derivation("d"))
	assert.Equal(t, map[string]bool{"e": true}, n.Derivation("e"))
	assert.Empty(t, n.Derivation("f"))
}

func TestVisitExpressionsReachesEveryPlace(t *testing.T) {
	n := network(t, `
symbols: {n: 1, m: 1}
input: [11, 12]
blocks:
  unit(out=13): [linear: out]
steps:
  - conv: {out: 14, kernel: [15]}
  - unit: 16
  - add: [identity, [linear: 17]]
  - repeat: {times: 18, links: {window: 19}, steps: [linear: 20]}
  - head: [linear: 21]
`)
	seen := map[string]bool{}
	n.VisitExpressions(func(e arch.Expression) { seen[e.Text()] = true })
	for _, want := range []string{"11", "12", "13", "14", "15", "16", "17", "18", "19", "20", "21", "out"} {
		assert.True(t, seen[want], want)
	}
}
