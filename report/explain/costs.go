package explain

import (
	"strings"

	"github.com/skipcost/skipcost/cost"
	"github.com/skipcost/skipcost/report"
)

// Costs shows the definitions of quantities.
type Costs struct{ Quantities []cost.Quantity }

// Document is one row for each quantity.
func (w *Costs) Document() *report.Document {
	rest := report.Always
	if len(w.Quantities) > 1 {
		rest = report.Wide // in a list, the definitions need the room
	}
	t := report.Table{Columns: []report.Column{
		{Head: "cost"}, {Head: "counts", Fit: report.Prose}, {Head: "unit", Show: rest}, {Head: "number", Show: rest}, {Head: "closed form", Path: "closes", Show: rest},
		{Head: "computed from", Path: "from", Fit: report.Prose, Show: rest},
	}}
	for _, q := range w.Quantities {
		var from []string
		for _, n := range q.Needs() {
			from = append(from, n.String())
		}
		t.Rows = append(t.Rows, report.Row{report.Text(q.String()), report.Text(q.Doc()), report.Text(string(q.Unit())), report.Text(kindOfNumber(q)), report.Text(closes(q)), report.Text(strings.Join(from, ", "))})
	}
	return &report.Document{Tables: []report.Table{t}, Data: report.Object{{Key: "costs", Value: t.Objects()}}}
}

// kindOfNumber says how far a number can be trusted.
func kindOfNumber(q cost.Quantity) string {
	switch {
	case q.IsModel():
		return "model"
	case q.Gain():
		return "exact, or marked"
	}
	return "exact"
}

// closes says whether there can be a formula in the depth.
func closes(q cost.Quantity) string {
	if q.Closes() {
		return "yes"
	}
	return "no"
}

// Precisions shows the types that the training recipes store tensors in.
type Precisions struct{ Recipes []cost.Precision }

// Document is one row for each recipe.
func (p *Precisions) Document() *report.Document {
	t := report.Table{Columns: []report.Column{{Head: "precision"}, {Head: "activation bytes"}, {Head: "parameter bytes"}, {Head: "stores", Fit: report.Prose}}}
	for _, r := range p.Recipes {
		t.Rows = append(t.Rows, report.Row{report.Text(r.Name), report.Size(int(r.Elements)), report.Size(int(r.Params)), report.Text(r.Doc)})
	}
	t.Notes = report.Remarks("parameter bytes are those of a parameter and of its gradient")
	return &report.Document{Tables: []report.Table{t}, Data: report.Object{{Key: "precisions", Value: t.Objects()}}}
}
