package figure

import (
	"math"
	"slices"

	"github.com/skipcost/skipcost/arch/rewrite"
	"github.com/skipcost/skipcost/arch/trace"
)

// levels finds out whether the extents of the trunk shrink and grow again, and how deep each tensor is then: 1 for half the extents of the largest.
func (a *arcs) levels() {
	v := a.Inventory.Trace
	most, end := positions(v.Input), positions(v.Output)
	least := most
	for _, op := range a.drawn {
		if n := positions(op.Output); n > 0 && a.onTrunk[op] {
			least = math.Min(least, n)
		}
	}
	if len(v.Input.Shape.Extents) == 0 || end < 4*least || most < 4*least || !a.bridged() {
		return
	}
	a.level[v.Input] = 0
	for _, op := range v.Operations() {
		a.level[op.Output] = a.levelOf(op)
	}
}

// levelOf is the level of an operation's output: one deeper than that of its input where the extents are about half.
func (a *arcs) levelOf(op *trace.Operation) float64 {
	if len(op.Inputs) == 0 {
		return 0
	}
	in, out := a.mainOf(op), op.Output
	from, to := positions(in), positions(out)
	if from <= 0 || to <= 0 || len(out.Shape.Extents) == 0 {
		return a.level[in]
	}
	steps := math.Log2(from/to) / float64(len(out.Shape.Extents))
	if math.Abs(steps) < 0.85 {
		return a.level[in] // borders are cut off
	}
	return math.Max(0, a.level[in]+math.Round(steps))
}

// bridged reports whether some link joins two sides of a valley: between its ends there are smaller extents than at both.
func (a *arcs) bridged() bool {
	return slices.ContainsFunc(a.links, func(l *arcLink) bool {
		if l.Class != rewrite.Skip || positions(l.to) < 1 {
			return false
		}
		return slices.ContainsFunc(a.drawn, func(op *trace.Operation) bool {
			x := a.x[op.Output]
			return a.onTrunk[op] && x > a.x[l.from] && x < a.x[l.to] && positions(op.Output) < positions(l.to)
		})
	})
}

func positions(v *trace.Value) float64 {
	r, ok := v.Shape.Positions().Rational()
	if !ok {
		return 0
	}
	f, _ := r.Float64()
	return f
}

// crosses reports whether a link is drawn straight from one side of a valley to the other.
func (a *arcs) crosses(l *arcLink) bool {
	if len(a.level) == 0 {
		return false
	}
	return slices.ContainsFunc(a.drawn, func(op *trace.Operation) bool {
		x := a.x[op.Output]
		return x > a.x[l.from] && x < a.x[l.to] && a.level[op.Output] > math.Max(a.level[l.from], a.level[l.to])
	})
}
