package render

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"os"
	"runtime/debug"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/onnx"
	"github.com/skipcost/skipcost/arch/rewrite"
	"github.com/skipcost/skipcost/arch/zoo"
	"github.com/skipcost/skipcost/cost"
	"github.com/skipcost/skipcost/cost/convention"
	"github.com/skipcost/skipcost/cost/decide"
	"github.com/skipcost/skipcost/report"
	"github.com/skipcost/skipcost/report/explain"
	"github.com/skipcost/skipcost/report/terminal"
)

// TestMain lets garbage be: at the usual rate collecting it takes a third of the time of these tests.
func TestMain(m *testing.M) {
	debug.SetGCPercent(400)
	os.Exit(m.Run())
}

// reports are those of every command, over networks of every kind.
func reports(t *testing.T) map[string]report.Report {
	out := map[string]report.Report{"explain": &explain.Layers{Rules: cost.Rules()}}
	entries, err := zoo.Entries()
	require.NoError(t, err)
	out["zoo"] = &report.Zoo{Entries: entries}
	for k, r := range cost.Rules() {
		if testing.Short() && k%4 > 0 {
			continue
		}
		out["explain "+r.Kinds[0]] = &explain.Layers{Rules: []cost.Rule{r}, Kind: r.Kinds[0]}
	}
	words(out)
	readings(t, out)
	out["explain limits"] = explain.Limits{}
	out["explain operators"] = &explain.Operators{All: onnx.Operators()}
	out["explain conventions"] = &explain.Conventions{All: convention.Conventions()}
	for _, c := range convention.Conventions() {
		out["explain "+c.Name] = &explain.Conventions{One: c}
	}
	device, err := cost.ParseDevice("312T,1555G")
	require.NoError(t, err)
	names := []string{"add", "unet", "shufflenet_v2_x0_5", "cifar-resnet", "doubling", "resnet18", "vgg16", "mobilenet_v2"}
	if testing.Short() {
		names = names[:3]
	}
	for _, name := range names {
		m, err := zoo.Find(name)
		require.NoError(t, err)
		s := cost.Subject{Name: name, Network: m.Network, Set: m.Set}
		o := cost.Options{Layers: true, Formula: true}
		summary, err := cost.Summarize(s, o)
		require.NoError(t, err)
		written, err := summary.Trace.Unrolled()
		require.NoError(t, err)
		require.NoError(t, summary.List(written, o))
		peak, err := cost.ExplainPeak(summary.Trace, o)
		require.NoError(t, err)
		out["calc "+name] = &report.Calc{
			Summaries: []*cost.Summary{summary}, Baseline: summary, Quantities: cost.Quantities(), Layers: true, Device: &device,
			Peaks: []report.NamedPeak{{Name: name, Peak: peak}},
		}
		as := printed(t, summary)
		as.Layers = []*convention.Layers{convention.ByLayer(written, convention.Options{})}
		out["calc --as "+name] = &report.Calc{Summaries: []*cost.Summary{summary}, Quantities: cost.BasicQuantities(), Layers: true, As: as}
		found, err := convention.Search(s, convention.Work, quoted(t, "1.82G"), convention.Options{})
		require.NoError(t, err)
		out["match "+name] = &report.Match{Name: name, About: convention.Work, Quoted: quoted(t, "1.82G"), Found: found}
		closed, err := cost.Close(s, nil, o)
		require.NoError(t, err)
		out["formula "+name] = &report.Formula{Closed: []*cost.Closed{closed}, Quantities: cost.Quantities()}
		inventory, err := cost.TakeInventory(s, false, o)
		require.NoError(t, err)
		out["skips "+name] = &report.Skips{Inventory: inventory, Quantities: cost.BasicQuantities()}
		swap, err := cost.SwapSkips(s, cost.SwapOptions{To: rewrite.ToConcat}, o)
		require.NoError(t, err)
		out["swap "+name] = &report.Swap{Swap: swap, Quantities: cost.BasicQuantities(), Layers: true}
	}
	for _, name := range []string{"add", "cifar-resnet", "shufflenet_v2_x0_5"}[:min(3, len(names)/2)] {
		m, err := zoo.Find(name)
		require.NoError(t, err)
		decisions(t, out, cost.Subject{Name: name, Network: m.Network, Set: m.Set})
	}
	return out
}

