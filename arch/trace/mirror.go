package trace

import (
	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
)

// Mirror is a tensor of an earlier loop that the iterations of a later loop with as many iterations read in reverse order: the
// first iteration reads the tensor of the last one, as in the second half of a U-shape.
type Mirror struct {
	Of   *Loop  // the earlier loop
	Made *Value // the tensor that an iteration of it makes
	In   *Value // the tensor that an iteration of the later loop reads
}

// series is the tensors that the iterations of a repeat make under one name.
type series struct {
	repeat *arch.Repeat
	times  symbolic.Expr
	made   []*Value // of iterations that are written out, from the first on
	loop   *Loop    // of those behind them; nil where all are written out
	body   *Value   // the tensor that an iteration of the loop makes
	open   bool     // iterations behind the loop are written out, so that nothing mirrors it
}

// turn is the iteration of a repeat that a list of steps stands for, or all of them at once.
type turn struct {
	loop    *loop
	index   symbolic.Expr
	all     string // the symbol of the index, where the list stands for all iterations; else empty
	mirrors []Mirror
}

// read is the tensor of a name: that of an earlier step, or that of the mirrored iteration of an earlier repeat.
func (r *resolver) read(s arch.Step, sc *scope) (*Value, bool) {
	if v := sc.tap(s.From); v != nil {
		return v, true
	}
	var t *turn // of the outermost repeat that the list of the other repeat does not lie in
	for at := sc; at != nil; at = at.outer {
		if found := at.series[s.From]; found != nil && t != nil {
			return r.mirror(found, t, s)
		}
		if at.turn != nil {
			t = at.turn
		}
	}
	r.unnamed(s.Pos, s.From, ", and one inside a repeat in later repeats")
	return nil, false
}

// mirror is the tensor of the mirrored iteration, which is as far from the end as the current one from the beginning.
func (r *resolver) mirror(of *series, t *turn, s arch.Step) (*Value, bool) {
	times := t.loop.times
	if !r.same(of.times, times) {
		r.problem(s.Pos, "the last iteration is read first, so that both repeats must run equally often",
			"%q is made by a repeat that runs %s times, and read by one that runs %s times", s.From, of.times.Text(), times.Text())
		return nil, false
	}
	back := times.Sub(symbolic.Int(1)).Sub(t.index)
	if k, is := back.Int64(); is && t.all == "" && k < int64(len(of.made)) {
		return of.made[k], true
	}
	if t.all == "" || of.open || of.loop == nil || of.body.list != nil || !t.index.Equal(symbolic.Symbol(t.all)) {
		if _, small := times.Int64(); small && of.loop != nil && t.all == "" {
			r.apart = of.repeat
		}
		r.problem(s.Pos, "bind the symbols that the counts of both repeats depend on", "no closed form: not all iterations that make or read %q are alike", s.From)
		return nil, false
	}
	if written := int64(len(of.made)); written != t.loop.trailing {
		t.loop.wants = written
		r.problem(s.Pos, "", "the last iterations read other tensors")
		return nil, false
	}
	for _, m := range t.mirrors {
		if m.Of == of.loop && m.Made == of.body {
			return m.In, true
		}
	}
	at := symbolic.Bindings{of.loop.Index: of.loop.Times.Sub(symbolic.Int(1)).Sub(t.index)}
	in := r.value(of.body.Shape.Substitute(at), nil)
	t.mirrors = append(t.mirrors, Mirror{Of: of.loop, Made: of.body, In: in})
	return in, true
}

// remember notes the named tensors of a repeat: those of iterations that are written out, and of the loop behind them.
func (l *loop) remember(written []iteration, rest *iteration, n *Loop) {
	var named map[string]*Value
	switch {
	case rest != nil:
		named = rest.taps
	case len(written) > 0:
		named = written[0].taps
	}
	for name := range named {
		of := &series{repeat: l.step.Do.(*arch.Repeat), times: l.times, loop: n, open: l.trailing > 0}
		for _, it := range written {
			of.made = append(of.made, it.taps[name])
		}
		if rest != nil {
			of.body = rest.taps[name]
		}
		l.scope.series[name] = of
	}
}

// never notes the names in a repeat that does not run.
func (sc *scope) never(rep *arch.Repeat) {
	for _, name := range arch.NamesIn(rep.Steps) {
		sc.series[name] = &series{repeat: rep}
	}
}

// behind runs the iterations behind a loop, which read other tensors than those in the loop.
func (l *loop) behind(cur *Value, nodes []Node) (*Value, []Node, bool) {
	for k := range l.trailing {
		i := l.times.Sub(symbolic.Int(l.trailing - k))
		it, ok := l.run(cur, i, i.ASCII(), "")
		if !ok {
			return nil, nil, false
		}
		cur = it.out
		nodes = append(nodes, it.nodes...)
		*l.scope.outputs = append(*l.scope.outputs, it.outputs...)
	}
	return cur, nodes, true
}
