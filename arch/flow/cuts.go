package flow

import (
	"errors"
	"math"

	"github.com/skipcost/skipcost/arch/rewrite"
	"github.com/skipcost/skipcost/arch/trace"
)

// Cuts reads the signal and gradient of a written-out network without one of its links, again and again. Of the signal only what differs
// is followed, from the link on. The gradient is followed from the outputs back to a tensor in front of the link through which all passes;
// in front of that the gradients are to each other as they are with the link. Chains of layers in which no signal differs are passed
// in one step.
type Cuts struct {
	with    *field
	trace   *trace.Trace
	ops     []*trace.Operation
	at      map[*trace.Value]int   // the operation that makes a tensor
	readers map[*trace.Value][]int // the operations that follow it
	outputs []*trace.Value
	necks   []neck // in order
	chains  []chain
	chainOf []int // of each operation, or none
	chosen  int   // the last operation that chooses rows of a table, where paths begin too
}

// neck is a tensor through which all passes that operations behind one of them get of those before.
type neck struct {
	behind int
	tensor *trace.Value
}

// chain is a row of operations each of which is all that reads the one before: what comes to the tensor that enters of a gradient on what
// leaves. It ends with the operation at last.
type chain struct {
	from    *trace.Value
	through jet
	last    int
}

const none = -1

// NewCuts follows a network with all its links, from the outputs of operations alone.
func NewCuts(t *trace.Trace, o Options) (*Cuts, error) {
	c := &Cuts{with: newField(o.Init, t.Network, counts{}), trace: t, ops: t.Operations(), at: map[*trace.Value]int{}, readers: map[*trace.Value][]int{}, outputs: ends(t), chosen: none}
	if t.HasLoops() {
		return nil, errOpen
	}
	if err := c.with.follow(t); err != nil {
		return nil, err
	}
	for k, op := range c.ops {
		c.at[op.Output] = k
		if c.with.aside[op.Output] {
			continue
		}
		for _, v := range followed(op) {
			c.readers[v] = append(c.readers[v], k)
		}
		if l, _ := lawOf(op); l == (embedding{}) {
			c.chosen = k
		}
	}
	c.findNecks()
	return c, c.findChains()
}

// findNecks goes along the operations and counts the tensors that later ones read.
func (c *Cuts) findNecks() {
	last := map[*trace.Value]int{}
	for v, readers := range c.readers {
		last[v] = readers[len(readers)-1]
	}
	for _, v := range c.outputs {
		last[v] = len(c.ops)
	}
	open := map[*trace.Value]bool{}
	ending := make([][]*trace.Value, len(c.ops)+1)
	begin := func(v *trace.Value) {
		if end, read := last[v]; read {
			open[v] = true
			ending[end] = append(ending[end], v)
		}
	}
	begin(c.trace.Input)
	for k, op := range c.ops {
		begin(op.Output)
		for _, v := range ending[k] {
			delete(open, v)
		}
		if len(open) == 1 {
			for v := range open {
				c.necks = append(c.necks, neck{k, v})
			}
		}
	}
}

// findChains puts together what a gradient passes in one step, the longest chains that there are. What is asked for at the first and the
// last weight layer is not passed over.
func (c *Cuts) findChains() error {
	c.chainOf = make([]int, len(c.ops))
	for k := range c.chainOf {
		c.chainOf[k] = none
	}
	output := map[*trace.Value]bool{}
	for _, v := range c.outputs {
		output[v] = true
	}
	for k := len(c.ops) - 1; k >= 0; k-- {
		if c.chainOf[k] != none || !c.single(k) {
			continue
		}
		members := []int{k}
		for {
			from := followed(c.ops[members[len(members)-1]])[0]
			before, made := c.at[from]
			if !made || output[from] || len(c.readers[from]) != 1 || !c.single(before) || c.chainOf[before] != none {
				break
			}
			members = append(members, before)
		}
		if first := members[len(members)-1]; len(c.readers[followed(c.ops[first])[0]]) > 1 {
			members = members[:len(members)-1] // it reads the trunk, where signals are others
		}
		if err := c.link(members); err != nil {
			return err
		}
	}
	return nil
}

// single reports whether an operation may be a link of a chain.
func (c *Cuts) single(k int) bool {
	op := c.ops[k]
	return !c.with.aside[op.Output] && len(followed(op)) == 1 && op != c.with.first && op != c.with.last
}

