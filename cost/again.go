package cost

import (
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// recomputedTraffic is a row of quantities: what layers that run again in the backward pass read and write there, be it that they say so
// or that concats are made again.
func recomputedTraffic(c *counter, t *trace.Trace) whole {
	var share func(*trace.Operation) symbolic.Expr
	var total symbolic.Expr
	form, err := c.through(t, func(d *counter, t *trace.Trace) (err error) {
		if share, err = d.again(t); err == nil {
			total, err = overNodes(t.Budget.Again(), t.Body, share)
		}
		if err == nil {
			err = total.Err()
		}
		return err
	}, (*counter).againOf)
	switch {
	case err != nil:
		return failed(err)
	case form != nil:
		return whole{total: form.sum}
	}
	return whole{total: total, share: share}
}

// again is what each operation of a trace reads and writes once more.
func (c *counter) again(t *trace.Trace) (func(*trace.Operation) symbolic.Expr, error) {
	remade := map[*trace.Value][]*trace.Value{}
	if c.options.Memory.Concat == RecomputeConcat {
		s, err := c.marked(t)
		if err != nil {
			return nil, err
		}
		remade = s.parts
	}
	return func(op *trace.Operation) symbolic.Expr {
		if len(remade[op.Output]) == 0 && op.Again == "" {
			return symbolic.Expr{}
		}
		own, err := c.operation(op)
		if err != nil {
			return symbolic.Failed(err)
		}
		return own.of[TrafficBytes]
	}, nil
}

// againOf is what the operations of a sampled trace read and write once more.
func (c *counter) againOf(s *trace.Sampled) (*samplePrice, error) {
	p, err := c.sharesOf(s, TrafficBytes)
	if err == nil {
		p.share, err = c.again(s.Trace)
	}
	return p, err
}

// overNodes adds up what operations have a share of, those of loops over all iterations.
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
