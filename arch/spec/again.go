package spec

import (
	"slices"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/internal/choose"
)

// couple reads the two paths of an additive coupling.
func (r *reader) couple(p pair, sc *scope) *arch.Couple {
	c := &arch.Couple{}
	const hint = "as in couple: [[layernorm, linear: c], [relu, linear: c]]"
	if p.value.kind != list || len(p.value.items) != 2 {
		r.problem(p.key.pos, hint, "couple takes two paths")
		return c
	}
	for _, item := range p.value.items {
		c.Paths = append(c.Paths, arch.Path{Steps: r.steps(item, sc), Pos: item.pos})
	}
	return c
}

// again reads what of a step runs again in the backward pass.
func (r *reader) again(n *node, s arch.Step) arch.Again {
	switch s.Do.(type) {
	case *arch.Layer, *arch.Use, *arch.Merge, *arch.Couple:
	default:
		r.problem(n.pos, "it stands beside the layers, blocks and merges inside", "only layers, blocks and merges run again in the backward pass")
		return ""
	}
	if word := arch.Again(n.text); n.kind == scalar && slices.Contains(arch.Agains(), word) {
		return word
	}
	var names []string
	for _, a := range arch.Agains() {
		names = append(names, string(a))
	}
	if !(n.kind == scalar && n.text == "false") {
		r.problem(n.pos, choose.List("it is", names), "checkpoint takes one of its words")
	}
	return ""
}

// survives reads the share of training steps in which a step runs.
func (r *reader) survives(n *node, s arch.Step, sc *scope) *arch.Expression {
	switch s.Do.(type) {
	case *arch.Layer, *arch.Use, *arch.Merge:
	default:
		r.problem(n.pos, "it stands beside the branch of an add", "only layers, blocks and merges are left out in some training steps")
		return nil
	}
	e, ok := r.expression(n, sc)
	if !ok {
		return nil
	}
	return &e
}

// isTrue reads true or false.
func (r *reader) isTrue(what string, n *node) bool {
	if n.kind != scalar || n.text != "true" && n.text != "false" {
		r.problem(n.pos, "", "%s is true or false", what)
	}
	return n.text == "true"
}

// rerun reads what a repeat says of the backward pass.
func (r *reader) rerun(rep *arch.Repeat, n *node) {
	if value := n.get(repeatReversible); value != nil {
		if rep.Reversible = r.isTrue(repeatReversible, value); rep.Reversible && rep.Links != "" {
			r.problem(value.pos, "", "a repeat with links is not reversible")
		}
	}
	if value := n.get(wordCheckpoint); value != nil {
		if rep.Again = r.isTrue(wordCheckpoint, value); rep.Again && !rep.SumsLayers() {
			r.problem(value.pos, "beside a step inside, as in {linear: c, checkpoint: true}, it is about the step", "what joins the layers runs again where they are summed up: with gather: weighted, mean or softmax")
		}
	}
}
