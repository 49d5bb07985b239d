package report

import (
	"fmt"
	"math/big"

	"github.com/skipcost/skipcost/arch/rewrite"
	"github.com/skipcost/skipcost/cost"
	"github.com/skipcost/skipcost/cost/decide"
)

// Diff shows what changed between two networks.
type Diff struct {
	Diff       *decide.Difference
	Quantities []cost.Quantity // the costs that are compared
	OfLayers   []cost.Quantity // the costs of layers
	Chosen     bool            // the quantities were asked for: those that did not change are shown too
	Rises      []decide.Rise   // what rose by more than it may
	Notes      []string
}

// Document is a row for each cost that changed, for each layer and for each link.
func (r *Diff) Document() *Document {
	before, after := r.Diff.Before, r.Diff.After
	costs := Table{Title: []Cell{Text(before.Name + " → " + after.Name)}, Columns: []Column{
		{Head: "cost"}, {Head: "before", Right: true}, {Head: "after", Right: true}, {Head: "change", Right: true}, {Head: "ratio", Right: true},
	}}
	change, ratios := Object{}, Object{}
	same := 0
	for _, q := range r.Quantities {
		cell, ratio := changeCell(q, before.Total.Costs, after.Total.Costs), ratioCell(q, after.Total.Costs, before.Total.Costs)
		change, ratios = append(change, Field{q.String(), cell}), append(ratios, Field{q.String(), ratio})
		if !cost.Differs(before.Total.Of(q), after.Total.Of(q)) && !r.Chosen {
			same++
			continue
		}
		costs.Rows = append(costs.Rows, Row{Text(q.String()), Cost("before", q, before.Total.Costs), Cost("after", q, after.Total.Costs), cell, ratio})
	}
	costs.Notes = Remarks(r.notes(same)...)
	layers := r.layers()
	links := r.links()
	d := &Document{Tables: []Table{costs}, Data: Object{
		{"old", sideObject(before)}, {"new", sideObject(after)},
		{"before", costObject("before", before.Total.Costs, r.Quantities)}, {"after", costObject("after", after.Total.Costs, r.Quantities)}, {"change", change}, {"ratio", ratios},
		{"layers", layers.Objects()}, {"links", links.Objects()}, {"exceeded", r.risesObject()},
	}}
	if len(costs.Rows) == 0 {
		d.Tables[0].Columns = nil
	}
	for _, t := range []Table{layers, links} {
		if t.exceeds(0) {
			d.Tables = append(d.Tables, t)
		}
	}
	return d
}

func sideObject(p *decide.Priced) Object {
	return Object{{"name", p.Name}, {"symbols", bindings(p.Trace.Bound)}}
}

// notes are remarks on facts that the tables do not show.
func (r *Diff) notes(same int) []string {
	var out []string
	d := r.Diff
	switch {
	case same == len(r.Quantities) && d.Layers.Len()+len(d.Links) == 0:
		out = append(out, "no difference")
	case same > 0:
		out = append(out, fmt.Sprintf("%d other costs are the same", same))
	}
	for _, x := range r.Rises {
		out = append(out, RiseText(x))
	}
	for _, p := range []*decide.Priced{d.Before, d.After} {
		if p.Unlisted != nil {
			out = append(out, fmt.Sprintf("%s: layers and links are not compared: %s", p.Name, FirstLine(p.Unlisted)))
		}
		out = append(out, readingNotes(p.Name, p.Trace)...)
		for _, text := range p.Total.Notes {
			out = append(out, p.Name+": "+text)
		}
	}
	return append(out, r.Notes...)
}

// changeCell is the change of a cost.
func changeCell(q cost.Quantity, before, after cost.Costs) Cell {
	b, ok := before.Of(q).Rational()
	a, known := after.Of(q).Rational()
	if !ok || !known {
		return Missing("")
	}
	return signed(q, a.Sub(a, b))
}

// layers lists the layers that were added, removed or changed, and which it was.
func (r *Diff) layers() Table {
	t := layerChanges("layers that change", r.Diff.Layers, r.OfLayers, r.Chosen, func(c cost.LayerChange) []Cell {
		name := Cell{}
		if a := c.After.Operation; a != nil {
			name = Text(a.Name)
		}
		return []Cell{Text(changeText(c.Before.Operation == nil, c.After.Operation == nil)), name}
	})
	t.Columns = append(t.Columns, Column{Head: "change", Show: Wide}, Column{Head: "new name", Key: "new_name", Fit: Names, Show: Wide})
	return t
}

// changeText says what became of a thing that is missing before or after.
func changeText(before, after bool) string {
	switch {
	case before:
		return "came"
	case after:
		return "went"
	}
	return "changed"
}

// links lists the links that were added, removed or changed.
func (r *Diff) links() Table {
	t := Table{Title: []Cell{Text("links that change")}, Fold: true, Columns: []Column{
		{Head: "to", Fit: Names}, {Head: "from", Fit: Names}, {Head: "before", Fit: Names}, {Head: "after", Fit: Names},
		{Head: "tensor before", Path: "tensor.before", Right: true}, {Head: "tensor after", Path: "tensor.after", Right: true},
		{Head: "span before", Path: "span.before", Right: true}, {Head: "span after", Path: "span.after", Right: true},
		{Head: "change", Show: Wide},
	}}
	for _, c := range r.Diff.Links {
		one := c.Before
		if one == nil {
			one = c.After
		}
		t.Rows = append(t.Rows, Row{Text(one.Merge.Name), originCell(one), linkCell(c.Before, "new"), linkCell(c.After, "gone"),
			heldCell(c.Before), heldCell(c.After), spanCell(c.Before), spanCell(c.After), Text(changeText(c.Before == nil, c.After == nil))})
	}
	return t
}

// originCell names the tensor that a link comes from.
func originCell(l *rewrite.Link) Cell {
	switch {
	case l.Origin == nil:
		return Missing("")
	case l.Origin.Producer == nil:
		return Text("input")
	}
	return Text(l.Origin.Producer.Name)
}

// linkCell describes a link: identity add, concat gate.
func linkCell(l *rewrite.Link, missing string) Cell {
	if l == nil {
		return Text(missing)
	}
	if s := l.Shortcut(); s != "" {
		return Text(s + " " + l.Kind())
	}
	return Text(l.Kind() + " " + string(l.Class))
}

func heldCell(l *rewrite.Link) Cell {
	if l == nil {
		return Cell{}
	}
	return Extents(l.Held.Shape)
}

func spanCell(l *rewrite.Link) Cell {
	if l == nil {
		return Cell{}
	}
	return Size(l.Span)
}

// RiseText says in a sentence which cost rose by more than allowed.
func RiseText(x decide.Rise) string {
	by := new(big.Rat).Sub(x.After, x.Before)
	text := fmt.Sprintf("%s rises by %s, from %s to %s", x.Quantity, amountText(x.Quantity, by), amountText(x.Quantity, x.Before), amountText(x.Quantity, x.After))
	if x.Before.Sign() > 0 {
		percent := new(big.Rat).Quo(by, x.Before)
		text += fmt.Sprintf(" (%s %%)", Ratio(percent.Mul(percent, big.NewRat(100, 1))))
	}
	return text + ", and may rise by " + x.Text
}

// risesObject lists costs that rose by more than allowed, as JSON.
func (r *Diff) risesObject() []Object {
	out := make([]Object, 0, len(r.Rises))
	for _, x := range r.Rises {
		out = append(out, Object{{"cost", x.Quantity.String()}, {"before", numberCell(x.Before)}, {"after", numberCell(x.After)}, {"allowed", x.Text}})
	}
	return out
}
