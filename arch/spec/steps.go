package spec

import (
	"fmt"
	"slices"
	"strings"

	"github.com/skipcost/skipcost/arch"
)

// steps reads a step or a list of steps; a list inside a list is spliced into it.
func (r *reader) steps(n *node, sc *scope) []arch.Step {
	switch n.kind {
	case list:
		var steps []arch.Step
		for _, item := range n.items {
			steps = append(steps, r.steps(item, sc)...)
		}
		return steps
	case mapping:
		return r.stepMap(n, sc)
	case scalar:
		return r.stepWord(n, sc)
	}
	r.emptyStep(n)
	return nil
}

func (r *reader) emptyStep(n *node) {
	r.problem(n.pos, "identity is the step that does nothing", "an empty step")
}

// stepWord reads a step that is one word: identity, or a layer or block without arguments.
func (r *reader) stepWord(n *node, sc *scope) []arch.Step {
	switch n.text {
	case "":
		r.emptyStep(n)
		return nil
	case wordIdentity:
		return nil
	}
	return r.action(pair{key: n, value: &node{pos: n.pos}}, n, sc, n.pos)
}

// stepMap reads a step with its one action and, beside it, as and from.
func (r *reader) stepMap(n *node, sc *scope) []arch.Step {
	if len(n.pairs) == 0 {
		r.emptyStep(n)
		return nil
	}
	var action *pair
	astray := false
	for k := range n.pairs {
		p := &n.pairs[k]
		switch {
		case p.key.text == wordAs || p.key.text == wordFrom || p.key.text == wordCheckpoint || p.key.text == wordSurvives:
		case (p.key.text == wordThen || p.key.text == wordElse) && n.get(wordIf) != nil:
		case action == nil:
			action = p
		case p.key.text != action.key.text:
			astray = astray || r.secondAction(n, action.key, p.key)
		}
	}
	as, from := n.get(wordAs), n.get(wordFrom)
	tap := arch.Step{Do: &arch.Tap{}, Pos: n.pairs[0].key.pos}
	if from != nil {
		tap.From = r.tapName(from, sc)
	}
	steps := []arch.Step{tap}
	switch {
	case action == nil || astray:
	case action.key.text == wordIdentity:
		r.nothing(action.key, action.value, "the identity is an empty path: write identity alone")
	default:
		steps = r.action(*action, n, sc, action.key.pos)
		if len(steps) == 0 {
			steps = []arch.Step{tap} // so that steps that read its name are not reported too
		}
		steps[0].From = tap.From
	}
	if share := n.get(wordSurvives); share != nil {
		steps[0].Survives = r.survives(share, steps[0], sc)
	}
	if what := n.get(wordCheckpoint); what != nil {
		steps[0].Recompute = r.recomputation(what, steps[0])
	}
	if as != nil {
		steps[0].As = r.newTap(as, steps[0], sc)
	}
	if tap := steps[0]; action != nil && action.key.text == wordIdentity && tap.As == "" && tap.From == "" {
		return nil
	}
	return steps
}

// secondAction explains two actions in one step: a forgotten dash, or, in which case it returns true, a parameter of the
// first that is not indented.
func (r *reader) secondAction(step, first, second *node) bool {
	if k := arch.KindByName(first.text); k != nil {
		if _, ok := k.Parameter(second.text); ok {
			r.problem(second.pos, "indent it below "+first.text+", or write "+together(k, step), "%s is a parameter of %s, but stands beside it", second.text, first.text)
			return true
		}
		if here, hint := arch.ForeignParameter(second.text, nil); here == "" && hint != "" && arch.KindByName(second.text) == nil {
			r.problem(second.pos, hint, "%s stands beside %s, but says nothing here", second.text, first.text)
			return true
		}
	}
	if first.text == wordRepeat && slices.Contains(repeatKeys(), second.text) {
		r.problem(second.pos, "indent it below repeat, or write "+exampleOfRepeat, "%s belongs to repeat, but stands beside it", second.text)
		return true
	}
	if first.text == wordIf {
		r.problem(second.pos, "else: […] says what happens where the comparison does not hold", "an if has then and else, but this one has %s", second.text)
		return false
	}
	r.problem(second.pos, "write two steps", "a step does one thing, but this one has %s and %s", first.text, second.text)
	return false
}

// tapName reads the name of a tensor that an earlier step carries.
func (r *reader) tapName(n *node, sc *scope) string {
	switch {
	case n.kind == list:
		r.problem(n.pos, "a merge reads several, as in add: {from: [x, y]}", "a step reads one tensor, not a list")
	case n.kind != scalar:
		r.problem(n.pos, "", "the name of a tensor is needed here, not %s", n.kind)
	case !sc.tap(n.text):
		r.unreadable(n, sc)
	default:
		return n.text
	}
	return ""
}

