package rewrite_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/rewrite"
	"github.com/skipcost/skipcost/arch/spec"
	"github.com/skipcost/skipcost/arch/trace"
)

// TestFold says which norms of a network are gone, and how many products have a bias after it.
func TestFold(t *testing.T) {
	for name, test := range map[string]struct {
		steps         string
		norms, biases int // that are left
	}{
		"behind a convolution":            {"conv: {out: 4, kernel: 3}, batchnorm", 0, 1},
		"behind a bias":                   {"conv: {out: 4, kernel: 3, bias: true}, batchnorm", 0, 1},
		"behind a linear layer":           {"linear: 4, batchnorm", 0, 1},
		"two in a row":                    {"conv: {out: 4, kernel: 3}, batchnorm, batchnorm", 0, 1},
		"without scale and shift":         {"conv: {out: 4, kernel: 3}, batchnorm: {affine: false}", 0, 1},
		"an activation stands between":    {"conv: {out: 4, kernel: 3}, relu, batchnorm", 1, 0},
		"before the product":              {"batchnorm, conv: {out: 4, kernel: 3}", 1, 0},
		"another kind of norm":            {"conv: {out: 4, kernel: 3}, layernorm", 0, 0},
		"something else reads":            {"conv: {out: 4, kernel: 3}, add: [identity, batchnorm]", 1, 0},
		"the weights are shared":          {"{conv: {out: 4, kernel: 3}, as: a}, batchnorm, {conv: {out: 4, kernel: 3, shared: a}}, batchnorm", 2, 0},
		"in each iteration":               {"repeat: {times: 3, steps: [conv: {out: 4, kernel: 3}, batchnorm, relu]}", 0, 1},
		"in front of a body that differs": {"relu, repeat: {times: 3, steps: [batchnorm, relu]}", 1, 0},
	} {
		t.Run(name, func(t *testing.T) {
			n, err := spec.Parse("x.yaml", []byte("name: x\ninput: [4, 8, 8]\nsteps: ["+test.steps+"]\n"))
			require.NoError(t, err)
			resolved, err := trace.Resolve(n, trace.Options{})
			require.NoError(t, err)
			before := len(resolved.Operations())
			folded, _, err := rewrite.Fold(resolved)
			require.NoError(t, err)
			norms, biases := 0, 0
			for _, op := range folded.Operations() {
				if op.Kind.Folds {
					norms++
				}
				if op.Args.Value("bias").IsOne() {
					biases++
				}
				for _, in := range op.Inputs {
					if in.Producer != nil {
						assert.Contains(t, folded.Operations(), in.Producer)
					}
				}
			}
			assert.Equal(t, test.norms, norms, "norms")
			assert.Equal(t, test.biases, biases, "biases")
			assert.Len(t, resolved.Operations(), before, "the trace itself stays as it was")
			again, _, err := rewrite.Fold(folded)
			require.NoError(t, err)
			assert.Len(t, again.Operations(), len(folded.Operations()))
		})
	}
}

// TestFoldOfUnevenRepeats: a norm that opens a body stands behind the product that ends it, but in the first iteration, or behind
// norms that fold in the first one and the norm itself in the others. A repeat inside that does not run in some iterations reads nothing
// there, nor uses weights.
func TestFoldOfUnevenRepeats(t *testing.T) {
	for steps, left := range map[string]int{
		"repeat: {times: 2, steps: [batchnorm, linear: 4, batchnorm]}":                                                                  3,
		"repeat: {times: 2, steps: [{linear: 4, as: x}, repeat: {times: i, steps: [{relu: , from: x}]}, {batchnorm: , from: x}, relu]}": 6,
		"repeat: {times: 2, steps: [{linear: 4, as: x}, batchnorm, repeat: {times: i, steps: [linear: {out: 4, shared: x}]}, relu]}":    6,
		"repeat: {times: 3, steps: [batchnorm, relu, linear: 4]}":                                                                       7, // nine less the norms of the second and the third iteration
		"linear: 4, batchnorm, repeat: {times: 2, steps: [batchnorm]}":                                                                  1,
		"linear: 4, repeat: {times: 2, steps: [batchnorm, batchnorm]}, relu":                                                            2,
	} {
		n, err := spec.Parse("x.yaml", []byte("name: x\ninput: [4]\nsteps: ["+steps+"]\n"))
		require.NoError(t, err)
		resolved, err := trace.Resolve(n, trace.Options{})
		require.NoError(t, err)
		_, _, err = rewrite.Fold(resolved)
		require.ErrorIs(t, err, rewrite.ErrUnevenFolds, steps)
		unrolled, err := resolved.Unrolled()
		require.NoError(t, err)
		folded, _, err := rewrite.Fold(unrolled)
		require.NoError(t, err)
		assert.Len(t, folded.Operations(), left, steps)
	}
}

