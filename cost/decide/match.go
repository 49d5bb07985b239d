package decide

import (
	"fmt"

	"github.com/skipcost/skipcost/arch/rewrite"
	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/cost"
)

// matching pairs things of two lists.
type matching struct {
	forth, back []int // the partner of each; -1 for none
}

func newMatching(before, after int) *matching {
	m := &matching{make([]int, before), make([]int, after)}
	for k := range m.forth {
		m.forth[k] = -1
	}
	for k := range m.back {
		m.back[k] = -1
	}
	return m
}

func (m *matching) pair(before, after int) { m.forth[before], m.back[after] = after, before }

// by pairs things without a partner that have equal keys, in order: the first of a key with the first, the second with the
// second, and so on. An empty key has no partner.
func (m *matching) by(before, after func(k int) string) {
	waiting := map[string][]int{}
	for k, partner := range m.back {
		if key := after(k); partner < 0 && key != "" {
			waiting[key] = append(waiting[key], k)
		}
	}
	for k, partner := range m.forth {
		key := before(k)
		if list := waiting[key]; partner < 0 && len(list) > 0 {
			m.pair(k, list[0])
			waiting[key] = list[1:]
		}
	}
}

// Scores for similarities of two layers. An equal name counts more than all others together, and being both merges the least.
const (
	sameName  = 6
	sameKind  = 2
	sameShape = 1
	sameCosts = 2
	bothMerge = 1
)

// maxAligned bounds the table by which layers are aligned.
const maxAligned = 1 << 23

// matchLayers aligns layers in order so that names, kinds and shapes agree as far as possible. The others, and all layers of
// networks that are too long for that, are paired by names, and then by kinds, shapes and costs, in order.
func matchLayers(before, after *cost.LayerList, listed []cost.Quantity) *matching {
	m := newMatching(len(before.Operations), len(after.Operations))
	b, a := describe(before, listed), describe(after, listed)
	first := 0
	for first < len(b) && first < len(a) && b[first] == a[first] {
		m.pair(first, first)
		first++
	}
	endB, endA := len(b), len(a)
	for endB > first && endA > first && b[endB-1] == a[endA-1] {
		endB, endA = endB-1, endA-1
		m.pair(endB, endA)
	}
	if (endB-first+1)*(endA-first+1) <= maxAligned {
		m.align(b, a, first, endB, endA)
	}
	for _, key := range []func(described) string{
		func(d described) string { return d.name },
		func(d described) string { return d.kind + " " + d.shape + " " + d.costs },
		func(d described) string { return d.kind + " " + d.shape },
	} {
		m.by(func(k int) string { return key(b[k]) }, func(k int) string { return key(a[k]) })
	}
	return m
}

// described is the properties by which layers are compared.
type described struct {
	name, kind, shape string
	costs             string // the first few costs, which distinguish layers of one shape
	merge             bool
}

// maxTold is the number of costs by which layers are distinguished.
const maxTold = 2

func describe(layers *cost.LayerList, listed []cost.Quantity) []described {
	out := make([]described, len(layers.Operations))
	for k, op := range layers.Operations {
		costs := layers.At(k).Costs
		d := described{name: op.Name, kind: op.Kind.Name, shape: op.Output.Shape.ASCII(), merge: op.Kind.Links}
		for _, q := range listed[:min(maxTold, len(listed))] {
			d.costs += costs.Of(q).ASCII() + " "
		}
		out[k] = d
	}
	return out
}

// alike is the score of pairing two layers; 0 if they cannot be paired.
func (d described) alike(other described) int32 {
	score := int32(0)
	if d.name == other.name {
		score += sameName
	}
	switch {
	case d.kind != other.kind && d.merge && other.merge:
		return score + bothMerge
	case d.kind != other.kind:
		return score
	case d.shape == other.shape && d.costs == other.costs:
		score += sameCosts
		fallthrough
	case d.shape == other.shape:
		score += sameShape
	}
	return score + sameKind
}

// align pairs the layers from first on, up to the ends, in the order of both lists and with the highest score (Needleman and
// Wunsch 1970, doi:10.1016/0022-2836(70)90057-4, without a penalty for gaps).
func (m *matching) align(b, a []described, first, endB, endA int) {
	rows, columns := endB-first, endA-first
	best := make([][]int32, rows+1) // of what stands from here on
	for i := range best {
		best[i] = make([]int32, columns+1)
	}
	for i := rows - 1; i >= 0; i-- {
		for j := columns - 1; j >= 0; j-- {
			best[i][j] = max(best[i+1][j], best[i][j+1])
			if score := b[first+i].alike(a[first+j]); score > 0 {
				best[i][j] = max(best[i][j], score+best[i+1][j+1])
			}
		}
	}
	for i, j := 0, 0; i < rows && j < columns; {
		score := b[first+i].alike(a[first+j])
		switch {
		case score > 0 && best[i][j] == score+best[i+1][j+1]:
			m.pair(first+i, first+j)
			i, j = i+1, j+1
		case best[i][j] == best[i+1][j]:
			i++
		default:
			j++
		}
	}
}

// matchLinks pairs links: first those between paired origins and paired merges, then others into paired merges, then by kind
// and shape, in order.
func matchLinks(before, after []rewrite.Link, opsBefore, opsAfter []*trace.Operation, layers *matching) *matching {
	m := newMatching(len(before), len(after))
	place := map[*trace.Operation]int{} // in the second list, under which both sides are known
	for k, op := range opsAfter {
		place[op] = k
	}
	for k, op := range opsBefore {
		place[op] = layers.forth[k]
	}
	of := func(op *trace.Operation) int {
		if at, known := place[op]; known {
			return at
		}
		return -1
	}
	into := func(l *rewrite.Link, rest string) string {
		if at := of(l.Merge); at >= 0 {
			return fmt.Sprint(at, " ", rest)
		}
		return ""
	}
	keys := []func(l *rewrite.Link) string{
		func(l *rewrite.Link) string { return into(l, originKey(l, of)) },
		func(l *rewrite.Link) string { return into(l, string(l.Class)) },
		func(l *rewrite.Link) string {
			return fmt.Sprint(l.Class, l.Kind(), l.Span, l.Held.Shape.ASCII())
		},
	}
	for _, key := range keys {
		m.by(func(k int) string { return key(&before[k]) }, func(k int) string { return key(&after[k]) })
	}
	return m
}

// originKey names the origin of a link by the place of the layer that makes it.
func originKey(l *rewrite.Link, of func(*trace.Operation) int) string {
	switch {
	case l.Origin == nil:
		return "none"
	case l.Origin.Producer == nil:
		return "input"
	}
	return fmt.Sprint("from ", of(l.Origin.Producer))
}
