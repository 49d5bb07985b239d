package report

import (
	"fmt"
	"math/big"

	"github.com/skipcost/skipcost/cost/decide"
)

// ExcessText says which limit is exceeded and by how much, and on a line of its own which layer has the largest share of the
// cost.
func ExcessText(e decide.Excess) string {
	q := e.Budget.Quantity
	value, limit, by := amountText(q, e.Value), e.Budget.Text, amountText(q, e.By())
	if e.Budget.AtLeast {
		return fmt.Sprintf("%s: %s is %s, %s below %s", e.Network, q, value, by, limit)
	}
	text := fmt.Sprintf("%s: %s is %s, %s above %s", e.Network, q, value, by, limit)
	if e.Budget.Limit.Sign() > 0 {
		text += fmt.Sprintf(" (%s times as much)", Ratio(new(big.Rat).Quo(e.Value, e.Budget.Limit)))
	}
	if e.Layer != "" {
		percent := new(big.Rat).Quo(e.Share, e.Value)
		percent.Mul(percent, big.NewRat(100, 1))
		text += fmt.Sprintf("\n  the largest share is that of %s: %s, %s %%", e.Layer, amountText(q, e.Share), Ratio(percent))
	}
	return text
}

// limitsObject lists the limits that a network exceeds, as JSON.
func limitsObject(list []decide.Excess) []Object {
	out := make([]Object, 0, len(list))
	for _, e := range list {
		o := Object{{"cost", e.Budget.Quantity.String()}, {"limit", numberCell(e.Budget.Limit)}, {"value", numberCell(e.Value)}, {"excess", numberCell(e.By())}, {"layer", nil}, {"share", nil}}
		if e.Layer != "" {
			o[4].Value, o[5].Value = e.Layer, numberCell(e.Share)
		}
		out = append(out, o)
	}
	return out
}

// numberCell is an exact number: a whole one as a number, any other as a fraction.
func numberCell(r *big.Rat) Cell {
	if r.IsInt() {
		return Int(r.Num())
	}
	return Quotient(r)
}
