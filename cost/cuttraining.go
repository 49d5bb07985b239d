package cost

import (
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// follow finds where gradients go, and the cost of each operation in a training step.
func (c *cutter) follow() error {
	if c.trains.open != nil {
		c.usable = false
	}
	if c.flow != nil || !c.usable {
		return nil
	}
	c.flow = c.backprop()
	for _, op := range c.ops {
		e, err := c.flow.operation(op)
		if err != nil {
			return err
		}
		c.steps = append(c.steps, e)
	}
	return nil
}

// turned is the change of a training step without a link.
type turned struct {
	macs symbolic.Expr // more than with it
	plan []patch
}

// patch is the new form of an operation in the plan of a step, and the size of its output.
type patch struct {
	at   int
	op   stepOperation
	size symbolic.Expr
}

// turned finds out once how the training step changes; nil where the set of tensors with gradients changes.
func (c *cutter) turned(x *cut) (*turned, error) {
	if x.step != nil {
		return x.step, nil
	}
	needs := c.flow.needs
	if left := x.Now[x.Link.Merge.Output]; x.Gone[x.Link.Merge] && left != nil && needs[left] != needs[x.Link.Merge.Output] {
		return nil, nil
	}
	defer func() {
		for _, m := range x.made {
			if was := c.ops[m.at]; m.op.Output != was.Output {
				delete(needs, m.op.Output)
			}
		}
	}()
	t := &turned{}
	if c.step != nil {
		defer c.step.saver.record.standIn(c, x)()
	}
	for k := range x.gone {
		t.macs = t.macs.Sub(c.steps[k])
	}
	for _, m := range x.made {
		was := c.ops[m.at]
		before := needs[was.Output]
		if sameShapes(was, m.op) {
			continue
		}
		macs, err := c.flow.operation(m.op)
		if err != nil {
			return nil, err
		}
		now := needs[m.op.Output]
		needs[was.Output] = before // which may be the same tensor
		if now != before {
			return nil, nil
		}
		t.macs = t.macs.Add(macs).Sub(c.steps[m.at])
		if c.step != nil {
			one, err := c.patched(x, m)
			if err != nil {
				return nil, err
			}
			t.plan = append(t.plan, one)
		}
	}
	x.step = t
	return t, nil
}

// standIn lets gradients go to new tensors as they went to the tensors that these replace, until forget is called.
func (r *recorded) standIn(c *cutter, x *cut) (forget func()) {
	for _, m := range x.made {
		r.needs[m.op.Output] = r.needs[c.ops[m.at].Output]
	}
	return func() {
		for _, m := range x.made {
			if m.op.Output != c.ops[m.at].Output {
				delete(r.needs, m.op.Output)
			}
		}
	}
}

// patched is the new form of an operation in the plan of a step.
func (c *cutter) patched(x *cut, m remade) (patch, error) {
	one, err := c.stepOperation(c.step.saver, m.op)
	if err != nil {
		return patch{}, err
	}
	one.inputs, one.needed = c.numbers(x, m.op.Inputs), c.numbers(x, one.values)
	return patch{m.at, one.stepOperation, c.step.saver.size(m.op.Output)}, nil
}

// numbers are the numbers of tensors in the plan of a step: a tensor with a new shape has the number of the one that it
// replaces.
func (c *cutter) numbers(x *cut, values []*trace.Value) []int32 {
	out := make([]int32, len(values))
	for k, v := range values {
		at, made := c.at[v]
		if !made {
			at, made = x.places[v]
		}
		if made {
			out[k] = int32(at + 1)
		}
	}
	return out
}

// trainingPeak is the peak of a training step without a link.
func (c *cutter) trainingPeak(x *cut, t *turned) symbolic.Expr {
	d := detour{gone: x.gone, from: -1, to: -1}
	if x.Gone[x.Link.Merge] && x.Now[x.Link.Merge.Output] != nil {
		numbers := c.numbers(x, []*trace.Value{x.Link.Merge.Output, x.Now[x.Link.Merge.Output]})
		d.from, d.to = numbers[0], numbers[1]
	}
	peak, err := c.step.without(d, t.plan)
	if err != nil {
		return symbolic.Failed(err)
	}
	return peak
}
