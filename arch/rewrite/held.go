package rewrite

import (
	"strings"

	"github.com/skipcost/skipcost/arch/trace"
)

// between lists the tensors on the ways from an origin to a tensor, in order; the tensor is the last, and the origin is not
// among them.
func (f *finder) between(origin, v int32) []int32 {
	w := f.walks
	w.begin()
	w.seen[v] = w.turn
	for at := v; at > origin; at-- {
		if w.seen[at] != w.turn {
			continue
		}
		for _, in := range f.passing(at) {
			if in >= origin {
				w.seen[in] = w.turn
			}
		}
	}
	if w.seen[origin] != w.turn {
		return nil
	}
	var out []int32
	w.side[origin] = both // marks tensors made of the origin
	for at := origin + 1; at <= v; at++ {
		if w.seen[at] != w.turn {
			continue
		}
		w.side[at] = 0
		for _, in := range f.passing(at) {
			if in >= origin && w.seen[in] == w.turn && w.side[in] == both {
				w.side[at] = both
			}
		}
		if w.side[at] == both {
			out = append(out, at)
		}
	}
	return out
}

// longest is the number of weight layers on the longest way from an origin to a tensor.
func (f *finder) longest(origin, v int32) int {
	most := map[int32]int{origin: 0}
	for _, at := range f.between(origin, v) {
		n := 0
		for _, in := range f.passing(at) {
			n = max(n, most[in])
		}
		most[at] = n + int(f.weights[at])
	}
	return most[v]
}

// layers are the fewest and the most weight layers and products of activations, those that mix streams apart, on the ways from an origin to
// a tensor.
func (f *finder) layers(origin, v int32) (least, most int) {
	type ends struct{ least, most int }
	passed := map[int32]ends{origin: {}}
	for _, at := range f.between(origin, v) {
		own := int(f.weights[at])
		if own == 0 && f.works[at] && f.ops[at-1].Kind.Products && !f.ops[at-1].Mixes {
			own = 1
		}
		now, first := ends{}, true
		for _, in := range f.passing(at) {
			before, is := passed[in]
			if !is {
				continue
			}
			if first {
				now = before
			}
			now, first = ends{min(now.least, before.least), max(now.most, before.most)}, false
		}
		passed[at] = ends{now.least + own, now.most + own}
	}
	return passed[v].least, passed[v].most
}

// extents are the extents of the tensors on the ways from an origin to a tensor.
func (f *finder) extents(origin, v int32) map[string]bool {
	passed := map[string]bool{}
	for _, at := range append(f.between(origin, v), origin) {
		var b strings.Builder
		for _, e := range f.tensor(at).Shape.Extents {
			b.WriteString(e.ASCII() + "×")
		}
		passed[b.String()] = true
	}
	return passed
}

// hold finds the tensor that a link holds longest, of equals the last, and how many operations run while it holds one.
func (f *finder) hold(l *found, made int32) {
	at, path := l.origin, []int32(nil)
	switch {
	case at < 0:
		at = l.operand
	case at != l.operand:
		path = f.between(at, l.operand)
	}
	longest := -1
	for _, next := range append(path, made) {
		n := int(next - at - 1)
		if n >= longest {
			longest, l.Held = n, f.tensor(at)
		}
		l.Waits += n
		at = next
	}
}

// path lists the operations on the way of a link, in execution order.
func (f *finder) path(l *Link) []*trace.Operation {
	if l.Origin == nil || l.Origin == l.Tensor {
		return nil
	}
	var ops []*trace.Operation
	for _, v := range f.between(f.at[l.Origin], f.at[l.Tensor]) {
		ops = append(ops, f.ops[v-1])
	}
	return ops
}
