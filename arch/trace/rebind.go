package trace

import (
	"slices"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
)

// Bind is Resolve of the network of a trace in which all symbols are free, as in that of a [Builder]. Where the trace has no
// loops, the shape rules run over its operations again, without the tree of steps, unless runs are asked for.
func (t *Trace) Bind(o Options) (*Trace, error) {
	if t.HasLoops() || o.Runs {
		return Resolve(t.Network, o)
	}
	read := t.read
	if read == nil {
		read = readNames(t.Network)
	}
	values, problems := bind(t.Network, read, o)
	if len(problems) > 0 {
		return nil, arch.NewProblems(t.Network.File, problems)
	}
	out := bound(t.Network, values)
	if slices.Equal(out.Free, t.Free) {
		return t, nil
	}
	b := &rebinder{run: newResolver(t.Network, o.Budget), values: values}
	b.run.symbols = values
	if !b.trace(t, out) {
		return Resolve(t.Network, o) // which reports the problems and their places
	}
	return out, nil
}

// rebinder makes the operations of a trace anew under bindings.
type rebinder struct {
	run    *resolver
	values symbolic.Bindings
	now    []*Value // new values, by the IDs of the old ones
}

// trace makes the bound trace; false where a shape rule or an assumption fails under the bindings.
func (b *rebinder) trace(was, out *Trace) bool {
	b.now = make([]*Value, was.Input.ID+len(was.Body)+1)
	shape := was.Input.Shape.Substitute(b.values)
	if !shape.Possible(false) {
		return false
	}
	out.Input = b.run.value(shape, nil)
	b.put(was.Input, out.Input)
	out.Body = make([]Node, 0, len(was.Body))
	for _, n := range was.Body {
		op, ok := b.operation(n.(*Operation))
		if !ok {
			return false
		}
		out.Body = append(out.Body, op)
	}
	out.Output, out.Outputs = b.now[was.Output.ID], b.all(was.Outputs)
	b.run.demand(out)
	out.Assumptions = needed(b.run.assumptions)
	return true
}

func (b *rebinder) put(was, now *Value) {
	if missing := was.ID + 1 - len(b.now); missing > 0 {
		b.now = append(b.now, make([]*Value, missing)...)
	}
	b.now[was.ID] = now
}

func (b *rebinder) all(values []*Value) []*Value {
	if values == nil {
		return nil
	}
	out := make([]*Value, len(values))
	for k, v := range values {
		out[k] = b.now[v.ID]
	}
	return out
}

// operation is the bound form of an operation.
func (b *rebinder) operation(was *Operation) (*Operation, bool) {
	r := b.run
	args, ok := b.arguments(was)
	if !ok {
		return nil, false
	}
	inputs := b.all(was.Inputs)
	r.training, r.recompute, r.survives, r.iteration = was.Training, was.Recompute, was.Survives.Substitute(b.values), was.Iteration
	if was.Kind.Merge && !r.meet(was.Pos, was.Kind, inputs, false) {
		return nil, false
	}
	out, ok := r.operation(was.Kind, args, inputs, was.Pos, was.Name)
	if !ok {
		return nil, false
	}
	op := out.Producer
	op.Mixes, op.Values, op.Inside = was.Mixes, was.Values, was.Inside
	if was.Owner != nil {
		op.Owner = b.now[was.Owner.Output.ID].Producer
		ok = r.fits(op, op.Owner, was.Pos)
	}
	b.put(was.Output, out)
	return op, ok
}

// arguments are the arguments of an operation under the bindings, checked for their range.
func (b *rebinder) arguments(was *Operation) (arch.Args, bool) {
	args, changed := was.Args.Substitute(b.values)
	for _, k := range changed {
		p := &was.Kind.Parameters[k]
		for _, v := range args.Axes(p.Name) {
			if v.Err() != nil || !b.run.inRange(was.Kind, p, arch.Expression{Expr: v}, v) {
				return args, false
			}
		}
	}
	return args, true
}
