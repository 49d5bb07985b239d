package onnx

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/onnx/wire"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/cost"
)

// TestLayoutsRoundTrip: the dimensions read as a shape and back are the same, where a shape can hold as many; the elements are
// in any case.
func TestLayoutsRoundTrip(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 2000 {
		rank := r.IntN(9)
		dims := make([]symbolic.Expr, rank)
		for k := range dims {
			dims[k] = symbolic.Int(1 + r.Int64N(9))
			if r.IntN(3) == 0 {
				dims[k] = symbolic.Symbol(string(rune('a' + r.IntN(4))))
			}
		}
		for _, l := range []layout{channels(rank), features(rank), {axis: r.IntN(max(1, rank)), flat: r.IntN(2) == 0}} {
			s := l.shape(dims)
			assert.True(t, symbolic.Product(dims...).Equal(s.AllElements()), "%v as %v", dims, l)
			assert.LessOrEqual(t, len(s.Extents), arch.MaxExtents)
			if rank <= 1+arch.MaxExtents {
				assert.True(t, same(dims, l.dims(s, rank)), "%v as %v", dims, l)
			}
		}
	}
}

// TestShapes are the dimensions that come out of single operators.
func TestShapes(t *testing.T) {
	map4, sequence := in("x", "n", 4, 6, 8), in("x", "n", 5, 8)
	for _, c := range []struct {
		name  string
		parts []any
		want  string // with n = 2; or a part of the error
	}{
		{"a reshape copies and fills in", []any{map4, shape("to", 0, -1, 8), do("Reshape", "x to", "y")}, "2 24 8"},
		{"a reshape to open samples", []any{map4, shape("to", -1, 192), do("Reshape", "x to", "y")}, "2 192"},
		{"a reshape of as many", []any{in("x", 2, 3, 4), shape("to", 6, 4), do("Reshape", "x to", "y")}, "6 4"},
		{"a reshape with -1 twice", []any{map4, shape("to", -1, -1), do("Reshape", "x to", "y")}, "the shape has -1 twice"},
		{"a reshape that copies what is not there", []any{in("x", 2, 3), shape("to", 2, 3, 0), do("Reshape", "x to", "y")}, "the shape copies an axis that is not there"},
		{"a reshape that does not come out even", []any{in("x", 2, 3), shape("to", 4, -1), do("Reshape", "x to", "y")}, "6 elements do not fill rows of 4"},
		{"a reshape to fewer", []any{in("x", 2, 3), shape("to", 5), do("Reshape", "x to", "y")}, "6 elements do not make 5"},
		{"a reshape to none", []any{in("x", 2, 3), shape("to", 0, -1), do("Reshape", "x to", "y", number("allowzero", 1))}, "the shape has an axis of 0 elements and one that is open"},
		{"a reshape to nothing at all", []any{in("x", 2, 3), shape("to", 0, 3), do("Reshape", "x to", "y", number("allowzero", 1))}, "6 elements do not make 0"},
		{"a reshape to a negative size", []any{in("x", 2, 3), shape("to", -2, -3), do("Reshape", "x to", "y")}, "the shape has an axis of −2 elements"},
		{"a reshape to what the data says", []any{in("x", 2, 3), in("to", "n"), do("Reshape", "x to", "y")}, "the shape is computed from the data"},
		{"a reshape without a shape", []any{in("x", 2, 3), do("Reshape", "x", "y")}, "input 2 is missing"},
		{"a flatten", []any{map4, do("Flatten", "x", "y")}, "2 192"},
		{"a flatten from the third axis", []any{map4, do("Flatten", "x", "y", number("axis", -2))}, "8 48"},
		{"a flatten from behind the last axis", []any{map4, do("Flatten", "x", "y", number("axis", 4))}, "384 1"},
		{"a flatten from nowhere", []any{map4, do("Flatten", "x", "y", number("axis", 5))}, "there is no axis 5"},
		{"a squeeze", []any{in("x", 2, 1, 3, 1), do("Squeeze", "x", "y")}, "2 3"},
		{"a squeeze of one", []any{in("x", 2, 1, 3, 1), shape("axes", -1), do("Squeeze", "x axes", "y")}, "2 1 3"},
		{"a squeeze of what is not 1", []any{in("x", 2, 1, 3, 1), shape("axes", 0), do("Squeeze", "x axes", "y")}, "an axis of 2 elements cannot go"},
		{"an unsqueeze", []any{in("x", 2, 3), do("Unsqueeze", "x", "y", list("axes", 0, 3))}, "1 2 3 1"},
		{"a transpose", []any{map4, do("Transpose", "x", "y", list("perm", 0, 2, 3, 1))}, "2 6 8 4"},
		{"a transpose of all axes", []any{map4, do("Transpose", "x", "y")}, "8 6 4 2"},
		{"a transpose of too few", []any{map4, do("Transpose", "x", "y", list("perm", 1, 0))}, "the order of axes has a wrong length"},

		{"a cut", []any{sequence, shape("from", 1), shape("to", 3), shape("axis", 1), do("Slice", "x from to axis", "y")}, "2 2 8"},
		{"every other position", []any{sequence, shape("from", 0), shape("to", 1<<62), shape("axis", 1), shape("step", 2), do("Slice", "x from to axis step", "y")}, "2 3 8"},
		{"an open axis backwards", []any{in("x", 3, "n", 8), shape("from", -1), shape("to", -1<<63), shape("axis", 1), shape("step", -1), do("Slice", "x from to axis step", "y")}, "3 2 8"},
		{"half of an open axis backwards", []any{in("x", 3, "n", 8), shape("from", 1<<62), shape("to", -1<<63), shape("axis", 1), shape("step", -2), do("Slice", "x from to axis step", "y")}, "3 1 8"},
		{"the last of an open axis", []any{in("x", 3, "n", 8), shape("from", -1), shape("to", 1<<62), shape("axis", 1), do("Slice", "x from to axis", "y")}, "3 1 8"},
		{"what is left between both ends of an open axis that is shorter", []any{in("x", 3, "n", 8), shape("from", 2), shape("to", -2), shape("axis", 1), do("Slice", "x from to axis", "y")}, "3 0 8"},
		{"what ends before it begins on an open axis", []any{in("x", 3, "n", 8), shape("from", 3), shape("to", 1), shape("axis", 1), do("Slice", "x from to axis", "y")}, "3 0 8"},
		{"what ends before it begins, from the end", []any{in("x", 3, "n", 8), shape("from", -2), shape("to", -1), shape("axis", 1), shape("back", -1), do("Slice", "x from to axis back", "y")}, "3 0 8"},
		{"backwards from before the axis", []any{sequence, shape("from", -9), shape("to", -11), shape("axis", 1), shape("back", -1), do("Slice", "x from to axis back", "y")}, "2 1 8"},
		{"backwards from before an open axis", []any{in("x", 3, "n", 8), shape("from", -1<<63), shape("to", -1<<63), shape("axis", 1), shape("back", -1), do("Slice", "x from to axis back", "y")}, "3 1 8"},
		{"backwards on an axis without elements", []any{in("x", 3, 0, 8), shape("from", -1), shape("to", -1<<63), shape("axis", 1), shape("back", -1), do("Slice", "x from to axis back", "y")}, "3 0 8"},
		{"what sticks out of an open axis", []any{in("x", 3, "n", 8), shape("from", 3), shape("to", 1<<62), shape("axis", 1), do("Slice", "x from to axis", "y")}, "3 0 8"},
		{"all of an open axis", []any{in("x", 3, "n", 8), shape("from", 0), shape("to", 5), shape("axis", 1), do("Slice", "x from to axis", "y")}, "3 2 8"},
		{"from before an open axis", []any{in("x", 3, "n", 8), shape("from", -5), shape("to", 1<<62), shape("axis", 1), do("Slice", "x from to axis", "y")}, "3 2 8"},
		{"up to before its end", []any{in("x", 3, "n", 8), shape("from", 0), shape("to", -3), shape("axis", 1), do("Slice", "x from to axis", "y")}, "3 0 8"},
		{"a cut of no samples", []any{sequence, shape("from", 0), shape("to", 0), do("Slice", "x from to", "y")}, "0 5 8"},
		{"a cut of nothing", []any{sequence, shape("from", 3), shape("to", 3), shape("axis", 1), do("Slice", "x from to axis", "y")}, "2 0 8"},
		{"a split", []any{sequence, do("Split", "x", "y z", number("axis", 2))}, "2 5 4"},
		{"a split in uneven parts", []any{sequence, do("Split", "x", "z y", number("axis", 1))}, "2 2 8"},
		{"a split in given parts", []any{sequence, shape("parts", 1, 7), do("Split", "x parts", "z y", number("axis", -1))}, "2 5 7"},
		{"a split in parts for which there are no outputs", []any{sequence, shape("parts", 1, 7), do("Split", "x parts", "y")}, "2 sizes for 1 outputs"},
		{"places of an axis", []any{sequence, shape("places", 0, 2), do("Gather", "x places", "y", number("axis", 1))}, "2 2 8"},
		{"one place of an axis", []any{sequence, &wire.Tensor{Name: "place", DType: 7, Ints: []int64{-1}, Known: true}, do("Gather", "x place", "y", number("axis", 1))}, "2 8"},
		{"rows of a table", []any{in("x", "n", 5), weights("table", 100, 8), do("Gather", "table x", "y")}, "2 5 8"},
		{"columns of a table", []any{in("x", "n", 5), weights("table", 100, 8), do("Gather", "table x", "y", number("axis", 1))}, "100 2 5"},
		{"pads", []any{map4, shape("pads", 0, 1, 2, 3, 0, 0, 1, 1), do("Pad", "x pads", "y")}, "2 5 9 12"},
		{"pads of some axes", []any{map4, shape("pads", 1, 2), shape("axes", -1), do("Pad", "x pads _ axes", "y")}, "2 4 6 11"},
		{"too few pads", []any{map4, shape("pads", 1, 2), do("Pad", "x pads", "y")}, "2 pads for 4 axes"},
		{"a stretch", []any{in("x", 2, 1, 8), shape("to", 5, 1), do("Expand", "x to", "y")}, "2 5 8"},
		{"tiles", []any{sequence, shape("times", 1, 2, 3), do("Tile", "x times", "y")}, "2 10 24"},
		{"tiles of too few axes", []any{sequence, shape("times", 2, 3), do("Tile", "x times", "y")}, "2 repeats for 3 axes"},
		{"blocks into space", []any{map4, do("DepthToSpace", "x", "y", number("blocksize", 2))}, "2 1 12 16"},
		{"space into blocks", []any{map4, do("SpaceToDepth", "x", "y", number("blocksize", 2))}, "2 16 3 4"},
		{"blocks that do not fit", []any{map4, do("SpaceToDepth", "x", "y", number("blocksize", 4))}, "gather: shape is 3/2"},
		{"scales", []any{map4, floats("s", []float64{1, 1, 2, 1.5}), do("Resize", "x _ s", "y")}, "2 4 12 12"},
		{"scales whose product rounds to 7 and below 13", []any{in("x", 1, 2, 5, 11), floats("s", []float64{1, 1, float64(float32(7. / 5)), float64(float32(13. / 11))}), do("Resize", "x _ s", "y")}, "1 2 7 12"},
		{"scales of an open map", []any{in("x", 1, 2, "h", "w"), floats("s", []float64{1, 1, float64(float32(7. / 5)), float64(float32(2. / 3))}), do("Resize", "x _ s", "y")}, "1 2 h + floor(2*h/5) floor(2*w/3)"},
		{"a scale of an axis too long for it", []any{in("x", 1, 2, 1<<24+1, 1), floats("s", []float64{1, 1, 2, 1}), do("Resize", "x _ s", "y")}, "1 2 33554434 1"},
		{"sizes", []any{map4, shape("s", 2, 4, 5, 5), do("Resize", "x _ _ s", "y")}, "only extents can be resized"},
		{"sizes of some axes", []any{map4, shape("s", 5, 5), do("Resize", "x _ _ s", "y", list("axes", 2, 3))}, "2 4 5 5"},
		{"sizes that are not exceeded", []any{in("x", 2, 4, 2, 4), shape("s", 3, 3), do("Resize", "x _ _ s", "y", list("axes", 2, 3), told("keep_aspect_ratio_policy", "not_larger"))}, "2 4 2 3"},
		{"sizes that are reached", []any{in("x", 2, 4, 2, 4), shape("s", 1, 3), do("Resize", "x _ _ s", "y", list("axes", 2, 3), told("keep_aspect_ratio_policy", "not_smaller"))}, "2 4 2 3"},
		{"sizes of an open map", []any{in("x", 1, 4, "n", "n"), shape("s", 5, 7), do("Resize", "x _ _ s", "y", list("axes", 2, 3), told("keep_aspect_ratio_policy", "not_larger"))}, "1 4 5 5"},
		{"neither scales nor sizes", []any{map4, do("Resize", "x", "y")}, "neither scales nor sizes are known"},
		{"a mean of the extents", []any{map4, do("ReduceMean", "x", "y", list("axes", 2, 3))}, "2 4 1 1"},
		{"a mean that drops the extents", []any{map4, do("ReduceMean", "x", "y", list("axes", 2, 3), number("keepdims", 0))}, "2 4"},
		{"a sum of everything", []any{map4, do("ReduceSum", "x", "y")}, "1 1 1 1"},
		{"a sum of nothing", []any{map4, do("ReduceSum", "x", "y", number("noop_with_empty_axes", 1))}, "2 4 6 8"},
		{"the greatest of an axis", []any{map4, do("ArgMax", "x", "y", number("axis", 1), number("keepdims", 0))}, "2 6 8"},

		{"a product of a matrix and six axes", []any{in("x", 2, 3, 4, 5, 6, 8), weights("w", 8, 7), do("MatMul", "x w", "y")}, "2 3 4 5 6 7"},
		{"a product of stacks", []any{in("x", "n", 1, 5, 8), in("z", 3, 8, 7), do("MatMul", "x z", "y")}, "2 3 5 7"},
		{"a product with a vector", []any{sequence, in("z", 8), do("MatMul", "x z", "y")}, "2 5"},
		{"a product of what does not fit", []any{sequence, weights("w", 7, 8), do("MatMul", "x w", "y")}, "8 columns meet 7 rows"},
		{"rows of weights", []any{sequence, weights("w", 7, 5), do("MatMul", "w x", "y")}, "2 7 8"},
		{"a product with a scalar", []any{in("x", 3), in("z"), do("MatMul", "x z", "y")}, "a product with a scalar"},
		{"a sum of what fits", []any{in("x", "n", 1, 8), in("z", 5, 1), do("Add", "x z", "y")}, "2 5 8"},
		{"a sum of open and fixed", []any{in("x", "n", 8), in("z", 2, 8), do("Add", "x z", "y")}, "2 8"},
		{"a sum of what does not fit", []any{in("x", 2, 3), in("z", 2, 4), do("Add", "x z", "y")}, "3 and 4 elements do not match"},
		{"a choice", []any{in("x", 2, 1), in("z", 1, 3), in("v", 3), do("Where", "x z v", "y")}, "2 3"},
		{"a mask", []any{in("x", 2, 3), single("low", -1e9), constant(shape("mask", 1, 0, 1)), do("Where", "mask x low", "y")}, "2 3"},
		{"what is joined", []any{sequence, in("z", "n", 5, 2), do("Concat", "x z", "y", number("axis", -1))}, "2 5 10"},
		{"what is joined along the samples", []any{sequence, do("Concat", "x x", "y", number("axis", 0))}, "4 5 8"},
		{"what cannot be joined", []any{in("x", 2, 5, 8), in("z", 2, 4, 8), do("Concat", "x z", "y", number("axis", -1))}, "concat: paths end in"},
		{"an LSTM", []any{in("x", 7, "n", 8), weights("w", 2, 24, 8), weights("r", 2, 24, 6), do("LSTM", "x w r", "y")}, "7 2 2 6"},
		{"the last state of an LSTM whose samples come first", []any{in("x", 3, 7, 8), weights("w", 2, 24, 8), weights("r", 2, 24, 6), do("LSTM", "x w r", "z y", number("layout", 1))}, "3 2 6"},
		{"an LSTM of vectors", []any{in("x", 7, 8), weights("w", 2, 24, 8), weights("r", 2, 24, 6), do("LSTM", "x w r", "y")}, "needs a sequence and weights of three dimensions"},
	} {
		t.Run(c.name, func(t *testing.T) {
			translator := newTranslator(modelOf(append(c.parts, output("y"))...), Options{})
			if err := translator.run("test"); err != nil {
				assert.ErrorContains(t, err, c.want)
				return
			}
			var dims []string
			for _, d := range translator.items["y"].dims {
				dims = append(dims, d.Substitute(symbolic.Bindings{"n": symbolic.Int(2)}).ASCII())
			}
			assert.Equal(t, c.want, strings.Join(dims, " "))
			value := translator.items["y"]
			assert.True(t, value.elements().Equal(value.value.Shape.AllElements()), "the value has as many elements: %s", value.value.Shape.Text())
		})
	}
}

