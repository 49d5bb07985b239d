package cost

import (
	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/rewrite"
	"github.com/skipcost/skipcost/arch/trace"
)

// Reading is what was read of a network, the figures by which a person sees at once whether it is the one that was meant.
type Reading struct {
	Input, Output arch.Shape
	WeightLayers  int // products with learned weights, as the layers that recurrent and attention layers are written out in
	Skips         int
}

// Read sums up a trace that is written out.
func Read(t *trace.Trace) *Reading {
	r := &Reading{Input: t.Input.Shape, Output: t.Output.Shape}
	for _, l := range Editor(t).Links() {
		if l.Class == rewrite.Skip {
			r.Skips++
		}
	}
	r.WeightLayers = weightLayers(t)
	return r
}

func weightLayers(t *trace.Trace) int {
	n := 0
	for _, op := range t.Operations() {
		n += op.Kind.WeightLayers
	}
	return n
}