// unreadable reports the name of a tensor that does not exist, or that another list of steps keeps to itself.
func (r *reader) unreadable(n *node, sc *scope) {
	hint := r.nearest(n.text, sc.visibleTaps(), "a name can be read after the step that carries it")
	at, elsewhere := r.named[n.text]
	switch {
	case n.text == wordIdentity:
		hint = "identity is a path, and beside it stand paths: [identity, {from: x}]"
	case arch.KindByName(n.text) != nil:
		hint = fmt.Sprintf("%s is a kind of layer; as: x beside one names what it puts out", n.text)
	case elsewhere:
		hint = fmt.Sprintf("the one of line %d is seen in its own list, and in paths and repeats inside it; name what comes out of that list", at.Line)
	}
	r.problem(n.pos, hint, "nothing is named %q here", n.text)
}

// newTap reads the name that a step gives to its output.
func (r *reader) newTap(n *node, s arch.Step, sc *scope) string {
	if n.kind != scalar {
		r.problem(n.pos, "", "a name is needed here, not %s", n.kind)
		return ""
	}
	if !r.newName("a tensor", n.text, n.pos) {
		sc.taps[n.text] = true // who reads it is right to
		return ""
	}
	switch s.Do.(type) {
	case *arch.Head:
		r.problem(n.pos, "after a head the main path goes on as if it were not there", "a head cannot be named")
		return ""
	case *arch.Let:
		r.problem(n.pos, "", "a let names numbers, and no tensor comes out of it")
		return ""
	}
	if sc.taps[n.text] {
		r.problem(n.pos, "", "the name %q is taken", n.text)
		return ""
	}
	sc.taps[n.text] = true
	r.named[n.text] = n.pos
	return n.text
}

// action reads the action of the step n: a list with the one step, or nothing after a problem that leaves no step.
func (r *reader) action(p pair, n *node, sc *scope, pos arch.Pos) []arch.Step {
	name := p.key.text
	var do arch.Action
	switch {
	case r.broken[name]:
		return nil // reported where it is declared
	case name == wordRepeat:
		do = r.repeat(p, sc)
	case name == wordStreams:
		do = r.streams(p, sc)
	case name == wordCouple:
		do = r.couple(p, sc)
	case name == wordHead:
		do = r.head(p, sc)
	case name == wordIf:
		do = r.branch(p, n, sc)
	case name == wordLet:
		do = r.let(p, sc)
	case slices.Contains(sc.slots, name):
		r.nothing(p.key, p.value, "a parameter that stands for steps is a step by its name alone")
		do = &arch.Slot{Parameter: name}
	case slices.Contains(arch.MergeOps(), arch.MergeOp(name)):
		do = r.merge(p, sc)
	case arch.KindByName(name) != nil:
		do = r.layer(arch.KindByName(name), p, sc)
	case r.known[name] != nil:
		do = r.use(r.known[name], p, sc)
	default:
		r.unknownAction(p.key, sc)
		return nil
	}
	return []arch.Step{{Do: do, Pos: pos}}
}

func (r *reader) unknownAction(key *node, sc *scope) {
	if sc.tap(key.text) {
		r.problem(key.pos, fmt.Sprintf("{from: %s} is the path that reads it, as in add: [identity, {from: %[1]s}]; add: {from: [x, y]} reads tensors alone", key.text), "%q names a tensor, not a layer", key.text)
		return
	}
	if r.called(key) || r.noBlocks {
		return
	}
	var names []string
	for _, k := range arch.Kinds() {
		names = append(names, k.Name)
	}
	for _, b := range r.network.Blocks {
		names = append(names, b.Name)
	}
	names = append(names, stepWords()...)
	_, hint := arch.ForeignKind(key.text)
	if first, _, more := strings.Cut(key.text, " - "); more && slices.Contains(names, first) {
		hint = "a colon is missing: " + first + ":"
	}
	if hint == "" {
		hint = r.nearest(key.text, names, `blocks of one's own are declared under "blocks"`)
	}
	r.absent("unknown layer or block", key.text, key.pos, hint)
}

// called reports a layer that is called like a function, as in PyTorch, and whether it is one.
func (r *reader) called(key *node) bool {
	name, _, call := strings.Cut(key.text, "(")
	if _, last, module := strings.Cut(name, "nn."); module {
		name = last
	}
	if here, _ := arch.ForeignKind(name); here != "" {
		name = here
	} else if lower := strings.ToLower(name); r.isLayer(lower) {
		name = lower
	}
	if !call || !r.isLayer(name) {
		return false
	}
	hint := "write " + name + ": {…} with its parameters by name"
	if k := arch.KindByName(name); k != nil {
		hint = "write " + example(k)
	}
	r.problem(key.pos, hint, "a layer is not called like a function")
	return true
}

func (r *reader) isLayer(name string) bool {
	return arch.KindByName(name) != nil || r.known[name] != nil
}

// nothing refuses arguments where there are none; the hint says what to write.
func (r *reader) nothing(key, value *node, hint string) {
	if value.kind != empty && !(value.kind != scalar && len(value.items)+len(value.pairs) == 0) {
		r.problem(value.pos, hint, "%s takes no arguments", key.text)
	}
}
