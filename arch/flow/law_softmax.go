package flow

import (
	"math"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/trace"
)

// softmax turns scores along the width into shares of 1. Of normal scores that are alike, the moments of the shares are known for
// any number and any variance of them; the smaller it is, the nearer each share is to 1/n, a mean over positions.
type softmax struct{}

// spreads are the variances of the scores and of their channel means, and the number of scores.
func (softmax) spreads(f *field, op *trace.Operation) (all, means, n float64, err error) {
	in := op.Inputs[0]
	p := f.signal[in].average()
	if _, known := p.square.rounded(); !known || p.means.Err() != nil || p.mean.Err() != nil {
		return 0, 0, 0, needsNumbers{}
	}
	if n = floatOf(in.Shape.Width); math.IsNaN(n) {
		return 0, 0, 0, needsNumbers{}
	}
	x := p.normal()
	return x.deviation() * x.deviation(), x.spread * x.spread, n, nil
}

func (s softmax) forward(f *field, op *trace.Operation, _ []moments) (moments, error) {
	all, means, n, err := s.spreads(f, op)
	if err != nil {
		return nil, err
	}
	return moments{{
		width: op.Output.Shape.Width, mean: modelled(1 / n), means: modelled(f.sharesOf(n, means).squares / n), square: modelled(f.sharesOf(n, all).squares / n),
	}}, nil
}

// backward: the Jacobian diag(p) − p·pᵀ of shares p has the squared norm Σp² − 2Σp³ + (Σp²)², of which each of n directions gets
// its part.
func (s softmax) backward(f *field, op *trace.Operation, g gradient) ([]gradient, error) {
	all, _, n, err := s.spreads(f, op)
	if err != nil {
		return nil, err
	}
	return one(op, g.total().by(modelled(f.sharesOf(n, all).jacobian/n))), nil
}

// sharesOf remembers the shares of scores, which are met forward and backward.
func (f *field) sharesOf(n, variance float64) shares {
	key := [2]float64{n, variance}
	out, known := f.known[key]
	if !known {
		out = sharesOf(n, variance)
		f.known[key] = out
	}
	return out
}

// shares are what the softmax of n independent normal scores comes to in expectation: Σp², and the squared norm of its Jacobian.
type shares struct{ squares, jacobian float64 }

// sharesOf finds them for scores of a variance. With S = Σ exp(x), each E Π p_i^k is an integral over t of t^(K−1)/(K−1)!·exp(−tS),
// K the sum of the powers, in which the scores come apart into factors E exp(kx − t·exp(x)).
func sharesOf(n, variance float64) shares {
	deviation := math.Sqrt(variance)
	if n <= 1 || deviation == 0 {
		return shares{1 / max(n, 1), 1/max(n, 1) - 1/max(n, 1)/max(n, 1)}
	}
	const h, reach = 0.25, 7.5 // of the scores; errors are far below 10⁻³
	var weights, values []float64
	for z := -reach; z <= reach; z += h {
		weights, values = append(weights, h*arch.NormalDensity(z)), append(values, math.Exp(deviation*z))
	}
	var squares, cubes, products float64
	for y := -(math.Log(n) + variance/2 + 9*deviation + 4); y < 8*deviation+5; y += h {
		t := math.Exp(y)
		var apart [5]float64 // E exp(kx − t·exp(x))
		for z, e := range values {
			const nothing, all = 40, 1e-12
			if t*e > nothing {
				break
			}
			w := weights[z]
			if t*e > all {
				w *= math.Exp(-t * e)
			}
			for k := range apart {
				apart[k] += w
				w *= e
			}
		}
		others := math.Pow(apart[0], n-2)
		all := others * apart[0]
		squares += h * n * t * t * apart[2] * all
		cubes += h * n * t * t * t / 2 * apart[3] * all
		products += h * t * t * t * t / 6 * (n*apart[4]*all + n*(n-1)*apart[2]*apart[2]*others)
	}
	return shares{squares, max(0, squares-2*cubes+products)}
}
