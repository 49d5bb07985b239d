package trace

import (
	"fmt"
	"math/big"
	"strings"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
)

func (r *resolver) merge(s arch.Step, m *arch.Merge, in *Value, sc *scope, label string) (*Value, []Node, bool) {
	if len(m.Paths) < 2 && !(len(m.Paths) == 1 && m.Op.Kind().Alone) {
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
		sc.run.enclose(sub.runs)
		all = all && ok
		ends[k] = end
		nodes = append(nodes, made...)
	}
	kind := m.Op.Kind()
	if !all || !r.meet(s.Pos, kind, ends, working == len(ends)) {
		return nil, nil, false
	}
	if m.List {
		ends = parts(ends)
	}
	args, ok := r.mergeArguments(s, m, in, sc)
	if !ok {
		return nil, nil, false
	}
	out, ok := r.operation(kind, args, ends, s.Pos, label)
	if ok && m.List {
		out.list = ends
		out.Producer.Extends = body
	}
	return out, append(nodes, maker(out, ok)...), ok
}

// mergeArguments evaluates the arguments of a merge; most take none.
func (r *resolver) mergeArguments(s arch.Step, m *arch.Merge, in *Value, sc *scope) (arch.Args, bool) {
	kind := m.Op.Kind()
	if len(kind.Parameters) == 0 {
		return arch.Args{}, true
	}
	return r.allArguments(s.Pos, &arch.Layer{Kind: kind, Args: m.Args}, in, sc)
}

// listed is a tensor for readers of a list: the concat of a list itself, or a copy of any other tensor.
func (r *resolver) listed(s arch.Step, in *Value, label string) (*Value, []Node, bool) {
	if in.list != nil {
		return in, nil, true
	}
	out, ok := r.operation(arch.Concat.Kind(), arch.Args{}, []*Value{in}, s.Pos, join(label, "list"))
	if ok {
		out.list = []*Value{in}
	}
	return out, maker(out, ok), ok
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

// meet checks that the ends of the paths of a merge fit together; changed says that no path is the identity. The factors of a
// matrix product are checked by its shape rule.
func (r *resolver) meet(pos arch.Pos, kind *arch.Kind, ends []*Value, changed bool) bool {
	if kind.Products {
		return true
	}
	shapes := r.shapesOf(ends)
	base := arch.Widest(shapes)
	for _, end := range shapes {
		s := end
		if kind.Gates && s.Positions().IsOne() && (len(s.Extents) == 0 || len(s.Extents) == len(base.Extents)) {
			s.Extents = base.Extents
		}
		fits := len(s.Extents) == len(base.Extents) && r.same(s.Batch(), base.Batch())
		if !kind.Joins {
			fits = fits && r.same(s.Width, base.Width)
		}
		for k := 0; fits && k < len(s.Extents); k++ {
			fits = r.same(s.Extents[k], base.Extents[k])
		}
		if !fits {
			r.problem(pos, mismatchHint(kind, end, base, changed), "%s: paths end in %s and %s", kind.Name, base.Text(), end.Text())
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
	if _, proportional := a.Div(b).Rational(); proportional {
		return false // dimensions are positive, so that 2·w is never 4·w
	}
	return r.assume(difference, arch.Zero, "%s = %s", b.Text(), a.Text())
}

// mismatchHint says how two ends of a merge can be made to fit; changed says that no path is the identity.
func mismatchHint(kind *arch.Kind, a, b arch.Shape, changed bool) string {
	vector := len(a.Extents) == 0 && len(b.Extents) > 0
	switch {
	case vector && kind.Gates:
		return fmt.Sprintf("a gate that ends in a vector has one value for each channel: let it end in %s", b.Width.Text())
	case vector && kind.ElementWise() && a.Width.Equal(b.Width):
		return fmt.Sprintf("expand: [%s] behind the vector repeats it at every position; multiply alone takes it as it is", extentsOf(b))
	case vector:
		return "only multiply takes a vector beside a map, one value for each channel"
	case len(a.Extents) != len(b.Extents):
		return "the paths must keep the same number of extents"
	case (kind.Joins || a.Width.Equal(b.Width)) && nearly(a.Extents, b.Extents):
		return "halving and doubling make an odd extent even, and padding changes extents too: take another input, or crop"
	case kind.Joins || a.Width.Equal(b.Width):
		return "a stride or a pool on one path must stand on the other too"
	case a.SameExtents(b) && changed:
		return "the paths must end in the same width; c is the width that enters a step, so that a second 2*c doubles again"
	case a.SameExtents(b):
		return "a projection (conv with kernel 1, or linear) makes the widths meet; a concat takes any"
	default:
		return "a projection with the same stride makes the shapes meet"
	}
}

// extentsOf writes width and extents as in a file.
func extentsOf(s arch.Shape) string {
	words := []string{s.Width.ASCII()}
	for _, e := range s.Extents {
		words = append(words, e.ASCII())
	}
	return strings.Join(words, ", ")
}

// nearly reports whether extents differ by less than a stride of 2 would make them differ.
func nearly(a, b []symbolic.Expr) bool {
	for k := range a {
		ratio, constant := a[k].Div(b[k]).Rational()
		if !constant || ratio.Cmp(big.NewRat(1, 2)) <= 0 || ratio.Cmp(big.NewRat(2, 1)) >= 0 {
			return false
		}
	}
	return true
}
