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

// TestFrozenKeepsLess holds what training keeps when some layers are frozen against PyTorch 1.13 on a CPU: distinct storages seen by
// saved-tensor hooks, parameters and buffers apart, 3 samples.
func TestFrozenKeepsLess(t *testing.T) {
	torch1, err := cost.ParseFramework("torch1")
	require.NoError(t, err)
	for _, network := range []struct {
		name, text string
		saved      map[string]int64 // by what is frozen
	}{
		{
			"linear layers", "input: [10]\nsteps: [linear: {out: 20, bias: true}, relu, linear: {out: 30, bias: true}, relu, linear: {out: 7, bias: true}]\n",
			map[string]int64{"": 720, "linear1": 600, "linear2": 720, "linear3": 720, "linear1,linear2": 360, "linear2,linear3": 720, "linear": 0},
		},
		{
			"convolutions", "input: [3, 8, 8]\nsteps: [conv: {out: 8, kernel: 3}, batchnorm, relu, maxpool: 2, add: [identity, [conv: {out: 8, kernel: 3}, batchnorm, relu]], global_avgpool, linear: {out: 5, bias: true}]\n",
			map[string]int64{"": 24032, "conv": 21728, "conv,batchnorm": 6304, "add.conv": 24032, "add.batchnorm": 24032, "add": 24032, "linear": 23936, "conv,batchnorm,add": 96},
		},
		{
			"a gate", "input: [10]\nsteps: [linear: 10, multiply: [identity, [linear: 10, sigmoid]], linear: 4]\n",
			map[string]int64{"": 480, "linear1": 360, "linear1,multiply": 120, "multiply": 480, "linear2": 360},
		},
		{
			"attention", "input: [8, 5]\nsteps: [linear: 8, add: [identity, [layernorm, attention: 2]], linear: 4]\n",
			map[string]int64{"": 4568, "add.attention": 3608, "linear1": 4088, "linear1,add.layernorm": 3488, "add": 3608, "linear1,add": 480},
		},
	} {
		for frozen, want := range network.saved {
			o := cost.Options{Quantities: []cost.Quantity{cost.TrainingSavedBytes}, Memory: cost.Memory{Framework: torch1}, Frozen: strings.FieldsFunc(frozen, func(r rune) bool { return r == ',' })}
			m := summarize(t, "name: x\nsamples: 3\n"+network.text, o)
			assert.Equal(t, want, small(t, m, cost.TrainingSavedBytes), "%s without %s", network.name, frozen)
		}
	}
}

// TestFirstIterationsKeepLess: what enters the first iteration needs no gradient, so that its pool keeps nothing; by hand 4 bytes for
// each of the 8 elements that both linear layers read, and for the second pool its input and 8 bytes for each index.
func TestFirstIterationsKeepLess(t *testing.T) {
	o := cost.Options{Quantities: []cost.Quantity{cost.TrainingSavedBytes}}
	m := summarize(t, "name: x\ninput: [2, 4]\nsteps:\n  - repeat: {times: 2, steps: [maxpool: {kernel: 3, stride: 1}, linear: 2]}\n", o)
	assert.Equal(t, int64(2*4*8+4*8+8*8), small(t, m, cost.TrainingSavedBytes))
	// A piece of a network, which has no weights of its own, may read what needs one.
	m = summarize(t, "name: x\ninput: [2, 4]\nsteps: [maxpool: {kernel: 3, stride: 1}]\n", o)
	assert.Equal(t, int64(4*8+8*8), small(t, m, cost.TrainingSavedBytes))
}

