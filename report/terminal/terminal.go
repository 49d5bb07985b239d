// Package terminal writes tables in columns, as a terminal or a pipe shows them. It is a package of its own so that a program
// that shows results otherwise, as the page does, does not carry the library that lays out the columns.
package terminal

import (
	"bufio"
	"bytes"
	"io"
	"slices"
	"strings"

	"github.com/olekukonko/tablewriter"
	"github.com/olekukonko/tablewriter/renderer"
	"github.com/olekukonko/tablewriter/tw"

	"github.com/skipcost/skipcost/report"
)

// Document writes a document; its tables have the rows and columns that only --wide shows if the layout is wide.
func Document(w io.Writer, d *report.Document, l report.Layout) error {
	return Sheets(w, d.Sheets(l), l)
}

// Sheets writes sheets: a header over one rule, columns two spaces apart, notes below. No line ends in
// spaces or is wider than the layout allows, and nothing depends on the environment.
func Sheets(w io.Writer, sheets []report.Sheet, l report.Layout) error {
	sheets, err := report.Prepared(sheets)
	if err != nil {
		return err
	}
	out := bufio.NewWriter(w) // which keeps the first error of writing
	for k, s := range sheets {
		width := l.Width
		if width > 0 {
			width = max(width, report.MinWidth)
		}
		for n, t := range fitted(s, width) {
			if k+n > 0 {
				out.WriteByte('\n')
			}
			if err := t.write(out, l); err != nil {
				return err
			}
		}
	}
	return out.Flush()
}

// write writes the title, the rows and the notes.
func (t table) write(out *bufio.Writer, l report.Layout) error {
	if t.title != "" {
		writeLines(out, t.title, l, "")
	}
	if len(t.columns) > 0 {
		if err := t.grid(out); err != nil {
			return err
		}
	}
	if len(t.notes) > 0 && (t.title != "" || len(t.columns) > 0) {
		out.WriteByte('\n')
	}
	for _, n := range t.notes {
		indent := "  "
		if n.Mark != "" {
			indent = strings.Repeat(" ", columns(n.Mark)+2)
		}
		writeLines(out, n.Line(), l, indent)
	}
	return nil
}

// writeLines writes a text, wrapped where it is too wide.
func writeLines(out *bufio.Writer, text string, l report.Layout, indent string) {
	if l.Width == 0 || columns(text) <= l.Width {
		out.WriteString(text + "\n")
		return
	}
	for _, line := range wrapProse(text, l.Width, indent) {
		out.WriteString(line + "\n")
	}
}

// gridRows is how many rows are given to the library at once, as it holds each of them several times in memory.
const gridRows = 1000

// grid writes the header, the rule and the rows. What goes to the library in parts is padded to be as wide in each.
func (t table) grid(out *bufio.Writer) error {
	part, several := report.Sheet{Columns: t.columns}, false
	flush := func() error {
		if several {
			part.Rows[0] = padded(part.Rows[0], t.columns, t.widths)
		}
		err := gridPart(out, part)
		part = report.Sheet{Columns: headless(t.columns), Rows: part.Rows[:0]}
		return err
	}
	for row := range t.rows {
		if len(part.Rows) == gridRows {
			several = true
			if err := flush(); err != nil {
				return err
			}
		}
		part.Rows = append(part.Rows, slices.Clone(row))
	}
	return flush()
}

// padded is a row with cells as wide as their columns.
func padded(row []string, cols []report.Column, widths []int) []string {
	out := make([]string, len(row))
	for k, cell := range row {
		first, rest, _ := strings.Cut(cell, "\n")
		spaces := strings.Repeat(" ", widths[k]-columns(first))
		if cols[k].Right {
			out[k] = spaces + first
		} else {
			out[k] = first + spaces
		}
		if rest != "" {
			out[k] += "\n" + rest
		}
	}
	return out
}

// headless are columns without their heads.
func headless(cols []report.Column) []report.Column {
	out := slices.Clone(cols)
	for k := range out {
		out[k].Head = ""
	}
	return out
}

// gridPart writes the header, if there is one, and the rows. The library does not return write errors, so it writes to memory.
func gridPart(out *bufio.Writer, s report.Sheet) error {
	aligns := make([]tw.Align, len(s.Columns))
	paddings := make([]tw.Padding, len(s.Columns))
	for k, c := range s.Columns {
		aligns[k] = tw.AlignLeft
		if c.Right {
			aligns[k] = tw.AlignRight
		}
		// One space of the two between columns; the other is the column symbol. A wider padding would be repeated to
		// align right, and cut off numbers.
		paddings[k] = tw.Padding{Left: " ", Overwrite: true}
	}
	paddings[0] = tw.Padding{Overwrite: true}
	rule, bottom := tw.Off, tw.Off
	if s.Headed() {
		rule = tw.On
		if len(s.Rows) == 0 { // the library draws no line under a header without rows
			bottom = tw.On
		}
	}
	var text bytes.Buffer
	t := tablewriter.NewTable(&text,
		// Ambiguous characters such as × and · are one column wide everywhere. The option is global in the library, whose
		// default comes from the environment; it is the same for every table here.
		tablewriter.WithEastAsian(tw.Off),
		tablewriter.WithRenderer(renderer.NewBlueprint(tw.Rendition{
			Borders: tw.Border{Left: tw.Off, Right: tw.Off, Top: tw.Off, Bottom: bottom},
			Symbols: tw.NewSymbolCustom("rule").WithRow("─").WithColumn(" ").WithCenter("─"),
			Settings: tw.Settings{
				Separators: tw.Separators{ShowHeader: rule, ShowFooter: tw.Off, BetweenRows: tw.Off, BetweenColumns: tw.On},
				Lines:      tw.Lines{ShowTop: tw.Off, ShowBottom: bottom, ShowHeaderLine: rule, ShowFooterLine: tw.Off},
			},
		})),
		tablewriter.WithHeaderAutoFormat(tw.Off),
		tablewriter.WithHeaderAutoWrap(tw.WrapNone),
		tablewriter.WithRowAutoWrap(tw.WrapNone),
		tablewriter.WithTrimSpace(tw.Off),
		tablewriter.WithHeaderAlignmentConfig(tw.CellAlignment{PerColumn: aligns}),
		tablewriter.WithRowAlignmentConfig(tw.CellAlignment{PerColumn: aligns}),
		tablewriter.WithHeaderPaddingPerColumn(paddings),
		tablewriter.WithRowPaddingPerColumn(paddings),
	)
	if s.Headed() {
		t.Header(bottomed(s.Heads()))
	}
	if err := t.Bulk(s.Rows); err != nil {
		return err
	}
	if err := t.Render(); err != nil {
		return err
	}
	for line := range strings.Lines(text.String()) {
		out.WriteString(strings.TrimRight(line, " \n") + "\n")
	}
	return nil
}

// bottomed puts empty lines above heads of fewer lines than others, so that all end above the rule.
func bottomed(heads []string) []string {
	most := 0
	for _, h := range heads {
		most = max(most, strings.Count(h, "\n"))
	}
	for k, h := range heads {
		heads[k] = strings.Repeat("\n", most-strings.Count(h, "\n")) + h
	}
	return heads
}
