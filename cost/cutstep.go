package cost

import (
	"maps"
	"slices"

	"github.com/skipcost/skipcost/arch/symbolic"
)

// detour is the change of a step where a link is cut: some operations are gone, and readers of a merge that is gone read the
// operand that is left.
type detour struct {
	gone     map[int]bool
	from, to int32 // read the second for the first; -1 for none
}

func noDetour() detour { return detour{from: -1, to: -1} }

// read is the tensor that is there for another one.
func (d detour) read(v int32) int32 {
	if v == d.from {
		return d.to
	}
	return v
}

// cutStep finds the peak of a training step without one of its links, for one link after another. Lifetimes of some storages
// differ, and so do gradients, from the last operation that differs back to the first, and on until they are the same again. At
// all other moments the bytes differ by a constant.
type cutStep struct {
	*stepProfile
	needers, readers grouped // needers: operations whose backward pass needs a storage; readers: those that read it or make a tensor in it
	backprop         *rewound
	peaks            peaks // of the step as it is
}

func newCutStep(p *stepPlan) *cutStep {
	s := &cutStep{stepProfile: p.profile(), backprop: newRewound(p)}
	s.most = s.backprop.most
	s.needers = group(len(p.root), len(p.ops), func(k int, put func(int32)) {
		for _, v := range p.ops[k].needed {
			put(p.root[v])
		}
	})
	s.readers = group(len(p.root), len(p.ops), func(k int, put func(int32)) {
		for _, v := range p.ops[k].inputs {
			put(p.root[v])
		}
		put(p.root[k+1])
	})
	s.peaks = newPeaks(2*len(p.ops), s.at)
	return s
}

// without is the peak where some operations are gone and others are replaced by patches.
func (s *cutStep) without(d detour, patches []patch) (symbolic.Expr, error) {
	swap := func() {
		for k := range patches {
			p := &patches[k]
			s.ops[p.at], p.op = p.op, s.ops[p.at]
			s.size[p.at+1], p.size = p.size, s.size[p.at+1]
		}
	}
	swap()
	defer swap()
	c := &stepCut{
		cutStep: s, detour: d, were: map[int]*patch{}, more: map[int]symbolic.Expr{},
		needed: map[int32]int32{}, used: map[int32]int32{}, touched: map[int32]bool{},
	}
	for k := range patches {
		c.were[patches[k].at] = &patches[k]
	}
	c.touch()
	for v := range c.touched {
		c.storage(v)
	}
	first, last := c.differs()
	if last >= 0 {
		var more symbolic.Expr
		c.gradients, more = s.backprop.without(d, first, last)
		c.add(c.backward(last)+len(c.gradients), more)
	}
	return c.peak(last)
}

// stepCut is the state while a step without a link is priced.
type stepCut struct {
	*cutStep
	detour
	were         map[int]*patch        // former operations, of those that have changed
	touched      map[int32]bool        // storages that operations which differ touch
	needed, used map[int32]int32       // the first of the operations that have become others and need a storage, and the last that reads it
	more         map[int]symbolic.Expr // more bytes from this moment on
	gradients    []symbolic.Expr       // the most bytes of gradients, from the last operation that differs back
}

// add is more bytes from a moment on.
func (c *stepCut) add(moment int, bytes symbolic.Expr) { c.more[moment] = c.more[moment].Add(bytes) }

// less is fewer bytes from a moment on.
func (c *stepCut) less(moment int, bytes symbolic.Expr) { c.more[moment] = c.more[moment].Sub(bytes) }

