package trace

import (
	"fmt"
	"strings"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
)

// madeUp marks the names of indices and unknowns that only exist while a loop is closed; no parser accepts it.
const madeUp = "#"

// repeat closes a loop where it can and writes it out where it must.
func (r *resolver) repeat(s arch.Step, rep *arch.Repeat, in *Value, sc *scope, label string) (*Value, []Node, bool) {
	times, ok := r.evaluate(rep.Times, in, sc)
	if !ok || !r.timesInRange(rep.Times, times, sc) {
		return nil, nil, false
	}
	if times.IsZero() {
		sc.never(rep)
		return in, nil, true
	}
	if !r.neverNegative(rep.Times, times) {
		return nil, nil, false
	}
	steps := rep.Steps
	if rep.Reversible {
		if !r.coupled(steps) {
			return nil, nil, false
		}
		defer r.recomputing(arch.RecomputeInverted)()
	}
	switch {
	case rep.Links == "":
	case rep.GrowsOneConcat():
		grow := &arch.Merge{Op: arch.Concat, Paths: []arch.Path{{}, {Steps: rep.Steps, Pos: s.Pos}}}
		steps = []arch.Step{{Do: grow, Pos: s.Pos}}
	default:
		return r.linked(s, rep, times, in, sc, label)
	}
	l := r.loop(s, steps, times, in, sc, label)
	n, small := times.Int64()
	small = small && n <= MaxUnrolledTimes
	if r.unroll || small && (n == 1 || r.written[rep]) {
		if !small {
			r.problem(rep.Times.Pos, "", "%s iterations are too many to write out (at most %d)", times.Text(), MaxUnrolledTimes)
			return nil, nil, false
		}
		return l.unrolled(n)
	}
	before := len(r.list)
	if out, nodes, ok := l.closed(); ok {
		return out, nodes, true
	}
	if small && r.gaveUp == nil && r.apart == nil {
		r.list = r.list[:before]
		return l.unrolled(n)
	}
	if len(r.list) == before && r.gaveUp == nil {
		r.problem(rep.Times.Pos, "bind the symbols it depends on to numbers, at most a million iterations",
			"no closed form: the shapes of the repeated steps follow no recurrence c ← a·c + b")
	}
	return nil, nil, false
}

func (r *resolver) timesInRange(e arch.Expression, times symbolic.Expr, sc *scope) bool {
	if _, constant := times.Rational(); !constant {
		if whole := e.IsWhole() || times.IsWhole(); whole {
			return true
		}
		r.assumeWhole(times)
		return true
	}
	if n, ok := times.Integer(); ok && n.Sign() >= 0 {
		return true
	}
	what := "repeat: times"
	if names := e.Symbols(); len(names) > 0 {
		what = fmt.Sprintf("repeat: times = %s%s", e.Text(), r.given(e, sc))
	}
	return r.whole(e.Pos, what, times, 0)
}

// neverNegative refuses a count that depends on the index of a loop around it and may be below 0 in some iteration.
func (r *resolver) neverNegative(e arch.Expression, times symbolic.Expr) bool {
	if !strings.Contains(strings.Join(times.Symbols(), ""), madeUp) {
		return true
	}
	conditions, ok := r.around.AtLeast(times, 0)
	for _, c := range conditions {
		ok = ok && r.assume(c, arch.NotNegative, "%s ≥ 0", c.Text())
	}
	if !ok {
		r.problem(e.Pos, "bind the symbols it depends on to numbers", "no closed form: the count %s of the repeat inside may be less than 0", e.Text())
	}
	return ok
}

// loop is the state while a repeat is closed.
type loop struct {
	resolver *resolver
	step     arch.Step
	steps    []arch.Step
	in       *Value
	scope    *scope
	label    string
	times    symbolic.Expr
	whole    *Outermost
	trailing int64  // how many of the last iterations stand behind the loop, as they read other tensors
	wants    int64  // the value of trailing that turns out to be needed
	first    *Value // what [resolver] knew of the first values before it
	apart    int64  // how many of the first iterations are written out in the current trial
	bent     int64  // how many would have to be, because of comparisons with the index
}

// loop begins to close a repeat.
func (r *resolver) loop(s arch.Step, steps []arch.Step, times symbolic.Expr, in *Value, sc *scope, label string) *loop {
	whole := &Outermost{Name: label, Times: times, Reversible: s.Do.(*arch.Repeat).Reversible}
	return &loop{resolver: r, step: s, steps: steps, in: in, scope: sc, label: label, times: times, whole: whole, first: r.first}
}

// count is the number of iterations of the closed loop.
func (l *loop) count() symbolic.Expr { return l.times.Sub(symbolic.Int(l.trailing)) }

// iteration is one run of the body: its input, its output and its nodes.
type iteration struct {
	in, out *Value
	nodes   []Node
	outputs []*Value
	runs    *runs
	taps    map[string]*Value
	mirrors []Mirror
}

// every runs the body once for all iterations from the first one on, with a symbol for their index.
func (l *loop) every(in *Value, index string, first int64) (iteration, bool) {
	r := l.resolver
	// Indices of loops begin at 0, even if the first iterations are written out.
	r.around = append(r.around, Span{Index: index, Times: l.count().Sub(symbolic.Int(first))})
	r.loops[index], l.apart = l, first
	it, ok := l.run(in, symbolic.Symbol(index).Add(symbolic.Int(first)), "i", index)
	delete(r.loops, index)
	r.around = r.around[:len(r.around)-1]
	return it, ok
}

