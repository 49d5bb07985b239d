package flow

import (
	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/trace"
)

// learnedSums sum the same paths up in several ways, which begin alike: copies of one sum, side by side.
type learnedSums struct{ sum sum }

// square is the mean square of the numbers, none of which is negative.
func (learnedSums) square(op *trace.Operation) Number { return factorSquare(op) }

func (l learnedSums) forward(f *field, op *trace.Operation, in []moments) (moments, error) {
	out, err := l.sum.forward(f, op, in)
	if by := l.square(op); err == nil && !by.isOne() {
		out = out.each(func(p part) part { return p.times(root(by)) })
	}
	ways := op.Args.Value(arch.Ways)
	if err != nil || ways.IsOne() {
		return out, err
	}
	return copies(out.apart().average(), ways), nil
}

func (l learnedSums) backward(f *field, op *trace.Operation, g gradient) ([]gradient, error) {
	if ways := op.Args.Value(arch.Ways); !ways.IsOne() {
		common, ok := f.alongCommon(g, ways)
		if !ok {
			return nil, errOpen
		}
		g = gradient{{width: op.Output.Shape.Width.Div(ways), at: common.by(exactly(ways))}}
	}
	return l.sum.backward(f, op, g.by(l.square(op)))
}

// attend is scaled dot-product attention: a weighted mean of values over positions, by the softmax of products of queries and
// keys.
type attend struct{}

// of finds the weights of the values, and the parts of keys and values that differ between positions.
func (attend) of(f *field, op *trace.Operation) (s shares, query, key, value, common, keys float64, err error) {
	square := func(k int) (float64, float64, bool) {
		p := f.signal[op.Inputs[k]].average()
		_, known := p.square.rounded()
		return p.square.value(), p.means.value(), known && p.means.Err() == nil
	}
	q, _, ok1 := square(0)
	k, kMeans, ok2 := square(1)
	v, vMeans, ok3 := square(2)
	positions, _ := arch.AttendedOf(op.Inputs[0].Shape.Positions(), op.Inputs[1].Shape.Positions(), op.Args)
	n, number := positions.Rational()
	if !ok1 || !ok2 || !ok3 || !number {
		return shares{}, 0, 0, 0, 0, 0, needsNumbers{}
	}
	keys, _ = n.Float64()
	key, value = max(0, k-kMeans), max(0, v-vMeans)
	return f.sharesOf(keys, q*key), q, key, value, vMeans, keys, nil
}

func (l attend) forward(f *field, op *trace.Operation, in []moments) (moments, error) {
	s, _, _, value, common, keys, err := l.of(f, op)
	if err != nil {
		return nil, err
	}
	v := in[2].average()
	return moments{{
		width: op.Output.Shape.Width, mean: v.mean, symmetric: v.symmetric,
		square: modelled(common + value*s.squares), means: modelled(common + value/keys),
	}}, nil
}

// backward: through the values G meets Σp²; through the scores it meets the Jacobian of the softmax, the values, and then keys or queries.
func (l attend) backward(f *field, op *trace.Operation, g gradient) ([]gradient, error) {
	s, query, key, value, _, _, err := l.of(f, op)
	if err != nil {
		return nil, err
	}
	scores := s.jacobian * value
	out := make([]gradient, len(op.Inputs))
	for k, factor := range []float64{scores * key, scores * query, s.squares} {
		out[k] = gradient{{width: op.Inputs[k].Shape.Width, at: g.total().by(modelled(factor))}}
	}
	return out, nil
}
