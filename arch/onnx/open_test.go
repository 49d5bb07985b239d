package onnx

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/onnx/wire"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/cost"
)

// TestOpened are graphs in nodes that run a known number of times: weights count once, work as often as it runs.
func TestOpened(t *testing.T) {
	x, w, ten := in("x", 4, 8), weights("w", 8, 8), &wire.Tensor{Name: "n", DType: 7, Ints: []int64{10}, Known: true}
	step := body("body", in("i"), in("going"), in("s", 4, 8), do("MatMul", "s w", "t"), do("Identity", "going", "goes"), output("goes"), output("t"), output("t"))
	until := body("body", in("i"), in("going"), in("s", 4, 8), do("MatMul", "s w", "t"), shape("last", 3), do("Less", "i last", "goes"), output("goes"), output("t"))
	scan := body("body", in("s", 8), in("row", 8), do("Add", "s row", "sum"), do("MatMul", "sum w", "t"), output("t"), output("t"))
	for _, c := range []struct {
		name         string
		parts        []any
		params, macs int64
		output       string
	}{
		{"a loop", []any{x, w, ten, do("Loop", "n _ x", "y", step), output("y")}, 64, 2560, "4·(8)"},
		{"what a loop stacks up", []any{x, w, ten, do("Loop", "n _ x", "z y", step), output("y")}, 64, 2560, "10×4×8"},
		{"a loop that ends by its condition", []any{x, w, ten, do("Loop", "n _ x", "y", until), output("y")}, 64, 4 * 256, "4·(8)"},
		{"a scan", []any{x, w, floats("start", ones(8)), do("Scan", "start x", "y z", scan, number("num_scan_inputs", 1)), output("z")}, 64 + 8, 256, "4×8"},
		{"weights in a body", []any{x, ten, do("Loop", "n _ x", "y", body("body", in("i"), in("c"), in("s", 4, 8), weights("v", 8, 8), do("MatMul", "s v", "t"), output("c"), output("t"))), output("y")}, 64, 2560, "4·(8)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := mustTranslate(t, c.parts...)
			assert.Equal(t, c.params, amount(t, n, cost.Params))
			assert.Equal(t, c.macs, amount(t, n, cost.MACs))
			assert.Equal(t, c.output, made(t, n))
		})
	}
	open := do("Loop", "m _ x", "y", step)
	n := mustTranslate(t, x, w, in("m"), open, output("y"))
	assert.Equal(t, []string{"Loop (1 node) is not known and counts nothing but its weights"}, n.Notes)
	assert.EqualValues(t, 64, amount(t, n, cost.Params))
	n = mustTranslate(t, x, w, in("yes"), do("If", "yes", "y", body("then_branch", do("MatMul", "x w", "a"), comesOutAs(in("a", 4, 8))), body("else_branch", weights("v", 8, 8), do("MatMul", "x v", "b"), comesOutAs(in("b", 4, 8)))), output("y"))
	assert.EqualValues(t, 128, amount(t, n, cost.Params), "what its graphs read and what they have")
	if testing.Short() {
		return // what comes near the limit takes a while
	}
	ten.Ints[0] = 1 << 40
	_, err := translated(x, w, ten, do("Loop", "n _ x", "y", step), output("y"))
	assert.ErrorContains(t, err, "the graphs in nodes come to more than")
}

// TestInline: functions call one another, hand attributes on, and are bounded.
func TestInline(t *testing.T) {
	call := func(op, inputs, outputs string, attributes ...*wire.Attribute) *wire.Node {
		n := do(op, inputs, outputs, attributes...)
		n.Domain = "local"
		return n
	}
	handed := func(name, from string) *wire.Attribute { return &wire.Attribute{Name: name, Ref: from} }
	inner := &wire.Function{Key: wire.FunctionKey{Domain: "local", Name: "Inner"}, Inputs: names("a w"), Outputs: names("b"), Nodes: []*wire.Node{do("Gemm", "a w", "b", handed("transB", "turned"))},
		Defaults: map[string]*wire.Attribute{"turned": number("turned", 0)}}
	outer := &wire.Function{Key: wire.FunctionKey{Domain: "local", Name: "Outer"}, Inputs: names("a w"), Outputs: names("c"), Nodes: []*wire.Node{call("Inner", "a w", "t", handed("turned", "flip")), do("Relu", "t", "c")}}
	ring := &wire.Function{Key: wire.FunctionKey{Domain: "local", Name: "Ring"}, Inputs: names("a"), Outputs: names("b"), Nodes: []*wire.Node{call("Ring", "a", "b")}}
	model := func(parts ...any) *wire.Model {
		m := modelOf(parts...)
		m.Functions = map[wire.FunctionKey]*wire.Function{inner.Key: inner, outer.Key: outer, ring.Key: ring}
		return m
	}
	x, w, v := in("x", 4, 8), weights("w", 8, 16), weights("v", 2, 16)
	n, err := network(translate(model(x, w, v, call("Inner", "x w", "h"), call("Outer", "h v", "y", number("flip", 1)), output("y")), "test", Options{}))
	require.NoError(t, err)
	assert.Equal(t, "linear linear relu", kinds(t, n))
	assert.EqualValues(t, 160, amount(t, n, cost.Params))
	_, err = translate(model(x, call("Ring", "x", "y"), output("y")), "test", Options{})
	assert.ErrorContains(t, err, "more than 32 functions call one another")
	_, err = translate(model(x, w, call("Inner", "x w x", "y"), output("y")), "test", Options{})
	assert.ErrorContains(t, err, "its function takes or makes fewer tensors")
}

