package decide

import (
	"math/big"
	"slices"
)

// Limits of pricing value by value.
const (
	maxEach  = 64      // up to this number of values, all are priced
	maxFlat  = 6       // this many doublings without a change of the cost end the search for a limit
	maxReach = 1 << 40 // and so does this value
	// maxBeyond is how many doublings behind a limit are priced, to check that the cost does not turn back.
	maxBeyond  = 3
	maxUnknown = 8 // values at the beginning whose cost may not be known
)

// narrow keeps the values at which a cost without a formula is within a budget. A few values are all priced; among many, the
// place where the cost passes the limit is found by bisection, for which the cost must be monotone.
func (a *Answer) narrow(b Budget) error {
	if len(a.Fits) == 0 {
		return nil
	}
	p := &prober{family: a.Family, budget: b, costs: map[string]*big.Rat{}}
	trend := Trend{Alike: !b.Quantity.Closes() && a.Family.alike()} // what has no form by its kind is a maximum of sums of tensors
	var err error
	if last := a.Fits[len(a.Fits)-1].To; !trend.Alike && last != nil && plus(last, -maxEach).Cmp(a.Fits[0].From) < 0 {
		a.Fits, err = p.each(a.Fits)
	} else {
		var fits []Interval
		if fits, err = p.bisect(a.Fits[0].From, last, trend.Alike); err == nil {
			a.Fits = intersect(a.Fits, fits)
			if n := len(a.Fits); n > 0 && a.Fits[n-1].To == nil && p.reached == nil && !trend.Alike {
				p.reached = p.order[len(p.order)-1] // what lies behind is not known
			}
		}
	}
	if err != nil {
		return err
	}
	trend.Course = p.course()
	if trend.Priced = len(p.order); trend.Alike && trend.Course == Stays {
		trend.Course = NeverFalls
	}
	if p.reached != nil {
		a.Outcome, a.Reached = NoLimitFound, p.reached
	}
	a.Trends[b.Quantity] = trend
	return nil
}

// prober prices one cost of a family at some values.
type prober struct {
	family  *Family
	budget  Budget
	costs   map[string]*big.Rat
	order   []*big.Int // the values that were priced, in order
	reached *big.Int   // the greatest of them, where the search went no further
}

// fits prices a value for which there is a network.
func (p *prober) fits(n *big.Int) (bool, error) {
	v, known := p.costs[n.String()]
	if !known {
		var err error
		if v, err = p.family.Value(p.budget.Quantity, n); err != nil {
			return false, err
		}
		at, _ := slices.BinarySearchFunc(p.order, n, (*big.Int).Cmp)
		p.order = slices.Insert(p.order, at, n)
		p.costs[n.String()] = v
	}
	return p.budget.Fits(v), nil
}

// each prices all values of some intervals.
func (p *prober) each(list []Interval) ([]Interval, error) {
	var out []Interval
	for _, i := range list {
		for n := i.From; n.Cmp(i.To) <= 0; n = plus(n, 1) {
			if _, err := p.family.Trace(n); err != nil {
				continue
			}
			fits, err := p.fits(n)
			if err != nil {
				return nil, err
			}
			if fits {
				out = joined(out, Interval{From: n, To: n})
			}
		}
	}
	return out, nil
}

// bisect finds the values within the budget from a first to a last one, nil for no last. It checks at all values that it prices
// that the cost is monotone.
func (p *prober) bisect(first, last *big.Int, rises bool) ([]Interval, error) {
	low, start, err := p.start(first)
	if err != nil {
		return nil, err
	}
	if !start && rises && !p.budget.AtLeast {
		return nil, nil
	}
	low, high, err := p.passes(low, last, start)
	if err != nil {
		return nil, err
	}
	if high != nil && !rises {
		if err := p.beyond(high, last); err != nil {
			return nil, err
		}
	}
	for high != nil {
		middle := new(big.Int).Add(low, high)
		n := p.family.AtMost(middle.Rsh(middle, 1), plus(low, 1))
		if n == nil {
			if n, err = p.family.Next(middle); err != nil || n.Cmp(high) >= 0 {
				break
			}
		}
		fits, err := p.fits(n)
		if err != nil {
			return nil, err
		}
		if fits == start {
			low = n
		} else {
			high = n
		}
	}
	if err := p.monotone(); err != nil {
		return nil, err
	}
	switch {
	case start && high == nil:
		return []Interval{{From: first, To: last}}, nil
	case start:
		return []Interval{{From: first, To: plus(high, -1)}}, nil
	case high == nil:
		return nil, nil
	}
	return []Interval{{From: high, To: last}}, nil
}

