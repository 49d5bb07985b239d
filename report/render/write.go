package render

import (
	"fmt"
	"io"
	"slices"

	"github.com/skipcost/skipcost/report"
)

// Write writes a report in any format but that of tables for a terminal, which package terminal writes, and those of pictures.
func Write(w io.Writer, f report.Format, l report.Layout, r report.Report) error {
	d := r.Document()
	switch f {
	case report.FormatMarkdown:
		return Markdown(w, d.StyledSheets(report.Human, l.Wide))
	case report.FormatLaTeX:
		return LaTeX(w, d.StyledSheets(report.TeX, l.Wide))
	case report.FormatMathML:
		return MathML(w, d.StyledSheets(report.Web, l.Wide))
	case report.FormatCSV:
		return CSV(w, d)
	case report.FormatJSON:
		return JSON(w, append(slices.Clip(d.Data), report.Field{Key: "notes", Value: d.AllNotes}))
	}
	return fmt.Errorf("render: no writer for format %q", f)
}
