package decide

import (
	"fmt"
	"math/big"

	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/cost"
)

// Limits of comparing value by value, where costs have no closed form.
const (
	// DefaultScan is how many values are compared unless a range is given.
	DefaultScan = 128
	// MaxScan is how many values a range may have.
	MaxScan = 100_000
)

// Pair is two networks that are compared at the same values of a symbol.
type Pair struct {
	A, B   *Family
	Within Interval // the values to compare; a nil From means from the first value at which both are networks
}

// Versus is one cost of two networks, compared.
type Versus struct {
	Quantity  cost.Quantity
	Regions   []Region
	Crossings []Crossing
	// Ratio is the cost of A over that of B as a formula, and Limit its asymptote as the symbol grows; nil where there is none.
	Ratio, Limit *symbolic.Expr
	// Scanned says that costs were compared at each value of the regions, because they have no closed formulas; Reason says why.
	Scanned bool
	Reason  error
}

// Region is a range of values at which the same network costs more: A where the sign is positive, B where it is negative.
type Region struct {
	Interval
	Sign int
}

// Crossing is the first whole number from which on another network costs more than before.
type Crossing struct {
	At           *big.Int
	Below, Above *Family // Below costs less there
	A, B         Costs   // of the two networks there
}

// Ratio is the cost of A over that of B at the crossing; false where B costs nothing or a cost is not known.
func (c Crossing) Ratio(q cost.Quantity) (*big.Rat, bool) {
	a, ok := c.A.Of(q).Rational()
	b, known := c.B.Of(q).Rational()
	if !ok || !known || b.Sign() == 0 {
		return nil, false
	}
	return a.Quo(a, b), true
}

// Compare finds all whole numbers at which a cost of one network overtakes that of the other: over all of them by the signs of the
// exact difference where both costs have formulas, and else over a range, value by value.
func (p Pair) Compare(q cost.Quantity) (*Versus, error) {
	v := &Versus{Quantity: q}
	within, err := p.within()
	if err != nil {
		return nil, err
	}
	a, b := p.A.Form(q), p.B.Form(q)
	if v.Reason = a.Err; v.Reason == nil {
		v.Reason = b.Err
	}
	if v.Reason == nil {
		v.Regions, v.Reason = p.bySigns(a, b, q, within)
	}
	if v.Reason == nil {
		v.divide(a, b, p.A.Symbol)
	} else {
		v.Scanned = true
		if v.Regions, err = p.scan(q, within); err != nil {
			return nil, err
		}
	}
	return v, v.cross(p)
}

// within is the range to compare.
func (p Pair) within() (Interval, error) {
	out := Interval{From: larger(p.A.first, p.B.first), To: earlier(p.Within.To, earlier(p.A.Last(), p.B.Last()))}
	if p.Within.From != nil {
		out.From = larger(out.From, p.Within.From)
	}
	if first := p.next(out.From, out.To); first != nil {
		out.From = first
		return out, nil
	}
	return out, fmt.Errorf("%s and %s have no %s in common", p.A.Name, p.B.Name, p.A.Symbol)
}

// next is the first value from n up to a last one at which both are networks; nil if there is none near n.
func (p Pair) next(n, last *big.Int) *big.Int {
	for range MaxGap {
		if last != nil && n.Cmp(last) > 0 {
			return nil
		}
		if _, err := p.A.Trace(n); err == nil {
			if _, err := p.B.Trace(n); err == nil {
				return n
			}
		}
		n = plus(n, 1)
	}
	return nil
}

// bySigns compares formulas where they hold, and prices the values before.
func (p Pair) bySigns(a, b *Form, q cost.Quantity, within Interval) ([]Region, error) {
	from := larger(within.From, larger(a.From, b.From))
	var out []Region
	if before := (Interval{From: within.From, To: earlier(plus(from, -1), within.To)}); !before.empty() {
		var err error
		if out, err = p.each(q, before); err != nil && out != nil {
			return nil, err
		}
	}
	list, err := a.Expr.Sub(b.Expr).Signs(p.A.Symbol, from)
	if err != nil {
		return nil, err
	}
	for _, s := range list {
		i := Interval{From: s.From, To: earlier(s.To, within.To)}
		if i.From = p.next(i.From, i.To); i.From != nil && !i.empty() {
			out = follow(out, Region{i, s.Sign})
		}
	}
	return out, nil
}

// follow appends a region; one with the sign of the last makes that longer.
func follow(list []Region, next Region) []Region {
	if n := len(list); n > 0 && list[n-1].Sign == next.Sign {
		list[n-1].To = next.To
		return list
	}
	return append(list, next)
}

// scan prices each value of a range.
func (p Pair) scan(q cost.Quantity, within Interval) ([]Region, error) {
	if within.To == nil {
		within.To = plus(within.From, DefaultScan-1)
	}
	if plus(within.To, -MaxScan).Cmp(within.From) >= 0 {
		return nil, fmt.Errorf("%s must be compared value by value, and there are more than %d from %s to %s", q, MaxScan, within.From, within.To)
	}
	return p.each(q, within)
}

// each compares the values of an interval one by one. It begins where both costs are known: without a layer there is no path.
func (p Pair) each(q cost.Quantity, within Interval) ([]Region, error) {
	var out []Region
	var unknown error
	for n := p.next(within.From, within.To); n != nil; n = p.next(plus(n, 1), within.To) {
		a, err := p.A.Value(q, n)
		b, other := p.B.Value(q, n)
		if err == nil {
			err = other
		}
		if err != nil && out != nil {
			return nil, err
		}
		if unknown = err; err == nil {
			out = follow(out, Region{Interval{From: n, To: n}, a.Cmp(b)})
		}
	}
	return out, unknown
}

// divide is the ratio of two formulas, and its limit.
func (v *Versus) divide(a, b *Form, symbol string) {
	if b.Expr.IsZero() {
		return
	}
	ratio := a.Expr.Div(b.Expr)
	if ratio.Err() != nil {
		return
	}
	v.Ratio = &ratio
	if limit, ok := ratio.Asymptote(symbol); ok {
		v.Limit = &limit
	}
}

// cross finds the regions in which another network costs more than in the region before, regions of equal costs aside; an
// equality of positive costs at the beginning counts as a beginning, 0 against 0, as of two networks of one layer, does not.
func (v *Versus) cross(p Pair) error {
	before, started := 0, false
	for _, r := range v.Regions {
		if r.Sign != 0 && r.Sign != before && started {
			c, err := v.crossing(p, r)
			if err != nil {
				return err
			}
			v.Crossings = append(v.Crossings, c)
		}
		if r.Sign != 0 {
			before, started = r.Sign, true
		} else if r.To != nil && !started {
			cost, err := p.A.Value(v.Quantity, r.To)
			if err != nil {
				return err
			}
			started = cost.Sign() != 0
		}
	}
	return nil
}

// crossing is the one at the beginning of a region.
func (v *Versus) crossing(p Pair, r Region) (Crossing, error) {
	c := Crossing{At: r.From, Below: p.A, Above: p.B}
	if r.Sign > 0 {
		c.Below, c.Above = p.B, p.A
	}
	var err error
	if c.A, err = p.A.At(r.From, v.Quantity); err != nil {
		return c, err
	}
	c.B, err = p.B.At(r.From, v.Quantity)
	return c, err
}
