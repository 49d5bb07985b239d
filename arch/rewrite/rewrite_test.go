package rewrite_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/rewrite"
	"github.com/skipcost/skipcost/arch/spec"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/cost"
)

// rewritten resolves a network, rewrites all its links and lists the shapes that the operations output.
func rewritten(t *testing.T, yaml string, edit rewrite.Edit) ([]string, []rewrite.Refusal) {
	t.Helper()
	n, err := spec.Parse("test.yaml", []byte(yaml))
	require.NoError(t, err)
	resolved, err := trace.Resolve(n, trace.Options{Unroll: true})
	require.NoError(t, err)
	var edits []rewrite.Edit
	editor := cost.Editor(resolved)
	for _, s := range editor.Links() {
		e := edit
		e.Link = s
		edits = append(edits, e)
	}
	out, err := editor.Rewrite(edits)
	require.NoError(t, err)
	var shapes []string
	for _, op := range out.Trace.Operations() {
		shapes = append(shapes, op.Kind.Name+" "+op.Output.Shape.Text())
	}
	return shapes, out.Refused
}

const residual = `
name: residual
input: [8, 4, 4]
steps:
  - repeat: {times: 2, steps: [add: [identity, [conv: {out: c, kernel: 3}, batchnorm]], relu]}
  - add: [[conv: {out: 16, kernel: 1, stride: 2}], [conv: {out: 16, kernel: 3, stride: 2}, relu]]
  - [global_avgpool, linear: 10]
`

func TestAddBecomesConcat(t *testing.T) {
	shapes, refused := rewritten(t, residual, rewrite.Edit{To: rewrite.ToConcat})
	assert.Empty(t, refused)
	assert.Equal(t, []string{
		"conv2d 8×4×4", "batchnorm 8×4×4", "concat 16×4×4", "relu 16×4×4",
		"conv2d 8×4×4", "batchnorm 8×4×4", "concat 24×4×4", "relu 24×4×4",
		"conv2d 16×2×2", "conv2d 16×2×2", "relu 16×2×2", "concat 32×2×2",
		"global_avgpool 32", "linear 10",
	}, shapes)
}

func TestAddBecomesDense(t *testing.T) {
	shapes, _ := rewritten(t, residual, rewrite.Edit{To: rewrite.ToDense, Growth: symbolic.Int(3)})
	assert.Equal(t, []string{
		"conv2d 3×4×4", "batchnorm 3×4×4", "concat 11×4×4", "relu 11×4×4",
		"conv2d 3×4×4", "batchnorm 3×4×4", "concat 14×4×4", "relu 14×4×4",
		"conv2d 16×2×2", "conv2d 3×2×2", "relu 3×2×2", "concat 19×2×2",
		"global_avgpool 19", "linear 10",
	}, shapes)
}

// TestWidthsThatFollowAnEditMayRefuseIt: the body of the mean would follow the concat that the add beside it becomes, but another
// path of its gate cannot.
func TestWidthsThatFollowAnEditMayRefuseIt(t *testing.T) {
	n, err := spec.Parse("test.yaml", []byte(`
name: followed
input: [4, 4, 4]
steps:
  - mean: [[add: [identity, [conv: {out: c, kernel: 1}]]], [multiply: [[conv: {out: 4, kernel: 3}], identity]], identity]
`))
	require.NoError(t, err)
	resolved, err := trace.Resolve(n, trace.Options{Unroll: true})
	require.NoError(t, err)
	editor := cost.Editor(resolved)
	var edits []rewrite.Edit
	for _, l := range editor.Links() {
		if l.Merge.Kind == arch.Add.Kind() {
			edits = append(edits, rewrite.Edit{Link: l, To: rewrite.ToConcat})
		}
	}
	require.Len(t, edits, 1)
	out, err := editor.Rewrite(edits)
	require.NoError(t, err)
	require.Len(t, out.Refused, 1)
	assert.Equal(t, "multiply: paths end in 8×4×4 and 4×4×4, at mean.path2.multiply", out.Refused[0].Reason)
}

func TestSkipsAreCut(t *testing.T) {
	shapes, _ := rewritten(t, residual, rewrite.Edit{To: rewrite.Cut})
	assert.Equal(t, []string{
		"conv2d 8×4×4", "batchnorm 8×4×4", "relu 8×4×4", "conv2d 8×4×4", "batchnorm 8×4×4", "relu 8×4×4",
		"conv2d 16×2×2", "relu 16×2×2", "global_avgpool 16", "linear 10",
	}, shapes)
}

func TestConcatBecomesAdd(t *testing.T) {
	shapes, refused := rewritten(t, `
name: dense
input: [8, 4, 4]
steps:
  - repeat: {times: 2, steps: [concat: [identity, [conv: {out: 32, kernel: 1}, relu, conv: {out: 4, kernel: 3}]]]}
  - concat: [[conv: {out: 4, kernel: 1}], [conv: {out: 4, kernel: 3}]]
  - concat: [[conv: {out: 4, kernel: 1}], [conv: {out: 6, kernel: 3}]]
`, rewrite.Edit{To: rewrite.ToAdd})
	assert.Equal(t, []string{
		"conv2d 32×4×4", "relu 32×4×4", "conv2d 8×4×4", "add 8×4×4", "conv2d 32×4×4", "relu 32×4×4", "conv2d 8×4×4", "add 8×4×4",
		"conv2d 4×4×4", "conv2d 4×4×4", "add 4×4×4", "conv2d 4×4×4", "conv2d 6×4×4", "concat 10×4×4",
	}, shapes)
	require.Len(t, refused, 1)
	assert.Equal(t, "no path is the identity and their widths differ, so there is no width to take", refused[0].Reason)
}

