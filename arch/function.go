package arch

import (
	"math"

	"github.com/skipcost/skipcost/arch/symbolic"
)

// Function is the function of one value that an activation applies to each value by itself. Package flow takes the moments of
// normally distributed values under it.
type Function struct {
	Value, Slope func(x float64) float64
	Monotone     bool // never decreases, so that the largest of several values stays the largest
	// Rectifies says that positive values pass unchanged and negative ones times Leak: the moments are known in closed form,
	// and exactly for values that are distributed symmetrically.
	Rectifies bool
	Leak      symbolic.Expr
}

// rectifier lets positive values pass, and negative ones times a leak.
func rectifier(leak symbolic.Expr) *Function {
	share := 0.0
	if r, ok := leak.Rational(); ok {
		share, _ = r.Float64()
	}
	return &Function{
		Value:     func(x float64) float64 { return max(x, 0) + share*min(x, 0) },
		Slope:     func(x float64) float64 { return share + (1-share)*within(x, 0, math.Inf(1), 1) },
		Rectifies: true, Leak: leak, Monotone: true,
	}
}

// monotone is a function that never decreases, with its slope.
func monotone(value, slope func(float64) float64) *Function {
	return &Function{Value: value, Slope: slope, Monotone: true}
}

// Sigmoid is the function of gates, and Tanh that of candidates and memories.
func Sigmoid() *Function { return monotone(sigmoid, sigmoidSlope) }

// Tanh is the hyperbolic tangent.
func Tanh() *Function { return monotone(math.Tanh, tanhSlope) }

// gated is x·gate(x), given the slope of the gate.
func gated(gate, slope func(float64) float64) *Function {
	return &Function{
		Value: func(x float64) float64 { return x * gate(x) },
		Slope: func(x float64) float64 { return gate(x) + x*slope(x) },
	}
}

// within is inside where low < x < high, else 0.
func within(x, low, high, inside float64) float64 {
	if x > low && x < high {
		return inside
	}
	return 0
}

func sigmoid(x float64) float64      { return 1 / (1 + math.Exp(-x)) }
func sigmoidSlope(x float64) float64 { s := sigmoid(x); return s * (1 - s) }
func tanhSlope(x float64) float64    { t := math.Tanh(x); return 1 - t*t }
func softplus(x float64) float64     { return max(x, 0) + math.Log1p(math.Exp(-math.Abs(x))) }
func relu6(x float64) float64        { return min(max(x, 0), 6) }
func relu6Slope(x float64) float64   { return within(x, 0, 6, 1) }
func elu(x float64) float64          { return max(x, 0) + math.Expm1(min(x, 0)) }
func eluSlope(x float64) float64     { return math.Exp(min(x, 0)) }
func erfSlope(x float64) float64     { return 2 / math.Sqrt(math.Pi) * math.Exp(-x*x) }

func hardSigmoid(x float64) float64      { return min(max(x+3, 0), 6) / 6 }
func hardSigmoidSlope(x float64) float64 { return within(x, -3, 3, 1.0/6) }

// NormalBelow is Φ, the share of a standard normal distribution below x.
func NormalBelow(x float64) float64 { return math.Erfc(-x/math.Sqrt2) / 2 }

// NormalDensity is φ, the slope of [NormalBelow].
func NormalDensity(x float64) float64 { return math.Exp(-x*x/2) / math.Sqrt(2*math.Pi) }

func mishGate(x float64) float64      { return math.Tanh(softplus(x)) }
func mishGateSlope(x float64) float64 { return tanhSlope(softplus(x)) * sigmoid(x) }
