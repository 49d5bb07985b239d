package flow

import (
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// sum adds its operands up, with the sign of those after the first; averages divides by their number.
type sum struct {
	sign     int64
	averages bool
}

// share is what an operand's value is multiplied by, squared.
func (s sum) share(op *trace.Operation) Number {
	if !s.averages {
		return whole(1)
	}
	n := int64(len(op.Inputs))
	return exactly(symbolic.Rat(1, n*n))
}

func (s sum) forward(f *field, op *trace.Operation, in []moments) (moments, error) {
	f.relate(op)
	streams, ok := together(in)
	if !ok {
		return nil, errOpen
	}
	all, ok := aligned(in)
	if !ok {
		return nil, errOpen
	}
	out := make(moments, len(all[0]))
	for k := range out {
		total := part{width: all[0][k].width, streams: streams, symmetric: true}
		for j, m := range all {
			p := m[k]
			if j > 0 {
				p.mean = p.mean.mul(whole(s.sign))
			}
			if !total.symmetric && !p.symmetric {
				f.shared = f.shared || op.Kind.Sums()
				cross := total.mean.mul(p.mean).mul(whole(2))
				total.square, total.means = total.square.add(cross), total.means.add(cross)
			}
			total.square, total.means = total.square.add(p.square), total.means.add(p.means)
			if !p.symmetric {
				total.mean = total.mean.add(p.mean)
			}
			total.symmetric, total.blend = total.symmetric && p.symmetric, total.blend || p.blend
		}
		if s.averages {
			share := s.share(op)
			total.square, total.means = total.square.mul(share), total.means.mul(share)
			total.mean = total.mean.quo(whole(int64(len(in))))
		}
		out[k] = total
	}
	return out.joined(), nil
}

func (s sum) backward(f *field, op *trace.Operation, g gradient) ([]gradient, error) {
	factor := s.share(op)
	leaning := 0
	for _, v := range op.Inputs {
		if !f.signal[v].average().symmetric {
			leaning++
		}
	}
	if leaning > 1 {
		factor = factor.modelled()
	}
	out := make([]gradient, len(op.Inputs))
	for k := range out {
		out[k] = g.by(factor)
	}
	return out, nil
}

// concat puts its operands side by side.
type concat struct{}

func (concat) forward(_ *field, _ *trace.Operation, in []moments) (moments, error) {
	var out moments
	for _, m := range in {
		out = append(out, m...)
	}
	return out.joined(), nil
}

func (concat) backward(_ *field, op *trace.Operation, g gradient) ([]gradient, error) {
	out := make([]gradient, len(op.Inputs))
	var at symbolic.Expr
	for k, v := range op.Inputs {
		var ok bool
		if out[k], ok = g.cut(at, v.Shape.Width); !ok {
			return nil, errOpen
		}
		at = at.Add(v.Shape.Width)
	}
	return out, nil
}

// product multiplies its operands element by element.
type product struct{}

func (product) forward(_ *field, _ *trace.Operation, in []moments) (moments, error) {
	all, ok := aligned(in)
	if !ok {
		return nil, errOpen
	}
	out := make(moments, len(all[0]))
	for k := range out {
		p := all[0][k].anew()
		for _, m := range all[1:] {
			x := m[k]
			p.square, p.means = p.square.mul(x.square).modelled(), p.means.mul(x.means).modelled()
			p.mean, p.symmetric = p.mean.mul(x.mean), p.symmetric || x.symmetric
		}
		out[k] = p
	}
	return out.joined(), nil
}

func (product) backward(f *field, op *trace.Operation, g gradient) ([]gradient, error) {
	out := make([]gradient, len(op.Inputs))
	for k := range op.Inputs {
		factor := whole(1)
		for j, v := range op.Inputs {
			if j != k {
				factor = factor.mul(f.signal[v].average().square)
			}
		}
		out[k] = gradient{{width: op.Inputs[k].Shape.Width, at: g.total().by(factor.modelled())}}
	}
	return out, nil
}

// matrixProduct is the product of two activations: [… M] of width K times [… K] of width N. The channels of the second operand
// have their means over the K values that are added up, so that a mean of the first one passes their part u on whole.
type matrixProduct struct{}

func (matrixProduct) forward(_ *field, op *trace.Operation, in []moments) (moments, error) {
	a, b := in[0].average(), in[1].average()
	n := exactly(op.Inputs[0].Shape.Width)
	pairs := n.mul(n.sub(whole(1)))
	together := pairs.mul(a.mean).mul(a.mean).mul(b.means)
	return moments{{
		width: op.Output.Shape.Width, mean: n.mul(a.mean).mul(b.mean).modelled(),
		square:    n.mul(a.square).mul(b.square).add(together).modelled(),
		means:     n.mul(a.means).mul(b.square).add(together).modelled(),
		symmetric: a.symmetric || b.symmetric,
	}}, nil
}

func (matrixProduct) backward(f *field, op *trace.Operation, g gradient) ([]gradient, error) {
	n := exactly(op.Inputs[0].Shape.Width)
	out := make([]gradient, len(op.Inputs))
	for k, v := range op.Inputs {
		other := f.signal[op.Inputs[1-k]].average()
		out[k] = gradient{{width: v.Shape.Width, at: g.total().by(n.mul(other.square).modelled())}}
	}
	return out, nil
}
