package request

import (
	"context"
	"slices"
	"strings"

	"github.com/skipcost/skipcost/cost"
	"github.com/skipcost/skipcost/cost/decide"
	"github.com/skipcost/skipcost/internal/choose"
	"github.com/skipcost/skipcost/report"
)

func marginalCommand() *Command {
	return &Command{
		Name: "marginal",
		Options: familyOptions(
			list("for", "the `SYMBOLS` of which there is one more, as in --for L,N; batch is the number of samples").also("over"),
		),
		Formats: calcFormats(),
		answer:  answerMarginal,
	}
}

func answerMarginal(_ context.Context, s *Store, req *Request) (*Answer, error) {
	if len(req.Networks) == 0 {
		return nil, usagef(shippedHint, "marginal needs a network")
	}
	a, err := s.asked(req)
	if err != nil {
		return nil, err
	}
	quantities := a.options.Quantities
	if len(quantities) == 0 {
		quantities = decisionQuantities()
	}
	subjects, notes, err := a.chosen(req, s)
	if err != nil {
		return nil, err
	}
	r := &report.Marginal{Quantities: quantities, Notes: notes}
	var families []*decide.Family
	for _, subject := range subjects {
		symbols, err := marginalSymbols(req, subject, subjects)
		if err != nil {
			return nil, err
		}
		for _, symbol := range symbols {
			a.symbol = symbol
			f, err := a.family(subject, "for")
			if err != nil {
				return nil, err
			}
			families = append(families, f)
		}
	}
	if r.Margins, err = each(families, func(f *decide.Family) (*decide.Margin, error) { return f.Marginal(quantities) }); err != nil {
		return nil, err
	}
	if err := a.checkFrozen(families); err != nil {
		return nil, err
	}
	return tables(r), nil
}

// marginalSymbols are the symbols of a network that are asked for, or else those that formulas leave free, and the batch. Among
// several networks, one that lacks a symbol is skipped.
func marginalSymbols(req *Request, subject cost.Subject, all []cost.Subject) ([]string, error) {
	if !req.Given("for") {
		free := subject.Network.FreeSymbols()
		if slices.Contains(free, decide.Batch) {
			return free, nil
		}
		return append(slices.Clone(free), decide.Batch), nil
	}
	var out, known []string
	for _, text := range req.List("for") {
		name := strings.TrimSpace(text)
		has := func(s cost.Subject) bool {
			_, own := s.Network.Symbol(name)
			return own || name == decide.Batch
		}
		if has(subject) {
			out = append(out, name)
		}
		if slices.ContainsFunc(all, has) {
			continue
		}
		var names []string
		for _, s := range all {
			names = append(names, s.Name)
			for _, symbol := range s.Network.Symbols {
				if !slices.Contains(known, symbol.Name) {
					known = append(known, symbol.Name)
				}
			}
		}
		verb := "has"
		if len(names) > 1 {
			verb = "have"
		}
		return nil, usagef(choose.Hint(name, known, choose.List("symbols are", append(known, decide.Batch))), "%s %s no symbol %q", strings.Join(names, " and "), verb, name)
	}
	return out, nil
}
