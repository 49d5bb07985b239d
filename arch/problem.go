package arch

import (
	"fmt"
	"strings"
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

// Problem is one thing that is wrong with a network, with its place.
type Problem struct {
	Pos     Pos
	Message string
	Hint    string // what to do about it; may be empty
}

// Problems is the error of reading or resolving a network: everything found in one run, in source order.
type Problems struct {
	File *File
	List []Problem
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
	return b.String()
}

func (p Problem) render(b *strings.Builder, file *File) {
	if file != nil && file.Name != "" {
		b.WriteString(file.Name)
		if p.Pos.Line > 0 {
			fmt.Fprintf(b, ":%d:%d", p.Pos.Line, p.Pos.Column)
		}
		b.WriteString(": ")
	}
	b.WriteString(p.Message)
	if line, ok := file.line(p.Pos); ok {
		quoted, column := quote(line, p.Pos.Column)
		fmt.Fprintf(b, "\n  %s\n  %s^", quoted, strings.Repeat(" ", column-1))
	}
	if p.Hint != "" {
		fmt.Fprintf(b, "\n  hint: %s", p.Hint)
	}
}

// quote cuts a long line to a window around the column, and replaces tabs and control characters so that the caret
// stands under its character.
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
		if r < ' ' || r == 0x7f || r == 0xfffd {
			runes[k] = ' '
		}
	}
	return string(runes), column - start
}
