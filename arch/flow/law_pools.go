package flow

import (
	"math"

	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// windowOf is how many values a pool joins into one.
func windowOf(op *trace.Operation) symbolic.Expr {
	if op.Args.Has("kernel") {
		return symbolic.Product(op.Args.Axes("kernel")...)
	}
	return op.Inputs[0].Shape.Positions().Div(op.Output.Shape.Positions())
}

// maxPool keeps the largest of each window.
type maxPool struct{}

// window is the number of values, which must be known: what is larger than all of them depends on it.
func (maxPool) window(op *trace.Operation) (float64, error) {
	n := floatOf(windowOf(op))
	if math.IsNaN(n) {
		return 0, needsNumbers{}
	}
	return n, nil
}

func (m maxPool) forward(_ *field, op *trace.Operation, in []moments) (moments, error) {
	n, err := m.window(op)
	if err != nil {
		return nil, err
	}
	largest := ofLargest(n)
	return in[0].each(func(p part) part {
		x, value := p.normal(), func(x float64) float64 { return x }
		if p.function != nil { // the largest of several values of a monotone function is its value of the largest
			x, value = p.before, p.function.Value
		}
		mean, means, square := x.channels(func(m float64) (float64, float64) { return largest.moments(m, x.within, value) })
		return part{width: p.width, mean: modelled(mean), means: modelled(means), square: modelled(square)}
	}), nil
}

func (m maxPool) backward(_ *field, op *trace.Operation, g gradient) ([]gradient, error) {
	n, err := m.window(op)
	if err != nil {
		return nil, err
	}
	out := g.by(whole(1).modelled())
	for k := range out {
		out[k].among = n
	}
	return []gradient{out}, nil
}

// averagePool takes the mean of each window.
type averagePool struct{}

func (averagePool) forward(_ *field, op *trace.Operation, in []moments) (moments, error) {
	return blurred(in[0], whole(1).quo(exactly(windowOf(op)))), nil
}

func (averagePool) backward(_ *field, op *trace.Operation, g gradient) ([]gradient, error) {
	return []gradient{g.by(whole(1).quo(exactly(windowOf(op)))).by(whole(1).modelled())}, nil
}

// blurred keeps the channel means and a share of what varies around them.
func blurred(in moments, share Number) moments {
	if share.isOne() {
		return in
	}
	return in.each(func(p part) part {
		p.square = p.means.add(p.square.sub(p.means).mul(share)).modelled()
		return p.anew()
	})
}

// resample interpolates positions.
type resample struct{}

func (resample) forward(_ *field, op *trace.Operation, in []moments) (moments, error) {
	share, ok := weightSquares(op)
	if !ok {
		return nil, needsNumbers{}
	}
	return blurred(in[0], share), nil
}

func (resample) backward(_ *field, op *trace.Operation, g gradient) ([]gradient, error) {
	share, ok := weightSquares(op)
	if !ok {
		return nil, needsNumbers{}
	}
	return []gradient{g.by(share)}, nil
}

// weightSquares is Σ w² of the weights with which interpolation makes a value, averaged over the values between two others.
func weightSquares(op *trace.Operation) (Number, bool) {
	if op.Args.Word("mode") != "bilinear" {
		return whole(1), true
	}
	share := 1.0
	for k, from := range op.Inputs[0].Shape.Extents {
		ratio := floatOf(op.Output.Shape.Extents[k].Div(from))
		if math.IsNaN(ratio) {
			return Number{}, false
		}
		between := max(1, int(min(1024, math.Round(ratio))))
		sum := 0.0
		for j := range between {
			w := (float64(j) + 0.5) / float64(between)
			if between == 1 {
				w = 0
			}
			sum += (w*w + (1-w)*(1-w)) / float64(between)
		}
		share *= sum
	}
	return modelled(share), true
}
