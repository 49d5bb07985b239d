package rewrite

import (
	"container/heap"

	"github.com/skipcost/skipcost/arch/symbolic"
)

// trunk is which input of a merge is its trunk; see [Link].
func (f *finder) trunk(made int32) int {
	inputs := f.inputs[made]
	best := -1
	for k, in := range inputs {
		switch {
		case f.foreign(made, k):
		case best < 0 || f.depth[in] > f.depth[inputs[best]]:
			best = k
		case f.depth[in] == f.depth[inputs[best]] && !f.ahead(inputs[best], in):
			best = k
		}
	}
	if best < 0 {
		return len(inputs) - 1
	}
	return best
}

// foreign reports whether an add has to broadcast an operand that shares nothing with the others.
func (f *finder) foreign(made int32, operand int) bool {
	inputs := f.inputs[made]
	if f.ops[made-1].Kind.Joins || !f.broadcast(inputs[operand]) {
		return false
	}
	for k, in := range inputs {
		if k != operand && f.sources[in]&f.sources[inputs[operand]] != 0 {
			return false
		}
	}
	return true
}

// ahead reports whether the first of two operands behind equally many weight layers is the trunk: it has more weight layers on
// its shortest way from the tensors that both share, or else more macs of its own.
func (f *finder) ahead(a, b int32) bool {
	if a == b {
		return false
	}
	p := f.part(a, b)
	if p.shortest[0] != p.shortest[1] {
		return p.shortest[0] > p.shortest[1]
	}
	own := func(tensors []int32) symbolic.Expr {
		var sum symbolic.Expr
		for _, v := range tensors {
			if f.works[v] {
				sum = sum.Add(f.macs(f.ops[v-1]))
			}
		}
		return sum
	}
	more := own(p.own[0]).Sub(own(p.own[1]))
	return !more.IsZero() && more.NeverNegative() // widths that are free are numbers from 1 on
}

// parting is where two tensors part: the weight layers on the shortest way to each from the tensors that they share, and the
// tensors that only one of them is made of.
type parting struct {
	shortest [2]int32
	own      [2][]int32
}

// part goes back from two tensors in order until all tensors left to visit are behind both: those are what they share.
func (f *finder) part(a, b int32) parting {
	w := f.walks
	w.begin()
	w.reach(a, 0, 0)
	w.reach(b, 1, 0)
	var p parting
	for w.single > 0 {
		v := heap.Pop(&w.open).(int32)
		side := w.side[v]
		if side != both {
			w.single--
			p.own[side-1] = append(p.own[side-1], v)
		}
		for _, in := range f.passing(v) {
			if f.sources[in] == 0 {
				continue
			}
			for s := range 2 {
				if side&(1<<s) != 0 {
					w.reach(in, s, w.short[s][v]+f.weights[v])
				}
			}
		}
	}
	for s := range 2 {
		for k, v := range w.open {
			if n := w.short[s][v]; k == 0 || n < p.shortest[s] {
				p.shortest[s] = n
			}
		}
	}
	return p
}

// both marks a tensor that two are made of.
const both = 3

// walks are the marks of a walk back from two tensors. The memory is used again for the next walk; marks of earlier walks are
// recognised by their turn.
type walks struct {
	turn   int32
	seen   []int32 // the turn in which a tensor was last reached
	side   []uint8 // from which of the two, as bits
	short  [2][]int32
	open   latest
	single int // tensors in open that only one of the two is made of
}

func newWalks(n int) *walks {
	return &walks{seen: make([]int32, n), side: make([]uint8, n), short: [2][]int32{make([]int32, n), make([]int32, n)}}
}

func (w *walks) begin() {
	w.turn++
	w.open, w.single = w.open[:0], 0
}

// reach notes that a tensor is behind one of the two, over so many weight layers.
func (w *walks) reach(v int32, s int, weights int32) {
	if w.seen[v] != w.turn {
		w.seen[v], w.side[v] = w.turn, 0
		heap.Push(&w.open, v)
		w.single++
	}
	bit := uint8(1) << s
	switch {
	case w.side[v]&bit == 0:
		w.side[v] |= bit
		w.short[s][v] = weights
		if w.side[v] == both {
			w.single--
		}
	default:
		w.short[s][v] = min(w.short[s][v], weights)
	}
}

// latest is a heap of tensors, the latest on top; its methods are those of [heap.Interface].
type latest []int32

// Len is the number of tensors in it.
func (h latest) Len() int { return len(h) }

// Less reports whether a tensor comes out before another one: it is the later of the two.
func (h latest) Less(i, j int) bool { return h[i] > h[j] }

// Swap exchanges two places.
func (h latest) Swap(i, j int) { h[i], h[j] = h[j], h[i] }

// Push puts a tensor at the end; the heap moves it to its place.
func (h *latest) Push(v any) { *h = append(*h, v.(int32)) }

// Pop takes the tensor at the end, where the heap has put the latest.
func (h *latest) Pop() any {
	old := *h
	v := old[len(old)-1]
	*h = old[:len(old)-1]
	return v
}
