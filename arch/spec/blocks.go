package spec

import (
	"fmt"
	"slices"
	"strings"

	"github.com/skipcost/skipcost/arch"
)

// use is one use of a block inside another one.
type use struct {
	name   string
	pos    arch.Pos
	branch bool // inside an if, so that it may not run
}

// blocks reads the blocks: all names and parameters first, for they may use one another in any order.
func (r *reader) blocks(n *node) {
	if n.kind == empty {
		return
	}
	if n.kind != mapping {
		r.problem(n.pos, "as in {unit(out): [conv: {out: out, kernel: 3}, relu]}", `"blocks" is a map from names to steps, not %s`, n.kind)
		r.noBlocks = true
		return
	}
	if len(n.pairs) > MaxNames {
		r.problem(n.pos, "", "more than %d blocks", MaxNames)
		return
	}
	bodies := make([]*node, 0, len(n.pairs))
	for _, p := range n.pairs {
		if b := r.signature(p.key); b != nil {
			r.known[b.Name] = b
			r.network.Blocks = append(r.network.Blocks, b)
			bodies = append(bodies, p.value)
		}
	}
	for k, b := range r.network.Blocks {
		if r.broken[b.Name] {
			continue
		}
		if bodies[k].kind == empty {
			r.problem(b.Pos, "[] is the empty block", "the block %s has no steps", b.Name)
			continue
		}
		r.block = b.Name
		b.Steps = r.steps(bodies[k], r.blockScope(b))
	}
	r.block = ""
}

// blockScope is the scope of the steps of a block: they may name the symbols and the parameters of the block.
func (r *reader) blockScope(b *arch.Block) *scope {
	sc := &scope{any: r.unread, names: slices.Clone(r.symbols), fractions: slices.Clone(r.fractions), width: true, taps: map[string]bool{}, mirrored: map[string]bool{}}
	for _, p := range b.Parameters {
		sc.take(p)
	}
	return sc
}

// signature reads the key of a block: name, or name(p, q=3, steps body, from x). It returns nil if not even the name is usable.
func (r *reader) signature(key *node) *arch.Block {
	head, rest, parameters := strings.Cut(key.text, "(")
	b := &arch.Block{Name: strings.TrimSpace(head), Pos: key.pos}
	if !r.blockName(b, key) {
		return nil
	}
	before := len(r.list)
	if parameters {
		r.block = b.Name
		r.parameters(b, key, rest, len(head)+1)
		r.block = ""
	}
	r.broken[b.Name] = len(r.list) > before
	return b
}

// parameters reads the rest of a block's key behind its opening bracket, which starts at the offset.
func (r *reader) parameters(b *arch.Block, key *node, rest string, offset int) {
	if key.cut {
		r.problem(key.pos, fmt.Sprintf("write %q, or one block per line", key.text), "a key that contains a comma needs quotes inside { }")
		return
	}
	body, closed := strings.CutSuffix(strings.TrimRight(rest, " "), ")")
	if !closed {
		r.problem(key.at(len(key.text)), "as in unit(out, kernel=3)", "the parameters of %s do not end in )", b.Name)
		return
	}
	parts := splitParameters(body)
	if len(parts) > MaxNames {
		r.problem(key.pos, "", "more than %d parameters", MaxNames)
		return
	}
	sc := r.blockScope(b)
	for _, part := range parts {
		r.parameter(b, key, part, offset, sc)
		offset += len(part) + 1
	}
}

func (r *reader) blockName(b *arch.Block, key *node) bool {
	switch {
	case arch.KindByName(b.Name) != nil || slices.Contains(stepWords(), b.Name):
		r.problem(key.pos, "", "a block cannot be named %q: that is a layer or a word of the language", b.Name)
		r.broken[b.Name] = true
	case !isName(b.Name) || isNull(b.Name):
		r.problem(key.pos, "a block is named as in unit or unit(out, kernel=3)", "%q cannot be the name of a block", b.Name)
		r.known[b.Name], r.broken[b.Name] = b, true
	case r.known[b.Name] != nil:
		r.problem(key.pos, "", "the block %s is given twice, first in line %d", b.Name, r.known[b.Name].Pos.Line)
	default:
		return true
	}
	return false
}

