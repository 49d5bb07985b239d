package cost

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/spec"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// chain is n blocks of two linear layers with ReLU, on 8 units, with a head.
const chain = "name: chain\nsymbols: {n: 16}\ninput: [8]\nsteps:\n  - repeat: {times: n, steps: [linear: 8, relu, linear: 8, relu]}\n  - linear: 3\n"

func checkpointed(t *testing.T, way Checkpoint, o trace.Options) symbolic.Expr {
	t.Helper()
	n, err := spec.Parse("chain.yaml", []byte(chain))
	require.NoError(t, err)
	resolved, err := trace.Resolve(n, o)
	require.NoError(t, err)
	if way == CheckpointSqrt {
		resolved, err = resolved.Unrolled()
		require.NoError(t, err)
	}
	all, _, err := savedBytes(resolved, Options{Memory: Memory{Checkpoint: way}})
	require.NoError(t, err)
	return all
}

func TestCheckpoints(t *testing.T) {
	// Without: the input and two ReLU outputs of each block. With repeats: the input of each block and of the head. With √n: of
	// four segments, and of the head.
	assert.Equal(t, "1056", checkpointed(t, NoCheckpoint, trace.Options{}).ASCII())
	assert.Equal(t, "544", checkpointed(t, CheckpointRepeats, trace.Options{}).ASCII())
	assert.Equal(t, "160", checkpointed(t, CheckpointSqrt, trace.Options{}).ASCII())
	free := trace.Options{Free: []string{"n"}}
	assert.Equal(t, "64*n + 32", checkpointed(t, NoCheckpoint, free).ASCII())
	assert.Equal(t, "32*(n+1)", checkpointed(t, CheckpointRepeats, free).ASCII())

	n, err := spec.Parse("chain.yaml", []byte(chain))
	require.NoError(t, err)
	m, err := Summarize(Subject{Name: "chain", Network: n}, Options{Quantities: Quantities(), Memory: Memory{Checkpoint: CheckpointRepeats}})
	require.NoError(t, err)
	assert.Equal(t, "2048", m.Total.Of(RecomputedMACs).ASCII(), "the blocks run twice, the head does not")
}

// TestSegmentsOfLongRepeats: 10,000 iterations are 100 segments, in each of which one tensor of 32 bytes is kept, and one by the head. Of a
// number of iterations there are closed forms in other symbols.
func TestSegmentsOfLongRepeats(t *testing.T) {
	n, err := spec.Parse("chain.yaml", []byte("name: chain\nsymbols: {n: 10^4, d: 8}\ninput: [d]\nsteps: [repeat: {times: n, steps: [linear: d, relu]}, linear: 3]\n"))
	require.NoError(t, err)
	o := Options{Quantities: []Quantity{TrainingSavedBytes, RecomputedMACs}, Memory: Memory{Checkpoint: CheckpointSqrt}}
	m, err := Summarize(Subject{Name: "chain", Network: n}, o)
	require.NoError(t, err)
	assert.Equal(t, "3232", m.Total.Of(TrainingSavedBytes).ASCII())
	assert.Equal(t, "640000", m.Total.Of(RecomputedMACs).ASCII())

	closed, err := Close(Subject{Name: "chain", Network: n}.With(map[string]symbolic.Expr{"n": symbolic.Int(16)}), []string{"d"}, o)
	require.NoError(t, err)
	assert.Equal(t, "20*d", closed.Total.Of(TrainingSavedBytes).ASCII(), "of four segments, and of the head")
}

// TestCheckpointsOfUnevenRepeats: of iterations that are written out each is checkpointed all the same. The first one here is frozen, and
// so is nothing before it trained: it keeps nothing, and does not run again.
func TestCheckpointsOfUnevenRepeats(t *testing.T) {
	n, err := spec.Parse("chain.yaml", []byte(chain))
	require.NoError(t, err)
	o := Options{Quantities: Quantities(), Memory: Memory{Checkpoint: CheckpointRepeats}, Frozen: []string{"repeat[0]"}}
	m, err := Summarize(Subject{Name: "chain", Network: n}, o)
	require.NoError(t, err)
	assert.Equal(t, "512", m.Total.Of(TrainingSavedBytes).ASCII())
	assert.Equal(t, "1920", m.Total.Of(RecomputedMACs).ASCII())

	o.Precision, err = ParsePrecision("autocast")
	require.NoError(t, err)
	m, err = Summarize(Subject{Name: "chain", Network: n}, o)
	require.NoError(t, err)
	assert.Equal(t, "304", m.Total.Of(TrainingSavedBytes).ASCII(), "what enters 15 iterations and the head in 16 bit, and a copy of the weights of the head")
}

