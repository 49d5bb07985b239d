package cost_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/rewrite"
	"github.com/skipcost/skipcost/arch/spec"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/cost"
)

// TestDescribedEdits reads the steps and blocks that are written of small networks.
func TestDescribedEdits(t *testing.T) {
	for _, c := range []struct {
		what, network string
		options       cost.SwapOptions
		want          string
	}{
		{
			"a layer that follows what enters the merge reads it as c",
			"steps:\n  - repeat: {times: n, steps: [concat: [identity, linear: 3]]}\n",
			cost.SwapOptions{To: rewrite.ToAdd},
			"steps:\n  - repeat: {times: n, steps: [add: [identity, linear: c]]}\n",
		},
		{
			"behind another layer it is a parameter of a block around the merge",
			"steps:\n  - repeat: {times: n, steps: [concat: [identity, [linear: 4*c, relu, linear: 3]]]}\n",
			cost.SwapOptions{To: rewrite.ToAdd},
			"blocks:\n  skip(width=c, index): [add: [identity, [linear: 12*index + 32, relu, linear: width]]]\nsteps:\n  - repeat: {times: n, steps: [skip: i]}\n",
		},
		{
			"layers keep what they put out: the width from before stands for c, and is a parameter where uses differ",
			"blocks:\n  body: [add: [identity, [linear: c, relu]]]\nsteps:\n  - repeat: {times: n, steps: [body]}\n  - linear: 5\n  - repeat: {times: n, steps: [body]}\n",
			cost.SwapOptions{To: rewrite.ToConcat},
			"blocks:\n  body(width): [concat: [identity, [linear: width, relu]]]\nsteps:\n  - repeat: {times: n, steps: [body: 8]}\n  - linear: 5\n  - repeat: {times: n, steps: [body: 5]}\n",
		},
		{
			"a growing width from before follows the index",
			"steps:\n  - repeat: {times: n, steps: [concat: [identity, linear: 2], linear: c]}\n",
			cost.SwapOptions{To: rewrite.Cut},
			"steps:\n  - repeat: {times: n, steps: [linear: 2, linear: 2*(i+5)]}\n",
		},
		{
			"a concat that is reduced ends in the width of the merge",
			"steps:\n  - {add: [identity, linear: 8], as: sum}\n  - linear: 4\n  - concat: [identity, from: sum]\n",
			cost.SwapOptions{To: rewrite.ToConcat, Reduce: true, Only: []string{"add"}},
			"steps:\n  - concat: [identity, linear: 8]\n  - {linear: 8, as: sum}\n  - linear: 4\n  - concat: [identity, from: sum]\n",
		},
		{
			"the shortcut of an add is projected behind the body",
			"steps:\n  - repeat: {times: n, steps: [concat: [identity, linear: 3]]}\n",
			cost.SwapOptions{To: rewrite.ToAdd, Projections: rewrite.AddProjections},
			"steps:\n  - add: [linear: 3, linear: 3]\n  - repeat: {times: n-1, steps: [add: [identity, linear: 3]]}\n",
		},
		{
			"the growth rate stands where the block is used",
			"blocks:\n  unit(out): [linear: out, relu]\nsteps:\n  - repeat: {times: n, steps: [add: [identity, [unit: 16, unit: 8]]]}\n",
			cost.SwapOptions{To: rewrite.ToDense, Growth: symbolic.Int(3)},
			"blocks:\n  unit(out): [linear: out, relu]\nsteps:\n  - repeat: {times: n, steps: [concat: [identity, [unit: 16, unit: 3]]]}\n",
		},
		{
			"one iteration alone stands apart",
			"steps:\n  - repeat: {times: n, steps: [add: [identity, linear: 8]]}\n",
			cost.SwapOptions{To: rewrite.Cut, Only: []string{"1"}},
			"steps:\n  - linear: 8\n  - repeat: {times: n-1, steps: [add: [identity, linear: 8]]}\n",
		},
	} {
		t.Run(c.what, func(t *testing.T) {
			n, err := spec.Parse("small.yaml", []byte("name: small\nsymbols: {n: 3}\ninput: [8]\n"+c.network))
			require.NoError(t, err)
			s, err := cost.SwapSkips(cost.Subject{Name: "small", Network: n}, c.options, cost.Options{})
			require.NoError(t, err)
			told, notes := s.Network()
			require.False(t, flat(notes), notes)
			text := string(spec.Print(told))
			_, text, _ = strings.Cut(text, "input: [8]\n")
			assert.Equal(t, c.want, text)
		})
	}
}