// decisions are the reports on which network to take, over the first symbol of a network and the batch.
func decisions(t *testing.T, out map[string]report.Report, s cost.Subject) {
	t.Helper()
	o := cost.Options{}
	quantities := []cost.Quantity{cost.Params, cost.TrainingSavedBytes, cost.InferencePeakBytes}
	budgets, err := decide.ParseBudgets("params=1M,inference_peak_bytes=1MiB,macs=1T")
	require.NoError(t, err)
	for _, symbol := range []string{s.Network.Symbols[0].Name, decide.Batch} {
		f, err := decide.NewFamily(s, symbol, o)
		require.NoError(t, err)
		answer, err := f.Solve(decide.Question{Budgets: budgets, Also: quantities})
		require.NoError(t, err)
		out["solve "+s.Name+" "+symbol] = &report.Solve{Answers: []*decide.Answer{answer}, Also: quantities}
		margin, err := f.Marginal(quantities)
		require.NoError(t, err)
		out["marginal "+s.Name+" "+symbol] = &report.Marginal{Margins: []*decide.Margin{margin}, Quantities: quantities}
		other, err := decide.NewFamily(s.With(nil), symbol, cost.Options{BytesPerElement: 2})
		require.NoError(t, err)
		other.Name += " in halves"
		cross := &report.Cross{Pair: decide.Pair{A: f, B: other}}
		for _, q := range quantities {
			v, err := cross.Pair.Compare(q)
			require.NoError(t, err)
			cross.Costs = append(cross.Costs, v)
		}
		out["cross "+s.Name+" "+symbol] = cross
	}
	m, err := zoo.Find("resnet18")
	require.NoError(t, err)
	d, err := decide.Diff(decide.Side{Subject: s}, decide.Side{Subject: cost.Subject{Name: "resnet18", Network: m.Network, Set: m.Set}}, cost.BasicQuantities())
	require.NoError(t, err)
	out["diff "+s.Name] = &report.Diff{Diff: d, Quantities: cost.BasicQuantities(), OfLayers: d.Listed}
}

// printed is a figure of each convention for a network.
func printed(t *testing.T, m *cost.Summary) *report.AsPrinted {
	tally, err := convention.Count(m.Trace, convention.Options{})
	out := &report.AsPrinted{Tallies: []*convention.Tally{tally}, Errors: []error{err}}
	for _, c := range convention.Conventions() {
		out.Figures = append(out.Figures, &c.Figures[0])
	}
	return out
}

func quoted(t *testing.T, text string) convention.Quoted {
	a, err := cost.ParseAmount(text)
	require.NoError(t, err)
	return convention.Quote(a)
}

// TestNothingIsLost: every format carries every row, every cell and every note of every report that there is.
func TestNothingIsLost(t *testing.T) {
	all := reports(t)
	checkWalked(t, all)
	for name, r := range all {
		t.Run(name, func(t *testing.T) {
			d := r.Document()
			keepRows(d)
			inCSV(t, d)
			inJSON(t, d, r)
			inText(t, d, report.FormatTable, report.Human, report.Layout{Wide: true}, func(s string) string { return s })
			inText(t, d, report.FormatMarkdown, report.Human, report.Layout{Wide: true}, markdownText)
			inText(t, d, report.FormatLaTeX, report.TeX, report.Layout{Wide: true}, latexText)
			inText(t, d, report.FormatMathML, report.Web, report.Layout{Wide: true}, webText)
		})
	}
}

// keepRows makes the rows of all tables once, for they are gone through ten times.
func keepRows(d *report.Document) {
	for k := range d.Tables {
		table := &d.Tables[k]
		table.Rows, table.Lazy = slices.Collect(table.All), nil
	}
}

