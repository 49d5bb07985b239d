package decide

import (
	"fmt"
	"maps"
	"math/big"
	"slices"

	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/cost"
	"github.com/skipcost/skipcost/internal/choose"
)

// Batch is the symbol of how many samples a batch has. Every network has it but those that have a symbol of that name.
const Batch = "batch"

// MaxGap is how many consecutive whole numbers are tried that make no network, because heads do not divide the width or blocks
// the depth.
const MaxGap = 1000

// Family is networks that differ in one symbol only: one for each whole number that makes a network.
type Family struct {
	Name   string
	Symbol string

	subject cost.Subject // with the symbol unset
	ofBatch bool         // the symbol is the batch, not a symbol of the network
	options cost.Options
	first   *big.Int
	present *big.Int // the value that the subject has

	open    resolved            // with the symbol free, once it was asked for
	traces  map[string]resolved // by value
	costs   map[string]Costs    // by value
	forms   map[cost.Quantity]*Form
	last    *big.Int // see Last, where bounded
	bounded bool
	notes   []string
}

// Costs are the costs of a network in several quantities, each under the quantity.
type Costs map[cost.Quantity]cost.Costs

// Of is the cost in a quantity; an expression with an error is one that is not known.
func (c Costs) Of(q cost.Quantity) symbolic.Expr { return c[q].Of(q) }

type resolved struct {
	trace *trace.Trace
	err   error
	large bool // more work than the budget has
}

// NewFamily leaves one symbol of a subject, or the batch, open. The error is *choose.UnknownError where it has no such symbol,
// or the reason why no small value makes a network.
func NewFamily(s cost.Subject, symbol string, o cost.Options) (*Family, error) {
	f := &Family{
		Name: s.Name, Symbol: symbol, subject: s, options: o,
		traces: map[string]resolved{}, costs: map[string]Costs{}, forms: map[cost.Quantity]*Form{},
	}
	names := []string{}
	for _, own := range s.Network.Symbols {
		names = append(names, own.Name)
	}
	if _, err := choose.Word("symbol", symbol, append(names, Batch)); err != nil {
		return nil, err
	}
	if _, own := s.Network.Symbol(symbol); own {
		f.subject = s.With(map[string]symbolic.Expr{symbol: symbolic.Int(1)})
		f.subject.Set = maps.Clone(f.subject.Set)
		delete(f.subject.Set, symbol)
	} else {
		f.ofBatch = true
	}
	var err error
	if f.first, err = f.next(new(big.Int)); err != nil {
		return nil, err
	}
	f.present = f.value(s)
	return f, nil
}

// value is the value of the symbol in a subject, or the first value if that one makes no network.
func (f *Family) value(s cost.Subject) *big.Int {
	e := f.options.Batch
	if !f.ofBatch {
		t, err := s.Resolve(trace.Options{})
		if err != nil {
			return f.first
		}
		for _, b := range t.Bound {
			if b.Name == f.Symbol {
				e = b.Value
			}
		}
	}
	if n, ok := e.Integer(); ok && n.Cmp(f.first) >= 0 {
		return n
	}
	return f.first
}

// First is the least whole number from 1 on that makes a network.
func (f *Family) First() *big.Int { return f.first }

// Trace is the network at a value, or why there is none.
func (f *Family) Trace(n *big.Int) (*trace.Trace, error) {
	r := f.resolve(n)
	return r.trace, r.err
}

func (f *Family) resolve(n *big.Int) resolved {
	key := n.String()
	if f.ofBatch {
		key = "" // one network, whatever the batch
	}
	r, known := f.traces[key]
	if !known {
		s := f.subject
		if !f.ofBatch {
			s = s.With(map[string]symbolic.Expr{f.Symbol: symbolic.BigInt(n)})
		}
		budget := s.Budget.Copy()
		r.trace, r.err = s.Resolve(trace.Options{Budget: budget})
		r.large = budget.Exceeded()
		f.traces[key] = r
	}
	return r
}

