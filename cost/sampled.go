package cost

import (
	"errors"
	"math/big"
	"slices"

	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// sampling finds the closed form of a cost for which no direct rule over loops is known: operations are priced in a few
// iterations, of which one stands for all that are neither among the first nor among the last.
type sampling struct {
	trace   *trace.Trace
	counter *counter
	price   pricing
}

// pricing prices a sampled trace, with a counter for it that has its types and its trained layers.
type pricing func(*counter, *trace.Sampled) (*samplePrice, error)

// samplePrice is the cost of a sampled trace: a share for each operation, and a rest that the network has once.
type samplePrice struct {
	share func(*trace.Operation) symbolic.Expr
	input symbolic.Expr   // of the network
	once  symbolic.Expr   // the rest
	runs  []symbolic.Expr // expressions that must be at least 1: counts of loops, and assumptions about sizes

	sum symbolic.Expr // all of it, over all iterations
}

// mostApart is the largest number of first and of last iterations that are taken by themselves.
const mostApart = 4

// errNoSample is the error for a cost that differs between more iterations than are taken by themselves.
var errNoSample = errors.New("what iterations cost differs with their distance from the first and the last one")

// sampled is the closed form of a cost, with the expressions that must be at least 1 for it to hold. It takes iterations by
// themselves until one more at either end changes nothing. Then it is compared with networks of fewer iterations, to find how
// far down it holds.
func (c *counter) sampled(t *trace.Trace, price pricing) (*samplePrice, error) {
	s := sampling{trace: t, counter: c, price: price}
	if len(t.Free) == 0 && !t.Long() {
		return nil, errNoSample // the network is written out instead
	}
	if !t.Long() { // all iterations are distinguished
		return s.all(trace.LongLoop, nil)
	}
	before, err := s.all(1, nil)
	for k := int64(2); k <= mostApart && err == nil; k++ {
		form, err := s.all(k, nil)
		switch {
		case err != nil:
			return nil, err
		case form.equals(before, nil):
			var holds bool
			if form.runs, holds = s.settle(form); !holds {
				return nil, errNoSample
			}
			return form, nil
		}
		before = form
	}
	if err == nil {
		err = errNoSample
	}
	return nil, err
}

// all adds up the cost of the network with a number of iterations of each loop by themselves; more of loops around others, as
// inner loops may run less often in their first iterations.
func (s sampling) all(apart int64, at symbolic.Bindings) (*samplePrice, error) {
	sampled, err := s.trace.Sampled([]int64{apart}, at)
	if seldom := (*trace.SeldomError)(nil); errors.As(err, &seldom) {
		sampled, err = s.trace.Sampled([]int64{2 * apart, apart}, at)
	}
	if err != nil {
		return nil, err
	}
	own, err := s.counter.on(sampled.Trace)
	if err != nil {
		return nil, err
	}
	own.total = &Total{}
	price, err := s.price(own, sampled)
	if err != nil {
		return nil, err
	}
	price.runs = append(price.runs, sampled.Runs...)
	price.sum, err = overSamples(s.trace.Budget.Copy(), sampled, price.share)
	price.sum = symbolic.Sum(price.sum, price.input, price.once)
	return price, err
}

// overSamples adds up the shares of operations over all iterations that they stand for.
func overSamples(budget *symbolic.Budget, s *trace.Sampled, share func(*trace.Operation) symbolic.Expr) (symbolic.Expr, error) {
	var sum symbolic.Expr
	for _, op := range s.Operations() {
		within, counts := s.Within(op)
		if !counts {
			continue
		}
		one := share(op)
		for k := len(within) - 1; k >= 0; k-- {
			var err error
			if one, err = sumOver(budget, one, within[k].Index, within[k].First, within[k].Times); err != nil {
				return sum, err
			}
		}
		sum = sum.Add(one)
	}
	return sum, sum.Err()
}

// settle compares a form with the network written out, for each symbol in counts of loops: at some values for which it should
// hold, and then at smaller ones down to the first at which it does not. It returns the remaining conditions on the symbols.
func (s sampling) settle(form *samplePrice) (runs []symbolic.Expr, holds bool) {
	least := map[string]*big.Int{}
	for _, e := range form.runs {
		name, bound, ok := e.LeastPositive()
		switch {
		case !ok:
			runs = append(runs, e)
		case least[name] == nil || bound.Cmp(least[name]) > 0:
			least[name] = bound
		}
	}
	one := big.NewInt(1)
	for _, name := range s.trace.Free {
		bound := least[name]
		if bound == nil {
			continue
		}
		at := func(more int64) symbolic.Bindings {
			return symbolic.Bindings{name: symbolic.BigInt(new(big.Int).Add(bound, big.NewInt(more)))}
		}
		if !s.holds(form, at(above)) || !s.holds(form, at(above+1)) {
			return nil, false
		}
		for bound.Cmp(one) > 0 && s.holds(form, at(-1)) {
			bound = new(big.Int).Sub(bound, one)
		}
		runs = append(runs, symbolic.Symbol(name).Sub(symbolic.BigInt(bound)).Add(symbolic.Int(1)))
	}
	return runs, true
}

// above is how far above its bound a form is tried, so that there are iterations between those that are taken by themselves.
const above = 3

// holds reports whether a form is what the network costs where a symbol has a value, if there is such a network.
func (s sampling) holds(form *samplePrice, at symbolic.Bindings) bool {
	if slices.ContainsFunc(s.trace.Assumptions, func(a trace.Assumption) bool { return a.Fails(at) }) {
		return true
	}
	is, err := s.all(mostApart, at)
	return err == nil && is.equals(form, at)
}

// equals reports whether two prices are equal at values of their symbols, in total and in the share of the input.
func (p *samplePrice) equals(other *samplePrice, at symbolic.Bindings) bool {
	return p.sum.Sub(other.sum.Substitute(at)).Vanishes() && p.input.Sub(other.input.Substitute(at)).Vanishes()
}

// sample finds the closed form of sums that follow iterations, as passes over memory and types under autocast do.
func (c *counter) sample(t *trace.Trace) error {
	for _, p := range c.summed {
		if !isOpen(c.sum.of[p.quantity].Err()) {
			continue
		}
		form, err := c.sampled(t, func(d *counter, s *trace.Sampled) (*samplePrice, error) { return d.sharesOf(s, p.quantity) })
		switch spent := (*SpentError)(nil); {
		case errors.As(err, &spent):
			return err
		case errors.Is(err, errSizesOpen):
			c.sum.of[p.quantity] = symbolic.Failed(err)
		case err == nil:
			c.sum.of[p.quantity] = form.sum
			c.total.Runs = append(c.total.Runs, form.runs...)
		}
	}
	return nil
}

// sharesOf is the cost of the operations of a sampled trace in a quantity that is a sum.
func (c *counter) sharesOf(s *trace.Sampled, q Quantity) (*samplePrice, error) {
	p := &samplePrice{}
	if c.options.Memory.Fused != "" {
		var err error
		if c.passes, err = newPasses(c, s.Trace); err != nil {
			return nil, err
		}
		p.runs = c.passes.runs
	}
	p.share = func(op *trace.Operation) symbolic.Expr {
		own, err := c.operation(op)
		if err != nil {
			return symbolic.Failed(err)
		}
		return own.of[q]
	}
	return p, nil
}
