package report

import (
	"strings"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/cost"
)

// Formula shows the closed formulas of networks.
type Formula struct {
	Closed     []*cost.Closed
	Quantities []cost.Quantity
}

// Sheets is one table with a row for each network and quantity.
func (f *Formula) Sheets(style Style) []Sheet {
	s := Sheet{Columns: []Column{{Head: "network"}, {Head: "cost"}, {Head: "closed form", Math: true}, {Head: "order", Math: true}}}
	for _, c := range f.Closed {
		name := c.Name
		for _, q := range f.Quantities {
			e := c.Total.Of(q)
			row := []string{name, q.String(), "—", "—"}
			if e.Err() == nil {
				row[2], row[3] = formula(e, style), order(e.Order(), style)
			} else {
				s.Notes = append(s.Notes, Note{Text: c.Name + ": " + q.String() + " is not written out: " + unknown(e)})
			}
			s.Rows = append(s.Rows, row)
			if style == Human {
				name = ""
			}
		}
		for _, text := range remarks(c, style) {
			s.Notes = append(s.Notes, Note{Text: text})
		}
	}
	return []Sheet{s}
}

// remarks says what the formulas of a network take for granted.
func remarks(c *cost.Closed, style Style) []string {
	var out []string
	if given := givenText(c.Trace, style); given != "" {
		out = append(out, c.Name+": "+given)
	}
	if len(c.Trace.Assumptions) > 0 {
		out = append(out, c.Name+": holds where "+strings.Join(c.Trace.Assumptions, " and "))
	}
	return out
}

// givenText lists the bound symbols, and where free ones come from.
func givenText(t *arch.Trace, style Style) string {
	var parts []string
	for _, name := range t.Free {
		if s, ok := t.Network.Symbol(name); ok && len(s.Default.Symbols()) > 0 {
			parts = append(parts, symbolic.Symbol(name).Text()+" = "+formula(s.Default.Expr, Human))
		}
	}
	for _, b := range t.Bound {
		parts = append(parts, symbolic.Symbol(b.Name).Text()+" = "+formula(b.Value, Human))
	}
	if len(parts) == 0 {
		return ""
	}
	return "with " + strings.Join(parts, ", ")
}

// Value is the JSON form of the report.
func (f *Formula) Value() any {
	rows := make([]Object, 0, len(f.Closed))
	notes := []string{}
	for _, c := range f.Closed {
		costs := Object{}
		for _, q := range f.Quantities {
			e := c.Total.Of(q)
			if e.Err() != nil {
				notes = append(notes, c.Name+": "+q.String()+" is not written out: "+unknown(e))
				continue
			}
			costs = append(costs, Field{q.String(), Object{{"expression", e.ASCII()}, {"order", e.Order().ASCII()}}})
		}
		rows = append(rows, Object{
			{"name", c.Name}, {"costs", costs}, {"symbols", bindings(c.Trace.Bound)}, {"assumptions", orEmpty(c.Trace.Assumptions)},
		})
	}
	return Object{{"rows", rows}, {"notes", notes}}
}
