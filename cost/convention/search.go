package convention

import (
	"cmp"
	"math"
	"math/big"
	"slices"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/cost"
)

// Match is a convention and a reading of a network that give the quoted figure, or nearly.
type Match struct {
	Figure *Figure
	Input  arch.Shape
	Code   Respelling
	Heads  bool     // with the heads that only run while training
	Bare   bool     // without the parameters of those heads
	Times  *big.Rat // what the figure was multiplied by: 2 where a multiply-accumulate was taken for two, 1/2 the other way
	Value  *big.Rat
	Off    *big.Rat // how far the value is from what was quoted, as a share of it; 0 for a match

	extent int64 // of the input along each axis; 0 for the network's own
}

// Found is the result of a search.
type Found struct {
	Matches []Match // those at the network's own input first, then by the size of the input, those that assume least first
	Fixed   bool    // no other size of the input was tried, as the network has it only as it is
	Near    []Match // the nearest misses, where nothing matches; of figures that come to the same only the first
}

// mostNear is how many misses are reported.
const mostNear = 5

// Search finds the conventions under which a network has the quoted figure: at its own input size and the usual ones, with one
// or two operations per multiply-accumulate, with and without heads that only run while training, and in the spelling of its
// known code or others. As no figure falls when the input grows, most input sizes need not be tried.
func Search(s cost.Subject, about Subject, q Quoted, o Options) (*Found, error) {
	w := &searcher{subject: s, options: o, quoted: q, readings: map[*Figure][]Reading{}, values: map[*Figure][]*big.Rat{}}
	for _, c := range table().conventions {
		for k := range c.Figures {
			if c.Figures[k].About == about {
				w.figures = append(w.figures, &c.Figures[k])
			}
		}
	}
	own, err := sizeUp(s, 0, o)
	if err != nil {
		return nil, err
	}
	w.own = own
	w.reached = w.weigh(own)
	switch {
	case about != Parameters:
		w.sizes = usualSizes(s)
		w.between(w.sizes, nil, nil)
	case !own.tally.hasHeads():
		w.withHeads(headed(s, own, o))
	}
	return w.found(), nil
}

// searcher looks for a figure.
type searcher struct {
	subject cost.Subject
	options Options
	quoted  Quoted
	figures []*Figure
	own     *sized
	sizes   []int64 // of the input, that may be tried
	// readings are the ways in which a figure may read the network, and values what they come to at its own input.
	readings map[*Figure][]Reading
	values   map[*Figure][]*big.Rat
	reached  []reach // by the figures at the network's own input
	matches  []Match
	misses   []Match
}

// multiplesOf are the factors that a figure may be multiplied by, 1 first.
func multiplesOf(f *Figure) []*big.Rat {
	one := big.NewRat(1, 1)
	switch {
	case f.About != Work:
		return []*big.Rat{one}
	case f.Twice:
		return []*big.Rat{one, big.NewRat(1, 2)}
	}
	return []*big.Rat{one, big.NewRat(2, 1)}
}

// multiplied is a product, or the value itself where the factor is 1.
func multiplied(v, times *big.Rat) *big.Rat {
	if times.IsInt() && times.Num().IsInt64() && times.Num().Int64() == 1 {
		return v
	}
	return new(big.Rat).Mul(v, times)
}

// weigh tries every figure and reading at one size, and returns the reaches of the figures. Of several readings by which a
// figure matches the first is kept, and a match at every size is kept at the network's own.
func (w *searcher) weigh(at *sized) []reach {
	reached := make([]reach, len(w.figures))
	for n, f := range w.figures {
		if at == w.own {
			w.readings[f] = readings(f, at.tally)
		}
		matched := map[*big.Rat]bool{}
		for k, r := range w.readings[f] {
			v, known := f.Of(at.tally, r).Rational()
			if at == w.own {
				w.values[f] = append(w.values[f], v)
			}
			if !known {
				continue
			}
			reached[n] = reached[n].with(v)
			if same := w.values[f][k]; at != w.own && same != nil && same.Cmp(v) == 0 {
				continue
			}
			for _, times := range f.times {
				if !matched[times] {
					matched[times] = w.consider(Match{Figure: f, Input: at.input, Code: r.Code, Heads: r.Heads, Bare: r.Bare, Times: times, Value: multiplied(v, times), extent: at.extent})
				}
			}
		}
	}
	return reached
}

