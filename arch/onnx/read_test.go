package onnx

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/onnx/wire"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/cost"
)

func TestOpsets(t *testing.T) {
	for opset, read := range map[int64]bool{-1: false, 0: false, 5: false, 6: true, 13: true, 28: true, 29: false} {
		m := modelOf(in("x", 2, 3), do("Relu", "x", "y"), output("y"))
		m.Opsets[""] = opset
		_, err := translate(m, "test", Options{})
		if read {
			assert.NoError(t, err)
		} else {
			assert.EqualError(t, err, fmt.Sprintf("opset %d; those from 6 to 28 are read", opset))
		}
	}
}

// TestGraphErrors are what is wrong with a graph as a whole.
func TestGraphErrors(t *testing.T) {
	x, y := in("x", 2, 3), output("y")
	for _, c := range []struct {
		name  string
		parts []any
		err   string
	}{
		{"no input", []any{do("Relu", "x", "y"), y}, "the graph has no input"},
		{"no output", []any{x, do("Relu", "x", "y")}, "no output depends on the input"},
		{"an output of constants", []any{x, shape("one", 1), do("Neg", "one", "y"), y}, "no output depends on the input"},
		{"an output that nothing makes", []any{x, output("z")}, `nothing makes the output "z"`},
		{"an input that nothing makes", []any{x, do("Add", "x z", "y"), y}, `node "y" (Add): nothing makes its input "z"`},
		{"an output made twice", []any{x, do("Relu", "x", "y"), do("Tanh", "x", "y"), y}, `node "y" (Tanh): its output "y" is made twice`},
		{"an output made twice by one node", []any{x, do("Split", "x", "y y"), y}, `node "y" (Split): its output "y" is made twice`},
		{"an output that is an input", []any{x, do("Relu", "x", "x"), do("Relu", "x", "y"), y}, `node "x" (Relu): it reads, on some way, what it makes itself`},
		{"an output that is an initializer", []any{x, weights("w", 3), do("Relu", "x", "w"), do("Relu", "w", "y"), y}, `node "w" (Relu): its output "w" is made twice`},
		{"a circle", []any{x, do("Add", "x c", "a"), do("Relu", "a", "b"), do("Relu", "b", "c"), do("Relu", "c", "y"), y}, `node "a" (Add): it reads, on some way, what it makes itself`},
		{"a circle through a branch", []any{x, shape("yes", 1), do("Relu", "b", "a"), do("If", "yes", "b", body("then_branch", do("Relu", "a", "r"), output("r"))), do("Add", "x b", "y"), y},
			`node "a" (Relu): it reads, on some way, what it makes itself`},
		{"an input without a shape", []any{in("z", 2), x, do("Relu", "x", "y"), y}, ""},
		{"a node with a name", []any{x, &wire.Node{Name: "the sum", Op: "Add", Inputs: []string{"x", "z"}, Outputs: []string{"y"}}, y}, `node "the sum" (Add): nothing makes its input "z"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := translated(c.parts...)
			if c.err == "" {
				assert.NoError(t, err)
				return
			}
			assert.EqualError(t, err, c.err)
		})
	}
	m := modelOf(x, do("Relu", "x", "y"), y)
	m.Graph.Inputs[0].HasShape = false
	_, err := translate(m, "test", Options{})
	assert.EqualError(t, err, `input "x" has no shape`)
	m.Graph.Inputs[0] = in("x", slices.Repeat([]any{2}, wire.MaxRank+1)...).info()
	_, err = translate(m, "test", Options{})
	assert.EqualError(t, err, `input "x" has 65 dimensions`)
}

// TestOrder: nodes may stand in any order, and keep that of the file as far as it goes.
func TestOrder(t *testing.T) {
	nodes := []any{do("Relu", "x", "a"), do("Tanh", "a", "b"), do("Sigmoid", "x", "c"), do("Add", "b c", "d"), do("Exp", "d", "y")}
	ends := []any{in("x", 2, 3), output("y")}
	assert.Equal(t, "relu tanh sigmoid add exp", kinds(t, mustTranslate(t, append(ends, nodes...)...)))
	late := []any{do("Relu", "q", "a"), do("Tanh", "a", "b"), do("Exp", "x", "c"), do("Sigmoid", "c", "d"), do("Add", "b d", "y"), do("Abs", "x", "q")}
	assert.Equal(t, "exp sigmoid elementwise relu tanh add", kinds(t, mustTranslate(t, append(ends, late...)...)), "only what has to move moves")
	slices.Reverse(nodes)
	n := mustTranslate(t, append(ends, nodes...)...)
	assert.ElementsMatch(t, strings.Fields("relu tanh sigmoid add exp"), strings.Fields(kinds(t, n)))
	g := graphOf(append(ends, nodes...)...)
	ordered, err := everything().sorted(g)
	require.NoError(t, err)
	made := map[string]bool{"x": true}
	for _, n := range ordered {
		for _, name := range n.Inputs {
			assert.True(t, made[name], "%s before %s", name, n.Outputs[0])
		}
		made[n.Outputs[0]] = true
	}
	assert.Len(t, ordered, len(nodes))
}

// TestNotNeeded: what no output needs is not there. Its weights are not used, and its operators are no unknown ones.
func TestNotNeeded(t *testing.T) {
	x, yes := in("x", 2, 3), &wire.Tensor{Name: "yes", DType: wire.Bool, Ints: []int64{1}, Known: true}
	w, v := weights("w", 3, 3), weights("v", 3, 3)
	for _, c := range []struct {
		name   string
		parts  []any
		want   string
		params int64
	}{
		{"one node", []any{x, do("Relu", "x", "y"), do("Tanh", "x", "z"), output("y")}, "relu", 0},
		{"several behind one another", []any{x, do("Relu", "x", "y"), do("MatMul", "x v", "a"), do("Twist", "a", "b"), do("Tanh", "b", "c"), output("y")}, "relu", 0},
		{"one with a shared weight", []any{x, w, do("MatMul", "x w", "z"), do("MatMul", "x w", "y"), v, do("MatMul", "x v", "u"), output("y")}, "linear", 9},
		{"some that read what is needed", []any{x, do("Relu", "x", "a"), do("Tanh", "a", "b"), do("Exp", "a", "y"), output("y")}, "relu exp", 0},
		{"one that stands in the way of a layer", []any{x, do("Sigmoid", "x", "s"), do("Exp", "s", "z"), do("Mul", "x s", "y"), output("y")}, "silu", 0},
		{"one of two outputs is needed", []any{x, do("Split", "x", "a b", number("axis", 1), list("split", 1, 2)), do("Relu", "b", "y"), output("y")}, "slice slice relu", 0},
		{"one that cannot be read", []any{x, do("Reshape", "x", "z"), do("Relu", "x", "y"), output("y")}, "relu", 0},
		{"one that makes nothing", []any{x, do("Twist", "x", ""), do("Twist", "x", "_"), do("Relu", "x", "y"), output("y")}, "relu", 0},
		{"all that comes out of two ways", []any{x, do("Relu", "x", "y"), do("Tanh", "x", "z"), output("y"), output("z")}, "relu tanh", 0},
		{"what is out of order", []any{x, do("Exp", "a", "y"), do("Tanh", "b", "z"), do("Relu", "x", "a"), do("Abs", "x", "b"), output("y")}, "relu exp", 0},
		{"what a branch reads is needed", []any{x, yes, do("Relu", "x", "a"), do("Tanh", "x", "b"), do("If", "yes", "y", body("then_branch", do("Exp", "a", "r"), output("r"))), output("y")}, "relu exp", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			n, err := translated(c.parts...)
			require.NoError(t, err)
			assert.Equal(t, c.want, kinds(t, n))
			assert.Equal(t, c.params, amount(t, n, cost.Params))
			assert.NotContains(t, strings.Join(n.Notes, " "), "Twist")
		})
	}
	_, err := translated(x, do("Relu", "x", "y"))
	assert.EqualError(t, err, "no output depends on the input")
}

// TestBranches: an If whose condition is computed from the data is not known, and hangs on what its branches read from around them.
func TestBranches(t *testing.T) {
	x, yes := in("x", 2, 3), &wire.Tensor{Name: "yes", DType: wire.Bool}
	branch := func(name, reads string) *wire.Attribute { return body(name, do("Tanh", reads, "r"), output("r")) }
	n := mustTranslate(t, x, yes, do("Relu", "x", "a"), do("If", "yes", "y", branch("then_branch", "a"), branch("else_branch", "x")), output("y"))
	assert.Equal(t, "relu unknown", kinds(t, n))
	assert.Equal(t, "2·(3)", made(t, n))
	assert.Equal(t, []string{"If (1 node) is not known and counts nothing"}, n.Notes)

	open := in("wide", 2, 30)
	for range 20 {
		n = mustTranslate(t, x, open, yes, do("If", "yes", "y", branch("then_branch", "wide"), branch("else_branch", "x")), output("y"))
		assert.Equal(t, "2·(3)", made(t, n), "the branches are read in the order of their names")
	}

	inner := do("If", "flag", "z", branch("then_branch", "a"))
	n = mustTranslate(t, x, yes, do("If", "yes", "y", body("then_branch", &wire.Tensor{Name: "flag", DType: wire.Bool}, inner, output("z"))), do("Relu", "x", "a"), output("y"))
	assert.Equal(t, "relu unknown", kinds(t, n), "what a graph in a graph reads is made before")

	_, err := translate(modelOf(x, yes, do("If", "yes", "y", branch("then_branch", "x")), output("y")), "test", Options{Strict: true})
	assert.EqualError(t, err, `node "y" (If): the operator is not known`)
	n = mustTranslate(t, x, yes, do("If", "yes", "b", branch("then_branch", "yes")), do("Relu", "x", "y"), output("y"), output("b"))
	assert.Equal(t, "unknown relu", kinds(t, n), "branches of constants hang on the input")
	g := graphOf(in("own", 1), weights("w", 1), do("Add", "own w", "a"), do("Add", "a outer", "b"), output("b"), output("other"))
	assert.Equal(t, []string{"outer", "other"}, g.Open())
}

// TestUnknownOperators: they count nothing, are named, and have the shape that the file says.
func TestUnknownOperators(t *testing.T) {
	x := in("x", "n", 3)
	foreign := do("Swirl", "x", "a")
	foreign.Domain = "org.example"
	n := mustTranslate(t, x, foreign, do("Twist", "a", "b"), do("Twist", "b", "y"), said(in("b", "n", 7)), output("y"))
	assert.Equal(t, []string{"Twist (2 nodes) is not known and counts nothing", "org.example.Swirl (1 node) is not known and counts nothing"}, n.Notes)
	assert.Equal(t, "unknown unknown unknown", kinds(t, n))
	assert.Equal(t, "4·(7)", made(t, n, "n=4"))

	n = mustTranslate(t, x, do("Twist", "x", "y"), said(in("y", "n", "k")), output("y"))
	assert.Equal(t, []string{"Twist (1 node) is not known and counts nothing"}, n.Notes)
	assert.Equal(t, "4·(5)", made(t, n, "n=4", "k=5"), "a size that no input has is an open dimension")

	n = mustTranslate(t, x, weights("w", 3), do("Twist", "w", "v"), do("Add", "x v", "y"), output("y"))
	assert.Equal(t, []string{"Twist (1 node) is not known and counts nothing"}, n.Notes)

	_, err := translate(modelOf(x, foreign, output("a")), "test", Options{Strict: true})
	assert.EqualError(t, err, `node "a" (Swirl): the operator is not known`)
	_, err = translate(modelOf(x, weights("w", 3), do("Twist", "w", "v"), do("Add", "x v", "y"), output("y")), "test", Options{Strict: true})
	assert.EqualError(t, err, `node "v" (Twist): the operator is not known`)

	parts := []any{x, output("step29")}
	parts = again(parts, "x", 30, func(from, to string) []any { return []any{do("Op"+to, from, to)} })
	n = mustTranslate(t, parts...)
	assert.Len(t, n.Notes, maxNotedOperators+1)
	assert.Equal(t, "18 more operators are not known and count nothing", n.Notes[maxNotedOperators])
}

func TestNotesAreFew(t *testing.T) {
	tr := newTranslator(modelOf(), Options{})
	for k := range 3 * maxNotes {
		tr.note(fmt.Sprint("note ", k))
		tr.note("note 0")
	}
	assert.Len(t, tr.notes, maxNotes+1)
	assert.Equal(t, "there is more of this kind", tr.notes[maxNotes])
}

// TestSymbols: whatever the file calls an open dimension, it gets a name that expressions can have.
func TestSymbols(t *testing.T) {
	s := newSymbols()
	for _, c := range []struct{ text, want string }{
		{"batch", "batch"}, {"c", "c_"}, {"i", "i_"}, {"links", "links_"}, {"floor", "floor_"}, {"min", "min_"}, {"true", "true_"},
		{"a b", "a_b"}, {"a-b", "a_b_"}, {"a.b", "a_b_2"}, {"a/b", "a_b_3"}, {"a_b_2", "a_b_2_"}, {"", "dim"}, {"?", "dim_"}, {"größe", "gr__e"}, {"размер", "dim_2"}, {"3d", "d"},
		{"n+1", "n_1"}, {" n ", "n"}, {"2*n", "n_"}, {"__", "dim_3"}, {"_n", "_n"}, {"L", "L"}, {"a b", "a_b"}, {"c", "c_"},
	} {
		assert.Equal(t, c.want, s.of(c.text).ASCII(), "%q", c.text)
	}
	seen := map[string]bool{}
	for _, symbol := range s.list {
		assert.False(t, seen[symbol.Name], symbol.Name)
		seen[symbol.Name] = true
		e, err := symbolic.Parse("2*" + symbol.Name)
		require.NoError(t, err)
		assert.True(t, symbol.Expr().Mul(symbolic.Int(2)).Equal(e), "the name can be written in an expression")
	}

	n := mustTranslate(t, in("x", "c", "i", "links", nil), do("Relu", "x", "y"), output("y"))
	assert.Equal(t, "2·(3×4×5)", made(t, n, "c_=2", "i_=3", "links_=4", "x_3=5"))
	n = mustTranslate(t, in("x", -1, 0, "n"), do("Relu", "x", "y"), output("y"))
	assert.Equal(t, []string{"x_0", "n"}, []string{n.Symbols[0].Name, n.Symbols[1].Name}, "numbers that cannot be sizes are open")
	assert.Equal(t, "3·(2×0)", made(t, n, "x_0=3", "n=2"))
	n = mustTranslate(t, in("x", 0, 5), do("Relu", "x", "y"), output("y"))
	assert.Equal(t, "5×0", made(t, n), "no samples")
}

// TestNames: each layer is named after its node, or what that makes, and no two have the same name.
func TestNames(t *testing.T) {
	named := func(name, inputs, outputs string) *wire.Node {
		n := do("Relu", inputs, outputs)
		n.Name = name
		return n
	}
	n := mustTranslate(t, in("x", 2, 3), named("act", "x", "a"), named("act", "a", "b"), named("act#2", "b", "c"), named("", "c", "input"), named("", "input", "d"),
		&wire.Node{Inputs: []string{"d"}, Outputs: []string{"", "e"}}, named("last", "e", "y"), output("y"))
	var list []string
	for _, op := range traced(t, n).Operations() {
		list = append(list, op.Name)
	}
	assert.Equal(t, []string{"act", "act#2", "act#2#2", "input#2", "d", "node", "node#2", "last"}, list)
	resolved, err := trace.Resolve(n, trace.Options{})
	require.NoError(t, err)
	assert.Equal(t, "node#2", resolved.Output.Producer.Inputs[0].Producer.Name, "a node without any name is found again")
}
