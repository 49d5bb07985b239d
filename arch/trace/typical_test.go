package trace_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/trace"
)

// typicalOf lists what a typical trace makes, one operation a word: its kind, or ↻ for what is carried, what comes out, of how many
// iterations it is, and its inputs by their place; then the counts that must be at least 1.
func typicalOf(typical *trace.Typical) string {
	place := map[*trace.Value]int{typical.Input: 0}
	ids := map[int]bool{typical.Input.ID: true}
	var words []string
	for k, op := range typical.Operations() {
		place[op.Output] = k + 1
		ids[op.Output.ID] = true
		name := op.Kind.Name
		if typical.Carries(op) {
			name = "↻"
		}
		var in []string
		for _, v := range op.Inputs {
			in = append(in, fmt.Sprint(place[v]))
		}
		word := fmt.Sprintf("%s(%s)%s", name, strings.Join(in, ","), op.Output.Shape.Text())
		for _, s := range typical.Within[op] {
			word += fmt.Sprintf("[%d…%s)", s.First, s.Times.Text())
		}
		words = append(words, word)
	}
	for _, count := range typical.Runs {
		words = append(words, count.Text()+"≥1")
	}
	if len(ids) != len(place) {
		words = append(words, "tensors of one number")
	}
	ends := []string{fmt.Sprint(place[typical.Output])}
	for _, v := range typical.Outputs {
		ends = append(ends, fmt.Sprint(place[v]))
	}
	return strings.Join(words, " ") + " → " + strings.Join(ends, ",")
}

