package decide

import (
	"math/big"

	"github.com/skipcost/skipcost/cost"
)

// Target is the cost of a network that another one is to meet.
type Target struct {
	Network  string
	Quantity cost.Quantity
	Cost     *big.Rat
}

// Meet finds the last value at which the cost of a family has not passed a target. That is where both cost the same, if they do so
// at a whole number.
func (f *Family) Meet(t Target, q Question) (*Answer, error) {
	b := Budget{Quantity: t.Quantity, Limit: t.Cost, Text: t.Cost.RatString()}
	var err error
	if b.AtLeast, err = f.falls(t.Quantity); err != nil {
		return nil, err
	}
	q.Budgets = append(q.Budgets, b)
	a, err := f.Solve(q)
	if err == nil {
		a.Target = &t
	}
	return a, err
}

// falls reports whether a cost goes down with the symbol: its formula does, or else its first step.
func (f *Family) falls(q cost.Quantity) (bool, error) {
	if form := f.Form(q); form.Err == nil {
		if trend, err := f.formTrend(form); err == nil {
			return trend.Course == Falls || trend.Course == NeverRises, nil
		}
	}
	next, err := f.Next(f.first)
	if err != nil {
		return false, nil
	}
	before, err := f.Value(q, f.first)
	if err != nil {
		return false, err
	}
	behind, err := f.Value(q, next)
	return err == nil && behind.Cmp(before) < 0, err
}

// Meets reports whether the answer costs as much as its target, and no less.
func (a *Answer) Meets() bool {
	if a.Target == nil || a.Value == nil {
		return false
	}
	v, ok := a.Costs.Of(a.Target.Quantity).Rational()
	return ok && v.Cmp(a.Target.Cost) == 0
}
