package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/skipcost/skipcost/arch/rewrite"
	"github.com/skipcost/skipcost/cost"
)

// Skips shows the skips of a network and what each of them causes.
type Skips struct {
	Inventory  *cost.Inventory
	Quantities []cost.Quantity // of what would go if a skip were cut
}

// Document is a row for each skip, and the totals for each kind.
func (r *Skips) Document() *Document {
	d := &Document{Data: Object{{"name", r.Inventory.Name}}}
	t := Table{Columns: []Column{
		{Head: "skip", Path: "id", Right: true}, {Head: "kind"}, {Head: "shortcut"}, {Head: "from", Fit: Names}, {Head: "to", Fit: Names},
		{Head: "tensor", Right: true}, {Head: "span", Right: true}, {Head: "bytes", Right: true}, {Head: "waits", Right: true},
	}}
	t.Columns = append(t.Columns, causeColumns(r.Quantities)...)
	skips := make([]Object, 0, len(r.Inventory.Skips))
	for _, k := range r.Inventory.Skips {
		row := Row{
			Size(k.ID), Text(k.Merge.Kind.Name), Text(k.Shortcut()), Text(origin(k.Link)), Text(k.Merge.Name),
			Extents(k.Held.Shape), Size(k.Span), byteCell(k.Bytes), Size(k.Waits),
		}
		for _, q := range r.Quantities {
			row = append(row, r.cause(k, q))
		}
		t.Rows = append(t.Rows, row)
		o := object(t.Columns, row)
		if k.Reason != nil {
			o = append(o, Field{"reason", firstLine(k.Reason)})
		}
		skips = append(skips, o)
	}
	t.Notes = append(remark(r.sentence()), remark(readingNotes(r.Inventory.Name, r.Inventory.Trace)...)...)
	totals := r.totals()
	d.Data = append(d.Data, Field{"skips", skips}, Field{"totals", r.totalsObject(&totals)},
		Field{"all_cut", costObject("all", r.Inventory.AllCut(), r.Quantities)}, Field{"stay", r.stay()}, Field{"summary", r.sentence()})
	d.Tables = []Table{t, totals}
	if len(r.Inventory.Skips) == 0 {
		d.Tables = []Table{{Notes: t.Notes}}
		return d
	}
	d.Tables[0].Notes = append(t.Notes, legend(
		"span: weight layers on the longest path jumped over; bytes wait for the merge while so many operations run",
		"−params and the like: what would go if this skip alone were cut")...)
	return d
}

// causeColumns are what would go of each cost.
func causeColumns(quantities []cost.Quantity) []Column {
	var out []Column
	for _, q := range quantities {
		out = append(out, Column{Head: "−" + q.String(), Key: "causes_" + q.String(), Path: "causes." + q.String(), Right: true})
	}
	return out
}

func (r *Skips) cause(k cost.PricedSkip, q cost.Quantity) Cell {
	switch {
	case !r.Inventory.Caused:
		return Missing(fmt.Sprintf("for more than %d skips, or very many operands, what each causes is not computed", cost.MaxCausedSkips))
	case k.Reason != nil:
		return Missing(fmt.Sprintf("skip %d cannot be cut alone: %s", k.ID, firstLine(k.Reason)))
	}
	return costCell(r.Inventory.Name, q, k.Causes.Of(q))
}

func origin(s rewrite.Link) string {
	if s.Origin == nil {
		return Unknown
	}
	if s.Origin.Producer == nil {
		return "input"
	}
	return s.Origin.Producer.Name
}

// totals sums up by kind, and beside that says what the trunk alone would save: skips that interact do not add up.
func (r *Skips) totals() Table {
	t := Table{Title: []Cell{Text("in total")}, Columns: append([]Column{
		{Head: "kind", Derived: true}, {Head: "skips", Path: "count", Right: true}, {Head: "projected", Right: true},
	}, causeColumns(r.Quantities)...)}
	for _, g := range r.Inventory.ByKind() {
		row := Row{Text(g.Kind), Size(g.Count), Size(g.Projected)}
		for _, q := range r.Quantities {
			c := Missing("")
			if r.Inventory.Caused && g.Uncut < g.Count {
				c = costCell(g.Kind, q, g.Causes.Of(q))
			}
			if r.Inventory.Caused && g.Uncut > 0 {
				c = c.Noted(fmt.Sprintf("without the %d that cannot be cut alone", g.Uncut))
			}
			row = append(row, c)
		}
		t.Rows = append(t.Rows, row)
	}
	all := Row{Text("all cut at once"), Size(len(r.Inventory.Skips) - len(r.Inventory.Stay)), {}}
	if stay := len(r.Inventory.Stay); stay > 0 {
		all[0] = all[0].Noted(fmt.Sprintf("%d stay, the first because of %s", stay, r.Inventory.Stay[0].Reason))
	}
	for _, q := range r.Quantities {
		all = append(all, costCell("all", q, r.Inventory.AllCut().Of(q)))
	}
	t.Rows = append(t.Rows, all)
	return t
}

// totalsObject has the rows of the kinds under their names.
func (r *Skips) totalsObject(t *Table) Object {
	out := Object{}
	for k, g := range r.Inventory.ByKind() {
		o := object(t.Columns, t.Rows[k])[1:]
		out = append(out, Field{g.Kind, slices.Insert(o, 2, Field{"uncut", g.Uncut})})
	}
	return out
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

// stay lists the skips that cannot be cut at once with the others.
func (r *Skips) stay() []Object {
	out := make([]Object, 0, len(r.Inventory.Stay))
	for _, s := range r.Inventory.Stay {
		out = append(out, Object{{"id", s.Link.ID}, {"reason", s.Reason}})
	}
	return out
}
