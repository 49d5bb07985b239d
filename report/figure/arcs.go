package figure

import (
	"math"

	"github.com/skipcost/skipcost/arch/rewrite"
	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/cost"
	"github.com/skipcost/skipcost/report/picture"
)

// Arcs draws a network: its trunk as a line, and an arc for each link, above the line where it adds and below it where it
// concatenates, as thick as the bytes it holds or the cost it causes. A skip from a tensor that earlier skips have joined is a
// fan of arcs, one from each of the tensors joined. Layers beside the trunk stand on the arc of their link. Iterations that are
// alike are drawn once, and a network whose extents shrink and grow again goes down and up.
type Arcs struct {
	Inventory *cost.Inventory // with all links
	By        *cost.Quantity  // the cost that sets the thickness, which must have been computed; nil for the bytes that links hold
}

// MaxArcs is how many arcs are drawn. Of more links, those that hold or cause most are drawn; where fans would need more arcs,
// each skip is a single arc.
const MaxArcs = 3000

// The measures of the picture, in pixels.
const (
	arcsWidth  = 1080.0
	arcsMargin = 36.0
	arcsRise   = 190.0 // of an arc over the whole network
	arcsLow    = 26.0  // of an arc over almost nothing, where it is not too narrow
	levelDrop  = 48.0  // between extents and half of them
	arcsTop    = 62.0  // above the highest arc
	arcsFoot   = 96.0  // below the lowest
)

// arcs is the state while a picture is laid out.
type arcs struct {
	*Arcs
	scene   *picture.Scene
	stands  map[*trace.Operation]*trace.Operation
	folded  map[string]int
	drawn   []*trace.Operation
	main    map[*trace.Operation]*trace.Value // of merges, the operand that is the trunk
	onTrunk map[*trace.Operation]bool
	x       map[*trace.Value]float64
	level   map[*trace.Value]float64
	unit    float64 // pixels between weight layers
	base    float64 // the height of the trunk where extents are largest
	links   []*arcLink
	rides   map[*trace.Operation]*arcLink // the link on whose arc an operation beside the trunk stands
	fine    bool                          // arcs are thin, as many cover each other
	left    int                           // how many links are not drawn
	above   float64
	below   float64
}

// Scene lays the picture out.
func (r *Arcs) Scene() *picture.Scene {
	a := &arcs{
		Arcs: r, scene: &picture.Scene{Width: arcsWidth}, main: map[*trace.Operation]*trace.Value{}, onTrunk: map[*trace.Operation]bool{},
		x: map[*trace.Value]float64{}, level: map[*trace.Value]float64{}, rides: map[*trace.Operation]*arcLink{},
	}
	a.stands, a.folded = foldIterations(r.Inventory)
	a.findTrunk()
	a.place()
	a.collect()
	a.levels()
	a.ride()
	a.heights()
	a.stages()
	a.blocks()
	a.trunk()
	a.beside()
	for _, l := range a.links {
		a.link(l)
	}
	a.captions()
	return a.scene
}

// standing is the operation that is drawn in place of another one: itself, or that of a first iteration.
func (a *arcs) standing(op *trace.Operation) *trace.Operation {
	if first := a.stands[op]; first != nil {
		return first
	}
	return op
}

// at is the place of a tensor.
func (a *arcs) at(v *trace.Value) picture.Point {
	p := picture.Point{X: a.x[v], Y: a.base + a.level[v]*levelDrop}
	if v.Producer == nil {
		return p
	}
	op := a.standing(v.Producer)
	if l := a.rides[op]; l != nil {
		p.Y = a.on(l, p.X)
	} else if len(a.level) == 0 && !a.onTrunk[op] {
		p.Y += aside
	}
	return p
}

// aside is how far below the trunk an operation stands whose output never joins the trunk again.
const aside = 18.0

// on is the height of the arc of a link.
func (a *arcs) on(l *arcLink, x float64) float64 {
	from, to := a.at(l.from), a.at(l.to)
	t := 2*(x-from.X)/math.Max(to.X-from.X, 1) - 1
	return from.Y + (to.Y-from.Y)*(t+1)/2 - l.rise*math.Sqrt(math.Max(0, 1-t*t))
}

// heights makes room for the arcs, the levels and the texts.
func (a *arcs) heights() {
	deepest := 0.0
	for _, l := range a.links {
		a.above, a.below = math.Max(a.above, l.rise+a.lifted(l.from)), math.Max(a.below, -l.rise)
		for _, piece := range l.pieces {
			a.below = math.Max(a.below, -a.riseOver(l, piece))
		}
	}
	for _, level := range a.level {
		deepest = math.Max(deepest, level)
	}
	for _, op := range a.drawn {
		if !a.onTrunk[op] && a.rides[op] == nil && len(a.level) == 0 {
			a.below = math.Max(a.below, aside+4)
		}
	}
	a.base = arcsTop + a.above
	a.scene.Height = math.Ceil(a.base + deepest*levelDrop + a.below + arcsFoot)
}

