package decide

import (
	"fmt"
	"math/big"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/cost"
)

// Form is a cost as a closed formula of a family's symbol.
type Form struct {
	Expr symbolic.Expr
	From *big.Int // the formula holds from this value on
	Err  error    // why there is no formula
}

// Form is the closed formula of a cost, found once.
func (f *Family) Form(q cost.Quantity) *Form {
	form := f.forms[q]
	if form == nil {
		form = f.close(q)
		f.forms[q] = form
	}
	return form
}

func (f *Family) close(q cost.Quantity) *Form {
	if !q.Closes() {
		return &Form{Err: fmt.Errorf("%s is a maximum over all layers, which has no closed form", q)}
	}
	o := f.options
	o.Quantities = []cost.Quantity{q}
	closed, err := f.closed(o)
	if err != nil {
		return &Form{Err: err}
	}
	if closed.Total.Approximates(q) {
		return &Form{Err: fmt.Errorf("%s has no exact formula: windows may overlap", q)}
	}
	e := closed.Total.Of(q)
	if err := e.Err(); err != nil {
		return &Form{Err: fmt.Errorf("%s: %w", q, err)}
	}
	from, err := f.holdsFrom(conditions(q, closed))
	if err == nil && q.Gain() {
		from = f.known(q, from)
	}
	return &Form{Expr: e, From: from, Err: err}
}

// known is the first value from one on at which paths, signal and gradient are known: a network without a weight layer has no
// paths, which their formulas do not say.
func (f *Family) known(q cost.Quantity, from *big.Int) *big.Int {
	at := from
	for range maxUnknown {
		costs, err := f.At(at, q)
		if err == nil && costs.Of(q).Err() == nil {
			return at
		}
		if at, err = f.Next(at); err != nil {
			return from
		}
	}
	return from
}

// closed prices the network with the symbol free.
func (f *Family) closed(o cost.Options) (*cost.Closed, error) {
	t, err := f.openTrace()
	if err != nil {
		return nil, err
	}
	if f.ofBatch {
		o.Batch = symbolic.Symbol(Batch)
	}
	total, err := cost.Of(t, o)
	return &cost.Closed{Name: f.Name, Trace: t, Total: total}, err
}

// openTrace is the network with the symbol free, resolved once.
func (f *Family) openTrace() (*trace.Trace, error) {
	switch {
	case f.ofBatch:
		return f.Trace(f.first)
	case f.open == (resolved{}):
		f.open.trace, f.open.err = f.subject.Resolve(trace.Options{Free: []string{f.Symbol}})
	}
	return f.open.trace, f.open.err
}

// condition is what must hold for a formula to be the cost: an expression is at least 0, or above it.
type condition struct {
	about  symbolic.Expr
	strict bool
	text   string
}

// conditions are all assumptions of a formula, except that counts are whole: where they are not there is no network.
func conditions(q cost.Quantity, closed *cost.Closed) []condition {
	var out []condition
	for _, a := range closed.Trace.Assumptions {
		if a.Is != arch.Whole {
			out = append(out, condition{about: a.About, text: a.Text})
		}
		if a.Is == arch.Zero { // at least 0, and at most
			out = append(out, condition{about: a.About.Neg(), text: a.Text})
		}
	}
	for _, times := range closed.Total.Runs {
		out = append(out, condition{about: times, strict: true, text: times.Text() + " ≥ 1"})
	}
	if q.Unit() == cost.Ratio {
		for _, needed := range q.Needs() { // a ratio of 0 to 0 is 0, which the formula does not give
			out = append(out, condition{about: closed.Total.Of(needed), strict: true, text: needed.String() + " > 0"})
		}
	}
	return out
}

// holdsFrom is the first value from which on conditions hold.
func (f *Family) holdsFrom(conditions []condition) (*big.Int, error) {
	from := f.first
	for _, c := range conditions {
		least := 0
		if c.strict {
			least = 1
		}
		list, err := c.about.Signs(f.Symbol, from)
		if err != nil {
			return nil, err
		}
		last := len(list) - 1
		if list[last].Sign < least {
			return nil, fmt.Errorf("the formula holds where %s alone", c.text)
		}
		for last > 0 && list[last-1].Sign >= least {
			last--
		}
		from = list[last].From
	}
	return from, nil
}

// Last is the greatest value for which there may be a network: beyond it a repeat would have a negative count, or a tensor no
// elements. Nil where there is no such bound.
func (f *Family) Last() *big.Int {
	if !f.bounded {
		f.bounded, f.last = true, f.findLast()
	}
	return f.last
}

func (f *Family) findLast() *big.Int {
	if f.ofBatch {
		return nil
	}
	t, err := f.openTrace()
	if err != nil {
		return nil // the bound is only found by trying
	}
	var last *big.Int
	fromFirst := symbolic.Bindings{f.Symbol: symbolic.Symbol(f.Symbol).Add(symbolic.BigInt(f.first))}
	for _, a := range t.Domain() {
		if a.Is != arch.NotNegative || a.About.Substitute(fromFirst).NeverNegative() { // most are seen to be so at once
			continue
		}
		list, err := a.About.Signs(f.Symbol, f.first)
		if err != nil || list[len(list)-1].Sign >= 0 {
			continue
		}
		last = earlier(last, plus(list[len(list)-1].From, -1))
	}
	return last
}