func TestBroadcast(t *testing.T) {
	n, m := symbolic.Symbol("n"), symbolic.Symbol("m")
	for _, c := range []struct {
		shapes [][]symbolic.Expr
		want   []symbolic.Expr
		err    string
	}{
		{nil, nil, ""},
		{[][]symbolic.Expr{ints(2, 3)}, ints(2, 3), ""},
		{[][]symbolic.Expr{ints(2, 3), {}}, ints(2, 3), ""},
		{[][]symbolic.Expr{ints(3), ints(2, 1)}, ints(2, 3), ""},
		{[][]symbolic.Expr{ints(1, 3), ints(4, 1, 1), ints(2, 1)}, ints(4, 2, 3), ""},
		{[][]symbolic.Expr{{n, n}, {symbolic.Int(4)}}, []symbolic.Expr{n, symbolic.Int(4)}, ""},
		{[][]symbolic.Expr{{n}, {symbolic.Int(1)}}, []symbolic.Expr{n}, ""},
		{[][]symbolic.Expr{{n}, {m}}, []symbolic.Expr{n}, ""},
		{[][]symbolic.Expr{ints(2), ints(3)}, nil, "2 and 3 elements do not match"},
	} {
		out, err := broadcast(c.shapes...)
		if c.err != "" {
			assert.EqualError(t, err, c.err)
			continue
		}
		require.NoError(t, err)
		assert.True(t, same(c.want, out), "%v from %v", out, c.shapes)
	}
}

