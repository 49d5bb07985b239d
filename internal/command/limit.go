package command

import (
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/skipcost/skipcost/cost"
	"github.com/skipcost/skipcost/cost/decide"
	"github.com/skipcost/skipcost/report"
)

// limitError is a result that is not within the limits that were given. It has been written.
type limitError struct{ lines []string }

// Error is a line for each limit.
func (e *limitError) Error() string { return strings.Join(e.lines, "\nskipcost: ") }

// orNil is nil where all limits are kept.
func (e *limitError) orNil() error {
	if len(e.lines) == 0 {
		return nil
	}
	return e
}

func limitFlag() cli.Flag {
	return &cli.StringSliceFlag{Name: "limit", Usage: "end with code 3 if a network costs more than `COST=AMOUNT`, as in --limit params=1M,training_total_bytes=8GiB, and say by how much and which layer has most of it"}
}

// limits reads --limit. What has a limit is priced, and shown.
func limits(c *cli.Context, o *cost.Options) ([]decide.Budget, error) {
	if !c.IsSet("limit") {
		return nil, nil
	}
	budgets, err := decide.ParseBudgets(c.StringSlice("limit")...)
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

// excesses are the limits that networks do not keep, for each network; nil without limits.
func excesses(limits []decide.Budget, summaries []*cost.Summary, o cost.Options) ([][]decide.Excess, error) {
	if len(limits) == 0 {
		return nil, nil
	}
	return each(summaries, func(m *cost.Summary) ([]decide.Excess, error) { return decide.Exceeds(m, limits, o) })
}

// over is the error of limits that are not kept; nil if all are.
func over(lists [][]decide.Excess) error {
	e := &limitError{}
	for _, x := range slices.Concat(lists...) {
		e.lines = append(e.lines, report.ExcessText(x))
	}
	return e.orNil()
}
