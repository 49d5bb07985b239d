package convention

import (
	"cmp"
	"math"
	"math/big"
	"slices"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/cost"
)

// Match is a convention and a reading of a network under which it costs what was quoted, or nearly.
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

// Found is what a search comes to.
type Found struct {
	Matches []Match // those at the network's own input first, then by the size of the input, those that assume least first
	Fixed   bool    // no other size of the input was tried, as the network has it only as it is
	Near    []Match // the nearest misses, where nothing matches; one for each convention
}

// nearest is how many misses are told.
const nearest = 5

// Search finds the conventions by which a network costs what was quoted: at its own input and the usual ones, a
// multiply-accumulate as one or two, with and without heads that only run while training, spelled as its code is known or
// otherwise. That no figure falls where an input grows saves most sizes of it from being looked at.
func Search(s cost.Subject, about Subject, q Quoted, o Options) (*Found, error) {
	w := &searcher{subject: s, options: o, quoted: q, misses: map[string]Match{}, readings: map[*Figure][]Reading{}, values: map[*Figure][]*big.Rat{}}
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
	w.weigh(own)
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
	matches  []Match
	misses   map[string]Match // the nearest of each figure
}

// between looks at the sizes of the input among which the quoted figure may be, where what the figures come to just below and
// just above them is known, or nil where it is not.
func (w *searcher) between(sizes []int64, below, above []*big.Rat) {
	if len(sizes) == 0 || !w.within(below, above) {
		return
	}
	likely := w.likely(sizes)
	here := w.lookAt(sizes[likely])
	if here == nil {
		w.between(sizes[:likely], below, above)
		w.between(sizes[likely+1:], below, above)
		return
	}
	w.between(sizes[:likely], below, here)
	w.between(sizes[likely+1:], here, above)
}

// likely is the place of the size at which the quoted figure is most likely met, if figures grow as the input does; the one in the
// middle where none of them is near. It only says where to look first.
func (w *searcher) likely(sizes []int64) int {
	middle, _ := new(big.Rat).Add(w.quoted.Low, w.quoted.High).Float64()
	for _, f := range w.figures {
		own := w.values[f][0]
		if own == nil || own.Sign() <= 0 {
			continue
		}
		value, _ := own.Float64()
		for _, times := range f.multiples() {
			multiple, _ := times.Float64()
			axes := len(w.own.input.Extents)
			extent, _ := w.own.input.Extents[0].Int64()
			at := float64(extent) * math.Pow(middle/2/multiple/value, 1/float64(axes))
			k, _ := slices.BinarySearch(sizes, int64(math.Min(at, math.MaxInt32)))
			if 0 < k && k < len(sizes) {
				if at-float64(sizes[k-1]) < float64(sizes[k])-at {
					k--
				}
				return k
			}
		}
	}
	return len(sizes) / 2
}

// lookAt weighs a network at a size of its input, and returns what its figures come to; nil where it does not run at that size.
func (w *searcher) lookAt(extent int64) []*big.Rat {
	s, can := resized(w.subject, extent)
	if !can {
		return nil
	}
	at, err := sizeUp(s, extent, w.options)
	if err != nil { // too small, or no multiple of a patch
		return nil
	}
	if at.input.Equal(w.own.input) {
		at = w.own
	} else {
		w.weigh(at)
	}
	values := make([]*big.Rat, len(w.figures))
	for k, f := range w.figures {
		values[k], _ = f.Of(at.tally, Reading{}).Rational()
	}
	return values
}

// within reports whether some figure may come to what was quoted between two sizes of the input.
func (w *searcher) within(below, above []*big.Rat) bool {
	for k, f := range w.figures {
		for _, times := range f.multiples() {
			low := below == nil || below[k] == nil || new(big.Rat).Mul(below[k], times).Cmp(w.quoted.High) < 0
			high := above == nil || above[k] == nil || new(big.Rat).Mul(above[k], times).Cmp(w.quoted.Low) >= 0
			if low && high {
				return true
			}
		}
	}
	return false
}

// multiples are what a figure may be multiplied by, as it is first.
func (f *Figure) multiples() []*big.Rat {
	switch {
	case f.About != Work:
		return []*big.Rat{big.NewRat(1, 1)}
	case f.Twice:
		return []*big.Rat{big.NewRat(1, 1), big.NewRat(1, 2)}
	}
	return []*big.Rat{big.NewRat(1, 1), big.NewRat(2, 1)}
}

// weigh tries every figure and reading at one size. Of the readings of a figure by which it matches the first is told, and what
// is the same at every size is told at the network's own.
func (w *searcher) weigh(at *sized) {
	for _, f := range w.figures {
		matched := map[*big.Rat]bool{}
		multiples := f.multiples()
		if at == w.own {
			w.readings[f] = readings(f, at.tally)
		}
		for k, r := range w.readings[f] {
			v, known := f.Of(at.tally, r).Rational()
			if at == w.own {
				w.values[f] = append(w.values[f], v)
			} else if same := w.values[f][k]; known && same != nil && same.Cmp(v) == 0 {
				continue
			}
			if !known {
				continue
			}
			for _, times := range multiples {
				if !matched[times] {
					matched[times] = w.consider(Match{Figure: f, Input: at.input, Code: r.Code, Heads: r.Heads, Bare: r.Bare, Times: times, Value: new(big.Rat).Mul(v, times), extent: at.extent})
				}
			}
		}
	}
}

// withHeads tries the figures of networks that have heads beside what the network has.
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

// consider keeps a match, or a miss that is nearer than the one known of the same figure, and reports whether it is a match.
func (w *searcher) consider(m Match) bool {
	if w.quoted.Contains(m.Value) {
		m.Off = new(big.Rat)
		w.matches = append(w.matches, m)
		return true
	}
	to := w.quoted.Low
	if m.Value.Cmp(to) > 0 {
		to = w.quoted.High
	}
	if to.Sign() == 0 {
		return false
	}
	m.Off = new(big.Rat).Sub(m.Value, to)
	m.Off.Quo(m.Off, to)
	key := m.Figure.Key()
	if known, has := w.misses[key]; !has || nearer(m, known) < 0 {
		w.misses[key] = m
	}
	return false
}

// nearer compares how far two misses are off.
func nearer(a, b Match) int { return new(big.Rat).Abs(a.Off).Cmp(new(big.Rat).Abs(b.Off)) }

// found puts what was found in order.
func (w *searcher) found() *Found {
	out := &Found{Matches: w.matches, Fixed: len(w.sizes) == 0}
	slices.SortStableFunc(out.Matches, func(a, b Match) int {
		return cmp.Or(cmp.Compare(a.extent, b.extent), cmp.Compare(a.assumes(), b.assumes()), cmp.Compare(order(a), order(b)))
	})
	if len(out.Matches) == 0 {
		for _, m := range w.misses {
			out.Near = append(out.Near, m)
		}
		slices.SortFunc(out.Near, func(a, b Match) int { return cmp.Or(nearer(a, b), cmp.Compare(order(a), order(b))) })
		out.Near = slices.CompactFunc(out.Near, func(a, b Match) bool { return a.Value.Cmp(b.Value) == 0 })
		out.Near = out.Near[:min(nearest, len(out.Near))]
	}
	return out
}

// assumes counts what is assumed beside the figure as it is printed for the network as it is known.
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
