package trace

import (
	"math/big"

	"github.com/skipcost/skipcost/arch/symbolic"
)

// bends notes for each loop around from which iteration on every min and max in an expression keeps to one of its arguments.
func (r *resolver) bends(e symbolic.Expr) {
	for index, l := range r.loops {
		if at := e.Bend(index); at > 0 {
			l.bent = max(l.bent, l.apart+at)
		}
	}
}

// turns notes for each loop around from which iteration on, or up to which one before the last, an expression has one sign.
func (r *resolver) turns(difference symbolic.Expr) {
	for _, s := range r.around {
		l := r.loops[s.Index]
		if l == nil {
			continue
		}
		if root, ok := difference.Root(s.Index); ok && root.Sign() >= 0 {
			l.bent = max(l.bent, l.apart+behind(root))
			continue
		}
		last := s.Times.Sub(symbolic.Int(1)).Sub(symbolic.Symbol(s.Index))
		if root, ok := difference.Substitute(symbolic.Bindings{s.Index: last}).Root(s.Index); ok && root.Sign() >= 0 {
			l.wants = max(l.wants, min(l.trailing+behind(root), maxBent))
		}
	}
}

// behind is the first whole number above a root; for numbers beyond the iterations that are written out, any such number will
// do.
func behind(root *big.Rat) int64 {
	n := new(big.Int).Div(root.Num(), root.Denom())
	if !n.IsInt64() || n.Int64() > maxBent {
		return maxBent + 1
	}
	return n.Int64() + 1
}