// start is the first value from one on at which the cost is known: without a layer there is no path.
func (p *prober) start(first *big.Int) (low *big.Int, fits bool, err error) {
	low = plus(first, -1)
	var reason error
	for range maxUnknown {
		if low, err = p.family.Next(low); err != nil {
			return nil, false, err
		}
		if fits, err = p.fits(low); err == nil {
			return low, fits, nil
		}
		if reason == nil {
			reason = err
		}
	}
	return nil, false, reason
}

// passes doubles the step until the cost is on the other side of the limit: low is the last value on this side and high the first
// on the other one that was priced, nil if none was found.
func (p *prober) passes(low, last *big.Int, start bool) (_, high *big.Int, err error) {
	flat := 0
	for step := big.NewInt(1); ; step = new(big.Int).Lsh(step, 1) {
		n := new(big.Int).Add(low, step)
		if last != nil && n.Cmp(last) >= 0 {
			if n = p.family.AtMost(last, plus(low, 1)); n == nil {
				return low, nil, nil
			}
		} else if n, err = p.family.Next(plus(n, -1)); err != nil {
			return low, nil, err
		}
		fits, err := p.fits(n)
		if err != nil {
			return low, nil, err
		}
		if fits != start {
			return low, n, nil
		}
		if p.costs[n.String()].Cmp(p.costs[low.String()]) == 0 {
			flat++
		} else {
			flat = 0
		}
		low = n
		if last != nil && n.Cmp(last) >= 0 {
			return low, nil, nil
		}
		if last == nil && (flat >= maxFlat || n.Cmp(big.NewInt(maxReach)) > 0) {
			p.reached = n
			return low, nil, nil
		}
	}
}

// beyond prices a few values far behind one, and the last one, to see whether the cost turns back.
func (p *prober) beyond(n, last *big.Int) error {
	for range maxBeyond {
		n = new(big.Int).Lsh(n, 1)
		if last != nil && n.Cmp(last) >= 0 {
			break
		}
		if at := p.family.AtMost(n, p.family.first); at != nil {
			if _, err := p.fits(at); err != nil {
				return err
			}
		}
	}
	if last == nil {
		return nil
	}
	if at := p.family.AtMost(last, p.family.first); at != nil {
		_, err := p.fits(at)
		return err
	}
	return nil
}

// course is the course of the priced costs.
func (p *prober) course() Course {
	var signs []int
	for k := 1; k < len(p.order); k++ {
		signs = append(signs, p.costs[p.order[k].String()].Cmp(p.costs[p.order[k-1].String()]))
	}
	return courseOf(signs)
}

// monotone refuses costs that both rise and fall.
func (p *prober) monotone() error {
	if p.course() != Varies {
		return nil
	}
	e := &NotMonotoneError{Quantity: p.budget.Quantity, Symbol: p.family.Symbol}
	turn := 0
	for k := 1; k < len(p.order); k++ {
		sign := p.costs[p.order[k].String()].Cmp(p.costs[p.order[k-1].String()])
		if turn != 0 && sign == -turn {
			e.At[1], e.At[2] = p.order[k-1], p.order[k]
			break
		}
		if sign != 0 {
			turn, e.At[0] = sign, p.order[k-1]
		}
	}
	for k, n := range e.At {
		e.Costs[k] = p.costs[n.String()]
	}
	return e
}
