package report

import (
	"fmt"
	"slices"
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

// Document is one row for each formula of each rule; for a single kind also its parameters and the names in the formulas.
func (x *Explain) Document() *Document {
	t := Table{Columns: []Column{{Head: "layer", Once: true, Fit: Prose, Derived: true}, {Head: "cost"}, {Head: "formula", Math: true, Fit: Formulas}}}
	if x.Kind != "" {
		t.Title = []Cell{Text(x.Kind)}
	}
	used := map[string]bool{}
	rules := make([]Object, 0, len(x.Rules))
	for _, r := range x.Rules {
		name := Text(strings.Join(r.Kinds, ", "))
		if x.Kind != "" {
			name = Text(x.Kind)
		}
		formulas := Object{}
		for _, f := range r.Formulas {
			cell := ruleCell(f.Expression)
			t.Rows = append(t.Rows, Row{name, Text(f.Quantity.String()), cell})
			formulas = append(formulas, Field{f.Quantity.String(), cell})
		}
		if len(r.Formulas) == 0 {
			t.Rows = append(t.Rows, Row{name, Text(nothing), Size(0)})
		}
		rules = append(rules, Object{
			{"kinds", r.Kinds}, {"formulas", formulas}, {"counts", r.Counts}, {"training_keeps", keepsText(r.Keeps)}, {"source", r.Source},
			{"within", within(r)}, {"in_place", inPlace(r)}, {"recomputed", r.Cheap}, {"view", r.View}, {"local", r.Local},
			{"frameworks", frameworks(r)}, {"autocast", castingText(r)}, {"caches", r.Cache},
		})
		if x.Kind != "" {
			t.Notes = append(t.Notes, ruleNotes(r)...)
		}
		namesIn(used, r.Expressions()...)
	}
	where := variableTable(used)
	d := &Document{Tables: []Table{t}, Data: Object{{"rules", rules}, {"where", allVariables()}}}
	if len(where.Rows) > 0 {
		d.Tables = append(d.Tables, where)
	}
	if k := arch.KindByName(x.Kind); k != nil {
		parameters := parameterTable(k)
		if len(parameters.Rows) > 0 {
			d.Tables = append(d.Tables, parameters)
		}
		d.Data = append(d.Data, Field{"parameters", parameters.objects()})
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

// ruleCell is a formula of a rule.
func ruleCell(text string) Cell {
	e, err := symbolic.Parse(text)
	if err != nil {
		return Text(text)
	}
	return Cell{value: written{closed{e}, text}}
}

// nothing is the cost that stands for all of them where a rule has no formulas.
const nothing = "all"

// written is a formula that machines get as it stands in the rule.
type written struct {
	closed
	source string
}

func (w written) text(s Style) string {
	if s == Machine {
		return w.source
	}
	return w.closed.text(s)
}

func (w written) data() any { return w.source }

// ruleNotes are the parts of a rule that are not formulas, in words.
func ruleNotes(r cost.Rule) []Note {
	out := remark("counts: "+r.Counts, "training keeps: "+keepsText(r.Keeps))
	for _, p := range partsOf(r) {
		out = append(out, remark(p.words+": "+expressionText(p.formula))...)
	}
	if r.InPlace != nil {
		out = append(out, remark("training keeps, in place: "+keepsText(*r.InPlace))...)
	}
	if r.Cheap {
		out = append(out, remark("cheap: under --concat recompute the backward pass computes the layer again")...)
	}
	if r.Local {
		out = append(out, remark("local: it works position by position, which --fused elementwise puts in one pass with others")...)
	}
	if r.View {
		out = append(out, remark("a view: what comes out is what came in, and nothing is read or written")...)
	}
	for _, f := range frameworks(r) {
		out = append(out, remark(fmt.Sprintf("training keeps, %s: %s", f.Key, f.Value))...)
	}
	out = append(out, remark("under autocast: "+castingText(r))...)
	if r.Cache != "" {
		out = append(out, remark("caches, of all positions: "+expressionText(r.Cache)+" elements")...)
	}
	return append(out, remark("source: "+r.Source)...)
}

// frameworks are what training keeps under those that differ from the rule.
func frameworks(r cost.Rule) Object {
	out := Object{}
	for _, f := range cost.Frameworks() {
		if k := r.KeptBy(f, ""); k != r.Keeps {
			out = append(out, Field{f.Name, keepsText(k)})
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
func within(r cost.Rule) Object {
	out := Object{}
	for _, p := range partsOf(r) {
		out = append(out, Field{p.key, p.formula})
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

func variableTable(used map[string]bool) Table {
	t := Table{Title: []Cell{Text("where")}, Columns: []Column{{Head: "name"}, {Head: "meaning", Fit: Prose}}}
	for _, v := range cost.Variables() {
		if used[v.Name] {
			t.Rows = append(t.Rows, Row{Text(v.Name), Text(v.Doc)})
		}
	}
	return t
}

// allVariables are the meanings of all names in formulas.
func allVariables() Object {
	out := Object{}
	for _, v := range cost.Variables() {
		out = append(out, Field{v.Name, v.Doc})
	}
	return out
}

func parameterTable(k *arch.Kind) Table {
	t := Table{Title: []Cell{Text("in a network file: " + k.Name)}, Columns: []Column{
		{Head: "parameter"}, {Head: "takes", Fit: Prose}, {Head: "default"}, {Head: "meaning", Fit: Prose},
	}}
	for _, p := range k.Parameters {
		takes := p.Type.String()
		if len(p.Words) > 0 {
			takes = strings.Join(p.Words, ", ")
			if p.Type != arch.Choice {
				takes += " or " + p.Type.String()
			}
		}
		t.Rows = append(t.Rows, Row{Text(p.Name), Text(takes), Text(p.DefaultText()), Text(p.Doc)})
	}
	if k.Short != "" {
		t.Notes = remark("short form: " + k.Name + ": " + k.Short)
	}
	return t
}
