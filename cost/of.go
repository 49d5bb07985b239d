package cost

import (
	"errors"
	"fmt"
	"iter"
	"slices"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/flow"
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
	Precision       Precision     // of training; the zero value stores everything in elements of BytesPerElement
	Weights         DType         // of parameters; the zero value is that of Precision
	Frozen          []string      // patterns of layers that are not trained, see [Names]
	Trained         []string      // patterns of the only layers that are trained; empty for all
	Init            arch.Init     // of the weights, for signal and gradient; the zero value is that of the network
	Layers          bool          // list the costs of each layer, not only the total
	Formula         bool          // find the closed form too, see [Summary]
}

// MaxSummedTerms bounds the iterations of a loop whose sum has no closed form and is added up term by term.
const MaxSummedTerms = 1_000_000

// Total is what a network costs.
type Total struct {
	Costs
	// Layers iterates over the layers with their costs, in execution order, and prices them on the way; nil unless asked for.
	// Each quantity adds up to that of the network, or is an error where the network's is no sum. The share of the network's
	// input is the cost of an operation of the kind input before all others.
	Layers iter.Seq[Layer]
	// Runs are the counts of repeats that must be at least 1 for the formulas to hold, because some iterations cost something
	// else than the others.
	Runs []symbolic.Expr
	// Notes say which numbers are not exact.
	Notes []string

	approximate [quantityCount]bool
}

// Approximates reports whether the formula of a cost is only approximate: where extents are free, windows of adaptive pools are
// assumed not to overlap.
func (t *Total) Approximates(q Quantity) bool { return t.approximate[q] }

// Layer is one operation with its costs.
type Layer struct {
	Operation *trace.Operation
	Costs     Costs
}

// NoClosedFormError names the layer that keeps a sum from having a closed form.
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

// Of adds up the costs of a trace. Where the trace has free symbols the results are closed formulas in them. A result that is
// too large to be written out is an expression with an error; it does not affect the others.
func Of(t *trace.Trace, o Options) (*Total, error) {
	t, runs, err := o.prepared(t)
	if err != nil {
		return nil, err
	}
	c := newCounter(o)
	c.total.Runs = runs
	c.budget = t.Budget.Copy()
	if o.Precision.Note != "" {
		c.total.note(o.Precision.Note)
	}
	c.sum, err = c.add(t)
	if open := (*NoClosedFormError)(nil); errors.As(err, &open) {
		if out, e := o.writtenOut(t); e == nil && out != t {
			t = out
			c.sum, err = c.add(t)
		}
	}
	if err != nil {
		return nil, err
	}
	if err := c.sample(t); err != nil {
		return nil, err
	}
	for _, q := range c.wholes {
		c.whole[q] = quantityRows[q].whole(c, t)
		c.sum.of[q], c.sum.digits[q] = c.whole[q].total, c.whole[q].digits
	}
	c.derive(&c.sum)
	c.total.Costs = c.sum
	if o.Layers {
		c.total.Layers = c.layers(t)
	}
	return c.total, nil
}

// add sums the costs of the layers of a trace.
func (c *counter) add(t *trace.Trace) (sum Costs, err error) {
	c.selects(t)
	c.total.Runs = append(c.total.Runs, c.trains.runs...)
	for _, text := range c.trains.idle {
		c.total.note(text)
	}
	if c.types, err = newElementTypes(t, c.options); err != nil {
		return sum, err
	}
	if c.options.Memory.Fused != "" && !t.HasLoops() && len(t.Free) == 0 {
		if c.passes, err = newPasses(c, t); err != nil {
			return sum, err
		}
	}
	return c.nodes(t.Body)
}

// BasicQuantities are the costs that need nothing but a rule for each layer.
func BasicQuantities() []Quantity {
	return []Quantity{Params, Buffers, MACs, FLOPs, Activations, ParamBytes}
}

// counter adds up the costs of one trace.
type counter struct {
	options Options
	layer   layerCost         // that is being priced
	names   symbolic.Bindings // of its rule
	budget  *symbolic.Budget  // of pricing; nil where the operations priced are those of a trace that was priced, or few
	batch   symbolic.Expr
	bytes   symbolic.Expr // of an element
	trains  *selection    // which layers are trained
	types   *elementTypes // in which tensors are stored
	passes  *passes       // over memory, where layers are fused and the trace has no loops
	around  trace.Spans   // the loops around what is being priced
	summed  []planned     // the quantities that are sums over the layers
	wholes  []Quantity
	derived []planned

	sum   Costs // of the network, as far as it is known
	whole [quantityCount]whole
	kept  *kept                       // what training keeps, once it is known
	saver *saver                      // that finds it
	peak  *Peak                       // once it is known
	flow  map[flow.Part]*flow.Reading // of the parts that are known
	total *Total
}

// planned is a quantity to be computed, with its row, so that rows need not look up each other.
type planned struct {
	quantity Quantity
	row      *row
}

func newCounter(o Options) *counter {
	c := &counter{names: symbolic.Bindings{}, options: o, batch: o.batch(), bytes: symbolic.Int(o.elementBytes()), total: &Total{}}
	quantities := o.Quantities
	if len(quantities) == 0 {
		quantities = BasicQuantities()
	}
	var seen [quantityCount]bool
	var want func([]Quantity)
	want = func(list []Quantity) {
		for _, q := range list {
			if seen[q] {
				continue
			}
			seen[q] = true
			want(quantityRows[q].needs)
			switch r := &quantityRows[q]; {
			case r.whole != nil:
				c.wholes = append(c.wholes, q)
			case r.derive != nil:
				c.derived = append(c.derived, planned{q, r})
			default:
				c.summed = append(c.summed, planned{q, r})
			}
		}
	}
	want(quantities)
	return c
}

