package convention

import (
	"cmp"
	"math/big"
	"slices"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/cost"
)

// Quoted is a figure as it was printed, and the values that are printed so: at least Low, and less than High.
type Quoted struct {
	Text      string
	Low, High *big.Rat
}

// Contains reports whether a value is printed as the figure was.
func (q Quoted) Contains(v *big.Rat) bool { return v.Cmp(q.Low) >= 0 && v.Cmp(q.High) < 0 }

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
	Matches []Match // those at the network's own input first, then by the size of the input
	Near    []Match // the nearest misses, where nothing matches; one for each convention
}

// nearest is how many misses are told.
const nearest = 5

// Search finds the conventions by which a network costs what was quoted: at its own input and the usual ones, a
// multiply-accumulate as one or two, with and without heads that only run while training, spelled as its code is known or
// otherwise. Of several spellings that cost the same only the first is told. That no figure falls where an input grows saves most
// sizes of it from being looked at.
func Search(s cost.Subject, about Subject, q Quoted, o Options) (*Found, error) {
	w := &searcher{subject: s, options: o, quoted: q, misses: map[string]Match{}}
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
	if about != Parameters {
		w.between(usualSizes(s), nil, nil)
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
	matches []Match
	misses  map[string]Match // the nearest of each figure
}

// between looks at the sizes of the input among which the quoted figure may be, where what the figures come to just below and
// just above them is known, or nil where it is not.
func (w *searcher) between(sizes []int64, below, above []*big.Rat) {
	if len(sizes) == 0 || !w.within(below, above) {
		return
	}
	middle := len(sizes) / 2
	here := w.lookAt(sizes[middle])
	if here == nil {
		w.between(sizes[:middle], below, above)
		w.between(sizes[middle+1:], below, above)
		return
	}
	w.between(sizes[:middle], below, here)
	w.between(sizes[middle+1:], here, above)
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

// weigh tries every figure and reading at one size.
func (w *searcher) weigh(at *sized) {
	for _, f := range w.figures {
		seen := []*big.Rat{}
		for _, r := range readings(f, at.tally) {
			v, known := f.Of(at.tally, r).Rational()
			if !known || slices.ContainsFunc(seen, func(other *big.Rat) bool { return v.Cmp(other) == 0 }) {
				continue
			}
			seen = append(seen, v)
			for _, times := range f.multiples() {
				w.consider(Match{Figure: f, Input: at.input, Code: r.Code, Heads: r.Heads, Bare: r.Bare, Times: times, Value: new(big.Rat).Mul(v, times), extent: at.extent})
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

// consider keeps a match, or a miss that is nearer than the one known of the same convention.
func (w *searcher) consider(m Match) {
	if w.quoted.Contains(m.Value) {
		m.Off = new(big.Rat)
		w.matches = append(w.matches, m)
		return
	}
	to := w.quoted.Low
	if m.Value.Cmp(to) > 0 {
		to = w.quoted.High
	}
	if to.Sign() == 0 {
		return
	}
	m.Off = new(big.Rat).Sub(m.Value, to)
	m.Off.Quo(m.Off, to)
	key := m.Figure.Key()
	if known, has := w.misses[key]; !has || nearer(m, known) < 0 {
		w.misses[key] = m
	}
}

// nearer compares how far two misses are off.
func nearer(a, b Match) int { return new(big.Rat).Abs(a.Off).Cmp(new(big.Rat).Abs(b.Off)) }

// found puts what was found in order.
func (w *searcher) found() *Found {
	out := &Found{Matches: w.matches}
	slices.SortStableFunc(out.Matches, func(a, b Match) int { return cmp.Or(cmp.Compare(a.extent, b.extent), cmp.Compare(order(a), order(b))) })
	if len(out.Matches) == 0 {
		for _, m := range w.misses {
			out.Near = append(out.Near, m)
		}
		slices.SortFunc(out.Near, func(a, b Match) int { return cmp.Or(nearer(a, b), cmp.Compare(order(a), order(b))) })
		out.Near = out.Near[:min(nearest, len(out.Near))]
	}
	return out
}

// order is the place of a match's convention among all.
func order(m Match) int { return slices.Index(table().conventions, m.Figure.parent) }