// TestCheckpointsOfSingleIterations takes a repeat of one iteration, which is checkpointed like any other, and one whose first iteration
// is written out before the others.
func TestCheckpointsOfSingleIterations(t *testing.T) {
	n, err := spec.Parse("chain.yaml", []byte(chain))
	require.NoError(t, err)
	o := Options{Quantities: Quantities(), Memory: Memory{Checkpoint: CheckpointRepeats}}
	m, err := Summarize(Subject{Name: "chain", Network: n}.With(map[string]symbolic.Expr{"n": symbolic.Int(1)}), o)
	require.NoError(t, err)
	assert.Equal(t, "64", m.Total.Of(TrainingSavedBytes).ASCII(), "what enters the block and the head")
	assert.Equal(t, "128", m.Total.Of(RecomputedMACs).ASCII())

	n, err = spec.Parse("once.yaml", []byte("name: once\nsymbols: {d: 8}\ninput: [d]\nsteps: [repeat: {times: 1, steps: [linear: d, relu]}, linear: 3]\n"))
	require.NoError(t, err)
	closed, err := Close(Subject{Name: "once", Network: n}, []string{"d"}, o)
	require.NoError(t, err)
	assert.Equal(t, "d^2", closed.Total.Of(RecomputedMACs).ASCII(), "formulas count it too")

	n, err = spec.Parse("grows.yaml", []byte("name: grows\ninput: [4]\nsteps: [repeat: {times: 3, steps: [linear: 2*(i + 1), relu]}]\n"))
	require.NoError(t, err)
	m, err = Summarize(Subject{Name: "grows", Network: n}, o)
	require.NoError(t, err)
	assert.Equal(t, "40", m.Total.Of(TrainingSavedBytes).ASCII(), "what enters: tensors of 4, 2 and 4")
	assert.Equal(t, "40", m.Total.Of(RecomputedMACs).ASCII())
}

// TestCheckpointsByHand writes repeats by hand, one block behind the other: checkpoints keep the arguments of each, whether iterations
// are alike, are told apart, or read more than the one before, and the blocks run again.
func TestCheckpointsByHand(t *testing.T) {
	quantities := []Quantity{TrainingSavedBytes, RecomputedMACs, TrainingMACs, TrainingPeakBytes}
	costs := func(steps string, way Checkpoint) map[string]string {
		n, err := spec.Parse("hand.yaml", []byte("name: hand\ninput: [8, 5]\nblocks:\n  narrow: [add: [identity, [layernorm, linear: 4, gelu, linear: 8]]]\n  wide: [add: [identity, [layernorm, linear: 16, gelu, linear: 8]]]\nsteps: ["+steps+"]\n"))
		require.NoError(t, err)
		m, err := Summarize(Subject{Name: "hand", Network: n}, Options{Quantities: quantities, Memory: Memory{Checkpoint: way}})
		require.NoError(t, err)
		out := map[string]string{}
		for _, q := range quantities {
			require.NoError(t, m.Total.Of(q).Err(), "%s of %s", q, steps)
			out[q.String()] = m.Total.Of(q).ASCII()
		}
		return out
	}
	const narrow, wide = "{narrow: , checkpoint: true}", "{wide: , checkpoint: true}"
	for name, test := range map[string]struct {
		repeat, hand string
		way          Checkpoint
	}{
		"all alike":            {"repeat: {times: 3, steps: [wide]}", wide + ", " + wide + ", " + wide, CheckpointRepeats},
		"one":                  {"repeat: {times: 1, steps: [wide]}", wide, CheckpointRepeats},
		"the first is another": {"repeat: {times: 3, steps: [{if: i < 1, then: [narrow], else: [wide]}]}", narrow + ", " + wide + ", " + wide, CheckpointRepeats},
		"the last is another":  {"repeat: {times: 3, steps: [{if: i < 2, then: [narrow], else: [wide]}]}", narrow + ", " + narrow + ", " + wide, CheckpointRepeats},
		"mirrors": {
			"repeat: {times: 2, steps: [{wide: , as: s}]}, repeat: {times: 2, steps: [add: [wide, {from: s}]]}",
			"{wide: , as: a, checkpoint: true}, {wide: , as: b, checkpoint: true}, {add: [wide, {from: b}], checkpoint: true}, {add: [wide, {from: a}], checkpoint: true}", CheckpointRepeats,
		},
	} {
		assert.Equal(t, costs("linear: 8, "+test.hand+", linear: 3", NoCheckpoint), costs("linear: 8, "+test.repeat+", linear: 3", test.way), name)
	}
}

