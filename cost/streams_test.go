package cost_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/spec"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/cost"
)

// TestHyperConnections is Tables 7 to 9 of Zhu et al. 2024, arXiv:2409.19606, for the static form on OLMo-1B: more params, more GFLOPs per
// token, and more GB on 16,384 tokens, as measured.
func TestHyperConnections(t *testing.T) {
	const tokens = 16384
	o := cost.Options{Quantities: []cost.Quantity{cost.Params, cost.MACs, cost.TrainingSavedBytes}, BytesPerElement: 2}
	total := func(name string, q cost.Quantity) int64 {
		m, err := cost.Summarize(find(t, name).With(map[string]symbolic.Expr{"T": symbolic.Int(tokens)}), o)
		require.NoError(t, err)
		return small(t, m, q)
	}
	more := func(name string, q cost.Quantity) int64 { return total(name, q) - total("olmo-1b", q) }
	for name, want := range map[string]struct {
		params         int64
		gflops, memory string
	}{
		"olmo-1b-shc2": {256, "0.0010", "6.44"},
		"olmo-1b-shc4": {768, "0.0031", "10.74"},
	} {
		assert.Equal(t, want.params, more(name, cost.Params), name)
		assert.Equal(t, want.gflops, fmt.Sprintf("%.4f", 2*float64(more(name, cost.MACs))/tokens/1e9), name)
		assert.Equal(t, want.memory, fmt.Sprintf("%.2f", float64(more(name, cost.TrainingSavedBytes))/1e9), name)
	}
}

// TestStreamsInClosedForm: over one stream, n cost n(n+2) numbers at each of 2L sites, as many macs per element of a stream, and n + 1
// more tensors of two bytes that training keeps.
func TestStreamsInClosedForm(t *testing.T) {
	o := cost.Options{Quantities: []cost.Quantity{cost.Params, cost.MACs, cost.TrainingSavedBytes}, BytesPerElement: 2}
	free := []string{"n", "L", "d", "f", "V", "T"}
	closed := func(s cost.Subject, free []string) *cost.Total {
		c, err := cost.Close(s, free, o)
		require.NoError(t, err)
		return c.Total
	}
	one, many := closed(find(t, "olmo").With(settings(t, "tied=1;heads=16")), free[1:]), closed(find(t, "hyper-connections"), free)
	for q, want := range map[cost.Quantity]string{
		cost.Params: "2*L*n*(n + 2)", cost.MACs: "2*L*n*(n + 2)*d*T", cost.TrainingSavedBytes: "4*L*(n + 1)*d*T",
	} {
		more, err := symbolic.Parse(want)
		require.NoError(t, err)
		assert.Equal(t, more.Text(), many.Of(q).Sub(one.Of(q)).Text(), q)
	}
}

// TestStreamsAreTheirLayers: streams cost what the layers do of which they are made.
func TestStreamsAreTheirLayers(t *testing.T) {
	short := summarize(t, `name: short
symbols: {L: 3}
input: [6, 5]
blocks: {half: [layernorm, linear: 9, relu, linear: 6]}
steps:
  - streams: {count: 4, steps: [repeat: {times: L, steps: [add: [identity, half], add: [half, identity]]}]}
  - linear: 2
`, cost.Options{Quantities: cost.Quantities()})
	long := summarize(t, `name: long
symbols: {L: 6}
input: [6, 5]
blocks: {half: [layernorm, linear: 9, relu, linear: 6]}
steps:
  - spread: 4
  - repeat: {times: L, steps: [add: [mix: 4, [mix: {streams: 4, into: 1}, half, mix: {streams: 1, into: 4}]]]}
  - collect: 4
  - linear: 2
`, cost.Options{Quantities: cost.Quantities()})
	for _, q := range cost.Quantities() {
		assert.Equal(t, long.Total.Of(q).Text(), short.Total.Of(q).Text(), q)
	}
}

// TestDynamicHyperConnections is Table 7 of the same paper for the dynamic form: more params on OLMo-1B and OLMo-7B.
func TestDynamicHyperConnections(t *testing.T) {
	text := string(spec.Print(find(t, "hyper-connections").Network))
	require.Contains(t, text, "{count: n, steps")
	dynamic := inYAML(t, strings.Replace(text, "{count: n, steps", "{count: n, form: dynamic, steps", 1))
	for set, want := range map[string]int64{
		"n=2": 262_464, "n=4": 394_048, "n=4;L=32;d=4096;f=11008;heads=32": 1_574_528,
	} {
		bindings := settings(t, set)
		many, err := cost.Summarize(dynamic.With(bindings), cost.Options{})
		require.NoError(t, err)
		delete(bindings, "n")
		one, err := cost.Summarize(find(t, "olmo-1b").With(bindings), cost.Options{})
		require.NoError(t, err)
		assert.Equal(t, want, small(t, many, cost.Params)-small(t, one, cost.Params), set)
	}
}

