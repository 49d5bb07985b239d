package report

import (
	"math/big"

	"github.com/skipcost/skipcost/cost"
)

// estimate is a number of which some digits are known, with the sign that says so.
type estimate struct {
	digits
	sign string
}

// digits is a number that writes itself in so many digits, with an exponent where it is long.
type digits interface{ Decimal(digits int) string }

// fewDigits is a rational number of which only the first digits mean something.
type fewDigits struct{ *big.Rat }

// Decimal is the number in so many digits.
func (f fewDigits) Decimal(digits int) string {
	return new(big.Float).SetRat(f.Rat).Text('g', digits)
}

// modelNote and fewDigitsNote say what stands behind an estimate.
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

func (e estimate) data() any { return jsonFloat(e.Decimal(dataDigits)) }

// estimated is a number of which no more than some digits are known; false if it is exact.
func estimated(r *big.Rat, digits cost.Digits) (Cell, bool) {
	switch digits {
	case cost.ModelledDigits:
		return Cell{value: estimate{fewDigits{r}, Modelled}}.Noted(modelNote), true
	case cost.RoundedDigits:
		return Cell{value: estimate{fewDigits{r}, Rounded}}.Noted(fewDigitsNote), true
	}
	return Cell{}, false
}
