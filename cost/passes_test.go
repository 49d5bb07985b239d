package cost_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/cost"
)

// siteTraffic is the elements that the layers of the second site of constrained streams move, by the last part of their names, without
// their weights and without the branch.
func siteTraffic(t *testing.T, n, d int64, fused cost.Fused) map[string]int64 {
	t.Helper()
	s := inYAML(t, `name: mhc
symbols: {d: 1, n: 1}
input: [d, 1]
steps:
  - streams: {count: n, form: mhc, steps: [repeat: {times: 3, steps: [add: [identity, [linear: c]]]}]}
`)
	set := map[string]symbolic.Expr{"d": symbolic.Int(d), "n": symbolic.Int(n)}
	resolved, err := s.With(set).Resolve(trace.Options{Unroll: true})
	require.NoError(t, err)
	total, err := cost.Of(resolved, cost.Options{
		Quantities: []cost.Quantity{cost.TrafficBytes, cost.Params}, BytesPerElement: 1, Memory: cost.Memory{Fused: fused}, Layers: true,
	})
	require.NoError(t, err)
	out := map[string]int64{}
	for l := range total.Layers {
		if name, is := strings.CutPrefix(l.Operation.Name, "streams.add[1]."); is && name != "linear" || l.Operation.Name == "streams.add[1]" {
			moved, ok := l.Costs.Of(cost.TrafficBytes).Sub(l.Costs.Of(cost.Params)).Int64()
			require.True(t, ok)
			out[name] = moved
		}
	}
	return out
}

// TestTrafficOfConstrainedStreams is Table 2 of Xie et al. 2025, arXiv:2512.24880, operator by operator: reads (5n + 1)C + n² + 2n and
// writes (3n + 1)C + n² + 2n elements for each token and site, 34 times the width for four streams (Kimi Team 2026, arXiv:2603.15031,
// Table 1), beside the norm of the streams, which the table counts with what reads it, and the few numbers of each position. Fused,
// the streams are read for these numbers, read to make what the branch reads, and read and written once with what comes out of it: (n + 1)C
// and nC in the last kernel, as section 4.3.1 has it.
func TestTrafficOfConstrainedStreams(t *testing.T) {
	for _, size := range []struct{ n, d int64 }{{4, 2560}, {2, 100}} {
		n, d := size.n, size.d
		op := siteTraffic(t, n, d, "")
		var moved int64
		for _, name := range []string{"weigh", "read", "write", "mix", "streams.add[1]"} {
			require.Contains(t, op, name)
			moved += op[name]
		}
		assert.Equal(t, (5*n+1)*d+n*n+2*n+(3*n+1)*d+n*n+2*n, moved)
		assert.Equal(t, 2*n*d, op["norm"])
		var fused int64
		for _, moved := range siteTraffic(t, n, d, cost.FusedElementwise) {
			fused += moved
		}
		few := fused - (4*n+2)*d
		assert.True(t, few > 0 && few < 10*(n*n+2*n), "%d beside the streams", few)
	}
}

// TestFusedPasses is the bytes of small networks, counted by hand.
func TestFusedPasses(t *testing.T) {
	for _, one := range []struct {
		steps string
		want  int64 // elements of 6×5 maps, but for 36 weights of each product
	}{
		{"[relu, sigmoid, tanh]", 2},                                     // read once, written once
		{"add: [identity, [relu, sigmoid]]", 2},                          // what is read twice is read once
		{"[linear: 6, relu]", 4},                                         // a product writes what the pass reads
		{"[relu, linear: 6]", 4},                                         //
		{"add: [identity, [relu, linear: 6]]", 7},                        // the input, what relu makes; both of the product; the input, a product, the sum
		{"[add: [identity, [linear: 6]], relu, linear: 6]", 2 + 3 + 2},   // the sum is not written
		{"[rmsnorm: {affine: false}, linear: 6]", 2},                     // computed with the product
		{"[{relu: , as: a}, linear: 6, add: {from: [a, a]}]", 2 + 2 + 1}, // the sum is in the pass of what it reads
		{"concat: [relu, sigmoid]", 2 + 2 + 4},                           // neither reads the other: two passes
	} {
		m := summarize(t, "name: passes\ninput: [6, 5]\nsteps: ["+one.steps+"]\n", cost.Options{
			Quantities: []cost.Quantity{cost.TrafficBytes, cost.Params}, BytesPerElement: 1, Memory: cost.Memory{Fused: cost.FusedElementwise},
		})
		assert.Equal(t, 30*one.want, small(t, m, cost.TrafficBytes)-small(t, m, cost.Params), one.steps)
	}
}

