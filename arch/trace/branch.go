package trace

import (
	"math/big"
	"slices"
	"strings"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
)

// branch runs the steps that a condition chooses.
func (r *resolver) branch(b *arch.If, in *Value, sc *scope, label string) (*Value, []Node, bool) {
	holds, ok := r.decide(b.Condition, in, sc)
	if !ok {
		return nil, nil, false
	}
	steps := b.Else
	if holds {
		steps = b.Then
	}
	inner := sc.inner(label)
	out, nodes, ok := r.steps(steps, in, inner)
	sc.run.choose(holds)
	sc.run.enclose(inner.runs)
	return out, nodes, ok
}

// decide says whether a condition holds. It must be known for all values that free symbols and indices of loops may have.
func (r *resolver) decide(c arch.Condition, in *Value, sc *scope) (holds, ok bool) {
	left, ok := r.evaluate(c.Left, in, sc)
	if !ok {
		return false, false
	}
	right, ok := r.evaluate(c.Right, in, sc)
	if !ok {
		return false, false
	}
	difference := left.Sub(right)
	possible := r.signs(difference)
	if ratio, proportional := left.Div(right).Rational(); proportional && ratio.Sign() > 0 && (isDimension(c.Left) || isDimension(c.Right)) {
		possible = []int{ratio.Cmp(big.NewRat(1, 1))} // dimensions are positive, so that N is never 2·N
	}
	if holds, known := c.Compare.Decided(possible); known {
		return holds, true
	}
	r.turns(difference)
	free := note(nil, difference)
	r.needs.decides = note(r.needs.decides, difference)
	if len(free) == 0 {
		r.mayNotRun = true
		r.problem(c.Pos, "", "no closed form: %s holds in some iterations only", c.ASCII())
		return false, false
	}
	which := "which is free"
	if len(free) > 1 {
		which = "which are free"
	}
	r.problem(c.Pos, "bind it to a number, as in --set "+free[0]+"=1", "whether %s depends on %s, %s", c.ASCII(), strings.Join(free, " and "), which)
	return false, false
}

// isDimension reports whether an expression is the width or an extent of a tensor.
func isDimension(e arch.Expression) bool {
	names := e.Symbols()
	if len(names) != 1 || !e.Equal(symbolic.Symbol(names[0])) {
		return false
	}
	_, measures := symbolic.MeasureOf(names[0])
	return measures || names[0] == arch.IncomingWidth
}

// signs are the possible signs of an expression.
func (r *resolver) signs(e symbolic.Expr) []int {
	if sign, constant := e.Sign(); constant {
		return []int{sign}
	}
	surely := func(e symbolic.Expr, least int64) bool {
		conditions, ok := r.around.AtLeast(e, least)
		return ok && !slices.ContainsFunc(conditions, func(e symbolic.Expr) bool { return !r.assumed(e) })
	}
	var possible []int
	if !surely(e, 0) {
		possible = append(possible, -1)
	}
	if !(e.IsWhole() && (surely(e, 1) || surely(e.Neg(), 1))) {
		possible = append(possible, 0)
	}
	if !surely(e.Neg(), 0) {
		possible = append(possible, 1)
	}
	return possible
}

// assumed reports whether an expression is not negative because of an assumption.
func (r *resolver) assumed(e symbolic.Expr) bool {
	return slices.ContainsFunc(r.assumptions, func(a Assumption) bool {
		return a.Is == arch.NotNegative && e.Sub(a.About).NeverNegative()
	})
}

// let names numbers for the steps behind it in the list, and for the steps inside those.
func (r *resolver) let(l *arch.Let, in *Value, sc *scope) bool {
	sc.borrows = true // the names so far are shared with other lists
	for _, named := range l.Names {
		v, ok := r.evaluate(named.Value, in, sc)
		if !ok {
			return false
		}
		sc.bind(named.Name, v)
	}
	return true
}

// measure is the value of a measure of a tensor.
func (r *resolver) measure(m symbolic.Measure, pos arch.Pos, sc *scope) (symbolic.Expr, bool) {
	v := sc.tap(m.Tensor)
	if v == nil {
		r.unnamed(pos, m.Tensor, "")
		return symbolic.Expr{}, false
	}
	sc.run.read(m, v)
	if m.Axis == 0 {
		return v.Shape.Width, true
	}
	if m.Axis > len(v.Shape.Extents) {
		r.problem(pos, "", "%s: %s is %s", m.Name(), m.Tensor, v.Shape.Text())
		return symbolic.Expr{}, false
	}
	return v.Shape.Extents[m.Axis-1], true
}

// measures binds the names in an expression that are measures of tensors.
func (r *resolver) measures(e arch.Expression, names []string, sc *scope) bool {
	for _, name := range names {
		m, is := symbolic.MeasureOf(name)
		if !is {
			continue
		}
		v, ok := r.measure(m, e.Pos, sc)
		if !ok {
			return false
		}
		sc.names[name] = v
	}
	return true
}
