package onnx

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/onnx/wire"
	"github.com/skipcost/skipcost/arch/symbolic"
)

// expression reads one of a test; ∞ stands for the number that exporters write for the end of an axis.
func expression(t testing.TB, text string) symbolic.Expr {
	t.Helper()
	text = strings.ReplaceAll(text, "∞", "9223372036854775807")
	e, err := symbolic.Parse(text)
	require.NoError(t, err)
	return e
}

// folded reads a tensor of a test: "2 n 4" is a row of integers, "(n)" one element without dimensions, "2.0" a float, and
// "2x2: 1 2 3 4" has the dimensions before the colon. "_" is an input that is left out.
func folded(t testing.TB, text string) *item {
	t.Helper()
	if text == "_" {
		return nil
	}
	it := &item{folded: true, whole: !strings.Contains(text, ".")}
	dims, elements, given := strings.Cut(strings.ReplaceAll(text, ".0", ""), ":")
	if !given {
		dims, elements = "", dims
	}
	single := strings.HasPrefix(elements, "(")
	for _, word := range strings.Fields(strings.Trim(elements, "()")) {
		it.data = append(it.data, expression(t, word))
	}
	switch {
	case given:
		for _, d := range strings.Split(dims, "x") {
			it.dims = append(it.dims, expression(t, d))
		}
	case !single:
		it.dims = ints(int64(len(it.data)))
	}
	return it
}

// shown writes a tensor down as folded reads it; "?" is one whose elements are not known.
func shown(it *item) string {
	if it == nil || !it.folded {
		return "?"
	}
	words := make([]string, len(it.data))
	for k, e := range it.data {
		words[k] = strings.ReplaceAll(e.ASCII(), " ", "")
	}
	text := strings.Join(words, " ")
	switch it.rank() {
	case 0:
		return "(" + text + ")"
	case 1:
		return text
	}
	dims := make([]string, it.rank())
	for k, d := range it.dims {
		dims[k] = d.ASCII()
	}
	return strings.Join(dims, "x") + ": " + text
}

// foldedBy folds one node of inputs that are written down.
func foldedBy(t testing.TB, op string, inputs []string, attributes ...*wire.Attribute) (*item, error) {
	t.Helper()
	c := &call{translator: &translator{frame: &frame{}, budget: symbolic.NewBudget(), tensors: map[*wire.Tensor]*item{}, noted: map[string]bool{}}, node: everything().node(do(op, "", "y", attributes...))}
	for _, text := range inputs {
		c.in = append(c.in, folded(t, text))
	}
	out, ok, err := c.fold()
	if !ok {
		return nil, err
	}
	return out, err
}

