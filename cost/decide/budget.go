package decide

import (
	"fmt"
	"math/big"
	"strings"

	"github.com/skipcost/skipcost/cost"
)

// Budget is an upper limit for a quantity of a network, or a lower one.
type Budget struct {
	Quantity cost.Quantity
	Limit    *big.Rat // in the unit of the quantity
	AtLeast  bool     // the limit is a lower one
	Text     string   // of the limit, as it was given: 8GiB
}

// Fits reports whether a cost is within the budget.
func (b Budget) Fits(value *big.Rat) bool {
	if b.AtLeast {
		return value.Cmp(b.Limit) >= 0
	}
	return value.Cmp(b.Limit) <= 0
}

// String writes the budget as it is read.
func (b Budget) String() string {
	if b.AtLeast {
		return b.Quantity.String() + ">=" + b.Text
	}
	return b.Quantity.String() + "=" + b.Text
}

// budgetOperators separate a cost from its limit; the first one in a text counts.
var budgetOperators = [...]struct {
	text    string
	atLeast bool
}{{">=", true}, {"<=", false}, {"=", false}}

// ParseBudgets reads budgets as params=1M, training_total_bytes=8GiB or gradient_gain>=0.01, each in a text of its own or
// several with commas between them. The error is *choose.UnknownError for an unknown cost.
func ParseBudgets(texts ...string) ([]Budget, error) {
	var out []Budget
	for _, list := range texts {
		for text := range strings.SplitSeq(list, ",") {
			b, err := parseBudget(strings.TrimSpace(text))
			if err != nil {
				return nil, err
			}
			for _, other := range out {
				if other.Quantity == b.Quantity && other.AtLeast == b.AtLeast {
					return nil, fmt.Errorf("%s has two budgets", b.Quantity)
				}
			}
			out = append(out, b)
		}
	}
	return out, nil
}

func parseBudget(text string) (Budget, error) {
	for _, op := range budgetOperators {
		name, limit, found := strings.Cut(text, op.text)
		if !found {
			continue
		}
		q, err := quantityOf(name)
		if err != nil {
			return Budget{}, err
		}
		amount, err := cost.ParseAmount(limit)
		if err != nil {
			return Budget{}, fmt.Errorf("%s: %w", q, err)
		}
		value, err := amount.For(q)
		return Budget{Quantity: q, Limit: value, AtLeast: op.atLeast, Text: amount.Text}, err
	}
	return Budget{}, fmt.Errorf("a budget is a cost and its limit as in params=1M, not %q", text)
}

// quantityOf is the cost of a network that has a name.
func quantityOf(name string) (cost.Quantity, error) {
	q, err := cost.ParseQuantity(strings.TrimSpace(name))
	if err == nil && q.PerLayer() {
		err = fmt.Errorf("%s is of single layers, and networks have none", q)
	}
	return q, err
}
