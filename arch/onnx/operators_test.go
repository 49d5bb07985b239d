package onnx

import (
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/onnx/wire"
	"github.com/skipcost/skipcost/arch/trace"
)

// anything are tensors of every rank and kind that a node might read.
func anything() []any {
	return []any{
		in("x4", 2, 4, 8, 8), in("x3", 2, 4, 8), in("x2", 2, 4), in("x1", 4), in("x0"), in("open", "n", 4, "s", "s"), in("x6", 1, 2, 2, 2, 2, 2),
		weights("w4", 4, 4, 3, 3), weights("w3", 1, 16, 8), weights("w2", 4, 4), weights("w1", 4), weights("w0"), floats("small", ones(4), 2, 2),
		shape("axis", 1), shape("axes", 0, 1), shape("behind", 9), shape("target", 2, -1), shape("copied", 0, 0, -1), shape("negative", -4), shape("many", 2, 3, 4, 8),
		shape("empty"), shape("huge", math.MaxInt64, math.MinInt64), shape("nothing", 0, 0, 0, 0), single("half", 0.5), floats("nan", []float64{math.NaN(), math.Inf(1)}),
		&wire.Tensor{Name: "int8", DType: wire.Int8, Dims: []int64{4, 4}}, &wire.Tensor{Name: "one", DType: 7, Ints: []int64{1}, Known: true}, &wire.Tensor{Name: "many indices", DType: 7, Dims: []int64{10_000}},
		do("Shape", "open", "sizes"), do("Gather", "sizes one", "size"), do("Sin", "w2", "computed"), do("SequenceConstruct", "x2 x3", "list"), do("SequenceEmpty", "", "none"), output("x4"),
	}
}

// tensorNames are what the nodes of a test may read: everything there is, and "" for an input that is left out; and what of
// that is no input of the graph.
func tensorNames(g *wire.Graph) (all, constants []string) {
	all = []string{"", ""}
	for _, v := range g.Inputs {
		all = append(all, v.Name)
	}
	for _, w := range g.Initializers {
		constants = append(constants, w.Name)
	}
	for _, n := range g.Nodes {
		constants = append(constants, n.Outputs[0])
	}
	return append(all, constants...), constants
}

// anyAttributes are some attributes with values that are right for some operator, or for none.
func anyAttributes(r *rand.Rand, op string) []*wire.Attribute {
	var out []*wire.Attribute
	lists := [][]int64{nil, {}, {0}, {1}, {-1}, {0, 1}, {1, 1}, {2, 2}, {0, 0}, {1, 0}, {-1, -1}, {1, 1, 1, 1}, {0, 1, 0, 1}, {0, 2, 1, 3}, {3, 3}, {0, 2, 1}, {math.MaxInt64}, {math.MinInt64, math.MaxInt64}, {9, 9, 9}}
	for _, name := range []string{"axes", "perm", "pads", "strides", "dilations", "kernel_shape", "output_padding", "output_shape", "split", "starts", "ends", "steps", "value_ints", "qkv_hidden_sizes", "pooled_shape", "ngram_indexes", "shape"} {
		if r.IntN(4) == 0 {
			out = append(out, list(name, lists[r.IntN(len(lists))]...))
		}
	}
	integers := []int64{0, 1, -1, 2, 3, 4, 7, -9, math.MaxInt64, math.MinInt64}
	for _, name := range []string{
		"axis", "group", "transA", "transB", "transBatchA", "transBatchB", "keepdims", "ceil_mode", "num_groups", "blocksize", "start", "end", "to", "size", "layout", "allowzero", "noop_with_empty_axes", "hidden_size", "value_int",
		"num_heads", "q_num_heads", "kv_num_heads", "K", "N", "k", "bits", "expert_weight_bits", "groups", "channels_last", "do_rotary", "new_axis", "batch_dims", "output_height", "onesided", "inverse",
	} {
		if r.IntN(4) == 0 {
			out = append(out, number(name, integers[r.IntN(len(integers))]))
		}
	}
	reals := []float32{0, 6, 0.5, -1, float32(math.NaN()), float32(math.Inf(-1))}
	for _, name := range []string{"min", "max", "ratio", "value_float"} {
		if r.IntN(6) == 0 {
			out = append(out, &wire.Attribute{Name: name, Float: reals[r.IntN(len(reals))]})
		}
	}
	if r.IntN(6) == 0 {
		out = append(out, &wire.Attribute{Name: "scales", Floats: reals[:r.IntN(len(reals))]})
	}
	if r.IntN(6) == 0 {
		out = append(out, told("auto_pad", []string{"SAME_UPPER", "SAME_LOWER", "VALID", "NOTSET", "?"}[r.IntN(5)]))
	}
	if r.IntN(6) == 0 {
		out = append(out, holding("value", []*wire.Tensor{weights("", 2), shape("", 7), single("", 2), {DType: 8, Dims: []int64{1}}}[r.IntN(4)]))
	}
	if r.IntN(20) == 0 {
		out = append(out, body("then", do("Add", "x4 within", "result"), output("result")), body("else", output("within")))
	}
	if op == "Einsum" {
		texts := []string{"ij,jk->ik", "ij,jk", "bij,bjk->bik", "ii,ij->j", "ij,kl->ijkl", "ab,bc->aaa", "i,i->", ",->", "é,é->é", "...i,ij->...j", "ij->ji", "bhqd,bhkd->bhqk", "->", ""}
		out = append(out, told("equation", texts[r.IntN(len(texts))]))
	}
	return out
}

