package arch_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/spec"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// layerOn is the operation that a layer becomes on an input, written as in a network file; symbols that are named stay free.
func layerOn(t *testing.T, symbols, input, layer string, free ...string) *trace.Operation {
	t.Helper()
	n, err := spec.Parse("test.yaml", []byte("name: test\nsymbols: {"+symbols+"}\ninput: ["+input+"]\nsteps: ["+layer+"]\n"))
	require.NoError(t, err, layer)
	resolved, err := trace.Resolve(n, trace.Options{Free: free})
	require.NoError(t, err, layer)
	return resolved.Operations()[0]
}

// TestElementsOfWeights are counted by hand, of layers whose sizes are all different.
func TestElementsOfWeights(t *testing.T) {
	for _, c := range []struct {
		input, layer string
		want         int64
	}{
		{"11, 5", "attention: {heads: 4, kv_heads: 2, inner: 12, out: 7}", 12*11 + 2*6*11 + 7*12},
		{"11, 5", "attention: 1", 4 * 11 * 11},
		{"19, 4", "latent_attention: {heads: 2, rank: 3, query_rank: 5, head_width: 7, rope: 11, value: 13, out: 17}", 5*19 + 5 + 36*5 + 14*19 + 3 + 40*3 + 17*26},
		{"19, 4", "latent_attention: {heads: 2, rank: 3, head_width: 7, rope: 11, value: 13, out: 17}", 36*19 + 14*19 + 3 + 40*3 + 17*26},
		{"17, 12", "compressed_attention: {heads: 4, head_width: 3, query_rank: 5, out_groups: 2, out_rank: 7, out: 13}", 5*17 + 5 + 12*5 + 3*17 + 3 + 4 + 14*6 + 13*14},
		{"17, 12", "compressed_attention: {heads: 4, head_width: 3, query_rank: 5, out_groups: 2, out_rank: 7, out: 13, ratio: 6}", 474 + 2*3*17 + 6*3 + 3},
		{
			"17, 12", "compressed_attention: {heads: 4, head_width: 3, query_rank: 5, out_groups: 2, out_rank: 7, out: 13, ratio: 6, index_heads: 2, index_width: 11}",
			474 + 2*6*17 + 6*6 + 3 + 2*22*17 + 6*22 + 11 + 2*11*5 + 2*17,
		},
		{"11, 4", "mamba2: {state: 3, heads: 6, inner: 12, groups: 3, kernel: 5, out: 7}", (12+30+6)*11 + 30*5 + 30 + 3*6 + 12 + 7*12},
		{"11", "experts: {count: 3, active: 2, hidden: 5, out: 7, gated: true, router_bias: true}", 2*3*5*11 + 3*7*5 + 3*11 + 3},
		{"11", "experts: {count: 3, active: 2, hidden: 5, router: false}", 3*5*11 + 3*11*5},
		{"5, 4", "rnn: {out: 3}", 3*5 + 3*3},
		{"5, 4", "gru: {out: 3, directions: 2}", 2 * 3 * (3*5 + 3*3)},
		{"5, 4", "lstm: {out: 3, directions: 2}", 2 * 4 * (3*5 + 3*3)},
		{"5, 4", "class_token", 5},
		{"5, 4, 3", "position_embedding", 60},
		{"1, 4", "embedding: {vocab: 9, out: 5}", 45},
		{"5, 4", "position_embedding: {beyond: 3}", 35},
		{"5, 4", "parameter: [4, 3]", 12},
		{"5, 4", "parameter: {shape: [4, 3], values: 7}", 7},
		{"5, 4", "rmsnorm", 5},
		{"5, 4", "layernorm", 10},
		{"5, 4", "scale", 5},
		{"5, 4", "shift: 20", 20},
		{"6, 8, 8", "conv: {out: 4, kernel: [3, 5], groups: 2}", 4 * 3 * 15},
		{"6, 8, 8", "conv_transpose: {out: 4, kernel: [3, 5], groups: 2}", 6 * 2 * 15},
	} {
		op := layerOn(t, "", c.input, c.layer)
		var in []arch.Shape
		for _, v := range op.Inputs {
			in = append(in, v.Shape)
		}
		sum := symbolic.Int(0)
		for _, w := range op.Kind.Weights(in, symbolic.Int(1), op.Output.Shape, op.Args) {
			sum = sum.Add(symbolic.Product(w...))
		}
		assert.True(t, symbolic.Int(c.want).Equal(sum), "%s: %s, not %d", c.layer, sum.Text(), c.want)
	}
}

