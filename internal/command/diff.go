package command

import (
	"maps"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/cost"
	"github.com/skipcost/skipcost/cost/decide"
	"github.com/skipcost/skipcost/report"
)

func (s *streams) diffCommand() *cli.Command {
	return &cli.Command{
		Name:      "diff",
		Usage:     "what changed between two networks, or between two settings of one: costs, layers and links",
		UsageText: "skipcost diff [FLAGS] OLD NEW\nskipcost diff --then NAME=VALUE [FLAGS] NETWORK",
		Description: "Every cost before, after and its change, and the layers and links that came, went or changed. Layers are matched by\n" +
			"their names, then by kind and shape in order. --set binds symbols of both sides and --then those of the new side\n" +
			"alone, where batch is the number of samples; with --then one network is enough.\n\n" +
			"--fail-on COST+AMOUNT or COST+PERCENT% ends with code 3 where a cost rises by more.\n\n" +
			"Examples:\n" +
			"  skipcost diff resnet18 resnet34\n" +
			"  skipcost diff concat --set L=10 --then L=11\n" +
			"  skipcost diff old.yaml new.yaml --format markdown --fail-on params+5%,inference_peak_bytes+1MiB",
		Flags: familyFlags(
			&cli.StringSliceFlag{Name: "then", Usage: "bind symbols of the new side by `NAME=VALUE`, over those of --set, as in --then L=20,batch=8"},
			&cli.StringSliceFlag{Name: "fail-on", Usage: "end with code 3 if a cost rises by more than `COST+AMOUNT`, as in --fail-on params+5%,inference_peak_bytes+1MiB"},
		),
		BashComplete: completeNetworks,
		Action:       s.diff,
	}
}

func (s *streams) diff(c *cli.Context) error {
	then := c.IsSet("then")
	switch {
	case c.NArg() == 1 && !then:
		return usagef("as in skipcost diff old.yaml new.yaml, or skipcost diff concat --then L=20", "diff needs a second network, or --then")
	case c.NArg() != 1 && c.NArg() != 2:
		return usagef("skipcost zoo lists what is shipped", "diff takes two networks, or one and --then, not %d", c.NArg())
	}
	a, err := s.asked(c)
	if err != nil {
		return err
	}
	quantities := a.options.Quantities
	if len(quantities) == 0 {
		quantities = slices.DeleteFunc(cost.Quantities(), cost.Quantity.PerLayer)
	}
	var allowed []decide.Allowance
	if c.IsSet("fail-on") {
		if allowed, err = decide.ParseAllowances(c.StringSlice("fail-on")...); err != nil {
			return budgetError("fail-on", err)
		}
	}
	for _, x := range allowed {
		if !slices.Contains(quantities, x.Quantity) {
			quantities = append(slices.Clone(quantities), x.Quantity)
		}
	}
	before, after, notes, err := s.sides(c, a)
	if err != nil {
		return err
	}
	d, err := decide.Diff(before, after, quantities)
	if err != nil {
		return err
	}
	if err := checkFrozen(a.options, []*trace.Trace{d.Before.Trace, d.After.Trace}...); err != nil {
		return err
	}
	r := &report.Diff{Diff: d, Quantities: quantities, OfLayers: d.Listed, Chosen: c.IsSet("columns"), Notes: notes}
	if !r.Chosen && c.String("format") != string(report.FormatJSON) {
		r.OfLayers = []cost.Quantity{cost.Params, cost.MACs, cost.TrainingSavedBytes}
	}
	if r.Rises, err = d.Rises(allowed); err != nil {
		return err
	}
	if err := s.write(c, r, calcFormats()...); err != nil {
		return err
	}
	e := &limitError{}
	for _, x := range r.Rises {
		e.lines = append(e.lines, report.RiseText(x))
	}
	return e.orNil()
}

// sides are the two networks with their settings; one that stands alone is both.
func (s *streams) sides(c *cli.Context, a *asked) (before, after decide.Side, notes []string, err error) {
	subjects, notes, err := a.chosen(c, s)
	if err != nil {
		return before, after, nil, err
	}
	then, err := parseSettings("then", c.StringSlice("then"))
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
		after.Subject.Name += " with " + strings.Join(c.StringSlice("then"), ", ")
	}
	return before, after, notes, nil
}
