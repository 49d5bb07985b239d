package command

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/skipcost/skipcost/arch/rewrite"
	"github.com/skipcost/skipcost/arch/spec"
	"github.com/skipcost/skipcost/cost"
	"github.com/skipcost/skipcost/internal/choose"
	"github.com/skipcost/skipcost/report"
)

func (s *streams) swapCommand() *cli.Command {
	var changes []string
	for _, c := range rewrite.Changes() {
		changes = append(changes, string(c))
	}
	return &cli.Command{
		Name:      "swap",
		Usage:     "what a network would cost if its skips were of another kind",
		UsageText: "skipcost swap --to KIND [FLAGS] NETWORK",
		Description: "Rewrites the skips of a network and compares it with what it was. --to says what each skip becomes:\n" +
			"  concat    the body keeps its width, and the layers behind the merge read shortcut and body side by side\n" +
			"  add       the last layer of the body outputs the width of the shortcut, and the two are added\n" +
			"  densenet  a concat, for which the last layer of the body outputs only the growth rate\n" +
			"  none      the shortcut is cut, and the body alone remains\n\n" +
			"--equal COST makes the comparison fair: the rewritten network is made wider or narrower until that cost is as near\n" +
			"to the original's as whole numbers allow. One factor scales all widths but those of the input and of the last\n" +
			"layers, so that classes stay. --by SYMBOL changes that symbol of the network instead.\n\n" +
			"-o FILE.yaml writes the rewritten network, beside the comparison. Symbols, blocks and repeats stay where all iterations\n" +
			"changed alike, so that skipcost formula FILE.yaml is a formula in them. -o with any other name writes the comparison.\n\n" +
			"Examples:\n  skipcost swap resnet50 --to concat\n  skipcost swap densenet121 --to add --layers\n  skipcost swap unet --to none --only 1,2\n" +
			"  skipcost swap densenet-bc --to add -o add.yaml && skipcost formula add.yaml\n" +
			"  skipcost swap resnet50 --to concat --equal params\n  skipcost swap add --to concat --equal training_saved_bytes --by N",
		Flags: append([]cli.Flag{
			&cli.StringFlag{Name: "to", Usage: "the `KIND` that skips become: " + strings.Join(changes, ", ")},
			&cli.StringFlag{Name: "growth", Aliases: []string{"k"}, Value: "12", Usage: "growth `RATE` of --to densenet: channels that each body adds"},
			&cli.StringSliceFlag{Name: "only", Usage: "rewrite only these `LINKS`, by the number, range, kind or name that skipcost skips lists, as in --only 3,7-9 or --only concat"},
			&cli.StringFlag{Name: "projections", Value: "keep", Usage: "`WHAT` becomes of projections, layers whose only task is to make widths meet: keep them, drop those that a concat needs no more, or add one to the shortcut of each add whose widths differ"},
			&cli.BoolFlag{Name: "reduce", Usage: "bring each concat back to the old width by a 1×1 convolution or linear layer"},
			&cli.StringFlag{Name: "equal", Usage: "scale the widths of the rewritten network until this `COST` is that of the original, as in --equal params"},
			&cli.StringFlag{Name: "by", Usage: "with --equal, change this `SYMBOL` of the network instead of all widths, as in --by N"},
			setFlag(),
			batchFlag(),
			&cli.BoolFlag{Name: "layers", Usage: "list the layers that change too, one row each"},
			columnsFlag(), dtypeFlag(), strictFlag(),
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
	if so.Equal != nil {
		if err := hasSymbol(subject, so.Equal.By); err != nil {
			return err
		}
		if !slices.Contains(options.Quantities, so.Equal.Quantity) {
			options.Quantities = append([]cost.Quantity{so.Equal.Quantity}, options.Quantities...)
		}
	}
	options.Layers = c.Bool("layers")
	result, err := cost.SwapSkips(subject, so, options)
	var selection *cost.SelectionError
	if errors.As(err, &selection) {
		return usagef(selection.Hint, "--only: %s", selection.Message)
	}
	if errors.Is(err, rewrite.ErrFixedWidths) {
		return fmt.Errorf("--equal: %w; --by SYMBOL changes a symbol of the network instead", err)
	}
	if err != nil {
		return err
	}
	if err := checkFrozen(options, result.Original); err != nil {
		return err
	}
	r := &report.Swap{Swap: result, Quantities: options.Quantities, Layers: c.Bool("layers"), Chosen: c.IsSet("columns")}
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
	n, notes := r.Swap.Network()
	r.Written = notes
	err := report.ToFile(c.String("output"), func(w io.Writer) error {
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
	layout, err := s.layout(c)
	if err != nil {
		return err
	}
	return report.Buffered(s.out, func(w io.Writer) error { return report.Write(w, format, layout, r) })
}

func swapOptions(c *cli.Context) (cost.SwapOptions, error) {
	o := cost.SwapOptions{Only: c.StringSlice("only")}
	if !c.IsSet("to") {
		return o, usagef("as in skipcost swap resnet50 --to concat", "swap needs --to")
	}
	var err error
	if o.To, err = rewrite.ParseChange(c.String("to")); err != nil {
		return o, usagef("", "--to: %v", err)
	}
	if c.IsSet("growth") && o.To != rewrite.ToDense {
		return o, usagef("", "--growth goes with --to densenet")
	}
	if o.Growth, err = wholeFlag(c, "growth", 1); err != nil {
		return o, err
	}
	o.Projections = rewrite.Projections(c.String("projections"))
	if !slices.Contains(rewrite.ProjectionChoices(), o.Projections) {
		return o, usagef("", "--projections is keep, drop or add, not %q", c.String("projections"))
	}
	if o.Projections == rewrite.AddProjections && o.To != rewrite.ToAdd {
		return o, usagef("", "--projections add goes with --to add")
	}
	if o.Reduce = c.Bool("reduce"); o.Reduce && o.To != rewrite.ToConcat {
		return o, usagef("", "--reduce goes with --to concat")
	}
	o.Equal, err = equalize(c)
	return o, err
}

// equalize reads --equal and --by; nil without them.
func equalize(c *cli.Context) (*cost.Equalize, error) {
	if !c.IsSet("equal") {
		if c.IsSet("by") {
			return nil, usagef("as in --equal params --by N", "--by goes with --equal")
		}
		return nil, nil
	}
	name := c.String("equal")
	var names []string
	for _, q := range cost.Quantities() {
		switch ratio := q.Unit() == cost.Ratio; {
		case q.String() == name && ratio:
			return nil, usagef("", "--equal: %s is a ratio, not a whole number", name)
		case q.String() == name:
			return &cost.Equalize{Quantity: q, By: c.String("by")}, nil
		case !ratio:
			names = append(names, q.String())
		}
	}
	hint := choose.Hint(name, names, choose.List("costs are", names))
	return nil, usagef(hint, "--equal: unknown cost %q", name)
}

// hasSymbol refuses the name of a symbol that a network does not have; the empty name is none.
func hasSymbol(s cost.Subject, name string) error {
	var known []string
	for _, symbol := range s.Network.Symbols {
		known = append(known, symbol.Name)
	}
	if name == "" || slices.Contains(known, name) {
		return nil
	}
	return unknownSymbol("by", name, known)
}
