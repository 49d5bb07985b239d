package onnx

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/skipcost/skipcost/arch/onnx/wire"
	"github.com/skipcost/skipcost/arch/trace"
)

// openMap is a graph of one ReLU whose input has open dimensions, and a few tensors to compute shapes with.
func openMap() []any {
	return []any{
		in("x", "n", 4, "s", "s"), do("Relu", "x", "y"), output("y"), do("Shape", "x", "sizes"),
		shape("zero", 0), shape("one", 1), shape("five", 5), shape("seven", 7), shape("many", maxFolded), do("Gather", "sizes zero", "n"),
	}
}

// again puts as many nodes behind one another as there are times; each is made from the name of what the one before made.
func again(parts []any, first string, times int, step func(from, to string) []any) []any {
	for k := range times {
		to := fmt.Sprint("step", k)
		parts = append(parts, step(first, to)...)
		first = to
	}
	return parts
}

// manyInputs are inputs with an open dimension each: of that name, if it is n, else of that name and some letters that cannot
// be part of a symbol.
func manyInputs(count int, name string) []any {
	parts := make([]any, count)
	for k := range parts {
		dim := any(nil)
		switch name {
		case "n":
			dim = name
		case "é":
			dim = strings.Repeat(name, 1+k%100) + strings.Repeat("è", k/100)
		}
		parts[k] = in(fmt.Sprint("input", k), dim, 4)
	}
	return parts
}

// nestedBranches is an If in an If, and so on, of which the innermost reads the input.
func nestedBranches(depth int) *wire.Node {
	n := do("If", "one", "z", body("then_branch", do("Relu", "x", "z"), output("z")))
	for range depth {
		n = do("If", "one", "z", body("then_branch", n, output("z")), body("else_branch", output("y")))
	}
	return n
}