func TestEinsum(t *testing.T) {
	for _, c := range []struct {
		equation string
		a, b     input
		macs     int64
		shape    string
	}{
		{"ij,jk->ik", in("x", 2, 3), in("z", 3, 5), 30, "2·(5)"},
		{"ij, jk -> ki", in("x", 2, 3), in("z", 3, 5), 30, "5·(2)"},
		{"bij,bjk->bik", in("x", 4, 2, 3), in("z", 4, 3, 5), 120, "4·(5×2)"},
		{"bij,bkj->bik", in("x", 4, 2, 3), in("z", 4, 5, 3), 120, "4·(5×2)"},
		{"bij,jk->bik", in("x", 4, 2, 3), in("z", 3, 5), 120, "4·(5×2)"},
		{"bhqd,bhkd->bhqk", in("x", 2, 4, 6, 8), in("z", 2, 4, 7, 8), 2 * 4 * 6 * 7 * 8, "2·(4×6×7)"},
		{"bqhd,bkhd->bhqk", in("x", 2, 6, 4, 8), in("z", 2, 7, 4, 8), 2 * 4 * 6 * 7 * 8, "2·(4×6×7)"},
		{"i,j->ij", in("x", 3), in("z", 4), 12, "3·(4)"},
		{"i,i->", in("x", 3), in("z", 3), 3, "1"},
		{"i,i->i", in("x", 3), in("z", 3), 3, "3"},
		{"ij,jk", in("x", 2, 3), in("z", 3, 5), 30, "2·(5)"},
		{"bik,bkj->bij", in("x", 1, 3, 2), in("z", 2, 1, 4), 48, "2·(4×3)"},
		{"...qhd,...khd->...hqk", in("x", 3, 2, 3, 2), in("z", 3, 4, 3, 2), 144, "3·(3×2×4)"},
		{"...j,jk", in("x", 2, 4, 3), in("z", 3, 5), 120, "2·(5×4)"},
		{"ij,kl->il", in("x", 2, 3), in("z", 3, 5), 10, "2·(5)"},
		{"ii,ij->j", in("x", 3, 3), in("z", 3, 5), 15, "5"},
		{"bii,bjk->bik", in("x", 2, 3, 3), in("z", 2, 4, 5), 2 * 3 * 5, "2·(5×3)"},
		{"XY,YZ->XZ", in("x", 2, 3), in("z", 3, 5), 30, "2·(5)"},
	} {
		t.Run(c.equation, func(t *testing.T) {
			n := mustTranslate(t, c.a, c.b, do("Einsum", "x z", "y", told("equation", c.equation)), output("y"))
			assert.Equal(t, c.macs, amount(t, n, cost.MACs))
			assert.Empty(t, n.Notes)
			assert.Equal(t, c.shape, made(t, n))
		})
	}
	for _, equation := range []string{"", "ij->ji", "ij,jk->iik", "ij,jk,kl->il", "1j,jk->1k", "`j,jk->`k", "{j,jk->{k", "@j,jk->@k", "[j,jk->[k", "ij,jk->ik...x..."} {
		n := mustTranslate(t, in("x", 3, 3), in("z", 3, 3), do("Einsum", "x z", "y", told("equation", equation)), output("y"))
		assert.Equal(t, []string{"Einsum (1 node) is not known and counts nothing"}, n.Notes, equation)
	}
	n := mustTranslate(t, in("x", 2, 3), in("z", 3, 4), in("v", 4, 5), do("Einsum", "x z v", "y", told("equation", "ij,jk,kl->li")), output("y"))
	assert.Equal(t, int64(2*3*4+2*4*5), amount(t, n, cost.MACs), "from left to right")
	assert.Equal(t, "5·(2)", made(t, n))
	n = mustTranslate(t, in("x", 2, 3, 3), do("Einsum", "x", "y", told("equation", "...ii->...i")), output("y"))
	assert.Equal(t, "2·(3)", made(t, n), "a diagonal")
	_, err := translated(in("x", 3, 3), in("z", 3, 3), do("Einsum", "x z", "y", told("equation", "ij,jk->ikz")), output("y"))
	assert.ErrorContains(t, err, "the letter z of the result is in no operand")
	_, err = translated(in("x", 3, 4), in("z", 3, 3), do("Einsum", "x z", "y", told("equation", "ij,jk->ik")), output("y"))
	assert.Error(t, err)
}
