package cost

import (
	"math"

	"github.com/skipcost/skipcost/arch/symbolic"
)

// stepProfile is the bytes in memory at each moment of a step: operation k of n runs forward at moment k and backward at moment
// 2n − 1 − k.
type stepProfile struct {
	*stepPlan
	first  []int32         // of each storage, the earliest operation whose backward pass needs it; −1 for the caller
	last   []int32         // of each storage, the last operation of the forward pass that reads it or makes a tensor in it
	stored []symbolic.Expr // at each moment, the bytes of storages
	most   []symbolic.Expr // of each operation, the most bytes of gradients while it runs backward
}

// unread stands in first for a storage that no backward pass needs.
const unread = math.MaxInt32

// profile finds the lifetime of each storage, and the bytes of storages at each moment.
func (p *stepPlan) profile() *stepProfile {
	f := &stepProfile{
		stepPlan: p, first: make([]int32, len(p.root)), last: make([]int32, len(p.root)),
		stored: make([]symbolic.Expr, 2*len(p.ops)+1), most: make([]symbolic.Expr, len(p.ops)),
	}
	f.read()
	add := func(at int, by symbolic.Expr) { f.stored[at] = f.stored[at].Add(by) }
	for v := range p.root {
		f.span(int32(v), f.first[v], f.last[v], p.size[v], add)
	}
	for k := range p.ops {
		f.beside(k, p.ops[k].beside, add)
	}
	for t := 1; t < len(f.stored); t++ {
		f.stored[t] = f.stored[t].Add(f.stored[t-1])
	}
	return f
}

// read finds the last operation that needs each storage, forward and backward.
func (f *stepProfile) read() {
	for v := range f.first {
		f.first[v], f.last[v] = unread, -1
	}
	for k := range f.ops {
		for _, v := range f.ops[k].needed {
			f.until(v, int32(k))
		}
		for _, in := range f.ops[k].inputs {
			f.last[f.root[in]] = int32(k)
		}
		f.last[f.root[k+1]] = int32(k)
	}
	f.until(f.output, -1)
	f.keepForReruns()
}

// until records that the backward pass of operation k needs a storage.
func (f *stepProfile) until(v, k int32) {
	r := f.root[v]
	if part := f.remakes(r); part != nil {
		f.first[r], part.begins, part.needed = min(f.first[r], k), max(part.begins, k), true
		return
	}
	if f.first[r] <= k {
		return // and so are its parts, of which there may be many
	}
	f.first[r] = k
	for _, part := range f.parts[r] {
		f.until(part, k)
	}
}

// span adds the bytes of a storage at the moment at which it is made, and takes them off behind the last moment at which it is held.
// The network's input is not counted; a concat in a shared buffer counts with its parts.
func (f *stepProfile) span(v, first, last int32, size symbolic.Expr, add func(at int, by symbolic.Expr)) {
	if v == 0 || f.root[v] != v || f.saver.memory.Concat == SharedConcat && f.joined[v] {
		return
	}
	add(int(v)-1, size)
	if part := f.remakes(v); part != nil {
		add(int(last)+1, size.Neg())
		if first != unread {
			add(f.backward(int(part.begins)), size)
			add(f.backward(int(max(first, 0)))+1, size.Neg())
		}
		return
	}
	switch {
	case first == unread:
		add(int(last)+1, size.Neg())
	case first >= 0:
		add(f.backward(int(first))+1, size.Neg())
	}
}

// beside adds the bytes that an operation keeps beside tensors.
func (f *stepProfile) beside(k int, bytes symbolic.Expr, add func(at int, by symbolic.Expr)) {
	if !bytes.IsZero() {
		at := k
		if f.part[k] >= 0 {
			at = f.backward(int(f.reruns[f.part[k]].begins))
		}
		add(at, bytes)
		add(f.backward(k)+1, bytes.Neg())
	}
}

// backward is the moment at which an operation runs backward.
func (f *stepProfile) backward(k int) int { return 2*len(f.ops) - 1 - k }

// peak is the most bytes of storages and gradients at any moment.
func (f *stepProfile) peak() (symbolic.Expr, error) {
	g := f.gradients()
	for k := len(f.ops) - 1; k >= 0; k-- {
		g.run(k, noDetour())
		f.most[k] = g.most
	}
	peak := g.bytes
	for t := range 2 * len(f.ops) {
		peak = larger(peak, f.at(t))
	}
	return peak, f.stored[len(f.stored)-1].Add(g.bytes).Err()
}

// at is the bytes at a moment.
func (f *stepProfile) at(moment int) symbolic.Expr {
	if n := len(f.ops); moment >= n {
		return f.stored[moment].Add(f.most[2*n-1-moment])
	}
	return f.stored[moment]
}
