package cost

import (
	"errors"
	"fmt"
	"math/big"
	"slices"

	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// Options say what is computed. The zero value means batch 1 and fp32.
type Options struct {
	Batch           symbolic.Expr // samples; zero means 1
	BytesPerElement int64         // 0 means 4, see [DType]
	Quantities      []Quantity    // what to compute; empty means BasicQuantities
	Memory          Memory        // how tensors are stored, for the quantities of memory
	Optimizer       Optimizer     // for the training totals; the zero value is plain SGD
	MixedPrecision  bool          // 16-bit activations, weights and gradients with an fp32 copy of the weights
	Frozen          []string      // names of layers, or of blocks around them, that training leaves as they are
	Layers          bool          // list what each layer costs, not the total alone
}

// MaxSummedTerms bounds the iterations of a loop whose sum has no closed form and is added up term by term.
const MaxSummedTerms = 1_000_000

// Total is what a network costs.
type Total struct {
	Costs
	Layers []Layer // if asked for; in execution order, those of a loop once, as expressions of its index
	// Runs are the counts of repeats that must be at least 1 for the formulas to hold, because a first iteration costs
	// something else than the others.
	Runs []symbolic.Expr
	// Notes say where a number is not exact.
	Notes []string
}

// Layer is what one operation costs.
type Layer struct {
	Operation *trace.Operation
	Costs     Costs
}

// NoClosedFormError says which layer stops a sum from closing.
type NoClosedFormError struct {
	Layer    string
	Quantity Quantity
	Times    symbolic.Expr
	Err      error
}

// Error names the layer that stops the formula, and why.
func (e *NoClosedFormError) Error() string {
	return fmt.Sprintf("%s of %s have no closed form over %s repeats: %v", e.Quantity, e.Layer, e.Times.Text(), e.Err)
}

// Unwrap is why, without the layer.
func (e *NoClosedFormError) Unwrap() error { return e.Err }

// Of adds up the costs of a trace. Where the trace has free symbols the results are closed formulas in them. A result that
// is too large to be written out is an expression with an error, the others are not touched by it.
func Of(t *trace.Trace, o Options) (*Total, error) {
	c := &counter{names: symbolic.Bindings{}, options: o, batch: o.batch(), bytes: o.elementBytes(), total: &Total{}}
	c.want(o.Quantities)
	if c.wanted[TrainingMACs] || c.wanted[GradientBytes] {
		c.gradients = newGradientFlow(t, o.Frozen)
	}
	sum, err := c.nodes(t.Body)
	if err != nil {
		return nil, err
	}
	c.derive(&sum)
	sum.of[TrainingMACs] = sum.of[TrainingMACs].Sub(c.spared)
	c.memory(t, &sum)
	c.total.Costs = sum
	if !o.Layers {
		c.total.Layers = nil
	}
	return c.total, nil
}

// BasicQuantities are the costs that need nothing but a rule for each layer.
func BasicQuantities() []Quantity {
	return []Quantity{Params, Buffers, MACs, FLOPs, Activations, ParamBytes}
}

// counter adds up the costs of one trace.
type counter struct {
	options   Options
	names     symbolic.Bindings // of the rule that is being evaluated
	batch     symbolic.Expr
	bytes     int64
	wanted    [quantityCount]bool
	summed    []Quantity // the wanted ones that are sums over the layers
	gradients *gradientFlow
	spared    symbolic.Expr // training macs that first iterations do without, see loop
	loops     int           // around what is counted; their layers are listed, so that one of them can be blamed
	total     *Total
}

// want notes what to compute, and what that needs.
func (c *counter) want(quantities []Quantity) {
	if len(quantities) == 0 {
		quantities = BasicQuantities()
	}
	for _, q := range quantities {
		c.wanted[q] = true
	}
	if c.wanted[TrainingTotalBytes] {
		c.wanted[ParamBytes], c.wanted[GradientBytes], c.wanted[OptimizerBytes], c.wanted[TrainingSavedBytes] = true, true, true, true
	}
	c.wanted[Params] = c.wanted[Params] || c.wanted[GradientBytes] || c.wanted[OptimizerBytes]
	c.wanted[GradientBytes] = c.wanted[GradientBytes] || c.wanted[OptimizerBytes]
	c.wanted[FLOPs] = c.wanted[FLOPs] || c.wanted[Intensity]
	c.wanted[TrafficBytes] = c.wanted[TrafficBytes] || c.wanted[Intensity] || c.wanted[RecomputedTrafficBytes]
	c.wanted[Params] = c.wanted[Params] || c.wanted[ParamBytes] || c.wanted[TrafficBytes]
	c.wanted[Buffers] = c.wanted[Buffers] || c.wanted[TrafficBytes]
	c.wanted[MACs] = c.wanted[MACs] || c.wanted[RecomputedMACs] || c.wanted[FLOPs] || c.wanted[TrainingMACs]
	for _, q := range Quantities() {
		if c.wanted[q] && q.isSum() {
			c.summed = append(c.summed, q)
		}
	}
}

func (c *counter) nodes(nodes []trace.Node) (Costs, error) {
	var sum Costs
	for _, n := range nodes {
		var one Costs
		var err error
		switch n := n.(type) {
		case *trace.Operation:
			if one, err = c.operation(n); err == nil {
				c.derive(&one)
				if c.options.Layers || c.loops > 0 {
					c.total.Layers = append(c.total.Layers, Layer{Operation: n, Costs: one})
				}
			}
		case *trace.Loop:
			one, err = c.loop(n)
		}
		if err != nil {
			return Costs{}, err
		}
		c.sum(&sum, &one)
	}
	return sum, nil
}

// sum adds the costs that are sums.
func (c *counter) sum(to, one *Costs) {
	for _, q := range c.summed {
		to.of[q] = to.of[q].Add(one.of[q])
	}
}

// derive fills in the costs that follow from others.
func (c *counter) derive(costs *Costs) {
	costs.of[ParamBytes] = costs.of[Params].Mul(symbolic.Int(c.bytes))
	if c.wanted[Intensity] && !costs.of[TrafficBytes].IsZero() {
		costs.of[Intensity] = costs.of[FLOPs].Div(costs.of[TrafficBytes])
	}
}

// operation evaluates the rule of the operation's kind.
func (c *counter) operation(op *trace.Operation) (Costs, error) {
	var out Costs
	rule, err := compiledRule(op.Kind.Name)
	if err != nil {
		return out, err
	}
	v := c.names
	assign(v, op, c.batch)
	if op.Kind.Name == "adaptive_avgpool" && !constantExtents(op) {
		c.total.note(op.Name + ": windows are taken not to overlap, which depends on extents that are free")
	}
	for _, q := range c.summed {
		if rule.given[q] {
			out.of[q] = rule.expressions[q].Substitute(v)
		}
		if q == MACs {
			v["macs"] = out.of[q]
		}
	}
	inBuffer := op.Kind.Joins() && c.options.Memory.Concat == SharedConcat // written there at once
	if c.wanted[TrafficBytes] && !rule.view && !inBuffer {
		out.of[TrafficBytes] = c.traffic(op, out, rule.inner.Substitute(v))
	}
	if op.Shared() {
		out.of[Params], out.of[Buffers] = symbolic.Expr{}, symbolic.Expr{}
	}
	if c.wanted[TrainingMACs] {
		c.training(op, &out, rule.products.Substitute(v))
	}
	if op.Training {
		for _, q := range []Quantity{MACs, FLOPs, Activations, TrafficBytes, CIO} {
			out.of[q] = symbolic.Expr{}
		}
	}
	if c.wanted[GradientBytes] && c.gradients.of[op].weights {
		out.of[GradientBytes] = out.of[Params].Mul(symbolic.Int(c.bytes))
		if !op.Shared() {
			out.of[OptimizerBytes] = c.optimizerBytes(out.of[Params], rule.factored, v)
		}
	}
	return out, nil
}

// note keeps a note once.
func (t *Total) note(text string) {
	if !slices.Contains(t.Notes, text) {
		t.Notes = append(t.Notes, text)
	}
}

// constantExtents reports whether an operation knows how many positions come in and go out.
func constantExtents(op *trace.Operation) bool {
	_, in := op.Inputs[0].Shape.Positions().Rational()
	_, out := op.Output.Shape.Positions().Rational()
	return in && out
}

// traffic is what one operation reads and writes: its inputs, parameters and buffers, and its output.
func (c *counter) traffic(op *trace.Operation, own Costs, inner symbolic.Expr) symbolic.Expr {
	elements := op.Output.Shape.AllElements()
	for _, in := range op.Inputs {
		elements = elements.Add(in.Shape.AllElements())
	}
	sum := symbolic.Sum(elements.Mul(c.batch), inner, own.of[Params], own.of[Buffers])
	return sum.Mul(symbolic.Int(c.bytes))
}

// training fills in the training macs of an operation, and notes those that its very first run does without.
func (c *counter) training(op *trace.Operation, own *Costs, products symbolic.Expr) {
	g := c.gradients.of[op]
	macs := own.of[MACs]
	own.of[TrainingMACs] = g.training(macs, products, g.input)
	if g.input != g.firstInput {
		c.spared = c.spared.Add(own.of[TrainingMACs].Sub(g.training(macs, products, g.firstInput)))
	}
}

// loop sums the body over the index. What its first run is spared is that of index 0.
func (c *counter) loop(l *trace.Loop) (Costs, error) {
	first, before := len(c.total.Layers), c.spared
	c.spared = symbolic.Expr{}
	c.loops++
	body, err := c.nodes(l.Body)
	c.loops--
	if err != nil {
		return Costs{}, err
	}
	if _, constant := l.Times.Rational(); !constant && !c.spared.IsZero() {
		c.total.Runs = append(c.total.Runs, l.Times)
	}
	c.spared = before.Add(c.spared.Substitute(symbolic.Bindings{l.Index: symbolic.Int(0)}))
	var out Costs
	for _, q := range c.summed {
		out.of[q], err = sumOver(body.of[q], l)
		if err != nil {
			return Costs{}, c.blame(err, q, l, c.total.Layers[first:])
		}
	}
	if c.wanted[RecomputedMACs] && c.options.Memory.Checkpoint.on() {
		out.of[RecomputedMACs] = out.of[MACs]
	}
	return out, nil
}

// sumOver is Σ over the iterations of a loop: closed where it closes, term by term where it does not and the count is a
// number.
func sumOver(e symbolic.Expr, l *trace.Loop) (symbolic.Expr, error) {
	if e.IsZero() {
		return e, nil
	}
	sum, err := e.SumOver(l.Index, symbolic.Int(0), l.Times.Sub(symbolic.Int(1)))
	if err == nil {
		return sum, nil
	}
	n, ok := l.Times.Int64()
	if !ok || n > MaxSummedTerms {
		return symbolic.Expr{}, err
	}
	sum = symbolic.Expr{}
	for i := int64(0); i < n; i++ {
		sum = sum.Add(e.Substitute(symbolic.Bindings{l.Index: symbolic.Int(i)}))
	}
	return sum, nil
}

// blame finds the layer whose cost does not close.
func (c *counter) blame(err error, q Quantity, l *trace.Loop, layers []Layer) error {
	name := l.Name
	for _, layer := range layers {
		if _, e := sumOver(layer.Costs.of[q], l); e != nil {
			name = layer.Operation.Name
			break
		}
	}
	return &NoClosedFormError{Layer: name, Quantity: q, Times: l.Times, Err: err}
}

// windowPositions is how many positions the windows of an adaptive pool cover together: window k of O over S positions runs
// from ⌊k·S/O⌋ to ⌈(k+1)·S/O⌉, so neighbours share a position unless S/O is whole there, S + O − gcd(S, O) in all. Where
// an extent is a free symbol the windows are taken not to overlap.
func windowPositions(in, out []symbolic.Expr) symbolic.Expr {
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

// TooLarge reports whether an expression is a number that was not computed because of its size.
func TooLarge(e symbolic.Expr) (*symbolic.TooLargeError, bool) {
	var large *symbolic.TooLargeError
	return large, errors.As(e.Err(), &large)
}
