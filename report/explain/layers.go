package explain

import (
	"fmt"
	"slices"
	"strings"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/cost"
	"github.com/skipcost/skipcost/report"
)

// Layers shows the rules by which layers are priced.
type Layers struct {
	Rules []cost.Rule
	Kind  string // set to explain one layer kind: its parameters are shown too
}

// Document is one row for each formula of each rule; for a single kind also its parameters and the names in the formulas.
func (x *Layers) Document() *report.Document {
	t := report.Table{Columns: []report.Column{{Head: "layer", Once: true, Fit: report.Prose, Derived: true}, {Head: "cost"}, {Head: "formula", Math: true, Fit: report.Formulas}}}
	if x.Kind != "" {
		t.Title = []report.Cell{report.Text(x.Kind)}
	}
	used := map[string]bool{}
	rules := make([]report.Object, 0, len(x.Rules))
	for _, r := range x.Rules {
		name := report.Text(strings.Join(r.Kinds, ", "))
		if x.Kind != "" {
			name = report.Text(x.Kind)
		}
		formulas := report.Object{}
		for _, f := range r.Formulas {
			cell := report.Written(f.Expression)
			t.Rows = append(t.Rows, report.Row{name, report.Text(f.Quantity.String()), cell})
			formulas = append(formulas, report.Field{Key: f.Quantity.String(), Value: cell})
		}
		if len(r.Formulas) == 0 {
			t.Rows = append(t.Rows, report.Row{name, report.Text(nothing), report.Size(0)})
		}
		rules = append(rules, report.Object{
			{Key: "kinds", Value: r.Kinds}, {Key: "formulas", Value: formulas}, {Key: "counts", Value: r.Counts}, {Key: "training_keeps", Value: keepsText(r.Keeps)}, {Key: "source", Value: r.Source},
			{Key: "within", Value: within(r)}, {Key: "in_place", Value: inPlace(r)}, {Key: "recomputed", Value: r.Cheap}, {Key: "view", Value: r.View}, {Key: "local", Value: r.Local},
			{Key: "frameworks", Value: frameworks(r)}, {Key: "autocast", Value: castingText(r)}, {Key: "caches", Value: r.Cache},
		})
		if x.Kind != "" {
			t.Notes = append(t.Notes, ruleNotes(r)...)
		}
		namesIn(used, r.Expressions()...)
	}
	where := variableTable(used)
	d := &report.Document{Tables: []report.Table{t}, Data: report.Object{{Key: "rules", Value: rules}, {Key: "where", Value: allVariables()}}}
	if len(where.Rows) > 0 {
		d.Tables = append(d.Tables, where)
	}
	if k := arch.KindByName(x.Kind); k != nil {
		parameters := parameterTable(k)
		if len(parameters.Rows) > 0 {
			d.Tables = append(d.Tables, parameters)
		}
		d.Data = append(d.Data, report.Field{Key: "parameters", Value: parameters.Objects()})
	}
	return d
}

// namesIn adds the names in expressions to those used.
func namesIn(used map[string]bool, texts ...string) {
	for _, text := range texts {
		e, err := symbolic.Parse(text)
		if err != nil {
			continue // shown as it stands
		}
		for _, name := range e.Symbols() {
			used[name] = true
		}
	}
}

// nothing is the cost that stands for all of them where a rule has no formulas.
const nothing = "all"

// ruleNotes are the parts of a rule that are not formulas, in words.
func ruleNotes(r cost.Rule) []report.Note {
	out := report.Remarks("counts: "+r.Counts, "training keeps: "+keepsText(r.Keeps))
	for _, p := range partsOf(r) {
		out = append(out, report.Remarks(p.words+": "+expressionText(p.formula))...)
	}
	if r.InPlace != nil {
		out = append(out, report.Remarks("training keeps, in place: "+keepsText(*r.InPlace))...)
	}
	if r.Cheap {
		out = append(out, report.Remarks("cheap: under --concat recompute the backward pass computes the layer again")...)
	}
	if r.Local {
		out = append(out, report.Remarks("local: it works position by position, which --fused elementwise puts in one pass with others")...)
	}
	if r.View {
		out = append(out, report.Remarks("a view: what comes out is what came in, and nothing is read or written")...)
	}
	for _, f := range frameworks(r) {
		out = append(out, report.Remarks(fmt.Sprintf("training keeps, %s: %s", f.Key, f.Value))...)
	}
	out = append(out, report.Remarks("under autocast: "+castingText(r))...)
	if r.Cache != "" {
		out = append(out, report.Remarks("caches, of all positions: "+expressionText(r.Cache)+" elements")...)
	}
	return append(out, report.Remarks("source: "+r.Source)...)
}

// frameworks are what training keeps under those that differ from the rule.
func frameworks(r cost.Rule) report.Object {
	out := report.Object{}
	for _, f := range cost.Frameworks() {
		if k := r.KeptBy(f, ""); k != r.Keeps {
			out = append(out, report.Field{Key: f.Name, Value: keepsText(k)})
		}
	}
	return out
}

