package cost

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/rewrite"
	"github.com/skipcost/skipcost/arch/spec"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/internal/fuzztest"
)

// cutsAgree cuts a link of a network in the quick way and by rewriting all of it, turns one link or all of them into another kind,
// writes what comes out and reads it again. Nothing may fail without a reason, and prices agree.
func cutsAgree(t *testing.T, r *rand.Rand, text string, o Options) (links int) {
	t.Helper()
	n, err := spec.Parse("woven.yaml", []byte(text))
	if err != nil {
		return 0
	}
	resolved, err := trace.Resolve(n, trace.Options{Budget: symbolic.NewBudget().With(symbolic.Steps, 1_000), Unroll: true})
	if err != nil || len(resolved.Operations()) > 80 {
		return 0
	}
	editor := Editor(resolved)
	all := editor.Links()
	if len(all) == 0 {
		return 0
	}
	defer func() {
		if t.Failed() {
			t.Log(text)
		}
	}()
	whole, err := Of(resolved, o)
	require.NoError(t, err)
	c, err := newCutter(editor, resolved, o)
	require.NoError(t, err)
	if without, _ := equalsBruteForce(t, c, &all[r.IntN(len(all))], whole.Costs); without != nil {
		writes(t, without, o)
	}
	chosen := all
	if r.IntN(3) > 0 {
		at := r.IntN(len(all))
		chosen = all[at : at+1]
	}
	to := []rewrite.Change{rewrite.ToAdd, rewrite.ToConcat, rewrite.ToDense, rewrite.Cut}[r.IntN(4)]
	reduce := to == rewrite.ToConcat && r.IntN(2) == 0
	var edits []rewrite.Edit
	for _, l := range chosen {
		edits = append(edits, rewrite.Edit{Link: l, To: to, Growth: symbolic.Int(3), Reduce: reduce})
	}
	edited, err := editor.Rewrite(edits)
	require.NoError(t, err)
	for _, s := range edited.Refused {
		require.NotEmpty(t, s.Reason)
	}
	writes(t, edited.Trace, o)
	return len(all)
}

// writes holds a network against its file, in which layers have other names than those that were frozen.
func writes(t *testing.T, edited *trace.Trace, o Options) {
	t.Helper()
	o.Frozen = nil
	sameAgain(t, edited, o)
}

// linkedOptions are ways of storing tensors in which links are cut the quick way.
func linkedOptions(r *rand.Rand) Options {
	o := anyOptions(r)
	o.Memory.Checkpoint = NoCheckpoint // under which no links are priced
	o.Memory.Concat, o.Memory.FoldNorms = CopyConcat, false
	return o
}

// TestCutsOfRandomNetworks: see cutsAgree.
func TestCutsOfRandomNetworks(t *testing.T) {
	tried, links := 1_500, 0
	if testing.Short() {
		tried = 150
	}
	for seed := range uint64(tried) {
		r := rand.New(rand.NewPCG(seed, 29))
		links += cutsAgree(t, r, linkedNetwork(r), linkedOptions(r))
	}
	require.Greater(t, links, tried, "there are links to be cut")
}

// recomputingNetwork has links beside, around and inside of steps that run again.
func recomputingNetwork(r *rand.Rand) string {
	return (&weaver{Rand: r, links: true, dialect: dialect{
		layers: []string{"relu: , checkpoint: all", "batchnorm: , checkpoint: true"},
		steps: []string{
			"{add: [identity, %s], checkpoint: true}", "{concat: [identity, %s], checkpoint: all}", "{add: [identity, %s], checkpoint: all}",
			"{repeat: {times: 3, reversible: true, steps: [couple: [%s, [conv: {out: c, kernel: 3}, relu]]]}}",
			"{repeat: {times: 2, reversible: true, steps: [couple: [[relu, conv: {out: c, kernel: 1}], %s]]}}",
		},
	}}).network()
}

// recomputingOptions are those with which links beside steps that run again are cut the quick way.
func recomputingOptions(r *rand.Rand) Options {
	o := linkedOptions(r)
	o.Memory.Fused, o.Precision = "", Precision{}
	o.Quantities = []Quantity{Params, MACs, TrafficBytes, TrainingSavedBytes, TrainingSavedBytesWithoutInput, TrainingTotalBytes, InferencePeakBytes, PeakInputHeldBytes, TrainingMACs}
	return o
}

// TestCutsOfCouplings cuts each link of a reversible repeat, whose last output is kept: for being that of the network, or for who reads it.
func TestCutsOfCouplings(t *testing.T) {
	for _, behind := range []string{"", "relu, ", "add: [identity, relu], ", "linear: 4, "} {
		n, err := spec.Parse("f", []byte("name: x\ninput: [8, 4]\nsteps: [linear: 8, {repeat: {times: 3, reversible: true, steps: [couple: [[layernorm, linear: c], [linear: c]]]}}, "+behind+"]\n"))
		require.NoError(t, err)
		resolved, err := trace.Resolve(n, trace.Options{Unroll: true})
		require.NoError(t, err)
		o := recomputingOptions(rand.New(rand.NewPCG(0, 0)))
		whole, err := Of(resolved, o)
		require.NoError(t, err)
		editor := Editor(resolved)
		c, err := newCutter(editor, resolved, o)
		require.NoError(t, err)
		for k := range editor.Links() {
			_, quick := equalsBruteForce(t, c, &editor.Links()[k], whole.Costs)
			require.True(t, quick, editor.Links()[k].Merge.Name)
		}
	}
}

// TestCutsBesideRecomputing: see cutsAgree.
func TestCutsBesideRecomputing(t *testing.T) {
	tried, links := 1_000, 0
	if testing.Short() {
		tried = 100
	}
	for seed := range uint64(tried) {
		r := rand.New(rand.NewPCG(seed, 31))
		links += cutsAgree(t, r, recomputingNetwork(r), recomputingOptions(r))
	}
	require.Greater(t, links, tried, "there are links to be cut")
}

// FuzzCuts looks for networks of which cutting a link goes wrong.
func FuzzCuts(tested *testing.F) {
	f := fuzztest.New(tested)
	for seed := range uint64(3) { // more are tried by TestCutsOfRandomNetworks
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, seed uint64) {
		r := rand.New(rand.NewPCG(seed, 29))
		cutsAgree(t, r, linkedNetwork(r), linkedOptions(r))
	})
}
