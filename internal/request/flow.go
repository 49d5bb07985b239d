package request

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/flow"
	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/arch/zoo"
	"github.com/skipcost/skipcost/cost"
	"github.com/skipcost/skipcost/report"
)

func flowCommand() *Command {
	return &Command{
		Name: "flow",
		Options: slices.Concat(schemeOptions(zoo.AllSchemes()), []Option{
			initOption(),
			toggle("layers", "a row for each tensor too: signal, gradient and distance to the outputs"),
			toggle("without-skips", "each network with its skips cut, too"),
			strictOption(),
		}, grouped(Output, formatOption(calcFormats()...)), widthOptions(tableWidth)),
		Formats: calcFormats(),
		answer:  answerFlow,
	}
}

func initOption() Option {
	return oneNamed(text("init", "how large the weights are at first, `INIT`: %s, or a gain; what the network says, or he, unless given"), arch.Inits(), initName, func(i arch.Init) string { return i.Doc })
}

// parseInit reads --init.
func parseInit(req *Request) (arch.Init, error) {
	if !req.Given("init") {
		return arch.Init{}, nil
	}
	init, err := arch.ParseInit(req.Text("init"))
	if err != nil {
		return init, usagef("", "--init: %v", err)
	}
	return init, nil
}

func answerFlow(_ context.Context, s *Store, req *Request) (*Answer, error) {
	init, err := parseInit(req)
	if err != nil {
		return nil, err
	}
	subjects, _, err := s.schemeOrNamed(req, zoo.AllSchemes())
	if err != nil {
		return nil, err
	}
	o := flow.Options{Init: init, Tensors: req.On("layers")}
	read, err := each(subjects, func(subject cost.Subject) ([]report.FlowSubject, error) {
		return flowOf(subject, o, req.On("without-skips"))
	})
	if err != nil {
		return nil, err
	}
	return tables(&report.Flow{Subjects: slices.Concat(read...), Tensors: o.Tensors}), nil
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

func initName(i arch.Init) string { return i.Name }
