package render

import (
	"bufio"
	"encoding/csv"
	"io"
	"strings"

	"github.com/skipcost/skipcost/report"
)

// CSV writes a document as comma-separated values (RFC 4180 with plain line feeds). A missing value is an empty cell.
// Several tables are separated by empty lines, each under a line with its title, if it has one; the notes follow as one
// more table, of the column note.
//
// A text that a spreadsheet would run as a formula, because it begins with one of = + - @ and is no number, gets an apostrophe
// in front.
func CSV(w io.Writer, d *report.Document) error {
	out := bufio.NewWriter(w)
	for k := range d.Tables {
		if k > 0 {
			out.WriteByte('\n')
		}
		if err := writeCSV(out, &d.Tables[k], len(d.Tables) > 1); err != nil {
			return err
		}
	}
	if notes := d.AllNotes(); len(notes) > 0 {
		t := report.Table{Columns: []report.Column{{Head: "note"}}}
		for _, n := range notes {
			t.Rows = append(t.Rows, report.Row{report.Text(n)})
		}
		if len(d.Tables) > 0 {
			out.WriteByte('\n')
		}
		if err := writeCSV(out, &t, false); err != nil {
			return err
		}
	}
	return out.Flush()
}

func writeCSV(w io.Writer, t *report.Table, titled bool) error {
	c := csv.NewWriter(w)
	record := make([]string, len(t.Columns))
	if titled && len(t.Title) > 0 {
		title := ""
		for _, cell := range t.Title {
			title += cell.Text(report.Machine)
		}
		if err := c.Write([]string{harmless(report.OneLine(title))}); err != nil {
			return err
		}
	}
	for k, column := range t.Columns {
		record[k] = harmless(report.OneLine(column.Name(report.Machine)))
	}
	if err := c.Write(record); err != nil {
		return err
	}
	for row := range t.All {
		for k := range record {
			record[k] = ""
			if k < len(row) {
				record[k] = harmless(report.OneLine(row[k].Text(report.Machine)))
			}
		}
		if err := c.Write(record); err != nil {
			return err
		}
	}
	c.Flush()
	return c.Error()
}

// harmless keeps a spreadsheet from running a text.
func harmless(text string) string {
	if text == "" || !strings.ContainsRune("=+-@", rune(text[0])) || strings.Trim(text[1:], "0123456789./") == "" && text[0] == '-' {
		return text
	}
	return "'" + text
}

// appendCSV writes a text as a cell: made harmless, and in quotes where it needs them.
func appendCSV(dst []byte, text string) []byte {
	text = harmless(report.OneLine(text))
	if !strings.ContainsAny(text, ",\"") && strings.TrimSpace(text) == text {
		return append(dst, text...)
	}
	return append(append(append(dst, '"'), strings.ReplaceAll(text, `"`, `""`)...), '"')
}
