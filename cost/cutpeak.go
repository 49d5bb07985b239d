package cost

import (
	"github.com/skipcost/skipcost/arch/rewrite"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// shares reports whether the output of an operation lies, at inference, in the storage of its first input.
func (p *liveProfile) shares(op *trace.Operation) bool {
	rule, err := compiledRule(op.Kind.Name)
	return err == nil && p.options.Memory.allocatesNothing(rule)
}

// without is the peak when a link is cut. Before the first storage whose lifetime changes and behind the last, the live bytes
// are unchanged; between, they differ by those storages.
func (p *liveProfile) without(c *cutter, x *cut, inputHeld bool) symbolic.Expr {
	f := p.profiles[0]
	if inputHeld {
		f = p.profiles[1]
	}
	n := len(p.ops)
	d := &peakShift{lo: n, hi: -1, by: map[int]symbolic.Expr{}, needs: map[int]symbolic.Expr{}}
	for v, l := range p.cut(c, x).lives() {
		if !inputHeld || v != p.input {
			d.storage(l, p.size(v), n)
		}
	}
	for k := range x.gone {
		if at, runs := p.number[c.ops[k]]; runs {
			d.operation(at, symbolic.Expr{})
		}
	}
	for _, m := range x.made {
		at, runs := p.number[c.ops[m.at]]
		if !runs {
			continue
		}
		own, err := p.made(m.op)
		if err != nil {
			return symbolic.Failed(err)
		}
		if !own.IsZero() {
			own = own.Add(f.live[at])
		}
		d.operation(at, own)
	}
	if d.hi < d.lo {
		return f.upTo[n]
	}
	return d.peak(f)
}

// peakShift is where live bytes differ and by how much.
type peakShift struct {
	lo, hi int                   // the first and the last operation at which they may
	by     map[int]symbolic.Expr // from this operation on
	needs  map[int]symbolic.Expr // needs of operations that have changed, at the former live bytes; zero for those that are gone
}

// lifetime is the operation from which on a storage is live, and those up to which it was and is live; equal ends mean that it
// is not live at all.
type lifetime struct{ from, was, until int }

// storage adds the change of one storage, in a network of n operations.
func (d *peakShift) storage(l lifetime, size symbolic.Expr, n int) {
	if l.was == l.until {
		return
	}
	d.lo, d.hi = min(d.lo, max(l.from, 0)), max(d.hi, min(max(l.was, l.until), n-1))
	if l.was > l.from {
		d.by[l.from+1], d.by[l.was+1] = d.by[l.from+1].Sub(size), d.by[l.was+1].Add(size)
	}
	if l.until > l.from {
		d.by[l.from+1], d.by[l.until+1] = d.by[l.from+1].Add(size), d.by[l.until+1].Sub(size)
	}
}

func (d *peakShift) operation(at int, need symbolic.Expr) {
	d.lo, d.hi = min(d.lo, at), max(d.hi, at)
	d.needs[at] = need
}

func (d *peakShift) peak(f *profile) symbolic.Expr {
	peak, by := larger(f.upTo[d.lo], f.fromOn[d.hi+1]), symbolic.Expr{}
	for k := d.lo; k <= d.hi; k++ {
		by = by.Add(d.by[k])
		need, other := d.needs[k]
		if !other {
			need = f.need[k]
		}
		if !need.IsZero() {
			peak = larger(peak, need.Add(by))
		}
	}
	return peak
}

// liveCut is which storages operations read at inference without a link.
type liveCut struct {
	*liveProfile
	without *cut
	all     []*trace.Operation     // those that only training runs too
	moved   bool                   // tensors behind an operation that is changed may lie in another storage
	lost    map[*trace.Value][]int // the operations that read a storage no more, or once less; nothing where tensors may have moved
	gained  map[*trace.Value]int   // the last operation that reads a storage, or makes a tensor in it, in place of another storage
}

func (p *liveProfile) cut(c *cutter, x *cut) *liveCut {
	l := &liveCut{liveProfile: p, without: x, all: c.ops, moved: x.moves(p.shares), lost: map[*trace.Value][]int{}, gained: map[*trace.Value]int{}}
	for _, m := range x.made {
		at, runs := p.number[c.ops[m.at]]
		if !runs {
			continue
		}
		left, came := l.inputs(m)
		for _, in := range append(came[:len(came):len(came)], m.op.Output) {
			l.gain(in, at)
		}
		for _, in := range left {
			if l.moved {
				break
			}
			r := p.rootOf(in)
			l.lost[r] = append(l.lost[r], at)
		}
	}
	for v := range x.Now {
		if _, there := p.born[v]; there {
			l.gain(v, l.lastReader(v))
		}
	}
	return l
}

// gain is that an operation reads a tensor.
func (l *liveCut) gain(v *trace.Value, at int) {
	r := l.without.in(v, l.shares)
	l.gained[r] = max(l.gained[r], at)
}

// inputs is those that an operation has lost and those that it has gained; where tensors may have moved, all.
func (l *liveCut) inputs(m remade) (left, came []*trace.Value) {
	if l.moved {
		return l.all[m.at].Inputs, m.op.Inputs
	}
	return rewrite.Unlike(l.all[m.at].Inputs, m.op.Inputs)
}

// lives is the lifetimes of the storages whose readers differ.
func (l *liveCut) lives() map[*trace.Value]lifetime {
	out := map[*trace.Value]lifetime{}
	add := func(v *trace.Value) {
		if _, done := out[v]; done {
			return
		}
		if from, there := l.born[v]; there {
			out[v] = lifetime{from: from, was: l.until[v], until: l.end(v, from)}
		}
	}
	touch := func(op *trace.Operation, inputs []*trace.Value) {
		if _, runs := l.number[op]; runs {
			add(l.rootOf(op.Output))
			for _, in := range inputs {
				add(l.rootOf(in))
			}
		}
	}
	for op := range l.without.Gone {
		touch(op, op.Inputs)
	}
	for _, m := range l.without.made {
		left, _ := l.inputs(m)
		touch(l.all[m.at], left)
	}
	for v := range l.gained {
		add(v)
	}
	for _, m := range l.without.made {
		was := l.all[m.at].Output
		if at, runs := l.number[l.all[m.at]]; runs && m.op.Output != was && !l.shares(m.op) {
			out[m.op.Output] = lifetime{from: at, was: at, until: l.gained[m.op.Output]}
		}
	}
	return out
}

// end is the operation up to which a storage is live without the link: the one that makes it where it is not live at all.
func (l *liveCut) end(v *trace.Value, from int) int {
	until := from
	if l.without.Now[v] == nil && !l.without.Gone[v.Producer] {
		until = max(from, l.lastReader(v))
		if at, reads := l.gained[v]; reads {
			until = max(until, at)
		}
	}
	if until < 0 { // an input that nothing reads is not freed
		return len(l.ops)
	}
	return until
}

// lastReader is the last operation that reads a storage of the network with the link both with it and without: the number of
// operations if the caller reads it, and -1 if none does. Where tensors may have moved, all that are changed have gained what they
// read.
func (l *liveCut) lastReader(v *trace.Value) int {
	if l.last[v] {
		return len(l.ops)
	}
	for reads, lost := l.read[v], l.lost[v]; len(reads) > 0; {
		k, before := reads[len(reads)-1], len(reads)-len(lost)
		reads, lost = endingBefore(reads, k), endingBefore(lost, k)
		switch {
		case len(reads)-len(lost) == before, l.without.Gone[l.ops[k]], l.moved && l.without.Made[l.ops[k]] != nil:
		default:
			return k
		}
	}
	return -1
}

// endingBefore is a list in order without the numbers from k on.
func endingBefore(list []int, k int) []int {
	for len(list) > 0 && list[len(list)-1] >= k {
		list = list[:len(list)-1]
	}
	return list
}
