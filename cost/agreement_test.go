package cost

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/spec"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/internal/fuzztest"
)

// anyOptions are one of all combinations of how memory is used, and some layers frozen.
func anyOptions(r *rand.Rand) Options {
	pick := func(n int) int { return r.IntN(n) }
	o := Options{Quantities: Quantities(), Optimizer: Optimizers()[pick(len(Optimizers()))]}
	o.Memory = Memory{InPlace: pick(2) == 0, FoldNorms: pick(4) == 0, Loss: pick(2) == 0, Concat: ConcatStorages()[pick(3)]}
	if pick(3) == 0 {
		o.Frozen = []string{[]string{"conv", "repeat", "conv1", "batchnorm"}[pick(4)]}
	}
	if pick(3) == 0 {
		o.Batch = symbolic.Int(3)
	}
	if pick(3) == 0 {
		o.Memory.Fused = FusedElementwise
	}
	if pick(3) == 0 {
		o.Precision = Precisions()[pick(len(Precisions()))]
	}
	if pick(3) == 0 {
		o.Memory.Checkpoint = Checkpoints()[pick(3)]
	}
	return o
}

// agree holds what a network costs with its loops closed, and its formulas, against the network written out.
func agree(t *testing.T, text string, o Options) bool {
	t.Helper()
	n, err := spec.Parse("woven.yaml", []byte(text))
	if err != nil {
		return false
	}
	closed, err := trace.Resolve(n, trace.Options{Budget: symbolic.NewBudget().With(symbolic.Steps, 100_000)})
	if err != nil {
		return false
	}
	unrolled, err := trace.Resolve(n, trace.Options{Budget: symbolic.NewBudget().With(symbolic.Steps, 100_000), Unroll: true})
	if err != nil && strings.Contains(err.Error(), "expands to too many") || err == nil && len(unrolled.Operations()) > 1_000 {
		return false // it would take long
	}
	require.NoError(t, err, text)
	if written, err := closed.Unrolled(); err == nil {
		require.Equal(t, names(unrolled), names(written), text)
	}
	got, err := Of(closed, o)
	require.NoError(t, err, text)
	want, err := Of(unrolled, o)
	require.NoError(t, err, text)
	for _, q := range Quantities() {
		require.Equal(t, want.Of(q).ASCII(), got.Of(q).ASCII(), "%s, %+v of\n%s", q, o, text)
	}
	at := symbolic.Bindings{}
	for _, s := range n.Symbols {
		at[s.Name] = s.Default.Expr
		formulas(t, text, symbolic.Bindings{s.Name: s.Default.Expr}, want, o)
	}
	if len(at) > 1 {
		formulas(t, text, at, want, o)
	}
	return true
}

// names lists the names of the operations of a trace.
func names(t *trace.Trace) (out []string) {
	for _, op := range t.Operations() {
		out = append(out, op.Name)
	}
	return out
}

// agreeIn does that for the random network of a seed in a dialect.
func agreeIn(t *testing.T, seed uint64, dialect int) {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 23))
	text, o := spokenNetwork(r, dialects()[dialect]), anyOptions(r)
	if dialect > 0 {
		o.Memory.Framework, o.Memory.Attention = Frameworks()[r.IntN(len(Frameworks()))], Attentions()[r.IntN(len(Attentions()))]
	}
	if patterns := []string{"repeat[0]", "repeat[1…2]", "repeat2", "conv2", "add", "concat.conv", "repeat[0].conv", "linear"}; dialect > 0 && r.IntN(3) == 0 {
		o.Frozen, o.Trained = []string{patterns[r.IntN(len(patterns))]}, nil
		if r.IntN(2) == 0 {
			o.Frozen, o.Trained = o.Trained, o.Frozen
		}
	}
	agree(t, text, o)
}

