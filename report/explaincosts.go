package report

import (
	"strings"

	"github.com/skipcost/skipcost/cost"
)

// CostWords shows the definitions of quantities.
type CostWords struct{ Quantities []cost.Quantity }

// Document is one row for each quantity.
func (w *CostWords) Document() *Document {
	rest := Always
	if len(w.Quantities) > 1 {
		rest = Wide // in a list, the definitions need the room
	}
	t := Table{Columns: []Column{
		{Head: "cost"}, {Head: "counts", Fit: Prose}, {Head: "unit", Show: rest}, {Head: "number", Show: rest}, {Head: "closed form", Path: "closes", Show: rest},
		{Head: "computed from", Path: "from", Fit: Prose, Show: rest},
	}}
	for _, q := range w.Quantities {
		var from []string
		for _, n := range q.Needs() {
			from = append(from, n.String())
		}
		t.Rows = append(t.Rows, Row{Text(q.String()), Text(q.Doc()), Text(string(q.Unit())), Text(kindOfNumber(q)), Text(closes(q)), Text(strings.Join(from, ", "))})
	}
	return &Document{Tables: []Table{t}, Data: Object{{"costs", t.objects()}}}
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
func (p *Precisions) Document() *Document {
	t := Table{Columns: []Column{{Head: "precision"}, {Head: "activation bytes"}, {Head: "parameter bytes"}, {Head: "stores", Fit: Prose}}}
	for _, r := range p.Recipes {
		t.Rows = append(t.Rows, Row{Text(r.Name), Size(int(r.Elements)), Size(int(r.Params)), Text(r.Doc)})
	}
	t.Notes = remark("parameter bytes are those of a parameter and of its gradient")
	return &Document{Tables: []Table{t}, Data: Object{{"precisions", t.objects()}}}
}
