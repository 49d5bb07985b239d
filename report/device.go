package report

import (
	"math/big"

	"github.com/skipcost/skipcost/cost"
)

func boundColumn() Column { return Column{Head: "bound by"} }

// boundCell says what limits a network or layer on a device, and the least time that takes.
func boundCell(d cost.Device, c cost.Costs) string {
	by, seconds, ok := d.Bound(c)
	if !ok {
		return Unknown
	}
	if seconds.Sign() == 0 {
		return ""
	}
	return by + ", " + Seconds(seconds)
}

func boundObject(d cost.Device, c cost.Costs) any {
	by, seconds, ok := d.Bound(c)
	if !ok {
		return nil
	}
	return Object{{"by", by}, {"seconds", seconds.RatString()}}
}

// Seconds writes a time with three digits and a prefix: 1.32 ms.
func Seconds(s *big.Rat) string {
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