// TestWaysThroughLayers: attention has one through queries, keys and values each, a gated cell one through each gate.
func TestWaysThroughLayers(t *testing.T) {
	assert.Equal(t, "2", layerOn(t, "", "8, 6", "lstm: {out: 4, bias: true}").Args.Value("bias").Text(), "a gate has two biases")
	for layer, want := range map[string]int64{
		"linear: 4": 1, "rnn: 4": 1, "gru: 4": 3, "lstm: {out: 4, directions: 2}": 8, "gru: {out: 4, directions: 2}": 6, "attention: 2": 3,
		"latent_attention: {heads: 2, rank: 3, head_width: 4}":                                    3,
		"compressed_attention: {heads: 2, head_width: 4, query_rank: 5, out_rank: 7}":             3,
		"compressed_attention: {heads: 2, head_width: 4, query_rank: 5, out_rank: 7, ratio: 100}": 7,
	} {
		op := layerOn(t, "", "8, 6", layer)
		assert.True(t, symbolic.Int(want).Equal(op.Kind.Ways(op.Args)), layer)
	}
}

// TestShapesOfLayers at the edge of what is refused, and where sizes are open.
func TestShapesOfLayers(t *testing.T) {
	for _, c := range []struct {
		input, layer, want string
	}{
		{"8, 6", "token: 5", "8"},
		{"8, T", "token: 3", "8"},
		{"8, 6", "slice: {count: 4, start: 4}", "4×6"},
		{"N, 6", "slice: {count: 4, start: 4}", "4×6"},
		{"8, 6", "zero_pad: 8", "8×6"},
		{"N, 6", "zero_pad: 8", "8×6"},
		{"8, 6", "experts: {count: 2, active: 2, hidden: 4}", "8×6"},
		{"8, 6", "experts: {count: E, active: 2, hidden: 4}", "8×6"},
		{"8, 6", "attention: {heads: 4, kv_heads: 2}", "8×6"},
		{"N, 6", "attention: {heads: h, kv_heads: g}", "N×6"},
		{"8, 6", "mamba2: {state: 3, heads: 4, inner: 12, groups: 2}", "8×6"},
		{"8, 6", "mamba2: {state: 3, heads: h, inner: N, groups: g}", "8×6"},
		{"8, 6", "compressed_attention: {heads: h, head_width: 3, query_rank: 5, out_rank: 7, out_groups: g, ratio: E, index_heads: T}", "8×6"},
		{"8, 6", "collect: 4", "2×6"},
		{"N, 6", "collect: 4", "N/4×6"},
		{"8, 6", "reshape: [N, T]", "N×T"},
		{"8, 6", "class_token", "8×7"},
		{"8, 3, 2", "tokens", "8×6"},
		{"8, 6", "lstm: {out: 3, directions: 2}", "6×6"},
		{"8, 6", "weighted: [identity]", "8×6"},
		{"8, 6", "dropout: 1/3", "8×6"},
		{"8, 6", "upsample: 3", "8×18"},
		{"8, 6", "resize: {to: [9]}", "8×9"},
		{"8, 6", "global_avgpool", "8"},
		{"8, 6, 5", "global_avgpool: {keep: true}", "8×1×1"},
		{"8, 6", "conv: {out: 4, kernel: 3, padding: 0, more_padding: 1}", "4×5"},
		{"8, 6", "conv: {out: 4, kernel: 3, padding: 2, stride: 2, dilation: 2}", "4×3"},
		{"N, 6", "conv: {out: 4, kernel: 1, groups: 2}", "4×6"},
		{"N, 6", "embedding: {vocab: 3, out: 4}", "4×6"},
		{"8", "take: [5]", "5"},
		{"8", "take: [8]", "8"},
		{"8", "take: [N]", "N"},
		{"8", "parameter: {shape: [4], values: 3}", "4"},
		{"8", "parameter: {shape: [N], values: 3}", "N"},
		{"8, 6", "lstm: {out: 3, directions: h}", "3·h×6"},
		{"8, 6", "gather: {shape: [4, 3], batch: 5}", "5·(4×3)"},
	} {
		op := layerOn(t, "N: 48, T: 8, E: 4, h: 4, g: 2", c.input, c.layer, "N", "T", "E", "h", "g")
		assert.Equal(t, c.want, op.Output.Shape.Text(), c.layer)
	}
}

