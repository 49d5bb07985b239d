package report

import (
	"math/big"

	"github.com/skipcost/skipcost/cost"
	"github.com/skipcost/skipcost/cost/decide"
)

// Marginal shows by how much costs grow when a symbol grows by one.
type Marginal struct {
	Margins    []*decide.Margin
	Quantities []cost.Quantity
	Notes      []string
}

// Document is a row for each network, symbol and cost. JSON has the costs of a network and symbol by name.
func (m *Marginal) Document() *Document {
	t := Table{Columns: []Column{
		{Head: "network", Fit: Names, Once: true}, {Head: "symbol"}, {Head: "from", Right: true}, {Head: "to", Right: true},
		{Head: "cost"}, {Head: "adds", Right: true}, {Head: "as a formula", Key: "formula", Math: true, Fit: Formulas},
	}}
	rows := make([]Object, 0, len(m.Margins))
	var notes []string
	for _, one := range m.Margins {
		name := one.Family.Name
		adds := Object{}
		for _, q := range m.Quantities {
			number := added(one, q)
			formula := stepCell(name, one.Steps[q])
			t.Rows = append(t.Rows, Row{Text(name), Text(one.Family.Symbol), Int(one.At), Int(one.Next), Text(q.String()), number, formula})
			adds = append(adds, Field{q.String(), Object{{"value", number}, {"formula", formula}}})
		}
		rows = append(rows, Object{{"network", name}, {"symbol", one.Family.Symbol}, {"value", Number{one.At}}, {"next", Number{one.Next}}, {"adds", adds}})
		for _, text := range one.Family.Notes() {
			notes = append(notes, name+": "+text)
		}
	}
	t.Notes = Remarks(append(notes, m.Notes...)...)
	return &Document{Tables: []Table{t}, Data: Object{{"rows", rows}}}
}

// added is the difference of two costs.
func added(m *decide.Margin, q cost.Quantity) Cell {
	before, ok := m.Before.Of(q).Rational()
	after, known := m.After.Of(q).Rational()
	if !ok || !known {
		return ExactCost(m.Family.Name, q, m.Adds(q))
	}
	return differenceCell(q, new(big.Rat).Sub(after, before))
}

func stepCell(name string, s decide.Step) Cell {
	if s.Err != nil {
		return Missing(name + ": " + FirstLine(s.Err))
	}
	return Expression(s.Expr)
}
