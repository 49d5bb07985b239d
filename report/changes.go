package report

import (
	"github.com/skipcost/skipcost/cost"
)

// layerChanges is a row for each layer that came, went or changed, with its costs before and after, and behind them what further
// columns hold; nil for none.
func layerChanges(title string, changes cost.LayerChanges, quantities []cost.Quantity, chosen bool, further func(cost.LayerChange) []Cell) Table {
	t := Table{Title: []Cell{Text(title)}, Fold: true, Columns: []Column{
		{Head: "layer", Path: "name", Fit: Names}, {Head: "kind"},
		{Head: "output before", Path: "output.before", Right: true}, {Head: "output after", Path: "output.after", Right: true},
	}}
	for k, q := range quantities {
		show := Always
		if k > 1 && !chosen {
			show = WithRoom
		}
		t.Columns = append(t.Columns, Column{Head: q.String() + " before", Path: q.String() + ".before", Right: true, Show: show},
			Column{Head: q.String() + " after", Path: q.String() + ".after", Right: true, Show: show})
	}
	t.Lazy = NewLazyRows(func(yield func(Row) bool) {
		for c := range changes.All {
			row := layerChange(c, quantities)
			if further != nil {
				row = append(row, further(c)...)
			}
			if !yield(row) {
				return
			}
		}
	})
	return t
}

// layerChange is the row of one layer, of which before or after may be missing.
func layerChange(c cost.LayerChange, quantities []cost.Quantity) Row {
	name, kind := "", ""
	was, is := Text("new"), Text("gone")
	if a := c.After.Operation; a != nil {
		name, kind, is = a.Name, a.Kind.Name, Extents(a.Output.Shape)
	}
	if b := c.Before.Operation; b != nil {
		name, was = b.Name, Extents(b.Output.Shape)
		if a := c.After.Operation; a != nil && a.Kind != b.Kind {
			kind = b.Kind.Name + " → " + a.Kind.Name
		} else {
			kind = b.Kind.Name
		}
	}
	row := Row{Text(name), Text(kind), was, is}
	for _, q := range quantities {
		row = append(row, Cost(name, q, c.Before.Costs), Cost(name, q, c.After.Costs))
	}
	return row
}