// TestFrozenAttentionKeepsLess: 5 positions of 8 channels between linear layers, by hand in tensors of 160 bytes. The input and what the
// last layer reads are kept, what enters attention only where its weights are trained; queries, keys and values, and fused the sums with a
// figure for each of 2·5 rows, step by step the weights of 2·25 pairs, with the sums for the trained output projection.
func TestFrozenAttentionKeepsLess(t *testing.T) {
	for _, c := range []struct {
		way    cost.Attention
		frozen []string
		want   int64
	}{
		{cost.FusedAttention, nil, 160 + 160 + 4*160 + 40 + 160},
		{cost.FusedAttention, []string{"attention"}, 160 + 4*160 + 40 + 160},
		{cost.MathAttention, nil, 160 + 160 + 4*160 + 200 + 160},
		{cost.MathAttention, []string{"attention"}, 160 + 3*160 + 200 + 160},
	} {
		o := cost.Options{Quantities: []cost.Quantity{cost.TrainingSavedBytes}, Memory: cost.Memory{Attention: c.way}, Frozen: c.frozen}
		m := summarize(t, "name: x\ninput: [8, 5]\nsteps: [linear: 8, attention: 2, linear: 4]\n", o)
		assert.Equal(t, c.want, small(t, m, cost.TrainingSavedBytes), "%s without %s", c.way, c.frozen)
	}
}

// TestNamesOfWhatDoesNotRun: layers that a file writes and that do not run are no unknown ones, and freezing them changes nothing; an
// iteration behind the last is unknown.
func TestNamesOfWhatDoesNotRun(t *testing.T) {
	n, err := spec.Parse("x.yaml", []byte("name: x\nsymbols: {n: 0, m: 3}\ninput: [8]\nblocks:\n  half: [linear: 4, relu]\nsteps:\n"+
		"  - {linear: 8, as: first}\n  - repeat: {times: n, steps: [{linear: 8, as: late}, relu]}\n  - repeat: {times: m, steps: [linear: 8]}\n"+
		"  - if: n > 1\n    then: [half, linear: 8]\n"))
	require.NoError(t, err)
	resolved, err := trace.Resolve(n, trace.Options{})
	require.NoError(t, err)
	for name, want := range map[string]struct {
		found   bool
		trained int64
		note    string
	}{
		"first": {true, 3 * 64, ""}, "linear": {true, 64, ""}, "linear[2]": {true, 3 * 64, ""},
		"late": {true, 4 * 64, "no layer named late runs"}, "repeat[0].late": {true, 4 * 64, "no layer named repeat[0].late runs"},
		"half": {true, 4 * 64, "no layer named half runs"}, "relu2": {true, 4 * 64, "no layer named relu2 runs"},
		"lat": {}, "later": {}, "linear[3]": {}, "half.conv": {},
	} {
		names, err := cost.ParseNames(name)
		require.NoError(t, err)
		found, known, err := names.Find(resolved)
		require.NoError(t, err)
		require.Equal(t, want.found, found, name)
		if !found {
			assert.Subset(t, known, []string{"first", "half", "late", "linear", "relu", "repeat"}, name)
			continue
		}
		total, err := cost.Of(resolved, cost.Options{Frozen: []string{name}, Quantities: []cost.Quantity{cost.TrainableParams}})
		require.NoError(t, err)
		trained, _ := total.Of(cost.TrainableParams).Int64()
		assert.Equal(t, want.trained, trained, name)
		assert.Equal(t, want.note, strings.Join(total.Notes, "; "), name)
	}
}

// TestNamesOfWhatIsNamedByAnother: a step that is alone in a repeat has the name of the repeat and none of its own, so that its own is as
// unknown as any other.
func TestNamesOfWhatIsNamedByAnother(t *testing.T) {
	n, err := spec.Parse("x.yaml", []byte("name: x\ninput: [8]\nblocks:\n  half: [linear: 4, linear: 8]\nsteps:\n"+
		"  - {repeat: {times: 2, steps: [half]}, as: halves}\n  - {repeat: {times: 2, steps: [{linear: 8, as: one}]}, as: all}\n  - repeat: {times: 2, steps: [{linear: 8, as: other}]}\n"))
	require.NoError(t, err)
	resolved, err := trace.Resolve(n, trace.Options{})
	require.NoError(t, err)
	for name, want := range map[string]bool{"halves": true, "all[1]": true, "other": true, "halves[0].linear1": true, "half": false, "one": false} {
		names, err := cost.ParseNames(name)
		require.NoError(t, err)
		found, _, err := names.Find(resolved)
		require.NoError(t, err)
		assert.Equal(t, want, found, name)
	}
}
