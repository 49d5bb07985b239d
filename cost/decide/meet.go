package decide

import (
	"math/big"

	"github.com/skipcost/skipcost/cost"
)

// Target is what a network costs that another one is to meet.
type Target struct {
	Network  string
	Quantity cost.Quantity
	Cost     *big.Rat
}

// Meet finds the last value at which the cost of a family has not passed a target. That is where both cost the same, if they do so
// at a whole number.
func (f *Family) Meet(t Target, q Question) (*Answer, error) {
	b := Budget{Quantity: t.Quantity, Limit: t.Cost, Text: t.Cost.RatString()}
	if form := f.Form(t.Quantity); form.Err == nil {
		trend, err := f.formTrend(form)
		if err != nil {
			return nil, err
		}
		b.AtLeast = trend.Course == Falls || trend.Course == NeverRises
	} else if next, err := f.Next(f.first); err == nil {
		before, err := f.Value(t.Quantity, f.first)
		if err != nil {
			return nil, err
		}
		behind, err := f.Value(t.Quantity, next)
		if err != nil {
			return nil, err
		}
		b.AtLeast = behind.Cmp(before) < 0
	}
	q.Budgets = append(q.Budgets, b)
	a, err := f.Solve(q)
	if err == nil {
		a.Target = &t
	}
	return a, err
}

// Meets reports whether the answer costs as much as its target, and no less.
func (a *Answer) Meets() bool {
	if a.Target == nil || a.Value == nil {
		return false
	}
	v, ok := a.Costs.Of(a.Target.Quantity).Rational()
	return ok && v.Cmp(a.Target.Cost) == 0
}
