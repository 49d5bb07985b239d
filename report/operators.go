package report

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/skipcost/skipcost/arch/onnx"
)

// Operators lists the ONNX operators that are read.
type Operators struct{ All []onnx.Operator }

// Document is one row for each operator.
func (o *Operators) Document() *Document {
	t := Table{
		Columns: []Column{{Head: "operator"}, {Head: "domain"}, {Head: "learned inputs", Path: "learned_inputs"}, {Head: "arithmetic"}},
		Notes:   remark("any other operator counts nothing but its weights, and a note names it; --strict makes it an error"),
	}
	for _, op := range o.All {
		inputs := make([]string, len(op.Weights))
		for k, at := range op.Weights {
			inputs[k] = fmt.Sprint(at + 1)
		}
		t.Rows = append(t.Rows, Row{Text(op.Name), Text(cmp.Or(op.Domain, "ai.onnx")), Text(strings.Join(inputs, ", ")), Text(op.Arithmetic.String())})
	}
	return &Document{Tables: []Table{t}, Data: Object{{"operators", t.objects()}}}
}
