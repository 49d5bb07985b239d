package explain_test

import (
	"bytes"
	"reflect"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/cost"
	"github.com/skipcost/skipcost/report"
	"github.com/skipcost/skipcost/report/explain"
	"github.com/skipcost/skipcost/report/render"
)

// TestExplainSaysAllOfARule: a rule that differs in any of its fields is explained in another way, to people and to machines.
func TestExplainSaysAllOfARule(t *testing.T) {
	keeps := cost.Keeps{Output: true}
	changes := map[string]func(*cost.Rule){
		"Formulas":   func(r *cost.Rule) { r.Formulas = []cost.Formula{{Quantity: cost.FLOPs, Expression: "7*E"}} },
		"Products":   func(r *cost.Rule) { r.Products = []cost.Product{{MACs: "7*E"}} },
		"Inside":     func(r *cost.Rule) { r.Inside = "7*E" },
		"Start":      func(r *cost.Rule) { r.Start = "7*E" },
		"Between":    func(r *cost.Rule) { r.Inner, r.Workspace = "7*E", "9*E" },
		"Reads":      func(r *cost.Rule) { r.Reads = "7*E" },
		"Keeps":      func(r *cost.Rule) { r.Keeps = keeps },
		"Variants":   func(r *cost.Rule) { r.Variants = []cost.Variant{{Way: cost.WideMasks, Keeps: keeps}} },
		"InPlace":    func(r *cost.Rule) { r.InPlace = &keeps },
		"Local":      func(r *cost.Rule) { r.Local = true },
		"Cheap":      func(r *cost.Rule) { r.Cheap = true },
		"Factored":   func(r *cost.Rule) { r.Factored = "7*E" },
		"View":       func(r *cost.Rule) { r.View = true },
		"Trains":     func(r *cost.Rule) { r.Trains = "7*E" },
		"Cache":      func(r *cost.Rule) { r.Cache = "7*E" },
		"Casting":    func(r *cost.Rule) { r.Casting = cost.Wide },
		"Cast":       func(r *cost.Rule) { r.Cast = "7*E" },
		"CastAlways": func(r *cost.Rule) { r.CastAlways = "7*E" },
		"Counts":     func(r *cost.Rule) { r.Counts = "another count" },
		"Source":     func(r *cost.Rule) { r.Source = "another source" },
	}
	base := cost.Rule{Kinds: []string{"linear"}, Counts: "a count", Source: "a source"}
	text, data := explained(t, base)
	for _, f := range reflect.VisibleFields(reflect.TypeFor[cost.Rule]()) {
		if len(f.Index) > 1 || f.Name == "Kinds" {
			continue // a part of another field, and the names that are asked for
		}
		require.Contains(t, changes, f.Name, "a new field is explained, and stands here")
		other := base
		changes[f.Name](&other)
		otherText, otherData := explained(t, other)
		assert.NotEqual(t, text, otherText, f.Name)
		assert.NotEqual(t, data, otherData, f.Name)
	}
	factors := base
	factors.Products = []cost.Product{{MACs: "7*E", Factors: [2][]int{{0}, {1}}}}
	_, data = explained(t, factors)
	assert.Contains(t, data, "7*E: [0] and [1]")
}

// explained is a rule as people and machines read it.
func explained(t *testing.T, r cost.Rule) (text, data string) {
	d := (&explain.Layers{Rules: []cost.Rule{r}, Kind: "linear"}).Document()
	var markdown, object bytes.Buffer
	require.NoError(t, render.Markdown(&markdown, d.Sheets(report.Layout{})))
	require.NoError(t, render.JSON(&object, d.Data))
	return markdown.String(), object.String()
}
