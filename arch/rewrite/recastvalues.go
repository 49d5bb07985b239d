package rewrite

import (
	"maps"
	"slices"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// References:
//
//	[zhou2024] Value Residual Learning, arXiv:2410.17897, section 3

// valued lets the attention layers on the branch of an add read the values of the first one too, [zhou2024].
func (r *recaster) valued(s arch.Step) ([]arch.Step, int) {
	switch a := s.Do.(type) {
	case *arch.Layer:
		if !r.inside || !takesValues(a) {
			return nil, 0
		}
		made := &arch.Layer{Kind: a.Kind, Args: maps.Clone(a.Args)}
		if made.Args == nil {
			made.Args = map[string]arch.Argument{}
		}
		made.Args[arch.ValueResidual] = arch.Argument{Values: []arch.Expression{whole(symbolic.Int(1))}}
		s.Do = made
		return []arch.Step{s}, 1
	case *arch.Merge:
		if r.inside || !a.Op.Kind().Sums() {
			return nil, 0
		}
		all := layersOf(arch.Within(a))
		attends := slices.ContainsFunc(all, takesValues)
		switch {
		case !attends:
			r.stay(a, "no attention layer stands on its branch that has values of the incoming width")
			return nil, 0
		case !slices.ContainsFunc(all, func(l *arch.Layer) bool { return takesValues(l) && !hasResidual(l) }):
			r.keep(a)
			return nil, 0
		case !r.takes(a) || !r.sameValues(a, all):
			return nil, 0
		}
		r.change(a)
		r.inside = true
		defer func() { r.inside = false }()
		return []arch.Step{r.into(s)}, 1
	}
	return nil, 0
}

// sameValues reports whether the values of attention layers have the shape of the first ones; else it notes why a merge stays.
func (r *recaster) sameValues(m *arch.Merge, layers []*arch.Layer) bool {
	for _, l := range layers {
		for _, made := range r.values[l] {
			if r.kept == nil {
				r.kept = &made
			}
			if !made.Equal(*r.kept) {
				r.stay(m, "its attention layers make values of "+made.Text()+", the first one of "+r.kept.Text())
				return false
			}
		}
	}
	return true
}

// valuesOf is the shape of the values that an attention layer made.
func valuesOf(l *arch.Layer, out *trace.Value) arch.Shape {
	op := out.Producer
	if op.Kind != l.Kind { // the layer is written out
		return op.Inputs[0].Producer.Inputs[2].Shape
	}
	in := op.Inputs[0].Shape
	return arch.Values(in, op.Args, in.Width)
}

// takesValues reports whether a layer can read the values of the first attention layer too.
func takesValues(l *arch.Layer) bool {
	_, takes := l.Kind.Parameter(arch.ValueResidual)
	return takes
}

// hasResidual reports whether a layer does so already.
func hasResidual(l *arch.Layer) bool {
	told := l.Args[arch.ValueResidual].Values
	return len(told) == 1 && told[0].IsOne()
}

// layersOf are the layers in lists of steps, and in the blocks that they use.
func layersOf(lists [][]arch.Step) []*arch.Layer {
	var out []*arch.Layer
	for _, list := range lists {
		for _, s := range list {
			switch a := s.Do.(type) {
			case *arch.Layer:
				out = append(out, a)
			case *arch.Use:
				out = append(out, layersOf([][]arch.Step{bodyOf(a)})...)
			}
			out = append(out, layersOf(arch.Within(s.Do))...)
		}
	}
	return out
}

// residual is the sum that adds the values of the first attention layer to those of a layer; nil if there is none, as in the
// first layer itself.
func residual(l *arch.Layer, out *trace.Value) *trace.Operation {
	if !hasResidual(l) {
		return nil
	}
	attend := out.Producer.Inputs[0].Producer
	if sum := attend.Inputs[2].Producer; sum.Kind.Links {
		return sum
	}
	return nil
}

// withoutResidual is an attention layer that reads its own values only.
func (r *recaster) withoutResidual(s arch.Step, l *arch.Layer) ([]arch.Step, int) {
	sums := r.residuals[l]
	if len(sums) == 0 && !hasResidual(l) {
		return nil, 0
	}
	for _, op := range sums {
		if r.chosen[op] == nil {
			for _, other := range sums {
				if r.chosen[other] != nil {
					r.Stays[other] = "its step makes other links too, which are not chosen"
				}
			}
			return nil, 0
		}
	}
	for _, op := range sums {
		r.Changed[op] = true
	}
	made := &arch.Layer{Kind: l.Kind, Args: maps.Clone(l.Args)}
	delete(made.Args, arch.ValueResidual)
	s.Do = made
	return []arch.Step{s}, 1
}
