package trace

import (
	"fmt"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
)

// settled is the body for all iterations from the first one on, and the shape behind the last, if the incoming shape stays the
// same or follows a recurrence. tried is the body on the shape at the first iteration.
func (l *loop) settled(in *Value, tried iteration, index string, first int64) (it iteration, last arch.Shape, ok bool) {
	if tried.out.Shape.Equal(in.Shape) {
		return tried, in.Shape, true
	}
	shape, ok := l.recurrence(in.Shape, tried.out.Shape, index, first)
	if ok {
		it, ok = l.try(shape, index, first)
	} else {
		shape, it, ok = l.progression(in.Shape, tried.out.Shape, index, first)
	}
	return it, shape.Substitute(symbolic.Bindings{index: l.count().Sub(symbolic.Int(first))}), ok
}

// recurrence runs the body on an unknown width (and unknown extents, if they change) and solves for the incoming shape of
// iteration index, counted from the first one. start is the shape before that one, and after the shape behind it.
func (l *loop) recurrence(start, after arch.Shape, index string, first int64) (arch.Shape, bool) {
	r := l.resolver
	r.fresh++
	if len(after.Extents) != len(start.Extents) || !after.Batch().Equal(start.Batch()) {
		return arch.Shape{}, false
	}
	unknown := start.WithWidth(symbolic.Symbol(fmt.Sprintf("c%s%d", madeUp, r.fresh)))
	unknown.Extents = nil
	for k, e := range start.Extents {
		if !after.Extents[k].Equal(e) {
			e = symbolic.Symbol(fmt.Sprintf("e%d%s%d", k, madeUp, r.fresh))
		}
		unknown.Extents = append(unknown.Extents, e)
	}
	it, ok := l.try(unknown, index, first)
	if !ok || len(it.out.Shape.Extents) != len(start.Extents) || !it.out.Shape.Batch().Equal(start.Batch()) {
		return arch.Shape{}, false
	}
	from, unknowns, next := start.Dims(), unknown.Dims(), it.out.Shape.Dims()
	solved := make([]symbolic.Expr, len(from))
	for k := range from {
		if solved[k], ok = solve(from[k], unknowns[k], next[k], index); !ok {
			return arch.Shape{}, false
		}
	}
	shape := start.WithWidth(solved[0])
	shape.Extents = solved[1:]
	for _, u := range unknowns {
		for _, name := range u.Symbols() {
			if !start.Has(name) && shape.Has(name) {
				return arch.Shape{}, false // one dimension depends on another unknown
			}
		}
	}
	return shape, true
}

// progression tries whether every iteration adds the same to each dimension as the first one. This is proved by induction if
// the body turns each such shape into the next: a body that rounds has no recurrence to solve, but may only ever see shapes
// that need no rounding.
func (l *loop) progression(start, after arch.Shape, index string, first int64) (shape arch.Shape, it iteration, ok bool) {
	from, then := start.Dims(), after.Substitute(symbolic.Bindings{index: {}}).Dims()
	if len(from) != len(then) || !after.Batch().Equal(start.Batch()) {
		return shape, it, false
	}
	at := make([]symbolic.Expr, len(from))
	for k := range from {
		at[k] = from[k].Add(then[k].Sub(from[k]).Mul(symbolic.Symbol(index)))
	}
	shape = start.WithWidth(at[0])
	shape.Extents = at[1:]
	problems, assumptions := len(l.resolver.list), len(l.resolver.assumptions)
	it, ok = l.try(shape, index, first)
	next := shape.Substitute(symbolic.Bindings{index: symbolic.Symbol(index).Add(symbolic.Int(1))})
	if ok && !it.out.Shape.Equal(next) {
		l.resolver.list, l.resolver.assumptions = l.resolver.list[:problems], l.resolver.assumptions[:assumptions]
		ok = false
	}
	return shape, it, ok
}

// solve finds x(index) with x(0) = from, where next is the result of an iteration on unknown. If next does not depend on the
// unknown, it is x, provided that the first value agrees.
func solve(from, unknown, next symbolic.Expr, index string) (symbolic.Expr, bool) {
	if unknown.Equal(from) {
		return from, next.Equal(from)
	}
	a, b, ok := next.Linear(unknown.Symbols()[0])
	switch {
	case !ok:
		return symbolic.Expr{}, false
	case a.IsZero():
		before := b.Substitute(symbolic.Bindings{index: symbolic.Symbol(index).Sub(symbolic.Int(1))})
		return before, before.Substitute(symbolic.Bindings{index: symbolic.Int(0)}).Equal(from)
	}
	if _, constant := a.Rational(); !constant {
		return symbolic.Expr{}, false
	}
	x, err := symbolic.SolveRecurrence(a, b, index, from)
	return x, err == nil
}
