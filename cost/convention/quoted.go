package convention

import (
	"math/big"
	"strings"

	"github.com/skipcost/skipcost/cost"
)

// Quoted is a figure as it was printed, and the range of values that are printed so: from Low up to High, without High. [Quote]
// makes it.
type Quoted struct {
	Text      string
	Low, High *big.Rat

	first, beyond *big.Int // the whole numbers among them, up to one that is none
}

// roundedZeros is the least number of zeros at the end of a whole number that count as rounded digits.
const roundedZeros = 3

// Quote is an amount to the digits that it is given in: 4.11G stands for [4.105 G, 4.115 G). In a whole number without a
// prefix, three or more zeros at the end count as rounded too.
func Quote(a cost.Amount) Quoted {
	step := new(big.Rat).Set(a.Step)
	if step.Sign() == 0 { // an expression
		step.SetInt64(1)
	}
	if zeros := zerosBehind(a.Text); zeros >= roundedZeros {
		for range zeros {
			step.Mul(step, big.NewRat(10, 1))
		}
	}
	half := step.Quo(step, big.NewRat(2, 1))
	q := Quoted{Text: a.Text, Low: new(big.Rat).Sub(a.Value, half), High: new(big.Rat).Add(a.Value, half)}
	q.first, q.beyond = ceil(q.Low), ceil(q.High)
	return q
}

// zerosBehind is the number of zeros at the end of a text of digits alone; 0 for any other text.
func zerosBehind(text string) int {
	if strings.Trim(text, "0123456789") != "" {
		return 0
	}
	return len(text) - len(strings.TrimRight(text, "0"))
}

// Contains reports whether a value is printed as the figure was.
func (q Quoted) Contains(v *big.Rat) bool {
	if v.IsInt() { // as nearly all are
		return v.Num().Cmp(q.first) >= 0 && v.Num().Cmp(q.beyond) < 0
	}
	return v.Cmp(q.Low) >= 0 && v.Cmp(q.High) < 0
}

// ceil is the least whole number that is not below a fraction.
func ceil(r *big.Rat) *big.Int {
	n := new(big.Int).Neg(r.Num())
	return n.Neg(n.Div(n, r.Denom()))
}
