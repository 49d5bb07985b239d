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
	after := "after"
	if e := r.Swap.Equal; e != nil {
		after = "at equal " + e.Quantity.String()
	}
	s := Sheet{Columns: []Column{{Head: r.Swap.Name}, {Head: "before", Right: true}, {Head: after, Right: true}, {Head: "ratio", Right: true}}}
	for _, q := range r.Quantities {
		before, after := r.Swap.Before.Of(q), r.Swap.After.Of(q)
		s.Rows = append(s.Rows, []string{
			q.String(), cell("before", q, before, style, notes), cell("after", q, after, style, notes), ratioCell(after, before, style),
		})
	}
	s.Notes = append(notes.list, Note{Text: r.sentence()})
	if n := r.Swap.Projected; n > 0 {
		s.Notes = append(s.Notes, Note{Text: fmt.Sprintf("projections that stay, because they change the extents or their skip stays: %d", n)})
	}
	if n := r.Swap.Unshared(); n > 0 {
		s.Notes = append(s.Notes, Note{Text: fmt.Sprintf("layers that shared weights and have their own now, because those do not fit or are gone: %d", n)})
	}
	s.Notes = append(s.Notes, r.equalNotes()...)
	s.Notes = append(s.Notes, remarks(readingNotes(r.Swap.Name, r.Swap.Original))...)
	s.Notes = append(s.Notes, remarks(r.refusals())...)
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

// maxRefusalNotes bounds the reasons that are given, and the skips that are named for each; the machine form has all.
const maxRefusalNotes = 8

// refusals says which skips stay, those of one reason together.
func (r *Swap) refusals() []string {
	var reasons []string
	skips := map[string][]string{}
	for _, refused := range r.Swap.Refused {
		if skips[refused.Reason] == nil {
			reasons = append(reasons, refused.Reason)
		}
		skips[refused.Reason] = append(skips[refused.Reason], fmt.Sprintf("%d (%s)", refused.Skip.ID, refused.Skip.Merge.Name))
	}
	var out []string
	for k, reason := range reasons {
		if k == maxRefusalNotes {
			return append(out, fmt.Sprintf("others stay for %d more reasons", len(reasons)-k))
		}
		word, verb := "skip", "stays"
		list := skips[reason]
		if len(list) > 1 {
			word, verb = "skips", "stay"
		}
		if n := len(list); n > maxRefusalNotes {
			list = append(list[:maxRefusalNotes:maxRefusalNotes], fmt.Sprintf("%d more", n-maxRefusalNotes))
		}
		out = append(out, fmt.Sprintf("%s %s %s: %s", word, strings.Join(list, ", "), verb, reason))
	}
	return out
}

// equalNotes say what was changed for a cost to meet, how near it comes, and whether the network's output changed with it.
func (r *Swap) equalNotes() []Note {
	e := r.Swap.Equal
	if e == nil {
		return nil
	}
	text, comes, makes := fmt.Sprintf("%s = %d", e.By, e.Value), "comes", "makes"
	if e.Factor != nil {
		text, comes, makes = "widths × "+factorText(e.Factor), "come", "make"
	}
	if e.Reached.Cmp(e.Target) == 0 {
		text += fmt.Sprintf(" %s %s equal: %s", makes, e.Quantity, Thousands(e.Target))
	} else {
		text += fmt.Sprintf(" %s nearest: %s %s against %s", comes, e.Quantity, Thousands(e.Reached), Thousands(e.Target))
	}
	notes := []Note{{Text: text}}
	if was, is := r.Swap.Original.Output.Shape, r.Swap.Trace.Output.Shape; !was.Equal(is) {
		notes = append(notes, Note{Text: fmt.Sprintf("the output is %s, not %s", is.Text(), was.Text())})
	}
	return notes
}

// factorText writes a factor in decimals, and as the fraction it is where those are rounded: ~0.6383 (30/47).
func factorText(f *big.Rat) string {
	text := Ratio(f)
	if written, ok := new(big.Rat).SetString(strings.ReplaceAll(text, ",", "")); ok && written.Cmp(f) == 0 {
		return text
	}
	return fmt.Sprintf("~%s (%s)", strings.TrimPrefix(text, "~"), f.RatString())
}

// layers lists the operations whose output or costs differ, those that are new behind the others.
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
	before := map[string]bool{}
	for _, b := range r.Swap.Before.Layers {
		before[b.Operation.Name] = true
		if a := after[b.Operation.Name]; a.Operation == nil || !r.same(a, b) {
			s.Rows = append(s.Rows, r.layer(b, a, style, notes))
		}
	}
	for _, a := range r.Swap.After.Layers {
		if !before[a.Operation.Name] {
			s.Rows = append(s.Rows, r.layer(cost.Layer{}, a, style, notes))
		}
	}
	return s
}

// layer is the row of one layer, of which before or after may be missing.
func (r *Swap) layer(before, after cost.Layer, style Style, notes *footnotes) []string {
	row := []string{"", "", "new", "gone"}
	if a := after.Operation; a != nil {
		row[0], row[1], row[3] = a.Name, a.Kind.Name, shapeText(a.Output.Shape, style)
	}
	if b := before.Operation; b != nil {
		row[0], row[2] = b.Name, shapeText(b.Output.Shape, style)
		if a := after.Operation; a != nil && a.Kind != b.Kind {
			row[1] = b.Kind.Name + " → " + a.Kind.Name
		} else {
			row[1] = b.Kind.Name
		}
	}
	for _, q := range r.Quantities {
		row = append(row, cell(row[0], q, before.Costs.Of(q), style, notes), cell(row[0], q, after.Costs.Of(q), style, notes))
	}
	return row
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
	out := Object{
		{"name", r.Swap.Name}, {"change", string(r.To)},
		{"before", costObject(r.Swap.Before.Costs, r.Quantities)}, {"after", costObject(r.Swap.After.Costs, r.Quantities)},
		{"ratio", ratios}, {"skips", skips},
	}
	if e := r.Swap.Equal; e != nil {
		out = append(out, Field{"equal", equalObject(e)})
	}
	return append(out, Field{"notes", orEmpty(readingNotes(r.Swap.Name, r.Swap.Original))})
}

// equalObject is what was changed for a cost to meet: the factor of the widths as a fraction, or the value of a symbol.
func equalObject(e *cost.Equal) Object {
	out := Object{{"cost", e.Quantity.String()}, {"by", e.By}, {"value", e.Value}}
	if e.Factor != nil {
		out = Object{{"cost", e.Quantity.String()}, {"by", "width"}, {"factor", e.Factor.RatString()}}
	}
	return append(out, Field{"target", Number{e.Target}}, Field{"reached", Number{e.Reached}})
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
