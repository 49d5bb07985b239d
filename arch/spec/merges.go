package spec

import (
	"fmt"
	"strings"

	"github.com/skipcost/skipcost/arch"
)

// mergeList is the key of a concat that each reader concatenates anew from the list of its parts.
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

// mergePaths is the key of the paths of a merge that takes arguments.
const mergePaths = "paths"

// mergeArguments reads the arguments of a merge, as in {from: [q, k, v], heads: 8}, and returns the node of its paths.
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

// mergeHint is an example of a merge.
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
