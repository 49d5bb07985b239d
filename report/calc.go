package report

import (
	"fmt"
	"math/big"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/cost"
)

// Calc shows what networks cost, side by side.
type Calc struct {
	Summaries  []*cost.Summary
	Baseline   *cost.Summary   // what the ratios compare with; nil leaves them out
	Quantities []cost.Quantity // what is shown; all of it must have been computed
	Layers     bool            // a sheet of layers for each network
	Peaks      []NamedPeak     // a sheet of what is there at the inference peak, for each network
	Device     *cost.Device    // says what limits each network and layer; nil leaves it out
}

// DefaultQuantities are the columns that calc shows unless told otherwise.
func DefaultQuantities() []cost.Quantity {
	return []cost.Quantity{cost.Params, cost.MACs, cost.FLOPs, cost.Activations, cost.ParamBytes}
}

// MaxFormulaWidth is how many characters of a closed form a table shows; longer ones are left to `skipcost formula`.
const MaxFormulaWidth = 40

// Sheets is the table of networks, and one of layers for each where asked.
func (c *Calc) Sheets(style Style) []Sheet {
	notes := &footnotes{}
	s := Sheet{Columns: []Column{{Head: "network"}}}
	for _, q := range c.Quantities {
		s.Columns = append(s.Columns, Column{Head: q.String(), Right: true})
		if q == cost.Params && c.Baseline != nil {
			s.Columns = append(s.Columns, Column{Head: ratioHead(c.Baseline.Name, style), Right: true})
		}
	}
	if c.Device != nil {
		s.Columns = append(s.Columns, boundColumn())
	}
	s.Columns = append(s.Columns, Column{Head: closedHead(style), Math: true})
	for _, m := range c.Summaries {
		row := []string{m.Name}
		for _, q := range c.Quantities {
			row = append(row, cell(m.Name, q, m.Total.Of(q), style, notes))
			if q == cost.Params && c.Baseline != nil {
				row = append(row, ratioCell(m.Total.Of(q), c.Baseline.Total.Of(q), style))
			}
		}
		if c.Device != nil {
			row = append(row, boundCell(*c.Device, m.Total.Costs))
		}
		s.Rows = append(s.Rows, append(row, closedCell(m, style, notes)))
	}
	s.Notes = notes.list
	for _, m := range c.Summaries {
		s.Notes = append(s.Notes, remarks(summaryNotes(m))...)
	}
	sheets := []Sheet{s}
	for _, p := range c.Peaks {
		sheets = append(sheets, p.sheet(style))
	}
	if c.Layers {
		for _, m := range c.Summaries {
			sheets = append(sheets, c.layerSheet(m, style))
		}
	}
	return sheets
}

func ratioHead(baseline string, style Style) string {
	if style == Machine {
		return "ratio_to_" + baseline
	}
	return "× " + baseline
}

func closedHead(style Style) string {
	if style == Machine {
		return "params_formula"
	}
	return "params in closed form"
}

func (c *Calc) layerSheet(m *cost.Summary, style Style) Sheet {
	notes := &footnotes{}
	s := Sheet{Title: m.Name, Columns: []Column{{Head: "layer"}, {Head: "kind"}, {Head: "output", Right: true}}}
	for _, q := range c.Quantities {
		s.Columns = append(s.Columns, Column{Head: q.String(), Right: true})
	}
	if c.Device != nil {
		s.Columns = append(s.Columns, boundColumn())
	}
	for _, l := range m.Total.Layers {
		row := []string{l.Operation.Name, l.Operation.Kind.Name, shapeText(l.Operation.Output.Shape, style)}
		for _, q := range c.Quantities {
			row = append(row, cell(m.Name, q, l.Costs.Of(q), style, notes))
		}
		if c.Device != nil {
			row = append(row, boundCell(*c.Device, l.Costs))
		}
		s.Rows = append(s.Rows, row)
	}
	s.Notes = notes.list
	return s
}

func shapeText(s arch.Shape, style Style) string {
	if style == Machine {
		return s.ASCII()
	}
	return s.Text()
}

// cell prints one number: with separators or units for people, exactly for machines, and as — with a note where it is not
// known.
func cell(name string, q cost.Quantity, e symbolic.Expr, style Style, notes *footnotes) string {
	if q.Unit() == cost.Ratio && e.Err() == nil {
		return ratioText(e, style)
	}
	n, ok := e.Integer()
	if !ok {
		return "—" + notes.mark(fmt.Sprintf("%s: %s", name, unknown(e)))
	}
	switch {
	case style == Machine:
		return n.String()
	case q.IsModel():
		return "~" + IEC(n) + notes.mark(q.String()+" is a model: frameworks may hold some tensors longer")
	case q.Unit() == cost.Bytes:
		return IEC(n)
	case q == cost.FLOPs || q == cost.Activations:
		return SI(n)
	}
	text, rounded := Count(n)
	if rounded {
		text += notes.mark("~ is rounded; --format json prints every digit")
	}
	return text
}

