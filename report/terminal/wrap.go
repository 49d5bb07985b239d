package terminal

import (
	"strings"
	"unicode/utf8"

	"github.com/olekukonko/tablewriter/pkg/twwidth"
)

// columns is how many columns of a terminal a text takes.
func columns(text string) int {
	if len(text) == utf8.RuneCountInString(text) {
		return len(text)
	}
	return twwidth.WidthWithOptions(text, twwidth.Options{})
}

// Prose breaks the lines of a text between words where they are wider than a number of columns; 0 is no limit. Continued lines
// are indented.
func Prose(text string, width int) string {
	if width == 0 {
		return text
	}
	var lines []string
	for line := range strings.SplitSeq(text, "\n") {
		lines = append(lines, wrapProse(line, width, proseIndent)...)
	}
	return strings.Join(lines, "\n")
}

const proseIndent = "    "

// wrapProse breaks a text between words into lines of at most width columns, those after the first behind an indent. A word
// that is longer is broken anywhere.
func wrapProse(text string, width int, indent string) []string {
	return pack(strings.SplitAfter(text, " "), width, indent)
}

// wrapFormula breaks a formula before a sign outside of parentheses; a term that is too long before a factor, and what is
// still too long likewise inside of parentheses.
func wrapFormula(text string, width int) []string {
	pieces := []string{text}
	for _, depth := range []int{0, maxDepth} {
		for _, separators := range [][]string{{" + ", " − "}, {"·"}} {
			var finer []string
			for _, p := range pieces {
				if columns(p) <= width-len(formulaIndent) {
					finer = append(finer, p)
				} else {
					finer = append(finer, splitBefore(p, depth, separators...)...)
				}
			}
			pieces = finer
		}
	}
	return pack(pieces, width, formulaIndent)
}

// maxDepth is a depth of parentheses that no formula reaches.
const maxDepth = 1 << 20

const formulaIndent = "  "

// wrapHead breaks the head of a column between words, and behind the underscores in them.
func wrapHead(head string, width int) []string {
	return pack(headPieces(head), width, "")
}

func headPieces(head string) []string {
	var out []string
	for _, w := range strings.SplitAfter(head, " ") {
		out = append(out, strings.SplitAfter(w, "_")...)
	}
	return out
}

// splitBefore cuts a text before each of the separators that stands in no more than depth parentheses.
func splitBefore(text string, depth int, separators ...string) []string {
	var out []string
	start, open := 0, 0
	for k, r := range text {
		switch r {
		case '(', '⌊', '⌈':
			open++
		case ')', '⌋', '⌉':
			open--
		}
		for _, s := range separators {
			if k > start && open <= depth && strings.HasPrefix(text[k:], s) {
				out = append(out, text[start:k])
				start = k
			}
		}
	}
	return append(out, text[start:])
}

// pack puts as many of the pieces on each line as it holds.
func pack(pieces []string, width int, indent string) []string {
	var lines []string
	line, empty := "", true
	next := func() {
		lines = append(lines, strings.TrimRight(line, " "))
		line, empty = indent, true
	}
	for _, p := range pieces {
		if !empty && columns(line)+columns(strings.TrimRight(p, " ")) > width {
			next()
			p = strings.TrimLeft(p, " ")
		}
		for columns(line)+columns(strings.TrimRight(p, " ")) > width {
			var head string
			head, p = cut(p, max(1, width-columns(line)))
			line += head
			next()
		}
		line += p
		empty = empty && p == ""
	}
	return append(lines, strings.TrimRight(line, " "))
}

// cut splits a text behind the characters that fit in width columns, at least one.
func cut(text string, width int) (head, rest string) {
	taken := 0
	for k, r := range text {
		taken += columns(string(r))
		if taken > width && k > 0 {
			return text[:k], text[k:]
		}
	}
	return text, ""
}

// shortened leaves out the middle of a name that is wider than width.
func shortened(name string, width int) string {
	if columns(name) <= width {
		return name
	}
	runes := []rune(name)
	head, tail := (width-1)/2, width-1-(width-1)/2
	for head+tail > 0 {
		text := string(runes[:head]) + "…" + string(runes[len(runes)-tail:])
		if columns(text) <= width {
			return text
		}
		if head > tail {
			head--
		} else {
			tail--
		}
	}
	return "…"
}
