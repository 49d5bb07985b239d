package cost

import (
	"errors"
	"fmt"
	"math/big"
	"strings"

	"github.com/skipcost/skipcost/arch/symbolic"
)

// Amount is a number as a person quotes it: 1M, 4.11G, 8GiB.
type Amount struct {
	Text  string   // as it was written
	Value *big.Rat // exactly what was written
	Step  *big.Rat // one unit of the last digit, as 10 M of 4.11G: numbers within half of it round to the amount; 0 for an expression
	Unit  Unit     // Bytes where it says so: B, KiB, GB
	Bare  bool     // has neither prefix nor unit
}

// prefix is a factor that is written behind a number, as the G of 4.11G.
type prefix struct {
	symbol string
	base   int64
	power  int64
}

// prefixes are those of the SI, and of IEC 80000-13 for powers of 1024; K is a common spelling of k.
func prefixes() []prefix {
	out := []prefix{{"K", 1000, 1}}
	for k, symbol := range []string{"k", "M", "G", "T", "P", "E"} {
		power := int64(k + 1)
		out = append(out, prefix{strings.ToUpper(symbol) + "i", 1024, power}, prefix{symbol, 1000, power})
	}
	return out
}

// maxAmount bounds the exponent of an amount as 1e12.
const maxAmount = 1000

// ParseAmount reads a number that is not negative, with an SI or IEC prefix behind it, and B where it is bytes: 1M, 4.11G, 1e6,
// 8GiB, 512B, 3*10^9.
func ParseAmount(text string) (Amount, error) {
	a := Amount{Text: strings.TrimSpace(text), Unit: Count}
	body, bytes := strings.CutSuffix(a.Text, "B")
	if bytes {
		a.Unit = Bytes
	}
	body = strings.TrimSpace(body)
	scale := big.NewRat(1, 1)
	a.Bare = !bytes
	for _, p := range prefixes() {
		if cut, ok := strings.CutSuffix(body, p.symbol); ok {
			body, a.Bare = strings.TrimSpace(cut), false
			scale.SetInt(new(big.Int).Exp(big.NewInt(p.base), big.NewInt(p.power), nil))
			break
		}
	}
	if err := a.read(body); err != nil {
		return Amount{}, fmt.Errorf("%q is not an amount as 1M, 4.11G or 8GiB: %w", text, err)
	}
	a.Value.Mul(a.Value, scale)
	a.Step.Mul(a.Step, scale)
	return a, nil
}

// read reads decimal digits, whose number says how exactly the amount is known, or an expression.
func (a *Amount) read(body string) error {
	mantissa, exponent, scientific := strings.Cut(strings.ToLower(body), "e")
	whole, fraction, _ := strings.Cut(mantissa, ".")
	if digits := whole + fraction; digits != "" && strings.Trim(digits, "0123456789") == "" && len(digits) <= maxAmount {
		power, err := exponentOf(exponent, scientific)
		if err != nil {
			return err
		}
		n, _ := new(big.Int).SetString(digits, 10)
		a.Step = powerOfTen(power - int64(len(fraction)))
		a.Value = new(big.Rat).Mul(new(big.Rat).SetInt(n), a.Step)
		return nil
	}
	e, err := symbolic.Parse(body)
	if err != nil {
		return err
	}
	value, ok := e.Rational()
	if !ok || value.Sign() < 0 {
		return errors.New("it must be a number, and not negative")
	}
	a.Value, a.Step = value, new(big.Rat)
	return nil
}

// exponentOf reads what stands behind the e of 1e12.
func exponentOf(text string, scientific bool) (int64, error) {
	if !scientific {
		return 0, nil
	}
	e, err := symbolic.Parse(strings.TrimPrefix(text, "+"))
	if err != nil {
		return 0, err
	}
	n, ok := e.Int64()
	if !ok || n > maxAmount || n < -maxAmount {
		return 0, fmt.Errorf("its exponent must be a whole number up to %d", maxAmount)
	}
	return n, nil
}

func powerOfTen(n int64) *big.Rat {
	out := new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(max(n, -n)), nil))
	if n < 0 {
		out.Inv(out)
	}
	return out
}

// For is the amount in the unit of a quantity. It is an error for bytes to have no unit, and for counts to have one.
func (a Amount) For(q Quantity) (*big.Rat, error) {
	switch {
	case q.Unit() == Bytes && a.Bare && a.Value.Sign() > 0:
		return nil, fmt.Errorf("%s is in bytes, and %s has no unit: write %sB, %sMB or %sMiB", q, a.Text, a.Text, a.Text, a.Text)
	case q.Unit() != Bytes && a.Unit == Bytes:
		return nil, fmt.Errorf("%s is no number of bytes, but %s is: B stands for bytes, and G for 10^9", q, a.Text)
	}
	return new(big.Rat).Set(a.Value), nil
}
