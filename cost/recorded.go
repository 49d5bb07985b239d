package cost

import (
	"maps"
	"slices"

	"github.com/skipcost/skipcost/arch/trace"
)

// recorded says which operations of a trace a framework records for the backward pass: those that have trained weights, or read what
// depends on some. Only they keep anything. The network's input needs no gradient, unless there are no weights at all: then the network
// is a piece of a larger one.
type recorded struct {
	trains *selection
	needs  map[*trace.Value]bool // the value depends on trained parameters
}

// newRecorded looks at all iterations of a loop but the first where that one differs.
func newRecorded(t *trace.Trace, trains *selection) *recorded {
	ops := t.Operations()
	r := &recorded{trains: trains, needs: make(map[*trace.Value]bool, len(ops)+1)}
	r.needs[t.Input] = !slices.ContainsFunc(ops, hasWeights)
	for changed := true; changed; {
		changed = r.pass(t.Body, allIterations, r)
	}
	return r
}

// others looks at the first iterations instead, at those that read what the first ones of an earlier loop made, and at those behind the
// first; none where they are like all together.
func (r *recorded) others(t *trace.Trace) []*recorded {
	fresh := func() *recorded {
		return &recorded{trains: r.trains, needs: map[*trace.Value]bool{t.Input: r.needs[t.Input]}}
	}
	first, mirrors, later := fresh(), fresh(), fresh()
	first.pass(t.Body, firstIterations, r)
	for changed := true; changed; {
		changed = mirrors.pass(t.Body, allIterations, first)
	}
	for changed := true; changed; {
		changed = later.pass(t.Body, laterIterations, r)
	}
	return slices.DeleteFunc([]*recorded{first, mirrors, later}, func(o *recorded) bool { return maps.Equal(o.needs, r.needs) })
}

// iterations says which iterations of loops a pass looks at.
type iterations int

// All together, the first ones, or those that read what another one put out.
const (
	allIterations iterations = iota
	firstIterations
	laterIterations
)

// pass walks the nodes once, and reports whether an iteration has to be handed on what one before it puts out. What loops read of
// earlier ones is as mirrored says.
func (r *recorded) pass(nodes []trace.Node, which iterations, mirrored *recorded) (changed bool) {
	for _, n := range nodes {
		switch n := n.(type) {
		case *trace.Operation:
			r.needs[n.Output] = r.reads(n) || r.trained(n)
		case *trace.Loop:
			r.needs[n.In] = r.needs[n.In] || which != laterIterations && r.needs[n.Start]
			if p := n.Past; p != nil {
				r.needs[p.In] = r.needs[p.In] || r.needs[n.In] || slices.ContainsFunc(p.Before, func(v *trace.Value) bool { return r.needs[v] })
			}
			for _, m := range n.Mirrors {
				r.needs[m.In] = mirrored.needs[m.Made]
			}
			changed = r.pass(n.Body, which, mirrored) || changed
			r.needs[n.Result] = r.needs[n.Out]
			if p := n.Past; p != nil {
				r.needs[p.Result] = r.needs[p.In] || r.needs[n.Out]
			}
			if which != firstIterations && r.needs[n.Out] && !r.needs[n.In] {
				r.needs[n.In], changed = true, true
			}
		}
	}
	return changed
}

// isOpen reports whether it is not known of some loop what its iterations read.
func (r *recorded) isOpen(nodes []trace.Node) bool {
	return slices.ContainsFunc(nodes, func(n trace.Node) bool {
		l, is := n.(*trace.Loop)
		return is && (unclear(l, r.needs) || r.isOpen(l.Body))
	})
}

// unclear reports whether it hangs on the iteration if what one reads of all tensors so far needs a gradient: some of them do, not all of
// them are read, and the latest, which always is, does not.
func unclear(l *trace.Loop, needs map[*trace.Value]bool) bool {
	return l.Past != nil && l.Past.Stride > 1 && needs[l.Past.In] && !needs[l.In]
}

// reads reports whether an operation reads something that needs a gradient.
func (r *recorded) reads(op *trace.Operation) bool { return anyNeeds(r.needs, op) }

// anyNeeds reports whether an operation reads something that needs a gradient, and notes of a value that stands for several tensors
// whether one of them does.
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