// TestCheckpointsOfLinks counts the arguments of iterations that read more than the one before, and what else is kept: the network's input
// and what the last layer reads. A tensor has 160 bytes.
func TestCheckpointsOfLinks(t *testing.T) {
	for repeat, want := range map[string]string{
		"{times: 3, links: {window: 2}, steps: [linear: 8, relu]}":         "960",  // what entered and two layers; the last two side by side
		"{times: 3, links: dense, steps: [linear: 8, relu]}":               "1760", // the concats of one, two, three and four layers
		"{times: 3, links: dense, gather: mean, steps: [linear: 8, relu]}": "808",  // the mean, and a float of 8 bytes that it is divided by
	} {
		n, err := spec.Parse("links.yaml", []byte("name: links\ninput: [8, 5]\nsteps: [linear: 8, repeat: "+repeat+", linear: 3]\n"))
		require.NoError(t, err)
		m, err := Summarize(Subject{Name: "links", Network: n}, Options{Quantities: []Quantity{TrainingSavedBytes}, Memory: Memory{Checkpoint: CheckpointRepeats}})
		require.NoError(t, err)
		assert.Equal(t, want, m.Total.Of(TrainingSavedBytes).ASCII(), repeat)
	}
}

// TestCheckpointsOfLists counts the arguments of iterations that are handed lists, by loops where they have a form, and written out. Each
// iteration concats the parts anew, and a ReLU in place lies in that concat, but for the first one, which lies in the network's input.
// A tensor that enters, or that a linear layer makes, has 16 bytes.
func TestCheckpointsOfLists(t *testing.T) {
	const listed = "concat: {list: [identity, linear: 4]}"
	for _, test := range []struct {
		steps   string
		inPlace bool
		form    string
		want    string // of three iterations
	}{
		{"relu, " + listed, false, "8*n*(n+1)", "96"},    // what enters, and after the first two iterations a ReLU of 16 and of 32 and a linear layer
		{"relu, " + listed, true, "8*(n-1)*(n+2)", "80"}, // the same, without the first ReLU
		{"layernorm, relu, " + listed, true, "8*n*(n+1)", "96"},
		{"relu, linear: 4, " + listed, true, "32*n - 16", "80"}, // what enters, and after the first two iterations two linear layers
		// What enters, from which the first sum is computed again, its copy, of which a slice is handed on, the concat of the two, from which
		// the second sum is computed again, and the copy of that.
		{"{add: [identity, [linear: c, relu]], checkpoint: all}, concat: {list: [identity, slice: 2]}", false, "8*(n-1)*(n+2)", "80"},
	} {
		n, err := spec.Parse("lists.yaml", []byte("name: lists\nsymbols: {n: 3}\ninput: [4]\nsteps: [repeat: {times: n, steps: ["+test.steps+"]}]\n"))
		require.NoError(t, err)
		o := Options{Memory: Memory{Checkpoint: CheckpointRepeats, InPlace: test.inPlace}}
		written, err := trace.Resolve(n, trace.Options{Unroll: true})
		require.NoError(t, err)
		all, _, err := savedBytes(written, o)
		require.NoError(t, err)
		assert.Equal(t, test.want, all.ASCII(), test.steps)

		free, err := trace.Resolve(n, trace.Options{Free: []string{"n"}})
		require.NoError(t, err)
		all, _, err = savedBytes(free, o)
		require.NoError(t, err)
		assert.Equal(t, test.form, all.ASCII(), test.steps)
	}
}

// TestCheckpointsOfNamedParts takes lists of which a part has a name that a later repeat reads: the part that is handed on and the one that
// is read are one tensor, in loops as written out. Kept are the input of 32 bytes, two parts of 16 for each iteration but the last, whose
// concat of 32 the layer behind reads beside its named part of 16, and the 16 that enter each iteration of the later repeat.
func TestCheckpointsOfNamedParts(t *testing.T) {
	n, err := spec.Parse("named.yaml", []byte("name: named\nsymbols: {n: 3}\ninput: [8]\nsteps: [repeat: {times: n, steps: [{linear: 4, as: a}, concat: {list: [identity, relu]}]}, linear: 4, repeat: {times: n, steps: [add: [identity, {from: a}]]}]\n"))
	require.NoError(t, err)
	for want, o := range map[string]trace.Options{
		"48*(n+1)": {Free: []string{"n"}},
		"192":      {Unroll: true},
	} {
		resolved, err := trace.Resolve(n, o)
		require.NoError(t, err)
		all, _, err := savedBytes(resolved, Options{Memory: Memory{Checkpoint: CheckpointRepeats}})
		require.NoError(t, err)
		assert.Equal(t, want, all.ASCII())
	}
}

