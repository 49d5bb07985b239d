package cost_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/spec"
	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/cost"
)

// mirrored are networks whose second half reads the first one in reverse order.
func mirrored() map[string]string {
	return map[string]string{
		"widths change first": `
input: [7, 5]
steps:
  - repeat: {times: L, steps: [{linear: d, as: s}]}
  - repeat: {times: L, steps: [concat: [identity, {from: s}], linear: d]}
`,
		"what is read grows": `
input: [4, 5]
steps:
  - linear: 4
  - repeat: {times: L, steps: [{relu: , as: s}, linear: c + d]}
  - linear: 9
  - repeat: {times: L, steps: [{from: s}, sigmoid, linear: 2*c, head: [linear: 3], linear: 9]}
`,
		"adds, in paths and inner repeats": `
input: [6, 5]
steps:
  - linear: d
  - repeat: {times: L, steps: [add: [identity, [layernorm, {linear: d, as: s}, relu]]]}
  - [relu, linear: d]
  - repeat: {times: L, steps: [repeat: {times: 2, steps: [add: [identity, [{from: s}, linear: d]]]}, gelu, add: [identity, {from: s}]]}
  - linear: 2
`,
		"the first iteration needs no gradient": `
input: [6, 5]
steps:
  - repeat: {times: L, steps: [{relu: , as: s}, {linear: 6, as: t}]}
  - repeat: {times: L, steps: [multiply: [identity, [{from: s}, linear: 6], {from: t}], gelu]}
  - linear: d
`,
		"one in another": `
input: [d, 5]
steps:
  - linear: d
  - repeat:
      times: 2
      steps:
        - repeat: {times: L, steps: [{linear: d, as: s}, gelu]}
        - repeat: {times: L, steps: [add: [identity, {from: s}], linear: d]}
  - linear: 2
`,
		"frozen weights": `
input: [d, 5]
steps:
  - repeat: {times: L, steps: [{batchnorm: , as: s}]}
  - repeat: {times: L, steps: [multiply: [{from: s}, [{from: s}, global_avgpool]], add: [identity, {from: s}]]}
  - linear: 2
`,
	}
}

// TestMirroredRepeatsClose: the formulas of repeats that read earlier ones in reverse order are the networks written out.
func TestMirroredRepeatsClose(t *testing.T) {
	for name, text := range mirrored() {
		closesAsWritten(t, name, inYAML(t, "name: mirrored\nsymbols: {L: 3, d: 6}"+text), []string{"L", "d"}, "L=1;d=4", "L=2;d=7", "L=5;d=3")
	}
}

// TestMirrorsWithoutLoops: where iterations differ, both repeats are written out.
func TestMirrorsWithoutLoops(t *testing.T) {
	m := summarize(t, `name: u
symbols: {n: 3, w: 4}
input: [3, 32, 32]
steps:
  - repeat: {times: n, steps: [{conv: {out: w*2^i, kernel: 3}, as: s}, maxpool: 2]}
  - conv: {out: w*2^n, kernel: 3}
  - repeat: {times: n, steps: [upsample: 2, conv: {out: c/2, kernel: 1}, concat: [identity, {from: s}], conv: {out: c/2, kernel: 3}]}
`, cost.Options{Quantities: []cost.Quantity{cost.Params}})
	want := int64(9*(3*4+4*8+8*16+16*32) + 32*16 + 16*8 + 8*4 + 9*(32*16+16*8+8*4))
	assert.Equal(t, want, small(t, m, cost.Params))
}

// TestMirrorsOfOtherLengths are refused where they are read.
func TestMirrorsOfOtherLengths(t *testing.T) {
	for counts, want := range map[[2]string]string{
		{"L", "L - 1"}: `"s" is made by a repeat that runs L times, and read by one that runs L−1 times`,
		{"3", "2"}:     `"s" is made by a repeat that runs 3 times, and read by one that runs 2 times`,
		{"0", "2"}:     `"s" is made by a repeat that runs 0 times, and read by one that runs 2 times`,
		{"L", "2*L"}:   `"s" is made by a repeat that runs L times, and read by one that runs 2·L times`,
	} {
		n, err := spec.Parse("test.yaml", []byte(strings.NewReplacer("A", counts[0], "B", counts[1]).Replace(`name: unequal
symbols: {L: 3}
input: [4]
steps:
  - repeat: {times: A, steps: [{linear: 4, as: s}]}
  - repeat: {times: B, steps: [add: [identity, {from: s}]]}
`)))
		require.NoError(t, err)
		_, err = trace.Resolve(n, trace.Options{Free: []string{"L"}})
		require.ErrorContains(t, err, want)
		assert.Contains(t, err.Error(), "test.yaml:6:")
	}
}
