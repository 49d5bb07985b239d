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

// logSoftmax is x − ln Σ exp(x), whose sum over many scores hardly varies.
type logSoftmax struct{}

func (logSoftmax) forward(f *field, op *trace.Operation, _ []moments) (moments, error) {
	all, means, n, err := softmax{}.spreads(f, op)
	if err != nil {
		return nil, err
	}
	m := -math.Log(n) - all/2
	return moments{{width: op.Output.Shape.Width, mean: modelled(m), means: modelled(m*m + means), square: modelled(m*m + all)}}, nil
}

func (logSoftmax) backward(_ *field, op *trace.Operation, g gradient) ([]gradient, error) {
	return one(op, g.total().by(whole(1).modelled())), nil
}

// sharesOf remembers the shares of scores, which are met forward and backward.
func (f *field) sharesOf(n, variance float64) shares { return f.sharesOfLargest(n, n, variance) }

// sharesOfLargest likewise are those of the k largest of n scores among each other.
func (f *field) sharesOfLargest(k, n, variance float64) shares {
	if variance > wide*wide {
		return f.sharesOfLargest(k, n, wide*wide).wider(math.Sqrt(variance) / wide)
	}
	key := [3]float64{k, n, variance}
	out, known := f.shares[key]
	switch {
	case known:
		return out
	case k >= n:
		out = sharesOf(n, variance)
	default:
		out = sharesOfLargest(k, n, variance)
	}
	f.shares[key] = out
	return out
}

// shares are what the softmax of n independent normal scores comes to in expectation: Σp², and the squared norm of its Jacobian.
type shares struct{ squares, jacobian float64 }

// equal are shares of 1/n.
func equal(n float64) shares {
	n = max(n, 1)
	return shares{1 / n, 1/n - 1/n/n}
}

// wider are the shares of scores that lie further apart by a large factor: the largest score has all, but for those next to it, and that
// some lie as near is less likely by the same factor. At a deviation of [wide] the Jacobian is too small by less than a tenth.
func (s shares) wider(by float64) shares { return shares{1 - (1-s.squares)/by, s.jacobian / by} }

// The scores are looked at in steps of a quarter of their deviation, and of 1 at most; errors are far below 10⁻³.
const (
	scoreStep  = 0.25
	scoreReach = 7.5
	wide       = 32 // the largest deviation that is integrated
)

// stepOf is the step between scores of a deviation, as a part of it.
func stepOf(deviation float64) float64 { return min(scoreStep, 1/deviation) }

// sharesOf finds them for scores of a variance.
func sharesOf(n, variance float64) shares {
	deviation := math.Sqrt(variance)
	if n <= 1 || deviation == 0 {
		return equal(n)
	}
	var d scores
	step := stepOf(deviation)
	for z := -scoreReach; z <= scoreReach; z += step {
		d.add(deviation*z, step*arch.NormalDensity(z))
	}
	return d.shares(n, -(math.Log(n) + variance/2 + 9*deviation + 4), 8*deviation+5)
}

// sharesOfLargest finds them for the k largest of n scores: given the largest of the others, these are independent and beyond it.
func sharesOfLargest(k, n, variance float64) shares {
	deviation := math.Sqrt(variance)
	if k <= 1 || deviation == 0 {
		return equal(k)
	}
	step := stepOf(deviation)
	choose, _ := math.Lgamma(n + 1)
	a, _ := math.Lgamma(k + 1)
	b, _ := math.Lgamma(n - k)
	var out shares
	total := 0.0
	for t := -scoreReach; t < scoreReach; t += scoreStep {
		above := arch.NormalBelow(-t)
		weight := math.Exp(choose-a-b+(n-k-1)*math.Log(arch.NormalBelow(t))+k*math.Log(above)) * arch.NormalDensity(t) * scoreStep
		const little = 1e-5
		if !(weight > little) {
			continue
		}
		var d scores
		for z := t + step/2; z <= t+scoreReach; z += step {
			d.add(deviation*(z-t), (arch.NormalBelow(z+step/2)-arch.NormalBelow(z-step/2))/above)
		}
		s := d.shares(k, -(math.Log(k) + scoreReach*deviation + 4), 5)
		total += weight
		out.squares, out.jacobian = out.squares+weight*s.squares, out.jacobian+weight*s.jacobian
	}
	return shares{out.squares / total, out.jacobian / total}
}

// scores are a distribution of independent scores: exp of each, and how likely it is.
type scores struct{ values, weights []float64 }

func (d *scores) add(score, weight float64) {
	d.values, d.weights = append(d.values, math.Exp(score)), append(d.weights, weight)
}

// shares are those of n such scores. With S = Σ exp(x), each E Π p_i^k is an integral over t of t^(K−1)/(K−1)!·exp(−tS), K the sum of
// the powers, in which the scores come apart into factors E exp(kx − t·exp(x)), here with their power of t; ln t runs from low to high.
func (d *scores) shares(n, low, high float64) shares {
	const h = scoreStep
	var squares, cubes, products float64
	for y := low; y < high; y += h {
		t := math.Exp(y)
		var apart [5]float64 // E (t·exp(x))^k·exp(−t·exp(x))
		for z, e := range d.values {
			const nothing, all = 40, 1e-12
			te := t * e
			if te > nothing {
				break
			}
			w := d.weights[z]
			if te > all {
				w *= math.Exp(-te)
			}
			for k := range apart {
				apart[k] += w
				w *= te
			}
		}
		others := math.Pow(apart[0], n-2)
		all := others * apart[0]
		squares += h * n * apart[2] * all
		cubes += h * n / 2 * apart[3] * all
		products += h / 6 * (n*apart[4]*all + n*(n-1)*apart[2]*apart[2]*others)
	}
	return shares{squares, max(0, squares-2*cubes+products)}
}
