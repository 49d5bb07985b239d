package flow

import (
	"math"
	"math/big"

	"github.com/skipcost/skipcost/arch/symbolic"
)

// Parallel streams h₁ … hₙ, side by side in one tensor, are followed along two of their combinations: what they have in common,
// c = Σh/√n, as wide as one stream, and the n − 1 differences, which are what is left. Where no stream is other than the rest, the second
// moments of the combinations, q_c = q + (n − 1)·p and q_d = q − p with p = E h·h′ of two streams, say all that there is to say of the
// streams together. The combinations are orthonormal, so that squares add up over them as over channels, a gradient is split among
// them as its squared norm is, and independent streams are one part like any other. Copies have q_c = n·q and no differences.

// apart are the moments of parallel streams as those of channels, of which it is forgotten what they have in common.
func (m moments) apart() moments {
	if len(m) < 2 || m[0].streams.IsZero() {
		return m
	}
	return moments{m.average()}
}

// along reports whether a tensor is followed along combinations of streams.
func (m moments) along() bool { return len(m) > 1 && !m[0].streams.IsZero() }

// copies are the moments of n copies of a tensor, as streams.
func copies(p part, n symbolic.Expr) moments {
	if n.IsOne() {
		return moments{p}
	}
	count := exactly(n)
	common := p.anew()
	common.square, common.means, common.mean = p.square.mul(count), p.means.mul(count), p.mean.mul(root(count))
	return moments{common, {width: p.width.Mul(n.Sub(symbolic.Int(1))), symmetric: true}}.tagged(n)
}

// tagged are the two parts as combinations of n streams.
func (m moments) tagged(n symbolic.Expr) moments {
	for k := range m {
		m[k].streams = n
	}
	return m
}

// asStreams are the moments along the combinations of n streams. Channels that are alike are taken for independent given their means;
// of those that are not, it is not known what streams have in common.
func (m moments) asStreams(n symbolic.Expr) (moments, bool) {
	switch {
	case m.along():
		return m, m[0].streams.Equal(n)
	case len(m) != 1 || m[0].blend:
		return nil, false
	case n.IsOne():
		return m, true
	}
	p := m[0].anew()
	common, rest := p, p
	one := p.width.Div(n)
	common.width, rest.width, rest.mean = one, p.width.Sub(one), Number{}
	if !p.symmetric {
		square := p.mean.mul(p.mean)
		more := square.mul(exactly(n.Sub(symbolic.Int(1))))
		common.square, common.means, common.mean = p.square.add(more), p.means.add(more), p.mean.mul(root(exactly(n)))
		rest.square, rest.means = p.square.sub(square), p.means.sub(square)
	}
	return moments{common, rest}.tagged(n), true
}

// together converts several tensors to moments along combinations of streams if one of them has such moments, and returns the
// number of streams.
func together(all []moments) (n symbolic.Expr, ok bool) {
	for _, m := range all {
		if m.along() {
			n = m[0].streams
		}
	}
	if n.IsZero() {
		return n, true
	}
	for k, m := range all {
		if all[k], ok = m.asStreams(n); !ok {
			return n, false
		}
	}
	return n, true
}

// sum is Σh of streams, √n times what they have in common.
func (m moments) sum(n symbolic.Expr) part {
	count := exactly(n)
	p := m[0].anew()
	p.streams = symbolic.Expr{}
	p.square, p.means, p.mean = p.square.mul(count), p.means.mul(count), p.mean.mul(root(count))
	return p
}

// single is one of n streams.
func (m moments) single(n symbolic.Expr) part {
	p := m.average()
	p.width, p.blend = m.width().Div(n), m[0].blend
	if !p.mean.isZero() { // the differences have none
		p.mean = m[0].mean.quo(root(exactly(n)))
	}
	return p
}

// root is √n of a positive number.
func root(n Number) Number {
	if r, ok := n.rational(); ok {
		over, under := new(big.Int).Sqrt(r.Num()), new(big.Int).Sqrt(r.Denom())
		if x := new(big.Rat).SetFrac(over, under); x.Cmp(new(big.Rat)) > 0 && new(big.Rat).Mul(x, x).Cmp(r) == 0 {
			return exactly(symbolic.BigRat(x))
		}
	}
	if _, known := n.rounded(); !known {
		return unknown
	}
	return modelled(math.Sqrt(n.value()))
}

// alongStreams is a law under which what streams have in common and their differences go ways of their own. Under all others the
// channels are looked at one by one.
type alongStreams interface {
	law
	alongStreams()
}

func (sum) alongStreams()          {}
func (pass) alongStreams()         {}
func (learnedSums) alongStreams()  {}
func (slice) alongStreams()        {}
func (streamCopies) alongStreams() {}
func (streamTotal) alongStreams()  {}
func (streamSums) alongStreams()   {}
func (initial) alongStreams()      {}
