package spec

import (
	"slices"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/internal/choose"
)

// The parameters of a repeat.
const (
	repeatTimes  = "times"
	repeatSteps  = "steps"
	repeatLinks  = "links"
	repeatGather = "gather"
	repeatWays   = "ways"
	linkWindow   = "window"

	repeatDilation = "dilation"
	repeatPeriod   = "period"
	repeatBlock    = "block"

	repeatReversible = "reversible"
)

// exampleOfRepeat shows what a repeat needs.
const exampleOfRepeat = "repeat: {times: L - 1, steps: [linear: N]}"

// repeatKeys lists what a repeat may say, what it needs first.
func repeatKeys() []string {
	return []string{repeatTimes, repeatSteps, repeatLinks, repeatGather, repeatWays, repeatDilation, repeatPeriod, repeatBlock, repeatReversible, wordCheckpoint}
}

// repeat reads {times: …, steps: […]}, and what goes with links.
func (r *reader) repeat(p pair, sc *scope) *arch.Repeat {
	rep := &arch.Repeat{}
	hint := "as in " + exampleOfRepeat
	if p.value.kind != mapping {
		r.problem(p.key.pos, hint, `repeat needs "times" and "steps"`)
		return rep
	}
	required := []string{repeatTimes, repeatSteps}
	meant := r.onlyKeys(wordRepeat, p.value, repeatKeys(), required...)
	if n := p.value.get(repeatLinks); n != nil {
		r.links(rep, n, sc)
	}
	if n := p.value.get(repeatGather); n != nil {
		r.gather(rep, n, p.value.get(repeatLinks) != nil)
	}
	if n := p.value.get(repeatWays); n != nil {
		r.ways(rep, n)
	}
	r.spacing(rep, p.value, sc)
	r.backward(rep, p.value)
	for _, key := range required {
		if n := p.value.get(key); (n == nil || n.kind == empty) && !slices.Contains(meant, key) {
			r.problem(p.key.pos, hint, "repeat needs %q", key)
		}
	}
	if n := p.value.get(repeatTimes); n != nil && n.kind != empty {
		rep.Times, _ = r.expression(n, sc)
	}
	if n := p.value.get(repeatSteps); n != nil && n.kind != empty {
		body := sc.inner()
		body.index, body.repeated, body.links = true, true, rep.Links != "" && rep.Links != arch.DenseLinks
		for _, name := range rep.Ways {
			body.taps[name] = true
		}
		rep.Steps = r.steps(n, body)
		for name := range body.taps {
			sc.mirrored[name] = !slices.Contains(rep.Ways, name)
		}
	}
	return rep
}

// links reads dense, once, log2, harmonic or {window: 3}.
func (r *reader) links(rep *arch.Repeat, n *node, sc *scope) {
	if size := n.only(linkWindow); size != nil {
		rep.Links = arch.WindowLinks
		rep.Window, _ = r.expression(size, sc)
		return
	}
	if n.kind != scalar || n.text == linkWindow {
		r.problem(n.pos, "as in links: harmonic, or links: {window: 3}", "links need the name of a pattern")
		return
	}
	var err error
	if rep.Links, err = arch.ParseLinks(n.text); err != nil {
		r.problem(n.pos, "", "%v", err)
	}
}

// gather reads which layers a repeat with links outputs.
func (r *reader) gather(rep *arch.Repeat, n *node, linked bool) {
	const hint = "as in repeat: {times: 4, links: log2, gather: all, steps: [linear: 8]}"
	switch {
	case !linked:
		r.problem(n.pos, hint, "only a repeat with links gathers")
	case n.kind != scalar:
		r.problem(n.pos, hint, "gather takes one word, not %s", n.kind)
	default:
		var err error
		if rep.Gather, err = arch.ParseGathering(n.text); err != nil {
			r.problem(n.pos, "", "%v", err)
		}
	}
}

// ways reads the names of further sums of the layers before.
func (r *reader) ways(rep *arch.Repeat, n *node) {
	const hint = "as in repeat: {times: 4, links: dense, gather: dynamic, ways: [q, k], steps: [add: [{from: q}, {from: k}, linear: c]]}"
	kind := rep.Joins().Kind()
	_, takes := kind.Parameter(arch.Ways)
	switch {
	case !takes:
		r.problem(n.pos, hint, "ways are of layers that are summed up with learned numbers: %s", choose.List("gather:", arch.InWays()))
		return
	case n.kind != list || len(n.items) == 0:
		r.problem(n.pos, hint, "ways are the names of further sums, at least one")
		return
	}
	for _, item := range n.items {
		switch {
		case item.kind != scalar:
			r.problem(item.pos, "", "a name is needed here, not %s", item.kind)
		case !r.newName("a tensor", item.text, item.pos):
		case slices.Contains(rep.Ways, item.text):
			r.problem(item.pos, "", "the name %q is taken", item.text)
		default:
			rep.Ways = append(rep.Ways, item.text)
		}
	}
}

// spacing reads which of the layers before are read by dense links that are summed up.
func (r *reader) spacing(rep *arch.Repeat, n *node, sc *scope) {
	for _, one := range []struct {
		key  string
		into **arch.Expression
	}{{repeatDilation, &rep.Dilation}, {repeatPeriod, &rep.Period}, {repeatBlock, &rep.Block}} {
		value := n.get(one.key)
		if value == nil {
			continue
		}
		e, _ := r.expression(value, sc)
		*one.into = &e
		switch {
		case rep.Links != arch.DenseLinks || !rep.SumsLayers():
			r.problem(value.pos, "as in repeat: {times: 8, links: dense, gather: weighted, dilation: 4, steps: [linear: c]}", "%s is of dense links that are summed up", one.key)
		case rep.Block != nil && (rep.Dilation != nil || rep.Period != nil):
			r.problem(value.pos, "", "all blocks are read, without dilation and period")
		}
	}
}

// backward reads what a repeat keeps for the backward pass: reversible, and checkpoint.
func (r *reader) backward(rep *arch.Repeat, n *node) {
	if value := n.get(repeatReversible); value != nil {
		if rep.Reversible = r.isTrue(repeatReversible, value); rep.Reversible && rep.Links != "" {
			r.problem(value.pos, "", "a repeat with links is not reversible")
		}
	}
	if value := n.get(wordCheckpoint); value != nil {
		if rep.Recompute = r.isTrue(wordCheckpoint, value); rep.Recompute && !rep.SumsLayers() {
			r.problem(value.pos, "beside a step inside, as in {linear: c, checkpoint: true}, it is about the step", "what joins the layers runs again where they are summed up: with gather: weighted, mean or softmax")
		}
	}
}
