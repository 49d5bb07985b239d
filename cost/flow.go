package cost

import (
	"errors"
	"math/big"

	"github.com/skipcost/skipcost/arch/flow"
	"github.com/skipcost/skipcost/arch/rewrite"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// Readings lists the quantities that are not paid but carried: paths, and signal and gradient at initialisation, see package
// flow. They are columns like the costs, where they are asked for.
func Readings() []Quantity {
	return []Quantity{Paths, ShortestPath, MeanPath, LongestPath, SignalGain, GradientGain, EffectivePath}
}

// carried is the way to compute a quantity of flow; all of a network are read at once.
func carried(of func(*flow.Reading) flow.Quantity) func(*counter, *trace.Trace) whole {
	return func(c *counter, t *trace.Trace) whole {
		if c.flow == nil {
			r, err := flow.Of(t, flow.Options{Init: c.options.Init})
			if err != nil {
				return failed(err)
			}
			c.flow = r
			for _, text := range r.Notes {
				c.total.note(text)
			}
		}
		q := of(c.flow)
		return whole{total: expression(q), digits: digitsOf(q)}
	}
}

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

// gainRatio is how many times as large a gain is as another one, and how far that can be trusted; both are known so far themselves.
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
