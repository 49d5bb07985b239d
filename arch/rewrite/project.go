package rewrite

import (
	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// meetWidths replaces every operand of an add that is not as wide as the trunk by a projection of it, where the edit asks for
// that.
func (w *rewriter) meetWidths(e Edit, operands []*trace.Value) ([]*trace.Operation, *arch.Problem) {
	if e.Projections != AddProjections {
		return nil, nil
	}
	width := w.now[e.Link.Main].Shape.Width
	var made []*trace.Operation
	for k, v := range operands {
		if v.Shape.Width.Equal(width) {
			continue
		}
		p, problem := w.projection(e.Link.Merge, "projection", v, width)
		if problem != nil {
			return nil, problem
		}
		operands[k] = p.Output
		made = append(made, p)
		w.projected[e.Link.Merge] = append(w.projected[e.Link.Merge], k)
	}
	return made, nil
}

// reduced puts a projection back to the former width behind a merge that has become a concat, where the edit asks for that.
func (w *rewriter) reduced(e Edit, concat *trace.Operation) ([]*trace.Operation, *arch.Problem) {
	if !e.reduces(concat) {
		return nil, nil
	}
	p, problem := w.projection(e.Link.Merge, "reduce", concat.Output, e.Link.Merge.Output.Shape.Width)
	if problem != nil {
		return nil, problem
	}
	w.now[e.Link.Merge.Output] = p.Output
	return []*trace.Operation{p}, nil
}

// reduces reports whether the edit puts a projection behind what its merge has become.
func (e Edit) reduces(merge *trace.Operation) bool { return e.Reduce && merge.Kind.Joins }

// projection is a layer at the place of a merge that only changes the width.
func (w *rewriter) projection(merge *trace.Operation, what string, in *trace.Value, width symbolic.Expr) (*trace.Operation, *arch.Problem) {
	return w.run.Layer(merge, merge.Name+"."+what, projecting(in.Shape, arch.Expression{Expr: width}), in)
}

// projecting is the layer that changes the width of a shape and nothing else: a 1×1 convolution on maps, and a linear layer on
// vectors and sequences.
func projecting(in arch.Shape, width arch.Expression) *arch.Layer {
	layer := &arch.Layer{Kind: arch.KindByName("linear"), Args: map[string]arch.Argument{"out": {Values: []arch.Expression{width}}}}
	if len(in.Extents) > 1 {
		layer.Kind = arch.KindByName("conv")
		layer.Args["kernel"] = arch.Argument{Values: []arch.Expression{{Expr: symbolic.Int(1)}}}
	}
	return layer
}
