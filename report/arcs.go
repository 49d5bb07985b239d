package report

import (
	"fmt"
	"math"
	"math/big"
	"slices"
	"sort"
	"strings"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/rewrite"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/cost"
	"github.com/skipcost/skipcost/report/picture"
)

// Arcs draws a network as a line of layers with an arc for each link: above it where it adds, below it where it concatenates, and
// as thick as what it holds or causes. Iterations that are alike are drawn once, and a network whose extents shrink and grow again
// goes down and up.
type Arcs struct {
	Inventory *cost.Inventory // with all links
	By        *cost.Quantity  // which must have been computed; nil for the bytes that links hold
}

// MaxArcs is how many links are drawn; of more, those that hold or cause most.
const MaxArcs = 3000

// The measures of the picture, in pixels.
const (
	arcsWidth  = 1080.0
	arcsMargin = 36.0
	arcsRise   = 190.0 // of an arc over the whole network
	arcsLow    = 26.0  // of one over next to nothing, where it is not too narrow
	levelDrop  = 44.0  // between extents and half of them
)

// arcs is a picture on its way.
type arcs struct {
	*Arcs
	scene  *picture.Scene
	stands map[*trace.Operation]*trace.Operation
	folded map[string]int
	drawn  []*trace.Operation
	x      map[*trace.Value]float64
	level  map[*trace.Value]float64
	unit   float64 // pixels between weight layers
	base   float64 // the height of the trunk where extents are largest
	links  []arcLink
	left   int // how many links are not drawn
	above  float64
	below  float64
}

// arcLink is a link, or several that are drawn as one.
type arcLink struct {
	cost.PricedLink
	from, to *trace.Value
	amount   *big.Rat
	count    int
}

// Scene lays the picture out.
func (r *Arcs) Scene() *picture.Scene {
	a := &arcs{Arcs: r, scene: &picture.Scene{Width: arcsWidth}, x: map[*trace.Value]float64{}, level: map[*trace.Value]float64{}}
	a.stands, a.folded = foldIterations(r.Inventory)
	a.place()
	a.collect()
	a.levels()
	a.heights()
	a.stages()
	a.blocks()
	a.trunk()
	for _, l := range a.links {
		a.link(l)
	}
	a.captions()
	return a.scene
}

// place gives every operation that is drawn its distance along the trunk.
func (a *arcs) place() {
	v := a.Inventory.Trace
	a.x[v.Input] = 0
	at := 0.0
	for _, op := range v.Operations() {
		if first := a.stands[op]; first != nil {
			a.x[op.Output] = a.x[first.Output]
			continue
		}
		at += stretch(op.Kind)
		a.x[op.Output] = at
		a.drawn = append(a.drawn, op)
	}
	a.unit = (arcsWidth - 2*arcsMargin) / max(at, 1)
	for v := range a.x {
		a.x[v] = arcsMargin + a.x[v]*a.unit
	}
}

// stretch is how much of the trunk an operation takes, a weight layer being 1.
func stretch(k *arch.Kind) float64 {
	switch {
	case k.WeightLayers > 0:
		return float64(k.WeightLayers)
	case k.Links, k.Pools:
		return 0.6
	}
	return 0.12
}

// collect finds the links to be drawn, those of iterations that are drawn once among them once.
func (a *arcs) collect() {
	type ends struct {
		from, to  float64
		kind      *arch.Kind
		class     rewrite.Class
		projected bool
	}
	at := map[ends]int{}
	for _, l := range a.Inventory.Skips {
		from := l.Origin
		if from == nil || l.Projected && a.x[l.Held] > a.x[from] {
			from = l.Held // a branch is drawn from what it holds, not from where it parts
		}
		made := arcLink{PricedLink: l, from: from, to: l.Merge.Output, amount: a.amount(l), count: 1}
		e := ends{a.x[from], a.x[made.to], l.Merge.Kind, l.Class, l.Projected}
		if k, known := at[e]; known {
			a.links[k].count++
			continue
		}
		if e.from < e.to {
			at[e] = len(a.links)
			a.links = append(a.links, made)
		}
	}
	if len(a.links) > MaxArcs {
		sort.SliceStable(a.links, func(i, j int) bool { return a.links[i].amount.Cmp(a.links[j].amount) > 0 })
		a.left = len(a.links) - MaxArcs
		a.links = a.links[:MaxArcs]
	}
}

