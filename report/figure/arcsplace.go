package figure

import (
	"math"
	"slices"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/rewrite"
	"github.com/skipcost/skipcost/arch/trace"
)

// findTrunk goes back from the output along the operands that links join. At a gate the trunk is the operand that is scaled,
// not the scale.
func (a *arcs) findTrunk() {
	for k := range a.Inventory.Skips {
		l := &a.Inventory.Skips[k]
		if a.main[l.Merge] == nil || l.Class != rewrite.Gate {
			a.main[l.Merge] = l.Main
		}
		if l.Merge.Kind.Gates {
			a.main[l.Merge] = weighed(l.Merge, l.Main)
		}
	}
	for v := a.Inventory.Trace.Output; v != nil && v.Producer != nil && !a.onTrunk[v.Producer]; v = a.mainOf(v.Producer) {
		a.onTrunk[v.Producer] = true
	}
}

// weighed is the operand of a product with the extents of the result, or the given one where several have them.
func weighed(op *trace.Operation, main *trace.Value) *trace.Value {
	same := func(v *trace.Value) bool { return v.Shape.ASCII() == op.Output.Shape.ASCII() }
	if same(main) {
		return main
	}
	if k := slices.IndexFunc(op.Inputs, same); k >= 0 {
		return op.Inputs[k]
	}
	return main
}

// mainOf is the operand of an operation that is the trunk; nil if it reads nothing.
func (a *arcs) mainOf(op *trace.Operation) *trace.Value {
	if v := a.main[op]; v != nil {
		return v
	}
	if len(op.Inputs) == 0 {
		return nil
	}
	return op.Inputs[0]
}

// place gives every operation on the trunk its distance along it, and those beside it a place between where their paths leave
// and join.
func (a *arcs) place() {
	v := a.Inventory.Trace
	at := 0.0
	a.x[v.Input] = 0
	for _, op := range v.Operations() {
		if a.stands[op] != nil {
			continue
		}
		a.drawn = append(a.drawn, op)
		if a.onTrunk[op] {
			at += stretch(op.Kind)
			a.x[op.Output] = at
		}
	}
	a.unit = (arcsWidth - 2*arcsMargin) / math.Max(at, 1)
	for v := range a.x {
		a.x[v] = arcsMargin + a.x[v]*a.unit
	}
	a.placeBeside()
	for op, first := range a.stands {
		a.x[op.Output] = a.x[first.Output]
	}
}

// between is where an operation beside the trunk may stand, and how far it is along its way.
type between struct{ from, to, passed, left float64 }

// placeBeside spreads ways beside the trunk between the tensor that they part from and the operation that they join.
func (a *arcs) placeBeside() {
	places := map[*trace.Operation]*between{}
	var ops []*trace.Operation
	for _, op := range a.drawn {
		if a.onTrunk[op] {
			continue
		}
		b := &between{from: arcsMargin, to: math.Inf(1)}
		for _, in := range op.Inputs {
			if before := a.besideOf(in, places); before != nil {
				b.from, b.passed = math.Max(b.from, before.from), math.Max(b.passed, before.passed)
			} else {
				b.from = math.Max(b.from, a.xOf(in))
			}
		}
		b.passed += stretch(op.Kind)
		places[op] = b
		ops = append(ops, op)
	}
	for _, reader := range slices.Backward(a.Inventory.Trace.Operations()) {
		reader = a.standing(reader)
		for _, in := range reader.Inputs {
			before := a.besideOf(in, places)
			if before == nil {
				continue
			}
			if b := places[reader]; b != nil {
				before.to, before.left = math.Min(before.to, b.to), math.Max(before.left, b.left+stretch(reader.Kind))
			} else {
				before.to = math.Min(before.to, a.xOf(reader.Output))
			}
		}
	}
	for _, op := range ops {
		b := places[op]
		if b.to <= b.from {
			b.to = math.Inf(1) // read by an iteration that is drawn further on the left
		}
		if math.IsInf(b.to, 1) {
			b.to = math.Min(b.from+(b.passed+b.left+0.5)*a.unit, arcsWidth-arcsMargin)
		}
		a.x[op.Output] = b.from + (b.to-b.from)*b.passed/(b.passed+b.left+0.6)
	}
}

// besideOf is the place of the producer of a tensor, if that stands beside the trunk.
func (a *arcs) besideOf(v *trace.Value, places map[*trace.Operation]*between) *between {
	if v.Producer == nil {
		return nil
	}
	return places[a.standing(v.Producer)]
}

// xOf is the distance of a tensor, or of the one drawn in its place.
func (a *arcs) xOf(v *trace.Value) float64 {
	if v.Producer == nil {
		return arcsMargin
	}
	return a.x[a.standing(v.Producer).Output]
}

// stretch is the length of an operation on the trunk; that of a weight layer is 1.
func stretch(k *arch.Kind) float64 {
	switch {
	case k.WeightLayer():
		return float64(k.Depth)
	case k.Gates:
		return 1.4
	case k.Links, k.Pools:
		return 0.6
	}
	return 0.12
}