func TestFolding(t *testing.T) {
	to := func(dtype int64) *wire.Attribute { return number("to", dtype) }
	axis := func(v int64) *wire.Attribute { return number("axis", v) }
	fill := func(v int64) *wire.Attribute { return holding("value", shape("", v)) }
	for _, c := range []struct {
		op         string
		in         []string
		want       string // "? " and a part of the error where there is one
		attributes []*wire.Attribute
	}{
		{op: "Add", in: []string{"1 n", "2 3"}, want: "3 n+3"},
		{op: "Add", in: []string{"(n)", "1 2"}, want: "n+1 n+2"},
		{op: "Add", in: []string{"2x1: 1 2", "10 20"}, want: "2x2: 11 21 12 22"},
		{op: "Add", in: []string{"1 2", "1 2 3"}, want: "? the sizes do not match"},
		{op: "Add", in: []string{"1 2", "_"}, want: "?"},
		{op: "Sub", in: []string{"n 5", "n n"}, want: "0 5-n"},
		{op: "Mul", in: []string{"n 3", "m 2"}, want: "m*n 6"},
		{op: "Neg", in: []string{"2 n"}, want: "-2 -n"},
		{op: "Abs", in: []string{"-2 3 0"}, want: "2 3 0"},
		{op: "Max", in: []string{"1 n", "2 3"}, want: "2 max(n,3)"},
		{op: "Min", in: []string{"1 n", "2 3", "0 3"}, want: "0 min(n,3)"},

		{op: "Div", in: []string{"7 8 n", "2 2 2"}, want: "3 4 floor(n/2)"},
		{op: "Div", in: []string{"7.0", "2.0"}, want: "7/2"},
		{op: "Div", in: []string{"4*n n*m", "n m"}, want: "4 n"},
		{op: "Div", in: []string{"-7", "2"}, want: "-3"},
		{op: "Div", in: []string{"7", "-2"}, want: "-3"},
		{op: "Div", in: []string{"-n", "2"}, want: "-floor(n/2)"},
		{op: "Div", in: []string{"n", "0"}, want: "?"},
		{op: "Div", in: []string{"n"}, want: "? needs two inputs"},
		{op: "Mod", in: []string{"7 n -7", "4 4 4"}, want: "3 n-4*floor(n/4) 1"},
		{op: "Mod", in: []string{"7", "0"}, want: "?"},
		{op: "Mod", in: []string{"7 n -7", "4 4 4"}, attributes: []*wire.Attribute{number("fmod", 1)}, want: "3 n-4*floor(n/4) -3"},
		{op: "ReduceSum", in: []string{"1 2 3", "0"}, attributes: []*wire.Attribute{number("noop_with_empty_axes", 1), number("keepdims", 0)}, want: "(6)"},
		{op: "ReduceSum", in: []string{"1 2 3"}, attributes: []*wire.Attribute{number("noop_with_empty_axes", 1)}, want: "1 2 3"},
		{op: "Floor", in: []string{"7/2 -7/2"}, want: "3 -4"},
		{op: "Ceil", in: []string{"7/2 -7/2"}, want: "4 -3"},
		{op: "Round", in: []string{"n/2.0"}, want: "?"},
		{op: "Round", in: []string{"7/2.0 5/2.0 -5/2.0 9/4.0 11/4.0 -11/4.0 -7/2.0 1/2.0"}, want: "4 2 -2 2 3 -3 -4 0"},
		{op: "Sqrt", in: []string{"49.0 9/4.0 0.0"}, want: "7 3/2 0"},
		{op: "Sqrt", in: []string{"50.0"}, want: "?"},
		{op: "Reciprocal", in: []string{"4.0 2/3.0 n"}, want: "1/4 3/2 1/n"},
		{op: "Reciprocal", in: []string{"0.0"}, want: "?"},
		{op: "Sqrt", in: []string{"-4.0"}, want: "?"},
		{op: "Sqrt", in: []string{"n"}, want: "?"},
		{op: "Pow", in: []string{"3 n 2", "2 2 0"}, want: "9 n^2 1"},
		{op: "Pow", in: []string{"49.0", "1/2.0"}, want: "7"},
		{op: "Pow", in: []string{"3", "-1"}, want: "?"},
		{op: "Pow", in: []string{"3", "9"}, want: "?"},
		{op: "Pow", in: []string{"3"}, want: "?"},

		{op: "Cast", in: []string{"5/2.0 7/3.0"}, attributes: []*wire.Attribute{to(7)}, want: "2 2"},
		{op: "Cast", in: []string{"-5/2.0"}, attributes: []*wire.Attribute{to(6)}, want: "-2"},
		{op: "Cast", in: []string{"n/2.0"}, attributes: []*wire.Attribute{to(7)}, want: "floor(n/2)"},
		{op: "Cast", in: []string{"n"}, attributes: []*wire.Attribute{to(9)}, want: "?"},
		{op: "Cast", in: []string{"5 n"}, attributes: []*wire.Attribute{to(1)}, want: "5 n"},
		{op: "Cast", in: []string{"0.0 2.0"}, attributes: []*wire.Attribute{to(9)}, want: "0 1"},
		{op: "Cast", in: []string{"0 2 1"}, attributes: []*wire.Attribute{to(9)}, want: "0 1 1"},
		{op: "Identity", in: []string{"1 n"}, want: "1 n"},

		{op: "Equal", in: []string{"1 2 n", "1 3 n"}, want: "1 0 1"},
		{op: "Equal", in: []string{"n 4", "-1 -1"}, want: "0 0"},
		{op: "Equal", in: []string{"n", "4"}, want: "?"},
		{op: "Greater", in: []string{"1 3 n+1", "2 2 n"}, want: "0 1 1"},
		{op: "Less", in: []string{"1 2", "2 2"}, want: "1 0"},
		{op: "GreaterOrEqual", in: []string{"2 1", "2 2"}, want: "1 0"},
		{op: "LessOrEqual", in: []string{"2 3", "2 2"}, want: "1 0"},
		{op: "Less", in: []string{"n", "m"}, want: "?"},
		{op: "And", in: []string{"1 1 0", "1 0 0"}, want: "1 0 0"},
		{op: "Not", in: []string{"1 0"}, want: "0 1"},
		{op: "Where", in: []string{"1 0", "n n", "m m"}, want: "n m"},
		{op: "Where", in: []string{"1", "n 2", "m"}, want: "n 2"},
		{op: "Where", in: []string{"k", "n", "m"}, want: "?"},
		{op: "Where", in: []string{"1", "n"}, want: "?"},

		{op: "Concat", in: []string{"n", "2 3", "m"}, attributes: []*wire.Attribute{axis(0)}, want: "n 2 3 m"},
		{op: "Concat", in: []string{"1", "2"}, attributes: []*wire.Attribute{axis(-1)}, want: "1 2"},
		{op: "Concat", in: []string{"2x2: 1 2 3 4", "1x2: 5 6"}, attributes: []*wire.Attribute{axis(0)}, want: "3x2: 1 2 3 4 5 6"},
		{op: "Concat", in: []string{"1x2: 1 2", "1x2: 5 6"}, attributes: []*wire.Attribute{axis(1)}, want: "1x4: 1 2 5 6"},
		{op: "Concat", in: []string{"2x1: 1 2", "2x2: 5 6 7 8"}, attributes: []*wire.Attribute{axis(-1)}, want: "2x3: 1 5 6 2 7 8"},
		{op: "Concat", in: []string{"2x1: 1 2", "1x2: 5 6"}, attributes: []*wire.Attribute{axis(1)}, want: "?"},
		{op: "Gather", in: []string{"2x3: 1 2 3 4 5 6", "2 0"}, attributes: []*wire.Attribute{axis(1)}, want: "2x2: 3 1 6 4"},
		{op: "Gather", in: []string{"2x3: 1 2 3 4 5 6", "(-1)"}, attributes: []*wire.Attribute{axis(1)}, want: "3 6"},
		{op: "NonZero", in: []string{"0 5 0 7"}, want: "1x2: 1 3"},
		{op: "NonZero", in: []string{"2x2: 1 0 1 1"}, want: "2x3: 0 1 1 0 0 1"},
		{op: "NonZero", in: []string{"0 n-m"}, want: "?"},
		{op: "Or", in: []string{"1 1 0", "1 0 0"}, want: "1 1 0"},
		{op: "Concat", in: []string{"1", "(2)"}, attributes: []*wire.Attribute{axis(0)}, want: "?"},
		{op: "Concat", in: []string{"(1)", "(2)"}, attributes: []*wire.Attribute{axis(0)}, want: "? there is no axis 0 among 0"},
		{op: "Gather", in: []string{"n 5 m", "(2)"}, want: "(m)"},
		{op: "Gather", in: []string{"n 5 m", "-1 -3"}, want: "m n"},
		{op: "Gather", in: []string{"n 5 m", "2x2: 0 1 2 0"}, want: "2x2: n 5 m n"},
		{op: "Gather", in: []string{"2x2: 1 2 3 4", "1"}, want: "1x2: 3 4"},
		{op: "Gather", in: []string{"n 5 m", "3"}, want: "? an index that is not there"},
		{op: "Gather", in: []string{"n 5 m", "-4"}, want: "? an index that is not there"},
		{op: "Gather", in: []string{"1 2 3", "k"}, want: "?"},
		{op: "Gather", in: []string{"n 5"}, want: "? needs two inputs"},
		{op: "Slice", in: []string{"n 5 m k", "1", "3"}, want: "5 m"},
		{op: "Slice", in: []string{"n 5 m k", "-2", "∞"}, want: "m k"},
		{op: "Slice", in: []string{"n 5 m k", "0", "-1"}, want: "n 5 m"},
		{op: "Slice", in: []string{"n 5 m k", "0", "∞", "0", "2"}, want: "n m"},
		{op: "Slice", in: []string{"n 5 m k", "1", "∞", "0", "2"}, want: "5 k"},
		{op: "Slice", in: []string{"n 5 m k", "-1", "-∞", "0", "-1"}, want: "k m 5 n"},
		{op: "Slice", in: []string{"n 5 m k", "∞", "0", "0", "-2"}, want: "k 5"},
		{op: "Slice", in: []string{"n 5 m k", "-7", "-9", "0", "-2"}, want: "n"},
		{op: "Slice", in: []string{"n 5 m k", "-∞", "-∞", "0", "-1"}, want: "n"},
		{op: "Slice", in: []string{"n 5 m k", "-7", "0", "0", "-1"}, want: ""},
		{op: "Slice", in: []string{"n 5 m k", "-3", "-2", "0", "-1"}, want: ""},
		{op: "Slice", in: []string{"n 5 m k", "3", "1"}, want: ""},
		{op: "Slice", in: []string{"n 5 m k", "1", "3", "0", "-1"}, want: ""},
		{op: "Slice", in: []string{"n 5 m k", "-100", "2"}, want: "n 5"},
		{op: "Slice", in: []string{"n 5 m k", "2", "100"}, want: "m k"},
		{op: "Slice", in: []string{"2x3: 1 2 3 4 5 6", "1", "3", "1"}, want: "2x2: 2 3 5 6"},
		{op: "Slice", in: []string{"2x3: 1 2 3 4 5 6", "0 0", "1 2"}, want: "1x2: 1 2"},
		{op: "Slice", in: []string{"n 5 m k"}, attributes: []*wire.Attribute{list("starts", 1), list("ends", 2)}, want: "5"},
		{op: "Slice", in: []string{"n 5 m k", "1", "3", "0", "0"}, want: "? a step of 0"},
		{op: "Slice", in: []string{"n 5 m k", "1", "3", "1"}, want: "? there is no axis 1 among 1"},
		{op: "Slice", in: []string{"n 5 m k", "1 2", "3"}, want: "? starts, ends, axes and steps differ in number"},
		{op: "Slice", in: []string{"n 5 m k", "i", "3"}, want: "?"},
		{op: "Transpose", in: []string{"2x3: 1 2 3 4 5 6"}, want: "3x2: 1 4 2 5 3 6"},
		{op: "Transpose", in: []string{"2x3: 1 2 3 4 5 6"}, attributes: []*wire.Attribute{list("perm", 0, 1)}, want: "2x3: 1 2 3 4 5 6"},
		{op: "Transpose", in: []string{"2x3: 1 2 3 4 5 6"}, attributes: []*wire.Attribute{list("perm", 0, 0)}, want: "? the order of axes is none"},

		{op: "Unsqueeze", in: []string{"(n)", "0"}, want: "n"},
		{op: "Unsqueeze", in: []string{"(n)"}, attributes: []*wire.Attribute{list("axes", 0)}, want: "n"},
		{op: "Unsqueeze", in: []string{"1 2", "0 -1"}, want: "1x2x1: 1 2"},
		{op: "Unsqueeze", in: []string{"1 2", "0 0"}, want: "? an axis is named twice"},
		{op: "Unsqueeze", in: []string{"1 2", "5"}, want: "? there is no axis 5 among 2"},
		{op: "Squeeze", in: []string{"n", "0"}, want: "(n)"},
		{op: "Squeeze", in: []string{"n"}, attributes: []*wire.Attribute{list("axes", -1)}, want: "(n)"},
		{op: "Squeeze", in: []string{"1x2x1: 1 n"}, want: "1 n"},
		{op: "Squeeze", in: []string{"1 2", "0"}, want: "? an axis of 2 elements cannot go"},
		{op: "Reshape", in: []string{"1 2 3 4", "2 -1"}, want: "2x2: 1 2 3 4"},
		{op: "Reshape", in: []string{"(n)", "1"}, want: "n"},
		{op: "Reshape", in: []string{"1 2 3 4", "3 -1"}, want: "? 4 elements do not fill rows of 3"},
		{op: "Reshape", in: []string{"1 2 3 4", "-2 -2"}, want: "? the shape has an axis of −2 elements"},
		{op: "Flatten", in: []string{"1x2x2: 1 2 3 4"}, attributes: []*wire.Attribute{axis(2)}, want: "2x2: 1 2 3 4"},

		{op: "Expand", in: []string{"(n)", "3"}, want: "n n n"},
		{op: "Expand", in: []string{"n", "2 1"}, want: "2x1: n n"},
		{op: "Expand", in: []string{"n", "m"}, want: "?"},
		{op: "Expand", in: []string{"n", "-2"}, want: "? the shape has an axis of −2 elements"},
		{op: "Expand", in: []string{"n 2", "3"}, want: "? 2 and 3 elements do not match"},
		{op: "ConstantOfShape", in: []string{"3"}, attributes: []*wire.Attribute{fill(7)}, want: "7 7 7"},
		{op: "ConstantOfShape", in: []string{"2 2"}, attributes: []*wire.Attribute{fill(-1)}, want: "2x2: -1 -1 -1 -1"},
		{op: "ConstantOfShape", in: []string{"n"}, attributes: []*wire.Attribute{fill(7)}, want: "?"},
		{op: "ConstantOfShape", in: []string{"-1 -3"}, attributes: []*wire.Attribute{fill(7)}, want: "? the shape has an axis of −1 elements"},
		{op: "Range", in: []string{"(0)", "(4)", "(1)"}, want: "0 1 2 3"},
		{op: "Range", in: []string{"(5)", "(0)", "(-2)"}, want: "5 3 1"},
		{op: "Range", in: []string{"(0)", "(1.0)", "(1/3.0)"}, want: "0 1/3 2/3"},
		{op: "Range", in: []string{"(4)", "(0)", "(1)"}, want: ""},
		{op: "Range", in: []string{"(0)", "(4)", "(0)"}, want: "? a step of 0"},
		{op: "Range", in: []string{"(0)", "(100000)", "(1)"}, want: "?"},
		{op: "Range", in: []string{"(0)", "(4)"}, want: "? needs three inputs"},

		{op: "ReduceProd", in: []string{"2 n 3"}, want: "6*n"},
		{op: "ReduceProd", in: []string{"2 n 3"}, attributes: []*wire.Attribute{number("keepdims", 0)}, want: "(6*n)"},
		{op: "ReduceSum", in: []string{"2 n 3", "0"}, want: "n+5"},
		{op: "ReduceSum", in: []string{"2 n 3", "-1"}, want: "n+5"},
		{op: "ReduceSum", in: []string{"2 n 3", "1"}, want: "? there is no axis 1 among 1"},
		{op: "ReduceMax", in: []string{"2 n 3"}, want: "max(n,3)"},
		{op: "ReduceMin", in: []string{"2 3"}, attributes: []*wire.Attribute{list("axes", 0)}, want: "2"},
		{op: "ReduceSum", in: []string{"2x2: 1 2 3 4"}, want: "?"},
		{op: "ReduceSum", in: []string{"2 3"}, attributes: []*wire.Attribute{number("noop_with_empty_axes", 1)}, want: "2 3"},

		{op: "ScatterND", in: []string{"2 n 3", "2x1: 0 -1", "7 m"}, want: "7 n m"},
		{op: "ScatterND", in: []string{"2x2: 1 2 3 4", "1x1: 1", "1x2: 5 6"}, want: "2x2: 1 2 5 6"},
		{op: "ScatterND", in: []string{"2x2: 1 2 3 4", "2x2: 0 1 1 0", "5 6"}, want: "2x2: 1 5 6 4"},
		{op: "ScatterND", in: []string{"2 3", "1x1: n", "5"}, want: "?"},
		{op: "ScatterND", in: []string{"2 3", "1x1: 0", "5"}, attributes: []*wire.Attribute{told("reduction", "add")}, want: "?"},
		{op: "ScatterND", in: []string{"2 3", "1x1: 2", "5"}, want: "? an index that is not there"},
		{op: "ScatterND", in: []string{"2 3", "1x1: 0", "5 6"}, want: "? as many updates as places are needed"},
		{op: "ScatterND", in: []string{"2 3", "1x2: 0 0", "5"}, want: "? the places do not fit the tensor"},
		{op: "ScatterElements", in: []string{"2 n 3", "2 0", "7 m"}, want: "m n 7"},
		{op: "ScatterElements", in: []string{"2x2: 1 2 3 4", "1x2: 1 0", "1x2: 5 6"}, want: "2x2: 1 6 5 4"},
		{op: "ScatterElements", in: []string{"2x2: 1 2 3 4", "2x1: 1 -2", "2x1: 5 6"}, attributes: []*wire.Attribute{axis(1)}, want: "2x2: 1 5 6 4"},
		{op: "ScatterElements", in: []string{"2x2: 1 2 3 4", "3x1: 1 0 0", "3x1: 5 6 7"}, attributes: []*wire.Attribute{axis(1)}, want: "? a place that is not there"},
		{op: "ScatterElements", in: []string{"2 3", "1x1: 0", "1x1: 5"}, want: "? the places do not fit the tensor"},

		{op: "Constant", attributes: []*wire.Attribute{number("value_int", 3)}, want: "(3)"},
		{op: "Constant", attributes: []*wire.Attribute{list("value_ints", 3, -1)}, want: "3 -1"},
		{op: "Constant", attributes: []*wire.Attribute{{Name: "value_float", Float: 0.5}}, want: "(1/2)"},
		{op: "Constant", attributes: []*wire.Attribute{{Name: "value_floats", Floats: []float32{0.5, 2}}}, want: "1/2 2"},
		{op: "Constant", attributes: []*wire.Attribute{holding("value", shape("", 4, 5))}, want: "4 5"},
		{op: "Constant", want: "?"},
		{op: "Relu", in: []string{"1 2"}, want: "?"},
	} {
		name := c.op + "(" + strings.Join(c.in, ", ") + ")"
		for _, a := range c.attributes {
			name += " " + a.Name
		}
		t.Run(name, func(t *testing.T) {
			out, err := foldedBy(t, c.op, c.in, c.attributes...)
			if message, refused := strings.CutPrefix(c.want, "? "); refused {
				assert.EqualError(t, err, message)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, c.want, shown(out))
		})
	}
}
