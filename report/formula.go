package report

import (
	"slices"
	"strings"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/cost"
)

// DefaultFormulas are the costs of which formula shows the closed form unless told otherwise.
func DefaultFormulas() []cost.Quantity {
	return append(cost.BasicQuantities(), cost.TrainingMACs, cost.TrafficBytes, cost.TrainingSavedBytes)
}

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
	}
	s.Notes = append(s.Notes, f.remarks()...)
	return []Sheet{s}
}

// remarks says what the formulas take for granted. What holds for all networks is said once.
func (f *Formula) remarks() []Note {
	var out []Note
	shared := len(f.Closed) > 1
	for _, c := range f.Closed {
		shared = shared && givenText(c.Trace) == givenText(f.Closed[0].Trace)
	}
	if shared && givenText(f.Closed[0].Trace) != "" {
		out = append(out, Note{Text: givenText(f.Closed[0].Trace)})
	}
	for _, c := range f.Closed {
		out = append(out, remarks(readingNotes(c.Name, c.Trace))...)
		if given := givenText(c.Trace); given != "" && !shared {
			out = append(out, Note{Text: c.Name + ": " + given})
		}
		for _, text := range c.Total.Notes {
			out = append(out, Note{Text: c.Name + ": " + text})
		}
		if holds := assumptions(c); len(holds) > 0 {
			out = append(out, Note{Text: c.Name + ": holds where " + strings.Join(holds, " and ")})
		}
	}
	return out
}

// assumptions says where the formulas of a network hold.
func assumptions(c *cost.Closed) []string {
	out := append([]string{}, c.Trace.Assumptions...)
	for _, times := range c.Total.Runs {
		if text := times.Text() + " ≥ 1"; !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	return out
}

// givenText lists the bound symbols, and where free ones come from.
func givenText(t *arch.Trace) string {
	var parts []string
	for _, name := range t.Free {
		if s, ok := t.Network.Symbol(name); ok && len(s.Default.Symbols()) > 0 {
			parts = append(parts, symbolic.Symbol(name).Text()+" = "+s.Default.Text())
		}
	}
	for _, b := range t.Bound {
		parts = append(parts, symbolic.Symbol(b.Name).Text()+" = "+b.Value.Text())
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
		for _, text := range c.Total.Notes {
			notes = append(notes, c.Name+": "+text)
		}
		rows = append(rows, Object{
			{"name", c.Name}, {"costs", costs}, {"symbols", bindings(c.Trace.Bound)}, {"assumptions", assumptions(c)},
		})
	}
	return Object{{"rows", rows}, {"notes", notes}}
}
