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

func swap(t *testing.T, name string, o cost.SwapOptions) *cost.Swap {
	t.Helper()
	s, err := cost.SwapSkips(find(t, name), o, cost.Options{})
	require.NoError(t, err)
	return s
}

func TestSwapOfSchemes(t *testing.T) {
	there := swap(t, "add", cost.SwapOptions{To: rewrite.ToConcat})
	assert.Equal(t, "90000", there.Before.Of(cost.Params).ASCII())
	assert.Equal(t, "450000", there.After.Of(cost.Params).ASCII())
	back := swap(t, "concat", cost.SwapOptions{To: rewrite.ToAdd})
	assert.Equal(t, "450000", back.Before.Of(cost.Params).ASCII())
	assert.Equal(t, "90000", back.After.Of(cost.Params).ASCII())
	dense := swap(t, "add", cost.SwapOptions{To: rewrite.ToDense, Growth: symbolic.Int(12)})
	assert.Equal(t, "15984", dense.After.Of(cost.Params).ASCII())
	none := swap(t, "concat", cost.SwapOptions{To: rewrite.Cut})
	assert.Equal(t, "90000", none.After.Of(cost.Params).ASCII())
}

func TestSwapChoosesSkips(t *testing.T) {
	one := swap(t, "resnet50", cost.SwapOptions{To: rewrite.Cut, Only: []string{"1"}})
	// The projection 64→256 and its norm, and nothing else: 64·256 + 2·256.
	assert.Equal(t, "16896", one.Before.Of(cost.Params).Sub(one.After.Of(cost.Params)).ASCII())
	_, err := cost.SwapSkips(find(t, "resnet50"), cost.SwapOptions{To: rewrite.Cut, Only: []string{"17"}}, cost.Options{})
	require.ErrorContains(t, err, "no link has the number 17")
}

func TestInventoryCauses(t *testing.T) {
	inv, err := cost.TakeInventory(find(t, "resnet50"), false, cost.Options{})
	require.NoError(t, err)
	require.Len(t, inv.Skips, 16)
	sum := symbolic.Expr{}
	for _, s := range inv.Skips {
		require.NoError(t, s.Reason)
		if !s.Projected {
			assert.True(t, s.Causes.Of(cost.Params).IsZero(), "an identity add has no parameters")
		}
		sum = sum.Add(s.Causes.Of(cost.Params))
	}
	// Projections do not interact: what each causes adds up to what all do.
	assert.True(t, sum.Equal(inv.Whole.Of(cost.Params).Sub(inv.Alone.Of(cost.Params))))
	assert.Equal(t, "2776576", sum.ASCII(), "64·256 + 256·512 + 512·1024 + 1024·2048, and their norms")

	// The skips of a dense net do interact: layers behind two of them pay for each of both.
	dense, err := cost.TakeInventory(find(t, "concat"), false, cost.Options{})
	require.NoError(t, err)
	sum = symbolic.Expr{}
	for _, s := range dense.Skips {
		sum = sum.Add(s.Causes.Of(cost.Params))
	}
	difference := dense.Whole.Of(cost.Params).Sub(dense.Alone.Of(cost.Params))
	assert.Equal(t, "360000", difference.ASCII())
	assert.False(t, sum.Equal(difference))
}

// TestLayersThatNothingReads belong to a network with its skips and without: none of them is what a skip causes.
func TestLayersThatNothingReads(t *testing.T) {
	n, err := spec.Parse("unread.yaml", []byte("name: unread\ninput: [8]\nsteps:\n  - {linear: 16, as: a}\n  - {relu: , as: b}\n  - {from: input, add: [identity, [linear: 8, linear: 8]]}\n"))
	require.NoError(t, err)
	params := cost.Options{Quantities: []cost.Quantity{cost.Params, cost.FLOPs}}
	inv, err := cost.TakeInventory(cost.Subject{Name: "unread", Network: n}, false, params)
	require.NoError(t, err)
	require.Len(t, inv.Skips, 1)
	assert.Equal(t, "0", inv.Skips[0].Causes.Of(cost.Params).ASCII())
	assert.Equal(t, "8", inv.Skips[0].Causes.Of(cost.FLOPs).ASCII(), "those of the add")
	assert.Equal(t, "256", inv.Whole.Of(cost.Params).ASCII())
}

