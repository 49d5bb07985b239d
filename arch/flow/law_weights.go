package flow

import (
	"github.com/skipcost/skipcost/arch/trace"
)

// weights are products with learned weights.
type weights struct{}

func (weights) forward(f *field, op *trace.Operation, in []moments) (moments, error) {
	gain := exactly(f.gain(op))
	mean, square, ok := insideShares(op)
	if !ok {
		return nil, errOpen
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
		return nil, errOpen
	}
	gain := exactly(f.gain(op))
	if !mean.isOne() {
		gain = gain.mul(mean.modelled())
	}
	return one(op, g.total().mul(path(1).by(gain))), nil
}

// attention is a mean over positions between two products with weights.
type attention struct{}

func (attention) forward(f *field, op *trace.Operation, in []moments) (moments, error) {
	x := in[0].average()
	gain := exactly(f.gain(op))
	n := exactly(op.Inputs[0].Shape.Positions())
	square := x.means.add(x.square.sub(x.means).quo(n)).mul(gain).mul(gain).modelled()
	return moments{{width: op.Output.Shape.Width, square: square, means: x.means.mul(gain).mul(gain), symmetric: true}}, nil
}

func (attention) backward(f *field, op *trace.Operation, g gradient) ([]gradient, error) {
	gain := exactly(f.gain(op))
	n := exactly(op.Inputs[0].Shape.Positions())
	return one(op, g.total().mul(path(2).by(gain.mul(gain).quo(n).modelled()))), nil
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

// standardInput is one more input of the network.
type standardInput struct{}

func (standardInput) forward(_ *field, op *trace.Operation, _ []moments) (moments, error) {
	return standard(op.Output), nil
}

func (standardInput) backward(*field, *trace.Operation, gradient) ([]gradient, error) {
	return nil, nil
}
