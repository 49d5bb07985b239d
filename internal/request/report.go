package request

import (
	"context"
	"io"
	"slices"

	"github.com/skipcost/skipcost/cost"
	"github.com/skipcost/skipcost/report"
	"github.com/skipcost/skipcost/report/figure"
	"github.com/skipcost/skipcost/report/page"
)

func reportCommand() *Command {
	return &Command{
		Name: "report",
		Options: slices.Concat([]Option{
			setOption(),
			batchOption(),
			columnsOption(), dtypeOption(), strictOption(),
		}, memoryOptions(), []Option{formatOption(report.FormatHTML)}),
		Formats: []report.Format{report.FormatHTML},
		answer:  answerReport,
	}
}

// pageQuantities are what a page compares.
func pageQuantities() []cost.Quantity {
	return []cost.Quantity{
		cost.Params, cost.MACs, cost.FLOPs, cost.Activations, cost.ParamBytes, cost.InferencePeakBytes, cost.TrainingSavedBytes, cost.TrainingTotalBytes,
		cost.MeanPath, cost.GradientGain,
	}
}

func answerReport(_ context.Context, s *Store, req *Request) (*Answer, error) {
	if len(req.Networks) == 0 {
		return nil, usagef("skipcost report resnet50 -o report.html", "report needs the names of networks")
	}
	options, err := costOptions(req)
	if err != nil {
		return nil, err
	}
	if options.Quantities, err = quantities(req, pageQuantities()); err != nil {
		return nil, err
	}
	subjects, err := s.boundSubjects(req)
	if err != nil {
		return nil, err
	}
	networks := &page.Networks{Quantities: options.Quantities, Command: CommandLine(req), Version: Version()}
	if networks.Networks, err = each(subjects, func(subject cost.Subject) (page.Network, error) { return pageNetwork(subject, options) }); err != nil {
		return nil, err
	}
	return &Answer{write: func(w io.Writer, _ form) error { return networks.Page().HTML(w) }}, nil
}

// mostFlows bounds the work of a page that shows the effect of each link on signal and gradient: the number of links times that
// of operations.
const mostFlows = 30_000

// pageNetwork reads all that a page says of a network.
func pageNetwork(subject cost.Subject, o cost.Options) (n page.Network, err error) {
	n.Source = subject.Network.Source
	withFormula := o
	withFormula.Formula = true
	if n.Summary, err = cost.Summarize(subject, withFormula); err != nil {
		return n, err
	}
	memory := o
	memory.Quantities = figure.MemoryCosts()
	held, err := cost.Of(n.Summary.Trace, memory)
	if err != nil {
		return n, err
	}
	n.Memory = held.Costs
	forms := o
	forms.Quantities = slices.DeleteFunc(slices.Clone(o.Quantities), func(q cost.Quantity) bool { return !q.Closes() })
	if closed, err := cost.CloseCounted(subject, nil, forms); err == nil && len(closed.Trace.Free) > 0 {
		n.Closed = closed
	}
	causes := skipOptions(o)
	if n.Inventory, err = cost.ListSkips(subject, true, causes); err != nil {
		return n, err
	}
	if len(n.Inventory.Skips)*len(n.Inventory.Trace.Operations()) > mostFlows {
		causes.Quantities = slices.DeleteFunc(causes.Quantities, cost.Quantity.Gain)
		n.LeftOut = "What each link does to paths, signal and gradient takes long in so large a network, and is left out: skipcost skips " + subject.Name + " --columns gradient_gain has it."
	}
	if err := n.Inventory.Price(causes); err != nil {
		return n, err
	}
	n.Causes = causes.Quantities
	layers := o
	layers.Layers, layers.Quantities = true, report.DefaultQuantities()
	if n.Layers, err = cost.Summarize(subject, layers); err != nil {
		return n, err
	}
	along := o
	along.Quantities = figure.CourseCosts()
	if n.Course, err = n.Inventory.Course(along); err != nil {
		return n, err
	}
	return n, n.Layers.List(n.Inventory.Trace, layers)
}

// skipOptions asks for the causes of links in sums only, without peaks.
func skipOptions(o cost.Options) cost.Options {
	o.Quantities = slices.DeleteFunc(slices.Clone(o.Quantities), func(q cost.Quantity) bool { return q.Unit() == cost.Ratio && !q.Gain() })
	return o
}
