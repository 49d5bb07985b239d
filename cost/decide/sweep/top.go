package sweep

import (
	"math/big"
	"slices"
	"sort"
)

// Top keeps the first points by a key; of equals, those that come first.
type Top struct {
	columns, most int
	key           Key
	points        []*Point // best first
	worst         int64    // the bound that the worth of a further point must be below
	isWord        bool     // there is such a bound, and it is a machine word
}

// NewTop keeps a number of points, the best by a key.
func NewTop(columns, most int, key Key) *Top { return &Top{columns: columns, most: most, key: key} }

func (t *Top) fresh() Keeper { return NewTop(t.columns, t.most, t.key) }

func (t *Top) take(b *Batch) error {
	words := b.Words(t.key.Column)
	for k := range b.length {
		if t.isWord && words != nil {
			if w := words[k]; !t.key.Most && w >= t.worst || t.key.Most && -w >= t.worst {
				continue
			}
		}
		if b.Has(k) {
			t.add(b.point(k, t.columns))
		}
	}
	return nil
}

func (t *Top) worth(p *Point) *big.Rat { return t.key.worth(p.Costs[t.key.Column].Number) }

func (t *Top) add(p *Point) {
	if p.Costs[t.key.Column].Err != nil {
		return
	}
	at := sort.Search(len(t.points), func(k int) bool {
		c := t.worth(t.points[k]).Cmp(t.worth(p))
		return c > 0 || c == 0 && t.points[k].Number > p.Number
	})
	if at == t.most {
		return
	}
	t.points = slices.Insert(t.points, at, p)
	t.points = t.points[:min(len(t.points), t.most)]
	if len(t.points) == t.most {
		w := t.worth(t.points[t.most-1])
		if t.isWord = w.IsInt() && w.Num().IsInt64(); t.isWord {
			t.worst = w.Num().Int64()
		}
	}
}

func (t *Top) join(k Keeper) error {
	for _, p := range k.Points() {
		t.add(p)
	}
	return nil
}

// Points are the kept ones, best first.
func (t *Top) Points() []*Point { return t.points }

// Restore keeps a point that was kept before, if it is still among the first.
func (t *Top) Restore(p *Point) error {
	t.add(p)
	return nil
}
