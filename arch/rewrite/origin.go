package rewrite

import (
	"container/heap"

	"github.com/skipcost/skipcost/arch/trace"
)

// ancestry is the tensors that the trunk of one merge descends from. It is searched back from the trunk, only as far as it is
// asked for.
type ancestry struct {
	*lineage
	turn    int32
	marks   []int32 // the turn in which a tensor was found to be behind the trunk
	next    int32   // the tensors with higher numbers have marked their inputs
	longest []int32 // weight layers on the longest way to the trunk
	works   []bool  // a way to the trunk passes something to jump over
}

func newAncestry(g *lineage) *ancestry {
	n := len(g.inputs)
	return &ancestry{lineage: g, marks: make([]int32, n), longest: make([]int32, n), works: make([]bool, n)}
}

// start turns to another trunk.
func (a *ancestry) start(trunk int32) {
	a.turn++
	a.next = trunk
	a.marks[trunk], a.longest[trunk], a.works[trunk] = a.turn, 0, false
}

// has reports whether the trunk descends from a tensor on ways that pass a gradient. Afterwards longest and works are complete
// for the tensor.
func (a *ancestry) has(v int32) bool {
	for ; a.next > v; a.next-- {
		if a.marks[a.next] == a.turn {
			a.handOn(a.next)
		}
	}
	return a.marks[v] == a.turn
}

func (a *ancestry) handOn(v int32) {
	longest, works := a.longest[v]+a.weights[v], a.works[v] || a.lineage.works[v]
	for _, in := range a.passing(v) {
		if a.marks[in] != a.turn {
			a.marks[in], a.longest[in], a.works[in] = a.turn, 0, false
		}
		a.longest[in] = max(a.longest[in], longest)
		a.works[in] = a.works[in] || works
	}
}

// jumps reports whether there is something to skip on the trunk behind an origin.
func (f *finder) jumps(origin int32) bool { return f.behind.works[origin] }

// start is an origin, and the weight layers on the shortest way from it.
type start struct {
	tensor  int32
	weights int
}

// siteOrigin is the origin at a site of parallel streams: the streams that enter it, which are mixed, whatever the weights of
// the mix are computed from.
func (f *finder) siteOrigin(site *trace.Operation, operand int32) (start, bool) {
	if !site.Site() || operand == 0 || f.ops[operand-1].Alone == nil {
		return start{}, false
	}
	v := f.at[f.ops[operand-1].Alone]
	return start{v, 0}, f.behind.has(v)
}

// origin searches back from an operand, first over no weight layer, then over one and so on, the latest tensors first. Behind a
// shared tensor with nothing to skip on the trunk the search does not go further back.
func (f *finder) origin(operand, trunk int32) (start, bool) {
	shared := f.sources[trunk]
	w := f.walks
	w.begin()
	levels := []latest{{operand}}
	for n := 0; n < len(levels); n++ {
		first := int32(-1)
		for levels[n].Len() > 0 {
			v := heap.Pop(&levels[n]).(int32)
			if f.sources[v]&shared == 0 || w.seen[v] == w.turn {
				continue
			}
			w.seen[v] = w.turn
			if f.behind.has(v) {
				if f.jumps(v) {
					return start{v, n}, true
				}
				first = max(first, v)
				continue
			}
			at := n + int(f.weights[v])
			for len(levels) <= at {
				levels = append(levels, nil)
			}
			for _, in := range f.passing(v) {
				if w.seen[in] != w.turn {
					heap.Push(&levels[at], in)
				}
			}
		}
		if first >= 0 {
			return start{first, n}, true
		}
	}
	return start{}, false
}
