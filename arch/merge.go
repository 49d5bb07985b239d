package arch

import (
	"fmt"

	"github.com/skipcost/skipcost/arch/symbolic"
)

// mergeKinds join paths. Their shape rule is applied after the operands were found to meet.
func mergeKinds() []*Kind {
	first := func(in []Shape, _ Args) (Shape, *fault) { return widest(in), nil }
	merge := func(op MergeOp, skip bool, doc string, shape func([]Shape, Args) (Shape, *fault)) *Kind {
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

// widest is the first shape that is no gate: one with an extent that is not 1, else with any extents, else the first.
func widest(in []Shape) Shape {
	for _, s := range in {
		if !isOne(s.Positions()) {
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
func matmulShape(in []Shape, _ Args) (Shape, *fault) {
	if len(in) != 2 {
		return Shape{}, &fault{message: fmt.Sprintf("multiplies two paths, not %d", len(in))}
	}
	a, b := in[0], in[1]
	if len(b.Extents) == 0 || !b.Extents[len(b.Extents)-1].Equal(a.Width) {
		return Shape{}, &fault{
			message: fmt.Sprintf("%s does not fit behind %s", b.Text(), a.Text()),
			hint:    "the last extent of the second path must be the width of the first; reshape moves extents",
		}
	}
	return a.withWidth(b.Width), nil
}

func concatShape(in []Shape, _ Args) (Shape, *fault) {
	widths := make([]symbolic.Expr, len(in))
	for k, s := range in {
		widths[k] = s.Width
	}
	return in[0].withWidth(symbolic.Sum(widths...)), nil
}

func (r *resolver) merge(s Step, m *Merge, in *Value, sc *scope, label string) (*Value, []Node, bool) {
	if len(m.Paths) < 2 {
		r.problem(s.Pos, "the identity is an empty path", "%s needs at least two paths", m.Op)
		return nil, nil, false
	}
	working := 0
	for _, p := range m.Paths {
		if len(p.Steps) > 0 {
			working++
		}
	}
	var nodes []Node
	ends := make([]*Value, len(m.Paths))
	all := true
	body := in
	if m.List {
		var ok bool
		if body, nodes, ok = r.listed(s, in, label); !ok {
			return nil, nil, false
		}
	}
	for k, p := range m.Paths {
		sub := *sc
		sub.depth++
		sub.label, sub.named = label, false
		if working > 1 {
			sub.label = join(label, fmt.Sprintf("path%d", k+1))
		}
		start := in
		if len(p.Steps) > 0 {
			start = body
		}
		end, made, ok := r.steps(p.Steps, start, &sub)
		all = all && ok
		ends[k] = end
		nodes = append(nodes, made...)
	}
	if !all || m.Op != MatMul && !r.meet(s.Pos, m.Op, ends) {
		return nil, nil, false
	}
	if m.List {
		ends = parts(ends)
	}
	out, made, ok := r.operation(KindByName(string(m.Op)), Args{}, ends, s.Pos, label)
	if ok && m.List {
		out.list = ends
		out.Producer.Extends = body
	}
	return out, append(nodes, made...), ok
}

// listed is a tensor as the readers of a list see it: a concat of a list as it is, a copy of anything else.
func (r *resolver) listed(s Step, in *Value, label string) (*Value, []Node, bool) {
	if in.list != nil {
		return in, nil, true
	}
	out, nodes, ok := r.operation(KindByName(string(Concat)), Args{}, []*Value{in}, s.Pos, join(label, "list"))
	if ok {
		out.list = []*Value{in}
	}
	return out, nodes, ok
}

// parts opens the lists among the ends of paths.
func parts(ends []*Value) []*Value {
	var out []*Value
	for _, v := range ends {
		if v.list != nil {
			out = append(out, v.list...)
		} else {
			out = append(out, v)
		}
	}
	return out
}

// meet checks that the ends of the paths of a merge fit together.
func (r *resolver) meet(pos Pos, op MergeOp, ends []*Value) bool {
	shapes := r.shapesOf(ends)
	base := widest(shapes)
	for _, s := range shapes {
		if op == Multiply && isOne(s.Positions()) && (len(s.Extents) == 0 || len(s.Extents) == len(base.Extents)) {
			s.Extents = base.Extents
		}
		fits := len(s.Extents) == len(base.Extents) && r.same(s.Batch(), base.Batch())
		if op != Concat {
			fits = fits && r.same(s.Width, base.Width)
		}
		for k := 0; fits && k < len(s.Extents); k++ {
			fits = r.same(s.Extents[k], base.Extents[k])
		}
		if !fits {
			r.problem(pos, mismatchHint(op, s, base), "%s: paths end in %s and %s", op, base.Text(), s.Text())
			return false
		}
	}
	return true
}

// same reports whether two dimensions are equal: surely, or under an assumption on the free symbols.
func (r *resolver) same(a, b symbolic.Expr) bool {
	if a.Equal(b) {
		return true
	}
	difference := a.Sub(b)
	if difference.IsZero() {
		return true
	}
	if _, constant := difference.Rational(); constant || difference.Err() != nil {
		return false
	}
	return r.assume(difference, "%s = %s", b.Text(), a.Text())
}

func mismatchHint(op MergeOp, a, b Shape) string {
	switch {
	case len(a.Extents) != len(b.Extents):
		return "the paths must keep the same number of extents"
	case op == Concat || a.Width.Equal(b.Width):
		return "a stride or a pool on one path must stand on the other too"
	case equalExtents(a.Extents, b.Extents):
		return "a projection (conv with kernel 1, or linear) makes the widths meet; concat needs no equal widths"
	default:
		return "a projection with the same stride makes the shapes meet"
	}
}