// TestStreamsCacheNothing: what mixes streams reads one position, so that a decoder caches its keys and values alone.
func TestStreamsCacheNothing(t *testing.T) {
	for _, form := range arch.StreamForms() {
		m := summarize(t, fmt.Sprintf(`name: cache
input: [8, 5]
steps:
  - streams: {count: 3, form: %s, steps: [repeat: {times: 2, steps: [add: [identity, [attention: {heads: 2}]]]}]}
`, form), cost.Options{Quantities: []cost.Quantity{cost.KVCacheBytes}})
		assert.Equal(t, int64(2*2*8*5*4), small(t, m, cost.KVCacheBytes), form)
	}
}

// TestConstrainedStreams is the mHC of published models, on layers that learn nothing: of DeepSeek-V4-Flash (43 layers of two sites, width
// 4096) and of the largest model of Xie et al. 2025, arXiv:2512.24880, Table 5 (30 layers, width 2560).
func TestConstrainedStreams(t *testing.T) {
	for layers, want := range map[string]struct{ params, macs int64 }{
		"L=43;d=4096": {86*393_243 + 65_541, 86*491_520 + 4*4*4096 + 4*4096},
		"L=30;d=2560": {14_788_185, 60*307_200 + 4*4*2560 + 4*2560},
	} {
		n := inYAML(t, `name: constrained
symbols: {L: 1, d: 4}
input: [d, 1]
steps:
  - streams: {count: 4, form: mhc, steps: [repeat: {times: L, steps: [add: [identity, relu], add: [identity, relu]]}]}
`).With(settings(t, layers))
		m, err := cost.Summarize(n, cost.Options{})
		require.NoError(t, err)
		assert.Equal(t, want.params, small(t, m, cost.Params), layers)
		assert.Equal(t, want.macs, small(t, m, cost.MACs), layers)
	}
}

// TestFracConnections is section 4.4 of Zhu et al. 2025, arXiv:2503.14125: more params on 16 blocks of two sublayers of width 2048, in four
// fractions, on layers that learn nothing.
func TestFracConnections(t *testing.T) {
	for form, want := range map[string]int64{"static": 1_152, "dynamic": 165_056} {
		m := summarize(t, `name: fractions
input: [2048, 3]
steps:
  - streams: {fractions: 4, form: `+form+`, steps: [repeat: {times: 16, steps: [add: [identity, relu], add: [identity, relu]]}]}
`, cost.Options{})
		assert.Equal(t, want, small(t, m, cost.Params), form)
		assert.Equal(t, "2048×3", m.Trace.Output.Shape.Text(), form)
	}
}

// TestFormsOfStreamsClose: the closed formulas of each form are the network written out, on maps and on samples.
func TestFormsOfStreamsClose(t *testing.T) {
	for _, form := range arch.StreamForms() {
		for _, of := range []string{"count", "fractions"} {
			if of == "count" || form != arch.ConstrainedStreams {
				closesInForm(t, of, form)
			}
		}
	}
}

// closesInForm holds the formulas of streams against the network written out.
func closesInForm(t *testing.T, of string, form arch.StreamForm) {
	t.Helper()
	s := inYAML(t, `name: closes
symbols: {n: 2, L: 2, d: 6}
input: [d, 3, 5]
samples: 2
steps:
  - conv: {out: d, kernel: 3}
  - streams: {`+of+`: n, form: `+string(form)+`, steps: [repeat: {times: L, steps: [add: [identity, [batchnorm, relu, conv: {out: d, kernel: 3}]]]}]}
  - conv: {out: 4, kernel: 1}
`)
	closed, err := cost.Close(s, []string{"n", "L", "d"}, cost.Options{Quantities: closing()})
	require.NoError(t, err, form)
	for _, set := range []string{"n=1;L=1;d=4", "n=3;L=4;d=6", "n=4;L=2;d=8"} {
		bindings := settings(t, set)
		resolved, err := trace.Resolve(s.Network, trace.Options{Set: bindings, Unroll: true})
		require.NoError(t, err, form)
		written, err := cost.Of(resolved, cost.Options{Quantities: closing()})
		require.NoError(t, err, form)
		for _, q := range closing() {
			assert.Equal(t, written.Of(q).Text(), closed.Total.Of(q).Substitute(bindings).Text(), "%s of %s at %s", q, form, set)
		}
	}
}

// inYAML is a network as a file has it.
func inYAML(t *testing.T, text string) cost.Subject {
	t.Helper()
	n, err := spec.Parse("test.yaml", []byte(text))
	require.NoError(t, err)
	return cost.Subject{Name: n.Name, Network: n}
}
