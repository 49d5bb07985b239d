package trace

import (
	"maps"

	"github.com/skipcost/skipcost/arch/symbolic"
)

// Spans are the indices of nested loops, outermost first, with their ranges.
type Spans []Span

// Span is an index that runs from First to Times − 1.
type Span struct {
	Index string
	First int64
	Times symbolic.Expr
}

// AtLeast reports whether e is at least n for all values of the indices. Where that depends on free symbols, it returns
// conditions: expressions that must not be negative.
func (s Spans) AtLeast(e symbolic.Expr, n int64) (conditions []symbolic.Expr, ok bool) {
	return s.notNegative(e.Sub(symbolic.Int(n)), false)
}

// EachAtLeast is AtLeast, but tries the values of an index one by one if e is not linear in it and they are few.
func (s Spans) EachAtLeast(e symbolic.Expr, n int64) (conditions []symbolic.Expr, ok bool) {
	return s.notNegative(e.Sub(symbolic.Int(n)), true)
}

// notNegative checks an expression at both ends of each index that occurs linearly, the innermost first, as its count may
// depend on the others.
func (s Spans) notNegative(e symbolic.Expr, each bool) ([]symbolic.Expr, bool) {
	if sign, constant := e.Sign(); constant {
		return nil, sign >= 0
	}
	if e.NeverNegative() {
		return nil, true
	}
	for k := len(s) - 1; k >= 0; k-- {
		if !e.Has(s[k].Index) {
			continue
		}
		ends, ok := s[k].least(e, each)
		if !ok {
			return nil, false
		}
		var conditions []symbolic.Expr
		for _, end := range ends {
			more, ok := s[:k].notNegative(e.Substitute(symbolic.Bindings{s[k].Index: end}), each)
			if !ok {
				return nil, false
			}
			conditions = append(conditions, more...)
		}
		return conditions, true
	}
	return []symbolic.Expr{e}, true
}

// maxTried is how many values of an index are tried one by one in an expression that is not linear in it.
const maxTried = 64

// least are the values of the index at one of which an expression is least: the ends if it is linear, else all if they are few
// and each may be tried.
func (s Span) least(e symbolic.Expr, each bool) ([]symbolic.Expr, bool) {
	slope, _, linear := e.Linear(s.Index)
	first, last := symbolic.Int(s.First), s.Times.Sub(symbolic.Int(1))
	switch n, known := s.Times.Int64(); {
	case linear && slope.NeverNegative():
		return []symbolic.Expr{first}, true
	case linear && slope.Neg().NeverNegative():
		return []symbolic.Expr{last}, true
	case linear:
		return []symbolic.Expr{first, last}, true
	case each && known && n-s.First <= maxTried:
		var all []symbolic.Expr
		for i := s.First; i < n; i++ {
			all = append(all, symbolic.Int(i))
		}
		return all, true
	}
	return nil, false
}

// Ends are the values of an expression with every index at its first or last value, in all combinations.
func (s Spans) Ends(e symbolic.Expr) []symbolic.Expr {
	var ends []symbolic.Expr
	for _, at := range s.corners(e, Span.last) {
		ends = append(ends, e.Substitute(at))
	}
	return ends
}

// last is the last value of the index, counts around it being at these values.
func (s Span) last(_ symbolic.Expr, at symbolic.Bindings) symbolic.Expr {
	return s.Times.Substitute(at).Sub(symbolic.Int(1))
}

// decisive is the second value of the index if an expression is linear in it, else the last: where a linear expression is whole at
// the first two values it is whole at all.
func (s Span) decisive(e symbolic.Expr, at symbolic.Bindings) symbolic.Expr {
	last, second := s.last(e, at), symbolic.Int(s.First+1)
	if _, _, linear := e.Linear(s.Index); !linear {
		return last
	}
	if sign, known := last.Sub(second).Sign(); known && sign < 0 {
		return last
	}
	return second
}

// corners are the values of the indices that an expression has, each at its first and one other value, in all combinations; none
// where it has no index.
func (s Spans) corners(e symbolic.Expr, other func(s Span, e symbolic.Expr, at symbolic.Bindings) symbolic.Expr) []symbolic.Bindings {
	if len(e.Symbols()) == 0 {
		return nil
	}
	var corners []symbolic.Bindings
	at := symbolic.Bindings{}
	var visit func(rest Spans)
	visit = func(rest Spans) {
		if len(rest) == 0 {
			if len(at) > 0 {
				corners = append(corners, maps.Clone(at))
			}
			return
		}
		index := rest[0].Index
		if !s.reads(e, index) {
			visit(rest[1:])
			return
		}
		first, last := symbolic.Int(rest[0].First), other(rest[0], e, at)
		if sign, known := last.Sub(first).Sign(); known && sign < 0 {
			return // the loop does not run
		}
		for _, end := range []symbolic.Expr{first, last} {
			at[index] = end
			visit(rest[1:])
		}
		delete(at, index)
	}
	visit(s)
	return corners
}

// reads reports whether an expression has an index, or a count of a loop whose index it has does.
func (s Spans) reads(e symbolic.Expr, index string) bool {
	if e.Has(index) {
		return true
	}
	for _, one := range s {
		if one.Index != index && e.Has(one.Index) && one.Times.Has(index) {
			return true
		}
	}
	return false
}
