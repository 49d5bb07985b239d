package cost

import (
	"github.com/skipcost/skipcost/arch"
)

// Reading is what was read of a network, the figures by which a person sees at once whether it is the one that was meant.
type Reading struct {
	Input, Output arch.Shape
	WeightLayers  int // products with learned weights, as the layers that recurrent and attention layers are written out in
	Skips         int
}

// Read sums a subject up with its symbols bound, which must be few enough layers to be written out.
func Read(s Subject) (*Reading, error) {
	inv, err := ListSkips(s, false, Options{})
	if err != nil {
		return nil, err
	}
	r := &Reading{Input: inv.Trace.Input.Shape, Output: inv.Trace.Output.Shape, Skips: len(inv.Skips)}
	for _, op := range inv.Trace.Operations() {
		r.WeightLayers += op.Kind.WeightLayers
	}
	return r, nil
}
