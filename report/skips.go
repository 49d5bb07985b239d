package report

import (
	"fmt"
	"strings"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/cost"
)

// Skips shows the skips of a network and what each of them causes.
type Skips struct {
	Inventory  *cost.Inventory
	Quantities []cost.Quantity // of what would go if a skip were cut
}

// Sheets is a row for each skip, and the totals for each kind.
func (r *Skips) Sheets(style Style) []Sheet {
	if style == Human && len(r.Inventory.Skips) == 0 {
		note := Note{Text: r.sentence()}
		return []Sheet{{Notes: append([]Note{note}, remarks(readingNotes(r.Inventory.Name, r.Inventory.Trace))...)}}
	}
	notes := &footnotes{}
	s := Sheet{Columns: []Column{
		{Head: "skip", Right: true}, {Head: "kind"}, {Head: "shortcut"}, {Head: "from"}, {Head: "to"}, {Head: "tensor", Right: true},
		{Head: "span", Right: true}, {Head: "bytes", Right: true}, {Head: "waits", Right: true},
	}}
	for _, q := range r.Quantities {
		s.Columns = append(s.Columns, Column{Head: causeHead(q, style), Right: true})
	}
	for _, k := range r.Inventory.Skips {
		row := []string{
			fmt.Sprint(k.ID), k.Merge.Kind.Name, shortcut(k.Skip), origin(k.Skip), k.Merge.Name,
			shapeText(k.Waiting.Shape, style), fmt.Sprint(k.Span), bytesText(k.Bytes, style), fmt.Sprint(k.Life),
		}
		for _, q := range r.Quantities {
			row = append(row, r.cause(k, q, style, notes))
		}
		s.Rows = append(s.Rows, row)
	}
	s.Notes = append(notes.list, Note{Text: r.sentence()})
	s.Notes = append(s.Notes, remarks(readingNotes(r.Inventory.Name, r.Inventory.Trace))...)
	if style == Human {
		s.Notes = append(s.Notes,
			Note{Text: "span: weight layers on the longest path jumped over; bytes wait for the merge while so many operations run"},
			Note{Text: "−params and the like: what would go if this skip alone were cut"})
	}
	return []Sheet{s, r.totals(style)}
}

func causeHead(q cost.Quantity, style Style) string {
	if style == Machine {
		return "causes_" + q.String()
	}
	return "−" + q.String()
}

func (r *Skips) cause(k cost.PricedSkip, q cost.Quantity, style Style, notes *footnotes) string {
	switch {
	case !r.Inventory.Caused:
		return Unknown + notes.mark(fmt.Sprintf("for more than %d skips, or very many operands, what each causes is not computed", cost.MaxCausedSkips))
	case k.Reason != nil:
		return Unknown + notes.mark(fmt.Sprintf("skip %d cannot be cut alone: %s", k.ID, firstLine(k.Reason)))
	}
	return cell(r.Inventory.Name, q, k.Causes.Of(q), style, notes)
}

func firstLine(err error) string {
	line, _, _ := strings.Cut(err.Error(), "\n")
	return line
}

func shortcut(s arch.Skip) string {
	if s.Projected {
		return "projected"
	}
	return "identity"
}

func origin(s arch.Skip) string {
	if s.Origin.Producer == nil {
		return "input"
	}
	return s.Origin.Producer.Name
}

func bytesText(e symbolic.Expr, style Style) string {
	n, ok := e.Integer()
	switch {
	case !ok:
		return Unknown
	case style == Machine:
		return n.String()
	}
	return IEC(n)
}

