package report

import (
	"fmt"
	"math/big"
	"strings"
)

// Signs before and in place of a number. A number of a model may differ from what a framework does; a rounded one is the
// number, of which digits are left out.
const (
	Unknown  = "—" // not known; a note says why
	Rounded  = "~"
	Modelled = "≈"
)

// Two rules hold for all numbers here. Digits come from exact integer arithmetic and are rounded half away from zero.
// Trailing zeros stand for rounded digits: 1.5 k is exactly 1500, 1.50 k is near it. A nil number is [Unknown].

// roundedDigits is how many significant digits a number with a prefix or an exponent has.
const roundedDigits = 3

// maxExactDigits is how long a number may be and still be written out by [Count].
const maxExactDigits = 24

// siPrefixes are steps of 1000, iecPrefixes of 1024. The largest is exa, 10¹⁸ or 2⁶⁰: from a thousand of it on, numbers
// are scientific, since hardly anyone reads zetta.
var (
	siPrefixes  = [...]string{"", "k", "M", "G", "T", "P", "E"}
	iecPrefixes = [...]string{"", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"}
)

// Thousands writes all digits of a number in groups of three: 25,557,032.
func Thousands(n *big.Int) string {
	if n == nil {
		return Unknown
	}
	sign, digits := split(n)
	return sign + grouped(digits)
}

// Count writes all digits up to 24 of them, and a longer number as ~1.07e+65. The ~ means that it is rounded, and so
// does the second result.
func Count(n *big.Int) (text string, rounded bool) {
	if n == nil {
		return Unknown, false
	}
	sign, digits := split(n)
	if len(digits) <= maxExactDigits {
		return sign + grouped(digits), false
	}
	return scientific(sign, digits)
}

// SI writes a count in three digits and a decimal prefix: 999, 1.5 k, 4.09 G. The largest prefix is E; what comes
// after 999 E is ~1.07e+65.
func SI(n *big.Int) string { return prefixed(n, 1000, siPrefixes[:], "") }

// IEC writes bytes in three digits (four from 1,000 to 1,023) and a binary prefix: 512 B, 97.5 MiB. The largest prefix is
// Ei; what comes after 1,023 EiB is ~1.07e+65 B.
func IEC(n *big.Int) string { return prefixed(n, 1024, iecPrefixes[:], "B") }

// maxRatio is where ratios become scientific, and minRatio the smallest that is not.
var (
	maxRatio = big.NewRat(1_000_000_000, 1)
	minRatio = big.NewRat(1, 10_000)
)

// ratioDigits is how many significant digits a ratio has; more if its whole part is longer.
const ratioDigits = 4

// Ratio writes a ratio in four digits, or more to show its whole part: 5, 0.5, 1.667, 9,709. Very large and very small
// ones are 1e+12 or, where rounded, ~1.23e-05.
func Ratio(q *big.Rat) string {
	if q == nil {
		return Unknown
	}
	if q.Sign() == 0 {
		return "0"
	}
	sign := ""
	a := new(big.Rat).Abs(q)
	if q.Sign() < 0 {
		sign = "-"
	}
	exponent := decimalExponent(a)
	if a.Cmp(minRatio) < 0 || a.Cmp(maxRatio) >= 0 {
		digits, exact := decimal(a, roundedDigits-1-exponent)
		digits = strings.TrimLeft(digits, "0")
		if len(digits) > roundedDigits { // 9.996 has become 10.00
			digits, exponent = digits[:roundedDigits], exponent+1
		}
		return mantissa(sign, digits, exponent, exact)
	}
	places := max(0, ratioDigits-1-exponent)
	digits, exact := decimal(a, places)
	if significant(digits) > ratioDigits && places > 0 { // 9.9996 has become 10.000
		digits, places = digits[:len(digits)-1], places-1
	}
	return sign + pointed(digits, places, exact)
}

// prefixed divides by the base until the rounded number is below it, so that nothing prints as 1000 k or 1024 KiB.
func prefixed(n *big.Int, base int64, prefixes []string, unit string) string {
	if n == nil {
		return Unknown
	}
	sign := ""
	a := new(big.Int).Abs(n)
	if n.Sign() < 0 {
		sign = "-"
	}
	if len(unit) > 0 {
		unit = " " + unit
	}
	limit, step := big.NewInt(base), big.NewInt(base)
	if a.Cmp(limit) < 0 {
		return sign + grouped(a.String()) + unit
	}
	divisor := big.NewInt(1)
	for _, prefix := range prefixes[1:] {
		divisor.Mul(divisor, step)
		text, below := inUnits(a, divisor, limit)
		if below {
			return sign + text + " " + prefix + strings.TrimPrefix(unit, " ")
		}
	}
	text, _ := scientific(split(n))
	return text + unit
}

// inUnits writes a/divisor in three digits, and reports whether the rounded result is below the limit.
func inUnits(a, divisor, limit *big.Int) (text string, below bool) {
	q := new(big.Rat).SetFrac(a, divisor)
	places := max(0, roundedDigits-1-decimalExponent(q))
	digits, exact := decimal(q, places)
	if significant(digits) > roundedDigits && places > 0 { // 9.996 has become 10.00
		digits, places = digits[:len(digits)-1], places-1
	}
	if places == 0 {
		whole, _ := new(big.Int).SetString(digits, 10)
		if whole.Cmp(limit) >= 0 {
			return "", false
		}
	}
	return pointed(digits, places, exact), true
}

// decimal returns the digits of q·10^places, rounded, at least places+1 of them, and whether they are exact. Places may
// be negative.
func decimal(q *big.Rat, places int) (digits string, exact bool) {
	num, den := new(big.Int).Set(q.Num()), new(big.Int).Set(q.Denom())
	if places >= 0 {
		num.Mul(num, power10(places))
	} else {
		den.Mul(den, power10(-places))
	}
	whole, rest := num.QuoRem(num, den, new(big.Int))
	exact = rest.Sign() == 0
	if rest.Lsh(rest, 1).Cmp(den) >= 0 {
		whole.Add(whole, big.NewInt(1))
	}
	digits = whole.String()
	if missing := places + 1 - len(digits); missing > 0 {
		digits = strings.Repeat("0", missing) + digits
	}
	return digits, exact
}

func significant(digits string) int { return len(strings.TrimLeft(digits, "0")) }

// decimalExponent returns e with 10^e ≤ q < 10^(e+1), for positive q.
func decimalExponent(q *big.Rat) int {
	e := len(q.Num().String()) - len(q.Denom().String())
	// q lies between 10^(e-1) and 10^(e+1).
	num, den := q.Num(), q.Denom()
	if e >= 0 {
		den = new(big.Int).Mul(den, power10(e))
	} else {
		num = new(big.Int).Mul(num, power10(-e))
	}
	if num.Cmp(den) < 0 {
		return e - 1
	}
	return e
}

func power10(e int) *big.Int { return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(e)), nil) }