// TestDimensionThatCanOnlyBeOne: it meets a number in a product.
func TestDimensionThatCanOnlyBeOne(t *testing.T) {
	n := mustTranslate(t, in("x", "B", "D"), weights("w", 8, 4), do("MatMul", "x w", "y"), output("y"))
	assert.Equal(t, "3·(4)", made(t, n, "B=3", "D=8"))
	_, err := trace.Resolve(n, trace.Options{Set: map[string]symbolic.Expr{"D": symbolic.Int(9)}})
	assert.ErrorContains(t, err, "D is 9, but can only be 8 here")
	n = mustTranslate(t, in("x", "B", "D"), weights("w", 8, 4), do("Concat", "x x", "z", number("axis", 1)), do("MatMul", "z w", "y"), output("y"))
	assert.Equal(t, "3·(4)", made(t, n, "B=3", "D=4"))
	_, err = trace.Resolve(n, trace.Options{Set: map[string]symbolic.Expr{"D": symbolic.Int(8)}})
	assert.ErrorContains(t, err, "D is 8, but can only be 4 here")
	_, err = translated(in("x", "B", "D"), weights("w", 9, 4), do("Concat", "x x", "z", number("axis", 1)), do("MatMul", "z w", "y"), output("y"))
	assert.ErrorContains(t, err, "2·D columns meet 9 rows")
	n = mustTranslate(t, in("x", "B", "C", "D"), weights("w", 24, 4), do("Flatten", "x", "z"), do("MatMul", "z w", "y"), output("y"))
	assert.Equal(t, "3·(4)", made(t, n, "B=3", "C=4", "D=6"))
	_, err = trace.Resolve(n, trace.Options{Set: map[string]symbolic.Expr{"C": symbolic.Int(4), "D": symbolic.Int(7)}})
	assert.ErrorContains(t, err, "y.rows: reshape: 28 comes in, which cannot be seen as 24")
	n = mustTranslate(t, in("x", "B", "D"), in("z", "E", 4), do("MatMul", "x z", "y"), output("y"))
	assert.Equal(t, "4×3", made(t, n, "B=3", "D=5"), "of two that are open the one that is named later is the other")
	assert.Equal(t, "4×3", made(t, n, "B=3", "D=5", "E=5"), "both may be given")
	_, err = trace.Resolve(n, trace.Options{Set: map[string]symbolic.Expr{"D": symbolic.Int(5), "E": symbolic.Int(6)}})
	assert.ErrorContains(t, err, "E is 6, but can only be D here")
	assert.ErrorContains(t, err, "it follows from D")
	_, err = translated(in("x", "B", "D"), weights("w", 8, 4), weights("v", 9, 4), do("MatMul", "x w", "a"), do("MatMul", "x v", "b"), do("Add", "a b", "y"), output("y"))
	assert.ErrorContains(t, err, "8 columns meet 9 rows")
}

// TestGuessedShapes: an error that a guessed shape causes names the operator that is not known, whose weights count.
func TestGuessedShapes(t *testing.T) {
	x, w := in("x", 2, 5), weights("w", 8, 4)
	_, err := translated(x, w, do("Twist", "x", "a"), do("Relu", "a", "b"), do("MatMul", "b w", "y"), output("y"))
	assert.EqualError(t, err, `node "y" (MatMul): 5 columns meet 8 rows; the shape of its input is a guess, as Twist (node "a") is not known`)
	n := mustTranslate(t, x, w, weights("v", 7), do("Twist", "x v", "a"), said(in("a", 2, 8)), do("MatMul", "a w", "y"), output("y"))
	assert.EqualValues(t, 7+32, amount(t, n, cost.Params))
	assert.Equal(t, []string{"Twist (1 node) is not known and counts nothing but its weights"}, n.Notes)
}

// TestBranchesThatMayBeTaken: of an If whose condition is not known, what comes out has the sizes in which its branches agree; where
// they state different ones it is open.
func TestBranchesThatMayBeTaken(t *testing.T) {
	x, w, flag := in("x", 5, 8), weights("w", 8, 4), in("flag")
	either := func(yes, no input) []any {
		return []any{x, w, flag, do("If", "flag", "a", body("then_branch", do("Relu", "x", "r"), comesOutAs(yes)), body("else_branch", do("Exp", "x", "e"), comesOutAs(no))),
			do("MatMul", "a w", "y"), output("y")}
	}
	for _, c := range []struct {
		yes, no input
		set     []string
		output  string
	}{
		{in("r", 5, 8), in("e", 5, 8), nil, "5·(4)"},
		{in("r", 0, 8), in("e", "found", 8), []string{"found=7"}, "7·(4)"},
		{in("r", "found", 8), in("e", 0, 8), []string{"found=7"}, "7·(4)"},
		{in("r", 2, 8), in("e", 3, 8), []string{"a_0=7"}, "7·(4)"},
	} {
		assert.Equal(t, c.output, made(t, mustTranslate(t, either(c.yes, c.no)...), c.set...), "%v, %v", c.yes, c.no)
	}
	_, err := translated(either(in("r", 5, 8), in("e", 40))...)
	assert.ErrorContains(t, err, "the shape of its input is a guess, as If", "they do not agree in how many sizes there are")
}
