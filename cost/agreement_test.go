package cost

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/spec"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/internal/fuzztest"
)

// weaver writes networks of all that repeats can have in them: repeats whose count follows the index and may be 0, heads,
// links, shared weights and names that are read further down.
type weaver struct {
	*rand.Rand
	taps   []string // readable here
	shared []string
	names  int
	modern bool // mirrors, gathers, couplings, streams and what runs again too
	links  bool // merges of many, side inputs and gates too
}

// wovenNetwork writes a network of n = 1 … 4 iterations. Not all of what it writes fits together.
func wovenNetwork(r *rand.Rand) string { return (&weaver{Rand: r, modern: true}).network() }

// linkedNetwork writes one that has merges of many, gates, and more inputs beside.
func linkedNetwork(r *rand.Rand) string { return (&weaver{Rand: r, links: true}).network() }

func (w *weaver) network() string {
	r := w.Rand
	var b strings.Builder
	fmt.Fprintf(&b, "name: woven\nsymbols: {n: %d}\ninput: [%d, 4, 4]\nsteps:\n", 1+r.IntN(4), 2*(1+r.IntN(3)))
	for range 1 + r.IntN(4) {
		fmt.Fprintf(&b, "  - %s\n", w.step(3, false))
	}
	if r.IntN(2) == 0 {
		b.WriteString("  - [global_avgpool, linear: {out: 3, bias: true}]\n")
	}
	return b.String()
}

func (w *weaver) pick(texts ...string) string { return texts[w.IntN(len(texts))] }

func (w *weaver) layer() string {
	return "{" + w.pick(
		"relu: ", "batchnorm: ", "conv: {out: c, kernel: 3}", "conv: {out: 4, kernel: 1, bias: true}", "sigmoid: ", "gelu: ", "dropout: ", "silu: ",
		"maxpool: {kernel: 3, stride: 1}", "identity: ", "layernorm: ", "slice: 2", "conv: {out: c, kernel: 3, groups: c}", "zero_pad: {out: 2*c}", "dropout: 0",
	) + "}"
}

func (w *weaver) count(inside bool) string {
	if inside {
		return w.pick("i", "i + 1", "n", "2", "n - i", "1", "2*i", "'max(i - 1, 0)'", "'max(0, 2 - i)'", "'min(i, 2)'", "n - i - 1")
	}
	return w.pick("n", "n + 1", "2", "3", "n - 1")
}

// list is one to three steps; names set in it are not read outside of it.
func (w *weaver) list(depth int, inside bool) string {
	taps, shared := len(w.taps), len(w.shared)
	var steps []string
	for range 1 + w.IntN(3) {
		steps = append(steps, w.step(depth, inside))
	}
	w.taps, w.shared = w.taps[:taps], w.shared[:shared]
	return "[" + strings.Join(steps, ", ") + "]"
}

// joined is a merge of many, some of which come from elsewhere.
func (w *weaver) joined(inner string) string {
	paths := []string{"identity", "[conv: {out: c, kernel: 3}, relu]"}
	more := []string{
		"[batchnorm, conv: {out: c, kernel: 1}]", "[conv: {out: 2*c, kernel: 3}, gelu, conv: {out: c/2, kernel: 3}]", "[maxpool: {kernel: 3, stride: 1}]",
		"[{input: {shape: [4, 4, 4]}}, {conv: {out: 4, kernel: 1}}]", "[conv: {out: c, kernel: 3, groups: c}]",
		"[{add: [identity, [relu, conv: {out: c, kernel: 1}]]}]", "[{multiply: [identity, [global_avgpool, linear: c, sigmoid]]}]", inner,
	}
	for _, tap := range w.taps {
		more = append(more, "{from: "+tap+"}", "[{conv: {out: 4, kernel: 1}, from: "+tap+"}]")
	}
	for range 1 + w.IntN(3) {
		paths = append(paths, w.pick(more...))
	}
	w.Shuffle(len(paths), func(a, b int) { paths[a], paths[b] = paths[b], paths[a] })
	return "{" + w.pick("add", "add", "concat", "concat", "mean", "multiply") + ": [" + strings.Join(paths, ", ") + "]}"
}

