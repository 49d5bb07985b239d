package cost

import (
	"fmt"
	"math/rand/v2"
	"strings"
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
	dialect
}

// dialect is what networks are made of beside what all have.
type dialect struct {
	input   string   // its shape, where it is no map; of w, its width
	symbols string   // further ones
	layers  []string // each as likely as one that all have
	steps   []string // likewise, with %s for a list of steps, NEW for a new name, and TAP for one that can be read
}

// dialects are those of random networks, after the first, which has nothing more.
func dialects() []dialect {
	return []dialect{
		{},
		{ // widths that are symbols
			input: "[w, 4, 4]", symbols: ", w: %d",
			layers: []string{"conv: {out: w, kernel: 1}", "conv: {out: 'max(w, c)', kernel: 1}", "conv: {out: floor(c/2) + 1, kernel: 3}", "slice: w", "zero_pad: {out: c + w}"},
		},
		{ // sequences
			input: "[%d, 6]",
			layers: []string{
				"attention: 2", "attention: {heads: 2, window: 2, bias: true}", "attention: {heads: 2, kv_heads: 1, value_residual: true}", "lstm: c", "gru: {out: c, bias: true}",
				"mamba2: {state: 4, heads: 2, inner: 2*c}", "rmsnorm: ", "softmax: ", "position_embedding: ", "linear: {out: 2*c, bias: true}", "linear: 4", "experts: {count: 4, active: 2, hidden: 2*c}",
			},
			steps: []string{
				"{linear: 4, as: NEW}", "{add: [identity, [layernorm, attention: {heads: 2, memory: TAP}]]}", "{add: [identity, [attention: {heads: 2, memory: TAP, values: TAP}]]}", "{input: [4, 6], as: NEW}",
				"{dot_product_attention: {heads: 2, paths: [identity, [linear: {out: 4}, {from: TAP}], {from: TAP}]}}", "{add: [identity, %s]}",
			},
		},
		{ // maps that shrink and grow
			input:  "[%d, 8, 8]",
			layers: []string{"maxpool: 2", "avgpool: 2", "conv: {out: c, kernel: 3, stride: 2}", "upsample: 2", "conv_transpose: {out: c, kernel: 2, stride: 2}", "crop: 1", "subsample: 2", "global_avgpool: ", "prelu: ", "groupnorm: 2"},
		},
		{ // lists, and what runs again
			layers: []string{"gelu: ", "layernorm: "},
			steps: []string{
				"{concat: {list: [identity, %s]}}", "{concat: {list: [identity, %s]}, checkpoint: true}", "{concat: {list: [%s, identity]}, checkpoint: all}", "{add: [identity, %s], checkpoint: all}",
				"{add: [identity, %s], checkpoint: true}", "{mean: [identity, %s], checkpoint: all}", "{concat: {list: [identity, %s]}, as: NEW}", "{from: TAP, concat: {list: [identity, %s]}}", "{concat: {list: [identity, {from: TAP}]}}", "{add: [identity, %s], as: NEW, checkpoint: all}", "{multiply: [identity, %s], checkpoint: all}", "{concat: {list: [identity, [concat: {list: [identity, %s]}]]}}",
			},
		},
		{ // patterns of links, parts that are dropped, streams of parts, positions as samples
			layers: []string{
				"parameter: [4, 4, 4]", "reshape: {shape: [c, 2, 2], batch: 4}", "reshape: {shape: [c, 4, 4], batch: 1}", "reshape: [2*c, 2, 4]", "conv: {out: 4, kernel: 3, shared: true}", "shuffle: 2", "scale: ",
				"take: [2, 4, 4]", "global_avgpool: ", "expand: [c, 4, 4]",
			},
			steps: []string{
				"{repeat: {times: n, links: once, gather: layers, steps: %s}}", "{repeat: {times: n + 1, links: harmonic, gather: odd, steps: %s}}", "{repeat: {times: 3, links: {window: 3}, gather: all, steps: %s}}",
				"{repeat: {times: n, links: log2, gather: last, steps: %s}}", "{repeat: {times: n, links: dense, steps: [{conv: {out: 2, kernel: 1}}]}}", "{add: [identity, {drop_path: 1/4}]}",
				"{add: [identity, [relu, conv: {out: c, kernel: 3}, drop_path: 1/n]]}", "{streams: {fractions: 2, steps: [add: [identity, [conv: {out: c, kernel: 1}]]]}}", "{weighted: [%s, identity]}",
				"{repeat: {times: 2, steps: [{repeat: {times: n, steps: [add: [identity, %s]]}}]}}", "{repeat: {times: n, steps: [{repeat: {times: n - i, steps: [concat: [identity, %s]]}}]}}",
			},
		},
	}
}

// wovenNetwork writes a network of n = 1 … 4 iterations. Not all of what it writes fits together.
func wovenNetwork(r *rand.Rand) string { return spokenNetwork(r, dialect{}) }

// spokenNetwork writes one in a dialect.
func spokenNetwork(r *rand.Rand, d dialect) string {
	return (&weaver{Rand: r, modern: true, dialect: d}).network()
}

// linkedNetwork writes one that has merges of many, gates, and more inputs beside.
func linkedNetwork(r *rand.Rand) string { return (&weaver{Rand: r, links: true}).network() }

func (w *weaver) network() string {
	r := w.Rand
	var b strings.Builder
	n, width, symbols, input := 1+r.IntN(4), 2*(1+r.IntN(3)), w.symbols, "[%d, 4, 4]"
	if w.input != "" {
		input = w.input
	}
	if symbols != "" {
		symbols = fmt.Sprintf(symbols, width)
	} else {
		input = fmt.Sprintf(input, width)
	}
	fmt.Fprintf(&b, "name: woven\nsymbols: {n: %d%s}\ninput: %s\nsteps:\n", n, symbols, input)
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
	return "{" + w.pick(append([]string{
		"relu: ", "batchnorm: ", "conv: {out: c, kernel: 3}", "conv: {out: 4, kernel: 1, bias: true}", "sigmoid: ", "gelu: ", "dropout: ", "silu: ",
		"maxpool: {kernel: 3, stride: 1}", "identity: ", "layernorm: ", "slice: 2", "conv: {out: c, kernel: 3, groups: c}", "zero_pad: {out: 2*c}", "dropout: 0",
	}, w.layers...)...) + "}"
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
	is := w.IntN(cases + len(w.steps))
	if is >= cases {
		return w.spoken(w.steps[is-cases], inner(inside))
	}
	switch is {
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

// spoken is a step of the dialect around others.
func (w *weaver) spoken(step, inner string) string {
	if strings.Contains(step, "TAP") {
		if len(w.taps) == 0 {
			return w.layer()
		}
		step = strings.ReplaceAll(step, "TAP", w.pick(w.taps...))
	}
	if strings.Contains(step, "NEW") {
		w.names++
		name := fmt.Sprintf("t%d", w.names)
		w.taps = append(w.taps, name)
		step = strings.ReplaceAll(step, "NEW", name)
	}
	return strings.ReplaceAll(step, "%s", inner)
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
