package explain

import (
	"strings"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/cost"
	"github.com/skipcost/skipcost/report"
)

// Fusions shows which layers run in one pass over memory where they are fused.
type Fusions struct{}

// Document is one row for each way of fusing layers.
func (Fusions) Document() *report.Document {
	t := report.Table{Columns: []report.Column{{Head: "fused"}, {Head: "kinds", Fit: report.Prose}, {Head: "rule", Fit: report.Prose}}}
	for _, f := range cost.Fusions() {
		t.Rows = append(t.Rows, report.Row{report.Text(string(f)), report.Text(strings.Join(localKinds(), ", ")), report.Text(f.Doc())})
	}
	return &report.Document{Tables: []report.Table{t}, Data: report.Object{{Key: "fusions", Value: t.Objects()}}}
}

// localKinds names the layers that work position by position.
func localKinds() []string {
	var names []string
	for _, r := range cost.Rules() {
		for _, name := range r.Kinds {
			if r.Local || r.Cheap || arch.KindByName(name).ElementWise() {
				names = append(names, name)
			}
		}
	}
	return names
}
