package rewrite

import (
	"cmp"

	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// times is a set of numbers of times: iterations of a loop may differ in how often an operation runs or a tensor is read.
type times uint8

// The numbers of times that make a difference.
const (
	never times = 1 << iota
	justOnce
	often // twice or more

	anyTimes = never | justOnce | often
)

// plus is the sum of two numbers of times.
func (a times) plus(b times) (out times) {
	for m := range 3 {
		for n := range 3 {
			if a&(1<<m) != 0 && b&(1<<n) != 0 {
				out |= 1 << min(m+n, 2)
			}
		}
	}
	return out
}

// each is the sum of so many numbers of times.
func (a times) each(b times) times {
	out := b & never
	if b&justOnce != 0 {
		out |= a
	}
	if b&often != 0 {
		out |= a.plus(a)
	}
	return out
}

// verdict is the answer to a question that iterations of loops may answer differently.
type verdict int

// No and yes hold in all iterations.
const (
	no verdict = iota
	maybe
	yes
)

// are says whether a number of times is another one.
func (a times) are(b times) verdict {
	switch {
	case a == b:
		return yes
	case a&b != 0:
		return maybe
	}
	return no
}

// reads counts how often each tensor is read, and the weights of each operation are used, where the loops of a trace are written
// out. A tensor of a loop stands for one of each iteration.
type reads struct {
	around  map[*trace.Loop]*trace.Loop      // the loop that one lies in; nil for none
	home    map[*trace.Value]*trace.Loop     // the loop in whose iterations a tensor is; nil outside of all
	of      map[*trace.Operation]*trace.Loop // the loop around an operation
	readers map[*trace.Value][]reader
	sharers map[*trace.Operation][]reader // of the weights of an operation
	known   map[*trace.Value]times
	granted int64           // loops are taken to run so often, where that depends on free symbols alone
	taken   []symbolic.Expr // what must be at least 1 for that
}

// reader is an operation that reads a tensor in the iterations of a loop, or all operations that read the values it is passed on as.
type reader struct {
	in    *trace.Loop
	as    []*trace.Value // the tensor is passed on as one of them; nil for an operation
	loop  *trace.Loop    // the tensor enters a loop, and comes out of it where that does not run
	times times          // how often an operation reads it; zero for once
}

func newReads(t *trace.Trace) *reads {
	r := &reads{
		around: map[*trace.Loop]*trace.Loop{}, home: map[*trace.Value]*trace.Loop{}, of: map[*trace.Operation]*trace.Loop{},
		readers: map[*trace.Value][]reader{}, sharers: map[*trace.Operation][]reader{}, known: map[*trace.Value]times{},
	}
	r.nodes(nil, t.Body)
	for _, v := range append([]*trace.Value{t.Output}, t.Outputs...) {
		r.add(v, reader{})
	}
	return r
}

func (r *reads) add(v *trace.Value, by reader) { r.readers[v] = append(r.readers[v], by) }

// nodes finds the readers in the iterations of a loop.
func (r *reads) nodes(in *trace.Loop, nodes []trace.Node) {
	for _, n := range nodes {
		switch n := n.(type) {
		case *trace.Operation:
			r.of[n], r.home[n.Output] = in, in
			for _, v := range n.Inputs {
				r.add(v, reader{in: in})
			}
			if n.Owner != nil {
				r.sharers[n.Owner] = append(r.sharers[n.Owner], reader{in: in})
			}
		case *trace.Loop:
			r.loop(in, n)
		}
	}
}

func (r *reads) loop(in, l *trace.Loop) {
	r.around[l], r.home[l.In], r.home[l.Result] = in, l, in
	r.add(l.Start, reader{in: in, loop: l})
	for _, m := range l.Mirrors {
		r.home[m.In] = l
		r.add(m.Made, reader{in: m.Of, as: []*trace.Value{m.In}})
	}
	if p := l.Past; p != nil {
		r.home[p.In], r.home[p.Result] = l, in
		again := justOnce | often
		if p.Stride > 1 {
			again = anyTimes
		}
		for _, v := range append([]*trace.Value{l.Start, l.Out}, p.Before...) {
			r.add(v, reader{in: r.home[v], times: again})
		}
	}
	r.nodes(l, l.Body)
	r.add(l.Out, reader{in: l, as: []*trace.Value{l.In, l.Result}})
	for _, v := range l.Outputs {
		r.add(v, reader{in: l})
	}
}

// tensor is how often a tensor is read.
func (r *reads) tensor(v *trace.Value) times {
	known, is := r.known[v]
	if !is {
		r.known[v] = anyTimes // for a tensor that a loop passes on to itself
		known = r.all(r.readers[v], r.home[v])
		r.known[v] = known
	}
	return known
}

// weights is how often other operations use the weights of an operation.
func (r *reads) weights(op *trace.Operation) times { return r.all(r.sharers[op], r.of[op]) }

// all is how often readers read a tensor of a loop, or use an operation of it, in one of its iterations.
func (r *reads) all(readers []reader, home *trace.Loop) times {
	sum := never
	for _, by := range readers {
		times := r.reader(by)
		for l := by.in; l != home && l != nil; l = r.around[l] {
			times = times.each(r.iterations(l))
		}
		sum = sum.plus(times)
	}
	return sum
}

// reader is how often one of them reads each time.
func (r *reads) reader(by reader) times {
	as := by.as
	if by.loop != nil {
		runs := r.iterations(by.loop)
		if runs != never {
			as = append(as, by.loop.In)
		}
		if runs&never != 0 {
			as = append(as, by.loop.Result)
		}
	}
	if len(as) == 0 {
		return cmp.Or(by.times, justOnce)
	}
	var either times
	for _, v := range as {
		either |= r.tensor(v)
	}
	return either
}

// iterations is how often a loop runs.
func (r *reads) iterations(l *trace.Loop) times {
	var around trace.Spans
	for o := r.around[l]; o != nil; o = r.around[o] {
		around = append(trace.Spans{{Index: o.Index, Times: o.Times}}, around...)
	}
	switch {
	case r.holds(around, l.Times, 2):
		return often
	case r.holds(around, l.Times.Neg(), 0):
		return never
	}
	times := anyTimes
	if r.holds(around, l.Times, 1) {
		times &^= never
	}
	if r.holds(around, l.Times.Neg(), -1) {
		times &^= often
	}
	return times
}

// holds reports whether an expression is known, or taken, to be at least a number in all iterations of the loops around.
func (r *reads) holds(around trace.Spans, e symbolic.Expr, least int64) bool {
	conditions, ok := around.EachAtLeast(e, least)
	if !ok || len(conditions) > 0 && (least <= 0 || least > r.granted) {
		return false
	}
	for _, c := range conditions {
		r.taken = append(r.taken, c.Add(symbolic.Int(1)))
	}
	return true
}

// grant takes loops to run at least so often where that depends on free symbols.
func (r *reads) grant(least int64) {
	if r.granted != least {
		clear(r.known)
	}
	r.granted, r.taken = least, nil
}
