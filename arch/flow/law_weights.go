package flow

import (
	"math"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/trace"
)

// weights are products with learned weights.
type weights struct{}

func (weights) forward(f *field, op *trace.Operation, in []moments) (moments, error) {
	gain := exactly(f.gain(op))
	mean, square, ok := insideShares(op)
	if !ok {
		return nil, needsNumbers{}
	}
	x := in[0].average()
	out := part{width: op.Output.Shape.Width, square: x.square.mul(gain), means: x.means.mul(gain), symmetric: true}
	if !mean.isOne() {
		out.square, out.means = out.square.mul(mean.modelled()), out.means.mul(square.modelled())
	}
	return moments{out}, nil
}

func (weights) backward(f *field, op *trace.Operation, g gradient) ([]gradient, error) {
	mean, _, ok := insideShares(op)
	if !ok {
		return nil, needsNumbers{}
	}
	gain := exactly(f.gain(op))
	if !mean.isOne() {
		gain = gain.mul(mean.modelled())
	}
	return one(op, g.total().mul(path(1).by(gain))), nil
}

// attention is a weighted mean over positions between two products with weights, the weights of the mean being the softmax of
// products of normal queries and keys.
type attention struct{}

// attends is the numbers of an attention layer: the gain of each of its products, the moments of its input, the softmax of T
// scores, and T, the number of positions that each query is compared with.
type attends struct {
	gain, square, means, positions float64
	shares                         shares
}

// of finds them. Scores differ along the keys by what differs between positions: q·(q − u) times the gains of queries and keys.
func (attention) of(f *field, op *trace.Operation) (attends, error) {
	x := f.signal[op.Inputs[0]].average()
	if _, known := x.square.rounded(); !known || x.means.Err() != nil {
		return attends{}, needsNumbers{}
	}
	keys, _ := arch.Attended(op.Inputs[0].Shape.Positions(), op.Args)
	a := attends{gain: floatOf(f.gain(op)), square: x.square.value(), means: x.means.value(), positions: floatOf(keys)}
	if math.IsNaN(a.gain) || math.IsNaN(a.positions) {
		return attends{}, needsNumbers{}
	}
	a.shares = f.sharesOf(a.positions, a.gain*a.gain*a.square*a.differ())
	return a, nil
}

// differ is the part of the second moment that differs between positions.
func (a attends) differ() float64 { return max(0, a.square-a.means) }

func (l attention) forward(f *field, op *trace.Operation, _ []moments) (moments, error) {
	a, err := l.of(f, op)
	if err != nil {
		return nil, err
	}
	through := a.gain * a.gain
	return moments{{
		width: op.Output.Shape.Width, symmetric: true,
		square: modelled(through * (a.means + a.differ()*a.shares.squares)), means: modelled(through * (a.means + a.differ()/a.positions)),
	}}, nil
}

// backward: through the values G meets Σp²; through the scores it meets the Jacobian of the softmax, the values, and then keys
// and queries.
func (l attention) backward(f *field, op *trace.Operation, g gradient) ([]gradient, error) {
	a, err := l.of(f, op)
	if err != nil {
		return nil, err
	}
	through := a.gain * a.gain
	scores := a.shares.jacobian * through * a.differ() * (a.square + a.differ())
	return one(op, g.total().mul(path(2).by(modelled(through*(a.shares.squares+scores))))), nil
}

// embedding is a table of independent rows.
type embedding struct{}

func (embedding) forward(f *field, op *trace.Operation, _ []moments) (moments, error) {
	return moments{{width: op.Output.Shape.Width, square: f.rowSquare(op), symmetric: true}}, nil
}

// backward: no gradient goes on to the numbers of tokens. Paths are weighted by that of the rows.
func (embedding) backward(f *field, _ *trace.Operation, g gradient) ([]gradient, error) {
	f.rows = f.rows.add(g.total().mul(path(1)))
	return []gradient{nil}, nil
}

// tensor is a learned or constant tensor, whose mean square may be known.
type tensor struct{}

func (tensor) forward(f *field, op *trace.Operation, _ []moments) (moments, error) {
	p := part{width: op.Output.Shape.Width, symmetric: true}
	switch known := op.Args.Word(arch.MeanSquare) != arch.NotKnown; {
	case known:
		p.square = exactly(op.Args.Value(arch.MeanSquare))
	case !op.Kind.Learns() || f.scales[op.Output]:
		return nil, &UnknownError{Layer: op.Name, Kind: op.Kind.Name, Because: "how large its values are is not said, as by mean_square"}
	}
	return moments{p}, nil
}

func (tensor) backward(*field, *trace.Operation, gradient) ([]gradient, error) { return nil, nil }

// standardInput is a further input of the network, of standard normal values.
type standardInput struct{}

func (standardInput) forward(_ *field, op *trace.Operation, _ []moments) (moments, error) {
	return standard(op.Output), nil
}

func (standardInput) backward(*field, *trace.Operation, gradient) ([]gradient, error) {
	return nil, nil
}
