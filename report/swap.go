package report

import (
	"fmt"
	"math/big"
	"strings"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/cost"
)

// Swap shows a network before and after its skips were rewritten.
type Swap struct {
	Swap       *cost.Swap
	To         arch.Change
	Quantities []cost.Quantity
	Layers     bool // a row for each layer that changed
}

// Sheets is a row for each cost, and one of the layers that changed where asked.
func (r *Swap) Sheets(style Style) []Sheet {
	notes := &footnotes{}
	s := Sheet{Columns: []Column{{Head: r.Swap.Name}, {Head: "before", Right: true}, {Head: "after", Right: true}, {Head: "ratio", Right: true}}}
	for _, q := range r.Quantities {
		before, after := r.Swap.Before.Of(q), r.Swap.After.Of(q)
		s.Rows = append(s.Rows, []string{
			q.String(), cell("before", q, before, style, notes), cell("after", q, after, style, notes), ratioCell(after, before, style),
		})
	}
	s.Notes = append(notes.list, Note{Text: r.sentence()})
	for _, refused := range r.Swap.Refused {
		s.Notes = append(s.Notes, Note{Text: fmt.Sprintf("skip %d (%s) stays: %s", refused.Skip.ID, refused.Skip.Merge.Name, refused.Reason)})
	}
	sheets := []Sheet{s}
	if r.Layers {
		sheets = append(sheets, r.layers(style))
	}
	return sheets
}

func (r *Swap) sentence() string {
	changed := len(r.Swap.Chosen) - len(r.Swap.Refused)
	return fmt.Sprintf("%d of %d chosen skips as %s", changed, len(r.Swap.Chosen), r.To)
}

// layers lists the operations whose output or costs differ.
func (r *Swap) layers(style Style) Sheet {
	notes := &footnotes{}
	s := Sheet{Title: "layers that change", Columns: []Column{
		{Head: "layer"}, {Head: "kind"}, {Head: "output before", Right: true}, {Head: "output after", Right: true},
	}}
	for _, q := range r.Quantities {
		s.Columns = append(s.Columns, Column{Head: q.String() + " before", Right: true}, Column{Head: q.String() + " after", Right: true})
	}
	after := map[string]cost.Layer{}
	for _, l := range r.Swap.After.Layers {
		after[l.Operation.Name] = l
	}
	for _, b := range r.Swap.Before.Layers {
		a, kept := after[b.Operation.Name]
		if kept && r.same(a, b) {
			continue
		}
		row := []string{b.Operation.Name, b.Operation.Kind.Name, shapeText(b.Operation.Output.Shape, style), "gone"}
		if kept {
			row[3] = shapeText(a.Operation.Output.Shape, style)
			if a.Operation.Kind != b.Operation.Kind {
				row[1] += " → " + a.Operation.Kind.Name
			}
		}
		for _, q := range r.Quantities {
			row = append(row, cell(row[0], q, b.Costs.Of(q), style, notes), cell(row[0], q, a.Costs.Of(q), style, notes))
		}
		s.Rows = append(s.Rows, row)
	}
	return s
}

func (r *Swap) same(a, b cost.Layer) bool {
	if a.Operation.Kind != b.Operation.Kind || !a.Operation.Output.Shape.Equal(b.Operation.Output.Shape) {
		return false
	}
	for _, q := range r.Quantities {
		if !a.Costs.Of(q).Equal(b.Costs.Of(q)) {
			return false
		}
	}
	return true
}

// Value is the JSON form of the report.
func (r *Swap) Value() any {
	ratios := Object{}
	for _, q := range r.Quantities {
		ratios = append(ratios, Field{q.String(), ratioValue(r.Swap.After.Of(q), r.Swap.Before.Of(q))})
	}
	refused := map[int]string{}
	for _, f := range r.Swap.Refused {
		refused[f.Skip.ID] = f.Reason
	}
	skips := make([]Object, 0, len(r.Swap.Chosen))
	for _, s := range r.Swap.Chosen {
		o := Object{{"id", s.ID}, {"kind", s.Merge.Kind.Name}, {"to", s.Merge.Name}, {"changed", refused[s.ID] == ""}}
		if reason := refused[s.ID]; reason != "" {
			o = append(o, Field{"reason", reason})
		}
		skips = append(skips, o)
	}
	return Object{
		{"name", r.Swap.Name}, {"change", string(r.To)},
		{"before", costObject(r.Swap.Before.Costs, r.Quantities)}, {"after", costObject(r.Swap.After.Costs, r.Quantities)},
		{"ratio", ratios}, {"skips", skips},
	}
}

// ratioValue is a ratio as a number where it is whole or a short decimal, else as the nearest decimal of 12 digits.
func ratioValue(a, b symbolic.Expr) any {
	x, ok := a.Rational()
	y, known := b.Rational()
	if !ok || !known || y.Sign() == 0 {
		return nil
	}
	text := new(big.Rat).Quo(x, y).FloatString(12)
	return jsonDecimal(strings.TrimSuffix(strings.TrimRight(text, "0"), "."))
}

// jsonDecimal is a number that is written as it stands.
type jsonDecimal string

// MarshalJSON writes the digits.
func (d jsonDecimal) MarshalJSON() ([]byte, error) { return []byte(d), nil }
