package cost

import (
	"fmt"
	"math/big"
	"strings"
)

// Device is the speed of a device: operations per second and bytes per second (Williams et al. 2009, the roofline model,
// doi:10.1145/1498765.1498785).
type Device struct {
	PeakFLOPS *big.Rat
	Bandwidth *big.Rat
}

// Bound says whether compute or memory limits a network or layer with these costs, and the least time it takes, in seconds.
func (d Device) Bound(c Costs) (by string, seconds *big.Rat, ok bool) {
	flops, known := c.Of(FLOPs).Rational()
	bytes, also := c.Of(TrafficBytes).Rational()
	if !known || !also {
		return "", nil, false
	}
	compute, memory := flops.Quo(flops, d.PeakFLOPS), bytes.Quo(bytes, d.Bandwidth)
	if compute.Cmp(memory) >= 0 {
		return "compute", compute, true
	}
	return "memory", memory, true
}

// ParseDevice reads PEAK,BANDWIDTH in operations and bytes per second: 312T,1555G or 312*10^12,1555*10^9.
func ParseDevice(text string) (Device, error) {
	peak, bandwidth, ok := strings.Cut(text, ",")
	if !ok {
		return Device{}, fmt.Errorf("a device is PEAK-FLOPS,BANDWIDTH as in 312T,1555G, not %q", text)
	}
	var d Device
	for _, part := range []struct {
		text string
		into **big.Rat
	}{{peak, &d.PeakFLOPS}, {bandwidth, &d.Bandwidth}} {
		r, err := parseRate(strings.TrimSpace(part.text))
		if err != nil {
			return Device{}, err
		}
		*part.into = r
	}
	return d, nil
}

// parseRate reads an amount above 0.
func parseRate(text string) (*big.Rat, error) {
	a, err := ParseAmount(text)
	if err != nil {
		return nil, err
	}
	if a.Value.Sign() == 0 {
		return nil, fmt.Errorf("%q is not a rate: it must be above 0", text)
	}
	return a.Value, nil
}
