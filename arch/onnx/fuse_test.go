package onnx

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/cost"
)

// gelu is x·Φ(x) as exporters write it; all makes its nodes with an extra one in between.
func gelu(extra ...any) []any {
	return append([]any{
		in("x", 2, 3, 8), single("root", 1.4142135), single("one", 1), single("half", 0.5),
		do("Div", "x root", "a"), do("Erf", "a", "b"), do("Add", "b one", "c"), do("Mul", "x c", "d"), do("Mul", "d half", "y"), output("y"),
	}, extra...)
}

// layerNorm is one over axes, with a scale and a shift.
func layerNorm(axes ...int64) []any {
	return []any{
		in("x", 2, 4, 6, 8), single("two", 2), single("e", 1e-5), weights("s", 8), weights("b", 8),
		do("ReduceMean", "x", "m", list("axes", axes...)), do("Sub", "x m", "c"), do("Pow", "c two", "p"), do("ReduceMean", "p", "v", list("axes", axes...)),
		do("Add", "v e", "w"), do("Sqrt", "w", "d"), do("Div", "c d", "n"), do("Mul", "n s", "z"), do("Add", "z b", "y"), output("y"),
	}
}

// shuffle is a channel shuffle of two groups, if its numbers are those of one.
func shuffle(split, joined, perm []int64) []any {
	return shuffled(in("x", 1, 8, 4, 4), "split", "joined", perm, shape("split", split...), shape("joined", joined...))
}

// shuffled is one of x by shapes that more makes.
func shuffled(x input, split, joined string, perm []int64, more ...any) []any {
	return append([]any{x,
		do("Reshape", "x "+split, "a"), do("Transpose", "a", "b", list("perm", perm...)), do("Reshape", "b "+joined, "y"), output("y")}, more...)
}

// sizes are the sizes of x as exporters compute a shape of them: a number stands for itself and xk for that of axis k.
func sizes(name, text string) []any {
	var parts []any
	var all []string
	for k, word := range names(text) {
		part := fmt.Sprint(name, k)
		all = append(all, part)
		if axis, of := strings.CutPrefix(word, "x"); of {
			at, _ := strconv.ParseInt(axis, 10, 64)
			parts = append(parts, do("Shape", "x", part+"all"), shape(part+"at", at), do("Gather", part+"all "+part+"at", part))
			continue
		}
		v, _ := strconv.ParseInt(word, 10, 64)
		parts = append(parts, constant(shape(part, v)))
	}
	return append(parts, do("Concat", strings.Join(all, " "), name, number("axis", 0)))
}

// roll puts the end of an axis, from one place on, before its beginning up to another.
func roll(from, to, end, axis int64) []any {
	return []any{
		in("x", 1, 8, 4, 4), shape("from", from), shape("to", to), shape("end", end), shape("zero", 0), shape("axis", 2),
		do("Slice", "x from end axis", "a"), do("Slice", "x zero to axis", "b"), do("Concat", "a b", "y", number("axis", axis)), output("y"),
	}
}

