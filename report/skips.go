package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/skipcost/skipcost/arch/rewrite"
	"github.com/skipcost/skipcost/cost"
)

// Skips shows the skips of a network, or all its links, and the costs that each of them causes.
type Skips struct {
	Inventory  *cost.Inventory
	Quantities []cost.Quantity // the costs that each link causes
	All        bool            // branches, gates and conditioning too
}

// Document is a row for each link, those of alike iterations together, and the totals for each kind.
func (r *Skips) Document() *Document {
	d := &Document{Data: Object{{"name", r.Inventory.Name}}}
	t := Table{Columns: append(r.columns(), causeColumns(r.Quantities)...)}
	rows := cost.Fold(r.Inventory.Skips, r.Quantities)
	skips := make([]Object, 0, len(rows))
	for _, k := range rows {
		t.Rows = append(t.Rows, r.row(k))
		o := t.Object(t.Rows[len(t.Rows)-1])
		o = slices.Insert(o, 1, Field{"ids", k.IDs})
		if k.Reason != nil {
			o = append(o, Field{"reason", FirstLine(k.Reason)})
		}
		skips = append(skips, o)
	}
	t.Notes = append(Remarks(r.sentence()), Remarks(readingNotes(r.Inventory.Name, r.Inventory.Trace)...)...)
	t.Notes = append(t.Notes, Remarks(r.listed()...)...)
	totals := r.totals()
	d.Data = append(d.Data, Field{"skips", skips}, Field{"totals", r.totalsObject()},
		Field{"all_cut", costObject("all", r.Inventory.AllCut(), r.Quantities)}, Field{"stay", r.stay()}, Field{"summary", r.sentence()})
	if len(rows) == 0 {
		d.Tables = []Table{{Notes: t.Notes}}
		return d
	}
	t.Notes = append(t.Notes, r.legend()...)
	d.Tables = []Table{t, totals}
	return d
}

// legend explains the columns.
func (r *Skips) legend() []Note {
	lines := []string{"span: weight layers that the skip jumps over, on the longest path; waits: operations that run while its bytes are held"}
	if slices.ContainsFunc(r.Inventory.Skips, func(p cost.PricedLink) bool { return p.Merge.Site() }) {
		lines = append(lines, "streams: at each branch, what so many parallel streams cost over one; all cut at once leaves one")
	}
	paid := func(q cost.Quantity) bool { return !q.Gain() }
	if slices.ContainsFunc(r.Quantities, paid) {
		lines = append(lines, "columns with −: what would be saved if this one alone were cut; savings of several overlap and do not add up")
	}
	if slices.ContainsFunc(r.Quantities, cost.Quantity.Gain) {
		lines = append(lines, "columns with ×: the network's over that of the network in which this skip alone is cut")
	}
	return Legend(lines...)
}

// listed says how many tensors are listed where concats list the operands of earlier ones again.
func (r *Skips) listed() []string {
	concats, tensors := r.Inventory.Listed()
	if concats == 0 {
		return nil
	}
	if concats == 1 {
		return []string{fmt.Sprintf("%s: 1 concat lists the tensors of an earlier one again, which is one skip; %d earlier tensors are listed in all", r.Inventory.Name, tensors)}
	}
	return []string{fmt.Sprintf("%s: %d concats list the tensors of an earlier concat again, which is one skip each; %d earlier tensors are listed in all",
		r.Inventory.Name, concats, tensors)}
}

// causeSign is the sign before what a link causes: that of a difference of costs, or of a factor of signal or gradient.
func causeSign(q cost.Quantity) string {
	if q.Gain() {
		return "× "
	}
	return "−"
}

func (r *Skips) columns() []Column {
	columns := []Column{
		{Head: "skip", Path: "id", Right: true}, {Head: "count", Right: true, Show: Wide}, {Head: "class", Show: Wide}, {Head: "kind"}, {Head: "shortcut"},
		{Head: "from", Fit: Names}, {Head: "to", Fit: Names}, {Head: "tensor", Right: true}, {Head: "span", Right: true},
		{Head: "bytes", Right: true}, {Head: "waits", Right: true},
	}
	if r.All {
		columns[0].Head, columns[2].Show = "link", Always
	}
	return columns
}

func (r *Skips) row(k cost.FoldedLink) Row {
	shortcut, from := Missing(""), Missing("")
	if s := k.Shortcut(); s != "" {
		shortcut = Text(s)
	}
	if k.Origin != nil {
		name := k.From[0]
		if k.From[1] != name {
			name += " … " + k.From[1]
		}
		from = Text(name)
	}
	row := Row{
		Size(k.ID), Size(len(k.IDs)), Text(string(k.Class)), Text(k.Kind()), shortcut, from, Folded(k.To, len(k.IDs)),
		Extents(k.Held.Shape), Size(k.Span), Bytes(k.Bytes), Size(k.Waits),
	}
	for _, q := range r.Quantities {
		row = append(row, r.cause(k, q))
	}
	for _, q := range r.Quantities {
		row = append(row, r.share(k, q))
	}
	return row
}

