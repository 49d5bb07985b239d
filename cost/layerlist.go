package cost

import (
	"iter"

	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// LayerList is layers with what they cost in some quantities. It keeps nothing of the others, as there may be many layers.
type LayerList struct {
	Operations []*trace.Operation
	quantities []Quantity
	costs      []symbolic.Expr // of the first layer in all quantities, then of the second, and so on
}

// ListLayers keeps the costs of layers in some quantities.
func ListLayers(layers iter.Seq[Layer], quantities []Quantity) *LayerList {
	out := &LayerList{quantities: quantities}
	for l := range layers {
		out.Operations = append(out.Operations, l.Operation)
		for _, q := range quantities {
			out.costs = append(out.costs, l.Costs.Of(q))
		}
	}
	return out
}

// At is the layer at a place, with its costs in the quantities of the list; the zero Layer where the place is negative.
func (l *LayerList) At(k int) Layer {
	if k < 0 {
		return Layer{}
	}
	out := Layer{Operation: l.Operations[k]}
	for n, q := range l.quantities {
		out.Costs.of[q] = l.costs[k*len(l.quantities)+n]
	}
	return out
}
