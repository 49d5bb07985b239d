package cost

import (
	"slices"

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
	for v, l := range p.lives(c, x) {
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

// lives is the lifetimes of the storages whose readers differ.
func (p *liveProfile) lives(c *cutter, x *cut) map[*trace.Value]lifetime {
	moved := x.moves(p.shares)
	out, gained := map[*trace.Value]lifetime{}, p.gained(c, x, moved)
	add := func(v *trace.Value) {
		from, there := p.born[v]
		if _, done := out[v]; done || !there {
			return
		}
		l := lifetime{from: from, was: p.until[v], until: from}
		if x.Now[v] == nil && (from < 0 || !x.gone[c.at[v]]) {
			l.until = max(from, p.lastReader(x, v))
			if at, reads := gained[v]; reads {
				l.until = max(l.until, at)
			}
		}
		if l.until < 0 { // an input that nothing reads is not freed
			l.until = len(p.ops)
		}
		out[v] = l
	}
	touch := func(op *trace.Operation, inputs []*trace.Value) {
		if _, runs := p.number[op]; runs {
			add(p.rootOf(op.Output))
			for _, in := range inputs {
				add(p.rootOf(in))
			}
		}
	}
	for op := range x.Gone {
		touch(op, op.Inputs)
	}
	for _, m := range x.made {
		left, _ := m.inputs(c.ops[m.at], moved)
		touch(c.ops[m.at], left)
	}
	for v := range gained {
		add(v)
	}
	for _, m := range x.made {
		if at, runs := p.number[c.ops[m.at]]; runs && m.op.Output != c.ops[m.at].Output && !p.shares(m.op) {
			out[m.op.Output] = lifetime{from: at, was: at, until: gained[m.op.Output]}
		}
	}
	return out
}

// gained is the last operation that reads a storage, or makes a tensor in it, in place of another storage.
func (p *liveProfile) gained(c *cutter, x *cut, moved bool) map[*trace.Value]int {
	last := map[*trace.Value]int{}
	read := func(v *trace.Value, at int) {
		r := x.in(v, p.shares)
		last[r] = max(last[r], at)
	}
	for _, m := range x.made {
		if at, runs := p.number[c.ops[m.at]]; runs {
			read(m.op.Output, at)
			_, came := m.inputs(c.ops[m.at], moved)
			for _, in := range came {
				read(in, at)
			}
		}
	}
	for v := range x.Now {
		if _, there := p.born[v]; there {
			read(v, p.lastReader(x, v))
		}
	}
	return last
}

// inputs is those that an operation has lost and those that it has gained; where tensors may have moved, all.
func (m remade) inputs(was *trace.Operation, moved bool) (left, came []*trace.Value) {
	if moved {
		return was.Inputs, m.op.Inputs
	}
	return rewrite.Unlike(was.Inputs, m.op.Inputs)
}

// lastReader is the last operation that reads a storage of the network with the link both with it and without: the number of
// operations if the caller reads it, and -1 if none does.
func (p *liveProfile) lastReader(x *cut, v *trace.Value) int {
	if p.last[v] {
		return len(p.ops)
	}
	for _, k := range slices.Backward(p.read[v]) {
		op := p.ops[k]
		if made := x.Made[op]; made != nil {
			op = made
		}
		if !x.Gone[p.ops[k]] && (op == p.ops[k] || p.stillReads(x, op, v)) {
			return k
		}
	}
	return -1
}

// stillReads reports whether an operation that is changed reads a storage, or makes a tensor in it.
func (p *liveProfile) stillReads(x *cut, op *trace.Operation, v *trace.Value) bool {
	return x.in(op.Output, p.shares) == v || slices.ContainsFunc(op.Inputs, func(in *trace.Value) bool { return x.in(in, p.shares) == v })
}