func (c *counter) nodes(nodes []trace.Node) (Costs, error) {
	var sum Costs
	for _, n := range nodes {
		var one Costs
		var added int64
		var err error
		switch n := n.(type) {
		case *trace.Operation:
			one, err = c.operation(n)
		case *trace.Loop:
			one, err = c.loop(n)
		}
		if err != nil {
			return Costs{}, err
		}
		for _, p := range c.summed {
			sum.of[p.quantity] = sum.of[p.quantity].Add(one.of[p.quantity])
			added += sum.of[p.quantity].Size()
		}
		if err := spend(c.budget, added); err != nil {
			return Costs{}, err
		}
	}
	return sum, nil
}

// derive fills in the costs that follow from others.
func (c *counter) derive(costs *Costs) {
	for _, p := range c.derived {
		costs.of[p.quantity] = p.row.derive(c, costs)
	}
}

// loop sums the body over the index. Unknown costs of layers that never run are 0.
func (c *counter) loop(l *trace.Loop) (Costs, error) {
	around := c.around
	c.around = append(around[:len(around):len(around)], trace.Span{Index: l.Index, Times: l.Times})
	body, err := c.nodes(l.Body)
	if err != nil {
		return Costs{}, err
	}
	c.around = around
	var out Costs
	for _, p := range c.summed {
		if out.of[p.quantity], err = sumOver(c.budget, body.of[p.quantity], l.Index, 0, l.Times); err != nil {
			return Costs{}, c.blame(err, p.quantity, l)
		}
		if out.of[p.quantity].Err() != nil && c.neverRuns(l) {
			out.of[p.quantity] = symbolic.Expr{}
		}
	}
	return out, nil
}

// neverRuns reports whether a loop is known to run no iteration in any of the loops around it.
func (c *counter) neverRuns(l *trace.Loop) bool {
	runs, err := rounds(c.budget, append(c.around[:len(c.around):len(c.around)], trace.Span{Index: l.Index, Times: l.Times}))
	return err == nil && slices.ContainsFunc(runs, symbolic.Expr.IsZero)
}

// rounds are factors whose product is the number of iterations of nested loops, without factors of 1: counts of loops, and sums
// of counts that depend on the index of a loop around.
func rounds(b *symbolic.Budget, loops trace.Spans) (factors []symbolic.Expr, err error) {
	sum := symbolic.Int(1)
	for k, l := range slices.Backward(loops) {
		follows := slices.ContainsFunc(loops[:k], func(around trace.Span) bool { return l.Times.Has(around.Index) })
		switch {
		case sum.Has(l.Index):
			if sum, err = sumOver(b, sum, l.Index, l.First, l.Times); err != nil {
				return nil, err
			}
		case follows:
			sum = sum.Mul(l.Times)
		default:
			factors = append(factors, l.Times)
		}
	}
	return slices.DeleteFunc(append(factors, sum), symbolic.Expr.IsOne), nil
}

// sumOver is Σ over the indices from the first up to the count of a loop: closed where it closes, term by term where it does
// not and the count is a number, which is taken from the budget.
func sumOver(b *symbolic.Budget, e symbolic.Expr, index string, first int64, times symbolic.Expr) (symbolic.Expr, error) {
	if e.IsZero() {
		return e, nil
	}
	sum, err := e.SumOver(index, symbolic.Int(first), times.Sub(symbolic.Int(1)))
	if err == nil {
		return sum, nil
	}
	n, ok := times.Int64()
	if !ok || n > MaxSummedTerms {
		return symbolic.Expr{}, err
	}
	if err := spend(b, n); err != nil { // each term is substituted
		return symbolic.Expr{}, err
	}
	sum = symbolic.Expr{}
	for i := first; i < n && sum.Err() == nil; i++ {
		sum = sum.Add(e.Substitute(symbolic.Bindings{index: symbolic.Int(i)}))
		if err := spend(b, sum.Size()); err != nil { // which grows with its digits
			return symbolic.Expr{}, err
		}
	}
	return sum, nil
}

// blame finds the layer of a loop whose cost has no closed form.
func (c *counter) blame(err error, q Quantity, l *trace.Loop) error {
	if spent := (*SpentError)(nil); errors.As(err, &spent) {
		return err
	}
	name := l.Name
	for _, op := range (&trace.Trace{Body: l.Body}).Operations() {
		costs, e := c.operation(op)
		if e == nil {
			_, e = sumOver(c.budget, costs.of[q], l.Index, 0, l.Times)
		}
		if e != nil {
			name = op.Name
			break
		}
	}
	return &NoClosedFormError{Layer: name, Quantity: q, Times: l.Times, Err: err}
}

// note keeps a note once.
func (t *Total) note(text string) {
	if !slices.Contains(t.Notes, text) {
		t.Notes = append(t.Notes, text)
	}
}

// TooLarge reports whether an expression is a number that was not computed because of its size.
func TooLarge(e symbolic.Expr) (*symbolic.TooLargeError, bool) {
	var large *symbolic.TooLargeError
	return large, errors.As(e.Err(), &large)
}
