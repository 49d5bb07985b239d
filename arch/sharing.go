package arch

import "github.com/skipcost/skipcost/arch/symbolic"

// shared is the parameter of all kinds that learn.
const shared = "shared"

func sharedParameter() Parameter {
	return Parameter{
		Name: shared, Type: Sharing, Default: symbolic.Int(0),
		Doc: "uses the weights of that layer, where they count; true: of one that has no name",
	}
}

// learns reports whether layers of a kind can have parameters.
func (k *Kind) learns() bool {
	for _, name := range []string{"affine", "values", "heads"} {
		if _, has := k.Parameter(name); has {
			return true
		}
	}
	return k.weights() || k.Name == "class_token" || k.Name == "position_embedding"
}

// Shared reports whether the weights of an operation are those of one before it, where they count.
func (o *Operation) Shared() bool { return o.Owner != nil || isOne(o.Args.Value(shared)) }

// owner is the operation whose weights a layer uses; nil if it has its own, or says only that they are shared.
func (r *resolver) owner(s Step, args Args, sc *scope) (*Operation, bool) {
	name := args.Word(shared)
	if name == "" {
		return nil, true
	}
	v := sc.tap(name)
	switch {
	case v == nil:
		r.problem(s.Pos, "a name can be read after the step that carries it", "nothing is named %q here", name)
		return nil, false
	case v.Producer == nil || !v.Producer.Kind.learns():
		r.problem(s.Pos, "as: NAME stands in the step of the layer itself", "%s is no layer with weights", name)
		return nil, false
	case v.Producer.Owner != nil:
		return v.Producer.Owner, true
	}
	return v.Producer, true
}

// weightElements is how many elements the main weight of an operation has, as far as two of them can be told apart by it.
func (o *Operation) weightElements() symbolic.Expr {
	in := symbolic.Int(1)
	if len(o.Inputs) > 0 {
		in = o.Inputs[0].Shape.Width
	}
	n := in
	switch {
	case o.Args.Has("vocab"):
		n = o.Args.Value("vocab").Mul(o.Args.Value("out"))
	case o.Args.Has("values"):
		n = o.Args.Value("values")
	case o.Args.Has("heads"):
		n = in.Mul(o.Output.Shape.Width)
	case o.Args.Has("out"):
		n = in.Mul(o.Args.Value("out"))
	}
	if groups := o.Args.Value("groups"); o.Args.Has("out") && !groups.IsZero() {
		n = n.Div(groups)
	}
	return n.Mul(symbolic.Product(o.Args.Axes("kernel")...))
}

// share settles, after a rewrite, who owns the weights that operations share: those whose weights are as many as before keep
// their owner if it is still there and its weights are, too. The others use those of the first operation of their group that
// has as many, and are the first themselves if there is none. was gives what an operation was before.
func share(ops []*Operation, was map[*Operation]*Operation) {
	unchanged := map[*Operation]*Operation{} // by what they were
	groups := map[*Operation][]*Operation{}  // those that count, by the owner that they had
	for _, op := range ops {
		old := was[op]
		if old == nil || !op.Kind.learns() {
			continue
		}
		same := op.weightElements().Equal(old.weightElements())
		owner := old.Owner
		if owner == nil {
			owner = old
		}
		switch {
		case same && old.Owner != nil && unchanged[owner] != nil:
			op.Owner = unchanged[owner]
		case old.Owner == nil && (same || !old.Shared()): // has its own, or those of no layer that is known
		default:
			op.own(groups[owner])
		}
		if !op.Shared() {
			groups[owner] = append(groups[owner], op)
			if same && old == owner {
				unchanged[old] = op
			}
		}
	}
}

// own gives an operation its own weights, or those of one of others that has as many.
func (o *Operation) own(others []*Operation) {
	o.Owner = nil
	for _, other := range others {
		if other.weightElements().Equal(o.weightElements()) {
			o.Owner = other
		}
	}
	if o.Args.Has(shared) {
		o.Args = o.Args.with(map[string]symbolic.Expr{shared: symbolic.Int(0)}).withoutWord(shared)
	}
}