// TestTypical: the first iteration of a loop, what goes into the others, one for them, and what leaves.
func TestTypical(t *testing.T) {
	for steps, want := range map[string][2]string{
		"repeat: {times: n, steps: [linear: c + 1]}": {
			"linear(0)9 ↻(1)i#1+8[1…n) linear(2)i#1+9[1…n) ↻(3)n+8 n≥1 → 4",
			"linear(0)9 ↻(1)i#1+8[1…n) linear(2)i#1+9[1…n) ↻(3)n+8 n≥1 → 4",
		},
		"repeat: {times: n - 1, steps: [repeat: {times: m, steps: [relu]}]}": {
			"relu(0)8 ↻(1)8[1…m) relu(2)8[1…m) ↻(3)8 ↻(4)8[1…n−1) relu(5)8[1…n−1) ↻(6)8[1…n−1)[1…m) relu(7)8[1…n−1)[1…m) ↻(8)8[1…n−1) ↻(9)8 n−1≥1 m≥1 m≥1 → 10",
			"relu(0)8 ↻(1)8[1…m) relu(2)8[1…m) ↻(3)8 ↻(4)8[1…n−1) relu(5)8[1…n−1) ↻(6)8[1…n−1)[1…m) relu(7)8[1…n−1)[1…m) ↻(8)8[1…n−1) ↻(9)8 n−1≥1 m≥1 m≥1 → 10",
		},
		"repeat: {times: 3, steps: [linear: c + 1]}": {
			"linear(0)9 ↻(1)i#1+8[1…3) linear(2)i#1+9[1…3) ↻(3)11 → 4",
			"linear(0)9 linear(1)10 linear(2)11 → 3",
		},
		"repeat: {times: 3, steps: [repeat: {times: i, steps: [relu]}]}": {
			"↻(0)8[1…3) relu(1)8[1…3) ↻(2)8[1…3)[1…i#1) relu(3)8[1…3)[1…i#1) ↻(4)8[1…3) ↻(5)8 → 6",
			"relu(0)8 relu(1)8 relu(2)8 → 3",
		},
		"repeat: {times: n, steps: [repeat: {times: i, steps: [relu]}]}": {
			"↻(0)8[1…n) relu(1)8[1…n) ↻(2)8[1…n)[1…i#1) relu(3)8[1…n)[1…i#1) ↻(4)8[1…n) ↻(5)8 n≥1 n−1≥1 → 6",
			"↻(0)8[1…n) relu(1)8[1…n) ↻(2)8[1…n)[1…i#1) relu(3)8[1…n)[1…i#1) ↻(4)8[1…n) ↻(5)8 n≥1 n−1≥1 → 6",
		},
		"repeat: {times: n, steps: [repeat: {times: i + 1, steps: [relu]}]}": {
			"relu(0)8 ↻(1)8[1…1) relu(2)8[1…1) ↻(3)8 ↻(4)8[1…n) relu(5)8[1…n) ↻(6)8[1…n)[1…i#1+1) relu(7)8[1…n)[1…i#1+1) ↻(8)8[1…n) ↻(9)8 n≥1 → 10",
			"relu(0)8 ↻(1)8[1…n) relu(2)8[1…n) ↻(3)8[1…n)[1…i#1+1) relu(4)8[1…n)[1…i#1+1) ↻(5)8[1…n) ↻(6)8 n≥1 → 7",
		},
		"repeat: {times: n, steps: [relu, head: [linear: 2]]}": {
			"relu(0)8 linear(1)2 ↻(1)8[1…n) relu(3)8[1…n) linear(4)2[1…n) ↻(4)8 n≥1 → 6,2,5",
			"relu(0)8 linear(1)2 ↻(1)8[1…n) relu(3)8[1…n) linear(4)2[1…n) ↻(4)8 n≥1 → 6,2,5",
		},
		"repeat: {times: 0, steps: [relu]}, tanh": {
			"tanh(0)8 → 1",
			"tanh(0)8 → 1",
		},
		"repeat: {times: n, steps: [repeat: {times: 0, steps: [relu]}, tanh]}": {
			"tanh(0)8 ↻(1)8[1…n) tanh(2)8[1…n) ↻(3)8 n≥1 → 4",
			"tanh(0)8 ↻(1)8[1…n) tanh(2)8[1…n) ↻(3)8 n≥1 → 4",
		},
		"repeat: {times: 2, steps: [{linear: c + 1, as: x}]}, repeat: {times: 2, steps: [concat: [identity, {from: x}]]}": {
			"linear(0)9 ↻(1)i#1+8[1…2) linear(2)i#1+9[1…2) ↻(3)10 ↻(3)10 concat(4,5)20 ↻(6)−i#3·(i#3−21)/2 + 10[1…2) ↻(3)10 − i#3[1…2) concat(7,8)−i#3·(i#3−19)/2 + 20[1…2) ↻(9)29 → 10",
			"linear(0)9 ↻(1)i#1+8[1…2) linear(2)i#1+9[1…2) ↻(3)10 ↻(3)10 concat(4,5)20 ↻(6)−i#3·(i#3−21)/2 + 10[1…2) ↻(3)10 − i#3[1…2) concat(7,8)−i#3·(i#3−19)/2 + 20[1…2) ↻(9)29 → 10",
		},
		"repeat: {times: n, steps: [{linear: 8, as: x}]}, repeat: {times: n, steps: [add: [identity, {from: x}]]}": {
			"linear(0)8 ↻(1)8[1…n) linear(2)8[1…n) ↻(3)8 add(4,3)8 ↻(5)8[1…n) add(6,3)8[1…n) ↻(7)8 n≥1 n≥1 → 8",
			"linear(0)8 ↻(1)8[1…n) linear(2)8[1…n) ↻(3)8 add(4,3)8 ↻(5)8[1…n) add(6,3)8[1…n) ↻(7)8 n≥1 n≥1 → 8",
		},
		"repeat: {times: 2000, links: dense, gather: softmax, steps: [linear: c]}": {
			"linear: an iteration reads what all before it made",
			"linear: an iteration reads what all before it made",
		},
		"repeat: {times: 7, steps: [repeat: {times: floor(i/2), steps: [relu]}]}": {
			"relu[i]: it may not run at all in some iterations of the repeat around it",
			"relu(0)8 relu(1)8 relu(2)8 relu(3)8 relu(4)8 relu(5)8 relu(6)8 relu(7)8 relu(8)8 → 9",
		},
	} {
		resolved := resolve(t, "symbols: {n: 5, m: 4}\ninput: [8]\nsteps: ["+steps+"]\n", trace.Options{Free: []string{"n", "m"}})
		for k, make := range []func() (*trace.Typical, error){resolved.Typical, resolved.TypicalCounted} {
			typical, err := make()
			if err != nil {
				assert.Equal(t, want[k], err.Error(), steps)
				continue
			}
			require.NoError(t, err, steps)
			assert.Equal(t, want[k], typicalOf(typical), steps)
		}
	}
}
