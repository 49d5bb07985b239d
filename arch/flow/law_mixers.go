package flow

import (
	"math"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// read are the moments of the input of a layer as floats, which its rule computes with; an error where symbols are free.
func (f *field) read(op *trace.Operation) (square, means float64, err error) {
	p := f.signal[op.Inputs[0]].average()
	if _, known := p.square.rounded(); !known || p.means.Err() != nil {
		return 0, 0, needsNumbers{}
	}
	return p.square.value(), p.means.value(), nil
}

// gainOf is the gain of one of the products of a layer, by its fan-in and fan-out.
func (f *field) gainOf(op *trace.Operation, in, out symbolic.Expr) float64 {
	return floatOf(f.initial(op).Gain(in, out))
}

// passage is the effect of a layer of several products: the second moments of the output, and the factor of G. Forward and
// backward share it.
type passage struct{ square, means, back float64 }

// known refuses a passage that is no number, as where symbols are free.
func (t passage) known() (passage, error) {
	if math.IsNaN(t.square + t.means + t.back) {
		return t, needsNumbers{}
	}
	return t, nil
}

// mixer is the law of a layer of several products, whose output is symmetric.
type mixer struct {
	through func(*field, *trace.Operation) (passage, error)
}

func (m mixer) forward(f *field, op *trace.Operation, _ []moments) (moments, error) {
	t, err := m.through(f, op)
	if err != nil {
		return nil, err
	}
	return moments{{width: op.Output.Shape.Width, square: modelled(t.square), means: modelled(t.means), symmetric: true}}, nil
}

func (m mixer) backward(f *field, op *trace.Operation, g gradient) ([]gradient, error) {
	t, err := m.through(f, op)
	if err != nil {
		return nil, err
	}
	return one(op, g.total().mul(path(int64(op.Kind.Depth)).by(modelled(t.back)))), nil
}

// behindProduct are the values behind a product of that gain.
func behindProduct(gain, square, means float64) normal {
	return normal{within: math.Sqrt(gain * max(0, square-means)), spread: math.Sqrt(gain * means)}
}

// throughExperts is a mixture of experts. The weights of the active ones are the softmax of their scores, the largest of the
// router; positions choose their experts independently.
func throughExperts(f *field, op *trace.Operation) (passage, error) {
	square, means, err := f.read(op)
	if err != nil {
		return passage{}, err
	}
	hidden := op.Args.Value("hidden")
	first, second := f.gainOf(op, op.Inputs[0].Shape.Width, hidden), f.gainOf(op, hidden, op.Output.Shape.Width)
	function, gated := arch.KindByName("gelu").Function, !op.Args.Value("gated").IsZero()
	if gated {
		function = arch.KindByName("silu").Function
	}
	h := f.bend(function, behindProduct(first, square, means))
	back := first * h.slope
	if gated { // by a product of what is read
		back = first * (h.slope*first*square + h.square)
		h.square, h.means = h.square*first*square, h.means*first*means
	}
	router := f.gainOf(op, op.Inputs[0].Shape.Width, op.Args.Value("count"))
	if op.Args.Value("router").IsZero() { // what chooses them elsewhere gives equal shares
		router = 0
	}
	active, count := floatOf(op.Args.Value("active")), floatOf(op.Args.Value("count"))
	if math.IsNaN(active + count + router) {
		return passage{}, needsNumbers{}
	}
	p := f.sharesOfLargest(active, count, router*square)
	h.square, h.means, back = second*h.square, second*h.means, second*back
	return passage{square: p.squares * h.square, means: h.means / count, back: p.squares*back + p.jacobian*router*h.square}.known()
}

// throughLatent is attention whose keys and values are made of a latent that a norm brings to unit size, as queries may be.
func throughLatent(f *field, op *trace.Operation) (passage, error) {
	square, means, err := f.read(op)
	if err != nil {
		return passage{}, err
	}
	a, in := op.Args, op.Inputs[0].Shape.Width
	heads, rope, plain := a.Value("heads"), floatOf(a.Value("rope")), floatOf(a.Value("head_width"))
	queries := heads.Mul(a.Value("head_width").Add(a.Value("rope")))
	up := f.gainOf(op, a.Value("rank"), heads.Mul(a.Value("head_width").Add(a.Value("value"))))
	out, position := f.gainOf(op, heads.Mul(a.Value("value")), op.Output.Shape.Width), f.gainOf(op, in, a.Value("rope"))
	if a.Value("rope").IsZero() {
		position = 0
	}
	asks := f.gainOf(op, in, queries)
	query, queryBack := asks*square, asks
	if latent := a.Value("query_rank"); !latent.IsZero() {
		asks = f.gainOf(op, latent, queries)
		query, queryBack = asks, asks/square
	}
	keys, _ := arch.Attended(op.Inputs[0].Shape.Positions(), a)
	t := floatOf(keys)
	together := means / square
	plain, rope = plain/(plain+rope), rope/(plain+rope)
	key := plain*up*(1-together) + rope*position*(square-means) // the part of a key that differs between positions
	s, variance := shares{}, query*key
	if math.IsNaN(t + variance) {
		return passage{}, needsNumbers{}
	}
	s = f.sharesOf(t, variance)
	scores := s.jacobian * up * (1 - together) * (key*queryBack + query*(plain*up/square+rope*position))
	return passage{
		square: out * up * (together + (1-together)*s.squares), means: out * up * (together + (1-together)/t),
		back: out * (up*s.squares/square + scores),
	}.known()
}

// throughMamba is the state-space mixer without its state, whose steps are between 0.001 and 0.1 at initialisation, so that it
// adds little to the skip past it: a causal convolution with the initialisation of PyTorch, a SiLU, the gate, a norm and the
// output projection.
func throughMamba(f *field, op *trace.Operation) (passage, error) {
	square, means, err := f.read(op)
	if err != nil {
		return passage{}, err
	}
	inner := op.Args.Value("inner")
	in, out := f.gainOf(op, op.Inputs[0].Shape.Width, inner), f.gainOf(op, inner, op.Output.Shape.Width)
	const taps = 1.0 / 3 // the gain of the convolution, whose biases have as much variance as one of its taps
	bias := taps / floatOf(op.Args.Value("kernel"))
	silu := arch.KindByName("silu").Function
	value := behindProduct(in*taps, square, means)
	value.spread = math.Hypot(value.spread, math.Sqrt(bias))
	v, gate := f.bend(silu, value), f.bend(silu, behindProduct(in, square, means))
	return passage{
		square: out, means: out * v.means * gate.means / (v.square * gate.square),
		back: out * in * (gate.slope/gate.square + taps*v.slope/v.square),
	}.known()
}
