package page

import (
	"fmt"

	"github.com/skipcost/skipcost/cost"
	"github.com/skipcost/skipcost/report"
)

// inTwoSentences says what a network costs and what its skips cause, of the quantities that were computed.
func inTwoSentences(m *cost.Summary, v *cost.Inventory) string {
	first := fmt.Sprintf("%s costs %s", m.Name, inWords(m.Name, m.Total.Costs, cost.Params, cost.MACs))
	var kinds []string
	for _, k := range v.ByKind() {
		kinds = append(kinds, report.CountedSkips(k))
	}
	if len(kinds) == 0 {
		return first + " and has no skips."
	}
	without := inWords(m.Name, v.Alone, cost.Params, cost.MACs, cost.TrainingSavedBytes)
	second := fmt.Sprintf("Without them it would cost %s", without)
	if len(v.Stay) > 0 {
		second = fmt.Sprintf("Without those that can be cut together, it would cost %s", without)
	}
	return fmt.Sprintf("%s, and has %s. %s.", first, inARow(kinds), second)
}

// inWords lists the costs that are known.
func inWords(name string, c cost.Costs, quantities ...cost.Quantity) string {
	var parts []string
	for _, q := range quantities {
		if cell := report.Cost(name, q, c); !cell.IsMissing() {
			parts = append(parts, cell.Text(report.Human)+" "+q.String())
		}
	}
	return inARow(parts)
}
