package flow

import (
	"math"
	"sync"

	"github.com/skipcost/skipcost/arch"
)

// The trapezoid rule over ±8 deviations of a normal value is exact to many digits for smooth functions and to 10⁻⁴ at a kink.
const (
	reach   = 8.0
	steps   = 160
	spacing = 2 * reach / steps
)

// densities are those of a distribution at the places of the rule, which are worked out once for many expectations.
type densities [steps + 1]float64

func place(k int) float64 { return -reach + spacing*float64(k) }

// ofNormal is the standard normal distribution.
var ofNormal = sync.OnceValue(func() *densities {
	var d densities
	for k := range d {
		d[k] = arch.NormalDensity(place(k))
	}
	return &d
})

// ofLargest is the distribution of the largest of n standard normal values, n·φ·Φⁿ⁻¹.
func ofLargest(n float64) *densities {
	var d densities
	for k := range d {
		z := place(k)
		d[k] = n * arch.NormalDensity(z) * math.Pow(arch.NormalBelow(z), n-1)
	}
	return &d
}

// moments are E f and E f² of the same.
func (d *densities) moments(mean, deviation float64, f func(float64) float64) (first, second float64) {
	if deviation <= 0 {
		x := f(mean)
		return x, x * x
	}
	for k := range d {
		x := f(mean + deviation*place(k))
		first += d[k] * x
		second += d[k] * (x * x)
	}
	return first * spacing, second * spacing
}

// expect is E f(mean + deviation·z).
func (d *densities) expect(mean, deviation float64, f func(float64) float64) float64 {
	return d.expectEvery(1, mean, deviation, f)
}

// expectEvery takes every so many places of the rule, of a function that is as smooth as that allows.
func (d *densities) expectEvery(stride int, mean, deviation float64, f func(float64) float64) float64 {
	if deviation <= 0 {
		return f(mean)
	}
	sum := 0.0
	for k := 0; k < len(d); k += stride {
		sum += d[k] * f(mean+deviation*place(k))
	}
	return sum * spacing * float64(stride)
}