// totals sums up by kind, and beside that says what the trunk alone would save: skips that interact do not add up.
func (r *Skips) totals(style Style) Sheet {
	notes := &footnotes{}
	s := Sheet{Title: "in total", Columns: []Column{{Head: "kind"}, {Head: "skips", Right: true}, {Head: "projected", Right: true}}}
	for _, q := range r.Quantities {
		s.Columns = append(s.Columns, Column{Head: causeHead(q, style), Right: true})
	}
	for _, g := range r.Inventory.ByKind() {
		row := []string{g.Kind, fmt.Sprint(g.Count), fmt.Sprint(g.Projected)}
		for _, q := range r.Quantities {
			text := Unknown
			if r.Inventory.Caused && g.Uncut < g.Count {
				text = cell(g.Kind, q, g.Causes.Of(q), style, notes)
			}
			if r.Inventory.Caused && g.Uncut > 0 {
				text += notes.mark(fmt.Sprintf("without the %d that cannot be cut alone", g.Uncut))
			}
			row = append(row, text)
		}
		s.Rows = append(s.Rows, row)
	}
	all := []string{"all cut at once", fmt.Sprint(len(r.Inventory.Skips) - len(r.Inventory.Stay)), ""}
	if stay := len(r.Inventory.Stay); stay > 0 {
		all[0] += notes.mark(fmt.Sprintf("%d stay, the first because of %s", stay, r.Inventory.Stay[0].Reason))
	}
	for _, q := range r.Quantities {
		all = append(all, cell("all", q, r.Inventory.AllCut().Of(q), style, notes))
	}
	s.Rows = append(s.Rows, all)
	s.Notes = notes.list
	return s
}

// sentence sums the inventory up.
func (r *Skips) sentence() string {
	var parts []string
	longest := 0
	for _, g := range r.Inventory.ByKind() {
		parts = append(parts, fmt.Sprintf("%d %s skips (%d projected)", g.Count, g.Kind, g.Projected))
		longest = max(longest, g.Longest)
	}
	if len(parts) == 0 {
		return r.Inventory.Name + " has no skips"
	}
	return fmt.Sprintf("%s has %s; the longest jumps over %d weight layers", r.Inventory.Name, strings.Join(parts, ", "), longest)
}

// Value is the JSON form of the report.
func (r *Skips) Value() any {
	skips := make([]Object, 0, len(r.Inventory.Skips))
	for _, k := range r.Inventory.Skips {
		skips = append(skips, Object{
			{"id", k.ID}, {"kind", k.Merge.Kind.Name}, {"shortcut", shortcut(k.Skip)}, {"from", origin(k.Skip)}, {"to", k.Merge.Name},
			{"tensor", k.Waiting.Shape.ASCII()}, {"span", k.Span}, {"bytes", exact(k.Bytes)}, {"waits", k.Life},
			{"causes", r.causes(k.Causes, r.Inventory.Caused && k.Reason == nil)},
		})
		if k.Reason != nil {
			skips[len(skips)-1] = append(skips[len(skips)-1], Field{"reason", firstLine(k.Reason)})
		}
	}
	totals := Object{}
	for _, g := range r.Inventory.ByKind() {
		totals = append(totals, Field{g.Kind, Object{
			{"count", g.Count}, {"projected", g.Projected}, {"uncut", g.Uncut}, {"causes", r.causes(g.Causes, r.Inventory.Caused && g.Uncut < g.Count)},
		}})
	}
	return Object{
		{"name", r.Inventory.Name}, {"skips", skips}, {"totals", totals},
		{"all_cut", r.causes(r.Inventory.AllCut(), true)}, {"stay", r.stay()}, {"summary", r.sentence()},
		{"notes", orEmpty(readingNotes(r.Inventory.Name, r.Inventory.Trace))},
	}
}

// stay lists the skips that cannot be cut at once with the others.
func (r *Skips) stay() []Object {
	out := make([]Object, 0, len(r.Inventory.Stay))
	for _, s := range r.Inventory.Stay {
		out = append(out, Object{{"id", s.Skip.ID}, {"reason", s.Reason}})
	}
	return out
}

func (r *Skips) causes(c cost.Costs, known bool) any {
	if !known {
		return nil
	}
	return costObject(c, r.Quantities)
}

func costObject(c cost.Costs, quantities []cost.Quantity) Object {
	out := Object{}
	for _, q := range quantities {
		out = append(out, Field{q.String(), exact(c.Of(q))})
	}
	return out
}
