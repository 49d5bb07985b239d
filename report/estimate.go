package report

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"

	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/cost"
)

// power is a number that is too long to be written out, as a formula such as 2^999999999.
type power string

func (p power) text(Style) string { return string(p) }
func (p power) data() any         { return string(p) }

// Power is a cell of a number that is too long to be written out, as a formula such as 2^999999999, with its decimal logarithm,
// 0 if that is not known.
func Power(formula string, log10 float64) Cell {
	note := formula + " is too long to be written out"
	if log10 != 0 {
		note = fmt.Sprintf("%s is about 10^%.0f, too long to be written out", formula, log10)
	}
	return Cell{value: power(formula)}.Noted(note)
}

// estimate is a number of which some digits are known, with the sign that says so.
type estimate struct {
	digits
	sign string
}

// digits is a number that can be written in a given number of digits, with an exponent where it is long.
type digits interface{ Decimal(digits int) string }

// fewDigits is a rational number of which only the first digits are significant.
type fewDigits struct{ *big.Rat }

// Decimal is the number in so many digits.
func (f fewDigits) Decimal(digits int) string {
	return new(big.Float).SetRat(f.Rat).Text('g', digits)
}

// longDecimal is a number as a decimal with an exponent that no float could have.
type longDecimal string

// Decimal is the number in so many digits.
func (w longDecimal) Decimal(digits int) string {
	mantissa, exponent, _ := strings.Cut(string(w), "e")
	x, err := strconv.ParseFloat(mantissa, 64)
	if err != nil {
		return string(w)
	}
	return strconv.FormatFloat(x, 'g', digits, 64) + "e" + exponent
}

// modelNote and fewDigitsNote say why a number is an estimate.
const (
	modelNote     = "≈ is a model of the expectation, see skipcost explain flow"
	fewDigitsNote = "~ is rounded: the number has more digits than are computed"
)

// estimateDigits and dataDigits are how many digits of an estimate people and machines see.
const (
	estimateDigits = 3
	dataDigits     = 6
)

func (e estimate) text(s Style) string {
	if s == Machine {
		return e.Decimal(dataDigits)
	}
	return e.sign + e.Decimal(estimateDigits)
}

func (e estimate) data() any { return Float(e.Decimal(dataDigits)) }

// Estimate is a cell of a number of which a few digits are known: a model of an expectation, or a number that is rounded.
func Estimate(number digits, model bool) Cell {
	if model {
		return Cell{value: estimate{number, Modelled}}.Noted(modelNote)
	}
	return Cell{value: estimate{number, Rounded}}.Noted(fewDigitsNote)
}

// Estimated is a cell of a number of which no more than some digits are known; false if it is exact.
func Estimated(r *big.Rat, known cost.Digits) (Cell, bool) { return estimatedAs(fewDigits{r}, known) }

func estimatedAs(number digits, known cost.Digits) (Cell, bool) {
	if known != cost.ModelledDigits && known != cost.RoundedDigits {
		return Cell{}, false
	}
	return Estimate(number, known == cost.ModelledDigits), true
}

// longCell is a gain that is too long to be written out: a power, or an estimate with a long exponent.
func longCell(large *symbolic.TooLargeError, known cost.Digits) Cell {
	if cell, estimated := estimatedAs(longDecimal(large.What), known); estimated {
		return cell
	}
	log10, _ := large.Digits.Float64()
	return Power(large.What, log10)
}
