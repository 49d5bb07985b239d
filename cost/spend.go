package cost

import (
	"fmt"
	"math"

	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// SpentError says that pricing a network, or work on each of its links, would take more than the limit of such work, see
// [symbolic.Terms], [symbolic.Links] and [symbolic.Changes].
type SpentError struct{ work, beyond string }

// Error names the limit.
func (e *SpentError) Error() string {
	return fmt.Sprintf("%s comes to %s; skipcost explain limits says what they are", e.work, e.beyond)
}

// spend takes terms of costs from a budget.
func spend(b *symbolic.Budget, terms int64) error {
	if !b.Spend(symbolic.Terms, int(min(terms, math.MaxInt))) {
		return &SpentError{"pricing the network", b.Beyond(symbolic.Terms)}
	}
	return nil
}

// spendLinks takes links of a trace from its budget.
func spendLinks(t *trace.Trace, n int) error {
	if b := t.Budget.Copy(); !b.Spend(symbolic.Links, n) {
		return &SpentError{"going through the skips of the network, and other links,", b.Beyond(symbolic.Links)}
	}
	return nil
}

// operandsPerLayer is how many operands of a layer take the time of one layer that is priced anew.
const operandsPerLayer = 64

// spend takes from the budget what cutting a link takes: a number of layers, each in all costs that are no sums and once in
// the sums. That the budget ends is seen once for each link.
func (c *cutter) spend(layers int) { c.work.Spend(symbolic.Changes, layers*(1+len(c.wholes))) }

// spent is the error once the budget has ended.
func (c *cutter) spent() error {
	if c.work.Over(symbolic.Changes) {
		return &SpentError{"pricing what each link causes", c.work.Beyond(symbolic.Changes)}
	}
	return nil
}

// spendOn takes the work of layers that differ, which grows with what they read.
func (c *cutter) spendOn(x *cut) {
	layers := 1 + len(x.gone)
	for _, m := range x.made {
		layers += 3 + len(m.op.Inputs)/operandsPerLayer
	}
	c.spend(layers)
}

// spendAhead takes the work that the merges of links take at least, so that far too many are refused before any is cut.
func (c *cutter) spendAhead(links []PricedLink) error {
	ahead := *c
	ahead.work = c.work.Copy()
	for k := range links {
		ahead.spend(1 + len(links[k].Merge.Inputs)/operandsPerLayer)
	}
	return ahead.spent()
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