// TestShapesOfProducts: the rows of the first path, as wide as the second.
func TestShapesOfProducts(t *testing.T) {
	n, err := spec.Parse("test.yaml", []byte("name: test\ninput: [4, 3]\nsteps: [matmul: [identity, [linear: 5, reshape: [5, 3], reshape: [3, 5], linear: 4, reshape: [5, 4]]]]\n"))
	require.NoError(t, err)
	resolved, err := trace.Resolve(n, trace.Options{})
	require.NoError(t, err)
	assert.Equal(t, "5×3", resolved.Output.Shape.Text())
}

// TestPositionsAttended counts those of a window and those before.
func TestPositionsAttended(t *testing.T) {
	for _, c := range []struct {
		layer        string
		keys, before int64
	}{
		{"attention: 2", 10, 0},
		{"attention: {heads: 2, window: 6}", 6, 0},
		{"attention: {heads: 2, window: 60}", 10, 0},
		{"attention: {heads: 2, past: 4}", 14, 4},
		{"attention: {heads: 2, past: 4, window: 6}", 6, 4},
		{"attention: {heads: 2, past: 9, window: 6}", 6, 5},
	} {
		keys, before := arch.Attended(symbolic.Int(10), layerOn(t, "", "8, 10", c.layer).Args)
		assert.Equal(t, []string{symbolic.Int(c.keys).Text(), symbolic.Int(c.before).Text()}, []string{keys.Text(), before.Text()}, c.layer)
	}
	for _, c := range []struct {
		arguments        string
		held, made, read int64
	}{
		{"", 0, 0, 0},
		{", ratio: 4", 2, 2, 2},
		{", ratio: 4, past: 5", 3, 2, 3},
		{", ratio: 4, past: 5, index_heads: 3", 3, 2, 3},
		{", ratio: 4, past: 5, index_heads: 3, top: 2", 3, 2, 2},
		{", ratio: 4, past: 5, top: 2", 3, 2, 3},
	} {
		args := layerOn(t, "", "8, 10", "compressed_attention: {heads: 2, head_width: 3, query_rank: 5, out_rank: 7"+c.arguments+"}").Args
		held, made, read := arch.Entries(symbolic.Int(10), args)
		for k, e := range []symbolic.Expr{held, made, read} {
			assert.True(t, symbolic.Int([]int64{c.held, c.made, c.read}[k]).Equal(e), "%q: %s", c.arguments, e.Text())
		}
	}
}

// TestDefaults: what is taken where a file does not say it.
func TestDefaults(t *testing.T) {
	for kind, want := range map[string]string{
		"linear":               "bias false",
		"conv2d":               "stride 1, dilation 1, padding same, more_padding 0, groups 1, bias false",
		"conv_transpose2d":     "stride 1, dilation 1, padding same, groups 1, bias false, output_padding 0",
		"maxpool":              "dilation 1, padding same, more_padding 0, ceil false",
		"latent_attention":     "query_rank 0, rope 0, out width, window all, past 0",
		"compressed_attention": "out_groups 1, window all, ratio 0, index_heads 0, index_width 128, top 512, out width, past 0",
		"mamba2":               "groups 1, kernel 4, out width",
		"attention":            "inner width, out width, window all, past 0, bias false",
		"experts":              "out width, gated false, router true, router_bias false, bias false",
		"batchnorm":            "affine true, mean_square 1",
		"dropout":              "rate 1/2",
		"drop_path":            "rate 1/2",
		"global_avgpool":       "keep false",
		"upsample":             "mode nearest",
		"slice":                "start 0",
		"position_embedding":   "beyond 0",
		"token":                "at 0",
		"parameter":            "batch same, values all",
		"scale":                "values width, mean_square 1",
		"lstm":                 "directions 1, bias 2",
		"sinkhorn":             "iterations 20",
	} {
		for _, text := range strings.Split(want, ", ") {
			name, value, _ := strings.Cut(text, " ")
			p, is := arch.KindByName(kind).Parameter(name)
			assert.True(t, is, "%s of %s", name, kind)
			assert.Equal(t, value, p.DefaultText(), "%s of %s", name, kind)
		}
	}
}

