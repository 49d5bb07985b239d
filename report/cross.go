package report

import (
	"fmt"
	"strings"

	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/cost"
	"github.com/skipcost/skipcost/cost/decide"
)

// Cross shows where the cost of one network overtakes that of another.
type Cross struct {
	Pair  decide.Pair
	Costs []*decide.Versus
	Notes []string
}

// Document is a row for each crossing, and one for each cost that has none; and the ratios.
func (c *Cross) Document() *Document {
	a, b := c.Pair.A.Name, c.Pair.B.Name
	crossings := Table{Columns: []Column{
		{Head: "cost", Once: true}, {Head: c.Pair.A.Symbol, Key: "at", Right: true}, {Head: "costs less", Key: "below", Fit: Names}, {Head: "costs more from there", Key: "above", Fit: Names},
		{Head: a, Right: true}, {Head: b, Right: true}, {Head: a + "/" + b, Key: "ratio", Right: true},
	}}
	ratios := Table{Columns: []Column{
		{Head: "cost"}, {Head: a + "/" + b, Key: "ratio", Math: true, Fit: Formulas}, {Head: "as " + symbolic.Symbol(c.Pair.A.Symbol).Text() + " grows", Key: "limit", Math: true, Fit: Formulas},
	}}
	found, ratio, regions := []Object{}, Object{}, Object{}
	for _, v := range c.Costs {
		for _, x := range v.Crossings {
			crossings.Rows = append(crossings.Rows, c.crossing(v.Quantity, x))
			found = append(found, c.crossingObject(v.Quantity, x))
		}
		if len(v.Crossings) == 0 {
			crossings.Rows = append(crossings.Rows, Row{Text(v.Quantity.String()), Missing(c.constant(v))})
		}
		regions = append(regions, Field{v.Quantity.String(), c.regions(v)})
		if v.Ratio == nil {
			continue
		}
		row := Row{Text(v.Quantity.String()), Expression(*v.Ratio), limitCell(v)}
		ratios.Rows = append(ratios.Rows, row)
		ratio = append(ratio, Field{v.Quantity.String(), Object{{"formula", row[1]}, {"limit", row[2]}}})
	}
	crossings.Notes = Remarks(append(c.known(), c.notes()...)...)
	d := &Document{Tables: []Table{crossings}, Data: Object{{"crossings", found}, {"ratio", ratio}, {"regions", regions}}}
	if len(ratios.Rows) > 0 {
		d.Tables = append([]Table{ratios}, d.Tables...)
	}
	return d
}

func limitCell(v *decide.Versus) Cell {
	if v.Limit == nil {
		return Missing("the ratio has no single leading term")
	}
	return Expression(*v.Limit)
}

func (c *Cross) crossing(q cost.Quantity, x decide.Crossing) Row {
	return Row{Text(q.String()), Int(x.At), Text(x.Below.Name), Text(x.Above.Name),
		Cost(c.Pair.A.Name, q, x.A[q]), Cost(c.Pair.B.Name, q, x.B[q]), crossingRatio(q, x)}
}

func crossingRatio(q cost.Quantity, x decide.Crossing) Cell {
	r, ok := x.Ratio(q)
	if !ok {
		return Missing("")
	}
	return Quotient(r)
}

func (c *Cross) crossingObject(q cost.Quantity, x decide.Crossing) Object {
	return Object{{"cost", q.String()}, {"at", Number{x.At}}, {"below", x.Below.Name}, {"above", x.Above.Name}, {"ratio", crossingRatio(q, x)},
		{"costs", Object{{c.Pair.A.Name, Cost(c.Pair.A.Name, q, x.A[q])}, {c.Pair.B.Name, Cost(c.Pair.B.Name, q, x.B[q])}}}}
}

// regions lists the ranges in which one network costs more, as JSON.
func (c *Cross) regions(v *decide.Versus) []Object {
	out := make([]Object, 0, len(v.Regions))
	for _, r := range v.Regions {
		o := Object{{"from", Number{r.From}}, {"to", Number{r.To}}, {"more", nil}}
		if more := c.more(r.Sign); more != "" {
			o[2].Value = more
		}
		out = append(out, o)
	}
	return out
}

// more is the network that costs more; empty where both cost the same.
func (c *Cross) more(sign int) string {
	switch sign {
	case 1:
		return c.Pair.A.Name
	case -1:
		return c.Pair.B.Name
	}
	return ""
}

// constant says that there is no crossing, and which network costs more.
func (c *Cross) constant(v *decide.Versus) string {
	for _, r := range v.Regions {
		if more := c.more(r.Sign); more != "" {
			return fmt.Sprintf("%s never crosses: %s costs more wherever the two differ", v.Quantity, more)
		}
	}
	return fmt.Sprintf("%s never crosses: both cost the same", v.Quantity)
}

// known says over which range costs were compared, and how; costs with the same answer share a line.
func (c *Cross) known() []string {
	var how []string
	costs := map[string][]string{}
	for _, v := range c.Costs {
		text := c.how(v)
		if costs[text] == nil {
			how = append(how, text)
		}
		costs[text] = append(costs[text], v.Quantity.String())
	}
	var out []string
	for _, text := range how {
		out = append(out, strings.Join(costs[text], ", ")+": "+text)
	}
	return out
}

func (c *Cross) how(v *decide.Versus) string {
	first, last := v.Regions[0].From, v.Regions[len(v.Regions)-1].To
	over := fmt.Sprintf("over every %s from %s on", c.Pair.A.Symbol, Thousands(first))
	if last != nil {
		over = fmt.Sprintf("over every %s from %s to %s", c.Pair.A.Symbol, Thousands(first), Thousands(last))
	}
	if v.Scanned {
		return fmt.Sprintf("compared value by value %s, for there is no exact formula: %s", over, FirstLine(v.Reason))
	}
	return over + ", by the signs of the exact difference"
}

func (c *Cross) notes() []string {
	var out []string
	for _, f := range []*decide.Family{c.Pair.A, c.Pair.B} {
		for _, text := range f.Notes() {
			out = append(out, f.Name+": "+text)
		}
	}
	return append(out, c.Notes...)
}
