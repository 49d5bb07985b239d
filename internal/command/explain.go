package command

import (
	"cmp"
	"errors"
	"io"
	"slices"

	"github.com/urfave/cli/v2"

	"github.com/skipcost/skipcost/arch/spec"
	"github.com/skipcost/skipcost/cost"
	"github.com/skipcost/skipcost/cost/convention"
	"github.com/skipcost/skipcost/internal/choose"
	"github.com/skipcost/skipcost/report"
)

// language is what explain calls the page of the language.
const language = "language"

func (s *streams) explainCommand() *cli.Command {
	return &cli.Command{
		Name:      "explain",
		Usage:     "the rule by which a kind of layer is priced, what a cost counts, and more: formulas, words, source",
		UsageText: "skipcost explain [FLAGS] [LAYER | COST | FRAMEWORK | CONVENTION | costs | conventions | precision | limits | flow | language]",
		Description: "Without a name, the rules of all layers. A cost, or costs for all of them, says what is counted and how.\n" +
			"The name of a --framework lists what training keeps by its rules, precision the types of each recipe,\n" +
			"and flow how signal and gradient pass each kind.\n" +
			"conventions lists whose counting is known, and the name of one says what it charges.\n" +
			"limits lists how much a file may ask for before it is refused.\n" +
			"language is the page that shows by examples how networks are written in YAML.\n\n" +
			"Examples:\n  skipcost explain conv2d\n  skipcost explain training_saved_bytes\n  skipcost explain torch2\n  skipcost explain fvcore\n" +
			"  skipcost explain language\n  skipcost explain --format markdown",
		Flags: outputFlags(formulaFormats()...),
		Action: func(c *cli.Context) error {
			if c.NArg() > 1 {
				return usagef("", "explain takes one layer, not %d", c.NArg())
			}
			name := c.Args().First()
			if name == language {
				return s.emit(c, func(w io.Writer) error {
					_, err := io.WriteString(w, spec.Language())
					return err
				})
			}
			explained, err := explanation(name)
			if err != nil {
				return err
			}
			return s.write(c, explained, formulaFormats()...)
		},
	}
}

// explanation is what there is to say of a name; of all layers where it is empty.
func explanation(name string) (report.Report, error) {
	switch name {
	case "":
		return &report.Explain{Rules: cost.Rules()}, nil
	case "flow":
		return report.FlowRules{}, nil
	case "costs":
		return &report.CostWords{Quantities: slices.Concat(cost.Quantities(), cost.LayerQuantities(), cost.Readings())}, nil
	case "limits":
		return report.WorkLimits{}, nil
	case "precision":
		return &report.Precisions{Recipes: cost.Precisions()}, nil
	case "conventions":
		return &report.Conventions{All: convention.Conventions()}, nil
	}
	if f, err := cost.ParseFramework(name); err == nil {
		return &report.Profile{Framework: f}, nil
	}
	one, noConvention := convention.Named(name)
	if noConvention == nil {
		return &report.Conventions{One: one}, nil
	}
	q, noCost := cost.ParseQuantity(name)
	if noCost == nil {
		return &report.CostWords{Quantities: []cost.Quantity{q}}, nil
	}
	rule, err := cost.RuleOf(name)
	var layer, counted, whose *choose.UnknownError
	if errors.As(err, &layer) && errors.As(noCost, &counted) && errors.As(noConvention, &whose) {
		nearest := cmp.Or(layer.Nearest, counted.Nearest, whose.Nearest)
		return nil, usagef(choose.Meant(nearest, "skipcost explain lists all layers, skipcost explain costs all costs"), "unknown layer or cost %q", name)
	}
	return &report.Explain{Kind: name, Rules: []cost.Rule{rule}}, nil
}
