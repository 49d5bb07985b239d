package report

import (
	"strings"

	"github.com/skipcost/skipcost/cost/convention"
)

// Conventions shows counting conventions: all of them with what they print, or one with all that it charges.
type Conventions struct {
	All []*convention.Convention
	One *convention.Convention // nil for the list
}

// Document is a row for each convention, or for each charge of the one.
func (c *Conventions) Document() *Document {
	if c.One != nil {
		return chargesOf(c.One)
	}
	t := Table{Columns: []Column{
		{Head: "convention", Fit: Names}, {Head: "figures", Fit: Prose}, {Head: "sees", Fit: Prose, Show: WithRoom}, {Head: "version", Fit: Prose, Show: Wide}, {Head: "also", Fit: Prose, Show: Wide},
	}}
	for _, one := range c.All {
		t.Rows = append(t.Rows, Row{Text(one.Name), Text(figureNames(one)), Text(one.Sees), Text(one.Version), Text(strings.Join(one.Also, ", "))})
	}
	t.Notes = legend("the first figure is meant where only the convention is named, another as in calflops:macs; skipcost explain fvcore says what a convention charges")
	code := codeTable()
	return &Document{Tables: []Table{t, code}, Data: Object{{"conventions", t.objects()}, {"code", code.objects()}}}
}

// codeTable is how known code spells networks, where most code would write a module.
func codeTable() Table {
	t := Table{
		Title:   []Cell{Text("code that is known, where it is spelled otherwise than most")},
		Columns: []Column{{Head: "networks", Fit: Prose}, {Head: "code", Fit: Prose}, {Head: "operations", Fit: Prose}, {Head: "layers", Fit: Prose}, {Head: "written as", Key: "as", Fit: Prose}},
	}
	for _, i := range convention.Implementations() {
		names, code := Text(strings.Join(i.Families, ", ")), Text(i.Code)
		for _, s := range i.Spelled {
			as := s.As.String()
			if s.Kind != "" {
				as += " " + s.Kind
			}
			t.Rows = append(t.Rows, Row{names, code, Text(strings.ReplaceAll(s.On, " ", ", ")), Text(s.Layers), Text(as)})
		}
		for _, r := range i.Reused {
			t.Rows = append(t.Rows, Row{names, code, Text(strings.ReplaceAll(r.On, " ", ", ")), Text("around " + r.Block), Text("one module, called each time")})
		}
	}
	return t
}

func figureNames(c *convention.Convention) string {
	names := make([]string, len(c.Figures))
	for k := range c.Figures {
		names[k] = c.Figures[k].Name
	}
	return strings.Join(names, ", ")
}

// chargesOf is a row for each charge of a convention.
func chargesOf(c *convention.Convention) *Document {
	t := Table{Title: []Cell{Text(c.Name)}, Columns: []Column{
		{Head: "figure", Once: true}, {Head: "operations", Fit: Prose}, {Head: "written as", Key: "as", Fit: Prose}, {Head: "charge", Math: true, Fit: Formulas}, {Head: "fails", Fit: Prose, Show: Wide},
	}}
	used := map[string]bool{}
	for k := range c.Figures {
		f := &c.Figures[k]
		for _, charge := range f.Charges {
			namesIn(used, charge.Is)
			cell := ruleCell(charge.Is)
			if charge.Fails != "" {
				cell = Text("none").Noted(charge.Fails)
			}
			t.Rows = append(t.Rows, Row{Text(f.Key()), Text(charge.Operations()), Text(strings.ReplaceAll(charge.As, " ", ", ")), cell, Text(charge.Fails)})
		}
	}
	t.Notes = remark(conventionNotes(c)...)
	where := Table{Title: []Cell{Text("where")}, Columns: []Column{{Head: "name"}, {Head: "meaning", Fit: Prose}}}
	for _, m := range convention.Measures() {
		if used[m.Name] {
			where.Rows = append(where.Rows, Row{Text(m.Name), Text(m.Doc)})
		}
	}
	return &Document{Tables: []Table{t, where}, Data: Object{{"convention", c.Name}, {"charges", t.objects()}, {"where", where.objects()}}}
}

// conventionNotes say what sets a convention apart.
func conventionNotes(c *convention.Convention) []string {
	out := []string{"version: " + c.Version, "sees: " + c.Sees}
	if c.Calls != convention.EveryCall {
		out = append(out, "counts "+c.Calls.Doc())
	}
	if c.Folded {
		out = append(out, "counts the graph as it is exported, with norms in the weights before them")
	}
	for k := range c.Figures {
		if f := &c.Figures[k]; f.Headless {
			out = append(out, f.Key()+": without the last weight layer")
		}
	}
	return append(out, c.Quirks...)
}
