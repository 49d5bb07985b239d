package flow

import (
	"cmp"
	"errors"
	"fmt"
	"sync"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// field is signal and gradient of a trace, tensor by tensor.
type field struct {
	init    arch.Init
	network *arch.Network
	work    *symbolic.Budget
	counts  counts
	aside   map[*trace.Value]bool // tensors that only serve to compute weights, see aside; not followed
	scales  map[*trace.Value]bool // tensors without inputs that are not only added, see scales
	signal  map[*trace.Value]moments
	back    map[*trace.Value]gradient
	shares  map[[3]float64]shares         // shares of scores computed before
	bent    map[bending]bent              // moments of activations computed before
	rows    affine                        // the gradient of the rows that embeddings choose, where paths begin
	shared  bool                          // two operands of a sum have a mean, see the rule of add
	origin  map[*trace.Value]*trace.Value // the tensor that is an unchanged summand of another one; see related
	related string                        // a sum with two operands that have such a tensor in common
	gone    int                           // operations of iterations that were computed one by one
	settled map[*trace.Loop]settlement    // loops that were computed until they settled; nil if none may be
	floats  bool                          // numbers are rounded, see [Along]
	keeps   bool                          // signal and gradient of every tensor are asked for, not only what leads from the input to the output
	// Of the weight layers that run first and last, the gradient per unit of output.
	first, last *trace.Operation
	firstUnit   affine
	lastUnit    affine
}

var lawbook = sync.OnceValue(func() map[string]Rule {
	book := map[string]Rule{}
	for _, r := range Rules() {
		for _, k := range r.Kinds {
			book[k] = r
		}
	}
	return book
})

// UnknownError names a layer that has no rule, or whose rule does not hold for its input.
type UnknownError struct{ Layer, Kind, Because string }

// Error says that the layer's signal and gradient are not known.
func (e *UnknownError) Error() string {
	text := fmt.Sprintf("signal and gradient of %s (%s) are not known", e.Layer, e.Kind)
	if e.Because != "" {
		text += ": " + e.Because
	}
	return text
}

func newField(init arch.Init, t *trace.Trace, c counts) *field {
	return &field{
		init: init, network: t.Network, work: t.Budget.Copy(), counts: c, signal: map[*trace.Value]moments{}, origin: map[*trace.Value]*trace.Value{}, back: map[*trace.Value]gradient{},
		shares: map[[3]float64]shares{}, bent: map[bending]bent{},
	}
}

// standard are independent standard normal values.
func standard(v *trace.Value) moments {
	return moments{{width: v.Shape.Width, square: whole(1), symmetric: true}}
}

// follow finds signal and gradient of a whole trace, from its input and its outputs.
func (f *field) follow(t *trace.Trace) error {
	f.signal[t.Input], f.aside, f.scales = standard(t.Input), aside(t), scales(t)
	if err := f.forward(t.Body); err != nil {
		return err
	}
	for _, v := range ends(t) {
		if err := f.reach(v, outputGradient(v)); err != nil {
			return err
		}
	}
	for k := len(t.Body) - 1; k >= 0; k-- {
		if err := f.backward(t.Body[k : k+1]); err != nil {
			return err
		}
		if op, is := t.Body[k].(*trace.Operation); is && !f.keeps && op.Output != t.Output {
			delete(f.signal, op.Output) // which may be long numbers
			delete(f.back, op.Output)
		}
	}
	return nil
}

// lawOf is the law by which signal and gradient pass an operation.
func lawOf(op *trace.Operation) (law, bool) {
	if op.Initial != nil {
		return initial{}, true
	}
	r, _ := RuleOf(op.Kind.Name)
	return r.law, r.Known()
}

// followed are the tensors that an operation's signal comes from, and to which its gradient goes.
func followed(op *trace.Operation) []*trace.Value {
	if op.Initial != nil {
		return []*trace.Value{op.Initial.Of}
	}
	return op.Inputs
}

// forward finds the moments of every tensor of some nodes.
func (f *field) forward(nodes []trace.Node) error {
	for _, n := range nodes {
		var err error
		switch n := n.(type) {
		case *trace.Operation:
			err = f.operation(n)
		case *trace.Loop:
			err = f.loop(n)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (f *field) operation(op *trace.Operation) error {
	if f.aside[op.Output] {
		return nil
	}
	l, known := lawOf(op)
	if !known {
		r, _ := RuleOf(op.Kind.Name)
		return &UnknownError{Layer: op.Name, Kind: op.Kind.Name, Because: r.Because}
	}
	_, streams := l.(alongStreams)
	in := make([]moments, len(followed(op)))
	for k, v := range followed(op) {
		if in[k] = f.signal[v]; in[k] == nil {
			return errOpen // stands for several tensors
		}
		if !streams {
			in[k] = in[k].apart()
		}
	}
	out, err := l.forward(f, op, in)
	if errors.Is(err, needsNumbers{}) {
		return fmt.Errorf("%s: %w", op.Name, err)
	}
	if err != nil {
		return err
	}
	for _, p := range out {
		if err := p.square.Err(); err != nil {
			return fmt.Errorf("%s: %w", op.Name, err)
		}
	}
	if err := f.spend(op, len(out)); err != nil {
		return err
	}
	if f.floats {
		out.shorten()
	}
	f.signal[op.Output] = out
	if from := followed(op); streams && len(from) > 0 && op.Output.Shape.Equal(from[0].Shape) {
		f.origin[op.Output] = f.originOf(from[0])
	}
	return nil
}

// spend is the error for a network that comes to too many runs of channels. A tensor whose channels are alike is one, and takes nothing.
func (f *field) spend(op *trace.Operation, runs int) error {
	if f.work.Spend(symbolic.Runs, max(runs-1, 0)) {
		return nil
	}
	return fmt.Errorf("signal and gradient up to %s are of %s; skipcost explain limits", op.Name, f.work.Beyond(symbolic.Runs))
}

// originOf is the tensor that is an unchanged summand of another one: of sums and copies, that of their first operand.
func (f *field) originOf(v *trace.Value) *trace.Value {
	if from := f.origin[v]; from != nil {
		return from
	}
	return v
}

// relate notes a sum whose operands are not independent, because two of them have a summand in common.
func (f *field) relate(op *trace.Operation) {
	met := make(map[*trace.Value]bool, len(op.Inputs))
	for _, v := range op.Inputs {
		if from := f.originOf(v); met[from] {
			f.related = cmp.Or(f.related, op.Name)
		} else {
			met[from] = true
		}
	}
}

// backward finds the gradient of every tensor of some nodes, from the last to the first.
func (f *field) backward(nodes []trace.Node) error {
	for k := len(nodes) - 1; k >= 0; k-- {
		var err error
		switch n := nodes[k].(type) {
		case *trace.Operation:
			err = f.operationBack(n)
		case *trace.Loop:
			err = f.loopBack(n)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (f *field) operationBack(op *trace.Operation) error {
	g, reached := f.back[op.Output]
	if !reached {
		return nil
	}
	f.meet(op, g)
	l, _ := lawOf(op)
	in, err := l.backward(f, op, g)
	if err != nil {
		return err
	}
	_, streams := l.(alongStreams)
	for k, back := range in {
		if err := f.spend(op, len(back)); err != nil {
			return err
		}
		if back == nil {
			continue
		}
		v := followed(op)[k]
		if !streams && f.signal[v].along() {
			back = gradient{{width: v.Shape.Width, at: back.total()}}
		}
		if err := f.reach(v, back); err != nil {
			return err
		}
	}
	return nil
}

// within is a field of the body of a loop, with the same signal and a gradient of its own.
func (f *field) within() *field {
	return &field{init: f.init, network: f.network, work: f.work, counts: f.counts, aside: f.aside, scales: f.scales, signal: f.signal, origin: f.origin, back: map[*trace.Value]gradient{}, shares: f.shares, bent: f.bent}
}

// reach adds to the gradient of a tensor.
func (f *field) reach(v *trace.Value, g gradient) error {
	before, there := f.back[v]
	if there {
		var ok bool
		if g, ok = before.add(g); !ok {
			return errOpen
		}
	}
	if f.floats {
		g.shorten()
	}
	f.back[v] = g
	return nil
}

// meet notes the gradient per unit at the output of a weight layer.
func (f *field) meet(op *trace.Operation, g gradient) {
	if !op.Kind.WeightLayer() {
		return
	}
	unit := g.total().by(whole(1).quo(exactly(op.Output.Shape.AllElements())))
	if f.last == nil {
		f.last, f.lastUnit = op, unit
	}
	f.first, f.firstUnit = op, unit
}

// outputGradient is the unit cotangent at an output.
func outputGradient(v *trace.Value) gradient {
	return gradient{{width: v.Shape.Width, at: affine{plus: path(0)}}}
}
