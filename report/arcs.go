package report

import (
	"math"
	"math/big"
	"sort"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/rewrite"
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
	ids      []int // of all of them
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

// collect finds the links to be drawn: a link of an iteration that is not drawn is one with that of the iteration drawn for it.
func (a *arcs) collect() {
	type operand struct {
		merge   *trace.Operation
		operand int
	}
	at := map[operand]int{}
	for _, l := range a.Inventory.Skips {
		first := a.stands[l.Merge]
		if first == nil {
			first = l.Merge
		}
		k, drawn := at[operand{first, l.Operands[0]}]
		switch {
		case drawn:
			a.links[k].ids = append(a.links[k].ids, l.ID)
		case first == l.Merge:
			from := l.Origin
			if from == nil || l.Projected && a.x[l.Held] > a.x[from] {
				from = l.Held // a branch is drawn from what it holds, not from where it parts
			}
			if a.x[from] < a.x[l.Merge.Output] {
				at[operand{first, l.Operands[0]}] = len(a.links)
				a.links = append(a.links, arcLink{PricedLink: l, from: from, to: l.Merge.Output, amount: a.amount(l), ids: []int{l.ID}})
			}
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
	weight := a.weight(l)
	var drawn picture.Item = picture.Line{Points: []picture.Point{from, to}, Role: role, Weight: weight}
	if r := a.rise(l); r != 0 {
		from.Y = math.Min(from.Y, to.Y)
		to.Y = from.Y
		drawn = picture.Arc{From: from, To: to, Rise: r, Role: role, Weight: weight, Dashed: l.Projected && l.Class == rewrite.Skip}
	}
	a.scene.Add(picture.Group{Links: numbers(l.ids), Note: a.note(l), Items: []picture.Item{drawn}})
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
