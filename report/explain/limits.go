package explain

import (
	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/onnx"
	"github.com/skipcost/skipcost/arch/spec"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/report"
)

// Limits shows the limits beyond which a description is refused.
type Limits struct{}

// Document is one row for each limit: the kinds of work first, then those of repeats, of ONNX files and of texts.
func (Limits) Document() *report.Document {
	t := report.Table{
		Columns: []report.Column{{Head: "limit"}, {Head: "at most", Path: "most"}, {Head: "of", Fit: report.Prose}},
		Notes:   report.Remarks("what goes beyond is an error that names the limit, never a wrong number"),
	}
	add := func(name string, most int, of string) {
		t.Rows = append(t.Rows, report.Row{report.Text(name), report.Size(most), report.Text(of)})
	}
	for _, w := range symbolic.AllWork() {
		l := w.Limit()
		add(l.Name, l.Most, l.Where)
	}
	add("iterations", trace.MaxUnrolledTimes, "one repeat that is written out")
	add("linked", arch.MaxLinkedTimes, "iterations of one repeat with links, which are written out")
	add("recursion", trace.MaxRecursion, "uses of one block inside one another")
	for _, l := range onnx.Limits() {
		add(l.Name, l.Most, l.Of)
	}
	add("bytes", spec.MaxBytes, "a network file")
	add("words", spec.MaxTokens, "words, numbers and marks of a network file")
	add("names", spec.MaxNames, "symbols, blocks, and parameters of a block, each")
	add("nesting", spec.MaxDepth, "lists and maps inside one another")
	add("digits", symbolic.MaxDigits, "one number")
	add("terms", symbolic.MaxTerms, "one expression")
	add("problems", arch.MaxProblems, "what is told of a file at once")
	add("output", report.MaxOutput, "bytes of one result")
	return &report.Document{Tables: []report.Table{t}, Data: report.Object{{Key: "limits", Value: t.Objects()}}}
}
