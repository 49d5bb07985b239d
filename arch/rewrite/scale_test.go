package rewrite_test

import (
	"fmt"
	"math/big"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/rewrite"
	"github.com/skipcost/skipcost/arch/spec"
	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/arch/zoo"
)

// unrolled resolves the text of a network, all repeats written out.
func unrolled(t *testing.T, yaml string) *trace.Trace {
	t.Helper()
	n, err := spec.Parse("test.yaml", []byte("name: test\n"+yaml))
	require.NoError(t, err)
	resolved, err := trace.Resolve(n, trace.Options{Unroll: true})
	require.NoError(t, err)
	return resolved
}

// scaled lists the operations of a scaled network as "linear 10", with some of their arguments.
func scaled(t *testing.T, yaml string, factor *big.Rat, arguments ...string) []string {
	t.Helper()
	s, err := rewrite.NewScaler(unrolled(t, yaml))
	require.NoError(t, err)
	resolved, err := s.Scale(factor)
	require.NoError(t, err)
	var out []string
	for _, op := range resolved.Operations() {
		text := op.Kind.Name + " " + op.Output.Shape.Text()
		for _, name := range arguments {
			if op.Args.Has(name) {
				text += fmt.Sprintf(" %s=%s", name, op.Args.Value(name).Text())
			}
		}
		out = append(out, text)
	}
	return out
}

func TestScaleKeepsInputAndOutputs(t *testing.T) {
	assert.Equal(t, []string{
		"conv2d 5×4×4", "conv2d 5×4×4", "batchnorm 5×4×4", "add 5×4×4", "global_avgpool 5", "linear 4", "global_avgpool 5", "linear 7",
	}, scaled(t, `
input: [3, 4, 4]
steps:
  - conv: {out: 8, kernel: 3}
  - add: [identity, [conv: {out: 8, kernel: 3}, batchnorm]]
  - head: [global_avgpool, linear: 4]
  - [global_avgpool, linear: 7]
`, big.NewRat(3, 5)), "8·3/5 is nearest to 5")
}

func TestWhatIsAddedFollows(t *testing.T) {
	assert.Equal(t, []string{
		"linear 2", "linear 2", "concat 4", "linear 4", "add 4", "linear 3", "add 3", "linear 4", "linear 4", "add 4",
		"linear 1", "linear 4", "sigmoid 4", "multiply 4", "linear 9",
	}, scaled(t, `
input: [3]
steps:
  - add: [identity, [concat: [[linear: 3], [linear: 3]], add: [identity, [linear: 6]], linear: 3]]
  - add: [[linear: 7], [linear: 7]]
  - multiply: [identity, [linear: 2, linear: 7, sigmoid]]
  - linear: 9
`, big.NewRat(1, 2)), "the parts 3 + 3 become 2 + 2, and what is added to them is 4 wide, not 3; what is added to the input stays")
}

func TestScaleKeepsGroupsWhole(t *testing.T) {
	assert.Equal(t, []string{
		"conv2d 8×4×4 groups=1", "conv2d 8×4×4 groups=4", "conv2d 8×4×4 groups=8", "conv2d 16×4×4 groups=8", "groupnorm 16×4×4 groups=2",
		"conv2d 12×4×4 groups=1", "tokens 12×16", "attention 12×16", "linear 6×16",
	}, scaled(t, `
input: [3, 4, 4]
steps:
  - conv: {out: 12, kernel: 3}
  - conv: {out: 12, kernel: 3, groups: 4}
  - conv: {out: 12, kernel: 3, groups: 12}   # depthwise: groups go with the channels
  - conv: {out: 24, kernel: 3, groups: 12}   # depthwise, two for each
  - groupnorm: 2
  - conv: {out: 18, kernel: 1}
  - [tokens, attention: 6, linear: 6]
`, big.NewRat(3, 5), "groups"), "12·3/5 is nearest to 7, but 4 groups need 8; 18·3/5 to 11, but 6 heads need 12")
}

func TestScaledSlicesTakeTheirShare(t *testing.T) {
	assert.Equal(t, []string{
		"slice 2 start=0", "linear 5", "slice 3 start=0", "slice 3 start=2", "linear 4", "concat 7", "linear 9",
	}, scaled(t, `
input: [4]
steps:
  - [slice: 2, linear: 10]                   # the input stays, and so does what is cut from it
  - concat: [[slice: 5], [slice: {count: 5, start: 5}, linear: 7]]   # halves of 5 are 3, one from each end
  - linear: 9
`, big.NewRat(1, 2), "start"))
}

func TestScaledSlicesOfTheEndStayThere(t *testing.T) {
	const text = `
input: [4]
steps: [linear: 14, slice: {count: 7, start: 7}, linear: 9]
`
	assert.Equal(t, []string{"linear 7", "slice 3 start=4", "linear 9"}, scaled(t, text, big.NewRat(49, 100), "start"))
	assert.Equal(t, []string{"linear 28", "slice 14 start=14", "linear 9"}, scaled(t, text, big.NewRat(2, 1), "start"))
}

// TestScaledPartsFitGroupsTogether: where groups read a concat, they divide each of its parts.
func TestScaledPartsFitGroupsTogether(t *testing.T) {
	assert.Equal(t, []string{"conv2d 8×4×4", "conv2d 4×4×4", "concat 12×4×4", "conv2d 8×4×4", "conv2d 2×4×4"}, scaled(t, `
input: [3, 4, 4]
steps:
  - concat: [[conv: {out: 12, kernel: 1}], [conv: {out: 8, kernel: 1}]]
  - conv: {out: 16, kernel: 1, groups: 4}
  - conv: {out: 2, kernel: 1}
`, big.NewRat(55, 100)))
}