// castingText says in which type a layer runs under autocast, and of which weights it keeps a copy.
func castingText(r cost.Rule) string {
	text := r.Casting.Doc()
	if r.Cast != "" {
		text += "; keeps a copy of " + expressionText(r.Cast) + " weights where its input needs a gradient"
	}
	if r.CastAlways != "" {
		text += "; keeps a copy of " + expressionText(r.CastAlways) + " weights"
	}
	return text
}

// part is a formula of a rule that is no cost of its own.
type part struct{ key, words, formula string }

// partsOf are the parts that a rule has.
func partsOf(r cost.Rule) []part {
	const innerWords = "elements that its inner steps write and read, for traffic"
	const workspaceWords = "the most elements between its inner steps at once, at inference"
	all := []part{
		{"products", "macs that multiply two activations, not weights", r.ProductMACs()},
		{"factors", "what both factors of these are made of, by operands", factorsText(r)},
		{"inside", "macs whose operand the layer makes itself, by others of its weights", r.Inside},
		{"start", "macs whose operand is a constant, through which no gradient passes", r.Start},
		{"inner", innerWords, r.Inner},
		{"workspace", workspaceWords, r.Workspace},
		{"reads", "parameters that a pass reads, for traffic", r.Reads},
		{"factored", "row and column sums of its weights, of which Adafactor makes its state", r.Factored},
		{"trains", "while training, it makes a tensor of its own where this is not 0", r.Trains},
	}
	seen := map[cost.Between]bool{{}: true, r.Between: true}
	for _, v := range r.Variants {
		if seen[v.Between] {
			continue
		}
		seen[v.Between] = true
		key, words := strings.ReplaceAll(string(v.Way), " ", "_"), ", in "+string(v.Way)
		all = append(all, part{"inner_" + key, innerWords + words, v.Inner},
			part{"workspace_" + key, workspaceWords + words, v.Workspace})
	}
	return slices.DeleteFunc(all, func(p part) bool { return p.formula == "" })
}

// factorsText says of which operands each factor of a product of activations is made, where that is not of the layer itself.
func factorsText(r cost.Rule) string {
	var parts []string
	for _, p := range r.Products {
		if len(p.Factors[0])+len(p.Factors[1]) > 0 {
			parts = append(parts, fmt.Sprintf("%s: %v and %v", p.MACs, p.Factors[0], p.Factors[1]))
		}
	}
	return strings.Join(parts, "; ")
}

// within lists the parts for machines.
func within(r cost.Rule) report.Object {
	out := report.Object{}
	for _, p := range partsOf(r) {
		out = append(out, report.Field{Key: p.key, Value: p.formula})
	}
	return out
}

// inPlace is what training keeps of a layer that writes over its input; null if the layer cannot.
func inPlace(r cost.Rule) any {
	if r.InPlace == nil {
		return nil
	}
	return keepsText(*r.InPlace)
}

// expressionText is an expression of a rule for people.
func expressionText(text string) string {
	if e, err := symbolic.Parse(text); err == nil {
		return e.Text()
	}
	return text
}

// keepsText says what a backward pass needs.
func keepsText(k cost.Keeps) string {
	var parts []string
	if k.Input {
		doc := k.InputFor.Doc()
		if k.Indices {
			doc += ", as whole numbers of 8 bytes"
		}
		parts = append(parts, doc)
	}
	if k.Output {
		parts = append(parts, "its output")
	}
	if k.Extra != "" {
		parts = append(parts, expressionText(k.Extra)+" bytes")
	}
	if len(parts) == 0 {
		return "nothing"
	}
	text := strings.Join(parts, " and ")
	if k.Where != "" {
		text += ", where " + k.Where + " is not 0"
	}
	return text
}

func variableTable(used map[string]bool) report.Table {
	t := report.Table{Title: []report.Cell{report.Text("where")}, Columns: []report.Column{{Head: "name"}, {Head: "meaning", Fit: report.Prose}}}
	for _, v := range cost.Variables() {
		if used[v.Name] {
			t.Rows = append(t.Rows, report.Row{report.Text(v.Name), report.Text(v.Doc)})
		}
	}
	return t
}

// allVariables are the meanings of all names in formulas.
func allVariables() report.Object {
	out := report.Object{}
	for _, v := range cost.Variables() {
		out = append(out, report.Field{Key: v.Name, Value: v.Doc})
	}
	return out
}

func parameterTable(k *arch.Kind) report.Table {
	t := report.Table{Title: []report.Cell{report.Text("in a network file: " + k.Name)}, Columns: []report.Column{
		{Head: "parameter"}, {Head: "takes", Fit: report.Prose}, {Head: "default"}, {Head: "meaning", Fit: report.Prose},
	}}
	for _, p := range k.Parameters {
		takes := p.Type.String()
		if len(p.Words) > 0 {
			takes = strings.Join(p.Words, ", ")
			if p.Type != arch.Choice {
				takes += " or " + p.Type.String()
			}
		}
		t.Rows = append(t.Rows, report.Row{report.Text(p.Name), report.Text(takes), report.Text(p.DefaultText()), report.Text(p.Doc)})
	}
	if k.Short != "" {
		t.Notes = report.Remarks("short form: " + k.Name + ": " + k.Short)
	}
	return t
}
