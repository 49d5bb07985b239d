package flow

import (
	"errors"
	"math"

	"github.com/skipcost/skipcost/arch/symbolic"
)

// Quantity is one number of a reading.
type Quantity struct {
	Number
	// Power is the number in the form of a power where it has too many digits, as in 2^999999999.
	Power      symbolic.Expr
	PowerLog10 float64 // its decimal logarithm
}

// quantity binds the symbols of counts; a power that is too large to be written out is kept as one.
func (w *reader) quantity(n Number) Quantity {
	if n.how != isExact || len(w.counts) == 0 || n.exact.Err() != nil {
		return Quantity{Number: n}
	}
	e := n.exact.Substitute(symbolic.Bindings(w.counts))
	var large *symbolic.TooLargeError
	if errors.As(e.Err(), &large) && large.Digits != nil {
		log, exponential := w.log10(n.exact)
		if !exponential {
			return Quantity{Number: Number{float: scaled10(log), how: isRounded}}
		}
		return Quantity{Number: exactly(e), Power: w.power(n.exact), PowerLog10: log}
	}
	return Quantity{Number: exactly(e)}
}

// power writes an expression with numbers of iterations in place of the symbols that stand for them, as exponents: of the ways
// to write 3^(T − 1) with T or with a number next to it, the shortest.
func (w *reader) power(e symbolic.Expr) symbolic.Expr {
	var best symbolic.Expr
	for near := int64(-3); near <= 3; near++ {
		shift := symbolic.Int(near)
		names := symbolic.Bindings{}
		for name, times := range w.counts {
			names[name] = symbolic.Symbol(times.Add(shift).ASCII()).Sub(shift)
		}
		if text := e.Substitute(names); text.Err() == nil && (best.IsZero() || len(text.ASCII()) < len(best.ASCII())) {
			best = text
		}
	}
	return best
}

// log10 is about the logarithm of an expression in one number of iterations, along the line through two smaller ones, or their
// power law where it does not grow exponentially; 0 where there are several.
func (w *reader) log10(e symbolic.Expr) (log float64, exponential bool) {
	const near, far = 1000, 2000
	names := e.Symbols()
	if len(names) != 1 {
		return 0, true
	}
	times, ok := w.counts[names[0]].Rational()
	if !ok {
		return 0, true
	}
	at := func(n int64) float64 {
		log, _ := exactly(e.Substitute(symbolic.Bindings{names[0]: symbolic.Int(n)})).Log10()
		return log
	}
	t, _ := times.Float64()
	low, high := at(near), at(far)
	if slope := (high - low) / math.Log10(far/near); math.Abs(slope) < 16 {
		return high + slope*math.Log10(t/far), false
	}
	return high + (t-far)*(high-low)/(far-near), true
}

// Ratio is the quotient of two positive numbers of which at least one is too large to be written out; it is computed from
// logarithms, and so is rounded. False where one of them is not known.
func Ratio(a, b symbolic.Expr) (Quantity, bool) {
	over, known := sizeOf(a)
	under, also := sizeOf(b)
	return Quantity{Number: Number{float: scaled10(over - under), how: isRounded}}, known && also
}

// sizeOf is the decimal logarithm of a positive number, of one too large to be written out too.
func sizeOf(e symbolic.Expr) (float64, bool) {
	var large *symbolic.TooLargeError
	if errors.As(e.Err(), &large) && large.Digits != nil {
		log, _ := large.Digits.Float64()
		return log, true
	}
	return exactly(e).Log10()
}

func failedQuantity(err error) Quantity { return Quantity{Number: exactly(symbolic.Failed(err))} }