// run runs the body once on a shape, with a value of i; all is the symbol in it if it stands for all iterations.
func (l *loop) run(in *Value, i symbolic.Expr, tag, all string) (iteration, bool) {
	sc := l.scope.inner(l.label + "[" + tag + "]")
	sc.bind(arch.RepeatIndex, i)
	it := iteration{in: in}
	sc.outputs = &it.outputs
	sc.named = len(l.steps) == 1
	sc.turn = &turn{loop: l, index: i, all: all}
	defer l.resolver.within(l.whole, i)()
	rep := l.step.Do.(*arch.Repeat)
	in, parts, ok := l.resolver.parted(rep, in, l.in.Shape, l.step.Pos, sc)
	if !ok {
		return it, false
	}
	out, nodes, ok := l.resolver.steps(l.steps, in, sc)
	it.out, it.nodes = out, append(parts, nodes...)
	unnamed(rep, sc)
	it.runs, it.taps, it.mirrors = sc.runs, sc.taps, sc.turn.mirrors
	return it, ok
}

// try is every, with all changes of the resolver undone if it fails.
func (l *loop) try(shape arch.Shape, index string, first int64) (iteration, bool) {
	r := l.resolver
	problems, assumptions := len(r.list), len(r.assumptions)
	it, ok := l.every(l.entering(shape), index, first)
	if !ok {
		r.list = r.list[:problems]
		r.assumptions = r.assumptions[:assumptions]
	}
	return it, ok
}

// entering is the input of an iteration.
func (l *loop) entering(s arch.Shape) *Value {
	v := l.resolver.value(s, nil)
	if l.in.list != nil {
		v.list = []*Value{v}
	}
	return v
}

func (l *loop) unrolled(n int64) (*Value, []Node, bool) {
	l.resolver.first = l.first
	var nodes []Node
	var written []iteration
	cur := l.in
	for i := int64(0); i < n; i++ {
		it, ok := l.run(cur, symbolic.Int(i), fmt.Sprint(i), "")
		if !ok {
			return nil, nil, false
		}
		cur = it.out
		nodes = append(nodes, it.nodes...)
		*l.scope.outputs = append(*l.scope.outputs, it.outputs...)
		l.scope.run.enclose(it.runs)
		if len(it.taps) > 0 {
			written = append(written, it)
		}
	}
	l.remember(written, nil, nil)
	return cur, nodes, true
}

// closed is the loop, followed by the iterations behind it that read other tensors.
func (l *loop) closed() (*Value, []Node, bool) {
	r := l.resolver
	before, assumptions := len(r.list), len(r.assumptions)
	out, nodes, ok := l.alike()
	if !ok && l.wants != l.trailing {
		r.list, l.trailing = r.list[:before], l.wants
		if l.runs(0) {
			out, nodes, ok = l.alike()
		}
		if !ok {
			r.assumptions = r.assumptions[:assumptions]
		}
	}
	if !ok || l.trailing == 0 {
		return out, nodes, ok
	}
	return l.behind(out, nodes)
}

// alike finds the shapes of iteration i as expressions of i: unchanged, following a recurrence, or unchanged from one of the
// first iterations on.
func (l *loop) alike() (*Value, []Node, bool) {
	r := l.resolver
	r.fresh++
	index := fmt.Sprintf("i%s%d", madeUp, r.fresh)

	heads, enclosed := len(*l.scope.outputs), l.scope.run.enclosed()
	out, nodes, ok := l.close(index)
	if ok && l.changesList(nodes) && !l.runs(1) {
		ok = false // whether the output is a list is not known
		*l.scope.outputs = (*l.scope.outputs)[:heads]
		l.scope.run.reopen(enclosed)
	}
	if !ok {
		return out, nodes, ok
	}
	copies, first := l.copies(nodes)
	if copies == 0 {
		return out, nodes, ok
	}
	*l.scope.outputs = (*l.scope.outputs)[:heads]
	l.scope.run.reopen(enclosed)
	// The body extends a list: the first iteration copies a list of one part, and for later iterations it does not matter here
	// that the parts are separate.
	if l.in.list != nil || copies > 1 {
		return nil, nil, false
	}
	in, copied, ok := r.listed(l.step, l.in, l.label)
	if !ok {
		return nil, nil, false
	}
	by := in.Producer
	by.Name, by.Pos, by.Iteration = first.Name, first.Pos, first.Iteration
	by.Training, by.Recompute, by.Survives = first.Training, first.Recompute, first.Survives
	plain := l.in
	l.in = in
	out, nodes, ok = l.close(index)
	if copies, _ := l.copies(nodes); !ok || copies > 0 {
		l.in = plain
		*l.scope.outputs = (*l.scope.outputs)[:heads]
		l.scope.run.reopen(enclosed)
		return nil, nil, false
	}
	return out, append(copied, nodes...), true
}

// loop makes the loop of all iterations from the first one on, before which some are written out. Iterations that do nothing make
// none: the layer behind them reads what entered the first, as a list if it is one.
func (l *loop) loop(start *Value, it iteration, index string, first int64, last arch.Shape, written ...iteration) (*Value, []Node, bool) {
	if it.out == it.in && len(it.nodes)+len(it.outputs)+len(it.taps) == 0 {
		return start, nil, true
	}
	result := l.resolver.value(last, nil)
	if it.out.list != nil {
		result.list = []*Value{result}
	}
	n := &Loop{
		Name: l.label, Times: l.count().Sub(symbolic.Int(first)), Index: index, First: first, Body: it.nodes,
		Start: start, In: it.in, Out: it.out, Result: result, Outputs: it.outputs, Mirrors: it.mirrors, Iteration: l.resolver.iteration, Pos: l.step.Pos,
	}
	l.scope.run.close(index, it.runs)
	l.remember(written, &it, n)
	return n.Result, []Node{n}, true
}
