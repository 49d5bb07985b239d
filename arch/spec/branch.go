package spec

import (
	"slices"
	"strings"

	"github.com/skipcost/skipcost/arch"
)

// branch reads the step {if: a > b, then: […], else: […]}.
func (r *reader) branch(p pair, step *node, sc *scope) *arch.If {
	before := len(r.list)
	b := &arch.If{Condition: r.condition(p, sc)}
	if p.value.kind != scalar && len(r.list) > before {
		return b // what then does may stand inside of the map that is no comparison
	}
	inner := func() *scope {
		in := sc.inner()
		in.branch = true
		return in
	}
	then, otherwise := step.get(wordThen), step.get(wordElse)
	if then == nil || then.kind == empty {
		r.problem(p.key.pos, "as in {if: n > 1, then: [maxpool: 2]}, and else: […] where there is one", "if needs then")
	} else {
		b.Then = r.steps(then, inner())
	}
	if otherwise != nil {
		b.Else = r.steps(otherwise, inner())
	}
	return b
}

// condition reads two expressions with a comparison between them.
func (r *reader) condition(p pair, sc *scope) arch.Condition {
	n := p.value
	c := arch.Condition{Pos: n.pos}
	if !r.uncut(n) {
		return c
	}
	if n.kind != scalar {
		c.Pos = p.key.pos
	}
	at := strings.IndexAny(n.text, "=!<>")
	if n.kind != scalar || at < 0 {
		r.problem(c.Pos, "as in if: n > 1", "if compares two numbers")
		return c
	}
	for _, word := range []string{" and ", " or ", "&&", "||"} {
		if k := strings.Index(n.text, word); k >= 0 {
			joins := strings.TrimSpace(word)
			r.problem(n.at(k+strings.Index(word, joins)), "an if inside of then asks for both, one inside of else for either", "an if has one comparison, not several with %q between them", joins)
			return c
		}
	}
	k := slices.IndexFunc(arch.Comparisons(), func(c arch.Comparison) bool { return strings.HasPrefix(n.text[at:], string(c)) })
	if k < 0 {
		r.problem(n.at(at), "comparisons are ==, !=, <=, >=, < and >", "unexpected %q", n.text[at:at+1])
		return c
	}
	c.Compare = arch.Comparisons()[k]
	left, behind := n.text[:at], at+len(c.Compare)
	right := n.text[behind:]
	behind += indent(right)
	c.Left, _ = r.formula(strings.TrimRight(left, " "), n.at, sc)
	c.Right, _ = r.formula(strings.TrimLeft(right, " "), func(k int) arch.Pos { return n.at(behind + k) }, sc)
	return c
}

// let reads names for numbers. Each may read those before it.
func (r *reader) let(p pair, sc *scope) *arch.Let {
	l := &arch.Let{}
	if p.value.kind != mapping || len(p.value.pairs) == 0 {
		r.problem(p.key.pos, "as in let: {m: 8*floor(c/16)}", "let needs a map from names to numbers")
		return l
	}
	for _, entry := range p.value.pairs {
		name := spelled(entry.key.text)
		e, ok := r.expression(entry.value, sc)
		switch {
		case slices.ContainsFunc(l.Names, func(named arch.Setting) bool { return named.Name == name }):
			// a key that is given twice is reported as such
		case !r.newName("a number", entry.key.text, entry.key.pos):
		case slices.Contains(sc.names, name):
			r.problem(entry.key.pos, "", "the name %q is taken", entry.key.text)
		default:
			sc.declare(name) // also after a problem, so that its uses are not reported too
			if ok {
				l.Names = append(l.Names, arch.Setting{Name: name, Value: e, Pos: entry.key.pos})
			}
		}
	}
	return l
}

// conditionText writes the condition of an if.
func conditionText(c arch.Condition) string {
	text := c.ASCII()
	if plain(text, func(r rune) bool { return formulaRune(r) || strings.ContainsRune("<>=!", r) }) {
		return text
	}
	return inQuotes(text)
}

// letText writes names for numbers.
func letText(l *arch.Let) string {
	var parts []string
	for _, named := range l.Names {
		parts = append(parts, named.Name+": "+formula(named.Value))
	}
	return flowMap(parts)
}
