package arch

import (
	"fmt"

	"github.com/skipcost/skipcost/arch/symbolic"
)

// References:
//
//	[vaswani2017] Attention Is All You Need, arXiv:1706.03762, section 3.2
//	[zhou2024]    Value Residual Learning, arXiv:2410.17897, section 3

// What an attention layer may be told of where its keys and values come from: other tensors than the one that comes in, as in
// cross-attention, and the values of the first layer. Such a layer is written out, see [Kind.Opens].
const (
	Memory        = "memory"
	ValuesOf      = "values"
	ValueResidual = "value_residual"
)

// attentionKind has four products, of which a way passes two: one of queries, keys or values, and that of what comes out.
func attentionKind(bias Parameter) *Kind {
	return &Kind{
		Name: "attention", Doc: "multi-head attention, self-attention unless it is given a memory; the spatial extent is the sequence", Short: "heads",
		Parameters: []Parameter{
			count("heads", "number of heads"),
			kvHeads(),
			{Name: "inner", Type: Count, Doc: "width of all heads together; the incoming one unless said", Word: "width", Words: []string{"width"}},
			{Name: "out", Type: Count, Doc: "outgoing width; the incoming one unless said", Word: "width", Words: []string{"width"}},
			attentionWindow(), attentionPast(),
			bias,
			{Name: Memory, Type: Tensor, Doc: "name of the tensor that keys and values are made of (cross-attention)", Opens: true},
			{Name: ValuesOf, Type: Tensor, Doc: "name of the tensor that values are made of, where it is another one than that of the keys", Opens: true},
			{Name: ValueResidual, Type: Flag, Doc: "values are a learned sum of the layer's own and those of the first layer that says so", True: 1, Opens: true},
		},
		Axes: someAxes, WeightLayers: 2, shape: attentionShape, weights: attentionWeights,
		ways: func(Args) symbolic.Expr { return symbolic.Int(3) },
	}
}

func kvHeads() Parameter {
	return Parameter{Name: "kv_heads", Type: Count, Doc: "number of key and value heads, shared by groups of heads", SameAs: "heads"}
}

func attentionWindow() Parameter {
	return Parameter{Name: "window", Type: Count, Doc: "how many positions each one sees, itself among them; all unless said", Word: "all", Words: []string{"all"}}
}

func attentionPast() Parameter {
	return Parameter{Name: "past", Type: Size, While: IsBefore, Doc: "positions before those that come in, whose keys and values are cached"}
}

// Attended is how many positions an attention layer holds each of those that come in against, and how many of them came before.
func Attended(positions symbolic.Expr, a Args) (keys, before symbolic.Expr) {
	return AttendedOf(positions, positions, a)
}

// AttendedOf is the same for keys that are made of so many positions. Those of another sequence, which is as long as it is, have none
// before them.
func AttendedOf(queries, positions symbolic.Expr, a Args) (keys, before symbolic.Expr) {
	if queries.Equal(positions) {
		before = a.Value("past")
	}
	keys = positions.Add(before)
	if a.Word("window") != "" {
		return keys, before
	}
	window := a.Value("window")
	if before.IsZero() {
		return symbolic.Min(keys, window), before
	}
	return symbolic.Min(keys, window), symbolic.Min(before, window.Sub(symbolic.Int(1)))
}

// attentionShape: the width of all heads together is a multiple of their number.
func attentionShape(in []Shape, a Args) (Shape, *Fault) {
	if f := headsDivide(a, a.WidthOr("inner", in[0].Width)); f != nil {
		return Shape{}, f
	}
	return in[0].WithWidth(a.WidthOr("out", in[0].Width)), nil
}

// headsDivide refuses a width that is not that of so many equal heads, and groups of heads that are not equal.
func headsDivide(a Args, width symbolic.Expr) *Fault {
	heads, kv := a.Value("heads"), a.Value("kv_heads")
	if r, ok := width.Div(heads).Rational(); ok && !r.IsInt() {
		return &Fault{Message: fmt.Sprintf("%s heads do not divide the width %s", heads.Text(), width.Text())}
	}
	if r, ok := heads.Div(kv).Rational(); ok && !r.IsInt() {
		return &Fault{Message: fmt.Sprintf("%s kv_heads do not divide %s heads", kv.Text(), heads.Text())}
	}
	return nil
}

// Values is the shape of the values that an attention layer makes of a tensor.
func Values(of Shape, a Args, incoming symbolic.Expr) Shape {
	return of.WithWidth(a.WidthOr("inner", incoming).Mul(a.Value("kv_heads")).Div(a.Value("heads")))
}

// attentionWeights: the projections to queries, keys, values and output.
func attentionWeights(in, out Shape, a Args) [][]symbolic.Expr {
	inner, kv := a.WidthOr("inner", in.Width), Values(in, a, in.Width).Width
	return [][]symbolic.Expr{{inner, in.Width}, {kv, in.Width}, {kv, in.Width}, {out.Width, inner}}
}

// attendKind is what lies between the projections of an attention layer, [vaswani2017] equation 1, of queries, keys and values.
func attendKind() *Kind {
	return &Kind{
		Name: string(Attend), Products: true, Operands: 3, KeysAt: 1, Doc: "attention of queries, keys and values that are given, in heads",
		Parameters: []Parameter{count("heads", "number of heads"), kvHeads(), attentionWindow(), attentionPast()}, shape: attendShape,
	}
}

// attendShape: keys have the width of the queries for each of their heads, and values their positions; what comes out has the width of the
// values for each head of the queries.
func attendShape(in []Shape, a Args) (Shape, *Fault) {
	queries, keys, values := in[0], in[1], in[2]
	if f := headsDivide(a, queries.Width); f != nil {
		return Shape{}, f
	}
	heads, kv := a.Value("heads"), a.Value("kv_heads")
	wide := queries.Width.Mul(kv).Div(heads)
	switch {
	case len(queries.Extents) == 0:
		return Shape{}, &Fault{Message: fmt.Sprintf("queries %s are no sequence", queries.Text())}
	case !keys.Width.Equal(wide):
		return Shape{}, &Fault{
			Message: fmt.Sprintf("keys %s do not fit %s heads of queries %s, which ask for a width of %s", keys.Text(), kv.Text(), queries.Text(), wide.Text()),
		}
	case !keys.SameExtents(values):
		return Shape{}, &Fault{Message: fmt.Sprintf("keys %s and values %s have other positions", keys.Text(), values.Text())}
	case !queries.Batch().Equal(keys.Batch()) || !keys.Batch().Equal(values.Batch()):
		return Shape{}, &Fault{Message: fmt.Sprintf("queries %s, keys %s and values %s are of other samples", queries.Text(), keys.Text(), values.Text())}
	}
	if r, ok := values.Width.Div(kv).Rational(); ok && !r.IsInt() {
		return Shape{}, &Fault{Message: fmt.Sprintf("%s kv_heads do not divide the width %s of the values", kv.Text(), values.Width.Text())}
	}
	return queries.WithWidth(values.Width.Mul(heads).Div(kv)), nil
}
