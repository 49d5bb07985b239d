package spec

import (
	"strings"

	"github.com/skipcost/skipcost/arch"
)

// YAML ends a text without quotes at a comma inside of { } and [ ], so that min(c, 4) there is two texts. Where the brackets of
// such texts close one another they are put together again, for one problem to be told, of what a person wrote.

// open counts the parentheses that a text opens and does not close, negative for those it only closes.
func open(text string) int { return strings.Count(text, "(") - strings.Count(text, ")") }

// maxCommas is how many commas of one text are looked for, which bounds the work on texts that never close.
const maxCommas = 32

// cutOpen reports whether a comma follows a text without quotes in which a bracket is open.
func (n *node) cutOpen() bool { return n.kind == scalar && n.comma && open(n.text) > 0 }

// rejoinItems puts together what commas took apart of the items of a list, each a text or ending in one.
func (c *converter) rejoinItems(items []*node) []*node {
	var out []*node
	for k := 0; k < len(items); k++ {
		item := items[k]
		out = append(out, item)
		for len(item.pairs) > 0 {
			item = item.pairs[len(item.pairs)-1].value
		}
		var rest []*node
		for _, next := range items[k+1:] {
			if next.kind != scalar || !item.cutOpen() || len(rest) == maxCommas {
				break
			}
			if rest = append(rest, next); closes(item, rest) {
				c.rejoin(item, rest)
				k += len(rest)
				break
			}
		}
	}
	return out
}

// rejoinPairs puts together what commas took apart of the values and keys of a map.
func (c *converter) rejoinPairs(pairs []pair) []pair {
	var out []pair
	for k := 0; k < len(pairs); k++ {
		p := pairs[k]
		first := p.value
		if p.value.kind == empty {
			first = p.key
		}
		var rest []*node
		for j, next := range pairs[k+1:] {
			if !first.cutOpen() || len(rest) == maxCommas {
				break
			}
			rest = append(rest, next.key)
			whole := closes(first, rest) && (first == p.key || next.value.kind == empty)
			if whole {
				c.rejoin(first, rest)
				if first == p.key {
					p.value = next.value
				}
				k += j + 1
			}
			if whole || next.value.kind != empty {
				break
			}
		}
		out = append(out, p)
	}
	return out
}

// closes reports whether all brackets of a text are closed where the last of those behind it ends.
func closes(first *node, rest []*node) bool {
	balance := open(first.text)
	for _, n := range rest {
		balance += open(n.text)
	}
	return balance == 0
}

// rejoin makes one text of several, as it stands in the file where that is one line.
func (c *converter) rejoin(first *node, rest []*node) {
	last := rest[len(rest)-1]
	first.cut = true
	if start := first.start; start.Line > 0 && last.start.Line == start.Line {
		end := last.start.Column - 1 + len([]rune(last.text))
		first.text = string(c.line(start.Line)[start.Column-1 : end])
		return
	}
	for _, n := range rest {
		first.text += ", " + n.text
	}
	first.start = arch.Pos{}
}

// uncut reports a text that commas took apart, and whether it is none.
func (r *reader) uncut(n *node) bool {
	if n.cut {
		hint := `write "` + n.text + `"`
		if inside, is := strings.CutPrefix(n.text, "("); is && strings.HasSuffix(inside, ")") {
			hint = "a list is written [" + strings.TrimSuffix(inside, ")") + "]"
		}
		r.problem(n.pos, hint, "an expression that contains a comma needs quotes inside { } and [ ]")
	}
	return !n.cut
}
