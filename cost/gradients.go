package cost

import (
	"errors"
	"slices"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// Limits of finding the iteration of a loop from which on gradients flow alike.
const (
	maxFirstIterations = 4         // that may differ from all others
	maxGradientVisits  = 1_000_000 // operations priced, one again for each further time
)

// errGradientsNotClosed is the error for a loop whose iterations need gradients in a way that follows no rule.
const errGradientsNotClosed = openError("which gradients the repeats compute follows no rule that closes")

// backprop follows the gradients through a trace, and adds up the multiply-accumulates of a training step. The gradient of a
// matrix product with respect to one factor takes as many as the product. The network's input needs no gradient.
type backprop struct {
	*counter
	needs    map[*trace.Value]bool                   // tensors that depend on trained parameters, and so need a gradient
	firsts   map[*trace.Loop]map[*trace.Value][]bool // the same for the first iterations of loops, where these are taken one by one
	at       symbolic.Bindings                       // the indices of enclosing loops whose iterations are taken one by one
	around   trace.Spans                             // the other enclosing loops
	visits   int
	runs     []symbolic.Expr
	segments *segments // the parts of the network that checkpoints recompute as a whole
	// repeated asks for the work of the layers that run again alone, not for that of the whole step.
	repeated   bool
	recomputed map[int32]bool // the segments that run again
}

func (c *counter) backprop() *backprop {
	return &backprop{counter: c, needs: map[*trace.Value]bool{}, firsts: map[*trace.Loop]map[*trace.Value][]bool{}, at: symbolic.Bindings{}, segments: &segments{}}
}

// stepping is a backprop that adds up the work of a training step, or if repeated is set that of the layers that run again.
func (c *counter) stepping(t *trace.Trace, repeated bool) (b *backprop, err error) {
	b = c.backprop()
	if b.repeated = repeated; !repeated {
		b.segments = newSegments(t, c.options.Memory.Checkpoint)
		return b, nil
	}
	if b.segments, b.recomputed, err = c.recomputations(t); err == nil {
		b.runs = b.segments.runs
	}
	return b, err
}

// trainingMACs is the row of that quantity.
func trainingMACs(c *counter, t *trace.Trace) whole { return c.backward(t, false) }

// backward is the macs of a training step, or of the layers that run again. Loops without a closed form are written out.
func (c *counter) backward(t *trace.Trace, repeated bool) whole {
	if c.trains.open != nil {
		return failed(c.trains.open)
	}
	if repeated && !recomputes(t) && !c.options.Memory.Checkpoint.on() {
		return whole{share: func(*trace.Operation) symbolic.Expr { return symbolic.Expr{} }}
	}
	var b *backprop
	var total symbolic.Expr
	form, err := c.through(t, func(d *counter, t *trace.Trace) (err error) {
		if b, err = d.stepping(t, repeated); err == nil {
			total, err = b.nodes(t.Body)
		}
		return err
	}, func(d *counter, s *trace.Sampled) (*samplePrice, error) { return d.stepsOf(s, repeated) })
	switch {
	case err != nil:
		return failed(err)
	case form != nil:
		return whole{total: form.sum}
	}
	c.total.Runs = append(c.total.Runs, b.runs...)
	return whole{total: total, share: func(op *trace.Operation) symbolic.Expr {
		e, err := b.operation(op)
		if err != nil {
			return symbolic.Failed(err)
		}
		return e
	}}
}

// stepsOf is the same for a sampled trace, see backward.
func (c *counter) stepsOf(s *trace.Sampled, repeated bool) (*samplePrice, error) {
	b, err := c.stepping(s.Trace, repeated)
	if err != nil {
		return nil, err
	}
	steps := map[*trace.Operation]symbolic.Expr{}
	for _, op := range s.Operations() {
		if steps[op], err = b.operation(op); err != nil {
			return nil, err
		}
	}
	return &samplePrice{share: func(op *trace.Operation) symbolic.Expr { return steps[op] }}, nil
}

func (b *backprop) nodes(nodes []trace.Node) (symbolic.Expr, error) {
	var sum symbolic.Expr
	for _, n := range nodes {
		var one symbolic.Expr
		var err error
		switch n := n.(type) {
		case *trace.Operation:
			one, err = b.operation(n)
		case *trace.Loop:
			one, err = b.loop(n)
		}
		if err != nil {
			return sum, err
		}
		sum = sum.Add(one)
	}
	return sum, nil
}

// operation is the multiply-accumulates of a training step: forward, the gradient of the weights, and that of the input.
// A layer of several steps passes gradients on inside where its own weights need them, whether its input does or not; a
// product of two activations passes one on to each factor that needs it.
func (b *backprop) operation(op *trace.Operation) (symbolic.Expr, error) {
	if b.visits++; b.visits > maxGradientVisits && len(b.around)+len(b.at) > 0 {
		return symbolic.Expr{}, errGradientsNotClosed
	}
	l, err := b.price(op)
	if err != nil {
		return symbolic.Expr{}, err
	}
	input := anyNeeds(b.needs, op)
	weights := l.hasTrained(op)
	b.needs[op.Output] = input || weights

	sum := l.formula(MACs)
	segment := b.segments.of[op]
	inverted := op.Recompute == arch.RecomputeInverted && segment == 0
	switch {
	case sum.IsZero():
		return sum, nil
	case b.repeated && !(b.recomputed[segment] || b.segments.steps[op] || inverted && (input || weights)):
		return symbolic.Expr{}, nil
	case b.repeated || !input && !weights:
		return survivors(op, sum).Substitute(b.at), nil
	}
	weighted := sum.Sub(l.rule.productMACs().Substitute(l.names))
	if inverted {
		sum = sum.Mul(symbolic.Int(2))
	}
	sum = sum.Add(l.rule.factorMACs(b.needs, op).Substitute(l.names))
	if weights {
		sum = sum.Add(weighted)
	}
	if input {
		sum = sum.Add(weighted.Sub(l.rule.start.Substitute(l.names)))
	} else {
		sum = sum.Add(l.rule.inside.Substitute(l.names))
	}
	return survivors(op, sum).Substitute(b.at), nil
}

// survivors is the expected cost of an operation that does not run in all training steps.
func survivors(op *trace.Operation, e symbolic.Expr) symbolic.Expr {
	if op.Survives.IsZero() {
		return e
	}
	return e.Mul(op.Survives)
}

// loop takes the first iterations one by one until the input of the next needs a gradient if and only if that of the last did.
// From there on all are alike, except those that read tensors of iterations that were themselves taken one by one.
func (b *backprop) loop(l *trace.Loop) (symbolic.Expr, error) {
	delete(b.firsts, l)
	tail := b.tail(l)
	if tail > 0 {
		return b.tailed(l, tail)
	}
	return b.alike(l, l.Times.Substitute(b.at))
}

// alike is the cost of so many iterations of a loop, for each of which the tensors that it mirrors are alike in needing a gradient.
func (b *backprop) alike(l *trace.Loop, times symbolic.Expr) (symbolic.Expr, error) {
	for _, m := range l.Mirrors {
		b.needs[m.In] = b.needs[m.Made]
	}
	b.needs[l.In] = b.needs[l.Start]
	if err := b.readsPast(l, true); err != nil {
		return symbolic.Expr{}, err
	}
	var total symbolic.Expr
	for first := int64(0); ; first++ {
		if n, constant := times.Int64(); constant && n <= first {
			b.needs[l.Result] = b.needs[l.In]
			return total, nil
		}
		if first > maxFirstIterations {
			return total, errGradientsNotClosed
		}
		rest, steady, err := b.rest(l, first, times)
		if err != nil && !errors.Is(err, errGradientsNotClosed) {
			return total, err
		}
		if err == nil && steady {
			if err := b.assume(times, first); err != nil {
				return total, err
			}
			b.needs[l.Result] = b.needs[l.Out]
			if p := l.Past; p != nil {
				b.needs[p.Result] = b.needs[p.In] || b.needs[l.Out]
			}
			return total.Add(rest), nil
		}
		one, err := b.iteration(l, symbolic.Int(first))
		if err != nil {
			return total, err
		}
		b.note(l)
		total = total.Add(one)
		b.needs[l.In] = b.needs[l.Out]
		if err := b.readsPast(l, false); err != nil {
			return total, err
		}
	}
}

// readsPast sets whether the past that an iteration reads has a tensor that needs a gradient; first says that it is the first iteration.
// The error is errGradientsNotClosed where that depends on the iteration: with a stride not all earlier tensors are read, and the
// latest, which always is, needs none.
func (b *backprop) readsPast(l *trace.Loop, first bool) error {
	p := l.Past
	if p == nil {
		return nil
	}
	b.needs[p.In] = b.needs[l.In] || !first && b.needs[p.In] || slices.ContainsFunc(p.Before, func(v *trace.Value) bool { return b.needs[v] })
	b.needs[p.Result] = b.needs[p.In]
	if p.Stride > 1 && b.needs[p.In] && !b.needs[l.In] {
		return errGradientsNotClosed
	}
	return nil
}

// rest sums the iterations from number first on as if all were alike, and reports whether they are.
func (b *backprop) rest(l *trace.Loop, first int64, times symbolic.Expr) (symbolic.Expr, bool, error) {
	in := b.needs[l.In]
	b.around = append(b.around, trace.Span{Index: l.Index, First: first, Times: times})
	body, err := b.nodes(l.Body)
	b.around = b.around[:len(b.around)-1]
	if err != nil {
		return body, false, err
	}
	if b.needs[l.Out] != in {
		return body, false, nil
	}
	sum, err := sumOver(b.budget, body, l.Index, first, times)
	if err != nil {
		return sum, false, &NoClosedFormError{Layer: l.Name, Quantity: TrainingMACs, Times: times, Err: err}
	}
	return sum, true, nil
}

// note records which tensors need a gradient in an iteration that is taken by itself.
func (b *backprop) note(l *trace.Loop) {
	made := []*trace.Value{l.In}
	for _, m := range l.Mirrors {
		made = append(made, m.In)
	}
	for _, n := range l.Body {
		switch n := n.(type) {
		case *trace.Operation:
			made = append(made, n.Output)
		case *trace.Loop:
			made = append(made, n.Result)
		}
	}
	if b.firsts[l] == nil {
		b.firsts[l] = map[*trace.Value][]bool{}
	}
	for _, v := range made {
		b.firsts[l][v] = append(b.firsts[l][v], b.needs[v])
	}
}

// tail is how many of the last iterations of a loop read a tensor of an earlier loop that differs from that of all others in needing
// a gradient.
func (b *backprop) tail(l *trace.Loop) int64 {
	var tail int64
	for _, m := range l.Mirrors {
		for k, needs := range b.firsts[m.Of][m.Made] {
			if needs != b.needs[m.Made] {
				tail = max(tail, int64(k+1))
			}
		}
	}
	return tail
}

// tailed is the cost of a loop whose last iterations are taken one by one.
func (b *backprop) tailed(l *trace.Loop, tail int64) (symbolic.Expr, error) {
	times := l.Times.Substitute(b.at)
	if err := b.assume(times, tail); err != nil {
		return symbolic.Expr{}, err
	}
	total, err := b.alike(l, times.Sub(symbolic.Int(tail)))
	if err != nil {
		return total, err
	}
	for k := tail - 1; k >= 0; k-- {
		b.needs[l.In] = b.needs[l.Result]
		for _, m := range l.Mirrors {
			b.needs[m.In] = b.needs[m.Made]
			if firsts := b.firsts[m.Of][m.Made]; k < int64(len(firsts)) {
				b.needs[m.In] = firsts[k]
			}
		}
		one, err := b.iteration(l, times.Sub(symbolic.Int(k+1)))
		if err != nil {
			return total, err
		}
		total = total.Add(one)
		b.needs[l.Result] = b.needs[l.Out]
	}
	return total, nil
}

// iteration is the cost of one iteration by itself.
func (b *backprop) iteration(l *trace.Loop, i symbolic.Expr) (symbolic.Expr, error) {
	b.at[l.Index] = i
	defer delete(b.at, l.Index)
	return b.nodes(l.Body)
}

// assume adds the assumption that a loop has as many iterations as were taken one by one, unless that is known.
func (b *backprop) assume(times symbolic.Expr, first int64) error {
	if first == 0 {
		return nil
	}
	conditions, ok := b.around.AtLeast(times, first)
	if !ok {
		return errGradientsNotClosed
	}
	for _, e := range conditions {
		b.runs = append(b.runs, e.Add(symbolic.Int(1)))
	}
	return nil
}

// hasTrained reports whether an operation has parameters of its own that are trained.
func (l *layerCost) hasTrained(op *trace.Operation) bool {
	return l.rule.given[Params] && !l.trains.isFrozen(op) && !l.formula(Params).IsZero()
}
