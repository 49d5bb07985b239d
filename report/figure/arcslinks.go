package figure

import (
	"cmp"
	"math"
	"math/big"
	"slices"
	"sort"

	"github.com/skipcost/skipcost/arch/rewrite"
	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/cost"
	"github.com/skipcost/skipcost/report/picture"
)

// arcLink is a link, or several that are drawn as one; without a number, another path beside the trunk.
type arcLink struct {
	cost.PricedLink
	from, to *trace.Value
	amount   *big.Rat
	ids      []int              // of all of them
	pieces   []*trace.Value     // the tensors that it holds, where an earlier merge has joined several
	way      []*trace.Operation // operations that stand on it
	rise     float64            // positive above the trunk, 0 for a straight line
	share    float64            // its amount over that of the skip with the largest
	weight   float64
}

func (l *arcLink) role() picture.Role {
	switch {
	case l.Class != rewrite.Skip:
		return picture.Faint
	case l.Merge.Kind.Joins:
		return picture.Concat
	}
	return picture.Add
}

// collect finds the links to draw: a link of an iteration that is not drawn is merged with that of the iteration drawn in its
// place.
func (a *arcs) collect() {
	type operand struct {
		merge   *trace.Operation
		operand int
	}
	at := map[operand]*arcLink{}
	for _, l := range a.Inventory.Skips {
		key := operand{a.standing(l.Merge), l.Operands[0]}
		if drawn := at[key]; drawn != nil {
			drawn.ids = append(drawn.ids, l.ID)
			continue
		}
		at[key] = &arcLink{PricedLink: l, from: a.from(&l.Link), to: key.merge.Output, amount: a.amount(l), ids: []int{l.ID}}
		a.links = append(a.links, at[key])
	}
	if len(a.links) > MaxArcs {
		sort.SliceStable(a.links, func(i, j int) bool { return a.links[i].amount.Cmp(a.links[j].amount) > 0 })
		a.left = len(a.links) - MaxArcs
		a.links = a.links[:MaxArcs]
	}
	a.open()
}

// from is the tensor that the arc of a link starts from: its origin, the tensor it holds, the place where its path leaves the
// trunk, or the input; the first of these that stands before the merge.
func (a *arcs) from(l *rewrite.Link) *trace.Value {
	to := a.xOf(a.standing(l.Merge).Output)
	for _, v := range []*trace.Value{l.Origin, l.Held, a.parts(l.Tensor)} {
		if v != nil && a.xOf(v) < to {
			return v
		}
	}
	return a.Inventory.Trace.Input
}

// open finds the tensors that earlier concats have joined in what skips hold, unless these are too many to be drawn.
func (a *arcs) open() {
	counts := map[*trace.Value]int{}
	var count func(v *trace.Value) int
	count = func(v *trace.Value) int {
		if v.Producer == nil || !v.Producer.Kind.Joins {
			return 1
		}
		if counts[v] == 0 {
			for _, in := range v.Producer.Inputs {
				counts[v] = min(counts[v]+count(in), MaxArcs+1)
			}
		}
		return counts[v]
	}
	for _, v := range a.Inventory.Trace.Operations() {
		count(v.Output) // in order, so that none has to go far back
	}
	all := 0
	for _, l := range a.links {
		if all += a.opened(l, count, nil); all > MaxArcs {
			return
		}
	}
	for _, l := range a.links {
		a.opened(l, count, &l.pieces)
	}
}

// opened counts the tensors of a link, and lists them where there are several.
func (a *arcs) opened(l *arcLink, count func(*trace.Value) int, into *[]*trace.Value) int {
	if l.Class != rewrite.Skip || l.Projected || !l.Merge.Kind.Joins {
		return 1
	}
	n := 0
	for _, k := range l.Operands {
		n += count(l.Merge.Inputs[k])
	}
	if into == nil || n < 2 {
		return n
	}
	var list func(v *trace.Value)
	list = func(v *trace.Value) {
		if v.Producer != nil && v.Producer.Kind.Joins {
			for _, in := range v.Producer.Inputs {
				list(in)
			}
		} else if !slices.Contains(*into, v) {
			*into = append(*into, v)
		}
	}
	for _, k := range l.Operands {
		list(l.Merge.Inputs[k])
	}
	return n
}

// amount is the number that the thickness of an arc stands for.
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

