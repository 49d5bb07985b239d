package request

import (
	"context"
	"slices"

	"github.com/skipcost/skipcost/cost"
	"github.com/skipcost/skipcost/report/figure"
	"github.com/skipcost/skipcost/report/picture"
)

func plotCommand() *Command {
	return &Command{
		Name: "plot",
		Options: slices.Concat([]Option{
			text("over", "the `RANGE` of the symbol, as in --over L=2:200"),
			text("at", "mark this `VALUE` of the symbol, with what each network costs there, as in --at 10"),
			list("cost", "draw these `COSTS`, as in --cost params,gradient_gain").among(costNames),
			list("budget", "draw these `LIMITS` too, as in --budget params=1M"),
			toggle("linear", "space the axes by numbers, not by their logarithms"),
			toggle("layers", "draw along the depth of the networks, not over a symbol: what each layer costs, the memory there while it runs, signal and gradient"),
			toggle("memory", "draw what training holds, by kind: of the networks side by side, or over a symbol"),
			setOption(),
			batchOption(),
			dtypeOption(), strictOption(),
		}, memoryOptions(), pictureOptions()),
		Formats: pictureFormats(),
		answer:  answerPlot,
	}
}

func answerPlot(_ context.Context, s *Store, req *Request) (*Answer, error) {
	if len(req.Networks) == 0 || len(req.Networks) > figure.MaxCurves {
		return nil, usagef("skipcost plot add concat --over L=2:200", "plot takes 1 to %d networks, not %d", figure.MaxCurves, len(req.Networks))
	}
	var p interface {
		Scene() (*picture.Scene, error)
	}
	var err error
	switch {
	case req.On("layers"):
		p, err = s.plotLayers(req)
	case req.On("memory"):
		p, err = s.plotMemory(req)
	default:
		p, err = s.plotOver(req)
	}
	if err != nil {
		return nil, err
	}
	scene, err := p.Scene()
	if err != nil {
		return nil, err
	}
	return drawing(scene), nil
}

// without refuses options that do not apply to a kind of plot.
func (req *Request) without(kind string, options ...string) error {
	for _, name := range options {
		if req.Given(name) {
			return usagef("", "--%s and --%s are of different plots", kind, name)
		}
	}
	return nil
}

// plotLayers follows the networks along their depth.
func (s *Store) plotLayers(req *Request) (*figure.Course, error) {
	if err := req.without("layers", "memory", "over", "at", "budget", "linear"); err != nil {
		return nil, err
	}
	options, err := costOptions(req)
	if err != nil {
		return nil, err
	}
	p := &figure.Course{Costs: figure.CourseCosts(), Known: !req.Given("cost")}
	if req.Given("cost") {
		if p.Costs, err = plotCosts(req); err != nil {
			return nil, err
		}
	}
	for _, q := range p.Costs {
		if !figure.HasCourse(q) {
			return nil, usagef("as in --layers --cost inference_peak_bytes,macs,signal_gain,gradient_gain", "--cost: single layers have no part in %s", q)
		}
	}
	options.Quantities = p.Costs
	subjects, err := s.boundSubjects(req)
	if err != nil {
		return nil, err
	}
	p.Courses, err = each(subjects, func(subject cost.Subject) (*cost.Course, error) { return cost.FollowCourse(subject, options) })
	return p, err
}

// plotMemory prices the memory of training, of networks at their values or as families over a symbol.
func (s *Store) plotMemory(req *Request) (*figure.Memory, error) {
	if err := req.without("memory", "at", "cost", "budget", "linear"); err != nil {
		return nil, err
	}
	p := &figure.Memory{}
	if req.Given("over") {
		families, a, err := s.plotFamilies(req)
		if err != nil {
			return nil, err
		}
		p.Over, p.Symbol, p.Within = families, a.symbol, a.within
		for _, f := range families {
			p.Names = append(p.Names, f.Name)
		}
		return p, nil
	}
	options, err := costOptions(req)
	if err != nil {
		return nil, err
	}
	options.Quantities = figure.MemoryCosts()
	subjects, err := s.boundSubjects(req)
	if err != nil {
		return nil, err
	}
	for _, subject := range subjects {
		m, err := cost.Summarize(subject, options)
		if err != nil {
			return nil, err
		}
		p.Names, p.Costs = append(p.Names, subject.Name), append(p.Costs, m.Total.Costs)
	}
	return p, nil
}
