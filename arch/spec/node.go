package spec

import (
	"slices"
	"unicode/utf8"

	"github.com/skipcost/skipcost/arch"
)

// node is one value of a YAML document, with its place. YAML's number rules do not apply: every scalar is its text.
type node struct {
	kind  nodeKind
	text  string   // of a scalar
	pos   arch.Pos // where the value starts
	start arch.Pos // where the text of a scalar starts, if it stands in one line as it is; or else zero
	items []*node  // of a list
	pairs []pair   // of a mapping, in source order
	comma bool     // a comma follows the text, which stands without quotes
	cut   bool     // the text is what commas took apart, put together again
}

// pair is one entry of a mapping.
type pair struct{ key, value *node }

type nodeKind int

const (
	empty nodeKind = iota // nothing, null or ~
	scalar
	list
	mapping
)

// String names the kind for messages.
func (k nodeKind) String() string {
	return [...]string{"nothing", "a single value", "a list", "a map"}[k]
}

// at is the place of a byte of a scalar's text, or the start of the scalar if the byte cannot be located.
func (n *node) at(offset int) arch.Pos {
	if n.start.Line == 0 {
		return n.pos
	}
	offset = min(max(offset, 0), len(n.text))
	return arch.Pos{Line: n.start.Line, Column: n.start.Column + utf8.RuneCountInString(n.text[:offset])}
}

// locate finds a scalar's text in its source line: where the scalar starts, or behind its quote.
func (n *node) locate(line []rune) {
	text := []rune(n.text)
	for from := n.pos.Column - 1; from >= 0 && from <= n.pos.Column; from++ {
		if from+len(text) > len(line) || !slices.Equal(line[from:from+len(text)], text) {
			continue
		}
		n.start = arch.Pos{Line: n.pos.Line, Column: from + 1}
		if from != n.pos.Column-1 {
			return
		}
		next := from + len(text)
		for next < len(line) && line[next] == ' ' {
			next++
		}
		n.comma = next < len(line) && line[next] == ','
		return
	}
}

// get is the value of a key, or nil.
func (n *node) get(key string) *node {
	for _, p := range n.pairs {
		if p.key.text == key {
			return p.value
		}
	}
	return nil
}

// only is the value of a key if the map has no other keys, or nil. A key that is given twice is refused elsewhere.
func (n *node) only(key string) *node {
	for _, p := range n.pairs {
		if p.key.text != key {
			return nil
		}
	}
	return n.get(key)
}
