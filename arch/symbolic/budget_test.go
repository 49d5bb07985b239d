package symbolic

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestBudget: each kind of work has a limit of its own that messages can name, and none comes back once it is over.
func TestBudget(t *testing.T) {
	assert.Len(t, AllWork(), int(works))
	for _, w := range AllWork() {
		l := w.Limit()
		assert.NotEmpty(t, l.Name)
		assert.NotEmpty(t, l.Where)
		b := NewBudget()
		assert.True(t, b.Spend(w, l.Most), w)
		assert.False(t, b.Over(w))
		for range 5 {
			assert.False(t, b.Spend(w, math.MaxInt), w)
		}
		assert.True(t, b.Over(w))
		for _, other := range AllWork() {
			assert.Equal(t, other == w, b.Over(other))
		}
	}
	assert.Equal(t, "more than 150000 layers", NewBudget().Beyond(Layers))
	assert.False(t, NewBudget().With(Steps, 3).Spend(Steps, 4))
	_, err := ParseWithin(NewBudget().With(Products, 10), "(a + b + c)*(d + e + f)")
	assert.EqualError(t, err, "multiplying out takes more than 10 products of terms, in all expressions together")
}