// ratioText prints a rational number.
func ratioText(e symbolic.Expr, style Style) string {
	r, ok := e.Rational()
	switch {
	case !ok:
		return Unknown
	case style == Machine:
		return r.RatString()
	}
	return Ratio(r)
}

// unknown says why an expression is no number.
func unknown(e symbolic.Expr) string {
	if err := e.Err(); err != nil {
		return firstLine(err)
	}
	return "it is " + e.Text()
}

func ratioCell(a, b symbolic.Expr, style Style) string {
	x, ok := a.Rational()
	y, known := b.Rational()
	if !ok || !known || y.Sign() == 0 {
		return "—"
	}
	r := new(big.Rat).Quo(x, y)
	if style == Machine {
		return r.RatString()
	}
	return Ratio(r)
}

// closedCell prints the closed form of the parameters, if there is one with a symbol in it.
func closedCell(m *cost.Summary, style Style, notes *footnotes) string {
	if m.Formula == nil {
		return "—" + notes.mark(fmt.Sprintf("%s: %v", m.Name, m.Reason))
	}
	e := m.Formula.Total.Of(cost.Params)
	if len(e.Symbols()) == 0 {
		return ""
	}
	text := formula(e, style)
	if style == Human && len([]rune(text)) > MaxFormulaWidth {
		return "…" + notes.mark("skipcost formula NETWORK prints the closed form")
	}
	return text
}

// summaryNotes are what is to be known of a network as a whole.
func summaryNotes(m *cost.Summary) []string {
	out := readingNotes(m.Name, m.Trace)
	for _, text := range m.Total.Notes {
		out = append(out, m.Name+": "+text)
	}
	return out
}

// Value is the JSON form of the report.
func (c *Calc) Value() any {
	var notes []string
	for _, q := range c.Quantities {
		if q.IsModel() {
			notes = append(notes, q.String()+" is a model: frameworks may hold some tensors longer")
		}
	}
	rows := make([]Object, 0, len(c.Summaries))
	for _, m := range c.Summaries {
		notes = append(notes, summaryNotes(m)...)
		row := Object{{"name", m.Name}, {"symbols", bindings(m.Trace.Bound)}}
		for _, q := range c.Quantities {
			e := m.Total.Of(q)
			if e.Err() != nil {
				notes = append(notes, fmt.Sprintf("%s: %s is not written out: %s", m.Name, q, unknown(e)))
			}
			row = append(row, Field{q.String(), exact(e)})
		}
		closed := Object{}
		if m.Formula != nil {
			closed = append(closed, Field{"params", m.Formula.Total.Of(cost.Params).ASCII()})
		} else {
			notes = append(notes, fmt.Sprintf("%s: %v", m.Name, m.Reason))
		}
		row = append(row, Field{"formula", closed})
		if c.Device != nil {
			row = append(row, Field{"bound", boundObject(*c.Device, m.Total.Costs)})
		}
		for _, p := range c.Peaks {
			if p.Name == m.Name {
				row = append(row, Field{"peak", p.object()})
			}
		}
		if c.Layers {
			row = append(row, Field{"layers", layerObjects(m, c.Quantities)})
		}
		rows = append(rows, row)
	}
	return Object{{"rows", rows}, {"symbols", c.shared()}, {"notes", orEmpty(notes)}}
}

func layerObjects(m *cost.Summary, quantities []cost.Quantity) []Object {
	out := make([]Object, 0, len(m.Total.Layers))
	for _, l := range m.Total.Layers {
		o := Object{{"name", l.Operation.Name}, {"kind", l.Operation.Kind.Name}, {"output", l.Operation.Output.Shape.ASCII()}}
		for _, q := range quantities {
			o = append(o, Field{q.String(), exact(l.Costs.Of(q))})
		}
		out = append(out, o)
	}
	return out
}

// shared lists the symbols that have the same value in every network that has them.
func (c *Calc) shared() Object {
	values := map[string]symbolic.Expr{}
	differ := map[string]bool{}
	var order []arch.Binding
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
	var same []arch.Binding
	for _, b := range order {
		if !differ[b.Name] {
			same = append(same, b)
		}
	}
	return bindings(same)
}

// exact is the JSON value of an expression: a whole number as a number of any length, null where it is not written out, and
// anything else as text that parses back.
func exact(e symbolic.Expr) any {
	if n, ok := e.Integer(); ok {
		return Number{n}
	}
	if e.Err() != nil {
		return Number{}
	}
	return e.ASCII()
}

// bindings lists symbols and their values.
func bindings(list []arch.Binding) Object {
	out := Object{}
	for _, b := range list {
		out = append(out, Field{b.Name, exact(b.Value)})
	}
	return out
}

func orEmpty(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}