// TestFoldWhereRepeatsRun: whether a repeat runs, and how often, may decide what folds, and is taken for granted where it is a symbol.
func TestFoldWhereRepeatsRun(t *testing.T) {
	for steps, runs := range map[string]string{
		"linear: 4, repeat: {times: n - 1, steps: [relu]}, batchnorm":                           "n−1",
		"{linear: 4, as: x}, head: [relu], repeat: {times: n, steps: [{batchnorm: , from: x}]}": "n",
		"{linear: 4, as: x}, repeat: {times: n, steps: [{batchnorm: , from: x}, relu]}":         "n−1",
		"repeat: {times: n, steps: [linear: 4, batchnorm, relu]}":                               "",
	} {
		n, err := spec.Parse("x.yaml", []byte("name: x\nsymbols: {n: 4}\ninput: [4]\nsteps: ["+steps+"]\n"))
		require.NoError(t, err)
		resolved, err := trace.Resolve(n, trace.Options{Free: []string{"n"}})
		require.NoError(t, err)
		_, taken, err := rewrite.Fold(resolved)
		require.NoError(t, err, steps)
		var texts []string
		for _, e := range taken {
			texts = append(texts, e.Text())
		}
		assert.Equal(t, runs, strings.Join(texts, ", "), steps)
	}
}

// TestFoldBranches says how many layers are left of sums of products.
func TestFoldBranches(t *testing.T) {
	for name, test := range map[string]struct {
		steps string
		left  int
	}{
		"three branches, as in RepVGG":  {"add: [batchnorm, [conv: {out: 4, kernel: 3}, batchnorm], [conv: {out: 4, kernel: 1}, batchnorm]]", 1},
		"the identity":                  {"add: [identity, conv: {out: 4, kernel: 3}]", 1},
		"with a stride":                 {"add: [conv: {out: 8, kernel: 3, stride: 2}, conv: {out: 8, kernel: 1, stride: 2}]", 1},
		"in each iteration":             {"repeat: {times: 3, steps: [add: [identity, conv: {out: 4, kernel: 3}], relu]}", 2},
		"of linear layers":              {"add: [linear: 4, linear: 4]", 1},
		"other strides":                 {"add: [conv: {out: 8, kernel: 3, stride: 2}, [conv: {out: 8, kernel: 1}, maxpool: 2]]", 4},
		"an activation in between":      {"add: [identity, [conv: {out: 4, kernel: 3}, relu]]", 3},
		"two in a row on one path":      {"add: [identity, [conv: {out: 4, kernel: 3}, conv: {out: 4, kernel: 1}]]", 3},
		"something else reads a branch": {"{relu: , as: x}, {conv: {out: 4, kernel: 3}, as: a}, {conv: {out: 4, kernel: 1}, from: x, as: b}, add: {from: [a, b]}, add: [identity, {from: a}]", 5},
		"kernels without a middle":      {"add: [conv: {out: 4, kernel: 2}, conv: {out: 4, kernel: 1}]", 3},
		"other groups":                  {"add: [conv: {out: 4, kernel: 3, groups: 4}, conv: {out: 4, kernel: 1}]", 3},
		"a product of branches":         {"multiply: [identity, conv: {out: 4, kernel: 3}]", 2},
		"nothing that is a product":     {"add: [identity, batchnorm]", 2},
	} {
		n, err := spec.Parse("x.yaml", []byte("name: x\ninput: [4, 8, 8]\nsteps: ["+test.steps+"]\n"))
		require.NoError(t, err, name)
		resolved, err := trace.Resolve(n, trace.Options{})
		require.NoError(t, err, name)
		folded, _, err := rewrite.FoldBranches(resolved)
		require.NoError(t, err, name)
		assert.Len(t, folded.Operations(), test.left, name)
		unrolled, err := folded.Unrolled()
		require.NoError(t, err, name)
		assert.True(t, unrolled.Output.Shape.Equal(resolved.Output.Shape), name)
	}
}

// TestFoldBranchesOfUnevenRepeats: a path that a repeat makes is a product in some iterations and the tensor itself in the others.
func TestFoldBranchesOfUnevenRepeats(t *testing.T) {
	n, err := spec.Parse("x.yaml", []byte("name: x\ninput: [4, 8, 8]\nsteps: [repeat: {times: 2, steps: [relu, add: [conv: {out: 4, kernel: 3}, repeat: {times: i, steps: [conv: {out: 4, kernel: 1}]}]]}]\n"))
	require.NoError(t, err)
	resolved, err := trace.Resolve(n, trace.Options{})
	require.NoError(t, err)
	_, _, err = rewrite.FoldBranches(resolved)
	require.ErrorIs(t, err, rewrite.ErrUnevenFolds)
	unrolled, err := resolved.Unrolled()
	require.NoError(t, err)
	folded, _, err := rewrite.FoldBranches(unrolled)
	require.NoError(t, err)
	assert.Len(t, folded.Operations(), 4)
}
