package flow

import (
	"errors"
	"math"

	"github.com/skipcost/skipcost/arch/rewrite"
	"github.com/skipcost/skipcost/arch/trace"
)

// Without is the signal and gradient without a link; false if they cannot be found from the difference alone.
func (c *Cuts) Without(d *rewrite.Difference) (*Reading, bool) {
	w := &without{Cuts: c, Difference: d, field: c.with.within(), was: map[*trace.Value]moments{}, broken: map[int]bool{}, first: len(c.ops)}
	w.field.work = c.with.work.Copy()
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
	was    map[*trace.Value]moments // the moments with the link, of tensors whose signal differs
	broken map[int]bool             // chains in which something differs
	first  int                      // the first operation that differs
}

// now is the tensor that replaces another one.
func (w *without) now(v *trace.Value) *trace.Value {
	if other, is := w.Now[v]; is {
		return other
	}
	return v
}

// operation is the new form of an operation, or nil.
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

// differs reports whether an operation reads a signal that differs.
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

// alike reports whether two tensors surely have equal moments.
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

// backward is the gradient at the input. The first and last weight layers must be the same as with the link.
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

// rewind goes back through the operations from one to another.
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

// ratio is the quotient of the gradient at a tensor and that with the link, if it is the same in all channels.
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

// scaled is the gradient at the input, where all gradients in front of an operation are those with the link times a ratio.
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