// TestNoOperatorPanics gives every operator, of the standard and not, inputs and attributes that it may never have heard of.
func TestNoOperatorPanics(t *testing.T) {
	t.Run("nothing", func(t *testing.T) { tryOperator(t, "", "") })
	for _, o := range allOperators() {
		t.Run(strings.TrimPrefix(o.domain+"."+o.name, "."), func(t *testing.T) { tryOperator(t, o.name, o.domain) })
	}
}

// tryOperator tries an operator on no inputs, on inputs that are left out, and on many that are drawn.
func tryOperator(t *testing.T, op, domain string) {
	draws := 80
	if testing.Short() {
		draws = 12
	}
	seed := fnv.New64()
	seed.Write([]byte(domain + op))
	r := rand.New(rand.NewPCG(seed.Sum64(), 0))
	parts := anything()
	pool, constants := tensorNames(graphOf(parts...))
	for k := range draws {
		n := &wire.Node{Name: "tried", Op: op, Domain: domain, Outputs: []string{"y", "z", "", "u", "v"}[:1+r.IntN(5)]}
		from := pool
		switch {
		case k < 7:
			from = []string{""}
		case k%3 == 0:
			from = constants
		}
		for range k % 9 {
			n.Inputs = append(n.Inputs, from[r.IntN(len(from))])
		}
		attributes := anyAttributes(r, op)
		n = withAttributes(n, attributes)
		m := modelOf(append(slices.Clone(parts), n, do("Add", "y one", "last"), output("last"))...)
		m.Opsets[""] = int64(oldestOpset + r.IntN(newestOpset-oldestOpset+1))
		describe := fmt.Sprintf("%s %q", op, n.Inputs)
		for _, a := range attributes {
			describe += fmt.Sprintf(" %s:%v%v%v%q", a.Name, a.Int, a.Float, a.Ints, a.Text)
		}
		require.NotPanics(t, func() {
			tr := newTranslator(m, Options{})
			if err := tr.run("test"); err != nil {
				assert.Regexp(t, `^node "|input|output`, err.Error(), describe)
				return
			}
			checkItems(t, tr, describe)
			if resolved, err := trace.Resolve(tr.build.Trace().Network, trace.Options{}); err == nil {
				assert.NotEmpty(t, resolved.Output.Shape.Text())
			}
		}, describe)
	}
}

// checkItems checks that each value has as many elements as the tensor that it stands for.
func checkItems(t *testing.T, tr *translator, describe string) {
	t.Helper()
	for name, it := range tr.items {
		if it.isActivation() && !mayDiffer(it) && !it.elements().Equal(it.value.Shape.AllElements()) {
			t.Errorf("%s: %s is %v, its value %s", describe, name, it.dims, it.value.Shape.Text())
		}
	}
}

// mayDiffer reports whether a tensor has dimensions that are only equal to those of its value where open ones fit.
func mayDiffer(it *item) bool {
	_, fixed := it.elements().Sub(it.value.Shape.AllElements()).Sign()
	return !fixed
}

func withAttributes(n *wire.Node, attributes []*wire.Attribute) *wire.Node {
	named := do(n.Op, "", "", attributes...)
	n.Attributes, n.HoldsGraph = named.Attributes, named.HoldsGraph
	return n
}
