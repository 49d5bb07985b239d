package report

import (
	"strings"

	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/cost"
)

// SkipForms shows the number of skips of a network, and the bytes they hold, as closed formulas.
type SkipForms struct{ Closed *cost.ClosedSkips }

// Document is a row for each number of each kind of skip. JSON has the kinds by name.
func (f *SkipForms) Document() *Document {
	c := f.Closed
	t := Table{Columns: []Column{
		{Head: "network", Fit: Names, Once: true}, {Head: "kind", Once: true}, {Head: "skips"},
		{Head: "closed form", Math: true, Fit: Formulas}, {Head: "order", Math: true, Fit: Formulas},
	}}
	kinds := Object{}
	for _, k := range c.Kinds {
		forms := Object{}
		for _, n := range []struct {
			name string
			is   symbolic.Expr
		}{{"count", k.Count}, {"elements", k.Elements}, {"bytes", k.Bytes}} {
			form, order := Expression(n.is), Leading(n.is.Order())
			if err := n.is.Err(); err != nil {
				form, order = Missing(c.Name+": "+n.name+" is not written out: "+FirstLine(err)), Missing("")
			}
			t.Rows = append(t.Rows, Row{Text(c.Name), Text(k.Kind), Text(n.name), form, order})
			forms = append(forms, Field{n.name, Object{{"expression", form}, {"order", order}}})
		}
		kinds = append(kinds, Field{k.Kind, forms})
	}
	d := &Document{Tables: []Table{t}, Notes: f.remarks(), Data: Object{
		{"name", c.Name}, {"skips", kinds}, {"symbols", bindings(c.Trace.Bound)}, {"assumptions", assumptions(c.Trace, c.Runs)},
	}}
	if len(c.Kinds) == 0 {
		d.Tables = nil
	}
	return d
}

// remarks explains the numbers, and says where they hold.
func (f *SkipForms) remarks() []string {
	c := f.Closed
	out := readingNotes(c.Name, c.Trace)
	if len(c.Kinds) == 0 {
		return append(out, c.Name+" has no skips")
	}
	out = append(out, "elements: of the tensors that the skips hold, one sample; bytes: the same for the whole batch")
	if given := givenText(c.Trace); given != "" {
		out = append(out, given)
	}
	if holds := assumptions(c.Trace, c.Runs); len(holds) > 0 {
		out = append(out, "holds where "+strings.Join(holds, " and "))
	}
	return out
}
