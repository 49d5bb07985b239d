package sweep

import (
	"math/big"
	"math/bits"
	"slices"
)

// Histogram counts the points by the magnitude of a cost: a bin holds those from a power of two to before the next. Of each bin, the
// first point is kept, and stands for all of them.
type Histogram struct {
	columns, column int
	words           [65]*Point     // by the binary digits of costs that are machine words
	bins            map[int]*Point // of all others, by their magnitude
}

// NewHistogram counts by the cost of a column.
func NewHistogram(columns, column int) *Histogram {
	return &Histogram{columns: columns, column: column, bins: map[int]*Point{}}
}

func (h *Histogram) fresh() Keeper { return NewHistogram(h.columns, h.column) }

func (h *Histogram) take(b *Batch) error {
	words := b.Words(h.column)
	for k := range b.length {
		if !b.Has(k) {
			continue
		}
		if words != nil && words[k] >= 0 {
			if p := h.words[bits.Len64(uint64(words[k]))]; p != nil {
				p.Count++
				continue
			}
		}
		h.add(b.point(k, h.columns))
	}
	return nil
}

// add counts a point. One whose cost is not known is left out.
func (h *Histogram) add(p *Point) {
	v := p.Costs[h.column]
	if v.Err != nil {
		return
	}
	k := magnitude(v.Number)
	if k >= 0 && k < len(h.words) {
		h.words[k] = counted(h.words[k], p)
	} else {
		h.bins[k] = counted(h.bins[k], p)
	}
}

// counted is the first point of a bin with a further one counted.
func counted(first, p *Point) *Point {
	if first == nil {
		return p
	}
	first.Count += p.Count
	return first
}

// magnitude is how many binary digits the whole part of a number has, negative for negative numbers.
func magnitude(v *big.Rat) int {
	return v.Sign() * new(big.Int).Quo(v.Num(), v.Denom()).BitLen()
}

// Bin is the least power of two and the first beyond the bin that a cost is in: 0 and 1 for what is less than 1.
func Bin(v *big.Rat) (from, to *big.Int) {
	digits := max(0, magnitude(v))
	to = new(big.Int).Lsh(big.NewInt(1), uint(digits))
	if digits == 0 {
		return new(big.Int), to
	}
	return new(big.Int).Rsh(to, 1), to
}

func (h *Histogram) join(k Keeper) error {
	for _, p := range k.Points() {
		h.add(p)
	}
	return nil
}

// Points are the first of each bin, least magnitude first.
func (h *Histogram) Points() []*Point {
	var keys []int
	for k := range h.bins {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	var out []*Point
	for _, k := range keys {
		if k < 0 {
			out = append(out, h.bins[k])
		}
	}
	for _, p := range h.words {
		if p != nil {
			out = append(out, p)
		}
	}
	for _, k := range keys {
		if k > 0 {
			out = append(out, h.bins[k])
		}
	}
	return out
}

// Restore counts what a point that was kept before stands for.
func (h *Histogram) Restore(p *Point) error {
	h.add(p)
	return nil
}
