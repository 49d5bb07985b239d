package symbolic

import (
	"fmt"
	"math"
	"math/big"
	"strings"
)

// Limits of a single expression; all expressions of a network together are bounded by a [Budget]. They bound time and memory on
// any input, and what goes beyond is an error, never a wrong number.
const (
	MaxTerms     = 5_000  // terms of one expression
	MaxDigits    = 10_000 // decimal digits of one number
	MaxExponent  = 1_000  // exponent of a symbol
	MaxSumPower  = 32     // exponent of a sum
	MaxSumDegree = 64     // power of the index that SumOver sums in closed form
	MaxLength    = 10_000 // bytes of text that Parse takes
	MaxDepth     = 200    // brackets inside one another that Parse takes

	// MaxText is how many bytes the symbols and roundings of one expression may take to write down: a rounding of
	// roundings can double in length with every step.
	MaxText = 1 << 20

	// MaxProducts is how many products of terms one multiplication or one substitution may take.
	MaxProducts = 20 * MaxTerms
)

// maxBits is MaxDigits in bits.
const maxBits = MaxDigits * 3322 / 1000

func tooManyTerms() error {
	return &TooLargeError{What: fmt.Sprintf("the expression has more than %d terms", MaxTerms)}
}

func tooMuchWork() error {
	return &TooLargeError{What: fmt.Sprintf("multiplying out takes more than %d products of terms", MaxProducts)}
}

// tooLong is the error for a number with too many digits.
func tooLong(n number) error {
	return &TooLargeError{What: "the number", Digits: new(big.Float).SetInt64(int64(n.bits()) * 1000 / 3322)}
}

// TooLargeError is a number with more than MaxDigits digits, or an expression with more than MaxTerms terms.
type TooLargeError struct {
	What   string     // the number as a power, or what grew
	Digits *big.Float // about how many digits it would have; nil for expressions
}

// Error says what grew, and about how many digits a number would have.
func (e *TooLargeError) Error() string {
	if e.Digits == nil {
		return e.What
	}
	n, _ := e.Digits.Int(nil)
	text := n.String()
	if len(text) > 15 {
		text = fmt.Sprintf("10^%d", len(text)-1)
	} else {
		for k := len(text) - 3; k > 0; k -= 3 {
			text = text[:k] + "," + text[k:]
		}
	}
	return fmt.Sprintf("%s has about %s digits, and at most %d are written out", e.What, text, MaxDigits)
}

// tooLargePower is the error of base^exponent.
func tooLargePower(base number, exponent *big.Int) error {
	magnitude := new(big.Int).Abs(base.num())
	if base.denom().Cmp(magnitude) > 0 {
		magnitude = base.denom()
	}
	// A magnitude past the range of a float64 has its logarithm by way of its bits.
	mantissa := new(big.Float)
	bits := new(big.Float).SetInt(magnitude).MantExp(mantissa)
	f, _ := mantissa.Float64()
	digits := new(big.Float).SetInt(new(big.Int).Abs(exponent))
	digits.Mul(digits, big.NewFloat(math.Log10(f)+float64(bits)*math.Log10(2)))
	return &TooLargeError{What: bracketed(base.String()) + "^" + bracketed(exponent.String()), Digits: digits}
}

// bracketed is a number as a base or an exponent in a message: a long one by its order of magnitude, and all but plain
// whole ones in brackets.
func bracketed(text string) string {
	const most = 24
	parts := strings.Split(text, "/")
	for k, part := range parts {
		if digits := strings.TrimPrefix(part, "-"); len(digits) > most {
			parts[k] = fmt.Sprintf("about %s10^%d", part[:len(part)-len(digits)], len(digits)-1)
		}
	}
	text = strings.Join(parts, "/")
	if strings.ContainsAny(text, "/- ") {
		return "(" + text + ")"
	}
	return text
}
