package flow

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"strconv"

	"github.com/skipcost/skipcost/arch/symbolic"
)

// Number is an exact expression as long as each step that led to it is exact, and a float from then on. The zero value is an
// exact 0.
type Number struct {
	exact symbolic.Expr
	float scaled
	how   exactness
}

// exactness says how exactly a number is known.
type exactness int

const (
	isExact   exactness = iota // the expression
	isRounded                  // a float, of a number that has too many digits to be written out
	isModel                    // a float computed under an assumption that holds only nearly
)

func exactly(e symbolic.Expr) Number { return Number{exact: e} }

func whole(n int64) Number { return exactly(symbolic.Int(n)) }

func modelled(x float64) Number { return finite(x, isModel) }

func rounded(x float64) Number { return finite(x, isRounded) }

// finite is a float, and nothing that is known where it has overflown: moments behind several exponentials do.
func finite(x float64, how exactness) Number {
	if math.IsInf(x, 0) || math.IsNaN(x) {
		return exactly(symbolic.Failed(errOverflow))
	}
	return Number{float: scale(x), how: how}
}

var errOverflow = errors.New("values outgrow what the model computes with")

// modelled is the number, marked as one of a model.
func (a Number) modelled() Number {
	x, ok := a.rounded()
	if !ok {
		return a.mixed(a)
	}
	return Number{float: x, how: isModel}
}

// rounded is the float of a number without symbols.
func (a Number) rounded() (scaled, bool) {
	if a.how != isExact {
		return a.float, true
	}
	r, ok := a.exact.Rational()
	if !ok {
		return scaled{}, false
	}
	return scaledRat(r), true
}

// value is the float64 of a number without symbols, for functions that have no exact values.
func (a Number) value() float64 {
	x, _ := a.rounded()
	return x.float()
}

// Exact is the expression of an exact number.
func (a Number) Exact() (symbolic.Expr, bool) {
	if a.how != isExact || a.exact.Err() != nil {
		return symbolic.Expr{}, false
	}
	return a.exact, true
}

// Model reports whether the number was computed under an assumption that holds only nearly.
func (a Number) Model() bool { return a.how == isModel }

// Err is why the number is not known, or nil.
func (a Number) Err() error {
	if a.how != isExact {
		return nil
	}
	return a.exact.Err()
}

func (a Number) isZero() bool {
	if a.how == isExact {
		return a.exact.IsZero()
	}
	return a.float.fraction == 0
}

func (a Number) isOne() bool {
	n, ok := a.exact.Int64()
	return a.how == isExact && ok && n == 1
}

// sameAs reports whether two numbers are surely equal.
func (a Number) sameAs(b Number) bool {
	if a.how != b.how {
		return false
	}
	if a.how == isExact {
		return a.exact.Equal(b.exact)
	}
	return a.float == b.float
}

// combine applies an operation to two numbers: exactly if both are exact and the result can be written out.
func (a Number) combine(b Number, exact func(symbolic.Expr, symbolic.Expr) symbolic.Expr, rounded func(scaled, scaled) scaled) Number {
	how := max(a.how, b.how)
	if how == isExact {
		e := exact(a.exact, b.exact)
		var large *symbolic.TooLargeError
		if e.Err() == nil || a.exact.Err() != nil || b.exact.Err() != nil || !errors.As(e.Err(), &large) {
			return exactly(e)
		}
		how = isRounded
	}
	x, known := a.rounded()
	y, also := b.rounded()
	if !known || !also {
		return a.mixed(b)
	}
	return Number{float: rounded(x, y), how: how}
}

// mixed is what comes of a number with symbols and a float: nothing that could be written down.
func (a Number) mixed(b Number) Number {
	for _, n := range []Number{a, b} {
		if err := n.Err(); err != nil {
			return n
		}
	}
	return exactly(symbolic.Failed(errMixed))
}

var errMixed = errors.New("a model has no closed form")

func (a Number) add(b Number) Number {
	switch {
	case a.isZero() && a.how <= b.how:
		return b
	case b.isZero() && b.how <= a.how:
		return a
	}
	return a.combine(b, symbolic.Expr.Add, scaled.add)
}

func (a Number) sub(b Number) Number { return a.add(b.mul(whole(-1))) }

func (a Number) mul(b Number) Number {
	switch {
	case a.isOne(), b.how == isExact && b.exact.IsZero():
		return b
	case b.isOne(), a.how == isExact && a.exact.IsZero():
		return a
	}
	return a.combine(b, symbolic.Expr.Mul, scaled.mul)
}

func (a Number) quo(b Number) Number {
	if b.isOne() || a.how == isExact && a.exact.IsZero() && !b.isZero() {
		return a
	}
	if b.isZero() {
		return exactly(symbolic.Failed(errors.New("division by zero")))
	}
	return a.combine(b, symbolic.Expr.Div, scaled.quo)
}

// Log10 is the decimal logarithm of a positive number without symbols.
func (a Number) Log10() (float64, bool) {
	x, ok := a.rounded()
	if !ok || x.fraction <= 0 {
		return 0, false
	}
	return x.log10(), true
}

// rational is the value of an exact number without symbols.
func (a Number) rational() (*big.Rat, bool) {
	if a.how != isExact {
		return nil, false
	}
	return a.exact.Rational()
}

// Decimal writes a number without symbols as a decimal of so many digits, with an exponent where it is long: 4.523e-38.
func (a Number) Decimal(digits int) string {
	x, ok := a.rounded()
	if !ok {
		return ""
	}
	if f := x.float(); x.exponent > -1000 && x.exponent < 1000 {
		return strconv.FormatFloat(f, 'g', digits, 64)
	}
	return power10(x.log10(), digits)
}

// power10 writes 10^log.
func power10(log float64, digits int) string {
	whole := int64(log)
	if float64(whole) > log {
		whole--
	}
	mantissa := math.Pow(10, log-float64(whole))
	return fmt.Sprintf("%se%+d", strconv.FormatFloat(mantissa, 'g', digits, 64), whole)
}
