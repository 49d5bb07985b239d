package spec

import (
	"fmt"
	"slices"
	"strings"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/internal/choose"
)

// mergeList is the key of a concat that each reader makes anew from the list of its parts.
const mergeList = "list"

// merge reads the paths of a merge: a list of paths, {from: [x, y]}, or for concat {list: […]}. The names given in its paths can be read after it.
func (r *reader) merge(p pair, sc *scope) *arch.Merge {
	op, n := p.key.text, p.value
	m := &arch.Merge{Op: arch.MergeOp(op)}
	if kind := m.Op.Kind(); len(kind.Parameters) > 0 && n.kind == mapping {
		n = r.mergeArguments(m, kind, p, sc)
	}
	if from := n.only(wordFrom); from != nil {
		return r.mergeTaps(m, from, sc)
	}
	if parts := n.only(mergeList); parts != nil && m.Op.Kind().Concat() {
		m.List, n = true, parts
	}
	hint := mergeHint(m.Op.Kind())
	if n.kind != list {
		pos := n.pos
		if n.kind == empty {
			pos = p.key.pos
		}
		r.problem(pos, hint, "%s takes a list of paths, not %s", op, n.kind)
		return m
	}
	if r.onlyTaps(n, sc) {
		r.problem(n.pos, fmt.Sprintf("write %s: {from: [%s]}", op, strings.Join(texts(n.items), ", ")), "%s takes paths, and these are names of tensors", op)
		return m
	}
	if len(n.items) < r.leastPaths(m) {
		r.problem(p.key.pos, hint, "%s needs at least two paths", op)
	}
	for _, item := range n.items {
		if item.kind == empty {
			r.problem(item.pos, "identity is the path on which nothing happens", "an empty path")
			continue
		}
		m.Paths = append(m.Paths, arch.Path{Steps: r.steps(item, sc.path()), Pos: item.pos})
	}
	return m
}

// The keys of a merge that takes arguments: its paths, or tensors by their names.
const mergePaths = "paths"

// mergeArguments reads what a merge is told beside its paths, as in {from: [q, k, v], heads: 8}, and returns what says those.
func (r *reader) mergeArguments(m *arch.Merge, kind *arch.Kind, p pair, sc *scope) *node {
	rest, told := &node{pos: p.value.pos, kind: mapping}, &node{pos: p.value.pos, kind: mapping}
	for _, entry := range p.value.pairs {
		switch entry.key.text {
		case wordFrom:
			rest.pairs = append(rest.pairs, entry)
		case mergePaths:
			rest = entry.value
		default:
			told.pairs = append(told.pairs, entry)
		}
	}
	m.Args = r.layer(kind, pair{key: p.key, value: told}, sc).Args
	if rest.kind == mapping && len(rest.pairs) == 0 {
		return &node{pos: p.value.pos}
	}
	return rest
}

// mergeHint shows a merge.
func mergeHint(k *arch.Kind) string {
	if k.Operands > 0 && len(k.Parameters) > 0 {
		return "as in " + example(k)
	}
	return fmt.Sprintf("as in %s: [identity, [relu, linear: c]]", k.Name)
}

// leastPaths is how many paths a merge needs.
func (r *reader) leastPaths(m *arch.Merge) int {
	if m.Op.Kind().Alone {
		return 1
	}
	return 2
}

// onlyTaps reports whether all items of a list are names of tensors, and none of a layer.
func (r *reader) onlyTaps(n *node, sc *scope) bool {
	for _, item := range n.items {
		if item.kind != scalar || !sc.tap(item.text) || r.isLayer(item.text) {
			return false
		}
	}
	return len(n.items) > 1
}

func texts(nodes []*node) []string {
	var out []string
	for _, n := range nodes {
		out = append(out, n.text)
	}
	return out
}

func (r *reader) mergeTaps(m *arch.Merge, from *node, sc *scope) *arch.Merge {
	if from.kind != list || len(from.items) < r.leastPaths(m) {
		r.problem(from.pos, "as in "+example(m.Op.Kind()), "%s needs at least two tensors to read", m.Op)
		return m
	}
	for _, item := range from.items {
		tap := arch.Step{Do: &arch.Tap{}, From: r.tapName(item, sc), Pos: item.pos}
		m.Paths = append(m.Paths, arch.Path{Steps: []arch.Step{tap}, Pos: item.pos})
	}
	return m
}

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

// repeat reads {times: …, steps: […]}, and links where there are any.
func (r *reader) repeat(p pair, sc *scope) *arch.Repeat {
	rep := &arch.Repeat{}
	hint := "as in repeat: {times: L - 1, steps: [linear: N]}"
	if p.value.kind != mapping {
		r.problem(p.key.pos, hint, `repeat needs "times" and "steps"`)
		return rep
	}
	required := []string{repeatTimes, repeatSteps}
	meant := r.onlyKeys(wordRepeat, p.value, append(required, repeatLinks, repeatGather, repeatWays, repeatDilation, repeatPeriod, repeatBlock, repeatReversible, wordCheckpoint))
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
	r.rerun(rep, p.value)
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

// gather reads what comes out of a repeat with links.
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

// spacing reads how the layers that dense links sum up are read.
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

// head reads a side path: steps, or {training: steps}.
func (r *reader) head(p pair, sc *scope) *arch.Head {
	if p.value.kind == empty {
		r.problem(p.key.pos, "as in head: [linear: M]", "head needs steps")
		return &arch.Head{}
	}
	if n := p.value.get(headTraining); p.value.kind == mapping && n != nil {
		return r.trainingHead(p.value, n, sc)
	}
	return &arch.Head{Steps: r.steps(p.value, sc.inner())}
}

// headTraining is the key of a head that only runs while training: its value is the steps.
const headTraining = "training"

func (r *reader) trainingHead(of, steps *node, sc *scope) *arch.Head {
	r.onlyKeys(wordHead, of, []string{headTraining})
	return &arch.Head{Steps: r.steps(steps, sc.inner()), Training: true}
}

// onlyKeys refuses the keys of a map that are not known. It returns the known ones that were meant.
func (r *reader) onlyKeys(of string, n *node, known []string) (meant []string) {
	for k, p := range n.pairs {
		if n.rest(k) || slices.Contains(known, spelled(p.key.text)) {
			continue
		}
		near, hint := choose.Nearest(p.key.text, known), arch.ForeignParameter(p.key.text, known)
		if here, called := strings.CutPrefix(hint, "it is called "); called {
			near = strings.TrimSuffix(here, " here")
		} else if hint == "" {
			hint = r.nearest(p.key.text, known, choose.List("it takes", known))
		}
		meant = append(meant, near)
		r.problem(p.key.pos, hint, "%s has no parameter %q", of, p.key.text)
	}
	return meant
}
