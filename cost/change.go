package cost

import (
	"slices"

	"github.com/skipcost/skipcost/arch/symbolic"
)

// LayerChange is a layer before and after; one of them is the zero Layer if the layer was added or removed.
type LayerChange struct{ Before, After Layer }

// Changed reports whether the layer was added or removed, or differs in kind, output shape or cost.
func (c LayerChange) Changed(quantities []Quantity) bool {
	b, a := c.Before, c.After
	if b.Operation == nil || a.Operation == nil {
		return true
	}
	if a.Operation.Kind != b.Operation.Kind || !a.Operation.Output.Shape.Equal(b.Operation.Output.Shape) {
		return true
	}
	return slices.ContainsFunc(quantities, func(q Quantity) bool { return Differs(b.Costs.Of(q), a.Costs.Of(q)) })
}

// Differs reports whether two costs differ. Two unknown costs do not.
func Differs(before, after symbolic.Expr) bool {
	if before.Err() != nil || after.Err() != nil {
		return (before.Err() == nil) != (after.Err() == nil)
	}
	return !before.Equal(after)
}

// LayerChanges are layers that differ between two lists.
type LayerChanges struct {
	before, after *LayerList
	pairs         [][2]int // places in both lists; negative where a layer has no partner
}

// NewLayerChanges is what changes from one list to another: first what became of the layers before, of which forth gives the
// partners, or a negative number; then the layers that are new, which have none in back.
func NewLayerChanges(before, after *LayerList, forth, back []int) LayerChanges {
	c := LayerChanges{before: before, after: after}
	for k, partner := range forth {
		if (LayerChange{before.At(k), after.At(partner)}).Changed(before.quantities) {
			c.pairs = append(c.pairs, [2]int{k, partner})
		}
	}
	for k, partner := range back {
		if partner < 0 {
			c.pairs = append(c.pairs, [2]int{partner, k})
		}
	}
	return c
}

// Len is how many layers differ.
func (c LayerChanges) Len() int { return len(c.pairs) }

// All goes through the layers that differ.
func (c LayerChanges) All(yield func(LayerChange) bool) {
	for _, p := range c.pairs {
		if !yield(LayerChange{c.before.At(p[0]), c.after.At(p[1])}) {
			return
		}
	}
}

// LayerChanges lists the layers that a swap changes, found by their names, those that are new behind the others.
func (w *Swap) LayerChanges(quantities []Quantity) LayerChanges {
	before, after := ListLayers(w.Before.Layers, quantities), ListLayers(w.After.Layers, quantities)
	at := make(map[string]int, len(after.Operations))
	for k, op := range after.Operations {
		at[op.Name] = k
	}
	forth, back := make([]int, len(before.Operations)), slices.Repeat([]int{-1}, len(after.Operations))
	for k, op := range before.Operations {
		partner, stays := at[op.Name]
		if forth[k] = -1; stays {
			forth[k], back[partner] = partner, k
		}
	}
	return NewLayerChanges(before, after, forth, back)
}
