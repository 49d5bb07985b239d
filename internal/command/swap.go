package command

import (
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/spec"
	"github.com/skipcost/skipcost/cost"
	"github.com/skipcost/skipcost/report"
)

func (s *streams) swapCommand() *cli.Command {
	var changes []string
	for _, c := range arch.Changes() {
		changes = append(changes, string(c))
	}
	return &cli.Command{
		Name:      "swap",
		Usage:     "what a network would cost if its skips were of another kind",
		UsageText: "skipcost swap --to KIND [FLAGS] NETWORK",
		Description: "add → concat: bodies keep their width and what reads the merge widens. concat → add: the body's last layer\n" +
			"takes the incoming width. densenet: it outputs the growth rate. none: the trunk alone.\n\n" +
			"Examples:\n  skipcost swap resnet50 --to concat\n  skipcost swap densenet121 --to add --layers\n  skipcost swap unet --to none --only 1,2\n" +
			"  skipcost swap resnet50 --to densenet --growth 32 -o net.yaml   # writes the rewritten network",
		Flags: append([]cli.Flag{
			&cli.StringFlag{Name: "to", Usage: "the `KIND` that skips become: " + strings.Join(changes, ", ")},
			&cli.StringFlag{Name: "growth", Aliases: []string{"k"}, Value: "12", Usage: "growth `RATE` of densenet"},
			&cli.StringSliceFlag{Name: "only", Usage: "rewrite only these `SKIPS`, by number, kind or name"},
			&cli.StringFlag{Name: "projections", Value: "keep", Usage: "keep or drop projections that only matched widths, `WHICH`"},
			&cli.StringSliceFlag{Name: "set", Usage: "bind symbols of the network, `NAME=VALUE`"},
			&cli.StringFlag{Name: "batch", Aliases: []string{"B"}, Value: "1", Usage: "`SAMPLES` in a batch"},
			&cli.BoolFlag{Name: "layers", Usage: "a row for each layer that changes too"},
			columnsFlag(), dtypeFlag(),
		}, slices.Concat(memoryFlags(), outputFlags(calcFormats()...))...),
		BashComplete: completeNetworks,
		Action:       s.swap,
	}
}

func (s *streams) swap(c *cli.Context) error {
	so, err := swapOptions(c)
	if err != nil {
		return err
	}
	subject, options, err := s.oneNetwork(c, []cost.Quantity{cost.Params, cost.MACs, cost.FLOPs, cost.TrafficBytes, cost.InferencePeakBytes, cost.TrainingSavedBytes, cost.TrainingTotalBytes}, calcFormats()...)
	if err != nil {
		return err
	}
	result, err := cost.SwapSkips(subject, so, options)
	if err != nil {
		return err
	}
	r := &report.Swap{Swap: result, To: so.To, Quantities: options.Quantities, Layers: c.Bool("layers")}
	if isNetworkFile(c.String("output")) {
		return s.writeNetwork(c, r)
	}
	return s.write(c, r, calcFormats()...)
}

// isNetworkFile reports whether -o names a network file, into which swap writes the rewritten network.
func isNetworkFile(path string) bool {
	ext := filepath.Ext(path)
	return ext == ".yaml" || ext == ".yml"
}

// writeNetwork writes the rewritten network to its file, and the comparison to standard output.
func (s *streams) writeNetwork(c *cli.Context, r *report.Swap) error {
	name := r.Swap.Name + "-" + string(r.To)
	n, err := arch.Flatten(r.Swap.Trace, name, fmt.Sprintf("%s with its skips as %s", r.Swap.Name, r.To))
	if err != nil {
		return err
	}
	err = report.ToFile(c.String("output"), func(w io.Writer) error {
		_, err := w.Write(spec.Print(n))
		return err
	})
	if err != nil {
		return plainPathError(err)
	}
	format, err := report.ParseFormat(c.String("format"), calcFormats()...)
	if err != nil {
		return err
	}
	return report.Buffered(s.out, func(w io.Writer) error { return report.Write(w, format, r) })
}

func swapOptions(c *cli.Context) (cost.SwapOptions, error) {
	o := cost.SwapOptions{Only: c.StringSlice("only")}
	if !c.IsSet("to") {
		return o, usagef("as in skipcost swap resnet50 --to concat", "swap needs --to")
	}
	var err error
	if o.To, err = arch.ParseChange(c.String("to")); err != nil {
		return o, usagef("", "--to: %v", err)
	}
	if c.IsSet("growth") && o.To != arch.ToDense {
		return o, usagef("", "--growth goes with --to densenet")
	}
	if o.Growth, err = wholeFlag(c, "growth", 1); err != nil {
		return o, err
	}
	switch c.String("projections") {
	case "keep":
	case "drop":
		o.DropProjections = true
	default:
		return o, usagef("", "--projections is keep or drop, not %q", c.String("projections"))
	}
	return o, nil
}
