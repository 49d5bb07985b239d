package render

import (
	"context"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/flow"
	"github.com/skipcost/skipcost/arch/rewrite"
	"github.com/skipcost/skipcost/arch/symbolic/grid"
	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/arch/zoo"
	"github.com/skipcost/skipcost/cost"
	"github.com/skipcost/skipcost/cost/decide/sweep"
	"github.com/skipcost/skipcost/report"
	"github.com/skipcost/skipcost/report/explain"
)

// words are the reports that explain words, and need no network.
func words(out map[string]report.Report) {
	words := &explain.Links{Words: rewrite.Words()}
	out["explain skips"] = words
	out["explain costs"] = &explain.Costs{Quantities: slices.Concat(cost.Quantities(), cost.LayerQuantities(), cost.Readings())}
	out["explain flow"], out["explain swap"], out["explain fused"] = explain.Flow{}, explain.Swaps{}, explain.Fusions{}
	out["explain precision"] = &explain.Precisions{Recipes: cost.Precisions()}
	for _, f := range cost.Frameworks() {
		out["explain "+f.Name] = &explain.Framework{Framework: f}
	}
	out["explain a word"] = &explain.Meanings{All: []explain.Meaning{{Word: "dense", Where: "links of repeat", Meaning: "all earlier layers are read"}}, Beside: words}
}

// readings are the reports of the flow of a scheme, of its skips in closed form, and of a sweep over it.
func readings(t *testing.T, out map[string]report.Report) {
	t.Helper()
	n, err := zoo.Scheme("concat", false)
	require.NoError(t, err)
	s := cost.Subject{Name: "concat", Network: n}
	resolved, err := s.Resolve(trace.Options{})
	require.NoError(t, err)
	reading, err := flow.Of(resolved, flow.Options{Tensors: true})
	require.NoError(t, err)
	total, err := cost.Of(resolved, cost.Options{Quantities: report.FlowCosts()})
	require.NoError(t, err)
	out["flow"] = &report.Flow{Subjects: []report.FlowSubject{{Name: "concat", Trace: resolved, Costs: total.Costs, Reading: reading}}, Tensors: true}
	closed, err := cost.CloseSkips(s, cost.Options{})
	require.NoError(t, err)
	out["skips --formula"] = &report.SkipForms{Closed: closed}
	axes := []grid.Axis{grid.Range("L", 2, 4, 1), grid.List("N", 10, 20)}
	columns := []cost.Quantity{cost.Params, cost.MeanPath, cost.InferencePeakBytes}
	plan, err := sweep.New(&sweep.Plan{Subjects: []cost.Subject{s}, Axes: axes, Columns: columns})
	require.NoError(t, err)
	points := sweep.NewAll(len(columns))
	_, err = plan.Run(context.Background(), 0, plan.Points(), 1, sweep.Kept(points), func(sweep.Outcome) error { return nil })
	require.NoError(t, err)
	require.Len(t, points.Points(), 6)
	out["sweep"] = &report.Sweep{Grid: plan.Grid(sweep.Keep{What: sweep.KeepRows}, nil), Points: points.Points(), Notes: []string{"a note"}}
}

// checkWalked checks that whatever makes a document is among some reports.
func checkWalked(t *testing.T, all map[string]report.Report) {
	t.Helper()
	walked := map[string]bool{}
	for _, r := range all {
		walked[strings.TrimPrefix(fmt.Sprintf("%T", r), "*")] = true
	}
	names, err := filepath.Glob("../*.go")
	require.NoError(t, err)
	explained, err := filepath.Glob("../explain/*.go")
	require.NoError(t, err)
	for _, name := range append(names, explained...) {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		require.NoError(t, err)
		for _, d := range file.Decls {
			f, is := d.(*ast.FuncDecl)
			if !is || f.Recv == nil || f.Name.Name != "Document" {
				continue
			}
			on := f.Recv.List[0].Type
			if to, is := on.(*ast.StarExpr); is {
				on = to.X
			}
			report := file.Name.Name + "." + on.(*ast.Ident).Name
			assert.True(t, walked[report], "a report that is not walked: %s", report)
			delete(walked, report)
		}
	}
	assert.Empty(t, walked, "reports that are found nowhere")
}
