package request

import (
	"context"
	"slices"

	"github.com/skipcost/skipcost/cost"
	"github.com/skipcost/skipcost/cost/decide"
	"github.com/skipcost/skipcost/report"
)

func plotCommand() *Command {
	return &Command{
		Name: "plot",
		Options: slices.Concat([]Option{
			text("over", "the `RANGE` of the symbol, as in --over L=2:200"),
			list("cost", "draw these `COSTS`, as in --cost params,gradient_gain").among(costNames),
			list("budget", "draw these `LIMITS` too, as in --budget params=1M"),
			toggle("linear", "space the axes by numbers, not by their logarithms"),
			setOption(),
			batchOption(),
			dtypeOption(), strictOption(),
		}, memoryOptions(), pictureOptions()),
		Formats: pictureFormats(),
		answer:  answerPlot,
	}
}

func answerPlot(_ context.Context, s *Store, req *Request) (*Answer, error) {
	p, err := s.plotOf(req)
	if err != nil {
		return nil, err
	}
	scene, err := p.Scene()
	if err != nil {
		return nil, err
	}
	return drawing(scene), nil
}

// plotOf reads what is to be drawn, and finds where the curves cross.
func (s *Store) plotOf(req *Request) (*report.Plot, error) {
	if len(req.Networks) == 0 || len(req.Networks) > report.MaxCurves {
		return nil, usagef("skipcost plot add concat --over L=2:200", "plot takes 1 to %d networks, not %d", report.MaxCurves, len(req.Networks))
	}
	a := &asked{}
	p := &report.Plot{Crossings: map[cost.Quantity][]decide.Crossing{}, Linear: req.On("linear")}
	var err error
	if a.options, err = costOptions(req); err != nil {
		return nil, err
	}
	if a.set, err = parseSettings("set", req.List("set")); err != nil {
		return nil, err
	}
	if a.symbol, a.within, err = parseOver("over", req.Text("over")); err != nil {
		return nil, err
	}
	if a.within.To == nil {
		return nil, usagef("", "--over needs a range as in %s=2:200", a.symbol)
	}
	if p.Costs, err = plotCosts(req); err != nil {
		return nil, err
	}
	if p.Budgets, err = decide.ParseBudgets(req.List("budget")...); err != nil {
		return nil, budgetError("budget", err)
	}
	subjects, _, err := a.chosen(req, s)
	if err != nil {
		return nil, err
	}
	p.Symbol, p.Within = a.symbol, a.within
	p.Families, err = each(subjects, func(subject cost.Subject) (*decide.Family, error) { return a.family(subject, "over") })
	if err != nil {
		return nil, err
	}
	return p, crossings(p)
}

// plotCosts are those asked for, params unless said otherwise.
func plotCosts(req *Request) ([]cost.Quantity, error) {
	if !req.Given("cost") {
		return []cost.Quantity{cost.Params}, nil
	}
	return each(req.List("cost"), func(name string) (cost.Quantity, error) { return quantityOf("cost", name) })
}

// crossings finds where curves cross. Costs without formulas are compared value by value by cross, and not here.
func crossings(p *report.Plot) error {
	for _, q := range p.Costs {
		for k, b := range p.Families {
			for _, first := range p.Families[:k] {
				if first.Form(q).Err != nil || b.Form(q).Err != nil {
					continue
				}
				v, err := decide.Pair{A: first, B: b, Within: p.Within}.Compare(q)
				if err != nil {
					return err
				}
				p.Crossings[q] = append(p.Crossings[q], v.Crossings...)
			}
		}
	}
	return nil
}