// link makes a chain of operations, the last of them first, where a gradient stays even over the channels in each.
func (c *Cuts) link(members []int) error {
	through := path(0)
	f := c.with.within()
	for n, k := range members {
		op := c.ops[k]
		from := followed(op)[0]
		f.back = map[*trace.Value]gradient{op.Output: {{width: op.Output.Shape.Width, at: affine{plus: through}}}}
		if err := f.operationBack(op); err != nil {
			return err
		}
		if g := f.back[from]; len(g) == 1 && g[0].among == 0 && len(c.with.signal[op.Output]) == 1 {
			through = g[0].at.plus
			continue
		}
		members = members[:n]
		break
	}
	if len(members) < 2 {
		return nil // nothing is saved
	}
	for _, k := range members {
		c.chainOf[k] = len(c.chains)
	}
	c.chains = append(c.chains, chain{followed(c.ops[members[len(members)-1]])[0], through, members[0]})
	return nil
}

// Without is signal and gradient without a link, and whether they can be read off what differs.
func (c *Cuts) Without(d *rewrite.Difference) (*Reading, bool) {
	w := &without{Cuts: c, Difference: d, field: c.with.within(), was: map[*trace.Value]moments{}, broken: map[int]bool{}, first: len(c.ops)}
	defer w.restore()
	for op := range d.Gone {
		w.first = min(w.first, c.at[op.Output])
	}
	for op := range d.Made {
		w.first = min(w.first, c.at[op.Output])
	}
	if d.Gone[c.with.first] || d.Gone[c.with.last] || w.forward() != nil {
		return nil, false
	}
	input, err := w.backward()
	if err != nil {
		return nil, false
	}
	t := &trace.Trace{Input: c.trace.Input, Output: w.now(c.trace.Output), Free: c.trace.Free}
	w.back = map[*trace.Value]gradient{t.Input: input}
	r := &Reading{}
	(&reader{trace: t, counts: c.with.counts}).fill(r, w.field, t)
	return r, true
}

// without is a network without one link.
type without struct {
	*Cuts
	*rewrite.Difference
	*field
	was    map[*trace.Value]moments // of signals that are others
	broken map[int]bool             // chains in which something differs
	first  int                      // the first operation that differs
}

// now is what stands in the place of a tensor.
func (w *without) now(v *trace.Value) *trace.Value {
	if other, is := w.Now[v]; is {
		return other
	}
	return v
}

// operation is what has become of one, or nil.
func (w *without) operation(k int) (op *trace.Operation, made bool) {
	op = w.ops[k]
	if other := w.Made[op]; other != nil {
		return other, true
	}
	if w.Gone[op] {
		return nil, false
	}
	return op, false
}

// forward follows the signals that differ.
func (w *without) forward() error {
	for k := w.first; k < len(w.ops); k++ {
		op, made := w.operation(k)
		if op == nil || made {
			w.broken[w.chainOf[k]] = true
		}
		if op == nil || !made && !w.differs(op) {
			continue
		}
		before := w.signal[op.Output]
		if err := w.field.operation(op); err != nil {
			w.put(op.Output, before)
			return err
		}
		if w.signal[op.Output].alike(before) {
			w.signal[op.Output] = before
			continue
		}
		w.put(op.Output, before)
		for _, r := range w.readers[op.Output] {
			w.broken[w.chainOf[r]] = true
		}
	}
	return nil
}

func (w *without) put(v *trace.Value, before moments) { w.was[v] = before }

// differs reports whether an operation reads a signal that is another one.
func (w *without) differs(op *trace.Operation) bool {
	for _, v := range followed(op) {
		if _, other := w.was[v]; other {
			return true
		}
	}
	return false
}

// restore puts back the signals with the link.
func (w *without) restore() {
	for v, m := range w.was {
		if m == nil {
			delete(w.signal, v)
		} else {
			w.signal[v] = m
		}
	}
}

// alike reports whether two tensors carry surely the same.
func (m moments) alike(o moments) bool {
	if len(m) != len(o) {
		return false
	}
	for k, p := range m {
		if !p.width.Equal(o[k].width) || !p.alike(o[k]) {
			return false
		}
	}
	return true
}

var errElsewhere = errors.New("the first or last weight layer is another one")