// amount is what makes an arc thick.
func (a *arcs) amount(l cost.PricedLink) *big.Rat {
	e := l.Bytes
	if a.By != nil {
		e = l.Causes.Of(*a.By)
	}
	if r, ok := e.Rational(); ok && r.Sign() > 0 && (a.By == nil || l.Reason == nil) {
		return r
	}
	return new(big.Rat)
}

// levels finds out whether extents shrink and grow again, and how deep each tensor is then: 1 for half the extents of the largest.
func (a *arcs) levels() {
	v := a.Inventory.Trace
	most, end := positions(v.Input), positions(v.Output)
	least := most
	for _, op := range a.drawn {
		if n := positions(op.Output); n > 0 {
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
	in, out := op.Inputs[0], op.Output
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

// bridged reports whether some link joins two sides of a valley: what it jumps over has smaller extents than both its ends.
func (a *arcs) bridged() bool {
	return slices.ContainsFunc(a.links, func(l arcLink) bool {
		if l.Class != rewrite.Skip || positions(l.to) < 1 {
			return false
		}
		return slices.ContainsFunc(a.drawn, func(op *trace.Operation) bool {
			x := a.x[op.Output]
			return x > a.x[l.from] && x < a.x[l.to] && positions(op.Output) < positions(l.to)
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

// at is the place of a tensor.
func (a *arcs) at(v *trace.Value) picture.Point {
	return picture.Point{X: a.x[v], Y: a.base + a.level[v]*levelDrop}
}

// rise is how far an arc rises, positive above the trunk.
func (a *arcs) rise(l arcLink) float64 {
	width := a.x[l.to] - a.x[l.from]
	if a.crosses(l) {
		if a.level[l.from] != a.level[l.to] {
			return 0
		}
		return 5 + width/arcsWidth*0.7*levelDrop + apart(l)
	}
	r := math.Min(arcsLow+(arcsRise-arcsLow)*math.Pow(width/(arcsWidth-2*arcsMargin), 0.75), math.Max(width*2, 10))
	if len(a.level) > 0 {
		r = math.Min(r, levelDrop*0.6)
	}
	if r += apart(l); l.Merge.Kind.Joins {
		return -r
	}
	return r
}

// apart keeps a projected link from lying on an identity with the same ends.
func apart(l arcLink) float64 {
	if l.Projected {
		return 6
	}
	return 0
}

// crosses reports whether a link is drawn straight from one side of a valley to the other.
func (a *arcs) crosses(l arcLink) bool {
	if len(a.level) == 0 {
		return false
	}
	return slices.ContainsFunc(a.drawn, func(op *trace.Operation) bool {
		x := a.x[op.Output]
		return x > a.x[l.from] && x < a.x[l.to] && a.level[op.Output] > math.Max(a.level[l.from], a.level[l.to])
	})
}

// heights makes room for the arcs, the levels and what is written.
func (a *arcs) heights() {
	deepest := 0.0
	for _, l := range a.links {
		r := a.rise(l)
		a.above, a.below = math.Max(a.above, r), math.Max(a.below, -r)
	}
	for _, level := range a.level {
		deepest = math.Max(deepest, level)
	}
	a.base = 62 + a.above
	a.scene.Height = math.Ceil(a.base + deepest*levelDrop + a.below + 86)
}

// bottom is below all arcs.
func (a *arcs) bottom() float64 { return a.scene.Height - 74 }

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

// trunk is the layers, in the order in which they run.
func (a *arcs) trunk() {
	points := []picture.Point{a.at(a.Inventory.Trace.Input)}
	var dots []picture.Item
	for _, op := range a.drawn {
		p := a.at(op.Output)
		points = append(points, p)
		if op.Kind.WeightLayers > 0 && a.unit > 3 {
			dots = append(dots, picture.Dot{At: p, Radius: math.Min(3.2, a.unit/3), Role: picture.Trunk, Note: nodeLabel(op)})
		}
	}
	a.scene.Add(picture.Line{Points: points, Role: picture.Trunk, Weight: 1.6})
	a.scene.Add(dots...)
}

// link draws a link: across a valley as a line, and else as an arc.
func (a *arcs) link(l arcLink) {
	role := picture.Add
	switch {
	case l.Class != rewrite.Skip:
		role = picture.Faint
	case l.Merge.Kind.Joins:
		role = picture.Concat
	}
	from, to := a.at(l.from), a.at(l.to)
	note, weight := a.note(l), a.weight(l)
	if r := a.rise(l); r != 0 {
		from.Y = math.Min(from.Y, to.Y)
		to.Y = from.Y
		a.scene.Add(picture.Arc{From: from, To: to, Rise: r, Role: role, Weight: weight, Dashed: l.Projected && l.Class == rewrite.Skip, Note: note})
		return
	}
	a.scene.Add(picture.Line{Points: []picture.Point{from, to}, Role: role, Weight: weight, Note: note})
}

// weight is how thick a link is: what it holds or causes goes with the area of a tube.
func (a *arcs) weight(l arcLink) float64 {
	if l.Class != rewrite.Skip {
		return 1
	}
	most := a.most()
	if most.Sign() == 0 {
		return 1.2
	}
	share, _ := new(big.Rat).Quo(l.amount, most).Float64()
	narrow := math.Max(0.6, (a.x[l.to]-a.x[l.from])/7)
	return math.Min(narrow, 0.9+4.6*math.Sqrt(share))
}

func (a *arcs) most() *big.Rat {
	most := new(big.Rat)
	for _, l := range a.links {
		if l.Class == rewrite.Skip && l.amount.Cmp(most) > 0 {
			most = l.amount
		}
	}
	return most
}

func (a *arcs) note(l arcLink) string {
	text := string(l.Class)
	if s := l.Shortcut(); s != "" {
		text = s + " skip"
	}
	text = fmt.Sprintf("%s: %s, from %s, %s", l.Merge.Name, text, linkEnd(l.from), a.tell(l.amount))
	if l.count > 1 {
		text += fmt.Sprintf(", %d times", l.count)
	}
	return text
}

func linkEnd(v *trace.Value) string {
	if v.Producer == nil {
		return "the input"
	}
	return v.Producer.Name
}

// tell says what an arc's thickness stands for.
func (a *arcs) tell(amount *big.Rat) string {
	if a.By == nil {
		return "holds " + byteCell(symbolic.BigRat(amount)).text(Human)
	}
	return fmt.Sprintf("causes %s %s", exactCell("", *a.By, symbolic.BigRat(amount)).text(Human), *a.By)
}

// captions are the title and what the signs mean.
func (a *arcs) captions() {
	var counts []string
	for _, k := range a.Inventory.ByKind() {
		text := fmt.Sprintf("%s: %d", k.Kind, k.Count)
		if k.Projected > 0 {
			text += fmt.Sprintf(" (%d projected)", k.Projected)
		}
		counts = append(counts, text)
	}
	title := a.Inventory.Name + ": no skips"
	if len(counts) > 0 {
		title = a.Inventory.Name + ": skips that " + strings.Join(counts, " and ")
	}
	s := a.scene
	s.Title = title
	s.Description = fmt.Sprintf("The layers as a line of %d operations, and an arc for each link: above the line where it adds, below it where it concatenates. The input is %s, the output %s.",
		len(a.drawn), a.Inventory.Trace.Input.Shape.Text(), a.Inventory.Trace.Output.Shape.Text())
	s.Add(picture.Text{At: picture.Point{X: arcsMargin, Y: 24}, Text: title, Size: 16, Role: picture.Label})
	legend := a.legend()
	if a.left > 0 {
		legend = append(legend, fmt.Sprintf("%d thinner links are not drawn", a.left))
	}
	s.Add(picture.Text{At: picture.Point{X: arcsMargin, Y: s.Height - 20}, Text: strings.Join(legend, " · "), Size: 11, Role: picture.Quiet})
	s.Add(picture.Text{At: picture.Point{X: arcsMargin, Y: s.Height - 36}, Text: a.signs(), Size: 11, Role: picture.Quiet})
}

func (a *arcs) signs() string {
	text := "arcs above: add · below: concat · dashed: projected · dotted: gates, branches, conditioning"
	if len(a.level) > 0 {
		text = "down: smaller extents · across: links over them · " + text
	}
	return text
}

func (a *arcs) legend() []string {
	most := a.most()
	out := []string{"dots: layers with weights"}
	if most.Sign() > 0 {
		out = append(out, "the thickest skip "+a.tell(most))
	}
	for _, n := range a.folded {
		if n > 1 {
			return append(out, "×n: so many iterations alike, drawn once")
		}
	}
	return out
}
