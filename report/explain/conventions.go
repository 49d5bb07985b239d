package explain

import (
	"strings"

	"github.com/skipcost/skipcost/cost/convention"
	"github.com/skipcost/skipcost/report"
)

// Conventions shows counting conventions: all of them with what they print, or one with all that it charges.
type Conventions struct {
	All []*convention.Convention
	One *convention.Convention // nil for the list
}

// Document is a row for each convention, or for each charge of the one.
func (c *Conventions) Document() *report.Document {
	if c.One != nil {
		return chargesOf(c.One)
	}
	t := report.Table{Columns: []report.Column{
		{Head: "convention", Fit: report.Names}, {Head: "figures", Fit: report.Prose}, {Head: "sees", Fit: report.Prose, Show: report.WithRoom}, {Head: "version", Fit: report.Prose, Show: report.Wide}, {Head: "also", Fit: report.Prose, Show: report.Wide},
	}}
	for _, one := range c.All {
		t.Rows = append(t.Rows, report.Row{report.Text(one.Name), report.Text(figureNames(one)), report.Text(one.Sees), report.Text(one.Version), report.Text(strings.Join(one.Also, ", "))})
	}
	t.Notes = report.Legend("the first figure is meant where only the convention is named, another as in calflops:macs; skipcost explain fvcore says what a convention charges")
	code := codeTable()
	return &report.Document{Tables: []report.Table{t, code}, Data: report.Object{{Key: "conventions", Value: t.Objects()}, {Key: "code", Value: code.Objects()}}}
}

// codeTable is how known code spells networks, where most code would write a module.
func codeTable() report.Table {
	t := report.Table{
		Title:   []report.Cell{report.Text("code that is known, where it is spelled otherwise than most")},
		Columns: []report.Column{{Head: "networks", Fit: report.Prose}, {Head: "code", Fit: report.Prose}, {Head: "operations", Fit: report.Prose}, {Head: "layers", Fit: report.Prose}, {Head: "written as", Key: "as", Fit: report.Prose}},
	}
	for _, i := range convention.Implementations() {
		names, code := report.Text(strings.Join(i.Families, ", ")), report.Text(i.Code)
		for _, s := range i.Spelled {
			as := s.As.String()
			if s.Kind != "" {
				as += " " + s.Kind
			}
			t.Rows = append(t.Rows, report.Row{names, code, report.Text(strings.ReplaceAll(s.On, " ", ", ")), report.Text(s.Layers), report.Text(as)})
		}
		for _, r := range i.Reused {
			t.Rows = append(t.Rows, report.Row{names, code, report.Text(strings.ReplaceAll(r.On, " ", ", ")), report.Text("around " + r.Block), report.Text("one module, called each time")})
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
func chargesOf(c *convention.Convention) *report.Document {
	t := report.Table{Title: []report.Cell{report.Text(c.Name)}, Columns: []report.Column{
		{Head: "figure", Once: true}, {Head: "operations", Fit: report.Prose}, {Head: "written as", Key: "as", Fit: report.Prose}, {Head: "charge", Math: true, Fit: report.Formulas}, {Head: "fails", Fit: report.Prose, Show: report.Wide},
	}}
	used := map[string]bool{}
	for k := range c.Figures {
		f := &c.Figures[k]
		for _, charge := range f.Charges {
			namesIn(used, charge.Is)
			cell := report.Written(charge.Is)
			if charge.Fails != "" {
				cell = report.Text("none").Noted(charge.Fails)
			}
			t.Rows = append(t.Rows, report.Row{report.Text(f.Key()), report.Text(charge.Operations()), report.Text(strings.ReplaceAll(charge.As, " ", ", ")), cell, report.Text(charge.Fails)})
		}
	}
	t.Notes = report.Remarks(conventionNotes(c)...)
	where := report.Table{Title: []report.Cell{report.Text("where")}, Columns: []report.Column{{Head: "name"}, {Head: "meaning", Fit: report.Prose}}}
	for _, m := range convention.Measures() {
		if used[m.Name] {
			where.Rows = append(where.Rows, report.Row{report.Text(m.Name), report.Text(m.Doc)})
		}
	}
	return &report.Document{Tables: []report.Table{t, where}, Data: report.Object{{Key: "convention", Value: c.Name}, {Key: "charges", Value: t.Objects()}, {Key: "where", Value: where.Objects()}}}
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
