package request

import (
	"context"
	"io"
	"slices"

	"github.com/skipcost/skipcost/cost"
	"github.com/skipcost/skipcost/report"
	"github.com/skipcost/skipcost/report/figure"
)

func skipsCommand() *Command {
	return &Command{
		Name: "skips",
		Options: append([]Option{
			setOption(),
			batchOption(),
			toggle("formula", "show how many skips there are and what they hold as closed formulas of the network's symbols"),
			toggle("all", "list branches, gates and conditioning too, which are no skips"),
			columnsOption(), dtypeOption(), strictOption(),
		}, slices.Concat(memoryOptions(), outputOptions(skipsFormats()...))...),
		Formats: skipsFormats(),
		answer:  answerSkips,
	}
}

func answerSkips(_ context.Context, s *Store, req *Request) (*Answer, error) {
	subject, options, err := s.oneNetwork(req, []cost.Quantity{cost.Params, cost.MACs, cost.TrainingSavedBytes, cost.InferencePeakBytes})
	if err != nil {
		return nil, err
	}
	if req.On("formula") {
		return skipForms(req, subject, options)
	}
	if options.Quantities, err = sums(req, options.Quantities); err != nil {
		return nil, err
	}
	take := cost.TakeInventory
	drawn := req.wants(report.FormatDot, report.FormatMermaid)
	if drawn {
		take = cost.ListSkips // pictures do not show what they cause
	} else if options.Memory.Checkpoint != cost.NoCheckpoint {
		return nil, usagef("calc and swap price whole networks under it", "--checkpoint: skips tells what single links change, and checkpoints run whole iterations again")
	}
	inventory, err := take(subject, req.On("all"), options)
	if err != nil {
		return nil, err
	}
	if err := checkFrozen(options, inventory.Trace); err != nil {
		return nil, err
	}
	if drawn {
		return &Answer{write: func(w io.Writer, f form) error { return figure.Graph(w, f.format, inventory) }}, nil
	}
	return tables(&report.Skips{Inventory: inventory, Quantities: options.Quantities, All: req.On("all")}), nil
}

// skipForms writes closed formulas in place of the inventory, and takes none of the flags that are about single links.
func skipForms(req *Request, subject cost.Subject, options cost.Options) (*Answer, error) {
	if err := req.takes(calcFormats()...); err != nil {
		return nil, err
	}
	for _, name := range []string{"all", "columns"} {
		if req.Given(name) {
			return nil, usagef("", "--formula sums up the skips, and --%s is about single links", name)
		}
	}
	closed, err := cost.CloseSkips(subject, options)
	if err != nil {
		return nil, err
	}
	return tables(&report.SkipForms{Closed: closed}), nil
}

// sums leaves out ratios, of which one skip does not cause a part; asked for they are an error.
func sums(req *Request, quantities []cost.Quantity) ([]cost.Quantity, error) {
	var out []cost.Quantity
	for _, q := range quantities {
		if q.Unit() != cost.Ratio || q.Gain() {
			out = append(out, q)
		} else if req.Given("columns") {
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
func (s *Store) oneNetwork(req *Request, byDefault []cost.Quantity) (cost.Subject, cost.Options, error) {
	var subject cost.Subject
	if err := req.namesOne(); err != nil {
		return subject, cost.Options{}, err
	}
	options, err := costOptions(req)
	if err != nil {
		return subject, options, err
	}
	if req.wants(report.FormatJSON) {
		byDefault = cost.Quantities()
	}
	if options.Quantities, err = quantities(req, byDefault); err != nil {
		return subject, options, err
	}
	subject, err = s.oneSubject(req)
	return subject, options, err
}