// parameterOf reads the word before the name of a parameter that is no number: steps or from.
func parameterOf(text string) (arch.ParameterOf, string) {
	for _, takes := range []arch.ParameterOf{arch.StepsParameter, arch.TensorParameter} {
		if name, is := strings.CutPrefix(strings.TrimSpace(text), string(takes)+" "); is {
			return takes, name
		}
	}
	return arch.NumberParameter, text
}

// parameter reads p, p=3, steps p or from p, which starts at the offset in the key. The default may use the parameters before it.
func (r *reader) parameter(b *arch.Block, key *node, text string, offset int, sc *scope) {
	name, byDefault, optional := strings.Cut(text, "=")
	takes, rest := parameterOf(name)
	at := offset + len(name) - len(strings.TrimLeft(rest, " "))
	name = strings.TrimSpace(rest)
	if name == "" && len(b.Parameters) == 0 && !optional && strings.TrimSpace(text) == "" {
		r.problem(key.at(offset), "a block without parameters has no parentheses", "%s has an empty parameter", b.Name)
		return
	}
	if !r.newName("a parameter", name, key.at(at)) {
		return
	}
	for _, other := range b.Parameters {
		if other.Name == spelled(name) {
			r.problem(key.at(at), "", "%s has two parameters named %s", b.Name, name)
			return
		}
	}
	p := arch.BlockParameter{Name: spelled(name), Takes: takes}
	switch {
	case takes == arch.StepsParameter && r.isWord(name):
		r.problem(key.at(at), "", "%q cannot be the name of a parameter for steps: that is a layer, a block or a word of the language", name)
		return
	case optional && takes != arch.NumberParameter:
		r.problem(key.at(at), "only numbers have defaults", "%s cannot have a default", name)
		return
	case optional:
		start := offset + strings.Index(text, "=") + 1
		start += indent(byDefault)
		e, _ := r.formula(strings.TrimSpace(byDefault), func(k int) arch.Pos { return key.at(start + k) }, sc)
		p.Default = &e
	}
	b.Parameters = append(b.Parameters, p)
	sc.take(p)
}

// isWord reports whether a name has a meaning where a layer's name may stand.
func (r *reader) isWord(name string) bool {
	return r.isLayer(name) || slices.Contains(stepWords(), name)
}

func indent(s string) int { return len(s) - len(strings.TrimLeft(s, " ")) }

// splitParameters splits at the commas that stand outside of parentheses.
func splitParameters(s string) []string {
	var parts []string
	depth, from := 0, 0
	for k, c := range s {
		switch {
		case c == '(':
			depth++
		case c == ')':
			depth--
		case c == ',' && depth == 0:
			parts = append(parts, s[from:k])
			from = k + 1
		}
	}
	return append(parts, s[from:])
}

// cycles refuses blocks that use themselves, directly or through others, without an if around the use that could end the
// recursion.
func (r *reader) cycles() {
	done := map[string]bool{}
	var path []string
	var visit func(name string)
	visit = func(name string) {
		if done[name] {
			return
		}
		path = append(path, name)
		for _, u := range r.uses[name] {
			if u.branch {
				continue
			}
			if k := slices.Index(path, u.name); k >= 0 {
				chain := append(slices.Clone(path[k:]), u.name)
				r.problem(u.pos, "repeat runs steps several times, and with an if around it a block may use itself with a smaller number", "a block cannot use itself: %s", strings.Join(chain, " → "))
				continue
			}
			visit(u.name)
		}
		path = path[:len(path)-1]
		done[name] = true
	}
	for _, b := range r.network.Blocks {
		visit(b.Name)
	}
}
