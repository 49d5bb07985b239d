package trace

import (
	"slices"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
)

// Shared reports whether the weights of an operation are those of one before it, where they count.
func (o *Operation) Shared() bool { return o.Owner != nil || o.Args.Value(arch.Shared).IsOne() }

// owner is the operation whose weights a layer uses; nil if it has its own, or says only that they are shared.
func (r *resolver) owner(s arch.Step, args arch.Args, sc *scope) (*Operation, bool) {
	name := args.Word(arch.Shared)
	if name == "" {
		return nil, true
	}
	v := sc.tap(name)
	switch {
	case v == nil:
		r.problem(s.Pos, "a name can be read after the step that carries it", "nothing is named %q here", name)
		return nil, false
	case v.Producer == nil || !v.Producer.Kind.Learns():
		r.problem(s.Pos, "as: NAME stands in the step of the layer itself", "%s is no layer with weights", name)
		return nil, false
	case v.Producer.Owner != nil:
		return v.Producer.Owner, true
	}
	return v.Producer, true
}

// fits refuses a layer whose weights cannot be those of its owner, or a piece of them: a matrix where the owner has none, or more
// elements than it has.
func (r *resolver) fits(op, owner *Operation, pos arch.Pos) bool {
	if op.Kind.WeightLayer() && !owner.Kind.WeightLayer() {
		r.problem(pos, "", "%s: layer %s is a %s and has no weights for it", op.Kind.Name, owner.Name, owner.Kind.Name)
		return false
	}
	own, theirs := op.WeightElements(), owner.WeightElements()
	more := func(e symbolic.Expr) bool { sign, known := e.Sign(); return known && sign > 0 }
	missing := own.Sub(theirs)
	if !op.Kind.WeightLayer() || !more(missing) && !slices.ContainsFunc(r.around.Ends(missing), more) {
		return true
	}
	what := "weights"
	if rows, there := op.Args.Value("out"), owner.Args.Value("out"); op.Kind == owner.Kind && !rows.Equal(there) {
		own, theirs, what = rows, there, "rows"
	}
	r.problem(pos, "layers that share weights have as many", "%s: %s %s do not fit the %s of layer %s", op.Kind.Name, own.Text(), what, theirs.Text(), owner.Name)
	return false
}

// WeightElements is how many elements the weights of an operation have, its biases apart.
func (o *Operation) WeightElements() symbolic.Expr {
	var in arch.Shape
	if len(o.Inputs) > 0 {
		in = o.Inputs[0].Shape
	}
	var sum symbolic.Expr
	for _, extents := range o.Kind.Weights(in, o.Output.Shape, o.Args) {
		sum = sum.Add(symbolic.Product(extents...))
	}
	return sum
}
