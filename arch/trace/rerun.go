package trace

import (
	"github.com/skipcost/skipcost/arch"
)

// Rerun runs the shape rules over the operations of a trace again, one after the other, where some of them have changed.
type Rerun struct{ run *resolver }

// NewRerun begins a new trace of a network.
func NewRerun(n *arch.Network) *Rerun {
	return &Rerun{run: newResolver(n, nil)}
}

// Input is a tensor that no operation makes.
func (r *Rerun) Input(s arch.Shape) *Value { return r.run.value(s, nil) }

// Operation is an operation under the name of an old one, with a kind, arguments and inputs; or the problem of its shape rule.
func (r *Rerun) Operation(was *Operation, kind *arch.Kind, args arch.Args, inputs []*Value) (*Operation, *arch.Problem) {
	r.place(was)
	if kind.Merge && !r.run.meet(was.Pos, kind, inputs, false) {
		return nil, r.problem()
	}
	out, ok := r.run.operation(kind, args, inputs, was.Pos, was.Name)
	if !ok {
		return nil, r.problem()
	}
	out.Producer.Mixes, out.Producer.Values, out.Producer.Inside = was.Mixes, was.Values, was.Inside
	return out.Producer, nil
}

// Layer adds a new layer at the place of an operation, under a unique name.
func (r *Rerun) Layer(at *Operation, name string, l *arch.Layer, in *Value) (*Operation, *arch.Problem) {
	r.place(at)
	out, _, ok := r.run.layer(arch.Step{Do: l, Pos: at.Pos}, l, in, &scope{names: r.run.symbols}, name)
	if !ok {
		return nil, r.problem()
	}
	return out.Producer, nil
}

// place lets operations run where another one does.
func (r *Rerun) place(at *Operation) {
	r.run.training, r.run.recompute, r.run.survives, r.run.iteration = at.Training, at.Recompute, at.Survives, at.Iteration
}

// problem is the problem of the last operation.
func (r *Rerun) problem() *arch.Problem {
	last := r.run.take()
	return &last
}
