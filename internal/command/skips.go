package command

import (
	"github.com/urfave/cli/v2"
	"slices"

	"github.com/skipcost/skipcost/cost"
	"github.com/skipcost/skipcost/report"
)

func (s *streams) skipsCommand() *cli.Command {
	return &cli.Command{
		Name:      "skips",
		Usage:     "the skips of a network and what each of them causes",
		UsageText: "skipcost skips [FLAGS] NETWORK",
		Description: "Lists each skip with what would go if it alone were cut. A skip is an operand of an add, concat or mean that reaches it\n" +
			"past layers which the other operand has been through. Equal iterations of a repeat share a row.\n\n" +
			"Examples:\n  skipcost skips resnet50\n  skipcost skips unet --format json\n  skipcost skips llama-7b --all\n  skipcost skips unet --format mermaid\n" +
			"  skipcost skips concat --formula",
		Flags: append([]cli.Flag{
			setFlag(),
			batchFlag(),
			&cli.BoolFlag{Name: "formula", Usage: "show how many skips there are and what they hold as closed formulas of the network's symbols"},
			&cli.BoolFlag{Name: "all", Usage: "list branches, gates and conditioning too, which are no skips"},
			columnsFlag(), dtypeFlag(), strictFlag(),
		}, slices.Concat(memoryFlags(), outputFlags(skipsFormats()...))...),
		BashComplete: completeNetworks,
		Action:       s.skips,
	}
}

func (s *streams) skips(c *cli.Context) error {
	subject, options, err := s.oneNetwork(c, []cost.Quantity{cost.Params, cost.MACs, cost.TrainingSavedBytes, cost.InferencePeakBytes}, skipsFormats()...)
	if err != nil {
		return err
	}
	if c.Bool("formula") {
		return s.skipForms(c, subject, options)
	}
	if options.Quantities, err = sums(c, options.Quantities); err != nil {
		return err
	}
	take := cost.TakeInventory
	if f := report.Format(c.String("format")); f == report.FormatDot || f == report.FormatMermaid {
		take = cost.ListSkips // pictures do not show what they cause
	}
	inventory, err := take(subject, c.Bool("all"), options)
	if err != nil {
		return err
	}
	if err := checkFrozen(options, inventory.Trace); err != nil {
		return err
	}
	return s.write(c, &report.Skips{Inventory: inventory, Quantities: options.Quantities, All: c.Bool("all")}, skipsFormats()...)
}

// skipForms writes closed formulas in place of the inventory, and takes none of the flags that are about single links.
func (s *streams) skipForms(c *cli.Context, subject cost.Subject, options cost.Options) error {
	if err := s.checkOutput(c, calcFormats()...); err != nil {
		return err
	}
	for _, name := range []string{"all", "columns"} {
		if c.IsSet(name) {
			return usagef("", "--formula sums up the skips, and --%s is about single links", name)
		}
	}
	closed, err := cost.CloseSkips(subject, options)
	if err != nil {
		return err
	}
	return s.write(c, &report.SkipForms{Closed: closed}, calcFormats()...)
}

// sums leaves out ratios, of which one skip does not cause a part; asked for they are an error.
func sums(c *cli.Context, quantities []cost.Quantity) ([]cost.Quantity, error) {
	var out []cost.Quantity
	for _, q := range quantities {
		if q.Unit() != cost.Ratio || q.Gain() {
			out = append(out, q)
		} else if c.IsSet("columns") {
			return nil, usagef("", "--columns: %s is a ratio, and no part of it is caused by a skip", q)
		}
	}
	return out, nil
}

// skipsFormats are those of calc, and pictures of the network with its skips apart from the trunk.
func skipsFormats() []report.Format {
	return append(calcFormats(), report.FormatDot, report.FormatMermaid)
}

// oneNetwork reads what skips and swap have in common: a network, its settings and what is priced.
func (s *streams) oneNetwork(c *cli.Context, byDefault []cost.Quantity, formats ...report.Format) (cost.Subject, cost.Options, error) {
	var subject cost.Subject
	if err := s.checkOutput(c, formats...); err != nil {
		return subject, cost.Options{}, err
	}
	if c.NArg() != 1 {
		return subject, cost.Options{}, usagef("skipcost zoo lists what is shipped", "%s takes one network, not %d", c.Command.Name, c.NArg())
	}
	options, err := costOptions(c)
	if err != nil {
		return subject, options, err
	}
	if options.Memory.Checkpoint != cost.NoCheckpoint {
		return subject, options, usagef("calc --checkpoint prices the network as it is", "--checkpoint: %s writes repeats out, and then there is nothing to checkpoint", c.Command.Name)
	}
	if c.String("format") == string(report.FormatJSON) {
		byDefault = cost.Quantities()
	}
	if options.Quantities, err = quantitiesFlag(c, byDefault); err != nil {
		return subject, options, err
	}
	subject, err = s.oneSubject(c)
	return subject, options, err
}
