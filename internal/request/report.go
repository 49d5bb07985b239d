package request

import (
	"context"
	"io"
	"slices"
	"strings"

	"github.com/skipcost/skipcost/cost"
	"github.com/skipcost/skipcost/report"
)

func reportCommand() *Command {
	return &Command{
		Name: "report",
		Options: slices.Concat([]Option{
			setOption(),
			batchOption(),
			columnsOption(), dtypeOption(), strictOption(),
		}, memoryOptions()),
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
	page, err := pageOf(subjects, options)
	if err != nil {
		return nil, err
	}
	page.Sections = append(page.Sections, report.Section{Heading: "To repeat this", Text: []string{"skipcost " + Version()}, Code: CommandLine(req)})
	return &Answer{write: func(w io.Writer, _ form) error { return page.HTML(w) }}, nil
}

// pageOf lays out what there is to say: of all networks together, and then of each.
func pageOf(subjects []cost.Subject, o cost.Options) (*report.Page, error) {
	calc := &report.Calc{Quantities: o.Quantities, Chosen: true}
	forms := &report.Formula{Quantities: slices.DeleteFunc(slices.Clone(o.Quantities), func(q cost.Quantity) bool { return !q.Closes() })}
	page := &report.Page{}
	var names []string
	var own []report.Section
	for _, subject := range subjects {
		summary, err := cost.Summarize(subject, o)
		if err != nil {
			return nil, err
		}
		calc.Summaries = append(calc.Summaries, summary)
		if closed, err := cost.CloseCounted(subject, nil, formOptions(o, forms.Quantities)); err == nil && len(closed.Trace.Free) > 0 {
			forms.Closed = append(forms.Closed, closed)
		}
		inventory, err := cost.TakeInventory(subject, true, skipOptions(o))
		if err != nil {
			return nil, err
		}
		names = append(names, subject.Name)
		page.Lead = append(page.Lead, report.InTwoSentences(summary, inventory))
		sections, err := networkSections(subject, inventory, o)
		if err != nil {
			return nil, err
		}
		own = append(own, sections...)
	}
	page.Title = strings.Join(names, ", ")
	page.Sections = []report.Section{{Heading: "What it costs, and what it buys", Table: calc.Document()}}
	if len(forms.Closed) > 0 {
		page.Sections = append(page.Sections, report.Section{Heading: "As formulas", Table: forms.Document()})
	}
	page.Sections = append(page.Sections, own...)
	return page, nil
}

func formOptions(o cost.Options, quantities []cost.Quantity) cost.Options {
	o.Quantities = quantities
	return o
}

// skipOptions asks for what links cause in the sums alone.
func skipOptions(o cost.Options) cost.Options {
	o.Quantities = slices.DeleteFunc(slices.Clone(o.Quantities), func(q cost.Quantity) bool { return q.Unit() == cost.Ratio && !q.Gain() })
	return o
}

// networkSections are the picture, the links and the layers of a network.
func networkSections(subject cost.Subject, inventory *cost.Inventory, o cost.Options) ([]report.Section, error) {
	layers := o
	layers.Layers = true
	layers.Quantities = report.DefaultQuantities()
	summary, err := cost.Summarize(subject, layers)
	if err != nil {
		return nil, err
	}
	if err := summary.List(inventory.Trace, layers); err != nil {
		return nil, err
	}
	table := (&report.Calc{Summaries: []*cost.Summary{summary}, Quantities: layers.Quantities, OfLayers: layers.Quantities, Layers: true}).Document()
	table.Tables = table.Tables[1:]
	var source []string
	if subject.Network.Source != "" {
		source = []string{"Source: " + subject.Network.Source}
	}
	return []report.Section{
		{Heading: subject.Name, Text: source, Picture: (&report.Arcs{Inventory: inventory}).Scene()},
		{Heading: subject.Name + ": skips and other links", Table: (&report.Skips{Inventory: inventory, Quantities: skipOptions(o).Quantities}).Document()},
		{Heading: subject.Name + ": layers", Table: table, Sorted: true},
	}, nil
}
