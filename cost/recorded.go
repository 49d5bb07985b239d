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
	needs  map[*trace.Value]bool // the value depends on trained parameters
	least  bool                  // in every iteration of the loops around it, not in some
	turned map[*trace.Loop]bool  // loops of which what enters later iterations is unlike what enters the first
}

// newRecorded looks at what is recorded in some iterations of loops, or at the least that is in every one. What an operation keeps grows
// with what it reads that needs a gradient, so that iterations in between keep the same where both keep the same.
func newRecorded(t *trace.Trace, trains *selection, least bool) *recorded {
	ops := t.Operations()
	r := &recorded{trains: trains, needs: make(map[*trace.Value]bool, len(ops)+1), least: least, turned: map[*trace.Loop]bool{}}
	r.needs[t.Input] = !slices.ContainsFunc(ops, hasWeights)
	for changed := true; changed; {
		changed = r.pass(t.Body)
	}
	return r
}

// pass walks the nodes once, and reports whether what enters an iteration turned out otherwise.
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

// enters says what an iteration of a loop reads from outside. Of all tensors so far it may not read but the latest.
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

// reads reports whether an operation reads something that needs a gradient.
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
