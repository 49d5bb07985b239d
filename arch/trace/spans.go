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
	for _, at := range s.corners(e, Span.ends) {
		ends = append(ends, e.Substitute(at))
	}
	return ends
}

// ends are the first and the last value of the index, where indices around it have these values.
func (s Span) ends(_ symbolic.Expr, at symbolic.Bindings) []symbolic.Expr {
	return []symbolic.Expr{symbolic.Int(s.First), s.Times.Substitute(at).Sub(symbolic.Int(1))}
}

// decisive are the ends with the second value: a linear expression that is whole at the first two is whole at all. They are all values
// if it is not linear and they are few.
func (s Span) decisive(e symbolic.Expr, at symbolic.Bindings) []symbolic.Expr {
	ends := s.ends(e, at)
	last := ends[1]
	_, _, linear := e.Linear(s.Index)
	if n, known := last.Int64(); known && !linear && n > s.First && n-s.First < maxTried {
		var all []symbolic.Expr
		for i := s.First; i <= n; i++ {
			all = append(all, symbolic.Int(i))
		}
		return all
	}
	second := symbolic.Int(s.First + 1)
	if sign, known := last.Sub(second).Sign(); known && sign <= 0 {
		return ends
	}
	return []symbolic.Expr{ends[0], second, last}
}

// corners are the values of the indices that an expression has, in all combinations of those that are picked for each; none where
// it has no index.
func (s Spans) corners(e symbolic.Expr, pick func(s Span, e symbolic.Expr, at symbolic.Bindings) []symbolic.Expr) []symbolic.Bindings {
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
		picked := pick(rest[0], e, at)
		if sign, known := picked[len(picked)-1].Sub(picked[0]).Sign(); known && sign < 0 {
			return // the loop does not run
		}
		for _, value := range picked {
			at[index] = value
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
