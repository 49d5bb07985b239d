package sweep

import (
	"errors"
	"fmt"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/symbolic/grid"
	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/cost"
)

// form is the closed formulas of a plane, compiled for its axes: first the quantities, then the differences of the condition,
// then the assumptions of the formulas.
type form struct {
	program    *grid.Program
	quantities int
	where      int // how many differences
	guards     []arch.Requirement
	digits     []cost.Digits // of the quantities
}

// close finds the formulas of a plane, or says why a quantity has none.
func (p *Plane) close() (*form, error) {
	for _, q := range p.quantities {
		if !q.Closes() {
			return nil, fmt.Errorf("%s has no closed form", q)
		}
	}
	closed, err := p.closed()
	if err != nil {
		return nil, err
	}
	p.Notes = closed.Total.Notes
	named := symbolic.Bindings{}
	for _, b := range closed.Trace.Bound {
		named[b.Name] = b.Value
	}
	var exprs []symbolic.Expr
	for _, q := range p.quantities {
		e := closed.Total.Of(q)
		if err := e.Err(); err != nil {
			return nil, err
		}
		named[q.String()] = e
		exprs = append(exprs, e)
	}
	f := &form{quantities: len(exprs)}
	for _, q := range p.quantities {
		f.digits = append(f.digits, closed.Total.Digits(q))
	}
	if p.ofBatch < 0 {
		named[BatchAxis] = p.batch()
	}
	if p.where != nil {
		f.where = len(p.where.comparisons)
		for _, c := range p.where.comparisons {
			exprs = append(exprs, c.Difference.Substitute(named))
		}
	}
	for _, a := range p.domain(closed) {
		f.guards = append(f.guards, a.Is)
		exprs = append(exprs, a.About)
	}
	f.program = grid.Compile(p.axes, exprs)
	return f, nil
}

func (p *Plane) batch() symbolic.Expr {
	if p.options.Batch.IsZero() {
		return symbolic.Int(1)
	}
	return p.options.Batch
}

// closed prices the network with the symbols of the axes left free.
func (p *Plane) closed() (*cost.Closed, error) {
	var free []string
	o := p.options
	for k, a := range p.axes {
		if k == p.ofBatch {
			o.Batch = symbolic.Symbol(BatchAxis)
		} else {
			free = append(free, a.Name)
		}
	}
	if len(free) > 0 {
		return cost.Close(p.subject, free, o)
	}
	t, err := trace.Resolve(p.subject.Network, trace.Options{Set: p.subject.Set})
	if err != nil {
		return nil, err
	}
	total, err := cost.Of(t, o)
	return &cost.Closed{Name: p.Network, Trace: t, Total: total}, err
}

// domain is the assumptions of the formulas that are not evident for the whole grid, as conditions on whole numbers.
func (p *Plane) domain(closed *cost.Closed) []trace.Assumption {
	all := closed.Trace.Domain()
	for _, times := range closed.Total.Runs {
		all = append(all, trace.Assumption{About: times.Sub(symbolic.Int(1)), Is: arch.NotNegative})
	}
	if p.ofBatch >= 0 {
		all = append(all, trace.Assumption{About: symbolic.Symbol(BatchAxis).Sub(symbolic.Int(1)), Is: arch.NotNegative})
	}
	least := symbolic.Bindings{}
	for _, a := range p.axes {
		least[a.Name] = symbolic.Symbol(a.Name).Add(symbolic.Int(lowest(a)))
	}
	var out []trace.Assumption
	for _, a := range all {
		switch {
		case a.Is == arch.NotNegative && a.About.Substitute(least).NeverNegative():
			continue
		case a.Is == arch.Whole:
			// A fraction is whole where it equals its floor; multiplied by the denominators, both are whole everywhere.
			a.About, a.Is = a.About.Sub(a.About.Floor()).Mul(denominators(a.About)), arch.Zero
		}
		out = append(out, a)
	}
	return out
}

func lowest(a grid.Axis) int64 {
	least := a.At(0)
	for _, v := range a.Values {
		least = min(least, v)
	}
	return least
}

// denominators is a number that makes the coefficients of an expression whole.
func denominators(e symbolic.Expr) symbolic.Expr {
	out := symbolic.Int(1)
	for _, t := range e.Terms() {
		out = out.Mul(symbolic.BigInt(t.Coefficient.Denom()))
	}
	return out
}

// priced is a point that was resolved and priced by itself.
type priced struct {
	costs []Value // of the quantities
	named symbolic.Bindings
}

// at prices the network at one point. It fails where there is no such network.
func (p *Plane) at(values []int64) (*priced, error) {
	set := map[string]symbolic.Expr{}
	o := p.options
	for k, a := range p.axes {
		if k == p.ofBatch {
			if o.Batch = symbolic.Int(values[k]); values[k] < 1 {
				return nil, errors.New("a batch has at least one sample")
			}
			continue
		}
		set[a.Name] = symbolic.Int(values[k])
	}
	s := p.subject.With(set)
	t, err := trace.Resolve(s.Network, trace.Options{Set: s.Set})
	if err != nil {
		return nil, err
	}
	total, err := cost.Of(t, o)
	if err != nil {
		return nil, err
	}
	out := &priced{named: symbolic.Bindings{BatchAxis: o.Batch}}
	if o.Batch.IsZero() {
		out.named[BatchAxis] = symbolic.Int(1)
	}
	for _, b := range t.Bound {
		out.named[b.Name] = b.Value
	}
	for _, q := range p.quantities {
		v := Value{Digits: total.Digits(q)}
		v.Number, v.Err = total.Of(q).Evaluate(nil)
		out.costs = append(out.costs, v)
		out.named[q.String()] = total.Of(q)
	}
	return out, nil
}

// meets reports whether a point that was priced by itself meets the condition. A cost that is not known meets none.
func (c *Condition) meets(p *priced) bool {
	if c == nil {
		return true
	}
	var signs []int
	for _, one := range c.comparisons {
		v, err := one.Difference.Evaluate(p.named)
		if err != nil {
			return false
		}
		signs = append(signs, v.Sign())
	}
	return c.root(signs)
}