func TestLossKeepsItsTargets(t *testing.T) {
	n, err := spec.Parse("chain.yaml", []byte(chain))
	require.NoError(t, err)
	resolved, err := trace.Resolve(n, trace.Options{})
	require.NoError(t, err)
	without, _, err := savedBytes(resolved, batch(2))
	require.NoError(t, err)
	o := batch(2)
	o.Memory.Loss = true
	with, _, err := savedBytes(resolved, o)
	require.NoError(t, err)
	assert.Equal(t, "44", with.Sub(without).ASCII(), "two samples of 3 log-softmax values and a target of 8 bytes, and a float")
	o.Frozen = []string{"repeat", "linear"}
	frozen, _, err := savedBytes(resolved, o)
	require.NoError(t, err)
	assert.Equal(t, "0", frozen.ASCII(), "no gradient reaches the output")
}

// TestClosedFormsOfTheReference derives the closed forms that the measurements were summed up in: elements × 4 bytes.
func TestClosedFormsOfTheReference(t *testing.T) {
	const fc = "name: fc\nsymbols: {L: 10, N: 100}\ninput: [N]\nsteps:\n  - repeat: {times: L - 1, steps: %s}\n"
	const conv = "name: conv\nsymbols: {L: 10, N: 8}\ninput: [N, 16, 16]\nsteps:\n  - repeat: {times: L, steps: %s}\n"
	const dense = "name: dense\nsymbols: {L: 4, k: 8}\ninput: [16, 16, 16]\nsteps:\n  - repeat: {times: L, steps: [concat: %s]}\n"
	layer := "conv: {out: N, kernel: 3}"
	for _, c := range []struct{ name, text, want string }{
		{"fc plain", fmt.Sprintf(fc, "[linear: N, relu]"), "4*L*N"},
		{"fc addpre", fmt.Sprintf(fc, "[add: [identity, [linear: N]], relu]"), "4*L*N"},
		{"fc add", fmt.Sprintf(fc, "[add: [identity, [linear: N, relu]]]"), "8*(L-1)*N"},
		{"fc concat", fmt.Sprintf(fc, "[concat: [identity, [linear: N, relu]]]"), "4*N*(L + (L-1)*L/2 - 1)"},
		{"conv plain", fmt.Sprintf(conv, "["+layer+", relu]"), "4*(L+1)*256*N"},
		{"conv add", fmt.Sprintf(conv, "[add: [identity, ["+layer+", relu]]]"), "8*L*256*N"},
		{"conv concat", fmt.Sprintf(conv, "[concat: [identity, ["+layer+", relu]]]"), "4*256*N*(1 + L + L*(L+1)/2 - 1)"},
		{"dense", fmt.Sprintf(dense, "[identity, [batchnorm, relu, conv: {out: k, kernel: 3}]]"), "4*(2*256 + 2)*(16*L + k*L*(L-1)/2)"},
	} {
		n, err := spec.Parse("row.yaml", []byte(c.text))
		require.NoError(t, err, c.name)
		resolved, err := trace.Resolve(n, trace.Options{Free: n.FreeSymbols()})
		require.NoError(t, err, c.name)
		all, _, err := savedBytes(resolved, Options{})
		require.NoError(t, err, c.name)
		want, err := symbolic.Parse(c.want)
		require.NoError(t, err)
		assert.True(t, want.Equal(all), "%s: %s, not %s", c.name, all, want)
	}
}

// TestNormsBehindCheckpointsAreBehindNoConcat: how concats are stored is nothing to a network without concats. A norm that learns behind a
// frozen convolution keeps what the convolution makes, for which it runs again.
func TestNormsBehindCheckpointsAreBehindNoConcat(t *testing.T) {
	of := func(concat ConcatStorage) *Summary {
		n, err := spec.Parse("x.yaml", []byte("name: x\ninput: [6, 4, 4]\nsteps: [gelu, {add: [identity, [conv: {out: c, kernel: 3}, batchnorm, relu]], checkpoint: all}, [global_avgpool, linear: 3]]\n"))
		require.NoError(t, err)
		m, err := Summarize(Subject{Name: "x", Network: n}, Options{Quantities: Quantities(), Frozen: []string{"conv"}, Memory: Memory{Concat: concat}})
		require.NoError(t, err)
		return m
	}
	want := of(CopyConcat)
	assert.Equal(t, fmt.Sprint(6*6*9*4*4), want.Total.Of(RecomputedMACs).ASCII())
	assert.Equal(t, fmt.Sprint(4*(6*4*4+6)), want.Total.Of(TrainingSavedBytes).ASCII())
	for _, concat := range []ConcatStorage{SharedConcat, RecomputeConcat} {
		got := of(concat)
		for _, q := range Quantities() {
			assert.Equal(t, want.Total.Of(q).ASCII(), got.Total.Of(q).ASCII(), "%s, %s", concat, q)
		}
	}
}
