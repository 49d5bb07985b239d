package rewrite

import (
	"container/heap"

	"github.com/skipcost/skipcost/arch/trace"
)

// Difference is the difference between a trace without one link and the trace with it. A tensor that keeps its shape counts as
// the same, whichever operation makes it.
type Difference struct {
	Link *Link
	Gone map[*trace.Operation]bool             // operations that nothing needs any more, and the merge if one operand is left
	Made map[*trace.Operation]*trace.Operation // the new form of operations that read or make other tensors
	Now  map[*trace.Value]*trace.Value         // the new tensor in place of one whose shape has changed, or that the merge made
	// Refused says why the link cannot be cut; empty if it can.
	Refused string
}

// Cut cuts one link alone, as [Editor.Rewrite] does, but runs the shape rules only of the operations that change: from the
// merge on, as far as shapes differ. It reports false where the whole trace must be run: where shared weights would change, or
// a shape rule fails for another reason than the cut.
func (e *Editor) Cut(l *Link) (*Difference, bool) {
	if e.wiring == nil {
		e.wiring = newWiring(e.finder, e.links)
	}
	if e.wiring.dead {
		return nil, false
	}
	d := &difference{wiring: e.wiring, finder: e.finder, made: map[*trace.Operation]*trace.Operation{}, numbers: map[*trace.Value]int32{}}
	w := newRewriter(e.trace)
	w.links, w.differs = e.finder, d
	w.plan(Edit{Link: *l, To: Cut})
	d.push(d.at[l.Merge.Output])
	for d.open.Len() > 0 {
		op := d.pop()
		d.lead(w, op, l)
		if made, problem := w.operation(op); problem != nil {
			w.failed, w.problem = op, problem
			return &Difference{Link: l, Refused: w.reason()}, !d.beside || len(w.blame([]Edit{{Link: *l, To: Cut}}, nil)) > 0
		} else if len(made) > 0 {
			d.enter(w, op, made[0])
		} else {
			d.pass(w, op)
		}
	}
	out := &Difference{Link: l, Gone: d.gone(l, w), Made: d.made, Now: w.now}
	return out, d.settle(out)
}

// Unlike is what stands in two lists of tensors between what both begin with and what both end with: of the operands of a merge
// that loses one, that one.
func Unlike(was, now []*trace.Value) (left, came []*trace.Value) {
	for len(was) > 0 && len(now) > 0 && was[0] == now[0] {
		was, now = was[1:], now[1:]
	}
	for len(was) > 0 && len(now) > 0 && was[len(was)-1] == now[len(now)-1] {
		was, now = was[:len(was)-1], now[:len(now)-1]
	}
	return was, now
}

// difference is the state of one [Editor.Cut].
type difference struct {
	*wiring
	*finder
	next    int32    // the number of the operation at hand
	open    earliest // operations that run again
	beside  bool     // some of them only follow a width, and need not be behind the merge
	made    map[*trace.Operation]*trace.Operation
	numbers map[*trace.Value]int32 // of tensors that have another shape: the numbers of the tensors that they replace
}

// kept is a tensor of the trace with the link, unless another one has replaced it; nil if it is not made yet.
func (d *difference) kept(v *trace.Value) *trace.Value {
	if v == nil || d.at[v] >= d.next {
		return nil
	}
	return v
}

func (d *difference) push(numbers ...int32) {
	for _, n := range numbers {
		heap.Push(&d.open, n)
	}
}

// pop is the first operation that runs again.
func (d *difference) pop() *trace.Operation {
	d.next = heap.Pop(&d.open).(int32)
	for d.open.Len() > 0 && d.open.latest[0] == d.next {
		heap.Pop(&d.open)
	}
	return d.ops[d.next-1]
}

// lead plans which tensor an operation takes its width from: that of the first link that stays.
func (d *difference) lead(w *rewriter, op *trace.Operation, cut *Link) {
	for _, lead := range d.leads[op] {
		if lead.link != cut.ID {
			w.follow[op] = lead.tensor
			return
		}
	}
}

