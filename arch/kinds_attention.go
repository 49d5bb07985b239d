package arch

import (
	"fmt"

	"github.com/skipcost/skipcost/arch/symbolic"
)

// References:
//
//	[vaswani2017] Attention Is All You Need, arXiv:1706.03762, section 3.2
//	[zhou2024]    Value Residual Learning, arXiv:2410.17897, section 3

// The parameters of an attention layer whose keys and values are made of other tensors than its input, as in cross-attention,
// or that adds the values of the first layer. Such a layer is written out, see [Kind.Opens].
const (
	Memory        = "memory"
	ValuesOf      = "values"
	ValueResidual = "value_residual"
)

// attentionKind has four products, of which a path passes two: that of queries, keys or values, and the output projection.
func attentionKind(bias Parameter) *Kind {
	return &Kind{
		Name: "attention", Doc: "multi-head attention, self-attention unless it is given a memory; the spatial extent is the sequence", Short: "heads",
		Parameters: []Parameter{
			count("heads", "number of heads"),
			kvHeads(),
			{Name: "inner", Type: Count, Doc: "width of all heads together; the incoming one unless said", Word: AsWide, Words: []string{AsWide}},
			{Name: "out", Type: Count, Doc: "outgoing width; the incoming one unless said", Word: AsWide, Words: []string{AsWide}},
			attentionWindow(), attentionPast(),
			bias,
			{Name: Memory, Type: Tensor, Doc: "name of the tensor that keys and values are made of (cross-attention)", Opens: true},
			{Name: ValuesOf, Type: Tensor, Doc: "name of the tensor that values are made of, where it is another one than that of the keys", Opens: true},
			{Name: ValueResidual, Type: Flag, Doc: "values are a learned sum of the layer's own and those of the first layer that says so", True: 1, Opens: true},
		},
		Axes: someAxes, Depth: 2, demands: attentionDemands, shape: mixedShape, weights: attentionWeights,
		ways:   func(Args) symbolic.Expr { return symbolic.Int(3) },
		layers: func(Args) symbolic.Expr { return symbolic.Int(4) },
	}
}

func kvHeads() Parameter {
	return Parameter{Name: "kv_heads", Type: Count, Doc: "number of key and value heads, shared by groups of heads", SameAs: "heads"}
}

func attentionWindow() Parameter {
	return Parameter{Name: "window", Type: Count, Doc: "how many positions each one sees, itself among them; all unless said", Word: AllElements, Words: []string{AllElements}}
}

func attentionPast() Parameter {
	return Parameter{Name: "past", Type: Size, While: IsBefore, Doc: "positions before those that come in, whose keys and values are cached"}
}

// Attended is the number of positions whose keys each query of an attention layer is compared with, and how many of them are
// cached from before the input.
func Attended(positions symbolic.Expr, a Args) (keys, before symbolic.Expr) {
	return AttendedOf(positions, positions, a)
}

// AttendedOf is the same where queries and keys are made of different numbers of positions. The keys of another sequence have
// none before them.
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

// attentionDemands: the number of heads divides the width of all of them together.
func attentionDemands(in []Shape, a Args) []Demand {
	return headsDivide(a, a.WidthOr("inner", in[0].Width))
}

// headsDivide demands that the number of heads divides a width, and the number of key and value heads that of heads.
func headsDivide(a Args, width symbolic.Expr) []Demand {
	heads, kv := a.Value("heads"), a.Value("kv_heads")
	return []Demand{divides(heads, "heads", width, "the width %s"), divides(kv, "kv_heads", heads, "%s heads")}
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

// attendKind is scaled dot-product attention, the part of an attention layer between its projections: [vaswani2017] equation 1.
func attendKind() *Kind {
	return &Kind{
		Name: string(Attend), Products: true, Operands: 3, KeysAt: 1, Doc: "attention of queries, keys and values that are given, in heads",
		Parameters: []Parameter{count("heads", "number of heads"), kvHeads(), attentionWindow(), attentionPast()}, demands: attendDemands, shape: attendShape,
	}
}

// attendDemands: heads divide the width of the queries, and those of keys and values that of the values.
func attendDemands(in []Shape, a Args) []Demand {
	return append(headsDivide(a, in[0].Width), divides(a.Value("kv_heads"), "kv_heads", in[2].Width, "the width %s of the values"))
}

// attendShape: each head of the keys is as wide as one of the queries, and values have the positions of the keys; the output
// has, for each head of the queries, the width of a head of the values.
func attendShape(in []Shape, a Args) (Shape, *Fault) {
	queries, keys, values := in[0], in[1], in[2]
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
	return queries.WithWidth(values.Width.Mul(heads).Div(kv)), nil
}
