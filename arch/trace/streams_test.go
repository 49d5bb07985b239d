package trace_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/spec"
	"github.com/skipcost/skipcost/arch/trace"
)

func TestWhatCannotRunOnStreams(t *testing.T) {
	for steps, want := range map[string]string{
		"streams: {count: 0, steps: [add: [identity, relu]]}":                                           "4:22: streams: count is 0, but must be at least 1",
		"streams: {count: 1/2, steps: [add: [identity, relu]]}":                                         "4:22: streams: count is 1/2, not a whole number",
		"streams: {count: 2, steps: [relu]}":                                                            "4:33: relu stands on streams: layers stand in the branch of an add",
		"streams: {count: 2, steps: [add: [relu, relu]]}":                                               "4:33: streams meet branches in an add of the identity and one branch",
		"streams: {count: 2, steps: [add: [identity, relu, relu]]}":                                     "4:33: streams meet branches in an add of the identity and one branch",
		"streams: {count: 2, steps: [multiply: [identity, relu]]}":                                      "4:33: streams meet branches in an add of the identity and one branch",
		"streams: {count: 2, steps: [concat: [identity, relu]]}":                                        "4:33: streams meet branches in an add of the identity and one branch",
		"streams: {count: 2, steps: [add: [identity, linear: 4]]}":                                      "4:33: add: paths end in 8×5 and 4×5",
		"streams: {count: 2, steps: [head: [relu]]}":                                                    "4:33: a head reads one tensor, not streams",
		"streams: {count: 2, steps: [streams: {count: 2, steps: [add: [identity, relu]]}]}":             "4:33: streams of streams",
		"streams: {count: 2, steps: [repeat: {times: 2, links: log2, steps: [add: [identity, relu]]}]}": "4:33: a repeat of streams has no links: the streams are what it carries",
		"[{relu: , as: x}, {streams: {count: 2, steps: [{add: [identity, relu], from: x}]}}]":           "4:53: 8×5 is no 2 streams of width 8",
		"[{relu: , as: x}, {streams: {count: 2, steps: [{from: x}]}}]":                                  "4:24: 8×5 is no 2 streams of width 8",
		"streams: {fractions: 2, steps: [add: [identity, linear: 4]]}":                                  "4:37: add: paths end in 8×5 and 4×5",
		"collect: 3": "4:5: collect: the width 8 is not one of 3 equal streams",
	} {
		n, err := spec.Parse("x.yaml", []byte("name: x\ninput: [8, 5]\nsteps:\n  - "+steps+"\n"))
		require.NoError(t, err, steps)
		_, err = trace.Resolve(n, trace.Options{})
		assert.ErrorContains(t, err, "x.yaml:"+want, steps)
	}
}

// TestFormsOfStreams: what stands at the second of two sites of two streams of width 6 on 5 positions, by the equations of the papers: what
// mixes, reads and writes, with what makes the numbers for it; learned elements in brackets, views left out but for
// where in the numbers they begin.
func TestFormsOfStreams(t *testing.T) {
	for form, want := range map[string]string{
		"count: 2": "mix 12×5 (4); mix 6×5 (2); linear 6×5 (36); mix 12×5 (2); add 12×5 (0)",
		// Zhu et al. 2024, arXiv:2409.19606, equations 23 to 26: n + 2 numbers of each stream, tanh, two scales.
		"count: 2, form: dynamic": "layernorm 5·(6×2) (0); linear 5·(4×2) (24); tanh 5·(4×2) (0); scale 5·(4×2) (2); shift 5·(4×2) (8); " +
			"2…; matmul 5·(6×2) (0); 0…; matmul 5·(6×1) (0); linear 6×5 (36); 1…; matmul 5·(6×2) (0); add 12×5 (0)",
		// Xie et al. 2025, arXiv:2512.24880, equations 7 and 8: n² + 2n numbers of all streams, three scales, a doubly stochastic matrix.
		"count: 2, form: mhc": "rmsnorm 12×5 (0); linear 8×5 (96); scale 8×5 (3); shift 8×5 (8); 4…; sinkhorn 5·(2×2) (0); matmul 5·(6×2) (0); " +
			"0…; sigmoid 2×5 (0); matmul 5·(6×1) (0); linear 6×5 (36); 2…; sigmoid 2×5 (0); scale 5·(1×2) (0); matmul 5·(6×2) (0); add 12×5 (0)",
		"fractions: 2": "mix 6×5 (4); mix 6×5 (4); linear 6×5 (36); scale 6×5 (2); add 6×5 (0)",
		// Zhu et al. 2025, arXiv:2503.14125, equations 18 to 20: 2m + 1 numbers of each part; a branch reads as many sums of them.
		"fractions: 2, form: dynamic": "rmsnorm 5·(3×2) (3); linear 5·(5×2) (15); tanh 5·(5×2) (0); scale 5·(5×2) (2); shift 5·(5×2) (10); " +
			"3…; matmul 5·(3×2) (0); 1…; matmul 5·(3×2) (0); linear 6×5 (36); 0…; multiply 5·(3×2) (0); add 6×5 (0)",
	} {
		resolved := resolve(t, "input: [6, 5]\nsteps: [streams: {"+form+", steps: [repeat: {times: 2, steps: [add: [identity, [linear: c]]]}]}]\n", trace.Options{Unroll: true})
		var got []string
		for _, op := range resolved.Operations() {
			if view := op.Kind.Name == "reshape" || op.Kind.Name == "expand"; !view && strings.Contains(op.Name, "[1]") {
				if op.Kind.Name == "slice" {
					got = append(got, op.Args.Value("start").Text()+"…")
					continue
				}
				got = append(got, fmt.Sprintf("%s %s (%s)", op.Kind.Name, op.Output.Shape.Text(), op.WeightElements().Text()))
				assert.Equal(t, op.Kind.Name != "linear" || op.WeightElements().Text() != "36", op.Mixes, op.Name)
			}
		}
		assert.Equal(t, want, strings.Join(got, "; "), form)
	}
}
