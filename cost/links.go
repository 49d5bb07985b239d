package cost

import (
	"github.com/skipcost/skipcost/arch/rewrite"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// Editor finds the links of a trace that is written out, and rewrites them. Trunks of equal depth are distinguished by the macs
// of the rules.
func Editor(t *trace.Trace) *rewrite.Editor {
	return rewrite.NewEditor(t, pricedMACs())
}

// pricedMACs is the macs of single operations.
func pricedMACs() rewrite.MACs {
	c := newCounter(Options{Quantities: []Quantity{MACs}})
	return func(op *trace.Operation) symbolic.Expr {
		l, err := c.price(op)
		if err != nil {
			return symbolic.Failed(err)
		}
		return l.formula(MACs)
	}
}
