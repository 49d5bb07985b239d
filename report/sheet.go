package report

import (
	"fmt"
	"strings"
	"unicode"
)

// A Sheet is one table as text, ready to be rendered in any format: what numbers mean is settled, how they look is not.
// The cell [Unknown], alone or with a note's mark behind it, is a quantity that cannot be known.
type Sheet struct {
	Title   string
	Columns []Column   // without heads, or with all of them empty, the table has no header
	Rows    [][]string // a row may be shorter than Columns; the rest is empty then
	Notes   []Note     // stand under the table
}

// Column says how the cells of a column are written.
type Column struct {
	Head  string
	Right bool // aligned right, as numbers are
	Math  bool // LaTeX takes the cells for formulas in its own notation; other formats make no difference
}

// Note is a footnote, whose mark stands behind the cells it is about, or without a mark a remark on the whole sheet.
type Note struct{ Mark, Text string }

func (n Note) line() string {
	if n.Mark == "" {
		return n.Text
	}
	return n.Mark + "  " + n.Text
}

func (s *Sheet) headed() bool {
	for _, c := range s.Columns {
		if c.Head != "" {
			return true
		}
	}
	return false
}

func (s *Sheet) heads() []string {
	out := make([]string, len(s.Columns))
	for k, c := range s.Columns {
		out[k] = c.Head
	}
	return out
}

// prepared copies sheets with full rows, and with texts of one line: names come from files of users, and must break
// neither a table nor a terminal.
func prepared(sheets []Sheet) ([]Sheet, error) {
	out := make([]Sheet, len(sheets))
	for k, s := range sheets {
		p := Sheet{Title: oneLine(s.Title)}
		for _, c := range s.Columns {
			c.Head = oneLine(c.Head)
			p.Columns = append(p.Columns, c)
		}
		for n, row := range s.Rows {
			if len(row) > len(s.Columns) {
				return nil, fmt.Errorf("report: row %d of sheet %q has %d cells for %d columns", n+1, s.Title, len(row), len(s.Columns))
			}
			cells := make([]string, len(s.Columns))
			for c, text := range row {
				cells[c] = oneLine(text)
			}
			p.Rows = append(p.Rows, cells)
		}
		for _, note := range s.Notes {
			p.Notes = append(p.Notes, Note{Mark: oneLine(note.Mark), Text: oneLine(note.Text)})
		}
		out[k] = p
	}
	return out, nil
}

// oneLine replaces line ends, tabs and control characters by spaces, drops characters that reorder text, and repairs
// broken UTF-8.
func oneLine(text string) string {
	return strings.ToValidUTF8(strings.Map(func(r rune) rune {
		switch {
		case unicode.IsControl(r), r == '\u2028', r == '\u2029':
			return ' '
		case unicode.Is(unicode.Bidi_Control, r):
			return -1
		}
		return r
	}, text), "\uFFFD")
}

// splitMark cuts a note's mark, in superscript digits, off the end of a cell.
func splitMark(cell string) (text, mark string) {
	text = strings.TrimRight(cell, superscriptDigits)
	return text, cell[len(text):]
}

const superscriptDigits = "⁰¹²³⁴⁵⁶⁷⁸⁹"

// isUnknown reports whether a cell is [Unknown], whatever mark it has.
func isUnknown(cell string) bool {
	text, _ := splitMark(cell)
	return text == Unknown
}
