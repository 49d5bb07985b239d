package cost_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/symbolic"
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