// touch goes through the operations that differ, in their former and their new form.
func (c *stepCut) touch() {
	storages := func(k int, op *stepOperation) {
		c.touched[c.root[k+1]] = true
		for _, v := range slices.Concat(op.inputs, op.needed) {
			c.touched[c.root[v]] = true
		}
	}
	for k := range c.gone {
		storages(k, &c.ops[k])
		c.beside(k, c.ops[k].beside, c.less)
	}
	for k, was := range c.were {
		storages(k, &was.op)
		storages(k, &c.ops[k])
		c.beside(k, was.op.beside, c.less)
		c.beside(k, c.ops[k].beside, c.add)
		for _, v := range c.ops[k].needed {
			r := c.rootOf(v)
			if at, has := c.needed[r]; !has || int32(k) < at {
				c.needed[r] = int32(k)
			}
		}
		for _, v := range append(slices.Clone(c.ops[k].inputs), int32(k+1)) {
			r := c.rootOf(v)
			c.used[r] = max(c.used[r], int32(k)) // none reads at 0 what is not made there
		}
	}
	if c.from >= 0 {
		c.touched[c.from], c.touched[c.root[c.to]] = true, true
	}
}

// rootOf is the tensor in whose storage one lies.
func (c *stepCut) rootOf(v int32) int32 {
	if r := c.root[v]; r != c.from {
		return r
	}
	return c.root[c.to]
}

// storage removes a storage with its former lifetime and adds it with the new one.
func (c *stepCut) storage(v int32) {
	was := c.size[v]
	if p := c.were[int(v)-1]; p != nil {
		was = p.size
	}
	c.span(v, c.first[v], c.last[v], was, c.less)
	if !c.gone[int(v)-1] {
		c.span(v, c.needer(v), c.reader(v), c.size[v], c.add)
	}
}

// same reports whether an operation is unchanged.
func (c *stepCut) same(k int32) bool { return !c.gone[int(k)] && c.were[int(k)] == nil }

// needer is the first operation whose backward pass needs a storage.
func (c *stepCut) needer(v int32) int32 {
	if c.rootOf(c.output) == v {
		return -1
	}
	first := int32(unread)
	if at, has := c.needed[v]; has {
		first = at
	}
	for _, r := range c.stoodIn(v) {
		ops := c.needers.of(r)
		if k := slices.IndexFunc(ops, c.same); k >= 0 {
			first = min(first, ops[k])
		}
	}
	return first
}

// reader is the last operation that reads a storage or makes a tensor in it.
func (c *stepCut) reader(v int32) int32 {
	last := c.used[v]
	for _, r := range c.stoodIn(v) {
		for _, k := range slices.Backward(c.readers.of(r)) {
			if c.same(k) {
				last = max(last, k)
				break
			}
		}
	}
	return last
}

// stoodIn are the storages that one takes the place of: itself, and that of the merge if it is the operand that is left.
func (c *stepCut) stoodIn(v int32) []int32 {
	if c.from >= 0 && c.root[c.to] == v {
		return []int32{v, c.from}
	}
	return []int32{v}
}

// differs is the first and the last operation whose backward pass changes; the last is −1 if there is none.
func (c *stepCut) differs() (first, last int) {
	first, last = len(c.ops), -1
	for k := range c.gone {
		first, last = min(first, k), max(last, k)
	}
	for k := range c.were {
		first, last = min(first, k), max(last, k)
	}
	if c.from >= 0 {
		readers := c.readers.of(c.from)
		last = max(last, int(readers[len(readers)-1]))
		if c.from == c.output {
			last = len(c.ops) - 1
		}
	}
	return first, last
}

// peak is the most bytes at any moment; last is the last operation that differs.
func (c *stepCut) peak(last int) (symbolic.Expr, error) {
	begin, end := c.backward(last), c.backward(last)+len(c.gradients) // the moments at which gradients differ
	bounds := append(slices.Collect(maps.Keys(c.more)), 0, begin, end, 2*len(c.ops))
	slices.Sort(bounds)
	bounds = slices.Compact(bounds)
	var peak, more symbolic.Expr
	for k, from := range bounds[:len(bounds)-1] {
		more = more.Add(c.more[from])
		to := bounds[k+1]
		if from < begin || from >= end {
			peak = larger(peak, c.peaks.over(from, to).Add(more))
			continue
		}
		for t := from; t < to; t++ {
			peak = larger(peak, symbolic.Sum(c.stored[t], c.gradients[t-begin], more))
		}
	}
	return peak, more.Err()
}
