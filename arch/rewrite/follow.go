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
// the tensor that it is made of by layers that keep the width.
func (w *rewriter) widthOf(v *trace.Value) symbolic.Expr {
	for w.current(v) == nil {
		before := madeOf(v)
		if before == nil {
			return v.Shape.Width
		}
		v = before
	}
	return w.current(v).Shape.Width
}

// madeOf is the tensor that one is made of by a layer that keeps the width; nil if there is none.
func madeOf(v *trace.Value) *trace.Value {
	op := v.Producer
	if op == nil || len(op.Inputs) == 0 || op.Kind.WeightLayer() || !v.Shape.Width.Equal(op.Inputs[0].Shape.Width) {
		return nil
	}
	return op.Inputs[0]
}
