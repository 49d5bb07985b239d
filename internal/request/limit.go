package request

import (
	"slices"

	"github.com/skipcost/skipcost/cost"
	"github.com/skipcost/skipcost/cost/decide"
)

func limitOption() Option {
	return list("limit", "end with code 3 if a network costs more than `COST=AMOUNT`, as in --limit params=1M,training_total_bytes=8GiB, and say by how much and which layer has most of it")
}

// limits reads --limit, and adds the costs that have a limit to those that are priced.
func limits(req *Request, o *cost.Options) ([]decide.Budget, error) {
	if !req.Given("limit") {
		return nil, nil
	}
	budgets, err := decide.ParseBudgets(req.List("limit")...)
	if err != nil {
		return nil, budgetError("limit", err)
	}
	o.Quantities = slices.Clone(o.Quantities)
	for _, b := range budgets {
		if !slices.Contains(o.Quantities, b.Quantity) {
			o.Quantities = append(o.Quantities, b.Quantity)
		}
	}
	return budgets, nil
}

// excesses are the limits that each network exceeds; nil without limits.
func excesses(limits []decide.Budget, summaries []*cost.Summary, o cost.Options) ([][]decide.Excess, error) {
	if len(limits) == 0 {
		return nil, nil
	}
	return each(summaries, func(m *cost.Summary) ([]decide.Excess, error) { return decide.Exceeds(m, limits, o) })
}
