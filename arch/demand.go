package arch

import (
	"fmt"
	"math/big"

	"github.com/skipcost/skipcost/arch/symbolic"
)

// Requirement is what is required of an expression so that there is a network.
type Requirement int

// The requirements.
const (
	Whole       Requirement = iota // it is a whole number
	Zero                           // it is 0
	NotNegative                    // it is not less than 0
)

// Holds reports whether a number is as required.
func (r Requirement) Holds(v *big.Rat) bool {
	switch r {
	case Whole:
		return v.IsInt()
	case Zero:
		return v.Sign() == 0
	}
	return v.Sign() >= 0
}

// Sure reports whether an expression is as required whatever values its symbols have, as counts of at least 0.
func (r Requirement) Sure(e symbolic.Expr) bool {
	switch r {
	case Whole:
		return e.IsWhole()
	case Zero:
		return e.IsZero()
	}
	return e.NeverNegative()
}

// Demand is what a shape rule demands of shapes and arguments, as that groups divide a width. Where these are expressions, it
// may hold for some values of their symbols only.
type Demand struct {
	About   symbolic.Expr
	Is      Requirement
	Text    func() string // the demand in words
	refusal func() *Fault
}

// fault is why a kind refuses its input, if it is known that the demand is not met.
func (d Demand) fault() *Fault {
	if r, known := d.About.Rational(); known && !d.Is.Holds(r) {
		return d.refusal()
	}
	if sign, known := d.About.Sign(); known && sign < 0 && d.Is == NotNegative {
		return d.refusal()
	}
	return nil
}

// divides demands that a number divides a whole; the refusal is such as "3 groups do not divide the incoming width 64". In the
// words for the whole, %s stands for its number.
func divides(number symbolic.Expr, name string, whole symbolic.Expr, worded string) Demand {
	parts := whole.Div(number)
	return Demand{
		About: parts, Is: Whole, Text: func() string { return WholeText(parts) },
		refusal: func() *Fault {
			return &Fault{Message: fmt.Sprintf("%s %s do not divide "+worded, number.Text(), name, whole.Text())}
		},
	}
}

// WholeText says that an expression is a whole number.
func WholeText(e symbolic.Expr) string { return e.Text() + " is a whole number" }

// atLeast demands that one number is not less than another.
func atLeast(large, small symbolic.Expr, refusal func() *Fault) Demand {
	return Demand{About: large.Sub(small), Is: NotNegative, Text: func() string { return large.Text() + " ≥ " + small.Text() }, refusal: refusal}
}

// equals demands that two numbers are the same.
func equals(a, b symbolic.Expr, refusal func() *Fault) Demand {
	return Demand{About: a.Sub(b), Is: Zero, Text: func() string { return a.Text() + " = " + b.Text() }, refusal: refusal}
}

// Demands lists what the shape rule of a kind demands of its inputs and arguments, beside that the output is a shape.
func (k *Kind) Demands(in []Shape, a Args) []Demand {
	if k.demands == nil {
		return nil
	}
	return k.demands(in, a)
}