// causeColumns are the columns of what a link causes of each cost, and its share of the network.
func causeColumns(quantities []cost.Quantity) []Column {
	var causes, shares []Column
	for _, q := range quantities {
		causes = append(causes, Column{Head: causeSign(q) + q.String(), Key: "causes_" + q.String(), Path: "causes." + q.String(), Right: true})
		shares = append(shares, Column{Head: q.String() + " share", Key: "share_" + q.String(), Path: "share." + q.String(), Right: true, Show: Wide})
	}
	return append(causes, shares...)
}

func (r *Skips) cause(k cost.FoldedLink, q cost.Quantity) Cell {
	if k.Reason != nil {
		return Missing(fmt.Sprintf("%d cannot be cut alone: %s", k.ID, FirstLine(k.Reason)))
	}
	return Cost(r.Inventory.Name, q, k.Causes)
}

func (r *Skips) share(k cost.FoldedLink, q cost.Quantity) Cell {
	whole := r.Inventory.Whole.Of(q)
	if k.Reason != nil || whole.IsZero() || q.Gain() {
		return Missing("")
	}
	return RatioOf(k.Causes.Of(q), whole)
}

// totals counts skips by kind, and shows what all of them cause together, as the causes of single skips overlap and do not add
// up.
func (r *Skips) totals() Table {
	t := Table{Title: []Cell{Text("in total")}, Columns: []Column{
		{Head: "kind", Derived: true}, {Head: "skips", Path: "count", Right: true}, {Head: "projected", Right: true},
	}}
	for _, q := range r.Quantities {
		t.Columns = append(t.Columns, Column{Head: causeSign(q) + q.String(), Key: "causes_" + q.String(), Right: true})
	}
	for _, g := range r.Inventory.ByKind() {
		t.Rows = append(t.Rows, Row{Text(g.Kind), Size(g.Count), Size(g.Projected)})
	}
	all := Row{Text("all cut at once"), Size(r.Inventory.Others[rewrite.Skip] - len(r.Inventory.Stay)), {}}
	if stay := len(r.Inventory.Stay); stay > 0 {
		all[0] = all[0].Noted(fmt.Sprintf("%d stay, the first because of %s", stay, r.Inventory.Stay[0].Reason))
	}
	for _, q := range r.Quantities {
		all = append(all, Cost("all", q, r.Inventory.AllCut()))
	}
	t.Rows = append(t.Rows, all)
	return t
}

// totalsObject counts the skips of each kind under its name.
func (r *Skips) totalsObject() Object {
	out := Object{}
	for _, g := range r.Inventory.ByKind() {
		out = append(out, Field{g.Kind, Object{{"count", g.Count}, {"projected", g.Projected}, {"uncut", g.Uncut}}})
	}
	return out
}

// sentence sums the inventory up: its skips, or the other links of a network without skips.
func (r *Skips) sentence() string {
	var parts []string
	longest := 0
	for _, g := range r.Inventory.ByKind() {
		parts = append(parts, fmt.Sprintf("%d %s skips (%d projected)", g.Count, g.Kind, g.Projected))
		longest = max(longest, g.Longest)
	}
	if len(parts) > 0 {
		return fmt.Sprintf("%s has %s; the longest jumps over %d weight layers", r.Inventory.Name, strings.Join(parts, ", "), longest)
	}
	return fmt.Sprintf("%s has no skips, but %s", r.Inventory.Name, r.instead())
}

// instead names the links of a network without skips.
func (r *Skips) instead() string {
	var parts []string
	for _, c := range rewrite.Classes()[1:] {
		switch n := r.Inventory.Others[c]; n {
		case 0:
		case 1:
			parts = append(parts, "1 "+string(c))
		default:
			parts = append(parts, fmt.Sprintf("%d %s", n, c.Plural()))
		}
	}
	if len(parts) > 0 {
		return strings.Join(parts, ", ") + "; --all lists them"
	}
	layers := "weight layers"
	if r.Inventory.WeightLayers() == 1 {
		layers = "weight layer"
	}
	if r.Inventory.Chain() {
		return fmt.Sprintf("a plain chain of %d %s", r.Inventory.WeightLayers(), layers)
	}
	return fmt.Sprintf("%d %s that no link joins", r.Inventory.WeightLayers(), layers)
}

// stay lists the skips that cannot be cut at once with the others.
func (r *Skips) stay() []Object {
	out := make([]Object, 0, len(r.Inventory.Stay))
	for _, s := range r.Inventory.Stay {
		out = append(out, Object{{"id", s.Link.ID}, {"reason", s.Reason}})
	}
	return out
}