// TestDepthOfKinds: as many weight layers as a way through the layer passes.
func TestDepthOfKinds(t *testing.T) {
	want := map[string]int{
		"linear": 1, "conv": 1, "conv1d": 1, "conv2d": 1, "conv3d": 1, "conv_transpose": 1, "conv_transpose1d": 1, "conv_transpose2d": 1, "conv_transpose3d": 1, "embedding": 1,
		"attention": 2, "experts": 2, "latent_attention": 3, "mamba2": 3, "compressed_attention": 4, "rnn": 1, "gru": 1, "lstm": 1,
	}
	for name, layers := range want {
		assert.Equal(t, layers, arch.KindByName(name).Depth, name)
	}
	for name, chosen := range map[string]int{"embedding": 1, "where": 1, "linear": 0, "multiply": 0} {
		assert.Equal(t, chosen, arch.KindByName(name).Chooses, name)
	}
}

// TestAxesOfKinds: how many spatial extents a layer may have.
func TestAxesOfKinds(t *testing.T) {
	want := map[string]arch.AxisRange{
		"conv1d": {1, 1}, "conv2d": {2, 2}, "conv3d": {3, 3}, "conv_transpose1d": {1, 1}, "conv_transpose2d": {2, 2}, "conv_transpose3d": {3, 3},
		"class_token": {1, 1}, "token": {1, 1}, "mamba2": {1, 1}, "sinkhorn": {1, 1},
		"conv": {1, 3}, "attention": {1, 3}, "tokens": {1, 3}, "position_embedding": {1, 3}, "linear": {0, 3}, "embedding": {0, 3}, "add": {0, 3},
	}
	for name, axes := range want {
		assert.Equal(t, axes, arch.KindByName(name).Axes, name)
	}
}

// TestEmptyShapes: a shape has none of its elements where a dimension is 0; one that carries no number of samples carries one.
func TestEmptyShapes(t *testing.T) {
	n, zero := symbolic.Symbol("n"), symbolic.Int(0)
	of := func(width symbolic.Expr, extents ...symbolic.Expr) arch.Shape {
		return arch.Shape{Width: width, Extents: extents}
	}
	for _, c := range []struct {
		name            string
		shape           arch.Shape
		none            bool
		possible, empty bool // may it be, and may it be where there may be no elements
	}{
		{"of a size", of(symbolic.Int(4), n), false, true, true},
		{"of no width", of(zero, n), true, false, true},
		{"of no positions", of(n, symbolic.Int(4), zero), true, false, true},
		{"of no samples", of(n).WithSamples(zero), true, false, true},
		{"of samples", of(n).WithSamples(symbolic.Int(3)), false, true, true},
		{"of less than nothing", of(symbolic.Int(-1)), false, false, false},
		{"of less than no samples", of(n).WithSamples(symbolic.Int(-1)), false, false, false},
		{"of a width that is no small number", of(symbolic.Int(10).Pow(symbolic.Int(30))), false, true, true},
		{"of much less than nothing", of(symbolic.Int(10).Pow(symbolic.Int(30)).Neg()), false, false, false},
		{"of half a width", of(symbolic.Rat(1, 2)), false, false, false},
		{"of less than a half", of(symbolic.Rat(-1, 2)), false, false, false},
		{"of half an extent", of(n, symbolic.Rat(3, 2)), false, false, false},
	} {
		assert.Equal(t, []bool{c.none, c.possible, c.empty}, []bool{c.shape.HasNone(), c.shape.Possible(false), c.shape.Possible(true)}, c.name)
	}
}

