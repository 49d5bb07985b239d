package cost

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestIterationsBefore counts iterations from the last one, of ten.
func TestIterationsBefore(t *testing.T) {
	in := func(w when) (all []int) {
		for k := range 10 {
			if w>>min(k, 7)&1 != 0 {
				all = append(all, k)
			}
		}
		return all
	}
	for w := when(1); w != 0; w++ {
		before, ok := w.before()
		var want []int
		for _, k := range in(w) {
			if k < 9 {
				want = append(want, k+1)
			}
		}
		assert.Equal(t, ok, assert.ObjectsAreEqual(want, in(before)), "%08b", w)
		assert.Equal(t, w.fromFirst(), len(in(w)) > 0 && in(w)[len(in(w))-1] == 9 && in(w)[0]+len(in(w)) == 10, "%08b", w)
	}
	assert.EqualValues(t, 0, always.distinct())
	assert.EqualValues(t, 1, earlier.distinct())
	assert.EqualValues(t, 1, last.distinct())
	assert.EqualValues(t, 3, when(0b100).distinct())
}
