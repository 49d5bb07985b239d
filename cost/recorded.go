package cost

import (
	"slices"

	"github.com/skipcost/skipcost/arch/trace"
)

// recorded says which operations of a trace a framework records for the backward pass: those with trained weights, and those
// that read tensors which depend on some. Only they keep anything. The network's input needs no gradient, unless there are no
// weights at all: then the network is a piece of a larger one.
type recorded struct {
	trains *selection
	needs  map[*trace.Value]bool // tensors that depend on trained parameters, and so need a gradient
	least  bool                  // needs has the tensors that need one in every iteration, not those that do in some
	turned map[*trace.Loop]bool  // loops whose later iterations read what differs from the first input in needing a gradient
}

// newRecorded finds which tensors need a gradient: in some iterations of their loops, or if least is set in every one. The more of
// its inputs need a gradient the more an operation keeps, so that where both findings lead to the same storages all iterations keep the
// same.
func newRecorded(t *trace.Trace, trains *selection, least bool) *recorded {
	ops := t.Operations()
	r := &recorded{trains: trains, needs: make(map[*trace.Value]bool, len(ops)+1), least: least, turned: map[*trace.Loop]bool{}}
	r.needs[t.Input] = !slices.ContainsFunc(ops, hasWeights)
	for changed := true; changed; {
		changed = r.pass(t.Body)
	}
	return r
}

// pass walks the nodes once, and reports whether the output of an iteration differs from its input in needing a gradient, which
// calls for another pass.
func (r *recorded) pass(nodes []trace.Node) (changed bool) {
	for _, n := range nodes {
		switch n := n.(type) {
		case *trace.Operation:
			r.needs[n.Output] = r.reads(n) || r.trained(n)
		case *trace.Loop:
			r.enters(n)
			changed = r.pass(n.Body) || changed
			if r.needs[n.In] == r.least && r.needs[n.Out] != r.least {
				r.turned[n], changed = true, true
			}
			r.needs[n.Result] = r.needs[n.Out]
			if p := n.Past; p != nil {
				r.needs[p.Result] = r.needs[p.In] || r.needs[n.Out]
			}
		}
	}
	return changed
}

// enters sets which of the tensors that enter an iteration need a gradient. Of the earlier tensors of a [trace.Past] with a stride
// only the latest is sure to be read.
func (r *recorded) enters(l *trace.Loop) {
	r.needs[l.In] = r.needs[l.Start]
	if r.turned[l] {
		r.needs[l.In] = !r.least
	}
	if p := l.Past; p != nil {
		r.needs[p.In] = r.needs[l.In]
		if !r.least || p.Stride == 1 {
			r.needs[p.In] = r.needs[p.In] || r.needs[l.Start] || slices.ContainsFunc(p.Before, func(v *trace.Value) bool { return r.needs[v] })
		}
	}
	for _, m := range l.Mirrors {
		r.needs[m.In] = r.needs[m.Made]
	}
}

// reads reports whether an operation reads a tensor that needs a gradient.
func (r *recorded) reads(op *trace.Operation) bool { return anyNeeds(r.needs, op) }

// anyNeeds reports whether an operation reads a tensor that needs a gradient, and records for a value that stands for several
// tensors whether one of them does.
func anyNeeds(needs map[*trace.Value]bool, op *trace.Operation) bool {
	reads := false
	for _, in := range op.Inputs {
		if slices.ContainsFunc(in.Tensors(), func(v *trace.Value) bool { return needs[v] }) {
			needs[in], reads = true, true
		}
	}
	return reads
}

// trained reports whether an operation has weights that are trained.
func (r *recorded) trained(op *trace.Operation) bool {
	return !r.trains.isFrozen(op) && hasWeights(op)
}

func hasWeights(op *trace.Operation) bool { return op.Kind.Learns() && !op.WeightElements().IsZero() }

// operands are the inputs that an operation keeps.
func (r *recorded) operands(keeps compiledKeeps, rule *compiled, op *trace.Operation) []*trace.Value {
	switch {
	case !keeps.Input, keeps.InputFor == OwnWeights && !r.trained(op):
		return nil
	case keeps.InputFor == OtherFactors:
		return rule.factors(r.needs, op)
	case keeps.InputFor == Divisors && !slices.ContainsFunc(op.Inputs[1:], func(v *trace.Value) bool { return r.needs[v] }):
		return op.Inputs[1:]
	case keeps.InputFor != OtherOperands:
		return op.Inputs
	}
	var kept []*trace.Value
	for k, in := range op.Inputs {
		if slices.ContainsFunc(op.Inputs[:k], func(v *trace.Value) bool { return r.needs[v] }) ||
			slices.ContainsFunc(op.Inputs[k+1:], func(v *trace.Value) bool { return r.needs[v] }) {
			kept = append(kept, in)
		}
	}
	return kept
}