// lifted is how far above the trunk a tensor may stand, on the arc of a link.
func (a *arcs) lifted(v *trace.Value) float64 {
	if v.Producer == nil {
		return 0
	}
	if l := a.rides[a.standing(v.Producer)]; l != nil {
		return math.Max(0, l.rise+a.lifted(l.from))
	}
	return 0
}

// bottom is below all arcs.
func (a *arcs) bottom() float64 { return a.scene.Height - arcsFoot + 10 }

// trunk draws the line from the input to the output, along the trunk of each merge, and the layers on it.
func (a *arcs) trunk() {
	points := []picture.Point{a.at(a.Inventory.Trace.Input)}
	var dots []picture.Item
	for _, op := range a.drawn {
		if !a.onTrunk[op] {
			continue
		}
		p := a.at(op.Output)
		points = append(points, p)
		if op.Kind.WeightLayer() && a.unit > 3 {
			dots = append(dots, picture.Dot{At: p, Radius: math.Min(3.2, a.unit/3), Role: picture.Trunk, Note: nodeLabel(op)})
		}
	}
	a.scene.Add(picture.Line{Points: points, Role: picture.Trunk, Weight: 1.6})
	a.scene.Add(dots...)
}

// beside draws the paths of operations that stand neither on the trunk nor on an arc: in a valley at the height of their
// extents, otherwise only those that never join the trunk again.
func (a *arcs) beside() {
	for _, op := range a.drawn {
		if a.onTrunk[op] && (len(a.level) == 0 || a.mainOf(op) == nil) || a.rides[op] != nil {
			continue
		}
		to := a.at(op.Output)
		if from := a.mainOf(op); from != nil && !(a.onTrunk[op] && (from.Producer == nil || a.onTrunk[a.standing(from.Producer)])) {
			a.scene.Add(picture.Line{Points: []picture.Point{a.at(from), to}, Role: picture.Beside})
		}
		if op.Kind.WeightLayer() && a.unit > 3 && !a.onTrunk[op] {
			a.scene.Add(picture.Dot{At: to, Radius: math.Min(2.6, a.unit/3), Role: picture.Beside, Note: nodeLabel(op)})
		}
	}
}

// link draws a link, and the layers on it.
func (a *arcs) link(l *arcLink) {
	g := picture.Group{Links: numbers(l.ids), Note: a.note(l)}
	for _, piece := range l.pieces {
		g.Items = append(g.Items, a.arc(l, piece, a.riseOver(l, piece), a.tube(l.share*a.shareOf(l, piece))))
	}
	if len(l.pieces) == 0 {
		g.Items = append(g.Items, a.arc(l, l.from, l.rise, l.weight))
	}
	if len(a.level) > 0 && l.Class == rewrite.Skip { // where above and below have no meaning
		g.Items = append(g.Items, a.joint(l))
	}
	for _, op := range l.way {
		if op.Kind.WeightLayer() && a.unit > 3 {
			g.Items = append(g.Items, picture.Dot{At: a.at(op.Output), Radius: math.Min(2.6, a.unit/3), Role: l.role(), Note: nodeLabel(op)})
		}
	}
	if len(l.ids) == 0 {
		a.scene.Add(g.Items...)
		return
	}
	a.scene.Add(g)
}

// joint is the sign of a merge within a valley: a square where tensors are concatenated, a ring where they are added.
func (a *arcs) joint(l *arcLink) picture.Item {
	p := a.at(l.to)
	if l.Merge.Kind.Joins {
		return picture.Box{Min: picture.Point{X: p.X - 3, Y: p.Y - 3}, Max: picture.Point{X: p.X + 3, Y: p.Y + 3}, Role: l.role(), Sharp: true}
	}
	return picture.Dot{At: p, Radius: 4, Role: l.role(), Ring: true}
}

// arc goes from a tensor to the merge of a link: as an arc, or as a line between tensors at different heights.
func (a *arcs) arc(l *arcLink, from *trace.Value, rise, weight float64) picture.Item {
	if rise == 0 {
		return picture.Line{Points: []picture.Point{a.at(from), a.at(l.to)}, Role: l.role(), Weight: weight}
	}
	return picture.Arc{
		From: a.at(from), To: a.at(l.to), Rise: rise, Role: l.role(), Weight: weight, Dashed: l.Projected && l.Class == rewrite.Skip,
	}
}
