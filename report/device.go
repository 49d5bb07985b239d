package report

import (
	"math/big"

	"github.com/skipcost/skipcost/cost"
)

// boundColumns are the columns for the resource that limits a network or layer on a device, and the least time it takes.
func boundColumns() []Column {
	return []Column{{Head: "bound by", Path: "bound.by"}, {Head: "seconds", Path: "bound.seconds", Right: true, Show: Wide}}
}

// boundCells are empty for a layer without work.
func boundCells(d cost.Device, c cost.Costs) Row {
	by, seconds, ok := d.Bound(c)
	if !ok {
		return Row{Missing(""), Missing("")}
	}
	return Row{{value: limit{by, seconds}}, Quotient(seconds)}
}

// limit is the resource that takes longest, with the time.
type limit struct {
	by      string
	seconds *big.Rat
}

func (l limit) text(Style) string {
	if l.seconds.Sign() == 0 {
		return ""
	}
	return l.by + ", " + seconds(l.seconds)
}

func (l limit) data() any { return l.by }

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
