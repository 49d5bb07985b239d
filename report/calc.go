package report

import (
	"fmt"
	"slices"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/cost"
	"github.com/skipcost/skipcost/cost/decide"
)

// Calc shows what networks cost, side by side.
type Calc struct {
	Summaries  []*cost.Summary
	Readings   []*cost.Reading   // a line about each network: shapes, layers, skips; nil, or nil for one, leaves it out
	Notes      []string          // further remarks
	Baseline   *cost.Summary     // what the ratios compare with; nil leaves them out
	Quantities []cost.Quantity   // the columns; all must have been computed
	Layers     bool              // a table of layers for each network
	OfLayers   []cost.Quantity   // the columns of layers; all must have been computed
	Peaks      []NamedPeak       // a table of the tensors in memory at the inference peak, for each network
	Chosen     bool              // the quantities were asked for, and none of them is left out of the layers for want of room
	As         *AsPrinted        // the figures that counting tools print; nil leaves them out
	Device     *cost.Device      // the device for the columns of what limits each network and layer; nil leaves them out
	Excesses   [][]decide.Excess // the limits that each network exceeds; nil where none were given
}

// DefaultQuantities are the columns that calc shows unless told otherwise.
func DefaultQuantities() []cost.Quantity {
	return []cost.Quantity{cost.Params, cost.MACs, cost.FLOPs, cost.Activations, cost.ParamBytes}
}

// maxClosedForm is how many characters of a closed form stand beside the numbers; longer ones are left to formula.
const maxClosedForm = 40

// Document is the table of networks, and for each of them the tables that were asked for.
func (c *Calc) Document() *Document {
	t := Table{Columns: c.columns()}
	var rows []Object
	var layers []Table
	d := &Document{}
	for k, m := range c.Summaries {
		row := c.row(k)
		t.Rows = append(t.Rows, row)
		o := t.Object(row)
		o = slices.Insert(o, 1, Field{"symbols", bindings(m.Trace.Bound)})
		for _, p := range c.Peaks {
			if p.Name == m.Name {
				o = append(o, Field{"peak", p.object()})
			}
		}
		if c.Layers {
			t := c.layers(k)
			layers = append(layers, t)
			o = append(o, Field{"layers", t.Objects()})
		}
		if c.Excesses != nil {
			o = append(o, Field{"limits", limitsObject(c.Excesses[k])})
		}
		rows = append(rows, o)
		if r := c.reading(k); r != nil {
			t.Notes = append(t.Notes, Legend(readingLine(m.Name, r))...)
			t.Notes = append(t.Notes, Remarks(unreadNotes(m.Name, r)...)...)
		}
		t.Notes = append(t.Notes, Remarks(summaryNotes(m)...)...)
	}
	t.Notes = append(t.Notes, Remarks(append(c.As.notes(), c.Notes...)...)...)
	d.Tables = []Table{t}
	for _, p := range c.Peaks {
		d.Tables = append(d.Tables, p.table())
	}
	d.Tables = append(d.Tables, layers...)
	d.Data = Object{{"rows", rows}, {"symbols", c.shared()}}
	return d
}

func (c *Calc) columns() []Column {
	out := []Column{{Head: "network", Path: "name", Fit: Names}}
	for _, q := range c.Quantities {
		out = append(out, costColumn(q))
		if q == cost.Params && c.Baseline != nil {
			out = append(out, Column{Head: "vs " + c.Baseline.Name, Key: "ratio_to_" + c.Baseline.Name, Right: true})
		}
	}
	out = append(out, c.As.columns()...)
	if c.Device != nil {
		out = append(out, boundColumns()...)
	}
	q, closes := c.closing()
	if !closes {
		return c.withReadings(out)
	}
	closed := Column{
		Head: q.String() + " in closed form", Key: q.String() + "_formula", Path: "formula." + q.String(), Math: true, Fit: Formulas,
		Limit: maxClosedForm, Beyond: "skipcost formula NETWORK prints the closed form", Show: Wide,
	}
	for _, m := range c.Summaries {
		if m.Formula == nil || len(m.Formula.Total.Of(q).Symbols()) > 0 {
			closed.Show = Always
		}
	}
	return c.withReadings(append(out, closed))
}

// closing is the first of the costs that can have a closed form; false if there is none, or none was asked for.
func (c *Calc) closing() (q cost.Quantity, ok bool) {
	asked := func(m *cost.Summary) bool { return m.Formula != nil || m.Reason != nil }
	k := slices.IndexFunc(c.Quantities, cost.Quantity.Closes)
	if k < 0 || !slices.ContainsFunc(c.Summaries, asked) {
		return q, false
	}
	return c.Quantities[k], true
}

func (c *Calc) reading(k int) *cost.Reading {
	if k < len(c.Readings) {
		return c.Readings[k]
	}
	return nil
}

// withReadings adds the columns of the reading, which people see as a line below the table.
func (c *Calc) withReadings(columns []Column) []Column {
	if !slices.ContainsFunc(c.Readings, func(r *cost.Reading) bool { return r != nil }) {
		return columns
	}
	return append(columns, Column{Head: "input", Right: true, Show: Wide}, Column{Head: "output", Right: true, Show: Wide},
		Column{Head: "weight layers", Key: "weight_layers", Right: true, Show: Wide}, Column{Head: "skips", Right: true, Show: Wide})
}

