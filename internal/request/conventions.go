package request

import (
	"errors"
	"strings"

	"github.com/skipcost/skipcost/cost"
	"github.com/skipcost/skipcost/cost/convention"
	"github.com/skipcost/skipcost/internal/choose"
	"github.com/skipcost/skipcost/report"
)

// codeNotes say whose implementation of a network is counted, where that makes a difference for tools.
func codeNotes(subjects ...cost.Subject) []string {
	var notes []string
	for _, s := range subjects {
		how := "as most code would spell it, with a module for whatever has one"
		if code, known := convention.CodeOf(s.Network.Name); known {
			how = "as spelled by " + code.Code
		}
		notes = append(notes, s.Name+": "+how)
	}
	return notes
}

// asOption is --as on calc.
func asOption() Option {
	return list("as", "show what counting tools print too, by the names of `CONVENTIONS`, as in --as fvcore,thop,calflops:macs; skipcost explain conventions lists them").
		among(func() []string {
			return names(convention.Conventions(), func(c *convention.Convention) string { return c.Name })
		})
}

// printedFigures are what the conventions of --as print for networks that are priced; nil without the flag.
func printedFigures(req *Request, summaries []*cost.Summary, o cost.Options) (*report.AsPrinted, error) {
	if !req.Given("as") {
		return nil, nil
	}
	out := &report.AsPrinted{Tallies: make([]*convention.Tally, len(summaries)), Errors: make([]error, len(summaries))}
	for _, name := range req.List("as") {
		f, err := convention.FigureNamed(strings.TrimSpace(name))
		if err != nil {
			return nil, unknownConvention(err)
		}
		out.Figures = append(out.Figures, f)
	}
	for k, m := range summaries {
		counted := convention.Options{Batch: o.Batch}
		out.Tallies[k], out.Errors[k] = convention.Count(m.Trace, counted)
		if !req.On("layers") {
			continue
		}
		written, err := m.Trace.Unrolled()
		if err != nil {
			return nil, err
		}
		out.Layers = append(out.Layers, convention.ByLayer(written, counted))
	}
	return out, nil
}

// unknownConvention is the usage error of a name for --as that no convention has.
func unknownConvention(err error) error {
	var unknown *choose.UnknownError
	if errors.As(err, &unknown) {
		return usagef(choose.Meant(unknown.Nearest, "skipcost explain conventions lists them"), "--as: unknown convention %q", unknown.Name)
	}
	return err
}
