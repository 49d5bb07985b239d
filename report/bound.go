package report

import "math/big"

// Bound is a cell of the resource that takes longest, with the time in seconds, which people see and of which there is a column for
// machines.
func boundCell(by string, seconds *big.Rat) Cell { return Cell{value: bound{by, seconds}} }

// bound is the resource that takes longest, with the time.
type bound struct {
	by      string
	seconds *big.Rat
}

func (l bound) text(Style) string {
	if l.seconds.Sign() == 0 {
		return ""
	}
	return l.by + ", " + seconds(l.seconds)
}

func (l bound) data() any { return l.by }

// seconds writes a time with three digits and a prefix: 1.32 ms.
func seconds(s *big.Rat) string {
	units := [...]string{"s", "ms", "µs", "ns", "ps"}
	thousand := big.NewRat(1000, 1)
	one := big.NewRat(1, 1)
	v := new(big.Rat).Set(s)
	k := 0
	for ; v.Cmp(one) < 0 && k < len(units)-1; k++ {
		v.Mul(v, thousand)
	}
	digits := 2
	for limit := big.NewRat(10, 1); v.Cmp(limit) >= 0 && digits > 0; limit.Mul(limit, big.NewRat(10, 1)) {
		digits--
	}
	return v.FloatString(digits) + " " + units[k]
}