// scientific writes a whole number as ~1.07e+65, without the ~ if that is exact.
func scientific(sign, digits string) (text string, rounded bool) {
	exponent := len(digits) - 1
	exact := strings.Trim(digits[roundedDigits:], "0") == ""
	head := digits[:roundedDigits]
	if digits[roundedDigits] >= '5' {
		n, _ := new(big.Int).SetString(head, 10)
		head = n.Add(n, big.NewInt(1)).String()
		if len(head) > roundedDigits { // 9.996 has become 10.00
			head, exponent = head[:roundedDigits], exponent+1
		}
	}
	return mantissa(sign, head, exponent, exact), !exact
}

func mantissa(sign, digits string, exponent int, exact bool) string {
	mark := Rounded
	if exact {
		mark = ""
	}
	return fmt.Sprintf("%s%s%se%+03d", mark, sign, pointed(digits, len(digits)-1, exact), exponent)
}

// pointed puts a decimal point before the last places digits; zeros at the end go if they are exact.
func pointed(digits string, places int, exact bool) string {
	at := len(digits) - places
	whole, fraction := digits[:at], digits[at:]
	if exact {
		fraction = strings.TrimRight(fraction, "0")
	}
	if fraction == "" {
		return grouped(whole)
	}
	return grouped(whole) + "." + fraction
}

// grouped puts a comma before every three digits from the right.
func grouped(digits string) string {
	if len(digits) <= 3 {
		return digits
	}
	var b strings.Builder
	b.Grow(len(digits) + len(digits)/3)
	for k, d := range []byte(digits) {
		if k > 0 && (len(digits)-k)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteByte(d)
	}
	return b.String()
}

func split(n *big.Int) (sign, digits string) {
	text := n.String()
	if digits, negative := strings.CutPrefix(text, "-"); negative {
		return "-", digits
	}
	return "", text
}
