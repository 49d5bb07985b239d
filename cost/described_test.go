package cost_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
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

// readBack is the network that a swap describes, as it is read back from its file, and what is said of it.
func readBack(t *testing.T, s *cost.Swap) (cost.Subject, []string) {
	t.Helper()
	n, notes := s.Network()
	back, err := spec.Parse("written.yaml", spec.Print(n))
	require.NoError(t, err)
	return cost.Subject{Name: n.Name, Network: back}, notes
}

// flat reports whether a note says that a network was written layer by layer.
func flat(notes []string) bool { return strings.Contains(strings.Join(notes, " "), "layer by layer") }

// writtenFlat are networks of which some swap cannot be told, and is written layer by layer: streams that none can be without, tensors
// that are handed on and gone, widths that depend on all levels below or on what is read in reverse, halves of one
// iteration put together; and an attention layer without the values of the first one is a single operation again, where it was several.
func writtenFlat() []string {
	return []string{
		"hyper-connections", "dynamic-hyper-connections", "frac-connections", "deepseek_v4", "value-residual",
		"attention-residuals", "fc-densenet", "stable-diffusion", "nanogpt-unet", "yolov8", "res2net", "rdnet", "gemma3n", "dla", "revnet", "hrnet",
	}
}

// toldAlike holds what is told of a rewritten network against the network rewritten with other symbols: the closed form of what is
// written is what each of them costs. closes says whether the network has closed forms itself.
func toldAlike(t *testing.T, n cost.Subject, s *cost.Swap, so cost.SwapOptions, told cost.Subject, notes []string, closes bool) {
	what := fmt.Sprint(n.Name, " ", so.To, " ", so.Projections, " ", so.Reduce)
	if slices.Contains(writtenFlat(), n.Name) && flat(notes) {
		return
	}
	require.False(t, flat(notes), "%s: %s", what, notes)
	assert.Equal(t, n.Network.Name, told.Network.Name)
	if spelled := strings.Contains(strings.Join(notes, " "), "one by one"); !spelled { // of which the count is a number
		assert.Equal(t, n.Network.FreeSymbols(), told.Network.FreeSymbols(), what)
	}
	if strings.Contains(strings.Join(notes, " "), "several repeats") || !closes {
		return // at other numbers other iterations differ, or neither does the network close
	}
	closed, err := cost.Close(told, nil, cost.Options{Quantities: closing()})
	if slices.Contains([]string{"u-vit", "stable-diffusion"}, n.Name) && err != nil {
		return // what the second half reads is wider from layer to layer, the last one first
	}
	require.NoError(t, err, what)
	if testing.Short() && !strings.HasPrefix(n.Name, "scheme/") {
		return
	}
	set := another(told.Network)
	there, err := cost.SwapSkips(n.With(set), so, cost.Options{Quantities: closing()})
	if err != nil || len(there.Refused) > 0 && len(s.Refused) == 0 {
		return // no network has these numbers, or links are refused at them, as where a slice of an odd width does not fit
	}
	bound := symbolic.Bindings{}
	for _, b := range there.Original.Bound {
		bound[b.Name] = b.Value
	}
	fails := func(a trace.Assumption) bool { return !a.Holds(bound) }
	if slices.ContainsFunc(closed.Trace.Assumptions, fails) {
		return // widths that were equal by these numbers alone, or a repeat that does not run
	}
	for _, q := range closing() {
		assert.Equal(t, there.After.Of(q).Text(), closed.Total.Of(q).Substitute(bound).Text(), "%s of %s at %v", q, what, set)
	}
}

// TestPresetsOfWhatIsTold: the presets of a family are those of the rewritten one.
func TestPresetsOfWhatIsTold(t *testing.T) {
	for name, to := range map[string]rewrite.Change{"densenet-bc": rewrite.ToAdd, "cifar-preresnet": rewrite.ToConcat, "vit": rewrite.ToConcat, "unet": rewrite.ToAdd} {
		told, _ := readBack(t, swap(t, name, cost.SwapOptions{To: to}))
		require.Len(t, told.Network.Presets, len(find(t, name).Network.Presets), name)
		for _, p := range told.Network.Presets {
			set := map[string]symbolic.Expr{}
			for _, s := range p.Set {
				set[s.Name] = s.Value.Expr
			}
			total, err := cost.Summarize(told.With(set), cost.Options{})
			require.NoError(t, err)
			assert.Equal(t, swap(t, p.Name, cost.SwapOptions{To: to}).After.Of(cost.Params).Text(), total.Total.Of(cost.Params).Text(), p.Name)
		}
	}
	one := swap(t, "densenet-bc", cost.SwapOptions{To: rewrite.ToAdd, Only: []string{"1"}})
	told, notes := readBack(t, one)
	assert.Equal(t, []string{"the iterations of the repeat of (L−4)/6 have not changed alike: it is written as several repeats, the longest of which keeps the count"}, notes)
	assert.NotEmpty(t, told.Network.Presets, "the first of a stage is the first of any")
}

// another binds the free symbols of a network to other numbers than their defaults, by which a depth changes in steps that most
// networks can have.
func another(n *arch.Network) map[string]symbolic.Expr {
	set, read := map[string]symbolic.Expr{}, map[string]bool{}
	n.VisitExpressions(func(e arch.Expression) {
		for _, name := range e.Symbols() {
			read[name] = true
		}
	})
	for _, name := range n.FreeSymbols() {
		s, _ := n.Symbol(name)
		if v, ok := s.Default.Int64(); ok && read[name] {
			set[name] = symbolic.Int(v + []int64{0, 1, 6}[rand.IntN(3)])
		}
	}
	return set
}

// TestToldOfIterationsThatDoNotRun holds the description of a network whose repeat does not run against the network rewritten where it
// does: widths that its iterations read are known behind streams too, which are more than the layers of their steps.
func TestToldOfIterationsThatDoNotRun(t *testing.T) {
	n, err := spec.Parse("idle.yaml", []byte(`
name: idle
symbols: {n: 1}
input: [4, 4, 4]
steps:
  - repeat: {times: n - 1, steps: [{streams: {count: 2, steps: [add: [identity, dropout]]}}, add: [identity, [conv: {out: c, kernel: 3}]]]}
`))
	require.NoError(t, err)
	subject, so := cost.Subject{Name: "idle", Network: n}, cost.SwapOptions{To: rewrite.ToConcat}
	s, err := cost.SwapSkips(subject, so, cost.Options{Quantities: closing()})
	require.NoError(t, err)
	told, _ := readBack(t, s)
	set := map[string]symbolic.Expr{"n": symbolic.Int(4)}
	there, err := cost.SwapSkips(subject.With(set), so, cost.Options{Quantities: closing()})
	require.NoError(t, err)
	is, err := cost.Close(told.With(set), nil, cost.Options{Quantities: closing()})
	require.NoError(t, err)
	for _, q := range closing() {
		assert.Equal(t, there.After.Of(q).Text(), is.Total.Of(q).Text(), q.String())
	}
}