// formulas binds the symbols of closed formulas in which these are free.
func formulas(t *testing.T, text string, at symbolic.Bindings, want *Total, o Options) {
	t.Helper()
	network, err := spec.Parse("woven.yaml", []byte(text))
	require.NoError(t, err)
	free, err := trace.Resolve(network, trace.Options{Free: slices.Sorted(maps.Keys(at)), Budget: symbolic.NewBudget().With(symbolic.Steps, 20_000)})
	if err != nil {
		return // and says why there is no closed form
	}
	total, err := Of(free, o)
	if err != nil {
		return
	}
	for _, times := range total.Runs {
		if sign, ok := times.Substitute(at).Sign(); !ok || sign <= 0 {
			return
		}
	}
	for _, a := range free.Assumptions {
		if !a.Holds(at) {
			return
		}
	}
	for _, q := range Quantities() {
		if q.Unit() == Ratio && want.Of(TrafficBytes).IsZero() {
			continue // nothing over nothing
		}
		if e := total.Of(q); e.Err() == nil {
			require.Equal(t, want.Of(q).ASCII(), e.Substitute(at).ASCII(), "%s is %s with %v at %v, %+v of\n%s", q, e, total.Runs, at, o, text)
		}
	}
}

// TestClosedIsUnrolled prices random networks in every quantity, closed, as formulas and written out.
func TestClosedIsUnrolled(t *testing.T) {
	r := rand.New(rand.NewPCG(17, 19))
	tried, priced := 1_500, 0
	if testing.Short() {
		tried = 150
	}
	for range tried {
		if agree(t, wovenNetwork(r), anyOptions(r)) {
			priced++
		}
	}
	require.Greater(t, priced, tried/3, "most networks fit together")
}

