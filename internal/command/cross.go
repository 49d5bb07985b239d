package command

import (
	"github.com/urfave/cli/v2"

	"github.com/skipcost/skipcost/cost"
	"github.com/skipcost/skipcost/cost/decide"
	"github.com/skipcost/skipcost/report"
)

func (s *streams) crossCommand() *cli.Command {
	return &cli.Command{
		Name:      "cross",
		Usage:     "where one network's cost overtakes another's, over the depth, the width or any other symbol",
		UsageText: "skipcost cross --over SYMBOL [FLAGS] NETWORK NETWORK",
		Description: "Finds, for each cost, every whole number from which on the other of two networks costs more, the ratio of the first to the\n" +
			"second there, and the ratio as a formula with what it comes to be like. Where both costs have closed formulas all whole\n" +
			"numbers are looked at, by the signs of the exact difference. Others are compared value by value, over the range that\n" +
			"is given or else over the first 128 values.\n\n" +
			"Examples:\n" +
			"  skipcost cross concat add --over L --set N=100\n" +
			"  skipcost cross densenet add --over L --set N=100,k=12 --columns params,macs\n" +
			"  skipcost cross densenet add --over L=2:300 --columns inference_peak_bytes",
		Flags: familyFlags(
			&cli.StringFlag{Name: "over", Usage: "the `SYMBOL` to compare over, or a range of it as in L=2:200; batch is the number of samples"},
		),
		BashComplete: completeNetworks,
		Action:       s.cross,
	}
}

func (s *streams) cross(c *cli.Context) error {
	switch {
	case !c.IsSet("over"):
		return usagef("as in skipcost cross concat add --over L", "cross needs --over")
	case c.NArg() != 2:
		return usagef("skipcost zoo lists what is shipped", "cross takes two networks, not %d", c.NArg())
	}
	a, err := s.askedOf(c, "over")
	if err != nil {
		return err
	}
	quantities := a.options.Quantities
	if len(quantities) == 0 {
		quantities = decisionQuantities()
	}
	if _, bound := a.set[a.symbol]; bound {
		return usagef("", "--set %s: %s is what is compared over", a.symbol, a.symbol)
	}
	subjects, notes, err := a.chosen(c, s)
	if err != nil {
		return err
	}
	if subjects[0].Name == subjects[1].Name {
		return usagef("", "cross compares two networks, and both are %s", subjects[0].Name)
	}
	families, err := each(subjects, func(subject cost.Subject) (*decide.Family, error) { return a.family(subject, "over") })
	if err != nil {
		return err
	}
	pair := decide.Pair{A: families[0], B: families[1], Within: a.within}
	r := &report.Cross{Pair: pair, Notes: notes}
	for _, q := range quantities {
		v, err := pair.Compare(q)
		if err != nil {
			return err
		}
		r.Costs = append(r.Costs, v)
	}
	if err := a.checkFrozen(families); err != nil {
		return err
	}
	return s.write(c, r, calcFormats()...)
}
