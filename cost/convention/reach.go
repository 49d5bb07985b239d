package convention

import (
	"math"
	"math/big"
	"slices"
)

// reach is the least and the greatest value of a figure over its readings; nil where no reading has one.
type reach struct{ least, most *big.Rat }

func (r reach) with(v *big.Rat) reach {
	if r.least == nil || v.Cmp(r.least) < 0 {
		r.least = v
	}
	if r.most == nil || v.Cmp(r.most) > 0 {
		r.most = v
	}
	return r
}

// between searches the input sizes between two of which the reaches of all figures are known, or nil where the network does not
// run there, as far as the quoted figure may lie between.
func (w *searcher) between(sizes []int64, below, above []reach) {
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
		for _, times := range f.times {
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

// lookAt counts a network at a size of its input, and returns the reaches of its figures; nil where it does not run at that
// size.
func (w *searcher) lookAt(extent int64) []reach {
	s, can := resized(w.subject, extent)
	if !can {
		return nil
	}
	at, err := sizeUp(s, extent, w.options)
	if err != nil { // too small, or no multiple of a patch
		return nil
	}
	if at.input.Equal(w.own.input) {
		return w.reached
	}
	return w.weigh(at)
}

// within reports whether some figure may equal the quoted one between two sizes of the input.
func (w *searcher) within(below, above []reach) bool {
	for k, f := range w.figures {
		if below != nil && below[k].least == nil || above != nil && above[k].most == nil {
			continue
		}
		for _, times := range f.times {
			low := below == nil || multiplied(below[k].least, times).Cmp(w.quoted.High) < 0
			high := above == nil || multiplied(above[k].most, times).Cmp(w.quoted.Low) >= 0
			if low && high {
				return true
			}
		}
	}
	return false
}
