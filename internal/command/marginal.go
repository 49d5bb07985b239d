package command

import (
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/skipcost/skipcost/cost"
	"github.com/skipcost/skipcost/cost/decide"
	"github.com/skipcost/skipcost/internal/choose"
	"github.com/skipcost/skipcost/report"
)

func (s *streams) marginalCommand() *cli.Command {
	return &cli.Command{
		Name:      "marginal",
		Usage:     "what one more layer, unit of width or growth, or sample adds",
		UsageText: "skipcost marginal [--for SYMBOLS] [FLAGS] NETWORK ...",
		Description: "The difference of two neighbours, as a formula and as a number: from the value that the network has to the next one that\n" +
			"makes a network. Without --for, of the batch and of each symbol that formula leaves free.\n\n" +
			"Examples:\n" +
			"  skipcost marginal concat add\n" +
			"  skipcost marginal densenet-bc-100-12 --for L,k\n" +
			"  skipcost marginal resnet50 --for batch --columns training_saved_bytes,training_peak_bytes",
		Flags: familyFlags(
			&cli.StringSliceFlag{Name: "for", Aliases: []string{"over"}, Usage: "the `SYMBOLS` of which there is one more, as in --for L,N; batch is the number of samples"},
		),
		BashComplete: completeNetworks,
		Action:       s.marginal,
	}
}

func (s *streams) marginal(c *cli.Context) error {
	if c.NArg() == 0 {
		return usagef("skipcost zoo lists what is shipped", "marginal needs a network")
	}
	a, err := s.asked(c)
	if err != nil {
		return err
	}
	quantities := a.options.Quantities
	if len(quantities) == 0 {
		quantities = decisionQuantities()
	}
	subjects, notes, err := a.chosen(c, s)
	if err != nil {
		return err
	}
	r := &report.Marginal{Quantities: quantities, Notes: notes}
	var families []*decide.Family
	for _, subject := range subjects {
		symbols, err := marginalSymbols(c, subject, subjects)
		if err != nil {
			return err
		}
		for _, symbol := range symbols {
			a.symbol = symbol
			f, err := a.family(subject, "for")
			if err != nil {
				return err
			}
			families = append(families, f)
		}
	}
	if r.Margins, err = each(families, func(f *decide.Family) (*decide.Margin, error) { return f.Marginal(quantities) }); err != nil {
		return err
	}
	if err := a.checkFrozen(families); err != nil {
		return err
	}
	return s.write(c, r, calcFormats()...)
}

// marginalSymbols are the symbols of a network that are asked for, or else those that formulas leave free, and the batch. Of
// several networks one that lacks a symbol is passed over.
func marginalSymbols(c *cli.Context, subject cost.Subject, all []cost.Subject) ([]string, error) {
	if !c.IsSet("for") {
		free := subject.Network.FreeSymbols()
		if slices.Contains(free, decide.Batch) {
			return free, nil
		}
		return append(slices.Clone(free), decide.Batch), nil
	}
	var out, known []string
	for _, text := range c.StringSlice("for") {
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
		for _, s := range all {
			for _, symbol := range s.Network.Symbols {
				known = append(known, symbol.Name)
			}
		}
		return nil, usagef(choose.Hint(name, known, choose.List("symbols are", append(slices.Compact(known), decide.Batch))), "--for: no symbol %q", name)
	}
	return out, nil
}