// TestFusion puts together what is one layer, and leaves alone what only looks like one.
func TestFusion(t *testing.T) {
	x, w := in("x", 2, 3, 8), weights("w", 8, 8)
	five, one := []int64{1, 2, 4, 4, 4}, []int64{1, 8, 4, 4}
	swap := []int64{0, 2, 1, 3, 4}
	const end = 1<<63 - 1
	for _, c := range []struct {
		name  string
		parts []any
		want  string
	}{
		{"a GELU", gelu(), "gelu"},
		{"a GELU whose inner tensor comes out", gelu(output("b")), "scale erf shift multiply scale"},
		{"a GELU whose inner tensor is read elsewhere", gelu(do("Relu", "c", "z"), output("z")), "scale erf shift multiply scale relu"},
		{"a GELU whose inner tensor a branch reads", gelu(do("If", "one", "z", body("then_branch", do("Relu", "c", "r"), output("r"))), output("z")), "scale erf shift multiply scale relu"},
		{"a GELU of another root", append(gelu()[:1:1], append([]any{single("root", 1.5)}, gelu()[2:]...)...), "scale erf shift multiply scale"},
		{"a GELU of two inputs", []any{x, in("z", 2, 3, 8), single("root", 1.4142135), single("one", 1), single("half", 0.5),
			do("Div", "z root", "a"), do("Erf", "a", "b"), do("Add", "b one", "c"), do("Mul", "x c", "d"), do("Mul", "d half", "y"), output("y")}, "input scale erf shift multiply scale"},
		{"a SiLU", []any{x, do("Sigmoid", "x", "s"), do("Mul", "s x", "y"), output("y")}, "silu"},
		{"a gate that is no SiLU", []any{x, do("Tanh", "x", "z"), do("Sigmoid", "x", "s"), do("Mul", "s z", "y"), output("y")}, "tanh sigmoid multiply"},
		{"a SiLU whose gate comes out", []any{x, do("Sigmoid", "x", "s"), do("Mul", "s x", "y"), output("y"), output("s")}, "sigmoid multiply"},
		{"a Mish", []any{x, do("Softplus", "x", "s"), do("Tanh", "s", "t"), do("Mul", "x t", "y"), output("y")}, "mish"},
		{"a hard swish", []any{x, single("three", 3), single("six", 6), single("zero", 0), do("Add", "x three", "a"), do("Clip", "a zero six", "b"), do("Mul", "x b", "c"), do("Div", "c six", "y"), output("y")}, "hard_swish"},
		{"an operator of another domain", []any{x, microsoft("Sigmoid", "x", "s"), do("Mul", "s x", "y"), output("y")}, "unknown multiply"},

		{"a layer norm", layerNorm(-1), "reshape layernorm"},
		{"a layer norm of two axes", layerNorm(-2, -1), "reshape layernorm scale shift reshape"},
		{"a norm over the channels", layerNorm(1), "layernorm scale shift"},
		{"a norm over axes that are apart", layerNorm(1, 3), "reshape layernorm scale shift reshape"},
		{"a norm over axes in the middle", layerNorm(1, 2), "reshape layernorm scale shift reshape"},
		{"a layer norm whose mean comes out", append(layerNorm(-1), output("m")), "reduce expand subtract reshape rmsnorm shift"},
		{"an RMS norm", []any{x, single("two", 2), single("e", 1e-5), weights("s", 8), do("Pow", "x two", "p"), do("ReduceMean", "p", "m", list("axes", -1)), do("Add", "m e", "a"), do("Sqrt", "a", "r"),
			do("Div", "x r", "n"), do("Mul", "n s", "y"), output("y")}, "rmsnorm"},
		{"a group norm", []any{in("x", 1, 8, 4, 4), shape("groups", 0, 2, -1), shape("back", 1, 8, 4, 4), weights("s", 8, 1, 1), weights("b", 8, 1, 1), floats("ones", ones(2)), floats("zeros", make([]float64, 2)),
			do("Reshape", "x groups", "a"), do("InstanceNormalization", "a ones zeros", "n"), do("Reshape", "n back", "c"), do("Mul", "c s", "d"), do("Add", "d b", "y"), output("y")}, "groupnorm"},

		{"a channel shuffle", shuffle(five, one, swap), "shuffle"},
		{"a permutation that is no shuffle", shuffle(five, one, []int64{0, 2, 1, 4, 3}), "reshape reshape reshape"},
		{"groups that do not make the channels", shuffle([]int64{1, 2, 2, 8, 4}, one, swap), "reshape reshape"},
		{"a shuffle whose extents change", shuffle(five, []int64{1, 8, 2, 8}, swap), "reshape reshape"},
		{"a window partition", shuffle([]int64{1, 8, 2, 2, 4}, []int64{1, 16, 2, 4}, []int64{0, 1, 3, 2, 4}), "reshape reshape"},

		{"a shuffle of open groups", shuffle([]int64{0, 2, -1, 4, 4}, []int64{1, -1, 4, 4}, swap), "shuffle"},
		{"a shuffle with an open extent", shuffle([]int64{1, 2, 4, 4, -1}, one, swap), "shuffle"},
		{"constants that do not fit what comes in", shuffled(in("x", 1, 16, 4, 2), "split", "joined", swap, shape("split", five...), shape("joined", one...)), "reshape reshape"},
		{"one group", shuffle([]int64{1, 1, 8, 4, 4}, one, swap), "reshape reshape"},
		{"groups of one channel", shuffle([]int64{1, 8, 1, 4, 4}, one, swap), "reshape reshape"},

		{"a roll", roll(1, 1, end, 2), "gather"},
		{"cuts that overlap", roll(1, 2, end, 2), "take take reshape reshape concat"},
		{"cuts that leave out one", roll(2, 1, end, 2), "take take reshape reshape concat"},
		{"a cut that ends early", roll(1, 1, 3, 2), "take take reshape reshape concat"},

		{"a product and its bias", []any{x, w, weights("b", 8), do("MatMul", "x w", "a"), do("Add", "b a", "y"), output("y")}, "linear"},
		{"a product whose bias is an activation", []any{x, w, in("b", 8), do("MatMul", "x w", "a"), do("Add", "a b", "y"), output("y")}, "input linear reshape expand add"},
		{"a product that comes out before its bias", []any{x, w, weights("b", 8), do("MatMul", "x w", "a"), do("Add", "a b", "y"), output("y"), output("a")}, "linear shift"},
		{"a product and a matrix of biases", []any{x, w, weights("b", 3, 8), do("MatMul", "x w", "a"), do("Add", "a b", "y"), output("y")}, "linear shift"},
		{"a product of two activations and a bias", []any{x, weights("b", 3), do("Transpose", "x", "z", list("perm", 0, 2, 1)), do("MatMul", "x z", "a"), do("Add", "a b", "y"), output("y")}, "reshape matmul shift"},
	} {
		t.Run(c.name, func(t *testing.T) {
			n, err := translated(c.parts...)
			require.NoError(t, err)
			assert.Equal(t, c.want, kinds(t, n))
		})
	}
	_, err := translated(roll(1, 1, end, 1)...)
	assert.ErrorContains(t, err, `node "y" (Concat)`, "a roll joined along another axis does not fit together")
}

