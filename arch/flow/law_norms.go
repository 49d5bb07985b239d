package flow

import (
	"math"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// batchNorm normalises each channel.
type batchNorm struct{}

func (batchNorm) forward(_ *field, op *trace.Operation, in []moments) (moments, error) {
	return in[0].each(func(p part) part { return part{width: p.width, square: factorSquare(op), symmetric: true} }), nil
}

func (batchNorm) backward(f *field, op *trace.Operation, g gradient) ([]gradient, error) {
	return f.eachBack(op, g, func(p part, s slope) slope {
		s.at = s.at.by(factorSquare(op)).by(whole(1).quo(p.square.sub(p.means).modelled()))
		return s
	})
}

// groupNorm normalises groups of values: all channels at each position, or the channels of a group at all positions.
type groupNorm struct {
	centred      bool // the mean of a group is taken off
	allPositions bool // a group has all positions
}

// squares are the mean square that the norm divides by, and the second moment of the channel means before the division.
func (n groupNorm) squares(op *trace.Operation, p part) (square, means Number) {
	if !n.centred {
		return p.square, p.means
	}
	mean := p.mean.mul(p.mean)
	count, rest := op.Output.Shape.Width, p.square.sub(mean)
	if n.allPositions { // the mean of a group moves with the channel means alone
		count, rest = count.Div(op.Args.Value("groups")), p.means.sub(mean)
	}
	off := mean.add(rest.quo(exactly(count)))
	return p.square.sub(off), p.means.sub(off)
}

func (n groupNorm) forward(_ *field, op *trace.Operation, in []moments) (moments, error) {
	p := in[0].average()
	square, means := n.squares(op, p)
	factor := factorSquare(op)
	out := part{width: p.width, square: factor, means: means.quo(square).mul(factor).modelled(), symmetric: p.symmetric}
	if means.value() < 0 {
		out.means = Number{}
	}
	if !n.centred && !p.mean.isZero() {
		out.mean = modelled(p.mean.value() * math.Sqrt(factor.value()/square.value()))
	}
	return moments{out}, nil
}

func (n groupNorm) backward(f *field, op *trace.Operation, g gradient) ([]gradient, error) {
	square, _ := n.squares(op, f.signal[op.Inputs[0]].average())
	return one(op, g.total().by(factorSquare(op)).by(whole(1).quo(square.modelled()))), nil
}

// factorSquare is the mean square of the factors of a layer at initialisation.
func factorSquare(op *trace.Operation) Number {
	switch {
	case !op.Args.Has(arch.MeanSquare):
		return whole(1)
	case op.Args.Word(arch.MeanSquare) == arch.NotKnown:
		return exactly(symbolic.Failed(&UnknownError{Layer: op.Name, Kind: op.Kind.Name, Because: "its factors are not known"}))
	}
	return exactly(op.Args.Value(arch.MeanSquare))
}

// dropout scales the values that it keeps, so that the mean stays.
type dropout struct{}

func kept(op *trace.Operation) Number {
	return exactly(symbolic.Int(1).Sub(op.Args.Value("rate")))
}

func (dropout) forward(_ *field, op *trace.Operation, in []moments) (moments, error) {
	return in[0].each(func(p part) part {
		p.square = p.square.quo(kept(op))
		return p.anew()
	}), nil
}

func (dropout) backward(_ *field, op *trace.Operation, g gradient) ([]gradient, error) {
	return []gradient{g.by(whole(1).quo(kept(op)))}, nil
}
