package report

import (
	"fmt"
	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/report/picture"
	"math/big"
)

// stages separates stretches of the trunk whose tensors have other extents, and tells what they are.
func (a *arcs) stages() {
	previous := a.Inventory.Trace.Input
	a.stage(previous)
	for _, op := range a.drawn {
		if out := op.Output; otherExtents(previous.Shape, out.Shape) {
			a.stage(out)
			previous = out
		}
	}
}

// otherExtents reports whether extents differ by more than what a border takes away.
func otherExtents(a, b arch.Shape) bool {
	x, known := a.Positions().Rational()
	y, also := b.Positions().Rational()
	if !known || !also || x.Sign() == 0 || y.Sign() == 0 {
		return !a.SameExtents(b)
	}
	ratio, _ := new(big.Rat).Quo(x, y).Float64()
	return len(a.Extents) != len(b.Extents) || ratio > 1.5 || ratio < 1/1.5
}

func (a *arcs) stage(v *trace.Value) {
	x := a.x[v]
	if v != a.Inventory.Trace.Input {
		x -= a.unit * 0.06
	}
	a.scene.Add(picture.Line{Points: []picture.Point{{X: x, Y: 46}, {X: x, Y: a.bottom() + 4}}, Role: picture.Axis})
	a.scene.AddApart(picture.Text{At: picture.Point{X: x + 3, Y: a.bottom() + 16}, Text: v.Shape.Text(), Size: 11, Role: picture.Quiet})
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
		left, right := a.x[a.drawn[first].Output]-a.unit*0.5*stretch(a.drawn[first].Kind), a.x[a.drawn[k].Output]+a.unit*0.3
		a.scene.Add(picture.Box{Min: picture.Point{X: left, Y: 48}, Max: picture.Point{X: right, Y: a.bottom()}, Role: picture.Area, Note: fmt.Sprintf("%s, %d times alike", block, n)})
		a.scene.AddApart(picture.Text{At: picture.Point{X: (left + right) / 2, Y: 44}, Anchor: picture.Middle, Text: fmt.Sprintf("×%d", n), Size: 12, Role: picture.Label})
	}
}

func inIteration(op *trace.Operation, block string) bool {
	in, _ := iteration(op.Name)
	return in == block
}
