package request

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/arch/zoo"
	"github.com/skipcost/skipcost/cost"
	"github.com/skipcost/skipcost/report"
)

func formulaCommand() *Command {
	return &Command{
		Name: "formula",
		Options: append([]Option{
			setOption("given"),
			list("free", "leave these `SYMBOLS` free and bind all others to their defaults, as in --free L,k"),
			batchOption(),
			decodeOption(), columnsOption(), dtypeOption(), strictOption(),
		}, slices.Concat(memoryOptions(), outputOptions(formulaFormats()...))...),
		Formats: formulaFormats(),
		answer:  answerFormula,
	}
}

func answerFormula(_ context.Context, s *Store, req *Request) (*Answer, error) {
	options, err := costOptions(req)
	if err != nil {
		return nil, err
	}
	subjects, byDefault, err := s.formulaSubjects(req)
	if err != nil {
		return nil, err
	}
	if options.Quantities, err = quantities(req, byDefault); err != nil {
		return nil, err
	}
	given, err := parseSettings("set", req.List("set"))
	if err != nil {
		return nil, err
	}
	free, err := freeSymbols(req, subjects)
	if err != nil {
		return nil, err
	}
	if subjects, err = applySettings("set", freed(subjects, req.List("free")), given); err != nil {
		return nil, err
	}
	r := &report.Formula{Quantities: options.Quantities}
	for k, subject := range subjects {
		closed, err := s.closed(req, subject, free[k], options)
		if err != nil {
			return nil, err
		}
		r.Closed = append(r.Closed, closed)
	}
	if err := checkFrozen(options, traces(r.Closed, func(k *cost.Closed) *trace.Trace { return k.Trace })...); err != nil {
		return nil, err
	}
	return tables(r), nil
}

// formulaSubjects are the networks that are named, or all schemes in their main costs.
func (s *Store) formulaSubjects(req *Request) ([]cost.Subject, []cost.Quantity, error) {
	if len(req.Networks) > 0 {
		subjects, err := s.subjects(req)
		return subjects, formulaQuantities(req), err
	}
	subjects, err := each(zoo.Schemes(), func(name string) (cost.Subject, error) {
		n, err := s.scheme(name, false)
		return cost.Subject{Name: name, Network: n}, err
	})
	return subjects, []cost.Quantity{cost.Params}, err
}

// formulaQuantities are all that close to machines, and a screenful to people.
func formulaQuantities(req *Request) []cost.Quantity {
	if !req.wants(report.FormatJSON) {
		return report.DefaultFormulas()
	}
	return slices.DeleteFunc(cost.Quantities(), func(q cost.Quantity) bool { return !q.Closes() })
}

// freed are subjects whose presets leave open what is asked to be free by its name.
func freed(subjects []cost.Subject, names []string) []cost.Subject {
	out := slices.Clone(subjects)
	for k, subject := range out {
		out[k].Set = maps.Clone(subject.Set)
		for _, name := range names {
			delete(out[k].Set, strings.TrimSpace(name))
		}
	}
	return out
}

// freeSymbols reads --free for each subject: the named symbols that it has, all for "all".
func freeSymbols(req *Request, subjects []cost.Subject) ([][]string, error) {
	out := make([][]string, len(subjects))
	if !req.Given("free") {
		return out, nil
	}
	var known []string
	found := map[string]bool{}
	for k, subject := range subjects {
		for _, symbol := range subject.Network.Symbols {
			known = append(known, symbol.Name)
			for _, name := range req.List("free") {
				name = strings.TrimSpace(name)
				if name == symbol.Name || name == "all" {
					found[name] = true
					out[k] = append(out[k], symbol.Name)
				}
			}
		}
	}
	for _, name := range req.List("free") {
		if name = strings.TrimSpace(name); !found[name] {
			return nil, unknownSymbol("free", name, known)
		}
	}
	return out, nil
}
