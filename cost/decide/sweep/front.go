package sweep

import (
	"math/big"
	"slices"
	"sort"
)

// Front keeps the Pareto front: the points that no other one beats, by being at least as good in every key and better in one.
// Equal points are all kept.
type Front struct {
	columns int
	keys    []Key
	points  []*frontPoint
}

// frontPoint is a point with its worth by each key, as machine words too where they are.
type frontPoint struct {
	*Point
	worth  []*big.Rat
	words  []int64
	isWord bool
}

// NewFront keeps the front by the keys.
func NewFront(columns int, keys ...Key) *Front { return &Front{columns: columns, keys: keys} }

func (f *Front) fresh() Keeper { return NewFront(f.columns, f.keys...) }

func (f *Front) take(b *Batch) error {
	if len(b.state) == 0 && len(f.keys) == 2 {
		if x, y := f.words(b, 0), f.words(b, 1); x != nil && y != nil {
			return f.takePairs(b, x, y)
		}
	}
	for k := range b.length {
		if b.Has(k) && !f.beatsAt(b, k) {
			if err := f.add(b.point(k, f.columns)); err != nil {
				return err
			}
		}
	}
	return nil
}

// words is the worth by a key of all points of a batch, where they are machine words; nil where they are not.
func (f *Front) words(b *Batch, key int) []int64 {
	c := b.Words(f.keys[key].Column)
	if c == nil || !f.keys[key].Most {
		return c
	}
	out := make([]int64, len(c))
	for k, v := range c {
		out[k] = -v
	}
	return out
}

// takePairs is take by two keys in machine words. Points that follow each other tend to be beaten by the same one.
func (f *Front) takePairs(b *Batch, x, y []int64) error {
	for k := 0; k < len(x); k++ {
		if len(f.points) > 0 && f.points[0].isWord {
			// A point that ties in both keys stays, so that one of them has to be better.
			p, q := f.points[0].words[0], f.points[0].words[1]
			for k < len(x) && (x[k] > p && y[k] >= q || x[k] == p && y[k] > q) {
				k++
			}
			if k == len(x) {
				break
			}
		}
		if f.beatsPair(x[k], y[k]) {
			continue
		}
		if err := f.add(b.point(k, f.columns)); err != nil {
			return err
		}
	}
	return nil
}

// beatsPair reports whether some point beats a pair, and moves it to the front of the list.
func (f *Front) beatsPair(x, y int64) bool {
	for n, p := range f.points {
		if p.isWord && p.words[0] <= x && p.words[1] <= y && (p.words[0] < x || p.words[1] < y) {
			f.points[0], f.points[n] = p, f.points[0]
			return true
		}
	}
	return false
}

// beatsAt reports whether some point beats one of a batch by its machine words.
func (f *Front) beatsAt(b *Batch, k int) bool {
	if b.columns == nil || b.alone[k] != nil {
		return false
	}
	var at [8]int64
	if len(f.keys) > len(at) {
		return false
	}
	for n, key := range f.keys {
		c := b.columns[key.Column].Words
		if c == nil {
			return false
		}
		if at[n] = c[k]; key.Most {
			at[n] = -at[n]
		}
	}
	for n, p := range f.points {
		if p.isWord && beats(p.words, at[:len(f.keys)]) {
			f.points[0], f.points[n] = p, f.points[0]
			return true
		}
	}
	return false
}

// beats reports whether a is nowhere worse than b and somewhere better.
func beats(a, b []int64) bool {
	better := false
	for k, v := range a {
		if v > b[k] {
			return false
		}
		better = better || v < b[k]
	}
	return better
}

func (p *frontPoint) beats(q *frontPoint) bool {
	if p.isWord && q.isWord {
		return beats(p.words, q.words)
	}
	better := false
	for k, v := range p.worth {
		c := v.Cmp(q.worth[k])
		if c > 0 {
			return false
		}
		better = better || c < 0
	}
	return better
}

// add keeps a point unless it is beaten, and drops those that it beats. A point whose cost is not known is left out.
func (f *Front) add(p *Point) error {
	made := &frontPoint{Point: p, isWord: true}
	for _, key := range f.keys {
		v := p.Costs[key.Column]
		if v.Err != nil {
			return nil
		}
		w := key.worth(v.Number)
		made.worth = append(made.worth, w)
		if made.isWord = made.isWord && w.IsInt() && w.Num().IsInt64(); made.isWord {
			made.words = append(made.words, w.Num().Int64())
		}
	}
	for _, q := range f.points {
		if q.beats(made) {
			return nil
		}
	}
	f.points = append(slices.DeleteFunc(f.points, made.beats), made)
	if len(f.points) > MaxKept {
		return tooManyKept()
	}
	return nil
}

func (f *Front) join(k Keeper) error {
	for _, p := range k.Points() {
		if err := f.add(p); err != nil {
			return err
		}
	}
	return nil
}

// Points are those of the front, by the first key and then by their numbers.
func (f *Front) Points() []*Point {
	sort.Slice(f.points, func(i, j int) bool {
		if c := f.points[i].worth[0].Cmp(f.points[j].worth[0]); c != 0 {
			return c < 0
		}
		return f.points[i].Number < f.points[j].Number
	})
	out := make([]*Point, len(f.points))
	for k, p := range f.points {
		out[k] = p.Point
	}
	return out
}

// Restore keeps a point that was kept before.
func (f *Front) Restore(p *Point) error { return f.add(p) }
