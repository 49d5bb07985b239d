package report

import (
	"fmt"
	"slices"
	"strings"
)

// A Sheet is one table as text, ready to be laid out: every cell is formatted for its readers. The cell [Unknown], alone or
// with a note's mark behind it, is a quantity that cannot be known.
type Sheet struct {
	Title   string
	Columns []Column   // without heads, or with all of them empty, the table has no header
	Rows    [][]string // a row may be shorter than Columns; the rest is empty then
	Notes   []Footnote // stand under the table
}

// Footnote is a note whose mark stands behind the cells it is about; without a mark, a remark on the whole sheet.
type Footnote struct{ Mark, Text string }

// Line is the note with its mark before it.
func (n Footnote) Line() string {
	if n.Mark == "" {
		return n.Text
	}
	return n.Mark + "  " + n.Text
}

// Sheets are the tables for people in a layout: without the rows and columns that only --wide shows, unless the layout is wide.
func (d *Document) Sheets(l Layout) []Sheet { return d.folded(l).StyledSheets(Human, l.Wide) }

// StyledSheets are the tables in a style for readers, with all rows, and with the columns that only --wide shows if wide is set.
func (d *Document) StyledSheets(style Style, wide bool) []Sheet {
	var out []Sheet
	for k := range d.Tables {
		out = append(out, d.Tables[k].sheet(style, wide))
	}
	for _, text := range d.Notes {
		if len(out) == 0 {
			out = append(out, Sheet{})
		}
		last := &out[len(out)-1]
		last.Notes = append(last.Notes, Footnote{Text: text})
	}
	return out
}

func (t *Table) sheet(style Style, wide bool) Sheet {
	var shown []int
	s := Sheet{}
	for _, c := range t.Title {
		if style == Web {
			s.Title += c.Text(Human) // a title is text wherever it is shown
		} else {
			s.Title += c.Text(style)
		}
	}
	for k, c := range t.Columns {
		if c.Show != Wide || wide || style == Machine {
			c.Head = c.Name(style)
			shown = append(shown, k)
			s.Columns = append(s.Columns, c)
		}
	}
	notes := &footnotes{}
	var before Row
	for row := range t.All {
		cells := make([]string, 0, len(shown))
		for _, k := range shown {
			text := ""
			if k < len(row) && !(t.Columns[k].Once && style == Human && k < len(before) && before[k].Text(style) == row[k].Text(style)) {
				text = t.cell(row[k], t.Columns[k], style, wide, notes)
			}
			cells = append(cells, text)
		}
		s.Rows = append(s.Rows, cells)
		before = row
	}
	s.Notes = notes.list
	for _, n := range t.Notes {
		if style != Machine || !n.People {
			s.Notes = append(s.Notes, Footnote{Text: n.Text})
		}
	}
	return s
}

// cell writes a cell with its note's mark.
func (t *Table) cell(c Cell, column Column, style Style, wide bool, notes *footnotes) string {
	text := c.Text(style)
	if style == Machine {
		return text
	}
	if c.note != "" {
		text += notes.mark(c.note)
	}
	if c.rounds() {
		text += notes.mark(roundedNote)
	}
	if column.Limit > 0 && !wide && (style == Human || style == Web) && !c.IsMissing() && len([]rune(c.Text(Human))) > column.Limit {
		return "…" + notes.mark(column.Beyond)
	}
	return text
}

const roundedNote = "~ is rounded; --format json prints every digit"

// Headed reports whether there is a header.
func (s *Sheet) Headed() bool {
	return slices.ContainsFunc(s.Columns, func(c Column) bool { return c.Head != "" })
}

// Heads are those of the columns.
func (s *Sheet) Heads() []string {
	out := make([]string, len(s.Columns))
	for k, c := range s.Columns {
		out[k] = c.Head
	}
	return out
}

// Prepared returns sheets with full rows, and with texts of one line: names come from files of users, and must break
// neither a table nor a terminal. Rows that are so already are not copied.
func Prepared(sheets []Sheet) ([]Sheet, error) {
	out := make([]Sheet, len(sheets))
	for k, s := range sheets {
		p := Sheet{Title: OneLine(s.Title), Rows: make([][]string, len(s.Rows))}
		for _, c := range s.Columns {
			c.Head = OneLine(c.Head)
			p.Columns = append(p.Columns, c)
		}
		for n, row := range s.Rows {
			if len(row) > len(s.Columns) {
				return nil, fmt.Errorf("report: row %d of sheet %q has %d cells for %d columns", n+1, s.Title, len(row), len(s.Columns))
			}
			p.Rows[n] = prepared(row, len(s.Columns))
		}
		for _, note := range s.Notes {
			p.Notes = append(p.Notes, Footnote{Mark: OneLine(note.Mark), Text: OneLine(note.Text)})
		}
		out[k] = p
	}
	return out, nil
}

// prepared is a row of so many cells, each of one line.
func prepared(row []string, cells int) []string {
	if len(row) == cells && !slices.ContainsFunc(row, func(text string) bool { return OneLine(text) != text }) {
		return row
	}
	out := make([]string, cells)
	for k, text := range row {
		out[k] = OneLine(text)
	}
	return out
}

// SplitMark cuts a note's mark, in superscript digits, off the end of a cell.
func SplitMark(cell string) (text, mark string) {
	text = strings.TrimRight(cell, superscriptDigits)
	return text, cell[len(text):]
}

const superscriptDigits = "⁰¹²³⁴⁵⁶⁷⁸⁹"