// withHeads tries the figures of networks with additional heads.
func (w *searcher) withHeads(networks []*sized) {
	for _, at := range networks {
		for _, f := range w.figures {
			v, known := f.Of(at.tally, Reading{}).Rational()
			if same := w.values[f][0]; known && (same == nil || v.Cmp(same) != 0) {
				w.consider(Match{Figure: f, Input: at.input, Heads: true, Times: big.NewRat(1, 1), Value: v})
			}
		}
	}
}

// readings are the ways in which a figure may read a network.
func readings(f *Figure, t *Tally) []Reading {
	var out []Reading
	for _, code := range table().respellings {
		if code.Name == "" || f.tells(code, t) {
			out = append(out, Reading{Code: code})
		}
	}
	if t.hasHeads() {
		out = append(out, Reading{Heads: true}, Reading{Bare: true})
	}
	return out
}

// consider keeps a match, or a miss, and reports whether it is a match.
func (w *searcher) consider(m Match) bool {
	if w.quoted.Contains(m.Value) {
		m.Off = new(big.Rat)
		w.matches = append(w.matches, m)
		return true
	}
	w.misses = append(w.misses, m)
	return false
}

// off is the distance of a value from the quoted one, as a share of it.
func (q Quoted) off(v *big.Rat) *big.Rat {
	to := q.Low
	if v.Cmp(to) > 0 {
		to = q.High
	}
	off := new(big.Rat).Sub(v, to)
	if to.Sign() != 0 {
		off.Quo(off, to)
	}
	return off
}

// nearest are the nearest misses: one of each figure, and of figures that come to the same only the first.
func (w *searcher) nearest() []Match {
	best := map[*Figure]Match{}
	middle, _ := new(big.Rat).Add(w.quoted.Low, w.quoted.High).Float64()
	away := func(m Match) float64 {
		v, _ := m.Value.Float64()
		return math.Abs(v - middle/2)
	}
	for _, m := range w.misses {
		if known, has := best[m.Figure]; !has || away(m) < away(known) {
			best[m.Figure] = m
		}
	}
	near := []Match{}
	for _, m := range best {
		m.Off = w.quoted.off(m.Value)
		near = append(near, m)
	}
	slices.SortFunc(near, func(a, b Match) int {
		return cmp.Or(new(big.Rat).Abs(a.Off).Cmp(new(big.Rat).Abs(b.Off)), cmp.Compare(order(a), order(b)))
	})
	near = slices.CompactFunc(near, func(a, b Match) bool { return a.Value.Cmp(b.Value) == 0 })
	return near[:min(mostNear, len(near))]
}

// found puts what was found in order.
func (w *searcher) found() *Found {
	out := &Found{Matches: w.matches, Fixed: len(w.sizes) == 0}
	slices.SortStableFunc(out.Matches, func(a, b Match) int {
		return cmp.Or(cmp.Compare(a.extent, b.extent), cmp.Compare(a.assumes(), b.assumes()), cmp.Compare(order(a), order(b)))
	})
	if len(out.Matches) == 0 {
		out.Near = w.nearest()
	}
	return out
}

// assumes counts the assumptions of a match: in how many respects it differs from the figure that is printed for the network in
// its known code.
func (m Match) assumes() (n int) {
	for _, one := range []bool{!m.Times.IsInt() || m.Times.Num().Int64() != 1, m.Code.Name != "", m.Heads, m.Bare} {
		if one {
			n++
		}
	}
	return n
}

// order is the place of a match's convention among all.
func order(m Match) int { return slices.Index(table().conventions, m.Figure.parent) }
