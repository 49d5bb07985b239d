package decide

import "math/big"

// Interval is a range of whole numbers.
type Interval struct {
	From, To *big.Int // the first and the last; To is nil where there is no last one
}

// empty reports whether the interval ends before it begins.
func (i Interval) empty() bool { return i.To != nil && i.To.Cmp(i.From) < 0 }

// intersect is the numbers in both of two lists of intervals, which are in order and do not touch.
func intersect(a, b []Interval) []Interval {
	var out []Interval
	for len(a) > 0 && len(b) > 0 {
		both := Interval{From: larger(a[0].From, b[0].From), To: earlier(a[0].To, b[0].To)}
		if !both.empty() {
			out = append(out, both)
		}
		if earlier(a[0].To, b[0].To) == a[0].To && a[0].To != nil {
			a = a[1:]
		} else {
			b = b[1:]
		}
	}
	return out
}

func larger(a, b *big.Int) *big.Int {
	if a.Cmp(b) >= 0 {
		return a
	}
	return b
}

// earlier is the smaller of two ends; nil is no end.
func earlier(a, b *big.Int) *big.Int {
	if b == nil || a != nil && a.Cmp(b) <= 0 {
		return a
	}
	return b
}

// joined appends an interval; one that follows the last directly makes that longer.
func joined(list []Interval, next Interval) []Interval {
	if n := len(list); n > 0 && list[n-1].To != nil && plus(list[n-1].To, 1).Cmp(next.From) == 0 {
		list[n-1].To = next.To
		return list
	}
	return append(list, next)
}

func plus(n *big.Int, k int64) *big.Int { return new(big.Int).Add(n, big.NewInt(k)) }
