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

// TestWhatIsNoNetwork: the problem of each, with its place, the blocks it stands in, and a hint if there is one. What is set stands
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
		{"", "input: [8, 4]\nsteps: [repeat: {times: 3, steps: [concat: [identity, [groupnorm: 4, linear: 3]]]}]",
			"3:56 groupnorm: 4 groups do not divide the incoming width 11"},
		{"", "input: [8, 4]\nsteps: [repeat: {times: 4, steps: [linear: 8, repeat: {times: i, steps: [concat: [identity, [groupnorm: 2, linear: 1]]]}]}]",
			"3:94 groupnorm: 2 groups do not divide the incoming width 9"},
		{"", "input: [8, 4]\nsteps: [repeat: {times: 4, steps: [linear: 2^i + 3*i, groupnorm: 3]}]",
			"3:55 groupnorm: 3 groups do not divide the incoming width 1"},
		{"", "input: [8, 4]\nsteps: [repeat: {times: 9, steps: [add: [identity, [slice: {count: 2, start: i}, linear: 8]]]}]",
			"3:53 slice: 2 channels from 8 do not fit in the width 8"},
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
		{"", "blocks:\n  b: [relu]\ninput: [8]\nsteps: [b, add: [identity, [linear: 3]]]",
			"5:12 add: paths end in 8 and 3 | a projection (conv with kernel 1, or linear) makes the widths meet; a concat takes any"},
		{"", "blocks:\n  b1: [linear: 1/2]\n  b2: [b1]\n  b3: [b2]\n  b4: [b3]\n  b5: [b4]\n  b6: [b5]\ninput: [8]\nsteps: [b6]",
			"3:16 linear: out is 1/2, not a whole number | in block b1, used at 4:8, in block b2, used at 5:8, in block b3, used at 6:8, in block b4, used at 7:8, and 2 more"},
		{"", "blocks:\n  b1: [linear: 1/2]\n  b2: [b1]\n  b3: [b2]\n  b4: [b3]\ninput: [8]\nsteps: [b4]",
			"3:16 linear: out is 1/2, not a whole number | in block b1, used at 4:8, in block b2, used at 5:8, in block b3, used at 6:8, in block b4, used at 8:9"},
		{"", "input: [8]\nsteps: [linear: {out: 3, shared: input}]",
			"3:9 input is no layer with weights | as: NAME stands in the step of the layer itself"},
		{"", "input: [8, 5, 5]\nsteps: [add: [identity, [maxpool: 2, upsample: 2]]]",
			"3:9 add: paths end in 8×5×5 and 8×6×6 | halving and doubling make an odd extent even, and padding changes extents too: take another input, or crop"},
		{"", "input: [8, 5, 5]\nsteps: [concat: [identity, [maxpool: 2, upsample: 2]]]",
			"3:9 concat: paths end in 8×5×5 and 8×6×6 | halving and doubling make an odd extent even, and padding changes extents too: take another input, or crop"},
		{"", "input: [8, 5, 5]\nsteps: [concat: [[maxpool: 2], identity]]",
			"3:9 concat: paths end in 8×3×3 and 8×5×5 | halving and doubling make an odd extent even, and padding changes extents too: take another input, or crop"},
		{"", "input: [8, 4, 4]\nsteps: [concat: [[maxpool: 2], identity]]",
			"3:9 concat: paths end in 8×2×2 and 8×4×4 | a stride or a pool on one path must stand on the other too"},
		{"", "input: [8, 4, 4]\nsteps: [add: [identity, [conv: {out: 9, kernel: 3, stride: 2}]]]",
			"3:9 add: paths end in 8×4×4 and 9×2×2 | a projection with the same stride makes the shapes meet"},
		{"", "input: [8, 4, 4]\nsteps: [add: [identity, [tokens]]]",
			"3:9 add: paths end in 8×4×4 and 8×16 | the paths must keep the same number of extents"},
		{"", "input: [8, 4, 4]\nsteps: [multiply: [identity, [global_avgpool, linear: 3]]]",
			"3:9 multiply: paths end in 8×4×4 and 3 | a gate that ends in a vector has one value for each channel: let it end in 8"},
		{"", "input: [8, 4]\nsteps: [{attention: 2, as: x}, {input: [8, 3], as: m}, {from: x, attention: {heads: 2, memory: m, shared: x}}]",
			"3:66 attention with other inputs shares no weights as a whole | let linear and dot_product_attention stand in its place, each with weights of its own or shared"},
		{"", "input: [8, 4]\nsteps: [{attention: 2, as: x}, {input: [8, 3], as: m}, {from: x, attention: {heads: 2, memory: m, shared: true}}]",
			"3:66 attention with other inputs shares no weights as a whole | let linear and dot_product_attention stand in its place, each with weights of its own or shared"},
		{"", "input: [8, 4]\nsteps: [attention: {heads: 2, value_residual: true}, linear: 6, attention: {heads: 2, value_residual: true}]",
			"3:65 values of 6×4 cannot be added to those of the first layer, 8×4 | layers with value_residual have values of one shape"},
		{"", "input: [8, 4]\nsteps: [{repeat: {times: 3, steps: [{relu: , as: x}]}}, {repeat: {times: 2, steps: [add: [identity, {from: x}]]}}]",
			"3:102 \"x\" is made by a repeat that runs 3 times, and read by one that runs 2 times | the last iteration is read first, so that both repeats must run equally often"},
		{"", "input: [8, 4]\nsteps: [repeat: {times: 3, links: {window: 3/2}, steps: [linear: 3]}]",
			"3:44 repeat: window is 3/2, not a whole number"},
		{"", "input: [8, 0]\nsteps: [relu]",
			"2:12 input is 0, but must be at least 1"},
		{"", "input: [8, 4]\nsteps: [slice: 9]",
			"3:9 slice: 9 channels from 0 do not fit in the width 8"},
		{"", "input: [8, 4]\nsteps: [{streams: {fractions: 3, steps: [add: [identity, relu]]}}]",
			"3:31 streams: the width 8 is not 3 equal fractions"},
		{"", "input: [8, 4]\nsteps: [{streams: {fractions: 0, steps: [add: [identity, relu]]}}]",
			"3:31 streams: count is 0, but must be at least 1"},
		{"", "blocks:\n  t(n):\n    - if: n > 1\n      then: [add: [identity, [t: {n: n + 1}]]]\ninput: [8]\nsteps: [t: {n: 3}]",
			"5:31 t uses itself for n = 4, and none of its numbers is smaller than around it: this would not end | in block t, used at 7:9 | as in tree: {n: n - 1} inside of an if: n > 1"},
		{"", "blocks:\n  t(n):\n    - if: n > 1\n      then: [add: [identity, [t: {n: n - 1}]]]\ninput: [8]\nsteps: [t: {n: 300}]",
			"5:31 more than 32 uses of t inside one another | in block t, used at 5:31, in block t, used at 5:31, in block t, used at 5:31, in block t, used at 5:31, and 28 more"},
		{"N=5 L=4", "symbols: {L: 3, N: L}\ninput: [N]\nsteps: [relu]",
			"0:0 L has no effect here: the symbols that depend on it are set too"},
		{"N=5 L=4", "symbols: {L: 3, N: 2*L, M: L}\ninput: [N]\nsteps: [relu]",
			"0:0 L has no effect here: the symbols that depend on it are set too"},
		{"", "symbols: {a: 0}\ninput: [8]\nsteps: [repeat: {times: 3, links: {window: 1/a}, steps: [linear: 3]}]",
			"4:44 1/a for a = 0: division by zero"},
		{"", "input: [8, 4, 4]\nsteps: [multiply: [identity, [tokens, maxpool: 16]]]",
			"3:9 multiply: paths end in 8×4×4 and 8×1 | the paths must keep the same number of extents"},
		{"", "input: [8, 4]\nsteps: [conv1d: {out: 3, kernel: 9, padding: 0}]",
			"3:9 conv1d: 8×4 comes in, but 3×−4 would come out"},
		{"", "input: [8]\nsteps: [repeat: {times: 2, reversible: true, steps: [{if: c > 4, then: [couple: [relu, relu]], else: [relu]}]}]",
			"3:103 a reversible repeat consists of couples, from whose result what enters can be computed | as in repeat: {times: 4, reversible: true, steps: [couple: [[layernorm, linear: c], [relu, linear: c]]]}"},
	} {
		o := trace.Options{}
		o.Set = map[string]symbolic.Expr{}
		for _, one := range strings.Fields(c.set) {
			name, value, _ := strings.Cut(one, "=")
			e, err := symbolic.Parse(value)
			require.NoError(t, err)
			o.Set[name] = e
		}
		list := problems(t, network(t, c.yaml+"\n"), o)
		assert.Len(t, list, 1, c.yaml)
		p := list[0]
		got := fmt.Sprintf("%d:%d %s", p.Pos.Line, p.Pos.Column, p.Message)
		for _, more := range []string{p.Within, p.Hint} {
			if more != "" {
				got += " | " + more
			}
		}
		assert.Equal(t, c.want, got, "%s %s", c.set, c.yaml)
	}
}