// enter records the new form of an operation. Where its shape is unchanged its tensor counts as the same, and only operations
// behind that look into it need to run again.
func (d *difference) enter(w *rewriter, op, made *trace.Operation) {
	d.made[op] = made
	d.push(d.listers[d.next]...)
	if made.Output.Shape.Equal(op.Output.Shape) {
		made.Output = op.Output
		delete(w.now, op.Output)
		return
	}
	d.numbers[made.Output] = d.next
	d.push(d.readers[d.next]...)
	d.widths()
}

// pass records that an operation passes on the one operand that it has left.
func (d *difference) pass(w *rewriter, op *trace.Operation) {
	d.push(d.listers[d.next]...)
	d.push(d.readers[d.next]...)
	if !w.now[op.Output].Shape.Width.Equal(op.Output.Shape.Width) {
		d.widths()
	}
}

// widths marks the operations to run again whose width follows that of the current one.
func (d *difference) widths() {
	d.beside = d.beside || len(d.follow[d.next]) > 0
	d.push(d.follow[d.next]...)
}

// number is that of a tensor, or of the one that it stands for.
func (d *difference) number(v *trace.Value) int32 {
	if n, ok := d.numbers[v]; ok {
		return n
	}
	return d.at[v]
}

// gone finds the operations that are not needed without a link.
func (d *difference) gone(l *Link, w *rewriter) map[*trace.Operation]bool {
	t := &tally{difference: d, left: map[int32]int32{}, gone: map[*trace.Operation]bool{}}
	for op, made := range d.made {
		left, came := Unlike(op.Inputs, made.Inputs)
		t.reads(left, -1)
		t.reads(came, 1)
	}
	if left, passes := w.now[l.Merge.Output]; passes && d.made[l.Merge] == nil {
		t.gone[l.Merge] = true
		t.reads(l.Merge.Inputs, -1)
		for _, v := range append([]*trace.Value{d.trace.Output}, d.trace.Outputs...) {
			if v == l.Merge.Output {
				t.reads([]*trace.Value{left}, 1)
			}
		}
	}
	var open []int32
	for n, left := range t.left {
		if n > 0 && left == 0 {
			open = append(open, n)
		}
	}
	for len(open) > 0 {
		op := d.ops[open[len(open)-1]-1]
		open = open[:len(open)-1]
		if t.gone[op] {
			continue
		}
		t.gone[op] = true
		if made := d.made[op]; made != nil {
			op = made
		}
		open = append(open, t.reads(op.Inputs, -1)...)
	}
	return t.gone
}

// tally counts how often tensors are read without a link.
type tally struct {
	*difference
	left map[int32]int32 // of those that are read more or less often
	gone map[*trace.Operation]bool
}

// reads counts tensors as read more or less often, and returns those made by operations that nobody reads then.
func (t *tally) reads(tensors []*trace.Value, times int32) (unread []int32) {
	for _, v := range tensors {
		n := t.number(v)
		left, known := t.left[n]
		if !known {
			left = t.uses[n]
		}
		t.left[n] = left + times
		if n > 0 && left+times == 0 {
			unread = append(unread, n)
		}
	}
	return unread
}

// settle removes operations that are gone from those that were made, and reports whether shared weights are unchanged.
func (d *difference) settle(out *Difference) bool {
	for op := range out.Gone {
		delete(out.Made, op)
		if d.lent[op] {
			return false
		}
	}
	for op, made := range out.Made {
		if d.lent[op] && !made.WeightElements().Equal(op.WeightElements()) {
			return false
		}
		made.Owner = op.Owner
	}
	return true
}

// earliest is a heap of tensors, the earliest on top; its methods are those of [heap.Interface].
type earliest struct{ latest }

// Less reports whether a tensor comes out before another one: it is the earlier of the two.
func (h earliest) Less(i, j int) bool { return h.latest[i] < h.latest[j] }
