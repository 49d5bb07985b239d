package cost

import (
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// again is what the operations that run again in the backward pass cost there, in a quantity that is a sum over layers.
func (c *counter) again(t *trace.Trace, q Quantity) whole {
	share := func(op *trace.Operation) symbolic.Expr {
		if op.Again == "" {
			return symbolic.Expr{}
		}
		own, err := c.operation(op)
		if err != nil {
			return symbolic.Failed(err)
		}
		return own.of[q]
	}
	total, err := overNodes(t.Budget.Again(), t.Body, share)
	if err != nil {
		return failed(err)
	}
	return whole{total: total, share: share}
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
