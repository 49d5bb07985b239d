package report

import (
	"fmt"
	"math/big"
	"slices"
	"strings"

	"github.com/skipcost/skipcost/cost"
	"github.com/skipcost/skipcost/cost/decide"
)

// Solve shows the greatest values of a symbol within budgets.
type Solve struct {
	Answers []*decide.Answer
	Also    []cost.Quantity // costs that are shown beside those that have a budget
	Notes   []string
}

// quantities are the costs that are shown: those with a budget, and those that were asked for beside.
func (s *Solve) quantities() []cost.Quantity {
	var out []cost.Quantity
	for _, b := range s.Answers[0].Budgets {
		if !slices.Contains(out, b.Quantity) {
			out = append(out, b.Quantity)
		}
	}
	for _, q := range s.Also {
		if !slices.Contains(out, q) {
			out = append(out, q)
		}
	}
	return out
}

// Document is a row for each network.
func (s *Solve) Document() *Document {
	symbol, quantities := s.Answers[0].Family.Symbol, s.quantities()
	t := Table{Columns: []Column{{Head: "network", Fit: Names}, {Head: symbol, Key: "value", Right: true}}}
	for _, q := range quantities {
		t.Columns = append(t.Columns, costColumn(q))
	}
	t.Columns = append(t.Columns, Column{Head: "next", Key: "next_value", Right: true})
	for _, q := range quantities {
		t.Columns = append(t.Columns, Column{Head: q.String() + " there", Key: "next_" + q.String(), Right: true})
	}
	t.Columns = append(t.Columns, Column{Head: "too much", Key: "limited_by", Fit: Names, Derived: true})
	rows := make([]Object, 0, len(s.Answers))
	for _, a := range s.Answers {
		t.Rows = append(t.Rows, solveRow(a, quantities))
		rows = append(rows, solveObject(a, quantities))
		t.Notes = append(t.Notes, Remarks(solveNotes(a)...)...)
	}
	t.Notes = append(t.Notes, Remarks(s.Notes...)...)
	return &Document{Tables: []Table{t}, Data: Object{{"rows", rows}}}
}

func solveRow(a *decide.Answer, quantities []cost.Quantity) Row {
	value := Int(a.Value)
	if a.Value == nil {
		value = Missing(a.Family.Name + ": " + outcome(a))
	}
	row := Row{Text(a.Family.Name), value}
	row = append(row, costsAt(a.Family.Name, a.Costs, quantities)...)
	row = append(row, Int(a.Next))
	row = append(row, costsAt(a.Family.Name, a.NextCosts, quantities)...)
	return append(row, Text(strings.Join(broken(a), ", ")))
}

// costsAt are the cells of costs; none are known where there is no network.
func costsAt(name string, costs decide.Costs, quantities []cost.Quantity) []Cell {
	out := make([]Cell, 0, len(quantities))
	for _, q := range quantities {
		if e, known := costs[q]; known {
			out = append(out, Cost(name, q, e))
		} else {
			out = append(out, Missing(""))
		}
	}
	return out
}

func broken(a *decide.Answer) []string {
	out := []string{}
	for _, b := range a.Breaks() {
		out = append(out, b.Quantity.String())
	}
	return out
}

// solveObject is an answer as JSON.
func solveObject(a *decide.Answer, quantities []cost.Quantity) Object {
	o := Object{{"network", a.Family.Name}, {"symbol", a.Family.Symbol}, {"value", Number{a.Value}}, {"costs", costsObject(a.Family.Name, a.Costs, quantities)}, {"next", nil}}
	if a.Next != nil {
		o[len(o)-1].Value = Object{{"value", Number{a.Next}}, {"costs", costsObject(a.Family.Name, a.NextCosts, quantities)}}
	}
	o = append(o, Field{"limited_by", broken(a)})
	if a.Value == nil {
		o = append(o, Field{"reason", outcome(a)})
	}
	if t := a.Target; t != nil {
		o = append(o, Field{"equal", Object{{"network", t.Network}, {"cost", t.Quantity.String()}, {"target", numberCell(t.Cost)}, {"exact", a.Meets()}}})
	}
	fits := make([]Object, 0, len(a.Fits))
	for _, i := range a.Fits {
		fits = append(fits, Object{{"from", Number{i.From}}, {"to", Number{i.To}}})
	}
	return append(o, Field{"fits", fits}, Field{"trends", trendsObject(a)})
}

func costsObject(name string, costs decide.Costs, quantities []cost.Quantity) Object {
	out := Object{}
	for _, q := range quantities {
		if e, known := costs[q]; known {
			out = append(out, Field{q.String(), Cost(name, q, e)})
		}
	}
	return out
}