// TestAttentionKeepsItsWidth: it puts out 8 and works at 8 however much comes in, so that a concat adds 8 channels each time.
func TestAttentionKeepsItsWidth(t *testing.T) {
	n, err := spec.Parse("test.yaml", []byte("name: test\ninput: [8, 5]\nsteps:\n  - repeat: {times: 2, steps: [add: [identity, [attention: 2]]]}\n  - linear: 4\n"))
	require.NoError(t, err)
	s, err := cost.SwapSkips(cost.Subject{Name: "test", Network: n}, cost.SwapOptions{To: rewrite.ToConcat}, cost.Options{Quantities: []cost.Quantity{cost.Params, cost.MACs}})
	require.NoError(t, err)
	assert.Equal(t, "544", s.Before.Of(cost.Params).ASCII(), "2·4·8·8 + 8·4")
	assert.Equal(t, "800", s.After.Of(cost.Params).ASCII(), "4·8·8, 3·16·8 + 8·8, and 24·4")
	assert.Equal(t, "4800", s.After.Of(cost.MACs).ASCII(), "5 of each of these, and twice 2·8·5·5 of scores and sums")
	// An export of the same network, whose attention is many nodes, comes to the same.
	assert.Equal(t, "678769384", swap(t, "vit_b_16", cost.SwapOptions{To: rewrite.ToConcat}).After.Of(cost.Params).ASCII())
}

// TestExpertsKeepTheirWidth: they put out 8 however much comes in, as attention does.
func TestExpertsKeepTheirWidth(t *testing.T) {
	n, err := spec.Parse("test.yaml", []byte("name: test\ninput: [8, 5]\nsteps:\n  - repeat: {times: 2, steps: [add: [identity, [experts: {count: 2, active: 1, hidden: 3, router: false}]]]}\n  - linear: 4\n"))
	require.NoError(t, err)
	s, err := cost.SwapSkips(cost.Subject{Name: "test", Network: n}, cost.SwapOptions{To: rewrite.ToConcat}, cost.Options{Quantities: []cost.Quantity{cost.Params}})
	require.NoError(t, err)
	assert.Equal(t, "224", s.Before.Of(cost.Params).ASCII(), "2 layers of 2 experts of 8·3 + 3·8, and 8·4")
	assert.Equal(t, "336", s.After.Of(cost.Params).ASCII(), "2·(8·3 + 3·8) and 2·(16·3 + 3·8), and 24·4")
}

// TestAttentionOfOtherWidths counts by hand two heads of 8 (inner 16) and one of keys and values on 5 positions of 8 channels, of
// which 4 come out: the projections are 8×16, twice 8×8, and 16×4.
func TestAttentionOfOtherWidths(t *testing.T) {
	n, err := spec.Parse("test.yaml", []byte("name: test\ninput: [8, 5]\nsteps:\n  - attention: {heads: 2, kv_heads: 1, inner: 16, out: 4, bias: true}\n"))
	require.NoError(t, err)
	resolved, err := trace.Resolve(n, trace.Options{})
	require.NoError(t, err)
	assert.Equal(t, "4×5", resolved.Output.Shape.Text())
	total, err := cost.Of(resolved, cost.Options{Quantities: cost.Quantities()})
	require.NoError(t, err)
	for way, want := range map[cost.Attention]string{
		cost.FusedAttention: "1160", // in fp32: the input, queries and sums of 16, keys and values of 8, and a figure for each of 2·5 rows
		cost.MathAttention:  "1320", // the 50 weights instead of the figures
	} {
		total, err := cost.Of(resolved, cost.Options{Quantities: []cost.Quantity{cost.TrainingSavedBytes}, Memory: cost.Memory{Attention: way}})
		require.NoError(t, err)
		assert.Equal(t, want, total.Of(cost.TrainingSavedBytes).ASCII(), way)
	}
	for q, want := range map[cost.Quantity]string{
		cost.Params:      "356",  // 128 + 64 + 64 + 64, and biases 16 + 8 + 8 + 4
		cost.MACs:        "2400", // 5·320, and 2·16·5·5 of scores and sums
		cost.FLOPs:       "5280", // 2·2400, 5·36 biases, 6 for each of 2·5·5 scores
		cost.Activations: "310",  // 5·36 projected, 50 scores, 5·16 sums
		// In fp32: 356 parameters, the input of 40 read three times, 20 that come out, and 240 written and read between: queries 80,
		// keys and values 80, sums 80.
		cost.TrafficBytes: "3904",
	} {
		assert.Equal(t, want, total.Of(q).ASCII(), q)
	}
}