// backward is the gradient at the input. The weight layers that count are those with the link.
func (w *without) backward() (gradient, error) {
	for _, v := range w.outputs {
		if err := w.reach(w.now(v), outputGradient(w.now(v))); err != nil {
			return nil, err
		}
	}
	k := len(w.ops) - 1
	for n := len(w.necks) - 1; n >= 0; n-- {
		neck := w.necks[n]
		if neck.behind >= w.first {
			continue
		}
		if err := w.rewind(k, neck.behind+1); err != nil {
			return nil, err
		}
		k = neck.behind
		if ratio, even := w.ratio(neck.tensor); even && w.chosen <= k {
			return w.scaled(k, ratio)
		}
	}
	if err := w.rewind(k, 0); err != nil {
		return nil, err
	}
	return w.back[w.trace.Input], w.same(none)
}

// rewind goes back through the operations from one to another one.
func (w *without) rewind(from, to int) error {
	for k := from; k >= to; k-- {
		if n := w.chainOf[k]; n != none && !w.broken[n] && w.chains[n].last == k && w.at[w.chains[n].from] >= to-1 {
			g, reached := w.back[w.ops[k].Output]
			if !reached {
				continue
			}
			if len(g) == 1 && g[0].among == 0 {
				from := w.chains[n].from
				if err := w.reach(from, gradient{{width: from.Shape.Width, at: g[0].at.mul(w.chains[n].through)}}); err != nil {
					return err
				}
				continue
			}
		}
		op, _ := w.operation(k)
		if op == nil {
			continue
		}
		if err := w.operationBack(op); err != nil {
			return err
		}
	}
	return nil
}

// same reports whether the first and last weight layers that were met behind an operation are those with the link.
func (w *without) same(behind int) error {
	for _, x := range []struct{ with, without *trace.Operation }{{w.with.first, w.field.first}, {w.with.last, w.field.last}} {
		if w.at[x.with.Output] > behind && x.without != x.with && x.without != w.Made[x.with] {
			return errElsewhere
		}
	}
	return nil
}

// ratio is what the gradient at a tensor is, all along its channels, to that with the link.
func (w *without) ratio(v *trace.Value) (jet, bool) {
	now, with := w.back[v], w.with.back[v]
	if len(now) == 0 || len(now) != len(with) {
		return jet{}, false
	}
	one := now[0].at.plus.per(with[0].at.plus)
	for k, s := range now {
		n := s.at.plus.per(with[k].at.plus)
		if s.among != with[k].among || !s.width.Equal(with[k].width) || !n.near(one) {
			return jet{}, false
		}
	}
	return one, one.weight.Err() == nil && one.length.Err() == nil && one.square.Err() == nil
}

// scaled is the gradient at the input, of which all in front of an operation is so many times that with the link.
func (w *without) scaled(behind int, ratio jet) (gradient, error) {
	if err := w.same(behind); err != nil {
		return nil, err
	}
	if w.at[w.with.first.Output] <= behind {
		w.field.first, w.firstUnit = w.with.first, w.with.firstUnit.mul(ratio)
	}
	if w.at[w.with.last.Output] <= behind {
		w.field.last, w.lastUnit = w.with.last, w.with.lastUnit.mul(ratio)
	}
	w.rows = w.with.rows.mul(ratio)
	var in gradient
	for _, s := range w.with.back[w.trace.Input] {
		s.at = s.at.mul(ratio)
		in = append(in, s)
	}
	return in, nil
}

// per is the bundle behind which b is a.
func (a jet) per(b jet) jet {
	w := a.weight.quo(b.weight)
	l := a.length.sub(w.mul(b.length)).quo(b.weight)
	cross := l.mul(b.length)
	return jet{w, l, a.square.sub(w.mul(b.square)).sub(cross).sub(cross).quo(b.weight)}
}

// near reports whether two bundles differ by rounding alone.
func (a jet) near(b jet) bool {
	for _, x := range [][2]Number{{a.weight, b.weight}, {a.length, b.length}, {a.square, b.square}} {
		if x[0].sameAs(x[1]) {
			continue
		}
		p, known := x[0].rounded()
		q, also := x[1].rounded()
		if !known || !also || math.Abs(p.quo(q).float()-1) > 1e-9 {
			return false
		}
	}
	return true
}
