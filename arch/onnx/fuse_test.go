package onnx

import (
	"slices"
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
	return []any{
		in("x", 1, 8, 4, 4), shape("split", split...), shape("joined", joined...),
		do("Reshape", "x split", "a"), do("Transpose", "a", "b", list("perm", perm...)), do("Reshape", "b joined", "y"), output("y"),
	}
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
		{"a GELU whose inner tensor a branch reads", gelu(do("If", "one", "z", body("then_branch", do("Relu", "c", "r"), output("r"))), output("z")), "scale erf shift multiply scale unknown"},
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
	for _, way := range fusions() {
		assert.NotNil(t, way.make)
		for _, p := range way.patterns {
			assert.NotEmpty(t, p.op, "a pattern begins with a node")
		}
	}
}
