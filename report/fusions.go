package report

import (
	"strings"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/cost"
)

// Fusions shows which layers run in one pass over memory where they are fused.
type Fusions struct{}

// Document is one row for each way of fusing layers.
func (Fusions) Document() *Document {
	t := Table{Columns: []Column{{Head: "fused"}, {Head: "kinds", Fit: Prose}, {Head: "rule", Fit: Prose}}}
	for _, f := range cost.Fusions() {
		t.Rows = append(t.Rows, Row{Text(string(f)), Text(strings.Join(localKinds(), ", ")), Text(f.Doc())})
	}
	return &Document{Tables: []Table{t}, Data: Object{{"fusions", t.objects()}}}
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
