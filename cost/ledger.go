package cost

import (
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// Ledger prices operations one by one, for callers that add costs up otherwise than [Of] does.
type Ledger struct{ counter *counter }

// NewLedger is a ledger of quantities that are sums over the layers.
func NewLedger(batch symbolic.Expr, quantities ...Quantity) *Ledger {
	return &Ledger{newCounter(Options{Batch: batch, Quantities: quantities})}
}

// Price is the cost of an operation, and the part of its macs that multiplies two activations.
func (l *Ledger) Price(op *trace.Operation) (costs Costs, products symbolic.Expr, err error) {
	priced, err := l.counter.price(op)
	if err != nil {
		return Costs{}, products, err
	}
	if costs, err = l.counter.operation(op); err != nil {
		return Costs{}, products, err
	}
	return costs, priced.rule.productMACs().Substitute(priced.names), nil
}