// inCSV looks for the cells of each row in their place.
func inCSV(t *testing.T, d *report.Document) {
	var out bytes.Buffer
	require.NoError(t, CSV(&out, d))
	r := csv.NewReader(&out)
	r.FieldsPerRecord = -1
	records, err := r.ReadAll()
	require.NoError(t, err)
	next := func() []string {
		require.NotEmpty(t, records)
		first := records[0]
		records = records[1:]
		return first
	}
	for _, table := range d.Tables {
		if len(d.Tables) > 1 && len(table.Title) > 0 {
			next()
		}
		if len(table.Columns) == 0 {
			continue
		}
		next()
		for row := range table.All {
			record := next()
			require.Len(t, record, len(table.Columns))
			for k, c := range row {
				assert.Equal(t, harmless(report.OneLine(c.Text(report.Machine))), record[k])
			}
		}
	}
	for k, n := range d.AllNotes() {
		if k == 0 {
			assert.Equal(t, []string{"note"}, next())
		}
		assert.Equal(t, harmless(report.OneLine(n)), next()[0])
	}
	assert.Empty(t, records)
}

// inJSON looks for each cell among the leaves, as often as the tables have it, keys that stand for cells included.
func inJSON(t *testing.T, d *report.Document, r report.Report) {
	var out bytes.Buffer
	require.NoError(t, Write(&out, report.FormatJSON, report.Layout{}, r))
	var root struct{ Notes []string }
	require.NoError(t, json.Unmarshal(out.Bytes(), &root))
	assert.Equal(t, d.AllNotes(), root.Notes)

	leaves := map[string]bool{}
	tokens := json.NewDecoder(&out)
	tokens.UseNumber()
	for {
		token, err := tokens.Token()
		if err == io.EOF {
			break
		}
		require.NoError(t, err)
		leaves[fmt.Sprint(token)] = true
	}
	for _, table := range d.Tables {
		for row := range table.All {
			if _, is := r.(*explain.Layers); is && row[1].Text(report.Machine) == "all" {
				continue // an empty object: the rule has no formulas
			}
			for k, c := range row {
				text := c.Text(report.Machine)
				if data, is := c.Data().(string); is {
					text = data // without the time of what bounds a layer
				}
				listed := !slices.ContainsFunc(strings.Split(text, ", "), func(item string) bool { return !leaves[item] })
				if text == "" || leaves[text] || listed || table.Columns[k].Derived {
					continue
				}
				assert.Fail(t, "a cell is not in JSON", "%q of column %s, row %s", text, table.Columns[k].Head, row[0].Text(report.Machine))
			}
		}
	}
}

// webText is a text of a page: a cell is HTML already, and a note is not.
func webText(s string) string {
	if strings.HasPrefix(s, "<math ") {
		return s
	}
	return html.EscapeString(html.UnescapeString(s))
}

// inText looks for the cells of each row in order.
func inText(t *testing.T, d *report.Document, f report.Format, style report.Style, l report.Layout, escape func(string) string) {
	var out bytes.Buffer
	if f == report.FormatTable {
		require.NoError(t, terminal.Document(&out, d, l))
	} else {
		require.NoError(t, Write(&out, f, l, fixed{d}))
	}
	rest := out.String()
	find := func(text string) {
		at := strings.Index(rest, text)
		if !assert.GreaterOrEqual(t, at, 0, "%s: %q is not there, or not in its place", f, text) {
			return
		}
		rest = rest[at+len(text):]
	}
	for _, table := range d.Tables {
		var before report.Row
		for row := range table.All {
			for k, c := range row {
				text := c.Text(style)
				if table.Columns[k].Once && before != nil && text == before[k].Text(style) && style == report.Human {
					continue
				}
				if !table.Columns[k].Math {
					text = escape(report.OneLine(text))
				} else if f == report.FormatMarkdown {
					text = markdownText(text)
				} else if c.IsMissing() {
					text = escape(text)
				}
				find(text)
			}
			before = row
		}
		for _, n := range table.Notes {
			find(escape(report.OneLine(n.Text)))
		}
	}
	for _, n := range d.Notes {
		find(escape(report.OneLine(n)))
	}
}

// fixed is a report that is a document already.
type fixed struct{ d *report.Document }

func (f fixed) Document() *report.Document { return f.d }