// TestGatheredLayers: which layers come out of a repeat with links, 0 being what enters.
func TestGatheredLayers(t *testing.T) {
	for _, c := range []struct {
		repeat arch.Repeat
		layers []int
	}{
		{arch.Repeat{Links: arch.DenseLinks}, []int{0, 1, 2, 3, 4, 5, 6}},
		{arch.Repeat{Links: arch.OnceLinks}, []int{0, 1, 2, 3, 4, 5, 6}},
		{arch.Repeat{Links: arch.HarmonicLinks}, []int{6, 1, 3, 5}},
		{arch.Repeat{Links: arch.Log2Links}, []int{6, 5, 3}},
		{arch.Repeat{Links: arch.WindowLinks}, []int{6, 5}},
		{arch.Repeat{Links: arch.DenseLinks, Gather: arch.GatherLayers}, []int{1, 2, 3, 4, 5, 6}},
		{arch.Repeat{Links: arch.DenseLinks, Gather: arch.GatherLast}, []int{6}},
		{arch.Repeat{Links: arch.DenseLinks, Gather: arch.GatherWeighted}, []int{6, 5, 4, 3, 2, 1, 0}},
	} {
		assert.Equal(t, c.layers, c.repeat.Gathered(6, 2), "%s %s", c.repeat.Links, c.repeat.Gather)
	}
	for _, c := range []struct {
		links  arch.LinkPattern
		gather arch.Gathering
		grows  bool
	}{
		{arch.DenseLinks, "", true}, {arch.DenseLinks, arch.GatherAll, true}, {arch.DenseLinks, arch.GatherNext, true}, {arch.DenseLinks, arch.GatherLast, false},
		{arch.DenseLinks, arch.GatherWeighted, false}, {arch.OnceLinks, "", false}, {arch.WindowLinks, "", false},
	} {
		r := arch.Repeat{Links: c.links, Gather: c.gather}
		assert.Equal(t, c.grows, r.GrowsOneConcat(), "%s %s", c.links, c.gather)
	}
	for _, g := range []arch.Gathering{arch.GatherAll, arch.GatherLayers, arch.GatherOdd, arch.GatherNext, arch.GatherLast, arch.GatherWeighted, arch.GatherMean, arch.GatherSoftmax} {
		r := arch.Repeat{Links: arch.DenseLinks, Gather: g}
		assert.Equal(t, []bool{g == arch.GatherSoftmax, g == arch.GatherSoftmax || g == arch.GatherWeighted}, []bool{r.ReadsAlone(0), r.ReadsAlone(1)}, g)
		assert.Equal(t, g == arch.GatherWeighted, r.BeginsAsLatest(), g)
		r.Links = arch.WindowLinks
		assert.False(t, r.ReadsAlone(1), g)
	}
}

// TestElementsOfShapes counts those of all samples.
func TestElementsOfShapes(t *testing.T) {
	map4 := arch.Shape{Width: symbolic.Int(4), Extents: []symbolic.Expr{symbolic.Int(5)}}
	assert.Equal(t, "20", map4.AllElements().Text())
	assert.Equal(t, "60", map4.WithSamples(symbolic.Int(3)).AllElements().Text())
	assert.Equal(t, "0", map4.WithSamples(symbolic.Int(0)).AllElements().Text())
	assert.True(t, map4.Equal(map4.WithSamples(symbolic.Int(1))))
	assert.False(t, map4.Equal(map4.WithSamples(symbolic.Int(3))))
	assert.False(t, map4.Equal(map4.WithSamples(symbolic.Int(0))))
}

// TestWidest: what scales whole channels, a vector or extents of 1, says nothing of the positions.
func TestWidest(t *testing.T) {
	eight := symbolic.Int(8)
	vector, ones, positions := arch.Shape{Width: eight}, arch.Shape{Width: eight, Extents: []symbolic.Expr{symbolic.Int(1)}}, arch.Shape{Width: eight, Extents: []symbolic.Expr{symbolic.Int(5)}}
	for _, c := range []struct {
		in   []arch.Shape
		want arch.Shape
	}{
		{[]arch.Shape{vector, ones, positions}, positions}, {[]arch.Shape{positions, vector}, positions}, {[]arch.Shape{vector, ones}, ones}, {[]arch.Shape{ones, vector}, ones}, {[]arch.Shape{vector, vector}, vector}, {[]arch.Shape{vector}, vector},
	} {
		assert.True(t, c.want.Equal(arch.Widest(c.in)), "%v", c.in)
	}
}
