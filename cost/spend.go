package cost

import (
	"fmt"
	"math"

	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// SpentError says that pricing a network would take more than the limit of its work, see [symbolic.Terms].
type SpentError struct{ beyond string }

// Error names the limit.
func (e *SpentError) Error() string {
	return fmt.Sprintf("pricing the network comes to %s; skipcost explain limits says what they are", e.beyond)
}

// spend takes terms of costs from a budget.
func spend(b *symbolic.Budget, terms int64) error {
	if !b.Spend(symbolic.Terms, int(min(terms, math.MaxInt))) {
		return &SpentError{b.Beyond(symbolic.Terms)}
	}
	return nil
}

// sizes is the total size of the shapes of some tensors: 1 for each dimension that is a number.
func sizes(values ...*trace.Value) int64 {
	var n int64
	for _, v := range values {
		n += v.Shape.Width.Size()
		for _, e := range v.Shape.Extents {
			n += e.Size()
		}
	}
	return n
}
