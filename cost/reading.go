package cost

import (
	"github.com/skipcost/skipcost/arch"
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
	links := Editor(t)
	r.Skips, r.WeightLayers = len(links.Skips()), links.WeightLayers()
	return r
}
