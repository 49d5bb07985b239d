package cost

import (
	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/trace"
)

// Reading is a short description of a network, by which a person sees at once whether it is the intended one.
type Reading struct {
	Input, Output arch.Shape
	WeightLayers  int // products with learned weights; recurrent and attention layers count as those that they are written out in
	Skips         int
}

// Read describes a trace that is written out.
func Read(t *trace.Trace) *Reading {
	r := &Reading{Input: t.Input.Shape, Output: t.Output.Shape}
	links := Editor(t)
	r.Skips, r.WeightLayers = len(links.Skips()), links.WeightLayers()
	return r
}