// trendsObject says how costs change with the symbol, and how that is known.
func trendsObject(a *decide.Answer) Object {
	out := Object{}
	for _, b := range a.Budgets {
		trend := a.Trends[b.Quantity]
		o := Object{{"course", string(trend.Course)}}
		switch {
		case trend.Step != nil:
			o = append(o, Field{"step", Expression(*trend.Step)}, Field{"by", Number{trend.By}})
		case trend.Alike:
			o = append(o, Field{"shown_by", "the layers are the same at every value and no tensor shrinks"})
		default:
			o = append(o, Field{"priced", trend.Priced})
		}
		out = append(out, Field{b.Quantity.String(), o})
	}
	return out
}

// outcome says why there is no value.
func outcome(a *decide.Answer) string {
	symbol := a.Family.Symbol
	switch a.Outcome {
	case decide.NoLimit:
		if first := a.Fits[len(a.Fits)-1].From; first.Cmp(a.Family.First()) > 0 {
			return fmt.Sprintf("no limit: within the budgets for every %s from %s on", symbol, Thousands(first))
		}
		return fmt.Sprintf("no limit: within the budgets for every %s", symbol)
	case decide.NoLimitFound:
		return fmt.Sprintf("no limit was found: within the budgets at every %s that was priced, up to %s", symbol, Thousands(a.Reached))
	case decide.NothingFits:
		if a.Next == nil {
			return "nothing fits"
		}
		at := fmt.Sprintf("%s = %s", symbol, Thousands(a.Next))
		var parts []string
		for _, b := range a.Breaks() {
			parts = append(parts, fmt.Sprintf("%s %s", b.Quantity, Cost("", b.Quantity, a.NextCosts[b.Quantity]).Text(Human)))
		}
		if len(parts) == 0 { // a budget that is broken further on, or a cost that is not known there
			return fmt.Sprintf("nothing fits from %s on", at)
		}
		return fmt.Sprintf("nothing fits: %s already has %s", at, strings.Join(parts, " and "))
	}
	return ""
}

// solveNotes say how the answer was found, and remark on its numbers.
func solveNotes(a *decide.Answer) []string {
	name, symbol := a.Family.Name, a.Family.Symbol
	var out []string
	if t := a.Target; t != nil {
		text := fmt.Sprintf("%s: %s has %s %s", name, t.Network, t.Quantity, amountText(t.Quantity, t.Cost))
		if a.Value != nil && !a.Meets() {
			text += ", which no whole number meets: it lies between the two"
		}
		out = append(out, text)
	}
	for _, b := range a.Budgets {
		trend := a.Trends[b.Quantity]
		switch {
		case trend.Step != nil:
			out = append(out, fmt.Sprintf("%s: %s %s with %s: %s %s", name, b.Quantity, trend.Course, symbol, moreAdd(trend.By), trend.Step.Text()))
		case trend.Alike:
			out = append(out, fmt.Sprintf("%s: %s never falls with %s: the layers stay the same and no tensor shrinks", name, b.Quantity, symbol))
		case trend.Priced > 0:
			out = append(out, fmt.Sprintf("%s: no formula says how %s goes with %s; at the %d values that were priced it %s", name, b.Quantity, symbol, trend.Priced, trend.Course))
		}
	}
	if a.Value != nil && a.Next == nil {
		out = append(out, fmt.Sprintf("%s: %s = %s is the last of its range, and within the budgets", name, symbol, Thousands(a.Value)))
	}
	if len(a.Fits) > 1 {
		out = append(out, fmt.Sprintf("%s: within the budgets for %s = %s", name, symbol, intervalsText(a.Fits)))
	}
	for _, text := range a.Family.Notes() {
		out = append(out, name+": "+text)
	}
	return out
}

// moreAdd is the beginning of a sentence on what n more add.
func moreAdd(n *big.Int) string {
	if n.IsInt64() && n.Int64() == 1 {
		return "one more adds"
	}
	return Thousands(n) + " more add"
}

// amountText writes a cost that is a number within a sentence.
func amountText(q cost.Quantity, v *big.Rat) string {
	if !v.IsInt() {
		return Ratio(v)
	}
	if q.Unit() == cost.Bytes {
		return IEC(v.Num())
	}
	return Thousands(v.Num())
}

// intervalsText lists the first intervals: 1…4, 7, 9…
func intervalsText(list []decide.Interval) string {
	var parts []string
	for _, i := range list {
		text := Thousands(i.From)
		switch {
		case i.To == nil:
			text += "…"
		case i.To.Cmp(i.From) > 0:
			text += "…" + Thousands(i.To)
		}
		parts = append(parts, text)
	}
	return listed(parts, maxIntervals, "more ranges")
}

// maxIntervals is how many ranges of values a note lists.
const maxIntervals = 8
