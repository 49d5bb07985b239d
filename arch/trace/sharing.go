package trace

import (
	"strings"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
)

// Shared reports whether an operation uses the weights of an earlier one, where they count.
func (o *Operation) Shared() bool { return o.Owner != nil || o.Args.Value(arch.Shared).IsOne() }

// owner is the operation whose weights a layer uses; nil if it has its own, or only says that they are shared.
func (r *resolver) owner(s arch.Step, args arch.Args, sc *scope) (*Operation, bool) {
	name := args.Word(arch.Shared)
	if name == "" {
		return nil, true
	}
	v := sc.tap(name)
	switch {
	case v == nil:
		r.unnamed(s.Pos, name, "")
		return nil, false
	case v.Producer == nil || !v.Producer.Kind.Learns():
		r.problem(s.Pos, "as: NAME stands in the step of the layer itself", "%s is no layer with weights", name)
		return nil, false
	case v.Producer.Owner != nil:
		return v.Producer.Owner, true
	}
	return v.Producer, true
}

// fits refuses a layer whose weights cannot be those of its owner. Equalities that depend on free symbols are assumed.
func (r *resolver) fits(op, owner *Operation, pos arch.Pos) bool {
	if !op.Kind.SharesWith(owner.Kind) {
		r.problem(pos, "", "%s: layer %s is a %s and has no weights for it", op.Kind.Name, owner.Name, owner.Kind.Name)
		return false
	}
	if more, is := op.Args.Value(arch.Bias).Sub(owner.Args.Value(arch.Bias)).Sign(); is && more > 0 {
		r.problem(pos, "leave the bias out, and put a shift behind the layer where it is to have one of its own", "%s: a bias is asked for, which layer %s does not have", op.Kind.Name, owner.Name)
		return false
	}
	if op.Kind != owner.Kind && !op.Kind.WeightLayer() || op.WeightElements().IsZero() {
		return true // it may use the bias, scale or shift of the other layer, or none of its weights
	}
	theirs := owner.weights()
	for k, extents := range op.weights() {
		more, missing := arch.Unmatched(extents, theirs[k])
		if len(more) == 1 && len(missing) == 1 && !known(more[0].Sub(missing[0])) {
			if !r.assume(more[0].Sub(missing[0]), arch.Zero, "%s = %s", more[0].Text(), missing[0].Text()) {
				return false // only a single iteration can decide
			}
			continue
		}
		if len(more)+len(missing) > 0 {
			r.problem(pos, "layers that share weights have tensors of the same extents", "%s: %s weights do not fit the %s of layer %s",
				op.Kind.Name, timesText(extents), timesText(theirs[k]), owner.Name)
			return false
		}
	}
	return true
}

func known(e symbolic.Expr) bool {
	_, is := e.Sign()
	return is
}

// timesText writes extents as in 64×3×3.
func timesText(extents []symbolic.Expr) string {
	parts := make([]string, len(extents))
	for k, e := range extents {
		parts[k] = e.Text()
	}
	return strings.Join(parts, "×")
}

// weights are the extents of each tensor that an operation learns, biases apart.
func (o *Operation) weights() [][]symbolic.Expr {
	var in []arch.Shape
	if len(o.Inputs) > 0 {
		in = []arch.Shape{o.Inputs[0].Shape}
	}
	return o.Kind.Weights(in, o.Operands(), o.Output.Shape, o.Args)
}

// WeightElements is how many elements the weights of an operation have, its biases apart.
func (o *Operation) WeightElements() symbolic.Expr {
	var sum symbolic.Expr
	for _, extents := range o.weights() {
		sum = sum.Add(symbolic.Product(extents...))
	}
	return sum
}
