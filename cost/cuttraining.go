package cost

import (
	"slices"

	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// follow finds where gradients go and what each operation costs in a training step.
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

// turns reports whether a gradient goes to what the merge made, or to the trunk in its place, where it did not before, or does
// not where it did.
func (c *cutter) turns(x *cut) bool {
	if c.flow == nil {
		return false
	}
	if x.goes {
		return c.flow.needs[x.link.Main] != c.flow.needs[x.link.Merge.Output]
	}
	flows := slices.ContainsFunc(x.left(), func(v *trace.Value) bool { return c.flow.needs[v] })
	return flows != c.flow.needs[x.link.Merge.Output]
}

// trainingMACs is those of a step without a link.
func (c *cutter) trainingMACs(x *cut, with symbolic.Expr) symbolic.Expr {
	for k := range x.gone {
		with = with.Sub(c.steps[k])
	}
	return with
}

// trainingPeak is the peak of a training step without a link.
func (c *cutter) trainingPeak(x *cut) symbolic.Expr {
	d := noDetour()
	d.gone = x.gone
	number := func(v *trace.Value) int32 {
		if k, made := c.at[v]; made {
			return int32(k + 1)
		}
		return 0
	}
	if x.goes {
		d.from, d.to = number(x.link.Merge.Output), number(x.link.Main)
	} else {
		d.merge = x.merge
		for _, v := range x.left() {
			d.inputs = append(d.inputs, number(v))
		}
	}
	if c.walk == nil {
		c.walk = c.step.walk()
	}
	peak, err := c.walk.run(d)
	if err != nil {
		return symbolic.Failed(err)
	}
	return peak
}
