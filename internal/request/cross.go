package request

import (
	"context"

	"github.com/skipcost/skipcost/cost"
	"github.com/skipcost/skipcost/cost/decide"
	"github.com/skipcost/skipcost/report"
)

func crossCommand() *Command {
	return &Command{
		Name: "cross",
		Options: familyOptions(
			text("over", "the `SYMBOL` to compare over, or a range of it as in L=2:200; batch is the number of samples"),
		),
		Formats: calcFormats(),
		answer:  answerCross,
	}
}

func answerCross(_ context.Context, s *Store, req *Request) (*Answer, error) {
	switch {
	case !req.Given("over"):
		return nil, usagef("as in skipcost cross concat add --over L", "cross needs --over")
	case len(req.Networks) != 2:
		return nil, usagef(shippedHint, "cross takes two networks, not %d", len(req.Networks))
	}
	a, err := s.askedOf(req, "over")
	if err != nil {
		return nil, err
	}
	quantities := a.options.Quantities
	if len(quantities) == 0 {
		quantities = decisionQuantities()
	}
	if _, bound := a.set[a.symbol]; bound {
		return nil, usagef("", "--set %s: %s is what is compared over", a.symbol, a.symbol)
	}
	subjects, notes, err := a.chosen(req, s)
	if err != nil {
		return nil, err
	}
	if subjects[0].Name == subjects[1].Name {
		return nil, usagef("", "cross compares two networks, and both are %s", subjects[0].Name)
	}
	families, err := each(subjects, func(subject cost.Subject) (*decide.Family, error) { return a.family(subject, "over") })
	if err != nil {
		return nil, err
	}
	pair := decide.Pair{A: families[0], B: families[1], Within: a.within}
	r := &report.Cross{Pair: pair, Notes: notes}
	for _, q := range quantities {
		v, err := pair.Compare(q)
		if err != nil {
			return nil, err
		}
		r.Costs = append(r.Costs, v)
	}
	if err := a.checkFrozen(families); err != nil {
		return nil, err
	}
	return tables(r), nil
}
