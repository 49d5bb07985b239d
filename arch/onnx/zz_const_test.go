package onnx

import (
	"fmt"
	"strings"
	"testing"

	"github.com/skipcost/skipcost/arch/onnx/wire"
)

func TestZZConst(t *testing.T) {
	for _, e := range examples(t) {
		o := everything().operators[e.operator]
		m := modelAt(newestOpset, comingOut(e.graph(t))...)
		var keep []*wire.ValueInfo
		for _, in := range m.Graph.Inputs {
			if in.Name == "beside" {
				keep = append(keep, in)
				continue
			}
			w := &wire.Tensor{Name: in.Name, DType: 1}
			if in.Name[0] == 'j' {
				w.DType = 7
			}
			for _, d := range in.Dims {
				w.Dims = append(w.Dims, d.Value)
			}
			m.Graph.Initializers = append(m.Graph.Initializers, w)
		}
		m.Graph.Inputs = keep
		tr, err := runs(m, "test", Options{})
		if err != nil {
			fmt.Println("ERR", e.operator, err)
			continue
		}
		var outs []string
		for _, out := range m.Graph.Outputs {
			if out.Name != "past" {
				outs = append(outs, shownItem(tr.items[out.Name]))
			}
		}
		got := strings.Join(outs, ", ")
		first := func(s string) string { a, _, _ := strings.Cut(s, ","); return a }
		if got != e.outputs {
			tag := "LATER"
			if first(got) != first(e.outputs) {
				tag = "DIFF"
			}
			fmt.Println(tag, e.operator, o.learned, got, "|", e.outputs, tr.notes)
		}
	}
}
