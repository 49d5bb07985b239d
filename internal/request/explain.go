package request

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/onnx"
	"github.com/skipcost/skipcost/arch/rewrite"
	"github.com/skipcost/skipcost/arch/spec"
	"github.com/skipcost/skipcost/cost"
	"github.com/skipcost/skipcost/cost/convention"
	"github.com/skipcost/skipcost/internal/choose"
	"github.com/skipcost/skipcost/report"
	"github.com/skipcost/skipcost/report/explain"
)

// language is the name of the language's page in explain.
const language = "language"

func explainCommand() *Command {
	return &Command{
		Name:    "explain",
		Options: outputOptions(formulaFormats()...),
		Formats: formulaFormats(),
		answer:  answerExplain,
	}
}

func answerExplain(_ context.Context, _ *Store, req *Request) (*Answer, error) {
	if len(req.Networks) > 1 {
		return nil, usagef("", "explain takes one layer, not %d", len(req.Networks))
	}
	name := ""
	if len(req.Networks) == 1 {
		name = req.Networks[0].Name
	}
	if name == language {
		return words([]byte(spec.Language())), nil
	}
	explained, err := explanation(name)
	if name == "" {
		return tables(explained), err
	}
	if err == nil {
		return tables(explained), nil
	}
	words := newLexicon()
	if meanings := words.withNetwork(name); len(meanings) > 0 {
		return tables(&explain.Meanings{All: meanings}), nil
	}
	var usage *UsageError
	if _, foreign := arch.ForeignKind(name); foreign != "" && errors.As(err, &usage) {
		return nil, usagef(foreign, "%s", usage.Message)
	}
	if errors.As(err, &usage) && !strings.HasPrefix(usage.Hint, "did you mean") {
		err = usagef(choose.Hint(name, words.names(), usage.Hint), "%s", usage.Message)
	}
	return nil, err
}

// topic is a page of explain that is no layer, cost or other word.
type topic struct {
	names []string
	page  func() report.Report
}

func topics() []topic {
	return []topic{
		{[]string{""}, func() report.Report { return &explain.Layers{Rules: cost.Rules()} }},
		{[]string{"flow"}, func() report.Report { return explain.Flow{} }},
		{[]string{"costs"}, func() report.Report {
			return &explain.Costs{Quantities: slices.Concat(cost.Quantities(), cost.LayerQuantities(), cost.Readings())}
		}},
		{[]string{"limits"}, func() report.Report { return explain.Limits{} }},
		{[]string{"operators"}, func() report.Report { return &explain.Operators{All: onnx.Operators()} }},
		{[]string{"swap"}, func() report.Report { return explain.Swaps{} }},
		{[]string{"fused"}, func() report.Report { return explain.Fusions{} }},
		{[]string{"precision"}, func() report.Report { return &explain.Precisions{Recipes: cost.Precisions()} }},
		{[]string{"skips", "links"}, func() report.Report { return &explain.Links{Words: rewrite.Words()} }},
		{[]string{"conventions"}, func() report.Report { return &explain.Conventions{All: convention.Conventions()} }},
	}
}

// explanation is the report on a name, or on all layers where the name is empty.
func explanation(name string) (report.Report, error) {
	for _, t := range topics() {
		if slices.Contains(t.names, name) {
			return t.page(), nil
		}
	}
	if f, err := cost.ParseFramework(name); err == nil {
		return &explain.Framework{Framework: f}, nil
	}
	one, noConvention := convention.Named(name)
	if noConvention == nil {
		return withValues(name, &explain.Conventions{One: one}), nil
	}
	of := func(w rewrite.Word) bool { return w.Name == name }
	if k := slices.IndexFunc(rewrite.Words(), of); k >= 0 {
		return &explain.Links{Words: rewrite.Words()[k : k+1]}, nil
	}
	q, noCost := cost.ParseQuantity(name)
	if noCost == nil {
		return &explain.Costs{Quantities: []cost.Quantity{q}}, nil
	}
	rule, err := cost.RuleOf(name)
	var layer, counted, whose *choose.UnknownError
	if errors.As(err, &layer) && errors.As(noCost, &counted) && errors.As(noConvention, &whose) {
		nearest := cmp.Or(layer.Nearest, counted.Nearest, whose.Nearest)
		return nil, usagef(choose.Meant(nearest, "skipcost explain lists all layers, skipcost explain costs all costs, skipcost explain skips the words for skips"), "unknown layer or cost %q", name)
	}
	return withValues(name, &explain.Layers{Kind: name, Rules: []cost.Rule{rule}}), nil
}

// withValues is a report on a name, and what it means as the value of options.
func withValues(name string, on report.Report) report.Report {
	if taken := valueWords().of(name); len(taken) > 0 {
		return &explain.Meanings{All: taken, Beside: on}
	}
	return on
}
