package cost_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/rewrite"
	"github.com/skipcost/skipcost/arch/spec"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/cost"
)

func parsed(t *testing.T, steps string) cost.Subject {
	t.Helper()
	n, err := spec.Parse("test.yaml", []byte("name: test\ninput: [8]\nsteps:\n"+steps))
	require.NoError(t, err)
	return cost.Subject{Name: "test", Network: n}
}

// TestSharedWeightsCountOnce: where they are first, also in a loop whose layers all share.
func TestSharedWeightsCountOnce(t *testing.T) {
	for name, test := range map[string]struct{ steps, params string }{
		"own":     {"  - linear: 8\n  - linear: 8\n", "128"},
		"shared":  {"  - {linear: 8, as: x}\n  - linear: {out: 8, shared: x}\n", "64"},
		"unnamed": {"  - linear: 8\n  - linear: {out: 8, shared: true}\n", "64"},
		"chain":   {"  - {linear: 8, as: x}\n  - {linear: {out: 8, shared: x}, as: y}\n  - linear: {out: 8, shared: y}\n", "64"},
		"loop":    {"  - {linear: 8, as: x}\n  - repeat: {times: 1000000000, steps: [linear: {out: 8, shared: x}]}\n", "64"},
		"turned":  {"  - {linear: 4, as: x}\n  - linear: {out: 8, shared: x}\n", "32"},
		"tied":    {"  - linear: 1\n  - {embedding: {vocab: 50, out: 8}, as: table}\n  - linear: {out: 50, shared: table}\n", "408"},
	} {
		t.Run(name, func(t *testing.T) {
			resolved, err := trace.Resolve(parsed(t, test.steps).Network, trace.Options{})
			require.NoError(t, err)
			total, err := cost.Of(resolved, cost.Options{Quantities: []cost.Quantity{cost.Params}})
			require.NoError(t, err)
			assert.Equal(t, test.params, total.Of(cost.Params).ASCII())
		})
	}
}

func TestSharingErrors(t *testing.T) {
	for name, test := range map[string]struct{ steps, want string }{
		"nothing":       {"  - linear: {out: 8, shared: x}\n", `test.yaml:4:5: nothing is named "x" here`},
		"later":         {"  - linear: {out: 8, shared: x}\n  - {linear: 8, as: x}\n", `nothing is named "x" here`},
		"another kind":  {"  - {layernorm: {}, as: x}\n  - linear: {out: 2, shared: x}\n", "linear: layer x is a layernorm and has no weights for it"},
		"another shape": {"  - {linear: 4, as: x}\n  - linear: 2\n  - linear: {out: 16, shared: x}\n", "linear: 16×2 weights do not fit the 4×8 of layer x"},
		"a growing one": {"  - {linear: 8, as: x}\n  - repeat: {times: 3, steps: [linear: {out: 8 + i, shared: x}]}\n", "linear: 9×8 weights do not fit the 8×8 of layer x"},
		"no weights":    {"  - {relu: {}, as: x}\n  - linear: {out: 8, shared: x}\n", "x is no layer with weights"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := trace.Resolve(parsed(t, test.steps).Network, trace.Options{})
			assert.ErrorContains(t, err, test.want)
		})
	}
}

// TestSwapSettlesWhoOwnsSharedWeights: by hand for each case.
func TestSwapSettlesWhoOwnsSharedWeights(t *testing.T) {
	const (
		body  = "  - {linear: 8, as: x}\n  - add: [identity, [linear: {out: 8, shared: x}]]\n  - linear: {out: 8, shared: x}\n"
		owner = "  - linear: 8\n  - add: [[{linear: 8, as: x}], [linear: 8, relu, linear: 8]]\n  - linear: {out: 8, shared: x}\n  - linear: {out: 8, shared: x}\n"
		side  = "  - {linear: 8, as: x}\n  - add: [identity, [linear: {out: 8, shared: x}]]\n"
	)
	for name, test := range map[string]struct {
		steps         string
		to            rewrite.Change
		before, after string
		unshared      int
	}{
		"nothing changes":              {side, rewrite.ToConcat, "64", "64", 0},
		"the last one reads 16":        {body, rewrite.ToConcat, "64", "192", 1}, // 8·8 for two, and 16·8
		"the body of a dense net":      {body, rewrite.ToDense, "64", "192", 2},  // 8·8, 8·4, 12·8
		"the owner goes":               {owner, rewrite.Cut, "256", "256", 1},    // 3·8·8, and 8·8 for the last two
		"the skip goes, nothing else":  {body, rewrite.Cut, "64", "64", 0},
		"shared by nobody that counts": {"  - linear: 8\n  - add: [identity, [linear: {out: 8, shared: true}]]\n  - linear: {out: 8, shared: true}\n", rewrite.ToConcat, "64", "192", 1},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := cost.SwapSkips(parsed(t, test.steps), cost.SwapOptions{To: test.to, Growth: symbolic.Int(4)}, cost.Options{Quantities: []cost.Quantity{cost.Params}})
			require.NoError(t, err)
			assert.Empty(t, s.Refused)
			assert.Equal(t, test.before, s.Before.Of(cost.Params).ASCII())
			assert.Equal(t, test.after, s.After.Of(cost.Params).ASCII())
			assert.Equal(t, test.unshared, s.Unshared())
			backAgain(t, parsed(t, test.steps), cost.SwapOptions{To: test.to, Growth: symbolic.Int(4)})
		})
	}
}

func TestSharingIsAName(t *testing.T) {
	_, err := spec.Parse("test.yaml", []byte("name: test\ninput: [8]\nsteps:\n  - linear: {out: 8, shared: 2*n}\n"))
	assert.ErrorContains(t, err, `test.yaml:4:30: linear: shared cannot be "2*n"`)
	assert.ErrorContains(t, err, "it may be the name of a layer before, true or false")
}
