package cost

import (
	"errors"
	"math/big"

	"github.com/skipcost/skipcost/arch/flow"
	"github.com/skipcost/skipcost/arch/rewrite"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// Readings lists the quantities that are no costs: paths, and signal and gradient at initialisation, see package flow. They are
// columns like the costs, but only where they are asked for.
func Readings() []Quantity {
	return []Quantity{Paths, ShortestPath, MeanPath, LongestPath, SignalGain, GradientGain, EffectivePath}
}

// carried computes a quantity of flow; all quantities of a part are computed at once.
func carried(part flow.Part, of func(*flow.Reading) flow.Quantity) func(*counter, *trace.Trace) whole {
	return func(c *counter, t *trace.Trace) whole {
		r, err := c.carries(part, t)
		if err != nil {
			return failed(err)
		}
		q := of(r)
		return whole{total: expression(q), digits: digitsOf(q)}
	}
}

// carries computes a part of the flow of the network, once.
func (c *counter) carries(part flow.Part, t *trace.Trace) (*flow.Reading, error) {
	if r, known := c.flow[part]; known {
		return r, nil
	}
	r, err := flow.Of(t, flow.Options{Init: c.options.Init, Only: part})
	if err != nil {
		return nil, err
	}
	if c.flow == nil {
		c.flow = map[flow.Part]*flow.Reading{}
	}
	c.flow[part] = r
	for _, text := range r.Notes {
		c.total.note(text)
	}
	return r, nil
}

// carry sets a quantity of flow.
func (c *Costs) carry(q Quantity, x flow.Quantity) { c.of[q], c.digits[q] = expression(x), digitsOf(x) }

func digitsOf(q flow.Quantity) Digits {
	if _, exact := q.Exact(); exact || q.Err() != nil {
		return AllDigits
	}
	if q.Model() {
		return ModelledDigits
	}
	return RoundedDigits
}

// modelDigits are how many digits of a float are kept.
const modelDigits = 6

// expression is a quantity of flow as an expression: of a float its first digits.
func expression(q flow.Quantity) symbolic.Expr {
	if e, ok := q.Exact(); ok {
		return e
	}
	if err := q.Err(); err != nil {
		var large *symbolic.TooLargeError
		if errors.As(err, &large) && q.Power.Err() == nil && !q.Power.IsZero() {
			return symbolic.Failed(&symbolic.TooLargeError{What: q.Power.ASCII(), Digits: big.NewFloat(q.PowerLog10)})
		}
		return symbolic.Failed(err)
	}
	if log, ok := q.Log10(); ok && (log > symbolic.MaxDigits || log < -symbolic.MaxDigits) {
		return symbolic.Failed(&symbolic.TooLargeError{What: q.Decimal(modelDigits), Digits: big.NewFloat(log)})
	}
	r, _ := new(big.Rat).SetString(q.Decimal(modelDigits))
	if r == nil {
		return symbolic.Expr{}
	}
	return symbolic.BigRat(r)
}

// gainRatio is the quotient of two gains, and how exactly it is known, given how exactly both gains are.
func gainRatio(a, b symbolic.Expr, known Digits) (symbolic.Expr, Digits) {
	if a.Err() == nil && b.Err() == nil {
		return a.Div(b), known
	}
	if r, ok := flow.Ratio(a, b); ok {
		return expression(r), max(known, RoundedDigits)
	}
	return a.Div(b), known
}

// WithoutSkips is a network written out with all its skips cut, but for those that are refused.
func WithoutSkips(t *trace.Trace) (*trace.Trace, []rewrite.Refusal, error) {
	t, err := t.Unrolled()
	if err != nil {
		return nil, nil, err
	}
	editor := Editor(t)
	var edits []rewrite.Edit
	for _, skip := range editor.Skips() {
		edits = append(edits, rewrite.Edit{Link: skip, To: rewrite.Cut})
	}
	cut, err := editor.Rewrite(edits)
	if err != nil {
		return nil, nil, err
	}
	return cut.Trace, cut.Refused, nil
}
