package convention

import (
	"errors"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/rewrite"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/cost"
)

// Tally is a network summed up for all conventions: each measure that some convention uses, over classes of calls that no
// convention distinguishes.
type Tally struct {
	sums   map[class]sums // as the network is written
	folded map[class]sums // as exporters write it, with norms in the products before them
	err    error          // of folding, or of writing it out
}

// class is the properties by which conventions distinguish calls.
type class struct {
	kind     string
	as       Spelling
	again    bool // the module was called before
	more     bool // the module is called later
	training bool // only runs while training
	result   bool // the last weight layer
}

// sums has a sum of each measure that its kind is measured by, in their order.
type sums []symbolic.Expr

// Options say what is counted. The zero value is a batch of 1, with the code as it is known.
type Options struct {
	Batch symbolic.Expr // samples; zero means 1
}

// Count sums up a trace. Loops whose measures do not add up in closed form are written out; the error is that of writing them.
func Count(t *trace.Trace, o Options) (*Tally, error) {
	out := &Tally{}
	var err error
	if out.sums, err = sumUp(t, o); err != nil {
		return nil, err
	}
	folded, _, err := rewrite.Fold(t)
	if err != nil {
		if folded, err = t.Unrolled(); err == nil {
			folded, _, err = rewrite.Fold(folded)
		}
	}
	switch {
	case err != nil:
		out.err = err
	case folded == t:
		out.folded = out.sums
	default:
		out.folded, out.err = sumUp(folded, o)
	}
	return out, nil
}

// sumUp sums up a trace with its loops, or else written out.
func sumUp(t *trace.Trace, o Options) (map[class]sums, error) {
	c := newCounter(t, o)
	all, err := c.nodes(t.Body)
	if errors.Is(err, errNotClosed) {
		if t, err = t.Unrolled(); err != nil {
			return nil, err
		}
		c = newCounter(t, o)
		all, err = c.nodes(t.Body)
	}
	if err != nil {
		return nil, err
	}
	input := &trace.Operation{Name: "input", Kind: arch.KindByName("input"), Output: t.Input}
	c.count(all, input)
	return all, nil
}

// errNotClosed is the error for a loop over whose index some measure has no closed sum.
var errNotClosed = errors.New("a measure has no closed sum over a loop")

// counter sums up one trace.
type counter struct {
	*compiled
	options Options
	ledger  *cost.Ledger
	code    Implementation
	modules map[string]span // what runs a module that is called several times
	owners  map[string]bool // operations whose weights later ones use, by name
	result  string          // the last weight layer
}

// span is the names of the first and the last operation that a module runs.
type span struct{ first, last string }

func newCounter(t *trace.Trace, o Options) *counter {
	if o.Batch.IsZero() {
		o.Batch = symbolic.Int(1)
	}
	code, _ := CodeOf(t.Network.Name)
	c := &counter{
		compiled: table(), options: o, ledger: cost.NewLedger(o.Batch, cost.Params, cost.Buffers, cost.MACs, cost.Activations), code: code,
		modules: map[string]span{}, owners: map[string]bool{},
	}
	for _, op := range t.Operations() {
		if op.Owner != nil {
			c.owners[op.Owner.Name] = true
		}
		if op.Kind.WeightLayer() && !op.Training {
			c.result = op.Name
		}
		if name := c.code.module(op); name != "" {
			ends, called := c.modules[name]
			if !called {
				ends.first = op.Name
			}
			ends.last = op.Name
			c.modules[name] = ends
		}
	}
	return c
}

func (c *counter) nodes(nodes []trace.Node) (map[class]sums, error) {
	all := map[class]sums{}
	for _, n := range nodes {
		switch n := n.(type) {
		case *trace.Operation:
			c.count(all, n)
		case *trace.Loop:
			body, err := c.nodes(n.Body)
			if err != nil {
				return nil, err
			}
			if err := c.loop(all, n, body); err != nil {
				return nil, err
			}
		}
	}
	return all, nil
}

// loop adds a body over the iterations of its loop. Only the last iteration of the last weight layer makes the output.
func (c *counter) loop(all map[class]sums, l *trace.Loop, body map[class]sums) error {
	last := l.Times.Sub(symbolic.Int(1))
	for s, each := range body {
		sum := make(sums, len(each))
		for k, e := range each {
			var err error
			if sum[k], err = e.SumOver(l.Index, symbolic.Expr{}, last); err != nil {
				return errNotClosed
			}
		}
		if s.result {
			ends := make(sums, len(each))
			for k, e := range each {
				ends[k] = e.Substitute(symbolic.Bindings{l.Index: last})
				sum[k] = sum[k].Sub(ends[k])
			}
			c.add(all, s, ends)
			s.result = false
		}
		c.add(all, s, sum)
	}
	return nil
}

// count adds one operation.
func (c *counter) count(all map[class]sums, op *trace.Operation) {
	s := c.classOf(op)
	c.add(all, s, c.measure(op, s.kind))
}

func (c *counter) add(all map[class]sums, s class, more sums) {
	sum, seen := all[s]
	if !seen {
		all[s] = more
		return
	}
	for k := range more {
		sum[k] = sum[k].Add(more[k])
	}
}

// classOf is the class of an operation.
func (c *counter) classOf(op *trace.Operation) class {
	as, kind := c.code.spelled(op)
	s := class{kind: kind, as: as, training: op.Training, again: op.Shared(), more: c.owners[op.Name], result: op.Name == c.result}
	if name := c.code.module(op); name != "" {
		s.again, s.more = c.modules[name].first != op.Name, c.modules[name].last != op.Name
	}
	return s
}

// measure takes the measures that an operation is measured by where it is written as a kind.
func (c *counter) measure(op *trace.Operation, kind string) sums {
	places := c.measured[kind]
	run := *op
	run.Training = false // whether the work of a head counts is for each figure to say
	one := &call{op: &run, batch: c.options.Batch, ledger: c.ledger}
	out := make(sums, len(places))
	for k, place := range places {
		out[k] = c.measures[place].of(one)
	}
	return out
}
