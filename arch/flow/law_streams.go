package flow

import (
	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// streamCopies makes copies of a tensor.
type streamCopies struct{}

func (streamCopies) forward(_ *field, op *trace.Operation, in []moments) (moments, error) {
	return copies(in[0].apart().average(), op.Args.Value(arch.StreamsOut)), nil
}

func (streamCopies) backward(f *field, op *trace.Operation, g gradient) ([]gradient, error) {
	n := op.Args.Value(arch.StreamsOut)
	common, ok := f.alongCommon(g, n)
	return one(op, common.by(exactly(n))), openUnless(ok)
}

// alongCommon is the gradient on what n streams have in common.
func (f *field) alongCommon(g gradient, n symbolic.Expr) (affine, bool) {
	var all symbolic.Expr
	for _, s := range g {
		all = all.Add(s.width)
	}
	common, ok := g.cut(symbolic.Expr{}, all.Div(n))
	return common.total(), ok
}

func openUnless(ok bool) error {
	if ok {
		return nil
	}
	return errOpen
}

// onCommon is a gradient that all of n streams get alike.
func onCommon(width, n symbolic.Expr, at affine) gradient {
	if n.IsOne() {
		return gradient{{width: width, at: at}}
	}
	one := width.Div(n)
	return gradient{{width: one, at: at}, {width: width.Sub(one)}}
}

// streamTotal is the sum of streams.
type streamTotal struct{}

func (streamTotal) forward(_ *field, op *trace.Operation, in []moments) (moments, error) {
	n := op.Args.Value(arch.StreamsIn)
	all, ok := in[0].asStreams(n)
	if !ok {
		return nil, errShared(op)
	}
	return moments{all.sum(n)}, nil
}

func (streamTotal) backward(_ *field, op *trace.Operation, g gradient) ([]gradient, error) {
	n := op.Args.Value(arch.StreamsIn)
	return []gradient{onCommon(op.Inputs[0].Shape.Width, n, g.total().by(exactly(n)))}, nil
}

// errShared is the error where it is not known what streams have in common.
func errShared(op *trace.Operation) error {
	return &UnknownError{Layer: op.Name, Kind: op.Kind.Name, Because: "what its streams have in common is not"}
}

// streamSums are learned sums of streams outside of sites. At initialisation they are those of hyper-connections: n sums of n
// streams are these streams, a single sum is one of the streams, and sums of a single tensor are copies of it.
type streamSums struct{}

func (streamSums) numbers(op *trace.Operation) (in, out symbolic.Expr) {
	return op.Args.Value(arch.StreamsIn), op.Args.Value(arch.StreamsOut)
}

func (s streamSums) forward(f *field, op *trace.Operation, in []moments) (moments, error) {
	n, into := s.numbers(op)
	switch {
	case n.Equal(into):
		return in[0], nil
	case n.IsOne():
		return copies(in[0].apart().average(), into), nil
	case into.IsOne():
		if all, ok := in[0].asStreams(n); ok {
			return moments{all.single(n)}, nil
		}
		return nil, errShared(op)
	}
	return nil, &UnknownError{Layer: op.Name, Kind: op.Kind.Name, Because: "it begins as no sums that a paper says"}
}

func (s streamSums) backward(f *field, op *trace.Operation, g gradient) ([]gradient, error) {
	n, into := s.numbers(op)
	switch {
	case n.Equal(into):
		return []gradient{g}, nil
	case n.IsOne():
		common, ok := f.alongCommon(g, into)
		return one(op, common.by(exactly(into))), openUnless(ok)
	}
	return one(op, g.total()), nil // of which the differences get n − 1 parts of n
}

// initial is the law of an operation with a simpler output at initialisation: a tensor unchanged, copies of it, one of several
// streams, or a multiple of their mean.
type initial struct{}

// streams are the numbers of streams at the input and at the output, of which one is 1.
func (initial) streams(op *trace.Operation) (in, out symbolic.Expr) {
	one := symbolic.Int(1)
	from, to := op.Initial.Of.Shape.Width, op.Output.Shape.Width
	switch ratio := from.Div(to); {
	case from.Equal(to):
		return one, one
	case ratio.IsWhole() || op.Joint != nil && ratio.Equal(op.Joint.Streams):
		return ratio, one
	}
	return one, to.Div(from)
}

func (l initial) forward(_ *field, op *trace.Operation, in []moments) (moments, error) {
	n, into := l.streams(op)
	switch {
	case !into.IsOne():
		return copies(in[0].apart().average(), into), nil
	case n.IsOne():
		return in[0], nil
	}
	all, ok := in[0].asStreams(n)
	switch {
	case !ok:
		return nil, errShared(op)
	case op.Initial.Times.IsZero():
		return moments{all.single(n)}, nil
	}
	return moments{all.sum(n).times(exactly(op.Initial.Times.Div(n)))}, nil
}

func (l initial) backward(f *field, op *trace.Operation, g gradient) ([]gradient, error) {
	n, into := l.streams(op)
	width := op.Initial.Of.Shape.Width
	switch {
	case !into.IsOne():
		common, ok := f.alongCommon(g, into)
		return []gradient{{{width: width, at: common.by(exactly(into))}}}, openUnless(ok)
	case n.IsOne():
		return []gradient{g}, nil
	case op.Initial.Times.IsZero():
		return []gradient{{{width: width, at: g.total()}}}, nil
	}
	share := op.Initial.Times.Div(n)
	return []gradient{onCommon(width, n, g.total().by(exactly(share.Mul(share).Mul(n))))}, nil
}

// times is a part multiplied by a number.
func (p part) times(n Number) part {
	square := n.mul(n)
	p.square, p.means, p.mean = p.square.mul(square), p.means.mul(square), p.mean.mul(n)
	return p
}

// balanced makes the rows and columns of n×n matrices add up to 1. An entry x near 0 becomes 1/n plus x less the means of its
// row and column, over n.
type balanced struct{}

// share is the mean square of what is left of a number.
func (balanced) share(op *trace.Operation) Number {
	n := op.Output.Shape.Width
	kept := n.Sub(symbolic.Int(1)).Div(n.Mul(n))
	return exactly(kept.Mul(kept)).modelled()
}

func (b balanced) forward(_ *field, op *trace.Operation, in []moments) (moments, error) {
	p, mean := in[0].average(), exactly(symbolic.Int(1).Div(op.Output.Shape.Width))
	square := mean.mul(mean)
	return moments{{width: p.width, mean: mean, square: square.add(p.square.mul(b.share(op))), means: square.add(p.means.mul(b.share(op)))}}, nil
}

func (b balanced) backward(_ *field, op *trace.Operation, g gradient) ([]gradient, error) {
	return one(op, g.total().by(b.share(op))), nil
}
