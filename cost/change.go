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

// LayerChanges lists the layers that a swap changes, found by their names, those that are new behind the others.
func (w *Swap) LayerChanges(quantities []Quantity) []LayerChange {
	after := map[string]Layer{}
	for l := range w.After.Layers {
		after[l.Operation.Name] = l
	}
	var out []LayerChange
	before := map[string]bool{}
	for b := range w.Before.Layers {
		before[b.Operation.Name] = true
		if c := (LayerChange{Before: b, After: after[b.Operation.Name]}); c.Changed(quantities) {
			out = append(out, c)
		}
	}
	for a := range w.After.Layers {
		if !before[a.Operation.Name] {
			out = append(out, LayerChange{After: a})
		}
	}
	return out
}