// readingLine describes a network in a line: it makes a forgotten layer, channels in the wrong place, or the wrong file
// visible.
func readingLine(name string, r *cost.Reading) string {
	layers, skips := "weight layers", "skips"
	if r.WeightLayers == 1 {
		layers = "weight layer"
	}
	if r.Skips == 1 {
		skips = "skip"
	}
	return fmt.Sprintf("%s: input %s → output %s, %d %s, %d %s", name, shapeText(r.Input), shapeText(r.Output), r.WeightLayers, layers, r.Skips, skips)
}

// maxUnread is how many operations are named that nothing reads.
const maxUnread = 5

// unreadNotes name the operations that nothing reads.
func unreadNotes(name string, r *cost.Reading) []string {
	if len(r.Unread) == 0 {
		return nil
	}
	var names []string
	for _, op := range r.Unread {
		names = append(names, op.Name)
	}
	return []string{fmt.Sprintf("%s: nothing reads the output of %s; it counts like any other, in training with gradients that a framework would not compute",
		name, listed(names, maxUnread, "more"))}
}

// shapeText is a shape for people, and — where it is not written out.
func shapeText(s arch.Shape) string {
	if s.Err() != nil {
		return "—"
	}
	return s.Text()
}

func (c *Calc) row(k int) Row {
	m := c.Summaries[k]
	row := Row{Text(m.Name)}
	for _, q := range c.Quantities {
		row = append(row, Cost(m.Name, q, m.Total.Costs))
		if q == cost.Params && c.Baseline != nil {
			row = append(row, RatioOf(m.Total.Of(q), c.Baseline.Total.Of(q)))
		}
	}
	row = append(row, c.As.cells(k, m.Name)...)
	if c.Device != nil {
		row = append(row, boundCells(*c.Device, m.Total.Costs)...)
	}
	if q, closes := c.closing(); closes {
		row = append(row, closedCell(m, q))
	}
	if r := c.reading(k); r != nil {
		row = append(row, Extents(r.Input), Extents(r.Output), Size(r.WeightLayers), Size(r.Skips))
	}
	return row
}

// closedCell is the closed form of a cost, or why there is none.
func closedCell(m *cost.Summary, q cost.Quantity) Cell {
	if m.Formula == nil {
		return Missing(m.Name + ": " + FirstLine(m.Reason))
	}
	e := m.Formula.Total.Of(q)
	if err := e.Err(); err != nil {
		return Missing(m.Name + ": " + FirstLine(err))
	}
	return Expression(e)
}

// layers is a row for each layer of a network.
func (c *Calc) layers(k int) Table {
	m := c.Summaries[k]
	t := Table{Title: []Cell{Text(m.Name)}, Fold: true, Columns: []Column{
		{Head: "layer", Path: "name", Fit: Names}, {Head: "kind"}, {Head: "output", Right: true},
	}}
	for n, q := range c.OfLayers {
		column := costColumn(q)
		if n > 1 && !c.Chosen {
			column.Show = WithRoom
		}
		t.Columns = append(t.Columns, column)
	}
	t.Columns = append(t.Columns, c.As.columns()...)
	if c.Device != nil {
		t.Columns = append(t.Columns, boundColumns()...)
	}
	t.Lazy = NewLazyRows(func(yield func(Row) bool) {
		for l := range m.Total.Layers {
			if !yield(c.layer(k, l)) {
				return
			}
		}
	})
	return t
}

// layer is the row of one layer.
func (c *Calc) layer(k int, l cost.Layer) Row {
	m := c.Summaries[k]
	row := append(make(Row, 0, 3+len(c.OfLayers)), Text(l.Operation.Name), Text(l.Operation.Kind.Name), Extents(l.Operation.Output.Shape))
	for _, q := range c.OfLayers {
		row = append(row, Cost(m.Name, q, l.Costs))
	}
	row = append(row, c.As.layer(k, l.Operation)...)
	if c.Device != nil {
		row = append(row, boundCells(*c.Device, l.Costs)...)
	}
	return row
}

// summaryNotes are the notes on a network as a whole.
func summaryNotes(m *cost.Summary) []string {
	out := readingNotes(m.Name, m.Trace)
	for _, text := range m.Total.Notes {
		out = append(out, m.Name+": "+text)
	}
	return out
}

// shared lists the symbols that have the same value in every network that has them.
func (c *Calc) shared() Object {
	values := map[string]symbolic.Expr{}
	differ := map[string]bool{}
	var order []trace.Binding
	for _, m := range c.Summaries {
		for _, b := range m.Trace.Bound {
			if v, seen := values[b.Name]; !seen {
				values[b.Name] = b.Value
				order = append(order, b)
			} else if !v.Equal(b.Value) {
				differ[b.Name] = true
			}
		}
	}
	return bindings(slices.DeleteFunc(order, func(b trace.Binding) bool { return differ[b.Name] }))
}
