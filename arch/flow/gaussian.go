package flow

import "math"

// density and below are φ and Φ of the standard normal distribution.
func density(x float64) float64 { return math.Exp(-x*x/2) / math.Sqrt(2*math.Pi) }
func below(x float64) float64   { return math.Erfc(-x/math.Sqrt2) / 2 }

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
		sum += density(z) * f(mean+deviation*z)
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
		sum += n * density(z) * math.Pow(below(z), n-1) * f(mean+deviation*z)
	}
	return sum * h
}

// activation is a function of single values: its values, and its slopes. A rectifier lets positive values through as they are,
// and a share of the negative ones.
type activation struct {
	value, slope func(float64) float64
	rectifies    bool
	leak         float64
}

// activationOf is the activation of a kind; false for kinds whose function is not known from the kind alone.
func activationOf(kind string) (activation, bool) {
	sigmoid := func(x float64) float64 { return 1 / (1 + math.Exp(-x)) }
	between := func(low, high, inside float64) func(float64) float64 {
		return func(x float64) float64 {
			if x > low && x < high {
				return inside
			}
			return 0
		}
	}
	leaky := func(share float64) activation {
		return activation{
			value:     func(x float64) float64 { return max(x, 0) + share*min(x, 0) },
			slope:     func(x float64) float64 { return share + (1-share)*between(0, math.Inf(1), 1)(x) },
			rectifies: true, leak: share,
		}
	}
	gate := func(g, slope func(float64) float64) activation { // x·g(x)
		return activation{value: func(x float64) float64 { return x * g(x) }, slope: func(x float64) float64 { return g(x) + x*slope(x) }}
	}
	hard := func(x float64) float64 { return min(max(x+3, 0), 6) / 6 }
	softplus := func(x float64) float64 { return max(x, 0) + math.Log1p(math.Exp(-math.Abs(x))) }
	switch kind {
	case "relu":
		return leaky(0), true
	case "leaky_relu":
		return leaky(0.01), true
	case "prelu":
		return leaky(0.25), true
	case "relu6":
		return activation{value: func(x float64) float64 { return min(max(x, 0), 6) }, slope: between(0, 6, 1)}, true
	case "sigmoid":
		return activation{value: sigmoid, slope: func(x float64) float64 { return sigmoid(x) * (1 - sigmoid(x)) }}, true
	case "tanh":
		return activation{value: math.Tanh, slope: func(x float64) float64 { return 1 - math.Tanh(x)*math.Tanh(x) }}, true
	case "gelu":
		return gate(below, density), true
	case "silu":
		return gate(sigmoid, func(x float64) float64 { return sigmoid(x) * (1 - sigmoid(x)) }), true
	case "hard_sigmoid":
		return activation{value: hard, slope: between(-3, 3, 1.0/6)}, true
	case "hard_swish":
		return gate(hard, between(-3, 3, 1.0/6)), true
	case "elu":
		return activation{
			value: func(x float64) float64 { return max(x, 0) + math.Expm1(min(x, 0)) },
			slope: func(x float64) float64 { return math.Exp(min(x, 0)) },
		}, true
	case "softplus":
		return activation{value: softplus, slope: sigmoid}, true
	case "mish":
		return gate(func(x float64) float64 { return math.Tanh(softplus(x)) },
			func(x float64) float64 { t := math.Tanh(softplus(x)); return (1 - t*t) * sigmoid(x) }), true
	}
	return activation{}, false
}
