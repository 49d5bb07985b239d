package command

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/flow"
	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/arch/zoo"
	"github.com/skipcost/skipcost/cost"
	"github.com/skipcost/skipcost/report"
)

func (s *streams) flowCommand() *cli.Command {
	return &cli.Command{
		Name:      "flow",
		Usage:     "what networks carry at initialisation: paths, signal and gradient",
		UsageText: "skipcost flow [FLAGS] [NETWORK ...]",
		Description: "Without names, the schemes of skip connections and their variants. Nothing is trained and nothing runs: paths are\n" +
			"counted exactly, signal and gradient are expectations over the initial weights (skipcost explain flow).\n\n" +
			"Examples:\n" +
			"  skipcost flow\n" +
			"  skipcost flow --depth 50 --relu --init torch\n" +
			"  skipcost flow resnet50 densenet121 plain34 model.onnx\n" +
			"  skipcost flow resnet50 --without-skips\n" +
			"  skipcost flow resnet50 --layers",
		Flags: slices.Concat(schemeFlagList(zoo.AllSchemes()), []cli.Flag{
			initFlag(),
			&cli.BoolFlag{Name: "layers", Usage: "a row for each tensor too: signal, gradient and distance to the outputs"},
			&cli.BoolFlag{Name: "without-skips", Usage: "each network with its skips cut, too"},
			strictFlag(),
		}, formatFlags(calcFormats()...), widthFlags(tableWidth)),
		BashComplete: completeNetworks,
		Action:       s.flow,
	}
}

func initFlag() cli.Flag {
	var names []string
	for _, i := range arch.Inits() {
		names = append(names, i.Name)
	}
	return &cli.StringFlag{Name: "init", Usage: "how large the weights are at first, `INIT`: " + strings.Join(names, ", ") + ", or a gain; what the network says, or he, unless given"}
}

// parseInit reads --init.
func parseInit(c *cli.Context) (arch.Init, error) {
	if !c.IsSet("init") {
		return arch.Init{}, nil
	}
	init, err := arch.ParseInit(c.String("init"))
	if err != nil {
		return init, usagef("", "--init: %v", err)
	}
	return init, nil
}

func (s *streams) flow(c *cli.Context) error {
	if err := s.checkOutput(c, calcFormats()...); err != nil {
		return err
	}
	init, err := parseInit(c)
	if err != nil {
		return err
	}
	subjects, _, err := s.schemeOrNamed(c, zoo.AllSchemes())
	if err != nil {
		return err
	}
	o := flow.Options{Init: init, Tensors: c.Bool("layers")}
	read, err := each(subjects, func(subject cost.Subject) ([]report.FlowSubject, error) {
		return flowOf(subject, o, c.Bool("without-skips"))
	})
	if err != nil {
		return err
	}
	return s.write(c, &report.Flow{Subjects: slices.Concat(read...), Tensors: o.Tensors}, calcFormats()...)
}

// flowOf reads a network, and the same without its skips where that is asked for.
func flowOf(subject cost.Subject, o flow.Options, cut bool) ([]report.FlowSubject, error) {
	t, err := subject.Resolve(trace.Options{})
	if err != nil {
		return nil, err
	}
	out := make([]report.FlowSubject, 0, 2)
	first, err := flowSubject(subject.Name, t, o)
	if out = append(out, first); err != nil || !cut {
		return out, err
	}
	without, refused, err := cost.WithoutSkips(t)
	if err != nil {
		return nil, err
	}
	second, err := flowSubject(subject.Name+" without skips", without, o)
	for _, r := range refused {
		if second.Reading != nil {
			second.Reading.Notes = append(second.Reading.Notes, "the skip at "+r.Link.Merge.Name+" stays: "+r.Reason)
		}
	}
	return append(out, second), err
}

func flowSubject(name string, t *trace.Trace, o flow.Options) (report.FlowSubject, error) {
	total, err := cost.Of(t, cost.Options{Quantities: report.FlowCosts()})
	if err != nil {
		return report.FlowSubject{}, err
	}
	r, err := flow.Of(t, o)
	if errors.Is(err, flow.ErrNoWeights) {
		return report.FlowSubject{}, fmt.Errorf("%s: %w", name, err)
	}
	return report.FlowSubject{Name: name, Trace: t, Costs: total.Costs, Reading: r}, err
}
