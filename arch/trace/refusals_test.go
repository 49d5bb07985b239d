package trace_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// TestWhatIsNoNetwork: the first problem of each, with its place, the blocks it stands in, and a hint if there is one. What is set stands
// before the network.
func TestWhatIsNoNetwork(t *testing.T) {
	for _, c := range []struct{ set, yaml, want string }{
		{"", "input: [8]\nsteps: [add: [linear: 4, identity]]",
			"3:9 add: paths end in 4 and 8 | a projection (conv with kernel 1, or linear) makes the widths meet; a concat takes any"},
		{"", "input: [8]\nsteps: [add: [linear: 7, linear: 8, linear: 7]]",
			"3:9 add: paths end in 7 and 8 | the paths must end in the same width; c is the width that enters a step, so that a second 2*c doubles again"},
		{"", "input: [8, 4, 4]\nsteps: [add: [identity, {conv: {out: 8, kernel: 3, stride: 2}}]]",
			"3:9 add: paths end in 8×4×4 and 8×2×2 | a stride or a pool on one path must stand on the other too"},
		{"", "input: [8, 4, 4]\nsteps: [add: [identity, [global_avgpool, flatten]]]",
			"3:9 add: paths end in 8×4×4 and 8 | expand: [8, 4, 4] behind the vector repeats it at every position; multiply alone takes it as it is"},
		{"", "input: [8, 4, 4]\nsteps: [multiply: [identity, [linear: 1]]]",
			"3:9 multiply: paths end in 8×4×4 and 1×4×4 | a projection (conv with kernel 1, or linear) makes the widths meet; a concat takes any"},
		{"", "input: [8, 4, 4]\nsteps: [multiply: [identity, [linear: 3]]]",
			"3:9 multiply: paths end in 8×4×4 and 3×4×4 | a projection (conv with kernel 1, or linear) makes the widths meet; a concat takes any"},
		{"", "input: [8, 4, 4]\nsteps: [concat: [identity, [global_avgpool]]]",
			"3:9 concat: paths end in 8×4×4 and 8 | only multiply takes a vector beside a map, one value for each channel"},
		{"", "input: [8, 4, 4]\nsteps: [repeat: {times: 3, steps: [add: [identity, [linear: 2*c]]]}]",
			"3:36 add: paths end in 8×4×4 and 16×4×4 | a projection (conv with kernel 1, or linear) makes the widths meet; a concat takes any"},
		{"", "input: [8, 4, 4]\nsteps: [repeat: {times: 3, steps: [linear: 2*c, add: [identity, [linear: 8]]]}]",
			"3:49 add: paths end in 16×4×4 and 8×4×4 | a projection (conv with kernel 1, or linear) makes the widths meet; a concat takes any"},
		{"", "input: [8]\nsteps: [conv: {out: 3, kernel: 3}]",
			"3:9 conv needs 1 to 3 spatial extents, but gets 8 | linear works on a plain vector"},
		{"", "input: [8]\nsteps: [global_avgpool]",
			"3:9 global_avgpool needs 1 to 3 spatial extents, but gets 8"},
		{"", "input: [8]\nsteps: [maxpool: 2]",
			"3:9 maxpool needs 1 to 3 spatial extents, but gets 8"},
		{"", "input: [8, 3]\nsteps: [conv2d: {out: 3, kernel: 3}]",
			"3:9 conv2d needs 2 spatial extents, but gets 8×3"},
		{"", "input: [8, 3, 3]\nsteps: [conv1d: {out: 3, kernel: 3}]",
			"3:9 conv1d needs 1 spatial extent, but gets 8×3×3"},
		{"", "input: [8, 3, 3]\nsteps: [conv: {out: 3, kernel: [3, 3, 3]}]",
			"3:32 conv: kernel has 3 values for 2 axes | give one value for all axes or one per axis"},
		{"", "input: [8, 3, 3]\nsteps: [conv: {out: 3, kernel: 0}]",
			"3:32 conv: kernel is 0, but must be at least 1"},
		{"", "input: [8, 3, 3]\nsteps: [conv: {out: 3, kernel: 1/2}]",
			"3:32 conv: kernel is 1/2, not a whole number"},
		{"", "input: [8, 3, 3]\nsteps: [conv: {out: 3, kernel: 3, bias: 2}]",
			"3:41 conv: bias is 2, but must be true or false (1 or 0)"},
		{"", "input: [8, 3, 3]\nsteps: [dropout: 3/2]",
			"3:18 dropout: rate is 3/2, but must be from 0 to 1"},
		{"", "input: [8]\nsteps: [rnn: {out: 3, bias: 3}]",
			"3:9 rnn: bias is 3, but must be at most 2 | a gate has two products, and at most a bias for each"},
		{"", "symbols: {a: b, b: a}\ninput: [a]\nsteps: [relu]",
			"2:11 the default of a depends on itself"},
		{"", "symbols: {a: 1/2}\ninput: [a]\nsteps: [relu]",
			"3:9 input is 1/2, not a whole number"},
		{"", "symbols: {a: L/2, L: 3}\ninput: [a]\nsteps: [relu]",
			"2:11 a must be a whole number, not L/2 = 3/2 for L = 3"},
		{"", "symbols: {a: 1/L, L: 0}\ninput: [a]\nsteps: [relu]",
			"2:11 a: division by zero"},
		{"", "symbols: {a: 0}\ninput: [a]\nsteps: [relu]",
			"3:9 input is 0, but must be at least 1"},
		{"", "symbols: {a: 0}\ninput: [3]\nsteps: [linear: a]",
			"4:17 linear: out = a is 0, but must be at least 1"},
		{"", "symbols: {a: 0}\ninput: [3]\nsteps: [linear: 1/a]",
			"4:17 1/a for a = 0: division by zero"},
		{"", "input: [8]\nsteps: [repeat: {times: 3/2, steps: [relu]}]",
			"3:25 repeat: times is 3/2, not a whole number"},
		{"", "input: [8]\nsteps: [repeat: {times: -1, steps: [relu]}]",
			"3:25 repeat: times is −1, but must be at least 0"},
		{"", "input: [8]\nsteps: [repeat: {times: 3, steps: [repeat: {times: i - 1, steps: [relu]}]}]",
			"3:52 repeat: times = i−1 for i = 0 is −1, but must be at least 0"},
		{"", "input: [9]\nsteps: [repeat: {times: 3, steps: [linear: c/2]}]",
			"3:44 linear: out = c/2 is 9/2, not a whole number"},
		{"", "input: [8]\nsteps: [linear: {out: 3, shared: y}]",
			"3:9 nothing is named \"y\" here | a name can be read after the step that carries it"},
		{"", "input: [9, 2, 2]\nsteps: [{add: [identity, [linear: 9]], survives: 3/2}]",
			"3:50 survives is 3/2, but must be above 0 and at most 1"},
		{"", "input: [9, 2, 2]\nsteps: [{add: [identity, {linear: 9, survives: 2}]}]",
			"3:48 survives is 2, but must be above 0 and at most 1"},
		{"", "input: [9, 2, 2]\nsteps: [repeat: {times: 2, reversible: true, steps: [linear: 9]}]",
			"3:54 a reversible repeat consists of couples, from whose result what enters can be computed | as in repeat: {times: 4, reversible: true, steps: [couple: [[layernorm, linear: c], [relu, linear: c]]]}"},
		{"", "input: [9, 2, 2]\nsteps: [couple: [relu, relu]]",
			"3:9 couple: the width 9 is not two equal halves"},
		{"", "input: [8, 2, 2]\nsteps: [couple: [linear: 3, relu]]",
			"3:18 couple: the halves differ: 3×2×2 comes out of a path, and the other half is 4×2×2 | both paths of a couple put out what they read, in shape"},
		{"", "input: [8, 2, 2]\nsteps: [couple: [relu, linear: 3]]",
			"3:24 couple: the halves differ: 3×2×2 comes out of a path, and the other half is 4×2×2 | both paths of a couple put out what they read, in shape"},
		{"", "blocks:\n  b(n): [add: [identity, [linear: n]]]\n  d(n): [b: {n: 2*n}]\ninput: [8]\nsteps: [d: {n: 3}]",
			"3:10 add: paths end in 8 and 6 | in block b, used at 4:10, in block d, used at 6:9 | a projection (conv with kernel 1, or linear) makes the widths meet; a concat takes any"},
		{"", "input: [8, 3]\nsteps: [attention: {heads: 3}]",
			"3:9 attention: 3 heads do not divide the width 8"},
		{"", "input: [8, 3]\nsteps: [attention: {heads: 2, kv_heads: 3}]",
			"3:9 attention: 3 kv_heads do not divide 2 heads"},
		{"M=3", "symbols: {L: 3, N: L}\ninput: [N]\nsteps: [relu]",
			"0:0 test has no symbol \"M\" | its symbols are L, N"},
		{"K=3", "symbols: {L: 3, N: L}\ninput: [N]\nsteps: [relu]",
			"0:0 test has no symbol \"K\" | its symbols are L, N"},
		{"M=3", "input: [3]\nsteps: [relu]",
			"0:0 test has no symbol \"M\" | it has no symbols"},
		{"N=1/3", "symbols: {L: 3, N: L}\ninput: [N]\nsteps: [relu]",
			"2:17 N must be a whole number, not 1/3"},
		{"L=5", "symbols: {L: 3, N: L/2}\ninput: [N]\nsteps: [relu]",
			"2:17 N must be a whole number, not L/2 = 5/2 for L = 5"},
		{"L=5", "symbols: {L: 3, N: 3}\ninput: [N]\nsteps: [relu]",
			"0:0 L has no effect here: nothing in the network reads it"},
	} {
		o := trace.Options{}
		if name, value, is := strings.Cut(c.set, "="); is {
			e, err := symbolic.Parse(value)
			require.NoError(t, err)
			o.Set = map[string]symbolic.Expr{name: e}
		}
		p := problems(t, network(t, c.yaml+"\n"), o)[0]
		got := fmt.Sprintf("%d:%d %s", p.Pos.Line, p.Pos.Column, p.Message)
		for _, more := range []string{p.Within, p.Hint} {
			if more != "" {
				got += " | " + more
			}
		}
		assert.Equal(t, c.want, got, "%s %s", c.set, c.yaml)
	}
}
