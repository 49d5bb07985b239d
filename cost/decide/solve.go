package decide

import (
	"fmt"
	"math/big"

	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/cost"
)

// Question asks for the greatest value of a family that is within all budgets.
type Question struct {
	Budgets []Budget
	Within  Interval        // the values to search; a nil From means from the first network on
	Also    []cost.Quantity // further costs to report at the answer
}

// Outcome is how a search ended.
type Outcome int

// The outcomes. Where costs had to be priced value by value, no limit may only be known as far as they were.
const (
	Found Outcome = iota
	NothingFits
	NoLimit
	NoLimitFound
)

// Answer is the greatest value of a symbol within budgets.
type Answer struct {
	Family  *Family
	Outcome Outcome
	Value   *big.Int // nil unless found
	Costs   Costs    // at the value
	// Next is the value behind it, or the first one where nothing fits; nil where that is out of the range that was asked for.
	Next      *big.Int
	NextCosts Costs
	Fits      []Interval // all values within the budgets
	Reached   *big.Int   // the greatest value that was priced, where no limit was found
	Trends    map[cost.Quantity]Trend
	Budgets   []Budget
	Target    *Target // the target; nil where budgets were given
}

// Breaks lists the budgets that the next value exceeds.
func (a *Answer) Breaks() []Budget {
	var out []Budget
	for _, b := range a.Budgets {
		if v, ok := a.NextCosts.Of(b.Quantity).Rational(); ok && !b.Fits(v) {
			out = append(out, b)
		}
	}
	return out
}

// NotMonotoneError is the error for a cost without a formula that was found to rise and to fall, so that bisection is
// impossible.
type NotMonotoneError struct {
	Quantity cost.Quantity
	Symbol   string
	At       [3]*big.Int // values in order whose costs go up and down, or down and up
	Costs    [3]*big.Rat
}

// Error shows the three costs.
func (e *NotMonotoneError) Error() string {
	var parts [3]string
	for k, v := range e.Costs {
		parts[k] = v.RatString()
		if !v.IsInt() {
			parts[k] = v.FloatString(4)
		}
	}
	return fmt.Sprintf("%s is not monotone in %s: it is %s at %s, %s at %s and %s at %s", e.Quantity, e.Symbol,
		parts[0], e.At[0], parts[1], e.At[1], parts[2], e.At[2])
}

// Solve finds the greatest value within all budgets.
func (f *Family) Solve(q Question) (*Answer, error) {
	a := &Answer{Family: f, Budgets: q.Budgets, Trends: map[cost.Quantity]Trend{}}
	within := Interval{From: f.first, To: earlier(q.Within.To, f.Last())}
	if q.Within.From != nil {
		within.From = larger(f.first, q.Within.From)
	}
	if a.Fits = []Interval{within}; within.empty() {
		return nil, fmt.Errorf("%s is no network for any %s from %s to %s", f.Name, f.Symbol, within.From, within.To)
	}
	var open []Budget
	for _, b := range q.Budgets {
		fits, trend, err := f.formFits(b, within)
		if err != nil {
			open = append(open, b)
			continue
		}
		a.Trends[b.Quantity], a.Fits = trend, intersect(a.Fits, fits)
	}
	for _, b := range open { // in what the others leave, for these take the most time
		if err := a.narrow(b); err != nil {
			return nil, err
		}
	}
	return a, a.settle(q, within)
}

// formFits are the values at which a closed formula is within a budget, and its course; the error is the reason why there is no
// formula.
func (f *Family) formFits(b Budget, within Interval) ([]Interval, Trend, error) {
	form := f.Form(b.Quantity)
	if form.Err != nil {
		return nil, Trend{}, form.Err
	}
	trend, err := f.formTrend(form)
	if err != nil {
		return nil, trend, err
	}
	var out []Interval
	from := within.From
	for ; from.Cmp(form.From) < 0 && (within.To == nil || from.Cmp(within.To) <= 0); from = plus(from, 1) {
		if _, err := f.Trace(from); err != nil {
			continue
		}
		if v, err := f.Value(b.Quantity, from); err == nil && b.Fits(v) { // what is not known does not fit
			out = joined(out, Interval{From: from, To: from})
		}
	}
	list, err := form.Expr.Sub(symbolic.BigRat(b.Limit)).Signs(f.Symbol, from)
	for _, s := range list {
		fits := Interval{From: s.From, To: earlier(s.To, within.To)}
		if (s.Sign == 0 || (s.Sign > 0) == b.AtLeast) && !fits.empty() {
			out = joined(out, fits)
		}
	}
	return out, trend, err
}

// settle takes the greatest value that fits, with the costs there and at the next value.
func (a *Answer) settle(q Question, within Interval) error {
	f := a.Family
	quantities := append([]cost.Quantity{}, q.Also...)
	for _, b := range q.Budgets {
		quantities = append(quantities, b.Quantity)
	}
	var err error
	if n := len(a.Fits); n > 0 && a.Fits[n-1].To == nil {
		if a.Outcome == Found {
			a.Outcome = NoLimit
		}
		return nil
	}
	for k := len(a.Fits) - 1; k >= 0 && a.Value == nil; k-- {
		a.Value = f.AtMost(a.Fits[k].To, a.Fits[k].From)
	}
	behind := plus(within.From, -1)
	if a.Value == nil {
		a.Outcome = NothingFits
	} else {
		a.Outcome, behind = Found, a.Value
		if a.Costs, err = f.At(a.Value, quantities...); err != nil {
			return err
		}
	}
	next, err := f.Next(behind)
	if err != nil || within.To != nil && next.Cmp(within.To) > 0 {
		return nil // there is none
	}
	a.Next = next
	a.NextCosts, err = f.At(next, quantities...)
	return err
}
