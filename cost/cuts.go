package cost

import (
	"errors"
	"slices"

	"github.com/skipcost/skipcost/arch/flow"
	"github.com/skipcost/skipcost/arch/rewrite"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// cutter prices a written-out trace without one of its links, for one link after another. Only layers that served the link
// alone differ, and layers behind the merge as far as their shapes change. Sums change by the costs of these layers, and memory
// by the storages that they touch, between the first and the last of them. Where it is not known what differs, the whole trace
// is rewritten and priced.
type cutter struct {
	*counter
	editor *rewrite.Editor
	trace  *trace.Trace
	ops    []*trace.Operation
	at     map[*trace.Value]int // the operation that makes a tensor
	saved  *savedStorages       // nil if not asked for
	peaks  *liveProfile         // nil if not asked for
	flow   *backprop            // nil if not asked for
	steps  []symbolic.Expr      // the multiply-accumulates of a training step, by operation
	step   *cutStep             // nil if not asked for
	gains  *flow.Cuts           // nil if not asked for
	usable bool                 // for this trace and these costs
	// Layers run again in the backward pass because steps say so.
	recomputes bool
	work       *symbolic.Budget
}

func newCutter(e *rewrite.Editor, t *trace.Trace, o Options) (*cutter, error) {
	c := &cutter{counter: newCounter(o), editor: e, trace: t, ops: t.Operations(), at: map[*trace.Value]int{}, work: t.Budget.Copy()}
	c.selects(t)
	var err error
	if c.types, err = newElementTypes(t, o); err != nil {
		return nil, err
	}
	for k, op := range c.ops {
		c.at[op.Output] = k
	}
	c.usable = o.Memory.Concat != SharedConcat && o.Memory.Concat != RecomputeConcat && !o.Memory.FoldNorms && !o.Memory.FoldBranches && o.Memory.Fused == "" && !o.Precision.Autocast
	c.recomputes = recomputes(t)
	for _, q := range c.wholes {
		if !c.usable {
			break
		}
		if err := c.prepare(q, t); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// prepare analyses the whole network for a quantity that is no sum.
func (c *cutter) prepare(q Quantity, t *trace.Trace) (err error) {
	switch q {
	case TrainingSavedBytes, TrainingSavedBytesWithoutInput:
		if c.saved == nil {
			c.saved, err = newSavedStorages(c.counter, t)
		}
		if err == nil {
			err = c.follow() // kept tensors depend on where gradients go
		}
	case InferencePeakBytes, PeakInputHeldBytes:
		if c.peaks == nil {
			c.peaks, err = newLiveProfile(t, c.options)
		}
	case TrainingMACs:
		err = c.follow()
	case TrainingPeakBytes:
		if c.recomputes || t.Long() {
			c.usable = false
			return nil
		}
		var plan *stepPlan
		if plan, err = c.planStep(t); err == nil {
			c.step = newCutStep(plan)
			err = c.follow()
		}
	case SignalGain, GradientGain, EffectivePath:
		if c.gains == nil {
			var unknown error // which what each cut leaves may be for another reason
			c.gains, unknown = flow.NewCuts(t, flow.Options{Init: c.options.Init})
			c.usable = unknown == nil
		}
	case RecomputedMACs, RecomputedTrafficBytes:
		c.usable = !c.recomputes
	default:
		c.usable = false
	}
	return err
}

// cut is the difference that one link makes, by the numbers of operations.
type cut struct {
	*rewrite.Difference
	gone map[int]bool // the merge too, if one operand is left
	made []remade     // in order
	// places are the operations that make tensors which do not exist in the network with the link.
	places map[*trace.Value]int
	step   *turned // once it is known
}

// remade is the new form of an operation.
type remade struct {
	at int
	op *trace.Operation
}

// difference is the difference that a link makes; false if the link cannot be priced by it.
func (c *cutter) difference(l *rewrite.Link) (*cut, bool) {
	rule, err := compiledRule(l.Merge.Kind.Name)
	if err != nil || !c.usable || l.Merge.Training || rule.inPlace != nil || rule.view {
		return nil, false
	}
	d, ok := c.editor.Cut(l)
	if !ok {
		return nil, false
	}
	x := &cut{Difference: d, gone: make(map[int]bool, len(d.Gone)), places: map[*trace.Value]int{}}
	for op := range d.Gone {
		x.gone[c.at[op.Output]] = true
	}
	for op, made := range d.Made {
		x.made = append(x.made, remade{c.at[op.Output], made})
		x.places[made.Output] = c.at[op.Output]
	}
	slices.SortFunc(x.made, func(a, b remade) int { return a.at - b.at })
	return x, true
}

// moves reports whether an operation that is changed puts its output into the storage of its first input, so that tensors
// behind it may lie in another storage.
func (x *cut) moves(shares func(*trace.Operation) bool) bool {
	return slices.ContainsFunc(x.made, func(m remade) bool { return shares(m.op) })
}

// in is the tensor in whose storage a tensor lies without the link; shares says which operations share the storage of their
// first input.
func (x *cut) in(v *trace.Value, shares func(*trace.Operation) bool) *trace.Value {
	for {
		if now, other := x.Now[v]; other {
			v = now
		}
		op := v.Producer
		if made := x.Made[op]; made != nil {
			op = made
		}
		if op == nil || !shares(op) {
			return v
		}
		v = op.Inputs[0]
	}
}

// without is the cost of the network without a link, given the cost with it, or the reason why the link cannot be cut. For
// parallel streams it is the cost with a single stream.
func (c *cutter) without(l *rewrite.Link, with Costs) (Costs, error) {
	if l.Merge.Site() {
		return c.asOneStream(l, with)
	}
	x, known := c.difference(l)
	if known && x.Refused != "" {
		return Costs{}, errors.New(x.Refused)
	}
	if known {
		c.spendOn(x)
		if out, ok, err := c.less(x, with); ok || err != nil {
			return out, err
		}
	}
	c.spend(len(c.ops))
	out, stays, err := priceEdited(c.editor, []rewrite.Edit{{Link: *l, To: rewrite.Cut}}, c.options)
	if err == nil && len(stays) > 0 {
		err = errors.New(stays[0].Reason)
	}
	return out, err
}

// less subtracts the difference that a link makes from the cost of the network. It reports false where the rest must be priced
// as a whole: where a cost that differs is not known, or gradients take other ways.
func (c *cutter) less(x *cut, with Costs) (Costs, bool, error) {
	out, ok, err := c.sums(x, with)
	if !ok || err != nil {
		return out, ok, err
	}
	var turned *turned
	if c.flow != nil {
		if turned, err = c.turned(x); turned == nil || err != nil {
			return out, false, err
		}
	}
	var gains *flow.Reading
	if c.gains != nil {
		if gains, ok = c.gains.Without(x.Difference); !ok {
			return out, false, nil
		}
	}
	for _, q := range c.wholes {
		switch q {
		case TrainingSavedBytes:
			out.of[q], _ = c.saved.without(c, x)
		case TrainingSavedBytesWithoutInput:
			all, input := c.saved.without(c, x)
			out.of[q] = all.Sub(input)
		case InferencePeakBytes:
			out.of[q] = c.peaks.without(c, x, false)
		case PeakInputHeldBytes:
			out.of[q] = c.peaks.without(c, x, true)
		case TrainingMACs:
			out.of[q] = with.of[q].Add(turned.macs)
		case TrainingPeakBytes:
			out.of[q] = c.trainingPeak(x, turned)
		case SignalGain:
			out.carry(q, gains.SignalGain)
		case GradientGain:
			out.carry(q, gains.GradientGain)
		case EffectivePath:
			out.carry(q, gains.EffectivePath)
		}
	}
	c.derive(&out)
	return out, true, nil
}

// sums is less for the quantities that are sums over the layers. Layers whose shapes do not change cost the same as before.
func (c *cutter) sums(x *cut, with Costs) (Costs, bool, error) {
	out, known := with, true
	add := func(op *trace.Operation, times int64) error {
		costs, err := c.operation(op)
		for _, p := range c.summed {
			e := costs.of[p.quantity]
			known = known && e.Err() == nil
			out.of[p.quantity] = out.of[p.quantity].Add(e.Mul(symbolic.Int(times)))
		}
		return err
	}
	for k := range x.gone {
		if err := add(c.ops[k], -1); err != nil {
			return out, false, err
		}
	}
	for _, m := range x.made {
		if sameShapes(c.ops[m.at], m.op) {
			continue
		}
		if err := errors.Join(add(c.ops[m.at], -1), add(m.op, 1)); err != nil {
			return out, false, err
		}
	}
	return out, known, nil
}

// sameShapes reports whether an operation reads and makes tensors of the shapes that another one does.
func sameShapes(a, b *trace.Operation) bool {
	return a.Output.Shape.Equal(b.Output.Shape) &&
		slices.EqualFunc(a.Inputs, b.Inputs, func(v, w *trace.Value) bool { return v.Shape.Equal(w.Shape) })
}
