package spec

import (
	"fmt"

	"github.com/goccy/go-yaml/token"

	"github.com/skipcost/skipcost/arch"
)

// tokens decides from the tokens of a text whether it may be parsed: it refuses the parts of YAML that the language leaves out,
// and texts that take too much work.
func (p *problems) tokens(all token.Tokens) bool {
	if len(all) > MaxTokens {
		p.problem(position(all[MaxTokens]), "a block or a repeat says it once", "more than %d words and marks", MaxTokens)
		return false
	}
	var n nesting
	content, ended, deepest, longest, empty := false, false, 0, 0, 0
	for k, t := range all {
		if t.Type == token.CommentType {
			continue
		}
		if what := leftOut(t); what != "" {
			p.problem(position(t), "", "%s", what)
		}
		if t.Type == token.DirectiveType {
			return false
		}
		if content && t.Type == token.DocumentHeaderType || ended {
			p.problem(position(t), "a file describes one network", "a second document")
			return false
		}
		content = content || t.Type != token.DocumentHeaderType
		ended = t.Type == token.DocumentEndType
		if depth := n.next(t); depth > MaxDepth {
			p.problem(position(t), "", "lists and maps nest more than %d deep", MaxDepth)
			return false
		}
		deepest = max(deepest, n.depth())
		longest = max(longest, len(t.Value))
		if leftEmpty(all, k) {
			empty++
		}
	}
	if len(all)*empty > maxEmpty {
		p.problem(arch.Pos{}, "a layer without arguments is written without a colon", "%d values are left empty, too many for a text of %d words and marks", empty, len(all))
	}
	if len(all)*deepest*longest > maxPathBytes {
		p.problem(arch.Pos{}, "", "too much text for so deep a nesting")
	}
	return len(p.list) == 0
}

// leftEmpty reports whether a literal, a dash or a key has nothing behind it, as far as can be seen without parsing.
func leftEmpty(all token.Tokens, k int) bool {
	t, owner := all[k], all[k]
	var next *token.Token
	if k+1 < len(all) {
		next = all[k+1]
	}
	switch t.Type {
	case token.LiteralType, token.FoldedType:
		return next == nil || next.Value == "" || next.Type != token.StringType
	case token.SequenceEntryType:
	case token.MappingValueType:
		owner = all[max(k-1, 0)] // the key before the colon
	default:
		return false
	}
	if next == nil || next.Position.Line == t.Position.Line {
		return next == nil
	}
	listed := t.Type == token.MappingValueType && next.Type == token.SequenceEntryType // a list may stand right under its key
	return next.Position.Column < owner.Position.Column || next.Position.Column == owner.Position.Column && !listed
}

// leftOut says which part of YAML the language does without, if the token is one.
func leftOut(t *token.Token) string {
	switch t.Type {
	case token.AnchorType, token.AliasType:
		return "anchors and aliases (& and *) are not supported; a block says a thing once"
	case token.MergeKeyType:
		return "merge keys (<<) are not supported; a block says a thing once"
	case token.TagType:
		return "tags (!) are not supported"
	case token.DirectiveType:
		return "directives (%) are not supported"
	case token.MappingKeyType:
		return `keys with "?" are not supported`
	case token.StringType, token.SingleQuoteType, token.DoubleQuoteType:
		for _, r := range t.Value {
			if r < ' ' && r != '\n' && r != '\t' || r == 0x7f {
				return fmt.Sprintf("character %U is not allowed", r)
			}
		}
	}
	return ""
}

// nesting follows how deep tokens stand, without parsing: an upper bound that is at most a few levels too high.
type nesting struct {
	brackets int
	columns  []int // outside of brackets: the columns of tokens that later, more indented ones may belong to
}

func (n *nesting) depth() int { return n.brackets + len(n.columns) }

// next takes one more token and returns the depth it stands at.
func (n *nesting) next(t *token.Token) int {
	switch t.Type {
	case token.SequenceStartType, token.MappingStartType:
		n.brackets++
	case token.SequenceEndType, token.MappingEndType:
		n.brackets = max(n.brackets-1, 0)
	}
	if n.brackets > 0 {
		return n.depth()
	}
	column := t.Position.Column
	for len(n.columns) > 0 && n.columns[len(n.columns)-1] >= column {
		n.columns = n.columns[:len(n.columns)-1]
	}
	n.columns = append(n.columns, column)
	return n.depth()
}
