package trace

import (
	"fmt"

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
		return in, nil, true
	}
	steps := rep.Steps
	switch {
	case rep.Links == "":
	case rep.GrowsOneConcat():
		grow := &arch.Merge{Op: arch.Concat, Paths: []arch.Path{{}, {Steps: rep.Steps, Pos: s.Pos}}}
		steps = []arch.Step{{Do: grow, Pos: s.Pos}}
	default:
		return r.linked(s, rep, times, in, sc, label)
	}
	l := &loop{resolver: r, step: s, steps: steps, in: in, scope: sc, label: label, times: times}
	n, small := times.Int64()
	small = small && n <= MaxUnrolledTimes
	if r.unroll || small && n == 1 {
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
	if small && r.gaveUp == nil {
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
		r.assume(times, "%s is a whole number", times.Text())
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

// loop is one repeat on its way to a closed form.
type loop struct {
	resolver *resolver
	step     arch.Step
	steps    []arch.Step
	in       *Value
	scope    *scope
	label    string
	times    symbolic.Expr
}

// iteration is one run of the body: what came in, what came out, what was done.
type iteration struct {
	in, out *Value
	nodes   []Node
	outputs []*Value
}

// run runs the body once on a shape, with i as given.
func (l *loop) run(in *Value, i symbolic.Expr, tag string) (iteration, bool) {
	sc := l.scope.inner(l.label + "[" + tag + "]")
	sc.names[arch.RepeatIndex] = i
	it := iteration{in: in}
	sc.outputs = &it.outputs
	sc.named = len(l.steps) == 1
	var ok bool
	it.out, it.nodes, ok = l.resolver.steps(l.steps, in, sc)
	return it, ok
}

// try is run with everything it did to the resolver undone where it fails.
func (l *loop) try(shape arch.Shape, i symbolic.Expr) (iteration, bool) {
	r := l.resolver
	problems, assumptions := len(r.list), len(r.assumptions)
	it, ok := l.run(l.entering(shape), i, "i")
	if !ok {
		r.list = r.list[:problems]
		r.assumptions = r.assumptions[:assumptions]
	}
	return it, ok
}

// entering is a tensor that enters an iteration.
func (l *loop) entering(s arch.Shape) *Value {
	v := l.resolver.value(s, nil)
	if l.in.list != nil {
		v.list = []*Value{v}
	}
	return v
}

func (l *loop) unrolled(n int64) (*Value, []Node, bool) {
	var nodes []Node
	cur := l.in
	for i := int64(0); i < n; i++ {
		it, ok := l.run(cur, symbolic.Int(i), fmt.Sprint(i))
		if !ok {
			return nil, nil, false
		}
		cur = it.out
		nodes = append(nodes, it.nodes...)
		*l.scope.outputs = append(*l.scope.outputs, it.outputs...)
	}
	return cur, nodes, true
}

// closed finds the shapes of iteration i as expressions of i: unchanged, following a recurrence, or unchanged from the
// second iteration on.
func (l *loop) closed() (*Value, []Node, bool) {
	r := l.resolver
	r.fresh++
	index := fmt.Sprintf("i%s%d", madeUp, r.fresh)
	i := symbolic.Symbol(index)

	out, nodes, ok := l.close(index, i)
	if !ok || l.in.list != nil || len(nodes) == 0 || !l.lists(nodes) {
		return out, nodes, ok
	}
	// The body concats a list: the first iteration copies a list of one, and of later lists it does not matter here that
	// their parts are apart.
	in, copied, ok := r.listed(l.step, l.in, l.label)
	if !ok {
		return nil, nil, false
	}
	l.in = in
	out, nodes, ok = l.close(index, i)
	return out, append(copied, nodes...), ok
}

// lists reports whether the closed body ends in a concat of a list.
func (l *loop) lists(nodes []Node) bool {
	n, is := nodes[len(nodes)-1].(*Loop)
	return is && n.Out.list != nil
}

func (l *loop) close(index string, i symbolic.Expr) (*Value, []Node, bool) {
	it, ok := l.run(l.entering(l.in.Shape), i, "i")
	if !ok {
		return nil, nil, false
	}
	if it.out.Shape.Equal(l.in.Shape) {
		return l.loop(l.in, it, index, l.times, l.in.Shape)
	}
	if shape, ok := l.recurrence(it.out.Shape, index); ok {
		if it, ok := l.try(shape, i); ok {
			last := shape.Substitute(symbolic.Bindings{index: l.times})
			return l.loop(l.in, it, index, l.times, last)
		}
	}
	return l.peeled(it, index)
}

// recurrence runs the body on an unknown width (and unknown extents, if they change) and solves for the shape that enters
// iteration index. after is what the first iteration makes of the shape that enters the loop.
func (l *loop) recurrence(after arch.Shape, index string) (arch.Shape, bool) {
	r := l.resolver
	r.fresh++
	start := l.in.Shape
	if len(after.Extents) != len(start.Extents) {
		return arch.Shape{}, false
	}
	unknown := arch.Shape{Width: symbolic.Symbol(fmt.Sprintf("c%s%d", madeUp, r.fresh))}
	for k, e := range start.Extents {
		if !after.Extents[k].Equal(e) {
			e = symbolic.Symbol(fmt.Sprintf("e%d%s%d", k, madeUp, r.fresh))
		}
		unknown.Extents = append(unknown.Extents, e)
	}
	it, ok := l.try(unknown, symbolic.Symbol(index))
	if !ok || len(it.out.Shape.Extents) != len(start.Extents) {
		return arch.Shape{}, false
	}
	from, unknowns, next := start.Dims(), unknown.Dims(), it.out.Shape.Dims()
	solved := make([]symbolic.Expr, len(from))
	for k := range from {
		if solved[k], ok = solve(from[k], unknowns[k], next[k], index); !ok {
			return arch.Shape{}, false
		}
	}
	shape := arch.Shape{Width: solved[0], Extents: solved[1:]}
	for _, u := range unknowns {
		for _, name := range u.Symbols() {
			if !start.Has(name) && shape.Has(name) {
				return arch.Shape{}, false // one dimension depends on another unknown
			}
		}
	}
	return shape, true
}

// solve finds x(index) with x(0) = from, where next is what an iteration makes of unknown.
func solve(from, unknown, next symbolic.Expr, index string) (symbolic.Expr, bool) {
	if unknown.Equal(from) {
		return from, next.Equal(from)
	}
	a, b, ok := next.Linear(unknown.Symbols()[0])
	if !ok || a.IsZero() {
		return symbolic.Expr{}, false
	}
	if _, constant := a.Rational(); !constant {
		return symbolic.Expr{}, false
	}
	x, err := symbolic.SolveRecurrence(a, b, index, from)
	return x, err == nil
}

// peeled is the case in which the first iteration settles the shape: it is written out and the rest is a loop.
func (l *loop) peeled(first iteration, index string) (*Value, []Node, bool) {
	r := l.resolver
	settled := first.out.Shape
	if settled.Has(index) {
		return nil, nil, false
	}
	rest, ok := l.try(settled, symbolic.Symbol(index).Add(symbolic.Int(1)))
	if !ok || !rest.out.Shape.Equal(settled) {
		return nil, nil, false
	}
	head, ok := l.run(l.in, symbolic.Int(0), "0")
	if !ok {
		return nil, nil, false
	}
	if _, constant := l.times.Rational(); !constant {
		r.assume(l.times, "%s ≥ 1", l.times.Text())
	}
	*l.scope.outputs = append(*l.scope.outputs, head.outputs...)
	left := l.times.Sub(symbolic.Int(1))
	out, nodes, ok := l.loop(head.out, rest, index, left, settled)
	return out, append(head.nodes, nodes...), ok
}

func (l *loop) loop(start *Value, it iteration, index string, times symbolic.Expr, last arch.Shape) (*Value, []Node, bool) {
	n := &Loop{
		Name: l.label, Times: times, Index: index, Body: it.nodes,
		Start: start, In: it.in, Out: it.out, Result: l.resolver.value(last, nil), Outputs: it.outputs, Pos: l.step.Pos,
	}
	return n.Result, []Node{n}, true
}
