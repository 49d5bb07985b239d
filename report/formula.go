package report

import (
	"math/big"
	"slices"
	"strings"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/cost"
)

// DefaultFormulas are the costs of which formula shows the closed form unless told otherwise.
func DefaultFormulas() []cost.Quantity {
	return append(cost.BasicQuantities(), cost.TrainingMACs, cost.TrafficBytes, cost.TrainingSavedBytes)
}

// Formula shows the closed formulas of networks.
type Formula struct {
	Closed     []*cost.Closed
	Quantities []cost.Quantity
}

// Document is one table with a row for each network and cost. JSON has the costs of a network by name.
func (f *Formula) Document() *Document {
	t := Table{Columns: []Column{
		{Head: "network", Fit: Names, Once: true}, {Head: "cost"}, {Head: "closed form", Math: true, Fit: Formulas}, {Head: "order", Math: true, Fit: Formulas},
	}}
	rows := make([]Object, 0, len(f.Closed))
	for _, c := range f.Closed {
		costs := Object{}
		for _, q := range f.Quantities {
			form, order := formulaCells(c, q)
			t.Rows = append(t.Rows, Row{Text(c.Name), Text(q.String()), form, order})
			if !form.IsMissing() {
				costs = append(costs, Field{q.String(), Object{{"expression", form}, {"order", order}}})
			}
		}
		rows = append(rows, Object{{"name", c.Name}, {"costs", costs}, {"symbols", bindings(c.Trace.Bound)}, {"assumptions", assumptions(c.Trace, c.Total.Runs)}})
	}
	return &Document{Tables: []Table{t}, Notes: f.remarks(), Data: Object{{"rows", rows}}}
}

// formulaCells are the closed form of a cost and its leading order, or why there is none.
func formulaCells(c *cost.Closed, q cost.Quantity) (form, order Cell) {
	e := c.Total.Of(q)
	if err := e.Err(); err != nil {
		return Missing(c.Name + ": " + q.String() + " is not written out: " + FirstLine(err)), Missing("")
	}
	return Expression(e), Leading(e.Order())
}

// remarks are the assumptions of the formulas. Those of all networks are said once.
func (f *Formula) remarks() []string {
	var out []string
	shared := len(f.Closed) > 1
	for _, c := range f.Closed {
		shared = shared && givenText(c.Trace) == givenText(f.Closed[0].Trace)
	}
	if shared && givenText(f.Closed[0].Trace) != "" {
		out = append(out, givenText(f.Closed[0].Trace))
	}
	for _, c := range f.Closed {
		out = append(out, readingNotes(c.Name, c.Trace)...)
		if given := givenText(c.Trace); given != "" && !shared {
			out = append(out, c.Name+": "+given)
		}
		for _, text := range c.Total.Notes {
			out = append(out, c.Name+": "+text)
		}
		if holds := assumptions(c.Trace, c.Total.Runs); len(holds) > 0 {
			out = append(out, c.Name+": holds where "+strings.Join(holds, " and "))
		}
	}
	return out
}

// assumptions says where the formulas of a network hold: every repeat runs at least once, and no dimension shrinks to 0. Bounds
// of the same symbol are joined into one.
func assumptions(t *trace.Trace, runs []symbolic.Expr) []string {
	out := []string{}
	least := map[string]*big.Int{}
	at := map[string]int{}
	positive := func(e symbolic.Expr, text string) {
		name, bound, linear := e.LeastPositive()
		switch was, known := least[name]; {
		case !linear && !slices.Contains(out, text):
			out = append(out, text)
		case linear && !known:
			least[name], at[name] = bound, len(out)
			out = append(out, "")
		case linear && bound.Cmp(was) > 0:
			least[name] = bound
		}
	}
	for _, a := range t.Assumptions {
		if a.Is == arch.NotNegative {
			positive(a.About.Add(symbolic.Int(1)), a.Text)
		} else {
			out = append(out, a.Text)
		}
	}
	for _, times := range runs {
		positive(times, boundText(times))
	}
	for name, bound := range least {
		out[at[name]] = symbolic.Symbol(name).Text() + " ≥ " + bound.String()
	}
	for _, e := range t.Shrinking() {
		out = append(out, e.Text()+" ≥ 1")
	}
	return once(out)
}

// boundText says that an expression is at least 1, with all numbers on one side.
func boundText(e symbolic.Expr) string {
	var number symbolic.Expr
	if terms := e.Terms(); len(terms) > 0 && len(terms[0].Factors) == 0 {
		number = symbolic.BigRat(terms[0].Coefficient)
	}
	rest := e.Sub(number)
	if most := rest.Neg(); most.NeverNegative() {
		return most.Text() + " ≤ " + number.Sub(symbolic.Int(1)).Text()
	}
	return rest.Text() + " ≥ " + symbolic.Int(1).Sub(number).Text()
}

// once is the list without repetitions.
func once(list []string) []string {
	seen := map[string]bool{}
	return slices.DeleteFunc(list, func(text string) bool {
		again := seen[text]
		seen[text] = true
		return again
	})
}

// givenText lists the bound symbols, and says where free ones come from.
func givenText(t *trace.Trace) string {
	var parts []string
	for _, name := range t.Free {
		if s, ok := t.Network.Symbol(name); ok && len(s.Default.Symbols()) > 0 {
			parts = append(parts, symbolic.Symbol(name).Text()+" = "+s.Default.Text())
		}
	}
	for _, b := range t.Bound {
		parts = append(parts, symbolic.Symbol(b.Name).Text()+" = "+b.Value.Text())
	}
	if len(parts) == 0 {
		return ""
	}
	return "with " + strings.Join(parts, ", ")
}