func TestScaledSequencesAndGivenShapes(t *testing.T) {
	assert.Equal(t, []string{
		"lstm 6×5", "parameter 6×5", "add 6×5", "reshape 6×5", "linear 9×5",
	}, scaled(t, `
input: [3, 5]
steps:
  - {lstm: {out: 8, directions: 2}, as: x}
  - {parameter: [16, 5], as: learned}        # a learned tensor goes with what it is added to
  - add: {from: [x, learned]}
  - reshape: [16, 5]
  - linear: 9
`, big.NewRat(1, 3)), "16/3 is nearest to 5, but two directions need 6")

	s, err := rewrite.NewScaler(unrolled(t, `
input: [3, 4]
steps: [linear: 8, reshape: [16, 2], linear: 2]
`))
	require.NoError(t, err)
	_, err = s.Scale(big.NewRat(1, 2))
	require.ErrorContains(t, err, "reshape: makes 16×2 of 8×4; what it would make of 4×4 is not known")
	assert.Equal(t, []string{"linear 8×2×2", "reshape 2×4×4", "linear 5×4×4"}, scaled(t, `
input: [3, 2, 2]
steps: [linear: 16, reshape: [4, 4, 4], linear: 5]
`, big.NewRat(1, 2)), "depth to space")
}

func TestFixedWidths(t *testing.T) {
	_, err := rewrite.NewScaler(unrolled(t, `
input: [8]
steps: [add: [identity, [linear: 8]], linear: 3]
`))
	require.ErrorIs(t, err, rewrite.ErrFixedWidths)
}

// TestStepsMissNothing goes through the factors in small strides and through the steps, and must see the same widths.
func TestStepsMissNothing(t *testing.T) {
	resolved := unrolled(t, `
input: [3]
steps: [linear: 5, linear: 6, layernorm, linear: 9, linear: 12, groupnorm: 4, linear: 2]
`)
	s, err := rewrite.NewScaler(resolved)
	require.NoError(t, err)
	widths := func(factor *big.Rat) string {
		out, err := s.Scale(factor)
		require.NoError(t, err)
		text := ""
		for _, op := range out.Operations() {
			text += op.Output.Shape.Text() + " "
		}
		return text
	}
	var strides []string
	for n := int64(1); n <= 2*2520; n++ {
		if w := widths(big.NewRat(n, 2520)); len(strides) == 0 || strides[len(strides)-1] != w {
			strides = append(strides, w)
		}
	}
	var steps []string
	for n := big.NewInt(0); ; n.Add(n, big.NewInt(1)) {
		factor := s.Factor(n)
		if factor.Cmp(big.NewRat(2, 1)) > 0 {
			break
		}
		if w := widths(factor); len(steps) == 0 || steps[len(steps)-1] != w {
			steps = append(steps, w)
		}
		assert.GreaterOrEqual(t, s.Steps(factor).Cmp(n), 0)
	}
	assert.Equal(t, strides, steps)
	assert.Len(t, steps, 36)
	assert.Equal(t, "1", s.Factor(s.Steps(big.NewRat(1, 1))).RatString(), "what is as it was has the simplest factor")
	assert.Equal(t, "2/3", s.Factor(s.Steps(big.NewRat(2, 3))).RatString())
}

// TestShippedNetworksScale: every network has one of its own shape at every scale, with the same classes, unless it sees channels as heads or as
// positions, which says so.
func TestShippedNetworksScale(t *testing.T) {
	entries, err := zoo.Entries()
	require.NoError(t, err)
	factors := []*big.Rat{big.NewRat(655, 1000), big.NewRat(1, 1), big.NewRat(1, 5), big.NewRat(17, 13)}
	if testing.Short() {
		factors = factors[:2]
	}
	for _, e := range entries {
		m := e.Member()
		if _, preset := m.Network.Preset(m.Name); preset {
			continue
		}
		t.Run(e.Name, func(t *testing.T) {
			t.Parallel()
			resolved, err := trace.Resolve(m.Network, trace.Options{Set: m.Set, Unroll: true})
			require.NoError(t, err)
			s, err := rewrite.NewScaler(resolved)
			require.NoError(t, err)
			for _, factor := range factors {
				out, err := s.Scale(factor)
				if err != nil && slices.Contains([]string{"swin", "maxvit", "u-vit", "deepseek", "gemma3n", "flux", "olmoe"}, e.Name) {
					require.ErrorContains(t, err, "what it would make of")
					continue
				}
				require.NoError(t, err)
				require.Equal(t, resolved.Output.Shape.Text(), out.Output.Shape.Text(), "classes stay")
				was, is := resolved.Operations(), out.Operations()
				require.Len(t, is, len(was))
				for k := range was {
					require.Equal(t, was[k].Name, is[k].Name)
					if factor.IsInt() {
						require.Equal(t, was[k].Output.Shape.Text(), is[k].Output.Shape.Text(), was[k].Name)
						require.Equal(t, was[k].Extends == nil, is[k].Extends == nil, "lists stay lists")
					}
				}
			}
		})
	}
}

// TestExpertsAreScaledInside: what stands between the layers of experts is a width too.
func TestExpertsAreScaledInside(t *testing.T) {
	assert.Equal(t, []string{"linear 6×4", "experts 6×4 hidden=9", "linear 5×4"}, scaled(t, `
input: [3, 4]
steps: [linear: 12, experts: {count: 4, active: 2, hidden: 18}, linear: 5]
`, big.NewRat(1, 2), "hidden"))
}
