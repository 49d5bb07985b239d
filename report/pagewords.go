package report

import (
	"fmt"
	"strings"

	"github.com/skipcost/skipcost/cost"
)

// InTwoSentences says what a network costs and what its skips cause, of the quantities that were computed.
func InTwoSentences(m *cost.Summary, v *cost.Inventory) string {
	first := fmt.Sprintf("%s costs %s", m.Name, inWords(m.Name, m.Total.Costs, cost.Params, cost.MACs))
	var kinds []string
	for _, k := range v.ByKind() {
		kinds = append(kinds, fmt.Sprintf("%d that %s", k.Count, k.Kind))
	}
	if len(kinds) == 0 {
		return first + " and has no skips."
	}
	without := inWords(m.Name, v.Alone, cost.Params, cost.MACs, cost.TrainingSavedBytes)
	second := fmt.Sprintf("Without them it would cost %s", without)
	if len(v.Stay) > 0 {
		second = fmt.Sprintf("Without those that can be cut together, it would cost %s", without)
	}
	return fmt.Sprintf("%s, and has skips: %s. %s.", first, strings.Join(kinds, ", "), second)
}

// inWords lists the costs that are known.
func inWords(name string, c cost.Costs, quantities ...cost.Quantity) string {
	var parts []string
	for _, q := range quantities {
		if cell := costCell(name, q, c); !cell.missing() {
			parts = append(parts, cell.text(Human)+" "+q.String())
		}
	}
	if n := len(parts); n > 1 {
		return strings.Join(parts[:n-1], ", ") + " and " + parts[n-1]
	}
	return strings.Join(parts, "")
}
