package arch

import (
	"fmt"

	"github.com/skipcost/skipcost/arch/symbolic"
)

// mergeKinds join paths. Their shape rule is applied after the operands were found to meet.
func mergeKinds() []*Kind {
	first := func(in []Shape, _ Args) (Shape, *Fault) { return Widest(in), nil }
	merge := func(op MergeOp, skip bool, doc string, shape func([]Shape, Args) (Shape, *Fault)) *Kind {
		return &Kind{Name: string(op), Doc: doc, Axes: anyAxes, Merge: true, Skip: skip, shape: shape}
	}
	return []*Kind{
		merge(Add, true, "sum of the paths, element by element", first),
		merge(Concat, true, "the paths side by side along the width", concatShape),
		merge(Multiply, true, "product of the paths; a path without extents, or with extents of 1, scales whole channels", first),
		merge(Mean, true, "mean of the paths, element by element", first),
		merge(Subtract, false, "the first path less the others, element by element", first),
		merge(Divide, false, "the first path over the others, element by element", first),
		merge(Maximum, false, "largest of the paths, element by element", first),
		merge(Minimum, false, "smallest of the paths, element by element", first),
		merge(Where, false, "the second path where the first says so, else the third", first),
		merge(MatMul, false, "matrix product of two paths: the last extent of the second is the width of the first", matmulShape),
	}
}

// Widest is the first shape that is no gate: one with an extent that is not 1, else with any extents, else the first.
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
	if len(in) != 2 {
		return Shape{}, &Fault{Message: fmt.Sprintf("multiplies two paths, not %d", len(in))}
	}
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
