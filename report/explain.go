package report

import (
	"strings"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/cost"
)

// Explain shows the rules by which layers are priced.
type Explain struct {
	Rules []cost.Rule
	Kind  string // set to explain one layer kind: its parameters are shown too
}

// Sheets is one row for each formula of each rule; for a single kind also its parameters and the names in the formulas.
func (x *Explain) Sheets(style Style) []Sheet {
	s := Sheet{Title: x.Kind, Columns: []Column{{Head: "layer"}, {Head: "cost"}, {Head: "formula", Math: true}}}
	used := map[string]bool{}
	for _, r := range x.Rules {
		name := strings.Join(r.Kinds, ", ")
		if x.Kind != "" {
			name = x.Kind
		}
		for _, f := range r.Formulas {
			e, err := symbolic.Parse(f.Expression)
			text := f.Expression
			if err == nil {
				text = formula(e, style)
				for _, v := range e.Symbols() {
					used[v] = true
				}
			}
			s.Rows = append(s.Rows, []string{name, f.Quantity.String(), text})
			if style == Human {
				name = ""
			}
		}
		if len(r.Formulas) == 0 {
			s.Rows = append(s.Rows, []string{name, "all", "0"})
		}
		if x.Kind != "" {
			s.Notes = append(s.Notes, Note{Text: "counts: " + r.Counts}, Note{Text: "training keeps: " + keepsText(r.Keeps)})
			if r.InPlace != nil {
				s.Notes = append(s.Notes, Note{Text: "training keeps, in place: " + keepsText(*r.InPlace)})
			}
			s.Notes = append(s.Notes, Note{Text: "source: " + r.Source})
		}
	}
	sheets := []Sheet{s, variableSheet(used)}
	if k := arch.KindByName(x.Kind); k != nil {
		sheets = append(sheets, parameterSheet(k))
	}
	return sheets
}

// keepsText says what a backward pass needs.
func keepsText(k cost.Keeps) string {
	var parts []string
	if k.Input {
		parts = append(parts, "its input")
	}
	if k.Output {
		parts = append(parts, "its output")
	}
	if k.Extra != "" {
		text := k.Extra
		if e, err := symbolic.Parse(k.Extra); err == nil {
			text = e.Text()
		}
		parts = append(parts, text+" bytes")
	}
	if len(parts) == 0 {
		return "nothing"
	}
	return strings.Join(parts, " and ")
}

func variableSheet(used map[string]bool) Sheet {
	s := Sheet{Title: "where", Columns: []Column{{Head: "name"}, {Head: "meaning"}}}
	for _, v := range cost.Variables() {
		if used[v.Name] {
			s.Rows = append(s.Rows, []string{v.Name, v.Doc})
		}
	}
	return s
}

func parameterSheet(k *arch.Kind) Sheet {
	s := Sheet{Title: "in a network file: " + k.Name, Columns: []Column{{Head: "parameter"}, {Head: "takes"}, {Head: "default"}, {Head: "meaning"}}}
	for _, p := range k.Parameters {
		takes := p.Type.String()
		if len(p.Words) > 0 {
			takes = strings.Join(p.Words, ", ")
			if p.Type != arch.Choice {
				takes += " or " + p.Type.String()
			}
		}
		s.Rows = append(s.Rows, []string{p.Name, takes, p.DefaultText(), p.Doc})
	}
	if k.Short != "" {
		s.Notes = []Note{{Text: "short form: " + k.Name + ": " + k.Short}}
	}
	return s
}

// Value is the JSON form of the report.
func (x *Explain) Value() any {
	rules := make([]Object, 0, len(x.Rules))
	for _, r := range x.Rules {
		formulas := Object{}
		for _, f := range r.Formulas {
			formulas = append(formulas, Field{f.Quantity.String(), f.Expression})
		}
		rules = append(rules, Object{
			{"kinds", r.Kinds}, {"formulas", formulas}, {"counts", r.Counts}, {"training_keeps", keepsText(r.Keeps)}, {"source", r.Source},
		})
	}
	where := Object{}
	for _, v := range cost.Variables() {
		where = append(where, Field{v.Name, v.Doc})
	}
	return Object{{"rules", rules}, {"where", where}}
}
