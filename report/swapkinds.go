package report

import "github.com/skipcost/skipcost/arch/rewrite"

// SwapKinds shows the kinds that skips can be rewritten to.
type SwapKinds struct{}

// Document is one row for each kind.
func (SwapKinds) Document() *Document {
	t := Table{Columns: []Column{{Head: "kind"}, {Head: "becomes", Fit: Prose}, {Head: "more params per body", Key: "params", Fit: Prose}, {Head: "source", Fit: Prose}}}
	for _, c := range rewrite.Changes() {
		t.Rows = append(t.Rows, Row{Text(string(c)), Text(c.Doc()), Text(c.Params()), Text(c.Source())})
	}
	return &Document{Tables: []Table{t}, Data: Object{{"kinds", t.objects()}}}
}