func (w *weaver) step(depth int, inside bool) string {
	if depth == 0 {
		return w.layer()
	}
	inner := func(inside bool) string { return w.list(depth-1, inside) }
	if w.links && w.IntN(2) == 0 {
		return w.joined(inner(inside))
	}
	cases := 14
	if w.modern {
		cases = 21
	}
	switch w.IntN(cases) {
	case 0, 1, 2:
		return "{repeat: {times: " + w.count(inside) + ", steps: " + inner(true) + "}}"
	case 3:
		return "{add: [identity, [conv: {out: c, kernel: 3}, batchnorm, relu]]}"
	case 4:
		return "{" + w.pick("concat", "concat", "multiply", "mean") + ": [identity, " + inner(inside) + "]}"
	case 5:
		head := w.pick("%s", "{training: %s}")
		return "{head: " + fmt.Sprintf(head, "["+inner(inside)+"]") + "}"
	case 6:
		return "{repeat: {times: " + w.count(inside) + ", links: " + w.pick("dense", "{window: 2}", "log2") + ", steps: " + inner(true) + "}}"
	case 7:
		return "{concat: {list: [identity, " + inner(inside) + "]}}"
	case 8:
		w.names++
		name := fmt.Sprintf("t%d", w.names)
		w.taps = append(w.taps, name)
		return "{" + w.pick("identity: ", "relu: ", "conv: {out: c, kernel: 1}") + ", as: " + name + "}"
	case 9:
		if len(w.taps) > 0 {
			tap := w.pick(w.taps...)
			return w.pick("{relu: , from: "+tap+"}", "{concat: [identity, {from: "+tap+"}]}", "{add: [[conv: {out: 4, kernel: 1}], [{conv: {out: 4, kernel: 1}, from: "+tap+"}]]}")
		}
		return w.layer()
	case 10:
		if len(w.shared) > 0 && w.IntN(2) == 0 {
			return "{conv: {out: c, kernel: 3, shared: " + w.pick(w.shared...) + "}}"
		}
		w.names++
		name := fmt.Sprintf("s%d", w.names)
		w.shared = append(w.shared, name)
		return "{conv: {out: c, kernel: 3}, as: " + name + "}"
	case 14:
		return w.mirrored(depth, inside)
	case 15:
		how := w.pick("weighted", "mean", "softmax", "softmax, block: 2", "weighted, dilation: 2", "mean, period: 2", "softmax, checkpoint: true", "dynamic", "gated, ways: [p, q]", "channels, dilation: 2, ways: [p]")
		return "{repeat: {times: " + w.count(inside) + ", links: dense, gather: " + how + ", steps: " + inner(true) + "}}"
	case 16:
		couple := "couple: [" + inner(true) + ", [conv: {out: c, kernel: 3}, batchnorm]]"
		return "{repeat: {times: " + w.count(inside) + ", reversible: " + w.pick("true", "false") + ", steps: [" + couple + "]}}"
	case 17:
		return "{add: [identity, [conv: {out: c, kernel: 3}, batchnorm, relu]], checkpoint: " + w.pick("true", "all") + w.pick("", ", survives: 3/4", ", survives: 1 - 1/(2*n)") + "}"
	case 18:
		how := w.pick("", "checkpoint: true, ", "form: mhc, ", "form: dynamic, checkpoint: true, ")
		return "{streams: {count: 2, " + how + "steps: [repeat: {times: " + w.count(inside) + ", steps: [add: [identity, " + inner(true) + "]]}]}}"
	case 19:
		condition := "c > 4"
		if inside {
			condition = w.pick("i < 1", "i >= 2", "i == 1", "i < n - 1", "c > 4", "i != n - 2")
		}
		return "{if: " + condition + ", then: " + inner(inside) + ", else: " + w.layer() + "}"
	case 20:
		return "[{let: {m: " + w.pick("c", "c + 2", "2*c", "'min(c, 4)'") + "}}, {conv: {out: m, kernel: 1}}, " + w.step(depth-1, inside) + "]"
	case 11:
		return "{concat: [identity, [batchnorm, relu, conv: {out: 2, kernel: 3}]]}"
	}
	return w.layer()
}

// mirrored is a repeat, and one that reads it in reverse order.
func (w *weaver) mirrored(depth int, inside bool) string {
	w.names++
	times, name := w.count(inside), fmt.Sprintf("m%d", w.names)
	made := "{" + w.pick("relu: ", "conv: {out: c, kernel: 1}", "conv: {out: 4, kernel: 1}", "concat: [identity, [conv: {out: 2, kernel: 1}]]") + ", as: " + name + "}"
	read := w.pick("{concat: [identity, {from: "+name+"}]}", "{conv: {out: 4, kernel: 1}, from: "+name+"}", "{multiply: [identity, [{from: "+name+"}, conv: {out: c, kernel: 1}]]}", "{add: [[conv: {out: 4, kernel: 1}], [{from: "+name+"}, conv: {out: 4, kernel: 1}]]}")
	first := "{repeat: {times: " + times + ", steps: [" + made + ", " + w.step(depth-1, true) + "]}}"
	return "[" + first + ", " + w.step(depth-1, inside) + ", {repeat: {times: " + times + ", steps: [" + read + ", " + w.step(depth-1, true) + "]}}]"
}

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
	closed, err := trace.Resolve(n, trace.Options{Budget: symbolic.NewBudget().With(symbolic.Steps, 20_000)})
	if err != nil {
		return false
	}
	unrolled, err := trace.Resolve(n, trace.Options{Budget: symbolic.NewBudget().With(symbolic.Steps, 20_000), Unroll: true})
	require.NoError(t, err, text)
	got, err := Of(closed, o)
	require.NoError(t, err, text)
	want, err := Of(unrolled, o)
	require.NoError(t, err, text)
	for _, q := range Quantities() {
		require.Equal(t, want.Of(q).ASCII(), got.Of(q).ASCII(), "%s, %+v of\n%s", q, o, text)
	}
	if s, ok := n.Symbol("n"); ok {
		formulas(t, text, s.Default.Expr, want, o)
	}
	return true
}

// formulas binds the symbol n of closed formulas.
func formulas(t *testing.T, text string, n symbolic.Expr, want *Total, o Options) {
	t.Helper()
	network, err := spec.Parse("woven.yaml", []byte(text))
	require.NoError(t, err)
	free, err := trace.Resolve(network, trace.Options{Free: []string{"n"}, Budget: symbolic.NewBudget().With(symbolic.Steps, 20_000)})
	if err != nil {
		return // and says why there is no closed form
	}
	total, err := Of(free, o)
	if err != nil {
		return
	}
	at := symbolic.Bindings{"n": n}
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
			require.Equal(t, want.Of(q).ASCII(), e.Substitute(at).ASCII(), "%s is %s with %v, %+v of\n%s", q, e, total.Runs, o, text)
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
		"what the input keeps where nothing runs": {"repeat: {times: n - 1, steps: [silu]}", 1, Options{}},
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
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, seed uint64) {
		r := rand.New(rand.NewPCG(seed, 23))
		agree(t, wovenNetwork(r), anyOptions(r))
	})
}
