package decide

import (
	"fmt"
	"math/big"

	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/cost"
)

// Excess is a budget that a network exceeds.
type Excess struct {
	Network string
	Budget  Budget
	Value   *big.Rat
	// Layer is the layer with the largest share of the cost, and Share that share; of an inference peak, the layer whose output
	// is the largest tensor in memory. Empty where single layers have no share.
	Layer string
	Share *big.Rat
}

// By is the excess over the limit.
func (e Excess) By() *big.Rat {
	d := new(big.Rat).Sub(e.Value, e.Budget.Limit)
	return d.Abs(d)
}

// Exceeds lists the budgets that a priced network exceeds. A cost that is not known is an error, as it may exceed its budget.
func Exceeds(m *cost.Summary, budgets []Budget, o cost.Options) ([]Excess, error) {
	var out []Excess
	for _, b := range budgets {
		e := m.Total.Of(b.Quantity)
		value, ok := e.Rational()
		if !ok {
			return nil, fmt.Errorf("whether %s is within %s is not known: %w", m.Name, b, e.Err())
		}
		if b.Fits(value) {
			continue
		}
		x := Excess{Network: m.Name, Budget: b, Value: value}
		if !b.AtLeast {
			if err := x.blame(m.Trace, o); err != nil {
				return nil, err
			}
		}
		out = append(out, x)
	}
	return out, nil
}

// blame finds the layer with the largest share of the cost.
func (e *Excess) blame(t *trace.Trace, o cost.Options) error {
	if q := e.Budget.Quantity; q == cost.InferencePeakBytes || q == cost.PeakInputHeldBytes {
		peak, err := cost.FindPeak(t, o)
		if err != nil {
			return err
		}
		for _, live := range peak.Live {
			name := "input"
			if live.Value.Producer != nil {
				name = live.Value.Producer.Name
			}
			e.offer(name, live.Bytes)
		}
		return nil
	}
	out, err := t.Unrolled()
	if err != nil {
		out = t // too long to be written out: iterations stand for themselves
	}
	o.Quantities, o.Layers = []cost.Quantity{e.Budget.Quantity}, true
	total, err := cost.Of(out, o)
	if err != nil {
		return err
	}
	for l := range total.Layers {
		e.offer(l.Operation.Name, l.Costs.Of(e.Budget.Quantity))
	}
	return nil
}

// offer takes a layer if it has more than the one before.
func (e *Excess) offer(layer string, share symbolic.Expr) {
	if r, ok := share.Rational(); ok && r.Sign() > 0 && (e.Share == nil || r.Cmp(e.Share) > 0) {
		e.Layer, e.Share = layer, r
	}
}
