package explain

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/skipcost/skipcost/arch/onnx"
	"github.com/skipcost/skipcost/report"
)

// Operators lists the ONNX operators that are read.
type Operators struct{ All []onnx.Operator }

// Document is one row for each operator.
func (o *Operators) Document() *report.Document {
	t := report.Table{
		Columns: []report.Column{{Head: "operator"}, {Head: "domain"}, {Head: "learned inputs", Path: "learned_inputs"}, {Head: "arithmetic"}},
		Notes:   report.Remarks("any other operator counts nothing but its weights, and a note names it; --strict makes it an error"),
	}
	for _, op := range o.All {
		inputs := make([]string, len(op.Weights))
		for k, at := range op.Weights {
			inputs[k] = fmt.Sprint(at + 1)
		}
		t.Rows = append(t.Rows, report.Row{report.Text(op.Name), report.Text(cmp.Or(op.Domain, "ai.onnx")), report.Text(strings.Join(inputs, ", ")), report.Text(op.Arithmetic.String())})
	}
	return &report.Document{Tables: []report.Table{t}, Data: report.Object{{Key: "operators", Value: t.Objects()}}}
}
