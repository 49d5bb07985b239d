package flow

import (
	"math"

	"github.com/skipcost/skipcost/arch"
)

// gaussian is E f(x) for x normal with that mean and deviation, by the trapezoid rule over ±8 deviations, which is exact to
// many digits for smooth f and to 10⁻⁴ at a kink.
func gaussian(mean, deviation float64, f func(float64) float64) float64 {
	if deviation <= 0 {
		return f(mean)
	}
	const reach, steps = 8.0, 160
	const h = 2 * reach / steps
	sum := 0.0
	for k := 0; k <= steps; k++ {
		z := -reach + h*float64(k)
		sum += arch.NormalDensity(z) * f(mean+deviation*z)
	}
	return sum * h
}

// largest is E f(x) for the largest x of n normal values.
func largest(n, mean, deviation float64, f func(float64) float64) float64 {
	if deviation <= 0 {
		return f(mean)
	}
	const reach, steps = 8.0, 160
	const h = 2 * reach / steps
	sum := 0.0
	for k := 0; k <= steps; k++ {
		z := -reach + h*float64(k)
		sum += n * arch.NormalDensity(z) * math.Pow(arch.NormalBelow(z), n-1) * f(mean+deviation*z)
	}
	return sum * h
}
