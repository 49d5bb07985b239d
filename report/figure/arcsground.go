package figure

import (
	"fmt"
	"math"
	"math/big"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/report/picture"
)

// stages separates stretches of the trunk with different extents, and writes the shapes of the input, of the output and of each
// stretch: that of its first merge, or else of its first tensor.
func (a *arcs) stages() {
	v := a.Inventory.Trace
	starts := []*trace.Value{v.Input}
	told := map[*trace.Value]*trace.Value{}
	for _, op := range a.drawn {
		if !a.onTrunk[op] {
			continue
		}
		out, start := op.Output, starts[len(starts)-1]
		if otherExtents(start.Shape, out.Shape) {
			start = out
			starts = append(starts, out)
		}
		if told[start] == nil && op.Kind.Links && !op.Kind.Gates {
			told[start] = out
		}
	}
	a.tellShape(v.Input, a.border(v.Input))
	if len(starts) > 1 || told[v.Input] != nil && told[v.Input].Shape.ASCII() != v.Input.Shape.ASCII() {
		a.scene.AddApart(picture.Text{At: picture.Point{X: arcsWidth - arcsMargin, Y: a.bottom() + 16}, Anchor: picture.End, Text: v.Output.Shape.Text(), Size: 11, Role: picture.Quiet})
	}
	if merged := told[v.Input]; merged != nil && merged.Shape.ASCII() != v.Input.Shape.ASCII() {
		a.tellShape(merged, a.xOf(merged))
	}
	for _, start := range starts[1:] {
		if x := a.border(start); told[start] != nil {
			a.tellShape(told[start], x)
		}
	}
	for _, start := range starts[1:] {
		if told[start] == nil {
			a.tellShape(start, a.x[start]-a.unit*0.06)
		}
	}
}

// border draws the line in front of a stretch.
func (a *arcs) border(v *trace.Value) float64 {
	x := a.x[v]
	if v != a.Inventory.Trace.Input {
		x -= a.unit * 0.06
	}
	a.scene.Add(picture.Line{Points: []picture.Point{{X: x, Y: 46}, {X: x, Y: a.bottom() + 4}}, Role: picture.Axis})
	return x
}

// tellShape writes a shape below its place, in the first of two lines in which it stands apart.
func (a *arcs) tellShape(v *trace.Value, x float64) {
	for _, below := range []float64{16, 30} {
		if a.scene.AddApart(picture.Text{At: picture.Point{X: x + 3, Y: a.bottom() + below}, Text: v.Shape.Text(), Size: 11, Role: picture.Quiet}) {
			return
		}
	}
}

// otherExtents reports whether extents differ by more than convolutions without padding cut off.
func otherExtents(a, b arch.Shape) bool {
	x, known := a.Positions().Rational()
	y, also := b.Positions().Rational()
	if !known || !also || x.Sign() == 0 || y.Sign() == 0 {
		return !a.SameExtents(b)
	}
	ratio, _ := new(big.Rat).Quo(x, y).Float64()
	return len(a.Extents) != len(b.Extents) || ratio > 1.5 || ratio < 1/1.5
}

// blocks marks the iterations that stand for several.
func (a *arcs) blocks() {
	for k := 0; k < len(a.drawn); k++ {
		block, _ := iteration(a.drawn[k].Name)
		n := a.folded[block]
		if n < 2 {
			continue
		}
		first := k
		for k+1 < len(a.drawn) && inIteration(a.drawn[k+1], block) {
			k++
		}
		left, right := a.x[a.drawn[first].Output]-a.unit*0.5*stretch(a.drawn[first].Kind), math.Min(a.x[a.drawn[k].Output]+a.unit*0.3, arcsWidth-8)
		a.scene.Add(picture.Box{Min: picture.Point{X: left, Y: 48}, Max: picture.Point{X: right, Y: a.bottom()}, Role: picture.Area, Note: fmt.Sprintf("%s, %d times alike", block, n)})
		a.scene.AddApart(picture.Text{At: picture.Point{X: (left + right) / 2, Y: 44}, Anchor: picture.Middle, Text: fmt.Sprintf("×%d", n), Size: 12, Role: picture.Label})
	}
}

func inIteration(op *trace.Operation, block string) bool {
	in, _ := iteration(op.Name)
	return in == block
}
