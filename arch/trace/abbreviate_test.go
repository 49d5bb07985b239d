package trace_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/trace"
)

// TestAbbreviated: of a long loop the first two and the last two iterations are written out, where the most is needed in one of them.
func TestAbbreviated(t *testing.T) {
	for _, c := range []struct {
		steps      string
		operations int
		out        string
		refused    string
	}{
		{steps: "repeat: {times: 999, steps: [relu]}", operations: 999, out: "3000"},
		{steps: "repeat: {times: 1000, steps: [relu]}", operations: 4, out: "3000"},
		{steps: "repeat: {times: 2000, steps: [linear: c + 1, relu]}", operations: 8, out: "5000"},
		{steps: "repeat: {times: 2000, steps: [linear: 1, linear: 2999 - i]}", operations: 8, out: "1000"},
		{steps: "repeat: {times: 2000, steps: [linear: 3000 - i, linear: i + 1]}", refused: "its shapes neither only grow nor only shrink"},
		{steps: "repeat: {times: 2000, steps: [linear: i + 1, linear: 3000 - i]}", refused: "its shapes neither only grow nor only shrink"},
		{steps: "repeat: {times: 2000, steps: [repeat: {times: 3, steps: [relu]}]}", operations: 12, out: "3000"},
		{steps: "repeat: {times: 2000, steps: [repeat: {times: i, steps: [relu]}]}", refused: "its shapes neither only grow nor only shrink"},
		{steps: "repeat: {times: 2000, steps: [linear: i + 1, repeat: {times: i, steps: [relu]}]}", refused: "its shapes neither only grow nor only shrink"},
		{steps: "repeat: {times: 2000, steps: [linear: 3000 - i, repeat: {times: i, steps: [relu]}]}", refused: "its shapes neither only grow nor only shrink"},
		{steps: "repeat: {times: 3, steps: [repeat: {times: 2000, steps: [relu]}]}", operations: 12, out: "3000"},
		{steps: "repeat: {times: 2000, links: dense, gather: softmax, steps: [linear: c]}", refused: "each iteration reads what all before it made, which stays until the last"},
		{steps: "repeat: {times: 2000, steps: [relu, head: [linear: 8]]}", refused: "the outputs of its heads stay, one for each iteration"},
		{
			steps:   "repeat: {times: 2000, steps: [{relu: , as: made}]}, repeat: {times: 2000, steps: [add: [identity, {from: made}]]}",
			refused: "it reads what each iteration of another one made, which all stay until then",
		},
	} {
		resolved := resolve(t, "input: [3000]\nsteps: ["+c.steps+"]\n", trace.Options{})
		assert.Equal(t, c.operations != 999, resolved.Long(), c.steps)
		short, err := resolved.Abbreviated()
		if c.refused != "" {
			assert.ErrorContains(t, err, c.refused, c.steps)
			continue
		}
		require.NoError(t, err, c.steps)
		assert.Len(t, short.Operations(), c.operations, c.steps)
		assert.Equal(t, c.out, short.Output.Shape.Text(), c.steps)
	}
}
