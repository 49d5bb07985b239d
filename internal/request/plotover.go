package request

import (
	"math/big"

	"github.com/skipcost/skipcost/cost"
	"github.com/skipcost/skipcost/cost/decide"
	"github.com/skipcost/skipcost/report/figure"
)

// plotOver reads the costs to draw over a symbol, and finds where the curves cross.
func (s *Store) plotOver(req *Request) (*figure.Curves, error) {
	p := &figure.Curves{Crossings: map[cost.Quantity][]decide.Crossing{}, Linear: req.On("linear")}
	var err error
	if p.Costs, err = plotCosts(req); err != nil {
		return nil, err
	}
	if p.Budgets, err = decide.ParseBudgets(req.List("budget")...); err != nil {
		return nil, budgetError("budget", err)
	}
	families, a, err := s.plotFamilies(req)
	if err != nil {
		return nil, err
	}
	p.Families, p.Symbol, p.Within = families, a.symbol, a.within
	if p.At, err = plotAt(req, a.within); err != nil {
		return nil, err
	}
	return p, crossings(p)
}

// plotAt is the value that is marked; nil for none.
func plotAt(req *Request, within decide.Interval) (*big.Int, error) {
	if !req.Given("at") {
		return nil, nil
	}
	at, isWhole := new(big.Int).SetString(req.Text("at"), 10)
	if !isWhole || at.Cmp(within.From) < 0 || at.Cmp(within.To) > 0 {
		return nil, usagef("", "--at %s: not a whole number from %s to %s, over which --over goes", req.Text("at"), within.From, within.To)
	}
	return at, nil
}

// plotFamilies leaves the symbol of --over open in each network.
func (s *Store) plotFamilies(req *Request) ([]*decide.Family, *asked, error) {
	a := &asked{}
	var err error
	if a.options, err = costOptions(req); err != nil {
		return nil, nil, err
	}
	if a.set, err = parseSettings("set", req.List("set")); err != nil {
		return nil, nil, err
	}
	if a.symbol, a.within, err = parseOver("over", req.Text("over")); err != nil {
		return nil, nil, err
	}
	if a.within.To == nil {
		return nil, nil, usagef("", "--over needs a range as in %s=2:200", a.symbol)
	}
	subjects, _, err := a.chosen(req, s)
	if err != nil {
		return nil, nil, err
	}
	families, err := each(subjects, func(subject cost.Subject) (*decide.Family, error) { return a.family(subject, "over") })
	return families, a, err
}

// plotCosts are those asked for, params unless said otherwise.
func plotCosts(req *Request) ([]cost.Quantity, error) {
	if !req.Given("cost") {
		return []cost.Quantity{cost.Params}, nil
	}
	return each(req.List("cost"), func(name string) (cost.Quantity, error) { return quantityOf("cost", name) })
}

// crossings finds where curves cross. Costs without formulas are compared value by value by cross, and not here.
func crossings(p *figure.Curves) error {
	for _, q := range p.Costs {
		for k, b := range p.Families {
			for _, first := range p.Families[:k] {
				if first.Form(q).Err != nil || b.Form(q).Err != nil {
					continue
				}
				v, err := decide.Pair{A: first, B: b, Within: p.Within}.Compare(q)
				if err != nil {
					return err
				}
				p.Crossings[q] = append(p.Crossings[q], v.Crossings...)
			}
		}
	}
	return nil
}