// TestComputedShuffles: shapes may be computed from those of the data, and what they are decides.
func TestComputedShuffles(t *testing.T) {
	image, swap := in("x", "n", 8, "h", "w"), []int64{0, 2, 1, 3, 4}
	row, heads := in("x", "n", 6, 8), []int64{0, 2, 1, 3}
	for _, c := range []struct {
		name          string
		x             input
		split, joined string
		perm          []int64
		want, made    string
	}{
		{"a channel shuffle", image, "x0 2 4 x2 x3", "x0 8 x2 x3", swap, "shuffle", "n·(8×h×w)"},
		{"one whose groups are computed", image, "x0 4 -1 x2 x3", "x0 x1 x2 x3", swap, "shuffle", "n·(8×h×w)"},
		{"one that leaves the channels open", image, "x0 2 4 x2 x3", "x0 -1 x2 x3", swap, "shuffle", "n·(8×h×w)"},
		{"one that leaves the samples open", image, "-1 2 4 x2 x3", "-1 8 x2 x3", swap, "shuffle", "n·(8×h×w)"},
		{"one of a row", row, "x0 2 3 x2", "x0 6 x2", heads, "reshape shuffle", "n·(6×8)"},
		{"channels that are no channels", image, "x0 2 4 x3 x2", "x0 8 x3 x2", swap, "reshape reshape", "n·(8×w×h)"},
		{"a window partition", in("x", "n", 8, 4, 6), "x0 8 2 2 x3", "x0 16 -1 x3", swap, "reshape reshape", "n·(16×2×6)"},
		{"extents that are joined", image, "x0 2 4 x2 x3", "x0 8 -1", swap, "reshape reshape", "n·(h·w×8)"},
		{"one group", image, "x0 1 8 x2 x3", "x0 8 x2 x3", swap, "reshape reshape", "n·(8×h×w)"},
		{"groups of one channel", image, "x0 8 1 x2 x3", "x0 8 x2 x3", swap, "reshape reshape", "n·(8×h×w)"},
		{"heads as samples", row, "x0 6 2 4", "-1 6 4", heads, "reshape reshape", "2·n·(4×6)"},
		{"an order that is none", image, "x0 2 4 x2 x3", "x0 8 x2 x3", []int64{0, 1, 2, 3, 4}, "reshape reshape", "n·(8×h×w)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			parts := shuffled(c.x, "split", "joined", c.perm, append(sizes("split", c.split), sizes("joined", c.joined)...)...)
			n := mustTranslate(t, parts...)
			var settings []string // each symbol stays one
			for _, symbol := range n.Symbols {
				settings = append(settings, symbol.Name+"="+symbol.Name)
			}
			assert.Equal(t, c.want, kinds(t, n))
			assert.Equal(t, c.made, made(t, n, settings...))
		})
	}
}

