package cost

import (
	"errors"

	"github.com/skipcost/skipcost/arch/rewrite"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// errNoSiteOf is the error for a quantity of which a single site of streams has no share.
var errNoSiteOf = errors.New("one site of parallel streams has no share of it: all of them together do")

// asOneStream is the cost of the network with a single stream at one site: without the operations that read, mix and write the
// streams, without what these keep for the backward pass, and with an add of one stream in place of n.
func (c *cutter) asOneStream(l *rewrite.Link, with Costs) (Costs, error) {
	x := &cut{Difference: &rewrite.Difference{Link: l, Gone: map[*trace.Operation]bool{}}, gone: map[int]bool{}, places: map[*trace.Value]int{}}
	for k, op := range c.ops {
		if op.Joint == l.Merge.Joint && op != l.Merge {
			x.Gone[op], x.gone[k] = true, true
		}
	}
	out, _, err := c.sums(x, with)
	if err != nil {
		return out, err
	}
	over, err := c.addOverOne(l.Merge)
	if err != nil {
		return out, err
	}
	for _, p := range c.summed {
		out.of[p.quantity] = out.of[p.quantity].Sub(over.of[p.quantity])
	}
	for _, q := range c.wholes {
		switch {
		case c.recomputes: // what sites keep and compute again belongs to several of them
			out.of[q] = symbolic.Failed(errNoSiteOf)
		case q == TrainingSavedBytes && c.saved != nil:
			out.of[q], _ = c.saved.without(c, x)
		case q == TrainingSavedBytesWithoutInput && c.saved != nil:
			all, input := c.saved.without(c, x)
			out.of[q] = all.Sub(input)
		case q == TrainingMACs && c.steps != nil:
			for k := range x.gone {
				out.of[q] = out.of[q].Sub(c.steps[k])
			}
		case q == RecomputedMACs || q == RecomputedTrafficBytes: // nothing runs again
		default:
			out.of[q] = symbolic.Failed(errNoSiteOf)
		}
	}
	c.derive(&out)
	return out, nil
}

// addOverOne is the cost of an add of streams over that of a single stream.
func (c *cutter) addOverOne(add *trace.Operation) (Costs, error) {
	all, err := c.operation(add)
	if err != nil {
		return Costs{}, err
	}
	one := *add
	alone := func(v *trace.Value) *trace.Value {
		return &trace.Value{Shape: v.Shape.WithWidth(v.Shape.Width.Div(add.Joint.Streams))}
	}
	one.Output, one.Inputs = alone(add.Output), nil
	for _, in := range add.Inputs {
		one.Inputs = append(one.Inputs, alone(in))
	}
	single, err := c.operation(&one)
	return all.Sub(single), err
}