// TestNetworksOnceApart are networks, cut down from what fuzzing found, whose formulas held further down than they said or left
// something out.
func TestNetworksOnceApart(t *testing.T) {
	autocast, err := ParsePrecision("autocast")
	require.NoError(t, err)
	for name, test := range map[string]struct {
		steps string
		n     int
		o     Options
	}{
		"what the input keeps where nothing runs":  {"repeat: {times: n - 1, steps: [silu]}", 1, Options{}},
		"means of blocks, the first of one tensor": {"repeat: {times: 2*n, links: dense, gather: mean, block: 2, steps: [relu]}", 2, Options{}},
		"means of every second tensor, of which only the last is kept": {
			"{repeat: {times: n, links: dense, gather: mean, dilation: 2, checkpoint: true, steps: [relu]}}, conv: {out: c, kernel: 1}", 3, Options{},
		},
		"iterations that begin with a repeat that begins with a buffer": {
			"repeat: {times: 1, steps: [repeat: {times: n, steps: [repeat: {times: 2, steps: [buffer: [4, 4, 4], conv: {out: c, kernel: 1}]}, relu]}]}", 2, Options{Memory: Memory{Checkpoint: CheckpointRepeats}},
		},
		"layers in blocks that put out an input": {
			"repeat: {times: 2*n, links: dense, gather: weighted, block: 2, steps: [input: [4, 4, 4]]}", 1, Options{Memory: Memory{Checkpoint: CheckpointRepeats}},
		},
		"a sum of every second layer that is read in a segment": {
			"repeat: {times: 2, steps: [{repeat: {times: 'max(0, n - i)', links: dense, gather: softmax, dilation: 2, checkpoint: true, steps: [relu]}}]}", 2, Options{Memory: Memory{Checkpoint: CheckpointRepeats}},
		},
		"a mirrored tensor that is written over, of which the last is kept": {
			"repeat: {times: 1, steps: [{repeat: {times: n, steps: [{linear: c, as: m}]}}, {repeat: {times: n, steps: [{from: m}, relu]}}]}, relu", 2,
			Options{Memory: Memory{Checkpoint: CheckpointRepeats, InPlace: true}},
		},
		"iterations in a segment that name what enters them": {
			"repeat: {times: 1, steps: [{head: [[parameter: [4, 4, 4]]]}, {repeat: {times: n, steps: [{identity: , as: a}]}}]}", 2, Options{Memory: Memory{Checkpoint: CheckpointRepeats}},
		},
		"what enters an iteration, mirrored under a name of its own": {
			"repeat: {times: n, steps: [{repeat: {times: i, steps: [{identity: , as: m}, conv: {out: c, kernel: 1}]}}, {repeat: {times: i, steps: [{from: m}]}}]}", 3, Options{},
		},
		"layers that hand on what they read, or the input of the network": {
			"repeat: {times: 2, links: dense, gather: layers, steps: [{repeat: {times: 3, steps: [{repeat: {times: i, steps: [conv: {out: c, kernel: 1}]}}, {from: input}]}}]}", 1, Options{},
		},
		"a name that stands in a repeat and further in": {
			"{conv: {out: c, kernel: 3}, as: a}, {repeat: {times: n - 1, steps: [conv: {out: c, kernel: 3}]}}, concat: [identity, [relu, conv: {out: 2, kernel: 3}]]", 1, Options{Frozen: []string{"conv"}},
		},
		"norms behind norms that fold": {"conv: {out: 4, kernel: 1}, batchnorm, repeat: {times: n, steps: [batchnorm]}", 2, Options{Memory: Memory{FoldNorms: true}}},
		"a repeat of repeats behind a reversible one": {
			"repeat: {times: 1, reversible: true, steps: [couple: [silu, conv: {out: c, kernel: 3}]]}, repeat: {times: 2, steps: [repeat: {times: n, steps: [couple: [sigmoid, conv: {out: c, kernel: 3}]]}, maxpool: {kernel: 3, stride: 1}]}",
			2, Options{},
		},
		"two names of one tensor, both mirrored": {
			"repeat: {times: n, steps: [{relu: , as: a}, {identity: , as: b}]}, repeat: {times: n, steps: [add: [identity, {from: b}]]}, repeat: {times: n, steps: [add: [identity, {from: a}]]}", 3, Options{},
		},
		"one tensor named in two repeats": {
			"{relu: , as: x}, repeat: {times: 3, steps: [{identity: , from: x, as: a}, sigmoid]}, repeat: {times: 2, steps: [{identity: , from: x, as: b}, gelu]}, " +
				"repeat: {times: 3, steps: [add: [identity, {from: a}]]}, repeat: {times: 2, steps: [add: [identity, {from: b}]]}", 1, Options{},
		},
		"a head that puts out what a list copies":            {"repeat: {times: 2, steps: [head: [repeat: {times: i + 1, steps: [identity]}], concat: {list: [identity, [conv: {out: 4, kernel: 3}]]}]}", 1, Options{}},
		"a norm behind a repeat that may not run":            {"conv: {out: c, kernel: 1}, repeat: {times: n - 1, steps: [relu]}, batchnorm", 1, Options{Memory: Memory{FoldNorms: true}}},
		"a norm behind one that is the last of an iteration": {"repeat: {times: n, steps: [batchnorm, conv: {out: c, kernel: 1}, batchnorm]}", 2, Options{Memory: Memory{FoldNorms: true}}},
		"lists of two types":                                 {"repeat: {times: n, steps: [concat: {list: [identity, [conv: {out: 2, kernel: 3}]]}]}", 3, Options{Precision: autocast}},
		"lists whose parts had two types before": {
			"{conv: {out: c, kernel: 3}}, repeat: {times: 3, steps: [concat: {list: [identity, [relu, {repeat: {times: 'min(i, 2)', steps: [layernorm]}}]]}]}", 1, Options{Precision: autocast},
		},
		"lists that go on twice in an iteration, by two types": {
			"repeat: {times: n, steps: [concat: {list: [identity, [batchnorm]]}, concat: {list: [identity, [conv: {out: 2, kernel: 3}]]}]}", 2, Options{Precision: autocast},
		},
		"a name in a repeat that runs in no iteration of the one around": {
			"add: [identity, [{repeat: {times: 3, steps: [relu, conv: {out: c, kernel: 3}]}}]], repeat: {times: n, steps: [repeat: {times: n - i - 1, steps: [conv: {out: c, kernel: 3}, relu]}]}",
			1, Options{Frozen: []string{"repeat"}},
		},
		"a name in a repeat that never runs": {
			"add: [identity, [{repeat: {times: 3, steps: [relu, conv: {out: c, kernel: 3}]}}]], repeat: {times: 3, steps: [repeat: {times: 'max(i - n, 0)', steps: [conv: {out: c, kernel: 3}, relu]}]}",
			3, Options{Frozen: []string{"repeat"}},
		},
		"every second tensor, of which the latest needs no gradient": {
			"{relu: , as: a}, conv: {out: c, kernel: 3}, {repeat: {times: n, links: dense, gather: weighted, dilation: 2, steps: [{relu: , from: a}]}}, conv: {out: c, kernel: 1}", 4, Options{},
		},
		"means of every third tensor": {"{repeat: {times: n, links: dense, gather: mean, dilation: 3, steps: [conv: {out: c, kernel: 3}]}}", 5, Options{}},
		"a sum that runs again in a frozen repeat, of which the last iteration is read": {
			"repeat: {times: 3, steps: [conv: {out: c, kernel: 3}, {repeat: {times: 2, links: dense, gather: softmax, checkpoint: true, steps: [identity]}}]}, conv: {out: c, kernel: 3}",
			3, Options{Frozen: []string{"repeat"}},
		},
		"a name in repeats of which it is not known in closed form how often they run": {
			"repeat: {times: 2, steps: [repeat: {times: i + 1, steps: [{repeat: {times: 'min(i, 2)', steps: [relu]}}, conv: {out: c, kernel: 1}]}]}", 1, Options{Frozen: []string{"repeat"}},
		},
		"a list behind a repeat that may not run in later iterations": {
			"repeat: {times: 2, steps: [{repeat: {times: n - i, steps: [gelu]}}, {concat: {list: [identity, conv: {out: c, kernel: 3}]}}]}", 1, Options{Memory: Memory{Concat: SharedConcat}},
		},
		"what the first iteration makes and the last of another repeat reads": {
			"repeat: {times: 2, steps: [{relu: , as: a}, conv: {out: c, kernel: 3}, batchnorm]}, repeat: {times: 2, steps: [{from: a}, conv: {out: 4, kernel: 1}]}", 2,
			Options{Frozen: []string{"conv"}, Memory: Memory{InPlace: true}},
		},
		"a condition on the last iteration but one, of one iteration": {
			"repeat: {times: n, links: dense, gather: softmax, steps: [{repeat: {times: n, steps: [{repeat: {times: i, steps: [identity]}}, {if: 'i != n - 2', then: [conv: {out: c, kernel: 3}], else: []}]}}]}",
			1, Options{Memory: Memory{Fused: FusedElementwise}},
		},
		"repeats that run equally often at one count": {
			"repeat: {times: 2, steps: [{conv: {out: c, kernel: 1}, as: a}]}, repeat: {times: n + 1, steps: [{relu: , from: a}]}", 1, Options{Memory: Memory{Concat: RecomputeConcat}},
		},
		"a list that is copied in a layer that runs again": {
			"repeat: {times: n, steps: [{concat: {list: [[layernorm, conv: {out: c, kernel: 3}], identity]}, checkpoint: all, survives: 1/2}]}, relu", 2, Options{},
		},
		"a slice of all, in a pass that reads what it is a slice of": {
			"conv: {out: 'min(n, 4)', kernel: 1}, repeat: {times: 3, links: dense, gather: weighted, steps: [slice: n]}", 2, Options{Memory: Memory{Fused: FusedElementwise}},
		},
		"a list that runs again, in a list": {
			"concat: {list: [identity, [{repeat: {times: n + 1, steps: [{concat: {list: [[layernorm], identity]}, checkpoint: all}]}}, relu]]}", 2, Options{},
		},
		"samples behind widths that grow":        {"{reshape: {shape: [c, 2, 2], batch: 4}}, repeat: {times: n, steps: [concat: [identity, conv: {out: 2, kernel: 1}]]}", 3, Options{}},
		"samples that the first iteration makes": {"repeat: {times: n, steps: [{reshape: {shape: [c, 2, 2], batch: 4}}, concat: [identity, conv: {out: 2, kernel: 1}]]}", 3, Options{}},
		"iterations in blocks":                   {"repeat: {times: 2*n, links: dense, gather: softmax, block: 2, steps: [relu, conv: {out: c, kernel: 3}]}", 2, Options{Frozen: []string{"repeat[1…2]"}}},
		"a list that enters iterations whose first layer is an input": {
			"repeat: {times: 2, steps: [concat: {list: [identity, [input: [4, 4, 4], conv: {out: c, kernel: 1}]]}]}", 2, Options{Memory: Memory{Checkpoint: CheckpointRepeats}},
		},
		"iterations that hand on a list and look at it": {
			"concat: {list: [identity, [conv: {out: c, kernel: 1}]]}, repeat: {times: 2, links: dense, gather: mean, period: 2, steps: [repeat: {times: n, steps: [head: [[relu]]]}, concat: {list: [identity, [conv: {out: c, kernel: 1}]]}, conv: {out: 8, kernel: 1}]}",
			2, Options{Memory: Memory{Checkpoint: CheckpointRepeats}},
		},
		"iterations that do nothing with a list": {
			"concat: {list: [identity, [conv: {out: c, kernel: 1}]]}, repeat: {times: 1, steps: [concat: {list: [identity, [repeat: {times: n, steps: [identity]}]]}, concat: {list: [identity, [conv: {out: c, kernel: 1}]]}]}",
			2, Options{Memory: Memory{Checkpoint: CheckpointRepeats}},
		},
		"a list behind layers that read nothing of it": {
			"repeat: {times: n, steps: [head: [[parameter: [4, 4, 4], relu]], concat: {list: [identity, [conv: {out: c, kernel: 1}]]}]}", 2, Options{},
		},
		"layers with links that read mirrored names": {
			"repeat: {times: n, steps: [{conv: {out: c, kernel: 1}, as: a}]}, repeat: {times: n, links: dense, gather: weighted, steps: [add: [identity, [{from: a}, conv: {out: c, kernel: 3}]]]}", 3, Options{},
		},
		"weights from before a repeat under autocast": {
			"{conv: {out: c, kernel: 3}, as: a}, add: [identity, [conv: {out: c, kernel: 3}]], repeat: {times: n, steps: [conv: {out: c, kernel: 3, shared: a}]}", 2,
			Options{Trained: []string{"add"}, Precision: autocast},
		},
		"a list that layers in blocks read": {
			"repeat: {times: n, steps: [concat: {list: [identity, [sigmoid]]}]}, repeat: {times: 2, links: dense, gather: softmax, block: 2, steps: [identity]}", 3, Options{Memory: Memory{Checkpoint: CheckpointRepeats}},
		},
		"an input that iterations in a segment hand on": {
			"repeat: {times: 1, steps: [{repeat: {times: n, steps: [add: [identity, [conv: {out: c, kernel: 3}, silu]], {input: [4, 4, 4]}]}}]}", 2, Options{Memory: Memory{Checkpoint: CheckpointRepeats}},
		},
		"iterations that are counted from the last one": {
			"repeat: {times: n, steps: [{repeat: {times: n - i, steps: [{conv: {out: 4, kernel: 1}, as: a}]}}, {repeat: {times: n - i, steps: [{concat: [identity, {from: a}]}, batchnorm, conv: {out: c - 1, kernel: 1}]}}]}",
			3, Options{Trained: []string{"repeat[0]"}},
		},
		"a list that inner iterations of the first segment list again": {
			"concat: {list: [identity, [identity]]}, repeat: {times: 3, steps: [{repeat: {times: n, steps: [concat: {list: [identity, [sigmoid]]}]}}, {conv: {out: 4, kernel: 1}}]}", 2,
			Options{Memory: Memory{Checkpoint: CheckpointRepeats}},
		},
		"a list of which inner iterations of the first segment read nothing but the parts": {
			"conv: {out: 4, kernel: 1}, concat: {list: [identity, [relu]]}, repeat: {times: 3, steps: [{repeat: {times: n, steps: [concat: {list: [identity, [parameter: [4, 4, 4], sigmoid]]}]}}, {conv: {out: 4, kernel: 1}}]}", 2,
			Options{Memory: Memory{Checkpoint: CheckpointRepeats}},
		},
		"a list that iterations of iterations of the first segment list again": {
			"conv: {out: 4, kernel: 1}, concat: {list: [identity, [relu]]}, repeat: {times: 3, steps: [{repeat: {times: n, steps: [repeat: {times: n, steps: [concat: {list: [identity, [sigmoid]]}]}]}}, {conv: {out: 4, kernel: 1}}]}", 2,
			Options{Memory: Memory{Checkpoint: CheckpointRepeats}},
		},
		"a reversible output that enters iterations with a mean of what came before": {
			"repeat: {times: n, reversible: true, steps: [couple: [[conv: {out: c, kernel: 3}], [conv: {out: c, kernel: 3}]]]}, repeat: {times: n, steps: [{repeat: {times: 2, links: dense, gather: mean, steps: [identity]}}, {conv: {out: c, kernel: 3}}]}",
			2, Options{},
		},
		"a reversible output of which iterations read a mean with what came after": {
			"repeat: {times: n, reversible: true, steps: [couple: [[conv: {out: c, kernel: 3}], [conv: {out: c, kernel: 3}]]]}, repeat: {times: n, steps: [{repeat: {times: 3, links: dense, gather: mean, steps: [{conv: {out: c, kernel: 3}}]}}, {conv: {out: c, kernel: 3}}]}",
			2, Options{},
		},
		"a list that enters iterations in which a repeat never runs": {
			"repeat: {times: 2, steps: [{repeat: {times: n, steps: [repeat: {times: 'max(i - 1, 0)', steps: [relu]}]}}, {concat: {list: [identity, [conv: {out: c, kernel: 3}]]}}]}", 2, Options{},
		},
		"counts that stop growing": {"repeat: {times: n, steps: [repeat: {times: i, steps: [repeat: {times: 'min(i, 2)', steps: [relu]}]}, sigmoid]}", 2, Options{}},
	} {
		test.o.Quantities = Quantities()
		text := fmt.Sprintf("name: apart\nsymbols: {n: %d}\ninput: [4, 4, 4]\nsteps: [%s]\n", test.n, test.steps)
		require.True(t, agree(t, text, test.o), name)
		n, err := spec.Parse("apart.yaml", []byte(text))
		require.NoError(t, err)
		written, err := trace.Resolve(n, trace.Options{Unroll: true})
		require.NoError(t, err)
		costs, err := Of(written, test.o)
		require.NoError(t, err)
		require.NoError(t, costs.Of(TrafficBytes).Err(), name)
	}
}

// FuzzClosedIsUnrolled looks for networks on which the ways to price them do not agree.
func FuzzClosedIsUnrolled(tested *testing.F) {
	f := fuzztest.New(tested)
	for seed := range uint64(20) {
		f.Add(seed, uint8(seed/4))
	}
	f.Fuzz(func(t *testing.T, seed uint64, dialect uint8) {
		agreeIn(t, seed, int(dialect)%len(dialects()))
	})
}
