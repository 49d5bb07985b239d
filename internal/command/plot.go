package command

import (
	"slices"

	"github.com/urfave/cli/v2"

	"github.com/skipcost/skipcost/cost"
	"github.com/skipcost/skipcost/cost/decide"
	"github.com/skipcost/skipcost/report"
)

func (s *streams) plotCommand() *cli.Command {
	return &cli.Command{
		Name:      "plot",
		Usage:     "costs against the depth, the width or any other symbol, as curves",
		UsageText: "skipcost plot --over SYMBOL=FROM:TO [FLAGS] NETWORK ...",
		Description: "A frame for each cost and a curve for each network, with the whole numbers at which one overtakes another.\n" +
			"Without -o, a terminal gets a picture of dots, and a pipe SVG.\n\n" +
			"Examples:\n" +
			"  skipcost plot add concat densenet --over L=2:200 --cost params\n" +
			"  skipcost plot add densenet --over L=2:200 --cost params,macs --budget params=1M -o cost.svg\n" +
			"  skipcost plot plain add concat --over L=2:100 --cost gradient_gain",
		Flags: slices.Concat([]cli.Flag{
			&cli.StringFlag{Name: "over", Usage: "the `RANGE` of the symbol, as in --over L=2:200"},
			&cli.StringSliceFlag{Name: "cost", Usage: "draw these `COSTS`, as in --cost params,gradient_gain"},
			&cli.StringSliceFlag{Name: "budget", Usage: "draw these `LIMITS` too, as in --budget params=1M"},
			&cli.BoolFlag{Name: "linear", Usage: "space the axes by numbers, not by their logarithms"},
			setFlag(),
			batchFlag(),
			dtypeFlag(), strictFlag(),
		}, memoryFlags(), pictureFlags()),
		BashComplete: completeNetworks,
		Action:       s.plot,
	}
}

func (s *streams) plot(c *cli.Context) error {
	format, err := s.pictureFormat(c)
	if err != nil {
		return err
	}
	p, err := s.plotOf(c)
	if err != nil {
		return err
	}
	scene, err := p.Scene()
	if err != nil {
		return err
	}
	return s.show(c, format, scene)
}

// plotOf reads what is to be drawn, and finds where the curves cross.
func (s *streams) plotOf(c *cli.Context) (*report.Plot, error) {
	if c.NArg() == 0 || c.NArg() > report.MaxCurves {
		return nil, usagef("skipcost plot add concat --over L=2:200", "plot takes 1 to %d networks, not %d", report.MaxCurves, c.NArg())
	}
	a := &asked{}
	p := &report.Plot{Crossings: map[cost.Quantity][]decide.Crossing{}, Linear: c.Bool("linear")}
	var err error
	if a.options, err = costOptions(c); err != nil {
		return nil, err
	}
	if a.set, err = parseSettings("set", c.StringSlice("set")); err != nil {
		return nil, err
	}
	if a.symbol, a.within, err = parseOver("over", c.String("over")); err != nil {
		return nil, err
	}
	if a.within.To == nil {
		return nil, usagef("", "--over needs a range as in %s=2:200", a.symbol)
	}
	if p.Costs, err = plotCosts(c); err != nil {
		return nil, err
	}
	if p.Budgets, err = decide.ParseBudgets(c.StringSlice("budget")...); err != nil {
		return nil, budgetError("budget", err)
	}
	subjects, _, err := a.chosen(c, s)
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
func plotCosts(c *cli.Context) ([]cost.Quantity, error) {
	if !c.IsSet("cost") {
		return []cost.Quantity{cost.Params}, nil
	}
	return each(c.StringSlice("cost"), func(name string) (cost.Quantity, error) { return quantityOf("cost", name) })
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
