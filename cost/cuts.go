package cost

import (
	"slices"

	"github.com/skipcost/skipcost/arch/rewrite"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// cutter prices a written-out trace without one of its links, again and again. Where a link joins element by element nothing
// changes its shape when it is cut: the merge goes, what reads it reads the trunk, and what only served the link goes with it.
// The sums change by what those layers cost, and memory by the storages that they touched, looked at from the first of them to
// the last. All other cuts are priced by rewriting the whole trace.
type cutter struct {
	*counter
	ops    []*trace.Operation
	at     map[*trace.Value]int // the operation that makes a tensor
	own    []Costs
	uses   []int                     // how often what an operation makes is read, by the caller too
	lent   map[*trace.Operation]bool // others use its weights, or it uses those of others
	saved  *savedStorages            // nil if not asked for
	peaks  *liveProfile              // nil if not asked for
	flow   *backprop                 // nil if not asked for
	steps  []symbolic.Expr           // the multiply-accumulates of a training step, by operation
	step   *stepPlan                 // nil if not asked for
	walk   *trainingStep             // what the last walk over it left
	usable bool                      // for this trace and these costs
}

func newCutter(t *trace.Trace, o Options) (*cutter, error) {
	c := &cutter{counter: newCounter(o), ops: t.Operations(), at: map[*trace.Value]int{}, lent: map[*trace.Operation]bool{}}
	c.selects(t)
	var err error
	if c.types, err = newElementTypes(t, o); err != nil {
		return nil, err
	}
	c.uses = make([]int, len(c.ops))
	c.own = make([]Costs, len(c.ops))
	for k, op := range c.ops {
		c.at[op.Output] = k
		if op.Shared() {
			c.lent[op], c.lent[op.Owner] = true, true
		}
		if op.Training {
			c.uses[k]++
		}
		for _, in := range op.Inputs {
			c.use(in)
		}
		if c.own[k], err = c.operation(op); err != nil {
			return nil, err
		}
	}
	for _, v := range append(slices.Clone(t.Outputs), t.Output) {
		c.use(v)
	}
	plain := o.Memory.Concat != SharedConcat && o.Memory.Concat != RecomputeConcat && !o.Memory.FoldNorms && !o.Precision.Autocast
	c.usable = plain && !slices.Contains(c.uses, 0)
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

// prepare looks at the network as a whole for a quantity that is no sum.
func (c *cutter) prepare(q Quantity, t *trace.Trace) (err error) {
	switch q {
	case TrainingSavedBytes, TrainingSavedBytesWithoutInput:
		if c.saved == nil {
			c.saved, err = newSavedStorages(t, c.options)
		}
	case InferencePeakBytes, PeakInputHeldBytes:
		if c.peaks == nil {
			c.peaks, err = newLiveProfile(t, c.options)
		}
	case TrainingMACs:
		err = c.follow()
	case TrainingPeakBytes:
		if t.Long() {
			c.usable = false
			return nil
		}
		if c.step, err = c.planStep(t); err == nil {
			err = c.follow()
		}
	case RecomputedMACs, RecomputedTrafficBytes: // nothing runs again
	default:
		c.usable = false
	}
	return err
}

func (c *cutter) use(v *trace.Value) {
	if k, made := c.at[v]; made {
		c.uses[k]++
	}
}

// cut is what goes with one link.
type cut struct {
	link  *rewrite.Link
	merge int          // the operation
	goes  bool         // the merge goes, for nothing is left to join
	gone  map[int]bool // the operations that go with it, the merge too
}

// cuts says what goes with a link, and whether it is one of those that can be priced by that.
func (c *cutter) cuts(l *rewrite.Link) (*cut, bool) {
	if !c.usable || l.Merge.Kind.Gates || l.Merge.Kind.Joins || l.Merge.Training {
		return nil, false
	}
	rule, err := compiledRule(l.Merge.Kind.Name)
	if err != nil || rule.keeps.Input || rule.keeps.Output || rule.inPlace != nil || rule.view {
		return nil, false
	}
	x := &cut{link: l, merge: c.at[l.Merge.Output], gone: map[int]bool{}}
	x.goes = len(l.Merge.Inputs)-len(l.Operands) == 1
	fewer := map[int]int{}
	open := make([]*trace.Value, 0, len(l.Operands))
	for range l.Operands {
		open = append(open, l.Tensor)
	}
	for len(open) > 0 {
		k, made := c.at[open[len(open)-1]]
		open = open[:len(open)-1]
		if !made {
			continue
		}
		if fewer[k]++; fewer[k] < c.uses[k] {
			continue
		}
		if c.lent[c.ops[k]] {
			return nil, false
		}
		x.gone[k] = true
		open = append(open, c.ops[k].Inputs...)
	}
	if x.goes {
		x.gone[x.merge] = true
	}
	return x, !c.turns(x)
}

// left is what the merge still reads.
func (x *cut) left() []*trace.Value {
	var out []*trace.Value
	for k, in := range x.link.Merge.Inputs {
		if !slices.Contains(x.link.Operands, k) {
			out = append(out, in)
		}
	}
	return out
}

// without is the cost of the network without a link, given what it costs with it.
func (c *cutter) without(x *cut, with Costs) (Costs, error) {
	out := with
	less := func(d *Costs, times int64) {
		for _, p := range c.summed {
			out.of[p.quantity] = out.of[p.quantity].Sub(d.of[p.quantity].Mul(symbolic.Int(times)))
		}
	}
	for k := range x.gone {
		less(&c.own[k], 1)
	}
	if !x.goes {
		left := *x.link.Merge
		left.Inputs = x.left()
		costs, err := c.operation(&left)
		if err != nil {
			return out, err
		}
		less(&c.own[x.merge], 1)
		less(&costs, -1)
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
			out.of[q] = c.trainingMACs(x, with.of[q])
		case TrainingPeakBytes:
			out.of[q] = c.trainingPeak(x)
		}
	}
	c.derive(&out)
	return out, nil
}
