package cost

import (
	"errors"
	"iter"
	"math/big"
	"slices"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// layerCost is one operation that is being priced.
type layerCost struct {
	*counter
	op    *trace.Operation
	rule  *compiled
	own   Costs
	names symbolic.Bindings // the values of the names in formulas
}

// price begins to price an operation. It uses the memory and the table of names of the operation before.
func (c *counter) price(op *trace.Operation) (*layerCost, error) {
	rule, err := compiledRule(op.Kind.Name)
	if err != nil {
		return nil, err
	}
	if err := spend(c.budget, sizes(op.Inputs...)*sizes(op.Output)); err != nil {
		return nil, err
	}
	rule.assign(c.names, op, c.batch)
	c.layer = layerCost{counter: c, op: op, rule: rule, names: c.names}
	return &c.layer, nil
}

// operation is the cost of an operation in the quantities that are sums.
func (c *counter) operation(op *trace.Operation) (Costs, error) {
	l, err := c.price(op)
	if err != nil {
		return Costs{}, err
	}
	if l.rule.windows && !constantExtents(op) {
		c.total.note(op.Name + ": windows are taken not to overlap, which depends on extents that are free")
		c.approximates(l.rule)
	}
	for _, p := range c.summed {
		l.own.of[p.quantity] = l.formula(p.quantity)
		if p.row.layer != nil {
			l.own.of[p.quantity] = p.row.layer(l)
		}
	}
	for _, p := range c.summed {
		if p.row.ofWeights && op.Shared() || p.row.atInference && op.Training {
			l.own.of[p.quantity] = symbolic.Expr{}
		}
	}
	return l.own, nil
}

// approximates notes the costs of a rule that are only approximate where extents are free, and those that follow from them.
func (c *counter) approximates(r *compiled) {
	for _, p := range c.summed {
		if r.expressions[p.quantity].Has(overlapping) {
			c.total.approximate[p.quantity] = true
		}
	}
	for _, p := range slices.Concat(c.summed, c.derived) {
		if slices.ContainsFunc(p.row.needs, c.total.Approximates) {
			c.total.approximate[p.quantity] = true
		}
	}
}

// formula evaluates the formula of the operation's rule. Formulas after that of macs may use macs as a name.
func (l *layerCost) formula(q Quantity) symbolic.Expr {
	if !l.rule.given[q] {
		return symbolic.Expr{}
	}
	e := l.rule.expressions[q].Substitute(l.names)
	if q == MACs {
		l.names["macs"] = e
	}
	return e
}

// traffic is the bytes that one operation reads and writes: its inputs, parameters and buffers, and its output.
func (l *layerCost) traffic() symbolic.Expr {
	inBuffer := l.op.Kind.Joins && l.options.Memory.Concat == SharedConcat // written there at once
	if l.rule.view || inBuffer {
		return symbolic.Expr{}
	}
	if !l.types.even {
		return symbolic.Failed(errTypesNotClosed)
	}
	bytes, err := l.movedBytes()
	if err != nil {
		return symbolic.Failed(err)
	}
	inner := l.options.Memory.between(l.rule).inner.Substitute(l.names).Add(l.own.of[Buffers]).Mul(l.types.of(l.op.Output))
	read := l.own.of[Params]
	if l.rule.readsSome {
		read = l.rule.reads.Substitute(l.names)
	}
	return symbolic.Sum(bytes, inner, l.options.paramBytes(read))
}

// movedBytes is the bytes of activations that an operation reads and writes, without those that its fused pass has already read
// or made.
func (l *layerCost) movedBytes() (symbolic.Expr, error) {
	if l.options.Memory.Fused != "" {
		if l.passes == nil {
			return symbolic.Expr{}, errNotFused
		}
		return l.passes.moved[l.op], nil
	}
	bytes := l.op.Output.Shape.AllElements().Mul(l.types.of(l.op.Output))
	for _, in := range l.op.Inputs {
		bytes = bytes.Add(in.Shape.AllElements().Mul(in.Count()).Mul(l.types.of(in)))
	}
	return bytes.Mul(l.batch), nil
}

// outputElements is the number of elements that an operation outputs; views are no tensors of their own, sources are not computed,
// and what is made inside a layer is no output of it.
func (l *layerCost) outputElements() symbolic.Expr {
	if l.op.Kind.Source || l.op.Inside || l.rule.view {
		return symbolic.Expr{}
	}
	return l.op.Output.Shape.AllElements().Mul(l.batch)
}

// errCacheNotKnown is the error for a product of activations of which it is not known whether it belongs to attention.
var errCacheNotKnown = errors.New("two activations are multiplied outside of attention layers; whether cached keys or values are read is not known")

// cacheBytes is the bytes that a layer caches of each position for later ones. Products that mix parallel streams work on
// single positions and cache nothing.
func (l *layerCost) cacheBytes() symbolic.Expr {
	if l.op.Mixes {
		return symbolic.Expr{}
	}
	if !l.rule.caches && len(l.rule.products) > 0 {
		return symbolic.Failed(errCacheNotKnown)
	}
	return l.rule.cache.Substitute(l.names).Mul(l.bytes)
}

// trained is the number of trained parameters of the operation, without those that it shares with an earlier one.
func (l *layerCost) trained() symbolic.Expr {
	if l.trains.open != nil {
		return symbolic.Failed(l.trains.open)
	}
	if l.op.Shared() || l.trains.isFrozen(l.op) {
		return symbolic.Expr{}
	}
	return l.own.of[Params]
}

// active is the number of parameters of the operation that work on one position: all of them unless its rule says otherwise.
func (l *layerCost) active() symbolic.Expr {
	if l.rule.given[ActiveParams] {
		return l.formula(ActiveParams)
	}
	return l.own.of[Params]
}

func (l *layerCost) gradientBytes() symbolic.Expr {
	return l.trained().Mul(symbolic.Int(l.options.gradientBytes()))
}

func (l *layerCost) optimizerBytes() symbolic.Expr {
	params := l.trained()
	if params.IsZero() || params.Err() != nil {
		return params
	}
	return l.counter.optimizerBytes(params, l.rule.factored, l.names)
}

// errNoShare is the error for a cost of a network in which layers have no shares that add up.
var errNoShare = errors.New("a maximum over all layers, in which single layers have no share")

// layers prices the layers one by one.
func (c *counter) layers(t *trace.Trace) iter.Seq[Layer] {
	return func(yield func(Layer) bool) {
		if input := c.inputShare(t); input != nil && !yield(*input) {
			return
		}
		for _, op := range t.Operations() {
			costs, err := c.operation(op)
			for _, p := range c.summed {
				if err != nil {
					costs.of[p.quantity] = symbolic.Failed(err)
				}
			}
			for _, q := range c.wholes {
				switch w := c.whole[q]; {
				case w.share != nil:
					costs.of[q] = w.share(op)
				case w.total.Err() != nil:
					costs.of[q] = w.total
				default:
					costs.of[q] = symbolic.Failed(errNoShare)
				}
			}
			c.derive(&costs)
			if !yield(Layer{Operation: op, Costs: costs}) {
				return
			}
		}
	}
}

// inputShare is the share of the network's input in totals, as the cost of an operation that makes it; nil if it has none.
func (c *counter) inputShare(t *trace.Trace) *Layer {
	var costs Costs
	any := false
	for _, q := range c.wholes {
		w := c.whole[q]
		if any = any || !w.input.IsZero() && !q.PerLayer(); w.total.Err() == nil && w.share == nil {
			costs.of[q] = symbolic.Failed(errNoShare)
			continue
		}
		costs.of[q] = w.input
	}
	if !any {
		return nil
	}
	c.derive(&costs)
	return &Layer{Operation: &trace.Operation{Name: "input", Kind: arch.KindByName("input"), Output: t.Input}, Costs: costs}
}

// constantExtents reports whether the extents of the input and the output of an operation are numbers.
func constantExtents(op *trace.Operation) bool {
	_, in := op.Inputs[0].Shape.Positions().Rational()
	_, out := op.Output.Shape.Positions().Rational()
	return in && out
}

// WindowPositions is how many positions the windows of an adaptive pool cover together: window k of O over S positions runs
// from ⌊k·S/O⌋ to ⌈(k+1)·S/O⌉, so neighbours share a position unless S/O is whole there, S + O − gcd(S, O) in all. Where
// an extent is a free symbol the windows are taken not to overlap.
func WindowPositions(in, out []symbolic.Expr) symbolic.Expr {
	product := symbolic.Int(1)
	for k, s := range in {
		total := s
		if a, ok := s.Integer(); ok {
			if b, ok := out[k].Integer(); ok {
				gcd := new(big.Int).GCD(nil, nil, a, b)
				total = symbolic.BigInt(gcd.Sub(new(big.Int).Add(a, b), gcd))
			}
		}
		product = product.Mul(total)
	}
	return product
}
