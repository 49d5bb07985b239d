package cost

import (
	"fmt"
	"math"
	"math/big"
)

// Limits of the search for a network of equal cost: how many networks are tried, and how many operations are priced in total,
// at least those of a number of networks of the size that the search begins with. They bound time and memory where a symbol is
// the depth.
const (
	MaxEqualTried      = 2000
	MaxEqualOperations = 100_000
	maxEqualAlike      = 64
)

// How far the search continues without progress.
const (
	maxEqualGap  = 256 // numbers in a row for which there is no network, because heads do not divide the width or the like
	maxEqualFlat = 6   // doublings in a row that change no cost
)

// nearest searches for the whole number, at least 1, whose price is nearest to a target. Prices are assumed to rise with the
// number, or to fall; numbers without a price are skipped.
type nearest struct {
	price  func(int64) (price *big.Int, size int, err error) // size in operations
	target *big.Int
	start  int64
	best   int64
	seen   map[int64]*big.Int // nil for a number without a price
	reason error              // why the last number without a price has none
	spent  int                // operations that were priced
	budget int                // of them
}

// search returns the nearest number, whose price is in seen. A number that already meets the target stays.
func (s *nearest) search(start int64) (int64, error) {
	s.start, s.best, s.seen = start, start, map[int64]*big.Int{}
	s.budget = MaxEqualOperations
	if !s.visit(start) {
		return 0, s.reason
	}
	s.budget = max(s.budget, maxEqualAlike*s.spent)
	if s.seen[start].Cmp(s.target) == 0 {
		return start, nil
	}
	up := s.below(start)
	a, b, crossed := s.cross(start, up)
	if !crossed {
		a, b, crossed = s.cross(start, !up)
	}
	if crossed {
		s.close(a, b)
	}
	switch {
	case crossed && !s.tired(), s.seen[s.best].Cmp(s.target) == 0:
		return s.best, nil
	case s.tired():
		return 0, fmt.Errorf("gave up after %d networks; the nearest to %s has %s", len(s.seen), s.target, s.seen[s.best])
	case s.flat():
		return 0, fmt.Errorf("stays at %s and does not come to %s", s.seen[start], s.target)
	}
	return 0, fmt.Errorf("comes no nearer to %s than %s", s.target, s.seen[s.best])
}

// visit prices a number once, keeps the best one, and reports whether it has a price.
func (s *nearest) visit(n int64) bool {
	if price, known := s.seen[n]; known {
		return price != nil
	}
	if s.tired() {
		return false
	}
	price, size, err := s.price(n)
	s.spent += size
	if err != nil {
		s.seen[n], s.reason = nil, err
		return false
	}
	s.seen[n] = price
	if s.better(n) {
		s.best = n
	}
	return true
}

// tired reports whether the limits are reached.
func (s *nearest) tired() bool { return len(s.seen) >= MaxEqualTried || s.spent > s.budget }

// better reports whether the price of a number is nearer to the target than the best one; of equally near ones it prefers the
// lower price, then the number nearer to the start.
func (s *nearest) better(n int64) bool {
	if order := s.distance(n).Cmp(s.distance(s.best)); order != 0 {
		return order < 0
	}
	if order := s.seen[n].Cmp(s.seen[s.best]); order != 0 {
		return order < 0
	}
	return apart(n, s.start) < apart(s.best, s.start)
}

func (s *nearest) distance(n int64) *big.Int {
	d := new(big.Int).Sub(s.seen[n], s.target)
	return d.Abs(d)
}

// below reports whether a price is at most the target, so that the largest number that meets it is found.
func (s *nearest) below(n int64) bool { return s.seen[n].Cmp(s.target) <= 0 }

// flat reports whether all prices are the same.
func (s *nearest) flat() bool {
	for _, price := range s.seen {
		if price != nil && price.Cmp(s.seen[s.start]) != 0 {
			return false
		}
	}
	return true
}

// cross doubles or halves a number until its price is on the other side of the target. It returns the last number on this
// side and the first on the other.
func (s *nearest) cross(from int64, up bool) (a, b int64, ok bool) {
	unchanged := 0
	for {
		to, found := s.next(from, up)
		if !found || unchanged >= maxEqualFlat {
			return 0, 0, false
		}
		switch {
		case s.below(to) != s.below(from):
			return from, to, true
		case s.distance(to).Cmp(s.distance(from)) > 0:
			return 0, 0, false
		case up && s.seen[to].Cmp(s.seen[from]) == 0:
			unchanged++
		default:
			unchanged = 0
		}
		from = to
	}
}

// next is a number with a price near twice or half of another number. Where there is no network of half the number, it searches
// between.
func (s *nearest) next(from int64, up bool) (int64, bool) {
	if up {
		if from > math.MaxInt64/4 {
			return 0, false
		}
		return s.near(2*from, from, 4*from, maxEqualGap)
	}
	for half := from / 2; ; half = (half + from + 1) / 2 {
		n, ok := s.near(half, 0, from, maxEqualGap)
		if ok || half >= from {
			return n, ok
		}
	}
}

// near is the number with a price, between low and high, that is nearest to n. It tries a limited number.
func (s *nearest) near(n, low, high int64, most int) (int64, bool) {
	for k := int64(0); most > 0; k++ {
		d := (k + 1) / 2
		if n-d <= low && n+d >= high {
			break
		}
		at := n + d
		if k%2 == 0 {
			at = n - d
		}
		if at <= low || at >= high {
			continue
		}
		if s.visit(at) {
			return at, true
		}
		most--
	}
	return 0, false
}

// close halves the distance between two numbers on both sides of the target until no number with a price lies between.
func (s *nearest) close(a, b int64) {
	for {
		low, high := min(a, b), max(a, b)
		n, ok := s.near(low+(high-low)/2, low, high, MaxEqualTried)
		switch {
		case !ok:
			return
		case s.below(n) == s.below(a):
			a = n
		default:
			b = n
		}
	}
}

func apart(a, b int64) int64 { return max(a, b) - min(a, b) }