// Next is the least number above n that makes a network.
func (f *Family) Next(n *big.Int) (*big.Int, error) {
	if n.Cmp(f.first) < 0 {
		return f.first, nil
	}
	return f.next(n)
}

func (f *Family) next(n *big.Int) (*big.Int, error) {
	at := new(big.Int).Set(n)
	var reason error
	for range MaxGap {
		at.Add(at, big.NewInt(1))
		r := f.resolve(at)
		if r.err == nil {
			return at, nil
		}
		if reason == nil {
			reason = r.err
		}
		if r.large && f.first != nil {
			break // greater ones are larger still
		}
	}
	return nil, fmt.Errorf("%s is no network for any %s from %s to %s: %w", f.Name, f.Symbol, n, at, reason)
}

// AtMost is the greatest number from least up to n that makes a network; nil if there is none near n.
func (f *Family) AtMost(n, least *big.Int) *big.Int {
	at := n
	for range MaxGap {
		if at.Cmp(least) < 0 || at.Cmp(f.first) < 0 {
			return nil
		}
		r := f.resolve(at)
		if r.err == nil {
			return at
		}
		if r.large {
			at = f.withinBudget(at, least)
		} else {
			at = plus(at, -1)
		}
	}
	return nil
}

// withinBudget is the greatest number from least up to n of which the network is not too large to be resolved, where at n it is;
// below least, if all are.
func (f *Family) withinBudget(n, least *big.Int) *big.Int {
	fits, large := plus(least, -1), n
	for {
		middle := new(big.Int).Add(fits, large)
		switch middle.Rsh(middle, 1); {
		case middle.Cmp(fits) == 0:
			return fits
		case f.resolve(middle).large:
			large = middle
		default:
			fits = middle
		}
	}
}

// At are the costs of the network at a value, resolved and priced there.
func (f *Family) At(n *big.Int, quantities ...cost.Quantity) (Costs, error) {
	t, err := f.Trace(n)
	if err != nil {
		return nil, err
	}
	known := f.costs[n.String()]
	if known == nil {
		known = Costs{}
		f.costs[n.String()] = known
	}
	var missing []cost.Quantity
	for _, q := range quantities {
		if _, ok := known[q]; !ok {
			missing = append(missing, q)
		}
	}
	if len(missing) == 0 {
		return known, nil
	}
	o := f.options
	o.Quantities = missing
	if f.ofBatch {
		o.Batch = symbolic.BigInt(n)
	}
	total, err := cost.Of(t, o)
	if err != nil {
		return nil, err
	}
	for _, q := range missing {
		known[q] = total.Costs
	}
	f.note(total.Notes...)
	return known, nil
}

// Value is a cost at a value, from its closed form where that holds, or else priced there.
func (f *Family) Value(q cost.Quantity, n *big.Int) (*big.Rat, error) {
	e := symbolic.Expr{}
	if form := f.Form(q); form.Err == nil && n.Cmp(form.From) >= 0 {
		e = form.Expr.Substitute(symbolic.Bindings{f.Symbol: symbolic.BigInt(n)})
	} else {
		costs, err := f.At(n, q)
		if err != nil {
			return nil, err
		}
		e = costs.Of(q)
	}
	if err := e.Err(); err != nil {
		return nil, fmt.Errorf("%s of %s at %s = %s: %w", q, f.Name, f.Symbol, n, err)
	}
	r, ok := e.Rational()
	if !ok {
		return nil, fmt.Errorf("%s of %s at %s = %s is no number: %s", q, f.Name, f.Symbol, n, e.Text())
	}
	return r, nil
}

// Notes say which of the results are not exact.
func (f *Family) Notes() []string { return f.notes }

func (f *Family) note(texts ...string) {
	for _, text := range texts {
		if !slices.Contains(f.notes, text) {
			f.notes = append(f.notes, text)
		}
	}
}
