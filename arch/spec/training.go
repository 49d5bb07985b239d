package spec

import (
	"slices"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/internal/choose"
)

// recomputation reads which tensors of a step the backward pass computes again.
func (r *reader) recomputation(n *node, s arch.Step) arch.Recomputation {
	switch s.Do.(type) {
	case *arch.Layer, *arch.Use, *arch.Merge, *arch.Couple:
	default:
		r.problem(n.pos, "it stands beside the layers, blocks and merges inside", "only layers, blocks and merges run again in the backward pass")
		return ""
	}
	if word := arch.Recomputation(n.text); n.kind == scalar && slices.Contains(arch.Recomputations(), word) {
		return word
	}
	var names []string
	for _, a := range arch.Recomputations() {
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

// isTrue reads true or false.
func (r *reader) isTrue(what string, n *node) bool {
	if n.kind != scalar || n.text != "true" && n.text != "false" {
		r.problem(n.pos, "", "%s is true or false", what)
	}
	return n.text == "true"
}
