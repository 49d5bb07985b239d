package cost_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/rewrite"
	"github.com/skipcost/skipcost/arch/spec"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/cost"
)

// computes is what a network of linear layers, adds and concats puts out. weight is that of a layer by its name.
func computes(t *testing.T, n *trace.Trace, in []int64, weight func(layer string, row, column int) int64) []int64 {
	t.Helper()
	values := map[*trace.Value][]int64{n.Input: in}
	for _, op := range n.Operations() {
		var out []int64
		switch op.Kind.Name {
		case "linear":
			rows, ok := op.Output.Shape.Width.Int64()
			require.True(t, ok)
			out = make([]int64, rows)
			for row := range out {
				for column, x := range values[op.Inputs[0]] {
					out[row] += weight(op.Name, row, column) * x
				}
			}
		case "add":
			out = make([]int64, len(values[op.Inputs[0]]))
			for _, v := range op.Inputs {
				for k, x := range values[v] {
					out[k] += x
				}
			}
		case "concat":
			for _, v := range op.Inputs {
				out = append(out, values[v]...)
			}
		default:
			t.Fatalf("%s is not run here", op.Kind.Name)
		}
		values[op.Output] = out
	}
	return values[n.Output]
}

// The network whose adds became concats, with the weights of each layer the same for all parts of a concat, puts out terms that
// add up to what the network that adds puts out.
func TestTiedConcatIsAdd(t *testing.T) {
	const width = 3
	s := find(t, "add").With(map[string]symbolic.Expr{"L": symbolic.Int(6), "N": symbolic.Int(width)})
	w, err := cost.SwapSkips(s, cost.SwapOptions{To: rewrite.ToConcat}, cost.Options{})
	require.NoError(t, err)
	seed := func(layer string, row, column int) int64 {
		n := int64(row*5 + column*3)
		for _, r := range layer {
			n = (n*31 + int64(r)) % 1009
		}
		return n%7 - 3
	}
	tied := func(layer string, row, column int) int64 { return seed(layer, row, column%width) }
	in := []int64{1, -2, 3}
	adds, concats := computes(t, w.Original, in, seed), computes(t, w.Trace, in, tied)
	require.Len(t, concats, 6*width, "every layer is a part of the last concat")
	sums := make([]int64, width)
	for k, x := range concats {
		sums[k%width] += x
	}
	assert.Equal(t, adds, sums)
	assert.NotEqual(t, []int64{0, 0, 0}, sums)

	params, err := w.TiedParams()
	require.NoError(t, err)
	assert.Equal(t, "45", params.ASCII(), "5 matrices of 3×3")
}

// written is a network from its text.
func written(t *testing.T, text string) cost.Subject {
	t.Helper()
	n, err := spec.Parse("x.yaml", []byte(text))
	require.NoError(t, err)
	return cost.Subject{Name: n.Name, Network: n}
}

func TestTiedParams(t *testing.T) {
	for name, want := range map[string]string{
		"resnet18": "residual1[0].relu (relu) stands between residual1[0].add and the weights that read it",
		"vgg11":    cost.ErrNotTied.Error(),
	} {
		_, err := swap(t, name, cost.SwapOptions{To: rewrite.ToConcat}).TiedParams()
		assert.EqualError(t, err, want, name)
	}
	_, err := swap(t, "add", cost.SwapOptions{To: rewrite.ToConcat, Reduce: true}).TiedParams()
	assert.ErrorIs(t, err, cost.ErrNotTied)
	tied, err := swap(t, "add", cost.SwapOptions{To: rewrite.ToConcat}).TiedParams()
	require.NoError(t, err)
	assert.Equal(t, "90000", tied.ASCII())
}

func TestReducedConcat(t *testing.T) {
	w := swap(t, "add", cost.SwapOptions{To: rewrite.ToConcat, Reduce: true})
	assert.Equal(t, "270000", w.After.Of(cost.Params).ASCII(), "2·N² a link more")
	maps := swap(t, "resnet18", cost.SwapOptions{To: rewrite.ToConcat, Reduce: true})
	more := maps.After.Of(cost.Params).Sub(maps.Before.Of(cost.Params))
	assert.Equal(t, "1392640", more.ASCII(), "2·N² a block, two of 64, 128, 256 and 512: 4·(64² + 128² + 256² + 512²)")
}

func TestProjectionsOfAdds(t *testing.T) {
	s := written(t, "name: x\ninput: [6]\nsteps:\n  - concat: [identity, [linear: 4]]\n  - linear: 5\n")
	w, err := cost.SwapSkips(s, cost.SwapOptions{To: rewrite.ToAdd, Projections: rewrite.AddProjections}, cost.Options{})
	require.NoError(t, err)
	assert.Equal(t, "68", w.After.Of(cost.Params).ASCII(), "6·4 of the body, 6·4 of the projection, 4·5 behind")
	follows, err := cost.SwapSkips(s, cost.SwapOptions{To: rewrite.ToAdd}, cost.Options{})
	require.NoError(t, err)
	assert.Equal(t, "66", follows.After.Of(cost.Params).ASCII(), "the body takes the width of the input: 6·6, and 6·5 behind")
}

// A layer outside of the link that reads the body is told.
func TestLayersBesideALink(t *testing.T) {
	s := written(t, "name: x\ninput: [6]\nsteps:\n  - {linear: 6, as: a}\n  - concat: [identity, [{linear: 4, as: f}, relu: {}, head: [linear: 3]]]\n")
	w, err := cost.SwapSkips(s, cost.SwapOptions{To: rewrite.ToAdd}, cost.Options{})
	require.NoError(t, err)
	assert.Len(t, w.Beside, 1)
}

func TestChosenRanges(t *testing.T) {
	names := func(only ...string) []int {
		w, err := cost.SwapSkips(find(t, "resnet50"), cost.SwapOptions{To: rewrite.Cut, Only: only}, cost.Options{})
		require.NoError(t, err)
		var ids []int
		for _, l := range w.Chosen {
			ids = append(ids, l.ID)
		}
		return ids
	}
	assert.Equal(t, []int{3, 7, 8, 9}, names("7-9", "3"))
	assert.Equal(t, []int{15, 16}, names("15-16"))
	for key, want := range map[string]string{
		"9-7": `the range "9-7" is empty: 7 is less than 9`, "7-": `"7-" is no range of numbers`, "20-30": "no link has the number 20-30",
		"16-99": "no link has the number 99", "0-3": "no link has the number 0",
	} {
		_, err := cost.SwapSkips(find(t, "resnet50"), cost.SwapOptions{To: rewrite.Cut, Only: []string{key}}, cost.Options{})
		assert.EqualError(t, err, want)
	}
}
