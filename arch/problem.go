package arch

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// Pos is a place in a network's source: line and column count from 1, the column in runes. The zero Pos means
// that there is no source, as for networks built from Go values.
type Pos struct{ Line, Column int }

// File is the text a network was read from; problems quote it.
type File struct {
	Name string // path as the user gave it, or the name of a shipped network
	Text string
}

// line returns the source line at p without its line end, and whether there is one.
func (f *File) line(p Pos) (string, bool) {
	if f == nil || p.Line < 1 {
		return "", false
	}
	lines := strings.Split(f.Text, "\n")
	if p.Line > len(lines) {
		return "", false
	}
	return strings.TrimRight(lines[p.Line-1], "\r"), true
}

// Line is the source line at a place; empty where there is none.
func (f *File) Line(p Pos) string {
	line, _ := f.line(p)
	return line
}

// Problem is one mistake in a network, with its place.
type Problem struct {
	Pos     Pos
	Message string
	Within  string // the blocks it stands in, with the places of their uses; may be empty
	Hint    string // what to do about it; may be empty
}

// Problems is the error of reading or resolving a network: the mistakes that one run found, in source order.
type Problems struct {
	File *File
	List []Problem
	More int // how many more were found than are listed
}

// MaxProblems is how many problems are reported in one run; the rest is counted.
const MaxProblems = 20

// NewProblems puts problems in source order, drops repetitions of a message at the same place, and lists at most MaxProblems.
func NewProblems(file *File, found []Problem) *Problems {
	list := slices.Clone(found)
	slices.SortStableFunc(list, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Pos.Line, b.Pos.Line), cmp.Compare(a.Pos.Column, b.Pos.Column))
	})
	type claim struct {
		Pos
		message string
	}
	said := map[claim]bool{}
	list = slices.DeleteFunc(list, func(p Problem) bool {
		c := claim{p.Pos, p.Message}
		twice := said[c]
		said[c] = true
		return twice
	})
	more := max(0, len(list)-MaxProblems)
	return &Problems{File: file, List: list[:len(list)-more], More: more}
}

// MaxQuotedRunes is how much of a source line an error quotes around the place it points to.
const MaxQuotedRunes = 120

// Error renders every problem as file:line:column: message, the source line, a caret and the hint.
func (p *Problems) Error() string {
	var b strings.Builder
	for k, one := range p.List {
		if k > 0 {
			b.WriteByte('\n')
		}
		one.render(&b, p.File)
	}
	if p.More > 0 {
		b.WriteByte('\n')
		Problem{Message: fmt.Sprintf("and %d more", p.More)}.render(&b, p.File)
	}
	return b.String()
}

func (p Problem) render(b *strings.Builder, file *File) {
	if file != nil && file.Name != "" {
		b.WriteString(visible(file.Name))
		if p.Pos.Line > 0 {
			fmt.Fprintf(b, ":%d:%d", p.Pos.Line, p.Pos.Column)
		}
		b.WriteString(": ")
	}
	b.WriteString(visible(p.Message))
	if line, ok := file.line(p.Pos); ok {
		quoted, column := quote(line, p.Pos.Column)
		fmt.Fprintf(b, "\n  %s\n  %s^", quoted, strings.Repeat(" ", column-1))
	}
	if p.Within != "" {
		b.WriteString("\n  " + visible(p.Within))
	}
	if p.Hint != "" {
		b.WriteString("\n  hint: " + visible(p.Hint))
	}
}

// visible replaces characters that a terminal would obey instead of showing, control characters and those that change the
// direction of writing, by escapes such as \u202e.
func visible(text string) string {
	if !strings.ContainsFunc(text, hidden) {
		return text
	}
	var b strings.Builder
	for _, r := range text {
		if hidden(r) {
			quoted := strconv.QuoteRuneToASCII(r)
			b.WriteString(quoted[1 : len(quoted)-1])
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

// hidden reports whether a character has no shape of its own.
func hidden(r rune) bool { return !unicode.IsGraphic(r) }

// quote cuts a long line to a window around the column. It replaces each character that a terminal would obey by one other, so
// that the caret stands under its character: a tab by a space, all others by �.
func quote(line string, column int) (string, int) {
	runes := []rune(line)
	if column < 1 {
		column = 1
	}
	if column > len(runes)+1 {
		column = len(runes) + 1
	}
	start := 0
	if len(runes) > MaxQuotedRunes {
		start = max(0, min(column-1-MaxQuotedRunes/2, len(runes)-MaxQuotedRunes))
		runes = runes[start : start+MaxQuotedRunes]
	}
	for k, r := range runes {
		switch {
		case r == '\t':
			runes[k] = ' '
		case hidden(r):
			runes[k] = '\ufffd'
		}
	}
	return string(runes), column - start
}
