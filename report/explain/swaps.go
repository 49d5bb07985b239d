package explain

import (
	"github.com/skipcost/skipcost/arch/rewrite"
	"github.com/skipcost/skipcost/report"
)

// Swaps shows the kinds that skips can be rewritten to.
type Swaps struct{}

// Document is one row for each kind.
func (Swaps) Document() *report.Document {
	t := report.Table{Columns: []report.Column{{Head: "kind"}, {Head: "becomes", Fit: report.Prose}, {Head: "more params per body", Key: "params", Fit: report.Prose}, {Head: "source", Fit: report.Prose}}}
	for _, c := range rewrite.Changes() {
		t.Rows = append(t.Rows, report.Row{report.Text(string(c)), report.Text(c.Doc()), report.Text(c.Params()), report.Text(c.Source())})
	}
	return &report.Document{Tables: []report.Table{t}, Data: report.Object{{Key: "kinds", Value: t.Objects()}}}
}
