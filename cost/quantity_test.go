package cost

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestEveryQuantityIsComputed walks the quantities: each has one way to be computed, and needs only others; one without a way of its own is
// a sum of formulas, which some rule has.
func TestEveryQuantityIsComputed(t *testing.T) {
	priced := map[Quantity]bool{}
	for _, r := range Rules() {
		for _, f := range r.Formulas {
			priced[f.Quantity] = true
		}
	}
	for q := range quantityCount {
		r, ways := q.row(), 0
		for _, is := range []bool{r.layer != nil || priced[q], r.derive != nil, r.whole != nil} {
			if is {
				ways++
			}
		}
		assert.Equal(t, 1, ways, "%s: ways to compute it", q)
		assert.False(t, slices.Contains(r.needs, q), "%s needs itself", q)
	}
}
