package cost_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/spec"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/cost"
)

// TestSkipFormulasAreTheInventory compares the closed forms of every network with its skips written out, at what it binds by
// default and with each free symbol six larger, or twice as large where that is what its layers can be.
func TestSkipFormulasAreTheInventory(t *testing.T) {
	subjects := everything(t)
	if testing.Short() {
		subjects = cost.Sample(families(t), 45)
	}
	for _, s := range subjects {
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			closed, err := cost.CloseSkips(s, cost.Options{})
			require.NoError(t, err)
			sameSkips(t, closed, s)
			for _, name := range closed.Trace.Free {
				symbol, _ := s.Network.Symbol(name)
				value, ok := symbol.Default.Int64()
				if !ok {
					continue
				}
				larger := s.With(map[string]symbolic.Expr{name: symbolic.Int(value + 6)})
				if _, err := cost.ListSkips(larger, false, cost.Options{}); err != nil {
					larger = s.With(map[string]symbolic.Expr{name: symbolic.Int(2 * value)})
				}
				sameSkips(t, closed, larger)
			}
		})
	}
}

// sameSkips compares closed forms with what is listed of the subject with all symbols bound.
func sameSkips(t *testing.T, closed *cost.ClosedSkips, s cost.Subject) {
	t.Helper()
	inv, err := cost.ListSkips(s, false, cost.Options{})
	require.NoError(t, err)
	at := symbolic.Bindings{}
	for _, b := range inv.Trace.Bound {
		at[b.Name] = b.Value
	}
	count, elements := map[string]int64{}, map[string]symbolic.Expr{}
	for _, l := range inv.Skips {
		kind, _, _ := strings.Cut(l.Kind(), " ") // of streams how many there are is a number here
		count[kind]++
		elements[kind] = elements[kind].Add(l.Held.Shape.AllElements())
	}
	for _, k := range closed.Kinds {
		kind, _, _ := strings.Cut(k.Kind, " ")
		assert.Equal(t, symbolic.Int(count[kind]).ASCII(), k.Count.Substitute(at).ASCII(), "number of %s: %s at %v", k.Kind, k.Count, at)
		assert.Equal(t, elements[kind].ASCII(), k.Elements.Substitute(at).ASCII(), "elements of %s: %s", k.Kind, k.Elements)
		delete(count, kind)
	}
	assert.Empty(t, count, "kinds without a closed form")
}

func TestSkipFormulasOfNestedRepeatsAndLinksAcrossThem(t *testing.T) {
	for text, want := range map[string][2]string{
		// Σ over i of i + 1 iterations.
		"repeat: {times: n, steps: [{repeat: {times: i + 1, steps: [{add: [identity, [linear: c]]}]}}]}": {"n*(n+1)/2", "5*n*(n+1)/2"},
		// Identities past a repeat, and from before it into each iteration.
		"add: [identity, [{repeat: {times: n, steps: [linear: c, relu]}}]]":        {"1", "5"},
		"repeat: {times: n, steps: [linear: c, {add: [identity, {from: start}]}]}": {"n", "5*n"},
		// Inner repeats that do not run in the first iteration, or in the last.
		"repeat: {times: n, steps: [{repeat: {times: i, steps: [{add: [identity, [linear: c]]}]}}, {repeat: {times: n - i - 1, steps: [linear: c]}}]}": {"n*(n-1)/2", "5*n*(n-1)/2"},
		// A sum of all before, all of every other one, and a second half that reads the first.
		"repeat: {times: n, links: dense, gather: weighted, steps: [linear: c, relu]}":                                                  {"n*(n+1)/2", "5*n*(n+1)/2"},
		"repeat: {times: n, links: dense, gather: mean, dilation: 2, steps: [linear: c]}":                                               {"floor((n+1)/2) - n + floor(n/2)*(n - floor(n/2) + 1)", "5*(floor((n+1)/2) - n + floor(n/2)*(n - floor(n/2) + 1))"},
		"[repeat: {times: n, steps: [{linear: c, as: s}]}, repeat: {times: n, steps: [add: [identity, [{from: s}, relu]], linear: c]}]": {"n-1", "5*n - 5"},
		// Widths grow by 3.
		"repeat: {times: n, steps: [{concat: [identity, [linear: 3]]}]}": {"n", "n*(3*n + 7)/2"},
	} {
		closed, err := cost.CloseSkips(repeating(t, text), cost.Options{})
		require.NoError(t, err, text)
		require.Len(t, closed.Kinds, 1, text)
		assert.Equal(t, want, [2]string{closed.Kinds[0].Count.ASCII(), closed.Kinds[0].Elements.ASCII()}, text)
		sameSkips(t, closed, repeating(t, text))
	}
}

// TestSkipFormulasRefuse holds back where a number would hang on how often a repeat runs.
func TestSkipFormulasRefuse(t *testing.T) {
	for text, message := range map[string]string{
		"add: [[linear: c, relu, linear: c], [{repeat: {times: n, steps: [linear: c, relu]}}]]": "what the link at add jumps over depends on how often a repeat runs",
		deep(20): "is nested too deep",
		"repeat: {times: n, links: log2, steps: [linear: 3]}": "links need a number of iterations",
	} {
		_, err := cost.CloseSkips(repeating(t, text), cost.Options{})
		require.ErrorContains(t, err, message, text)
	}
}

// deep is so many repeats inside one another.
func deep(levels int) string {
	step := "linear: c"
	for range levels {
		step = "repeat: {times: n, steps: [{" + step + "}]}"
	}
	return step
}

// repeating is a network with one step in n, behind a layer whose output is called start.
func repeating(t *testing.T, step string) cost.Subject {
	t.Helper()
	n, err := spec.Parse("repeat.yaml", []byte("name: r\nsymbols: {n: 4}\nfree: [n]\ninput: [5]\nsteps:\n  - linear: c\n    as: start\n  - "+step+"\n"))
	require.NoError(t, err, step)
	return cost.Subject{Name: "r", Network: n}
}

// TestSkipFormulasWeighTrunksOfFreeWidths: of operands behind equally many weight layers the one with more macs is the trunk, whatever
// width is free: what goes through a product is, and what goes past it is the skip.
func TestSkipFormulasWeighTrunksOfFreeWidths(t *testing.T) {
	s := inYAML(t, `name: widths
symbols: {d: 4}
free: [d]
input: [d, 6]
steps:
  - {linear: d, as: made}
  - [{reshape: [6, d], as: turned}, {from: made, matmul: {from: [made, turned]}, as: heard}]
  - [concat: {from: [heard, made]}, linear: d]
`)
	closed, err := cost.CloseSkips(s, cost.Options{})
	require.NoError(t, err)
	require.Len(t, closed.Kinds, 1)
	assert.Equal(t, "6*d", closed.Kinds[0].Elements.ASCII())
	sameSkips(t, closed, s)
}
