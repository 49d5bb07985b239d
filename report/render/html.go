package render

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/skipcost/skipcost/report"
)

// MathML writes sheets of the style Web as tables for a web page.
func MathML(w io.Writer, sheets []report.Sheet) error {
	sheets, err := report.Prepared(sheets)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	for _, s := range sheets {
		HTML(&b, &s, false)
	}
	_, err = b.WriteTo(w)
	return err
}

// fewRows is the number of rows up to which a table is neither sorted nor filtered.
const fewRows = 4

// HTML writes a sheet of the style Web, whose cells are HTML, as a table with its notes below. A table that is sorted has what the
// script of a page needs to sort and filter it, unless it has few rows.
func HTML(b *bytes.Buffer, s *report.Sheet, sorted bool) {
	if s.Title != "" {
		fmt.Fprintf(b, "<h3>%s</h3>\n", report.HTMLText(s.Title))
	}
	if len(s.Columns) > 0 {
		class := ""
		if sorted && len(s.Rows) > fewRows {
			class = " class=\"sorted\""
			b.WriteString("<p class=\"filter\" hidden><input type=\"search\" placeholder=\"filter the rows\" aria-label=\"filter the rows\"> <output></output></p>\n")
		}
		fmt.Fprintf(b, "<div class=\"wide\"><table%s>\n<thead><tr>", class)
		for _, c := range s.Columns {
			fmt.Fprintf(b, "<th scope=\"col\"%s>%s</th>", right(c), breakable(c.Head))
		}
		b.WriteString("</tr></thead>\n<tbody>\n")
		for _, row := range s.Rows {
			b.WriteString("<tr>")
			for k, cell := range row {
				fmt.Fprintf(b, "<td%s>%s</td>", right(s.Columns[k]), cell)
			}
			b.WriteString("</tr>\n")
		}
		b.WriteString("</tbody>\n</table></div>\n")
	}
	for _, n := range s.Notes {
		fmt.Fprintf(b, "<p class=\"note\">%s</p>\n", report.HTMLText(n.Line()))
	}
}

// breakable is a text that may be broken behind an underscore, as names of costs are where room is scarce.
func breakable(s string) string { return strings.ReplaceAll(report.HTMLText(s), "_", "_<wbr>") }

func right(c report.Column) string {
	if c.Right {
		return " class=\"r\""
	}
	return ""
}