// ride gives each link its arc, and the layers on its path their places on the arc: the operations beside the trunk that lead
// to its operands.
func (a *arcs) ride() {
	first := map[*trace.Operation]*arcLink{}
	for _, l := range a.links {
		if first[l.Merge] == nil {
			first[l.Merge] = l
		}
	}
	for _, l := range a.links {
		if held := l.Held; len(a.level) > 0 && l.Projected && a.xOf(held) > a.xOf(l.from) && a.xOf(held) < a.xOf(l.to) {
			l.from = held // the tensor has a place of its own
		}
		for _, k := range l.Operands {
			a.claim(l, l.Merge.Inputs[k])
		}
	}
	if len(a.level) == 0 {
		for _, op := range a.drawn {
			for _, in := range op.Inputs {
				if in == a.mainOf(op) || a.parts(in) == nil || !a.claimable(in) {
					continue
				}
				l := first[op]
				if l == nil {
					l = &arcLink{from: a.parts(in), to: op.Output, amount: new(big.Rat)}
					l.Merge, l.Class = op, rewrite.Branch
					a.links = append(a.links, l)
				}
				a.claim(l, in)
			}
		}
	}
	a.fine = a.cover() > crowd
	most := a.most()
	alike := map[[2]float64]int{}
	for _, l := range a.links {
		ends := [2]float64{a.xOf(l.from), a.xOf(l.to)}
		l.rise = a.riseOver(l, l.from) * (1 - 0.24*float64(min(alike[ends], 3)))
		alike[ends]++
		l.weight = a.weight(l, most)
	}
}

// claimable reports whether the producer of a tensor stands beside the trunk and on no arc yet.
func (a *arcs) claimable(v *trace.Value) bool {
	return v.Producer != nil && !a.onTrunk[a.standing(v.Producer)] && a.rides[a.standing(v.Producer)] == nil
}

// claim puts the operations that lead to a tensor on the arc of a link, as far back as they stand beside the trunk.
func (a *arcs) claim(l *arcLink, v *trace.Value) {
	if !a.claimable(v) || l.from == v {
		return
	}
	op := a.standing(v.Producer)
	if len(a.level) > 0 && op.Kind.WeightLayer() { // layers have places of their own within a valley
		return
	}
	if a.xOf(op.Output) <= a.xOf(l.from) || a.xOf(op.Output) >= a.xOf(l.to) {
		return
	}
	a.rides[op] = l
	l.way = append(l.way, op)
	for _, in := range op.Inputs {
		a.claim(l, in)
	}
}

// parts is the tensor on the trunk from which the path to a tensor leaves.
func (a *arcs) parts(v *trace.Value) *trace.Value {
	for v != nil && v.Producer != nil && !a.onTrunk[a.standing(v.Producer)] {
		v = a.mainOf(a.standing(v.Producer))
	}
	return v
}

// riseOver is how far an arc rises that goes from a tensor to the merge of a link.
func (a *arcs) riseOver(l *arcLink, from *trace.Value) float64 {
	width := a.xOf(l.to) - a.xOf(from)
	if len(a.level) > 0 && a.level[from] != a.level[l.to] {
		return 0
	}
	if a.crosses(l) {
		return 5 + width/arcsWidth*0.7*levelDrop
	}
	r := math.Min(arcsLow+(arcsRise-arcsLow)*math.Pow(width/(arcsWidth-2*arcsMargin), 0.75), math.Max(width*2, 10))
	if len(a.level) > 0 {
		return math.Min(r, levelDrop*0.6)
	}
	if l.Merge.Kind.Joins {
		return -r
	}
	return r
}

// shareOf is the share of a tensor in what a link holds.
func (a *arcs) shareOf(l *arcLink, v *trace.Value) float64 {
	whole := 0.0
	for _, p := range l.pieces {
		whole += float64Of(p.Shape.AllElements())
	}
	return float64Of(v.Shape.AllElements()) / math.Max(whole, 1)
}

// weight is the thickness of a link: its amount is proportional to the area of a tube.
func (a *arcs) weight(l *arcLink, most *big.Rat) float64 {
	if l.Class != rewrite.Skip {
		return 1
	}
	if most.Sign() == 0 {
		return 1.2
	}
	l.share, _ = new(big.Rat).Quo(l.amount, most).Float64()
	return math.Min(math.Max(0.6, (a.xOf(l.to)-a.xOf(l.from))/7), a.tube(l.share))
}

// crowd is how many arcs may lie over one another for them to be drawn thickly.
const crowd = 6

// cover is the largest number of arcs of skips over one place.
func (a *arcs) cover() int {
	type end struct {
		x     float64
		opens int
	}
	var ends []end
	for _, l := range a.links {
		for range max(1, len(l.pieces)) {
			if l.Class == rewrite.Skip {
				ends = append(ends, end{a.xOf(l.from), 1}, end{a.xOf(l.to), -1})
			}
		}
	}
	slices.SortFunc(ends, func(a, b end) int { return cmp.Or(cmp.Compare(a.x, b.x), cmp.Compare(a.opens, b.opens)) })
	now, most := 0, 0
	for _, e := range ends {
		now += e.opens
		most = max(most, now)
	}
	return most
}

// tube is the thickness of an arc with a share of the amount of the thickest.
func (a *arcs) tube(share float64) float64 {
	if a.fine {
		return 0.5 + 1.6*math.Sqrt(share)
	}
	return 0.9 + 4.6*math.Sqrt(share)
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
