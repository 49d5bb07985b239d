package command

import (
	"errors"
	"io"

	"github.com/urfave/cli/v2"

	"github.com/skipcost/skipcost/arch/spec"
	"github.com/skipcost/skipcost/cost"
	"github.com/skipcost/skipcost/internal/choose"
	"github.com/skipcost/skipcost/report"
)

// language is what explain calls the page of the language.
const language = "language"

func (s *streams) explainCommand() *cli.Command {
	return &cli.Command{
		Name:      "explain",
		Usage:     "the rule by which a kind of layer is priced: formulas, what is counted, source",
		UsageText: "skipcost explain [FLAGS] [LAYER | FRAMEWORK | flow | language]",
		Description: "Without a name, all rules. The name of a --framework lists what training keeps by its rules,\n" +
			"and flow how signal and gradient pass each kind.\n" +
			"language is the page that shows by examples how networks are written in YAML.\n\n" +
			"Examples:\n  skipcost explain conv2d\n  skipcost explain torch2\n  skipcost explain language\n  skipcost explain --format markdown",
		Flags: outputFlags(formulaFormats()...),
		Action: func(c *cli.Context) error {
			if c.NArg() > 1 {
				return usagef("", "explain takes one layer, not %d", c.NArg())
			}
			x := &report.Explain{Kind: c.Args().First()}
			if x.Kind == language {
				return s.emit(c, func(w io.Writer) error {
					_, err := io.WriteString(w, spec.Language())
					return err
				})
			}
			if x.Kind == "" {
				x.Rules = cost.Rules()
				return s.write(c, x, formulaFormats()...)
			}
			if x.Kind == "flow" {
				return s.write(c, report.FlowRules{}, formulaFormats()...)
			}
			if f, err := cost.ParseFramework(x.Kind); err == nil {
				return s.write(c, &report.Profile{Framework: f}, formulaFormats()...)
			}
			rule, err := cost.RuleOf(x.Kind)
			var unknown *choose.UnknownError
			if errors.As(err, &unknown) {
				hint := choose.Meant(unknown.Nearest, "skipcost explain lists all layers")
				return usagef(hint, "unknown layer %q", unknown.Name)
			}
			x.Rules = []cost.Rule{rule}
			return s.write(c, x, formulaFormats()...)
		},
	}
}
