package decide

import (
	"math/big"

	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/cost"
)

// Margin is the increase of costs from the value of a symbol in a network to the next value that makes a network.
type Margin struct {
	Family        *Family
	At, Next      *big.Int
	Before, After Costs
	Steps         map[cost.Quantity]Step
}

// Step is the difference as a formula, in which the symbols that closed formulas leave free are free, or why there is none.
type Step struct {
	Expr symbolic.Expr
	Err  error
}

// Adds is the increase of a quantity; an expression with an error if it is not known.
func (m *Margin) Adds(q cost.Quantity) symbolic.Expr { return m.After.Of(q).Sub(m.Before.Of(q)) }

// Marginal finds the increase of costs to the next value of the symbol, from the network that the family was made of.
func (f *Family) Marginal(quantities []cost.Quantity) (*Margin, error) {
	m := &Margin{Family: f, At: f.present, Steps: map[cost.Quantity]Step{}}
	var err error
	if m.Next, err = f.Next(m.At); err != nil {
		return nil, err
	}
	if m.Before, err = f.At(m.At, quantities...); err != nil {
		return nil, err
	}
	if m.After, err = f.At(m.Next, quantities...); err != nil {
		return nil, err
	}
	by := symbolic.BigInt(new(big.Int).Sub(m.Next, m.At))
	next := symbolic.Bindings{f.Symbol: symbolic.Symbol(f.Symbol).Add(by)}
	for _, q := range quantities {
		e, err := f.openForm(q)
		m.Steps[q] = Step{Expr: e.Substitute(next).Sub(e), Err: err}
	}
	return m, nil
}

// openForm is the closed formula of a cost with all symbols free that formulas leave free, or else with the family's alone.
func (f *Family) openForm(q cost.Quantity) (symbolic.Expr, error) {
	form := f.Form(q)
	if form.Err != nil {
		return form.Expr, form.Err
	}
	o := f.options
	o.Quantities = []cost.Quantity{q}
	if f.ofBatch {
		o.Batch = symbolic.Symbol(Batch)
	}
	closed, err := cost.Close(f.subject, f.openSymbols(), o)
	if err != nil || closed.Total.Approximates(q) || closed.Total.Of(q).Err() != nil {
		return form.Expr, nil
	}
	return closed.Total.Of(q), nil
}

// openSymbols are the family's symbol and those that formulas leave free, but for symbols that follow from it or are set.
func (f *Family) openSymbols() []string {
	var free []string
	if !f.ofBatch {
		free = append(free, f.Symbol)
	}
	for _, name := range f.subject.Network.FreeSymbols() {
		derivation := f.subject.Network.Derivation(name)
		follows := derivation[f.Symbol]
		for from := range f.subject.Set {
			follows = follows || derivation[from]
		}
		if !follows {
			free = append(free, name)
		}
	}
	return free
}
