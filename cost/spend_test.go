package cost_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/rewrite"
	"github.com/skipcost/skipcost/arch/spec"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/cost"
)

// TestPricingIsBounded: sums without a closed form, and layers whose widths are long formulas, are priced as far as the budget goes, and
// what is left of it after reading and resolving is all there is.
func TestPricingIsBounded(t *testing.T) {
	const open = "name: x\ninput: [64]\nsteps:\n  - repeat: {times: 900000, steps: [linear: 64 + floor(64/(i + 1)), linear: 64]}\n"
	growing := &strings.Builder{}
	growing.WriteString("name: x\nsymbols: {a: 2, b: 3, d: 5}\ninput: [a]\nsteps:\n")
	for k := range 40 {
		fmt.Fprintf(growing, "  - concat: [identity, [linear: a^%d*b + b^%d*d + %d]]\n", k+1, k+1, k)
	}
	for _, text := range []string{open, growing.String()} {
		n, err := spec.Read(strings.NewReader(text), "f")
		require.NoError(t, err)
		for _, c := range []struct {
			terms int
			fails bool
		}{{10_000, true}, {symbolic.Terms.Limit().Most, false}} {
			if !c.fails && text == open {
				continue // takes its second for each of the costs
			}
			s := cost.Subject{Name: "x", Network: n, Budget: symbolic.NewBudget().With(symbolic.Terms, c.terms)}
			_, err = cost.Close(s, nil, cost.Options{})
			if c.fails {
				var spent *cost.SpentError
				require.ErrorAs(t, err, &spent)
				assert.EqualError(t, err, "pricing the network comes to more than 10000 terms of costs; skipcost explain limits says what they are")
				continue
			}
			assert.NoError(t, err)
		}
	}
}

// TestPricingGoesOnFromTheBudgetOfResolving: a trace hands its budget on, written out as well.
func TestPricingGoesOnFromTheBudgetOfResolving(t *testing.T) {
	n, err := spec.Parse("f", []byte("name: x\nsymbols: {L: 3}\ninput: [4]\nsteps:\n  - repeat: {times: L, steps: [linear: c]}\n"))
	require.NoError(t, err)
	closed, err := trace.Resolve(n, trace.Options{Budget: symbolic.NewBudget().With(symbolic.Terms, 1)})
	require.NoError(t, err)
	unrolled, err := closed.Unrolled()
	require.NoError(t, err)
	for _, tr := range []*trace.Trace{closed, unrolled} {
		_, err = cost.Of(tr, cost.Options{})
		assert.ErrorContains(t, err, "more than 1 terms of costs")
		_, err = cost.Of(tr, cost.Options{Quantities: []cost.Quantity{cost.TrainingMACs}})
		assert.Error(t, err)
	}
}

// TestDigitsCount: numbers that are added up count by their digits.
func TestDigitsCount(t *testing.T) {
	price := func(exponent string) error {
		n, err := spec.Parse("f", []byte("name: x\ninput: [8]\nsteps:\n  - repeat: {times: 1000, steps: [linear: 1 + floor(2^("+exponent+" - floor(i/10))/3), linear: 8]}\n"))
		require.NoError(t, err)
		_, err = cost.Summarize(cost.Subject{Name: "x", Network: n, Budget: symbolic.NewBudget().With(symbolic.Terms, 100_000)}, cost.Options{})
		return err
	}
	require.NoError(t, price("100"))
	assert.ErrorContains(t, price("30000"), "more than 100000 terms of costs")
}

// TestLinksAreRefusedInTime: a repeat whose layers read all layers before has as many links as it has pairs of layers.
func TestLinksAreRefusedInTime(t *testing.T) {
	n, err := spec.Parse("f", []byte("name: x\ninput: [4, 2]\nsteps:\n  - repeat: {times: 20, links: dense, gather: weighted, steps: [linear: c]}\n"))
	require.NoError(t, err)
	within := func(w symbolic.Work, most int) cost.Subject {
		return cost.Subject{Name: "x", Network: n, Budget: symbolic.NewBudget().With(w, most)}
	}
	swap := cost.SwapOptions{To: rewrite.Cut}
	for _, q := range []struct {
		work symbolic.Work
		most int
		ask  func(cost.Subject) error
	}{
		{symbolic.Links, 150, func(s cost.Subject) error { _, err := cost.ListSkips(s, false, cost.Options{}); return err }},
		{symbolic.Links, 150, func(s cost.Subject) error { _, err := cost.SwapSkips(s, swap, cost.Options{}); return err }},
		{symbolic.Changes, 500, func(s cost.Subject) error { _, err := cost.TakeInventory(s, false, cost.Options{}); return err }},
	} {
		var spent *cost.SpentError
		err := q.ask(within(q.work, q.most))
		require.ErrorAs(t, err, &spent)
		assert.ErrorContains(t, err, q.work.String()+"; skipcost explain limits")
		assert.NoError(t, q.ask(within(q.work, q.work.Limit().Most)))
	}
}
