package cost

import (
	"github.com/skipcost/skipcost/arch/symbolic"
)

// spans are the indices of the loops around something, outermost first, with what they run through there.
type spans []span

// span is an index that runs from first to times − 1.
type span struct {
	index string
	first int64
	times symbolic.Expr
}

// atLeast reports whether e is at least n whatever the indices are. Where that hangs on free symbols, the expressions that
// must not be negative are returned as conditions.
func (s spans) atLeast(e symbolic.Expr, n int64) (conditions []symbolic.Expr, ok bool) {
	return s.notNegative(e.Sub(symbolic.Int(n)))
}

// notNegative looks at the ends of an index that occurs linearly, the innermost first, for its count may depend on the others.
func (s spans) notNegative(e symbolic.Expr) ([]symbolic.Expr, bool) {
	if sign, constant := e.Sign(); constant {
		return nil, sign >= 0
	}
	if e.NeverNegative() {
		return nil, true
	}
	for k := len(s) - 1; k >= 0; k-- {
		if !e.Has(s[k].index) {
			continue
		}
		slope, _, linear := e.Linear(s[k].index)
		if !linear {
			return nil, false
		}
		ends := []symbolic.Expr{symbolic.Int(s[k].first), s[k].times.Sub(symbolic.Int(1))}
		if slope.NeverNegative() {
			ends = ends[:1]
		} else if slope.Neg().NeverNegative() {
			ends = ends[1:]
		}
		var conditions []symbolic.Expr
		for _, end := range ends {
			more, ok := s[:k].notNegative(e.Substitute(symbolic.Bindings{s[k].index: end}))
			if !ok {
				return nil, false
			}
			conditions = append(conditions, more...)
		}
		return conditions, true
	}
	return []symbolic.Expr{e}, true
}
