package command

import (
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/arch/zoo"
	"github.com/skipcost/skipcost/cost"
	"github.com/skipcost/skipcost/report"
)

func (s *streams) formulaCommand() *cli.Command {
	return &cli.Command{
		Name:      "formula",
		Usage:     "what networks cost, as closed formulas of their symbols",
		UsageText: "skipcost formula [FLAGS] [NETWORK ...]",
		Description: "Without names, all schemes of skip connections.\n\n" +
			"Examples:\n" +
			"  skipcost formula\n" +
			"  skipcost formula concat --set N=100\n" +
			"  skipcost formula densenet-bc --free L,k,theta\n" +
			"  skipcost formula cifar-resnet --format latex",
		Flags: append([]cli.Flag{
			setFlag("given"),
			&cli.StringSliceFlag{Name: "free", Usage: "leave these `SYMBOLS` free and bind all others to their defaults, as in --free L,k"},
			batchFlag(),
			columnsFlag(), dtypeFlag(), strictFlag(),
		}, slices.Concat(memoryFlags(), outputFlags(formulaFormats()...))...),
		BashComplete: completeNetworks,
		Action:       s.formula,
	}
}

func (s *streams) formula(c *cli.Context) error {
	if err := s.checkOutput(c, formulaFormats()...); err != nil {
		return err
	}
	options, err := costOptions(c)
	if err != nil {
		return err
	}
	subjects, byDefault, err := s.formulaSubjects(c)
	if err != nil {
		return err
	}
	if options.Quantities, err = quantitiesFlag(c, byDefault); err != nil {
		return err
	}
	given, err := parseSettings("set", c.StringSlice("set"))
	if err != nil {
		return err
	}
	if subjects, err = applySettings("set", subjects, given); err != nil {
		return err
	}
	free, err := freeSymbols(c, subjects)
	if err != nil {
		return err
	}
	r := &report.Formula{Quantities: options.Quantities}
	for k, subject := range subjects {
		closed, err := cost.Close(subject, free[k], options)
		if err != nil {
			return err
		}
		r.Closed = append(r.Closed, closed)
	}
	if err := checkFrozen(options, traces(r.Closed, func(k *cost.Closed) *trace.Trace { return k.Trace })...); err != nil {
		return err
	}
	return s.write(c, r, formulaFormats()...)
}

// formulaSubjects are the networks that are named, or all schemes in their main costs.
func (s *streams) formulaSubjects(c *cli.Context) ([]cost.Subject, []cost.Quantity, error) {
	if c.NArg() > 0 {
		subjects, err := s.subjects(c)
		return subjects, formulaQuantities(c), err
	}
	subjects, err := each(zoo.Schemes(), func(name string) (cost.Subject, error) {
		n, err := zoo.Scheme(name, false)
		return cost.Subject{Name: name, Network: n}, err
	})
	return subjects, []cost.Quantity{cost.Params}, err
}

// formulaQuantities are all that close to machines, and a screenful to people.
func formulaQuantities(c *cli.Context) []cost.Quantity {
	if c.String("format") != string(report.FormatJSON) {
		return report.DefaultFormulas()
	}
	return slices.DeleteFunc(cost.Quantities(), func(q cost.Quantity) bool { return !q.Closes() })
}

// freeSymbols reads --free for each subject: the named symbols that it has, all for "all".
func freeSymbols(c *cli.Context, subjects []cost.Subject) ([][]string, error) {
	out := make([][]string, len(subjects))
	if !c.IsSet("free") {
		return out, nil
	}
	var known []string
	found := map[string]bool{}
	for k, subject := range subjects {
		for _, symbol := range subject.Network.Symbols {
			known = append(known, symbol.Name)
			for _, name := range c.StringSlice("free") {
				name = strings.TrimSpace(name)
				if name == symbol.Name || name == "all" {
					found[name] = true
					out[k] = append(out[k], symbol.Name)
				}
			}
		}
	}
	for _, name := range c.StringSlice("free") {
		if name = strings.TrimSpace(name); !found[name] {
			return nil, unknownSymbol("free", name, known)
		}
	}
	return out, nil
}
