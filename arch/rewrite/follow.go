package rewrite

import (
	"fmt"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// followed are the arguments of an operation, with its width where that follows another tensor's.
func (w *rewriter) followed(op *trace.Operation, inputs []*trace.Value) (arch.Args, *arch.Fault) {
	if op.Args.Has("shape") && len(inputs) > 0 {
		return reshapedArgs(op, inputs[0].Shape)
	}
	width := symbolic.Expr{}
	changed := map[string]symbolic.Expr{}
	switch followed, ok := w.follow[op]; {
	case ok:
		width = w.widthOf(followed)
	case !w.fixed[op].IsZero():
		width = w.fixed[op]
	case op.Args.Has("groups") && op.Args.Has("out") && isDepthwise(op):
		width = inputs[0].Shape.Width
		changed["groups"] = width
	case (op.Args.Has("inner") || op.Args.Word("out") != "") && !inputs[0].Shape.Width.Equal(op.Inputs[0].Shape.Width):
		width = op.Output.Shape.Width // attention and experts keep their output width, as other layers do
	default:
		return op.Args, nil
	}
	changed["out"] = width
	if n := perOut(op); n != nil && !op.Args.Has("inner") { // two directions put out twice as much
		changed["out"] = width.Div(symbolic.BigInt(n))
	}
	if op.Args.Has("inner") {
		inner, now := op.Args.WidthOr("inner", op.Inputs[0].Shape.Width), inputs[0].Shape.Width
		if inner.Equal(now) && width.Equal(now) {
			return op.Args, nil
		}
		changed["inner"] = inner
	}
	return op.Args.With(changed).WithoutWord("inner").WithoutWord("out"), nil
}

// reshapedArgs are the arguments of an operation with a given output shape, for an input of another width. Where the operation
// keeps the width, the output takes the new one; where it moves channels to positions, as a depth to space does, the ratio of
// the widths stays. Of any other reshape it is not known what it would be.
func reshapedArgs(op *trace.Operation, in arch.Shape) (arch.Args, *arch.Fault) {
	was := op.Inputs[0].Shape
	switch {
	case in.Equal(was):
		return op.Args, nil
	case in.SameExtents(was) && op.Output.Shape.Width.Equal(was.Width):
		dims := append([]symbolic.Expr{in.Width}, op.Args.Axes("shape")[1:]...)
		return op.Args.WithAxes("shape", dims), nil
	case in.SameExtents(was) && len(in.Extents) == len(op.Output.Shape.Extents) && was.Width.Div(op.Output.Shape.Width).IsWhole():
		if width := in.Width.Div(was.Width.Div(op.Output.Shape.Width)); width.IsWhole() {
			dims := append([]symbolic.Expr{width}, op.Args.Axes("shape")[1:]...)
			return op.Args.WithAxes("shape", dims), nil
		}
	}
	return arch.Args{}, &arch.Fault{Message: fmt.Sprintf("makes %s of %s; what it would make of %s is not known", op.Output.Shape.Text(), was.Text(), in.Text())}
}

// widthOf is the width that a tensor has now. A tensor that is not made yet, because its path stands behind, has the width of
// one that it is made of by layers that keep the width.
func (w *rewriter) widthOf(v *trace.Value) symbolic.Expr {
	if from := keptFrom(v, func(v *trace.Value) bool { return w.current(v) != nil }, map[*trace.Value]bool{}); from != nil {
		return w.current(from).Shape.Width
	}
	return v.Shape.Width
}

// keptFrom is a tensor itself if it is made already, or one that is made already and whose width it has; nil if there is none but among
// those seen.
func keptFrom(v *trace.Value, made func(*trace.Value) bool, seen map[*trace.Value]bool) *trace.Value {
	if made(v) {
		return v
	}
	if seen[v] {
		return nil
	}
	seen[v] = true
	for _, before := range keptBy(v.Producer) {
		if from := keptFrom(before, made, seen); from != nil {
			return from
		}
	}
	return nil
}

// keptBy are the operands whose width an operation keeps: of a sum or gate all that are as wide, as any path may be the identity.
func keptBy(op *trace.Operation) []*trace.Value {
	switch {
	case op == nil || len(op.Inputs) == 0 || op.Kind.WeightLayer():
		return nil
	case op.Kind.Merge && !op.Kind.Joins:
		return asWide(op.Inputs, op.Output)
	}
	return asWide(op.Inputs[:1], op.Output)
}
