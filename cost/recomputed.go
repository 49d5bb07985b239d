package cost

import (
	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// recomputedTraffic is a row of quantities: the bytes that layers read and write when the backward pass runs them again,
// because of a checkpoint or because concats are recomputed.
func recomputedTraffic(c *counter, t *trace.Trace) whole {
	var share func(*trace.Operation) symbolic.Expr
	var total symbolic.Expr
	form, err := c.through(t, func(d *counter, t *trace.Trace) (err error) {
		if share, err = d.recomputing(t); err == nil {
			total, err = overNodes(t.Budget.Copy(), t.Body, share)
		}
		if err == nil {
			err = total.Err()
		}
		return err
	}, (*counter).recomputedTrafficOf)
	switch {
	case err != nil:
		return failed(err)
	case form != nil:
		return whole{total: form.sum}
	}
	return whole{total: total, share: share}
}

// recomputing is the traffic of each operation when it runs a second time; 0 where it does not.
func (c *counter) recomputing(t *trace.Trace) (func(*trace.Operation) symbolic.Expr, error) {
	remade := map[*trace.Value][]*trace.Value{}
	if c.options.Memory.Concat == RecomputeConcat {
		s, err := c.marked(t)
		if err != nil {
			return nil, err
		}
		remade = s.parts
	}
	parted, recomputed, err := c.recomputations(t)
	if err != nil {
		return nil, err
	}
	c.total.Runs = append(c.total.Runs, parted.runs...)
	return func(op *trace.Operation) symbolic.Expr {
		if len(remade[op.Output]) == 0 && !parted.steps[op] && op.Recompute != arch.RecomputeInverted && !recomputed[parted.of[op]] {
			return symbolic.Expr{}
		}
		own, err := c.operation(op)
		if err != nil {
			return symbolic.Failed(err)
		}
		return own.of[TrafficBytes]
	}, nil
}

// recomputedTrafficOf is the same for the operations of a sampled trace.
func (c *counter) recomputedTrafficOf(s *trace.Sampled) (*samplePrice, error) {
	p, err := c.sharesOf(s, TrafficBytes)
	if err == nil {
		p.share, err = c.recomputing(s.Trace)
	}
	return p, err
}

// overNodes adds up the shares of operations, those in loops over all iterations.
func overNodes(budget *symbolic.Budget, nodes []trace.Node, share func(*trace.Operation) symbolic.Expr) (symbolic.Expr, error) {
	var sum symbolic.Expr
	for _, n := range nodes {
		switch n := n.(type) {
		case *trace.Operation:
			sum = sum.Add(share(n))
		case *trace.Loop:
			body, err := overNodes(budget, n.Body, share)
			if err == nil {
				body, err = sumOver(budget, body, n.Index, 0, n.Times)
			}
			if err != nil {
				return sum, err
			}
			sum = sum.Add(body)
		}
	}
	return sum, nil
}
