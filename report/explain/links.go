package explain

import (
	"github.com/skipcost/skipcost/arch/rewrite"
	"github.com/skipcost/skipcost/report"
)

// Links shows the definitions of the words for links.
type Links struct{ Words []rewrite.Word }

// Document is one row for each word.
func (l *Links) Document() *report.Document {
	t := report.Table{Columns: []report.Column{{Head: "word"}, {Head: "meaning", Fit: report.Prose}}}
	for _, w := range l.Words {
		t.Rows = append(t.Rows, report.Row{report.Text(w.Name), report.Text(w.Meaning)})
	}
	return &report.Document{Tables: []report.Table{t}, Data: report.Object{{Key: "words", Value: t.Objects()}}}
}
