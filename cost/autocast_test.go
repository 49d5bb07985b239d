package cost

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/spec"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// TestAutocastKeeps holds the rules of autocast against PyTorch 1.13 on a CPU, measured with saved-tensor hooks over distinct
// storages, parameters and buffers apart. Layer norms and softmax were run on fp32 copies there, as GPUs do, and queries, keys and values
// came out of one product.
func TestAutocastKeeps(t *testing.T) {
	for name, test := range map[string]struct {
		input, steps string
		batch        int64
		want         string
	}{
		"linear layers":      {"[16]", "[linear: 16, relu, linear: 16, relu, linear: 16]", 8, "1792"},
		"repeated":           {"[16]", "[repeat: {times: 2, steps: [linear: 16, relu]}, linear: 16]", 8, "1792"},
		"convolutions":       {"[3, 8, 8]", "[repeat: {times: 2, steps: [conv: {out: 8, kernel: 3}, batchnorm, relu]}]", 2, "10672"},
		"attention first":    {"[8, 5]", "[attention: 2]", 3, "2236"},
		"attention":          {"[8, 5]", "[linear: 8, attention: 2, linear: 4]", 3, "3164"},
		"attention in fp32":  {"[8, 5]", "[linear: 8, add: [identity, [layernorm, attention: 2]], linear: 4]", 3, "3764"},
		"a stream in 16 bit": {"[16]", "[linear: 16, repeat: {times: 2, steps: [add: [identity, [layernorm, linear: 64, gelu, linear: 16]]]}]", 8, "14208"},
	} {
		t.Run(name, func(t *testing.T) {
			n, err := spec.Parse("x.yaml", []byte("name: x\ninput: "+test.input+"\nsteps: "+test.steps+"\n"))
			require.NoError(t, err)
			o := Options{Batch: symbolic.Int(test.batch), Quantities: []Quantity{TrainingSavedBytes}}
			o.Precision, err = ParsePrecision("autocast")
			require.NoError(t, err)
			o.Memory.Framework, err = ParseFramework("torch1")
			require.NoError(t, err)
			for _, unroll := range []bool{false, true} {
				resolved, err := trace.Resolve(n, trace.Options{Unroll: unroll})
				require.NoError(t, err)
				total, err := Of(resolved, o)
				require.NoError(t, err)
				assert.Equal(t, test.want, total.Of(TrainingSavedBytes).ASCII(), "unrolled %v", unroll)
			}
		})
	}
}

// TestAutocastFormulas: what a stack of attention keeps and moves under autocast closes in its depth, width and positions, and is that of
// the stack written out.
func TestAutocastFormulas(t *testing.T) {
	n, err := spec.Parse("x.yaml", []byte(`name: x
symbols: {L: 3, d: 8, T: 5}
input: [d, T]
steps:
  - linear: d
  - repeat: {times: L, steps: [add: [identity, [layernorm, attention: 2]], add: [identity, [layernorm, linear: 4*c, gelu, linear: d]]]}
  - linear: 4
`))
	require.NoError(t, err)
	autocast, err := ParsePrecision("autocast")
	require.NoError(t, err)
	for _, way := range Attentions() {
		o := Options{Quantities: []Quantity{TrainingSavedBytes, TrafficBytes}, Precision: autocast, Memory: Memory{Attention: way}}
		free, err := trace.Resolve(n, trace.Options{Free: []string{"L", "d", "T"}})
		require.NoError(t, err)
		closed, err := Of(free, o)
		require.NoError(t, err)
		written, err := trace.Resolve(n, trace.Options{Unroll: true})
		require.NoError(t, err)
		total, err := Of(written, o)
		require.NoError(t, err)
		at := symbolic.Bindings{"L": symbolic.Int(3), "d": symbolic.Int(8), "T": symbolic.Int(5)}
		for _, q := range o.Quantities {
			assert.Equal(t, total.Of(q).ASCII(), closed.Of(q).Substitute(at).ASCII(), "%s, %s", q, way)
		}
	}
}

// TestAutocastTrafficOfRecomputedConcats takes the first of two dense layers, whose concat of an fp32 input and a 16-bit output
// is read by the second: 64·4 + 64·2 bytes are read and 128·4 written once more, written out or not.
func TestAutocastTrafficOfRecomputedConcats(t *testing.T) {
	n, err := spec.Parse("x.yaml", []byte("name: x\ninput: [1, 8, 8]\nsteps: [repeat: {times: 2, links: dense, steps: [conv: {out: 1, kernel: 3}]}]\n"))
	require.NoError(t, err)
	o := Options{Quantities: []Quantity{RecomputedTrafficBytes}, Memory: Memory{Concat: RecomputeConcat}}
	o.Precision, err = ParsePrecision("autocast")
	require.NoError(t, err)
	for _, unroll := range []bool{false, true} {
		resolved, err := trace.Resolve(n, trace.Options{Unroll: unroll})
		require.NoError(t, err)
		total, err := Of(resolved, o)
		require.NoError(t, err)
		assert.Equal(t, "896", total.Of(RecomputedTrafficBytes).ASCII(), "unrolled %v", unroll)
	}
}

// TestNamesMeanLayers: a name at the end of a path may do without its number, but none stands for the beginning of another.
func TestNamesMeanLayers(t *testing.T) {
	for pattern, test := range map[string]struct {
		layer string
		want  bool
	}{
		"conv":                {"conv2", true},
		"layer1":              {"layer10.conv", false},
		"stage":               {"stage2[1].conv", true},
		"stage[1]":            {"stage[1].conv", true},
		"stage[1…3].conv":     {"stage[3].conv2", true},
		"stage[1..3].conv2":   {"stage[4].conv2", false},
		"stage[1].block[0]":   {"stage[1].block[0].conv", true},
		"stage[1].block[0].c": {"stage[1].block[0].conv", false},
		"con":                 {"conv", false},
	} {
		n, err := ParseNames(pattern)
		require.NoError(t, err)
		assert.Equal(t, test.want, chosen{Names: n}.means(test.layer), "%s for %s", pattern, test.layer)
	}
	for _, bad := range []string{"", "a[1", "a[3…1]", "a[1]b", ".a"} {
		_, err := ParseNames(bad)
		assert.Error(t, err, bad)
	}
}