// TestNoShuffle: what is not a shuffle after all is translated as the nodes that it is.
func TestNoShuffle(t *testing.T) {
	image, swap := in("x", "n", 8, "h", "w"), []int64{0, 2, 1, 3, 4}
	joined := sizes("joined", "x0 8 x3 x2")
	n := mustTranslate(t, shuffled(image, "split", "joined", swap, append(sizes("split", "x0 2 4 x2 x3"), joined...)...)...)
	var found []string
	for _, op := range traced(t, n).Operations() {
		found = append(found, op.Name)
	}
	assert.Equal(t, []string{"a", "y"}, found, "each that is an operation keeps its name")

	_, err := translated(shuffled(image, "split", "joined", swap, append(sizes("split", "x0 3 -1 5 7 9"), joined...)...)...)
	assert.ErrorContains(t, err, `node "b" (Transpose)`, "the node that is wrong is named")
	_, err = translated(shuffled(image, "none", "joined", swap, joined...)...)
	assert.EqualError(t, err, `node "a" (Reshape): nothing makes its input "none"`)
	_, err = translated(shuffled(image, "x", "joined", swap, joined...)...)
	assert.EqualError(t, err, `node "a" (Reshape): the shape is computed from the data`)

	w := append([]any{in("z", 1, 6, 4, 4), weights("x", 1, 6, 4, 4), do("Add", "z y", "out"), output("out")}, sizes("split", "x0 2 3 x2 x3")...)
	parts := shuffled(input{}, "split", "joined", swap, append(w, sizes("joined", "x0 x1 x2 x3")...)...)
	parts = slices.DeleteFunc(parts[1:], func(part any) bool { return part == output("y") })
	assert.Equal(t, int64(96), amount(t, mustTranslate(t, parts...), cost.Params), "learned tensors are moved")
}

// TestFusionOrder: the one node stands where the last of the several stood, whatever stands between.
func TestFusionOrder(t *testing.T) {
	parts := gelu(do("Relu", "x", "z"), output("z"))
	slices.Reverse(parts)
	n := mustTranslate(t, parts...)
	assert.Contains(t, []string{"gelu relu", "relu gelu"}, kinds(t, n))
	assert.Zero(t, amount(t, n, cost.Params))
}

// TestPatterns are the forms of each pattern that exporters are known to write.
func TestPatterns(t *testing.T) {
	p := parsePattern("Mul(x, Add(Erf(Div(x, 1.5)), W))")
	assert.Equal(t, "Mul", p.op)
	assert.Equal(t, "x", p.args[0].name)
	assert.Equal(t, "Add", p.args[1].op)
	assert.Equal(t, 1.5, *p.args[1].args[0].args[0].args[1].number)
	assert.Equal(t, "W", p.args[1].args[1].name)
	for _, way := range everything().fusions {
		assert.NotNil(t, way.make)
		for _, p := range way.patterns {
			assert.NotEmpty(t, p.op, "a pattern begins with a node")
		}
	}
}
