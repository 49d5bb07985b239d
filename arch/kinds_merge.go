package arch

import (
	"fmt"
	"slices"

	"github.com/skipcost/skipcost/arch/symbolic"
)

// mergeKinds join paths. Their shape rule is applied after the shapes of the operands were found to fit together.
func mergeKinds() []*Kind {
	first := func(in []Shape, _ Args) (Shape, *Fault) { return Widest(in), nil }
	all := []*Kind{
		{Name: string(Add), Links: true, HandsOn: true, Doc: "sum of the paths, element by element"},
		{Name: string(Concat), Links: true, Joins: true, MayBeEmpty: true, HandsOn: true, Doc: "the paths side by side along the width", shape: concatShape},
		{Name: string(Multiply), Links: true, Gates: true, Doc: "product of the paths; a path without extents, or with extents of 1, scales whole channels"},
		{Name: string(Mean), Links: true, Doc: "mean of the paths, element by element"},
		{Name: string(DepthAttention), Links: true, Alone: true, weights: queryAndScale, Doc: "sum of the paths, each times its share: a softmax over the products of a learned vector and the normalised paths"},
		{Name: string(Subtract), Doc: "the first path less the others, element by element"},
		{Name: string(Divide), Doc: "the first path over the others, element by element"},
		{Name: string(Pow), Operands: 2, Doc: "the first path to the power of the second, element by element"},
		{Name: string(Maximum), Doc: "largest of the paths, element by element"},
		{Name: string(Minimum), Doc: "smallest of the paths, element by element"},
		{Name: string(Where), Chooses: 1, Operands: 3, Doc: "the second path where the first says so, else the third"},
		{Name: string(MatMul), Products: true, Operands: 2, Doc: "matrix product of two paths: the last extent of the second is the width of the first", shape: matmulShape},
		attendKind(),
	}
	all = slices.Insert(all, 4, sumKinds()...)
	for _, k := range all {
		k.Merge, k.Axes = true, anyAxes
		if k.shape == nil {
			k.shape = first
		}
	}
	return all
}

// queryAndScale is the learned query, and the scale of the norm of the keys.
func queryAndScale(in, _ Shape, _ Args) [][]symbolic.Expr {
	return [][]symbolic.Expr{{in.Width}, {in.Width}}
}

// Widest is the shape that the others are broadcast to: the first with an extent other than 1, else the first with any extents,
// else the first.
func Widest(in []Shape) Shape {
	for _, s := range in {
		if !s.Positions().IsOne() {
			return s
		}
	}
	for _, s := range in {
		if len(s.Extents) > 0 {
			return s
		}
	}
	return in[0]
}

// matmulShape: [… M] of width K times [… K] of width N is [… M] of width N.
func matmulShape(in []Shape, _ Args) (Shape, *Fault) {
	a, b := in[0], in[1]
	if len(b.Extents) == 0 || !b.Extents[len(b.Extents)-1].Equal(a.Width) {
		return Shape{}, &Fault{
			Message: fmt.Sprintf("%s does not fit behind %s", b.Text(), a.Text()),
			Hint:    "the last extent of the second path must be the width of the first; reshape moves extents",
		}
	}
	return a.WithWidth(b.Width), nil
}

func concatShape(in []Shape, _ Args) (Shape, *Fault) {
	widths := make([]symbolic.Expr, len(in))
	for k, s := range in {
		widths[k] = s.Width
	}
	return in[0].WithWidth(symbolic.Sum(widths...)), nil
}