// TestWhatPassesFuse: what is computed position by position goes on into the activation behind it without being written; nothing else does.
func TestWhatPassesFuse(t *testing.T) {
	o := cost.Options{Quantities: []cost.Quantity{cost.TrafficBytes, cost.Params, cost.Buffers}, BytesPerElement: 1, Memory: cost.Memory{Fused: cost.FusedElementwise}}
	moved := func(steps string) (elements, out int64) {
		m := summarize(t, behind(steps), o)
		shape := m.Trace.Output.Shape
		out, _ = shape.AllElements().Int64()
		return small(t, m, cost.TrafficBytes) - small(t, m, cost.Params) - small(t, m, cost.Buffers), out
	}
	for layer, fuses := range map[string]bool{
		"batchnorm": true, "layernorm": true, "groupnorm: {groups: 2}": true, "rmsnorm": true, "gelu": true, "softmax": true, "prelu": true,
		"scale": true, "shift": true, "mix: {streams: 2, into: 3}": true, "collect: 2": true, "[4, 6] | sinkhorn: 3": true, "spread: 2": true,
		"clip": true, "lrn: {size: 3}": false, "global_avgpool": false, "maxpool: 2": false, "linear: 3": false, "[4, 6] | position_embedding": true,
	} {
		alone, out := moved(layer)
		both, _ := moved(layer + ", tanh")
		if fuses {
			assert.Equal(t, alone, both, layer)
		} else {
			assert.Equal(t, alone+2*out, both, layer)
		}
	}
}

// TestFusedMovesNoMore: fused, no network of the zoo moves more than layer by layer.
func TestFusedMovesNoMore(t *testing.T) {
	for _, name := range []string{"resnet50", "densenet121", "vit_b_16", "gpt2", "mobilenet_v2", "olmo-1b-shc2"} {
		s := find(t, name)
		o := cost.Options{Quantities: []cost.Quantity{cost.TrafficBytes}}
		apart, err := cost.Summarize(s, o)
		require.NoError(t, err)
		o.Memory.Fused = cost.FusedElementwise
		fused, err := cost.Summarize(s, o)
		require.NoError(t, err)
		less, known := apart.Total.Of(cost.TrafficBytes).Sub(fused.Total.Of(cost.TrafficBytes)).Sign()
		assert.True(t, known && less > 0, name)
	}
}

// TestFusedPassesClose: what passes move has formulas, also where they reach from one iteration into the next, in gathers, past mirrors and
// in concats of lists, which are the networks written out.
func TestFusedPassesClose(t *testing.T) {
	o := cost.Options{Quantities: []cost.Quantity{cost.TrafficBytes}, Memory: cost.Memory{Fused: cost.FusedElementwise}}
	for _, s := range cost.Sample(families(t), 24) {
		closed, err := cost.Close(s, nil, o)
		require.NoError(t, err, s.Name)
		require.NoError(t, closed.Total.Of(cost.TrafficBytes).Err(), s.Name)
		resolved, err := s.Resolve(trace.Options{})
		require.NoError(t, err, s.Name)
		is, err := cost.Of(resolved, o)
		require.NoError(t, err, s.Name)
		at := symbolic.Bindings{}
		for _, b := range resolved.Bound {
			at[b.Name] = b.Value
		}
		assert.Equal(t, is.Of(cost.TrafficBytes).Text(), closed.Total.Of(cost.TrafficBytes).Substitute(at).Text(), s.Name)
	}
	closed, err := cost.Close(find(t, "cifar-resnet"), nil, o)
	require.NoError(t, err)
	for _, depth := range []string{"n=2", "n=3", "n=9", "n=20"} {
		set := settings(t, depth)
		m, err := cost.Summarize(find(t, "cifar-resnet").With(set), o)
		require.NoError(t, err)
		assert.Equal(t, m.Total.Of(cost.TrafficBytes).Text(), closed.Total.Of(cost.TrafficBytes).Substitute(set).Text(), depth)
	}
	long := summarize(t, "name: long\nsymbols: {n: 1000000}\ninput: [6, 5]\nsteps: [repeat: {times: n, steps: [linear: 6, relu, sigmoid]}]\n", o)
	assert.Equal(t, int64(4*1_000_000*(2*30+36+2*30)), small(t, long, cost.TrafficBytes))
}
