package request

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/cost"
	"github.com/skipcost/skipcost/cost/decide"
	"github.com/skipcost/skipcost/report"
)

func diffCommand() *Command {
	return &Command{
		Name: "diff",
		Options: familyOptions(
			list("then", "bind symbols of the new side by `NAME=VALUE`, over those of --set, as in --then L=20,batch=8"),
			list("fail-on", "end with code 3 if a cost rises by more than `COST+AMOUNT`, as in --fail-on params+5%,inference_peak_bytes+1MiB"),
		),
		Formats: calcFormats(),
		answer:  answerDiff,
	}
}

func answerDiff(_ context.Context, s *Store, req *Request) (*Answer, error) {
	then := req.Given("then")
	switch {
	case len(req.Networks) == 1 && !then:
		return nil, usagef("as in skipcost diff old.yaml new.yaml, or skipcost diff concat --then L=20", "diff needs a second network, or --then")
	case len(req.Networks) != 1 && len(req.Networks) != 2:
		return nil, usagef(shippedHint, "diff takes two networks, or one and --then, not %d", len(req.Networks))
	}
	a, err := s.asked(req)
	if err != nil {
		return nil, err
	}
	quantities := a.options.Quantities
	if len(quantities) == 0 {
		quantities = slices.DeleteFunc(cost.Quantities(), cost.Quantity.PerLayer)
	}
	var allowed []decide.Allowance
	if req.Given("fail-on") {
		if allowed, err = decide.ParseAllowances(req.List("fail-on")...); err != nil {
			return nil, budgetError("fail-on", err)
		}
	}
	for _, x := range allowed {
		if !slices.Contains(quantities, x.Quantity) {
			quantities = append(slices.Clone(quantities), x.Quantity)
		}
	}
	before, after, notes, err := s.sides(req, a)
	if err != nil {
		return nil, err
	}
	d, err := decide.Diff(before, after, quantities)
	if err != nil {
		return nil, err
	}
	if err := checkFrozen(a.options, []*trace.Trace{d.Before.Trace, d.After.Trace}...); err != nil {
		return nil, err
	}
	r := &report.Diff{Diff: d, Quantities: quantities, OfLayers: d.Listed, Chosen: req.Given("columns"), Notes: notes}
	if !r.Chosen && !req.wants(report.FormatJSON) {
		r.OfLayers = []cost.Quantity{cost.Params, cost.MACs, cost.TrainingSavedBytes}
	}
	if r.Rises, err = d.Rises(allowed); err != nil {
		return nil, err
	}
	answer := tables(r)
	for _, x := range r.Rises {
		answer.exceed(report.RiseText(x))
	}
	return answer, nil
}

// sides are the two networks with their settings; one that stands alone is both.
func (s *Store) sides(req *Request, a *asked) (before, after decide.Side, notes []string, err error) {
	subjects, notes, err := a.chosen(req, s)
	if err != nil {
		return before, after, nil, err
	}
	then, err := parseSettings("then", req.List("then"))
	if err != nil {
		return before, after, nil, err
	}
	before, after = decide.Side{Subject: subjects[0], Options: a.options}, decide.Side{Subject: subjects[len(subjects)-1], Options: a.options}
	if _, own := after.Subject.Network.Symbol(decide.Batch); !own {
		if batch, is := then[decide.Batch]; is {
			if n, whole := batch.Integer(); !whole || n.Sign() <= 0 {
				return before, after, nil, usagef("", "--then batch must be a whole number of at least 1, not %s", batch.Text())
			}
			after.Options.Batch = batch
			then = maps.Clone(then)
			delete(then, decide.Batch)
		}
	}
	changed, err := applySettings("then", []cost.Subject{after.Subject}, then)
	if err != nil {
		return before, after, nil, err
	}
	after.Subject = changed[0]
	if len(subjects) == 1 {
		after.Subject.Name += " with " + strings.Join(req.List("then"), ", ")
	}
	return before, after, notes, nil
}