// TestHostileGraphs are graphs that ask for far more than they take up. Each is read, or refused with a reason, in no time.
func TestHostileGraphs(t *testing.T) {
	many, inputs := 1_000, 100_000
	if testing.Short() {
		many, inputs = 150, 10_000
	}
	square := func(from, to string) []any { return []any{do("Mul", from+" "+from, to)} }
	for _, c := range []struct {
		name  string
		parts []any
		err   string
	}{
		{"squares of a number", again(openMap(), "five", many, square), ""},
		{"squares of symbols", again(openMap(), "sizes", many, square), ""},
		{"squares of sums", again(append(openMap(), do("Add", "n sizes", "sums")), "sums", many, square), ""},
		{"roundings of roundings", again(openMap(), "sizes", many, func(from, to string) []any {
			return []any{do("Div", from+" five", to+"a"), do("Div", from+" seven", to+"b"), do("Add", to+"a "+to+"b", to)}
		}), ""},
		{"a long tensor of long expressions", again(append(openMap(), do("Add", "n sizes", "sums"), do("ReduceProd", "sums", "product"), do("Expand", "product many", "long")), "long", many,
			func(from, to string) []any { return []any{do("Add", from+" long", to)} }), ""},
		{"long tensors moved", again(append(openMap(), do("Expand", "n many", "long")), "long", many, func(from, to string) []any {
			return []any{do("Transpose", from, to+"t"), do("Slice", to+"t zero many", to+"s"), do("Identity", to+"s", to)}
		}), ""},
		{"long tensors reduced", again(append(openMap(), do("ConstantOfShape", "many", "filled", holding("value", shape("", 1))), do("Mul", "filled n", "long")), "long", many, func(from, to string) []any {
			return []any{do("ReduceSum", from, to+"a"), do("ReduceMax", from, to+"b"), do("ReduceProd", from, to+"c"), do("Add", from+" "+to+"a", to)}
		}), ""},
		{"extremes of a long range", append(openMap(), do("Squeeze", "n", "first"), do("Squeeze", "many", "last"), do("Squeeze", "one", "step"), do("Squeeze", "zero", "none"),
			do("Range", "none last step", "range"), do("Add", "range n", "open"), do("ReduceMax", "open", "most"), do("ReduceMin", "open", "least"), do("ReduceSum", "open", "all"), do("ReduceProd", "open", "product")), ""},
		{"the rank doubles", again(append(openMap(), &wire.Tensor{Name: "pairs", DType: 7, Dims: []int64{2, 2, 2}}), "pairs", 100, func(from, to string) []any {
			return []any{do("Gather", from+" "+from, to)}
		}), `node "step4" \(Gather\): 65 dimensions come out`},
		{"a shape of many dimensions to stretch to", append(openMap(), do("Expand", "one many", "ones"), do("Expand", "x ones", "z")), `node "z" \(Expand\): a shape of 65536 dimensions`},
		{"a shape of many dimensions to see as", append(openMap(), do("Expand", "one many", "ones"), do("Reshape", "x ones", "z")), `node "z" \(Reshape\): a shape of 65536 dimensions`},
		{"a shape of many dimensions to fill", append(openMap(), do("Expand", "one many", "ones"), do("ConstantOfShape", "ones", "z")), `node "z" \(ConstantOfShape\): a shape of 65536 dimensions`},
		{"an equation with a long result", append(openMap(), do("Einsum", "x x", "z", told("equation", "abcd,aecd->"+strings.Repeat("abe", 20_000)))), ""},
		{"a node that makes nothing", append(openMap(), do("Conv", "x", ""), do("", "", "")), ""},
		{"tiles of tiles", again(append(openMap(), shape("twice", 2, 2, 2, 2)), "x", 200, func(from, to string) []any {
			return []any{do("Tile", from+" twice", to)}
		}), ""},
		{"joined to itself", again(openMap(), "x", 200, func(from, to string) []any {
			return []any{do("Concat", from+" "+from, to, number("axis", 2))}
		}), ""},
		{"joined at two strides", again(openMap(), "x", 60, func(from, to string) []any {
			return []any{
				do("MaxPool", from, to+"a", list("kernel_shape", 1, 1), list("strides", 5, 1)), do("MaxPool", from, to+"b", list("kernel_shape", 1, 1), list("strides", 7, 1)),
				do("Concat", to+"a "+to+"b", to, number("axis", 2)),
			}
		}), `node "step7" \(Concat\): a dimension of what comes out is too long an expression`},
		{"multiplied by its own shape", again(openMap(), "x", 200, func(from, to string) []any {
			return []any{do("Shape", from, to+"s"), do("Tile", from+" "+to+"s", to)}
		}), "the exponent 1024 of a symbol is beyond the limit"},
		{"more inputs than anybody can name", append(openMap(), manyInputs(inputs, "é")...), `input "input4094": more than 4096 open dimensions`},
		{"inputs whose dimensions have no names", append(openMap(), manyInputs(inputs, "")...), `input "input4094": more than 4096 open dimensions`},
		{"as many inputs as can be named", append(openMap(), manyInputs(4_000, "é")...), ""},
		{"many inputs of one size", append(openMap(), manyInputs(100*many, "n")...), ""},
		{"sequences that grow", again(append(openMap(), do("SequenceConstruct", "x", "list")), "list", 600, func(from, to string) []any {
			return []any{do("SequenceInsert", from+" x", to)}
		}), `node "step\d+" \(SequenceInsert\): with its sequences the graph comes to more than 131072 nodes`},
		{"a sequence of many", append(openMap(), do("Squeeze", "many", "last"), do("Expand", "one many", "ones"), in("long", 1<<30), do("SplitToSequence", "long", "z")),
			`node "z" \(SplitToSequence\): parts of 1 of 1073741824`},
		{"branches in branches", append(openMap(), nestedBranches(many)), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			start := time.Now()
			n, err := translated(comingOut(c.parts)...)
			if c.err != "" {
				assert.Regexp(t, c.err, err)
			} else if assert.NoError(t, err) {
				_, _ = trace.Resolve(n, trace.Options{})
			}
			assert.Less(t, time.Since(start), time.Minute) // against what never ends; with the race detector it takes seconds
		})
	}
}