func TestProjectionsThatOnlyMatchWidthsMayGo(t *testing.T) {
	network := `
name: projected
input: [8, 4, 4]
steps:
  - add: [[conv: {out: 16, kernel: 1}, batchnorm], [conv: {out: 16, kernel: 3}]]
  - add: [[subsample: 2, zero_pad: 32], [conv: {out: 32, kernel: 3, stride: 2}]]
`
	shapes, _ := rewritten(t, network, rewrite.Edit{To: rewrite.ToConcat, Projections: rewrite.DropProjections})
	assert.Equal(t, []string{"conv2d 16×4×4", "concat 24×4×4", "subsample 24×2×2", "conv2d 32×2×2", "concat 56×2×2"}, shapes)
}

func TestGatesDepthwiseAndNormsFollow(t *testing.T) {
	shapes, refused := rewritten(t, `
name: gated
input: [8, 4, 4]
steps:
  - concat: [identity, [conv: {out: 8, kernel: 3}]]
  - conv: {out: c, kernel: 3, groups: c}
  - multiply: [identity, [global_avgpool, linear: c/4, relu, linear: 4*c, sigmoid]]
  - add: [identity, [conv: {out: 32, kernel: 1}, conv: {out: 32, kernel: 3, groups: 32}, conv: {out: c/2, kernel: 1}]]
`, rewrite.Edit{To: rewrite.ToConcat})
	require.Len(t, refused, 1, "the gate stays a gate")
	assert.Equal(t, []string{
		"conv2d 8×4×4", "concat 16×4×4", "conv2d 16×4×4", "global_avgpool 16", "linear 4", "relu 4", "linear 16", "sigmoid 16", "multiply 16×4×4",
		"conv2d 32×4×4", "conv2d 32×4×4", "conv2d 16×4×4", "concat 32×4×4",
	}, shapes)
}

func TestTheShortcutMayStandLast(t *testing.T) {
	shapes, refused := rewritten(t, `
name: last
input: [8, 4, 4]
steps:
  - concat: [[conv: {out: 3, kernel: 3}], [relu]]
`, rewrite.Edit{To: rewrite.ToAdd})
	assert.Empty(t, refused)
	assert.Equal(t, []string{"conv2d 8×4×4", "relu 8×4×4", "add 8×4×4"}, shapes)
}

func TestPathsWithoutALayerAreNamed(t *testing.T) {
	_, refused := rewritten(t, "name: bare\ninput: [8, 4, 4]\nsteps:\n  - add: [identity, [slice: 4, zero_pad: 8, relu]]\n", rewrite.Edit{To: rewrite.ToDense, Growth: symbolic.Int(4)})
	require.Len(t, refused, 1)
	assert.Equal(t, "path 2, which ends in add.relu, has no last layer whose width could change", refused[0].Reason)
}

// TestGatesAreCut: without its gate a tensor goes on as it is, whichever of the two is the trunk; of two that are as large the trunk does.
func TestGatesAreCut(t *testing.T) {
	for _, c := range []struct {
		steps  string
		shapes []string
	}{
		{"multiply: [identity, [global_avgpool, linear: 8, sigmoid]], linear: 3", []string{"linear 3×5"}},
		{"multiply: [[global_avgpool, linear: 8, sigmoid], [linear: 8, linear: 8]], linear: 3", []string{"linear 8×5", "linear 8×5", "linear 3×5"}},
		{"multiply: [[linear: 8, sigmoid], [linear: 8, linear: 8]], linear: 3", []string{"linear 8×5", "linear 8×5", "linear 3×5"}},
		{"multiply: [linear: {out: 6, bias: true}, [linear: 6, sigmoid]], linear: 3", []string{"linear 6×5", "sigmoid 6×5", "linear 3×5"}},
	} {
		shapes, refused := rewritten(t, "name: gate\ninput: [8, 5]\nsteps: ["+c.steps+"]\n", rewrite.Edit{To: rewrite.Cut})
		assert.Empty(t, refused, c.steps)
		assert.Equal(t, c.shapes, shapes, c.steps)
	}
}

// TestLastLayersOfBodies: the layer that takes the width of what it is added to is the last one that can have any: not one with a width of
// its channels, and of what is scaled the one that makes it, not the one that scales.
func TestLastLayersOfBodies(t *testing.T) {
	for _, c := range []struct {
		body   string
		shapes []string // where the body outputs 6 channels
	}{
		{"conv: {out: 8, kernel: 3}, relu", []string{"conv2d 6×4×4", "relu 6×4×4"}},
		{"conv: {out: 8, kernel: 1}, conv: {out: 8, kernel: 3, groups: 8}", []string{"conv2d 6×4×4", "conv2d 6×4×4"}},
		{"conv: {out: 8, kernel: 1}, conv: {out: 8, kernel: 3, groups: 2}", []string{"conv2d 8×4×4", "conv2d 6×4×4"}},
		{"conv: {out: 8, kernel: 1}, multiply: [[global_avgpool, linear: c, sigmoid], identity]", []string{"conv2d 6×4×4", "global_avgpool 6", "linear 6", "sigmoid 6", "multiply 6×4×4"}},
	} {
		shapes, refused := rewritten(t, "name: bodies\ninput: [8, 4, 4]\nsteps: [add: [identity, ["+c.body+"]]]\n", rewrite.Edit{To: rewrite.ToDense, Growth: symbolic.Int(6)})
		for _, r := range refused {
			assert.Equal(t, rewrite.Gate, r.Link.Class, "%s: %s", c.body, r.Reason)
		}
		assert.Equal(t, append(c.shapes, "concat 14×4×4"), shapes, c.body)
	}
}
