package flow

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/spec"
	"github.com/skipcost/skipcost/arch/trace"
)

// today writes out the networks that today.csv measures, of which each entry is the steps between input and output.
func today() map[string]string {
	const (
		attend  = "layernorm: {affine: false}, attention: 4"
		feed    = "layernorm: {affine: false}, linear: 2*c, gelu, linear: c/2"
		decoder = "add: [identity, [" + attend + "]], add: [identity, [" + feed + "]]"
		either  = "{if: i - 2*floor(i/2) == 0, then: [" + attend + "], else: [" + feed + "]}"
	)
	stack := "repeat: {times: 6, steps: [" + decoder + "]}"
	gather := func(how, steps string, times int) string {
		return fmt.Sprintf("repeat: {times: %d, links: dense, gather: %s, steps: [%s]}", times, how, steps)
	}
	wide := func(n int) string {
		return fmt.Sprintf("spread: %d, repeat: {times: 12, steps: [add: [identity, [%s]]]}, collect: %d", n, feed, n)
	}
	return map[string]string{
		"add": stack, "static2": "streams: {count: 2, steps: [" + stack + "]}", "static4": "streams: {count: 4, steps: [" + stack + "]}",
		"dynamic4": "streams: {count: 4, form: dynamic, steps: [" + stack + "]}", "mhc4": "streams: {count: 4, form: mhc, steps: [" + stack + "]}",
		"wide2": wide(2), "wide4": wide(4), "weighted": gather("weighted", decoder, 6), "meanblocks": gather("mean", decoder, 6),
		"mean": gather("mean", either, 12), "softmax": gather("softmax", either, 12), "softmax4": gather("softmax, block: 4", either, 12),
		"laurel": "repeat: {times: 12, steps: [weighted: [[" + feed + "], [add: [identity, [linear: {out: 16, init: 1}, linear: {out: 8*c, init: 1}]]]]]}",
	}
}

// Skips of today as PyTorch runs them with the initialisations of their papers: second moments within a tenth, and the logarithm of the
// gradient at what enters within 0.05 for each sublayer.
func TestSkipsOfTodayAsMeasured(t *testing.T) {
	const related = "have a tensor in common"
	steps := today()
	readings := map[string]*Reading{}
	for _, row := range rows(t, "today.csv") {
		scheme := row["scheme"]
		r, read := readings[scheme]
		if !read {
			r = readText(t, "name: today\ninput: [128, 8]\nsteps: ["+steps[scheme]+"]\n", Options{Tensors: true})
			readings[scheme] = r
		}
		notes := strings.Join(r.Notes, "\n")
		if scheme == "meanblocks" { // of which all operands have the sums before them in common
			require.Contains(t, notes, related)
			continue
		}
		require.NotContains(t, notes, related, scheme)
		at := r.Tensors[0]
		if row["tensor"] == "output" {
			at = r.Tensors[len(r.Tensors)-1]
		}
		q := at.SecondMoment.value() / number(t, row["second_moment"])
		g := math.Log10(at.Gradient.value() / number(t, row["grad_sq"]))
		t.Logf("%-10s %-8s q × %.3f, log G %+.3f", scheme, row["tensor"], q, g)
		require.InDelta(t, 1, q, 0.1, scheme)
		require.InDelta(t, 0, g, 0.05*number(t, row["sublayers"]), scheme)
	}
}

// Streams begin as copies of one, which their sum multiplies by their number, and constrained ones by half of it.
func TestStreamsBeginAsOne(t *testing.T) {
	read := func(form, body string, layers int) *Reading {
		stack := fmt.Sprintf("repeat: {times: %d, steps: [add: [identity, [%s]]]}", layers, body)
		if form != "" {
			stack = "streams: {count: 6, form: " + form + ", steps: [" + stack + "]}"
		}
		return readText(t, "name: streams\ninput: [12, 3]\nsteps: [linear: 12, "+stack+", linear: 5]\n", Options{})
	}
	for _, body := range []string{"linear: 12", "batchnorm, relu, linear: 12", "linear: 12, relu"} {
		for _, layers := range []int{1, 7, 1_000_000_000} {
			alone := read("", body, layers)
			for form, times := range map[string]float64{"static": 6, "dynamic": 6, "mhc": 3} {
				if form == "mhc" && body != "batchnorm, relu, linear: 12" {
					continue // what is read is no stream but three times one, which a norm alone does not notice
				}
				all := read(form, body, layers)
				for k, q := range []Quantity{all.SignalGain, all.GradientGain} {
					of := logarithm(t, []Quantity{alone.SignalGain, alone.GradientGain}[k])
					require.InDelta(t, of+2*math.Log10(times), logarithm(t, q), 1e-7+1e-11*of, "%s of %d %s", form, layers, body)
				}
				require.InEpsilon(t, alone.EffectivePath.value(), all.EffectivePath.value(), 1e-8)
			}
		}
	}
}

// Dynamic sums of several ways begin as the latest block, and a network of them as the one that they replace.
func TestWaysBeginAsOne(t *testing.T) {
	for _, gather := range []string{"weighted", "dynamic"} {
		const blocks = "name: ways\ninput: [16, 4]\nblocks:\n  block(from q): [add: [identity, [{from: q, layernorm: {affine: false}}, linear: 16]]]\nsteps:\n  - linear: 16\n"
		ways := readText(t, blocks+"  - repeat: {times: 5, links: dense, gather: "+gather+", ways: [q], steps: [block: q]}\n  - linear: 3\n", Options{})
		one := readText(t, blocks+"  - repeat: {times: 5, steps: [{identity: , as: q}, {from: q, block: q}]}\n  - linear: 3\n", Options{})
		for k, q := range []Quantity{one.SignalGain, one.GradientGain, one.EffectivePath} {
			require.InEpsilon(t, q.value(), []Quantity{ways.SignalGain, ways.GradientGain, ways.EffectivePath}[k].value(), 1e-9, gather)
		}
	}
}

// logarithm is that of a number of any size.
func logarithm(t *testing.T, q Quantity) float64 {
	t.Helper()
	if !q.Power.IsZero() && q.Power.Err() == nil {
		return q.PowerLog10
	}
	log, known := q.Log10()
	require.True(t, known, text(q))
	return log
}

// Streams by hand, which layers read and write together, have what each of them adds apart, and a part of the gradient too.
func TestStreamsByHand(t *testing.T) {
	r := readText(t, "name: hand\ninput: [4]\nsteps: [spread: 3, add: [identity, [linear: {out: 12, init: 1}]], collect: 3]\n", Options{Tensors: true})
	// Three copies, to each of which as much is added that is independent: 9 + 3, and back 3 of the copies and their mean square.
	require.Equal(t, "12", text(r.SignalGain))
	require.Equal(t, "12", text(r.Tensors[0].Gradient))
	for steps, want := range map[string]string{
		"spread: 3, mix: 3, collect: 3": "18", "spread: 3, mix: {streams: 3, into: 1}": "2", "mix: {streams: 1, into: 3}, collect: 3": "18",
		"linear: {out: 12, init: 1}, collect: 3": "6", "spread: 3, slice: {start: 4, count: 4}": "2",
	} {
		r := readText(t, "name: hand\ninput: [4]\nsteps: [linear: 4, "+steps+"]\n", Options{})
		require.Equal(t, want, text(r.SignalGain), steps)
	}
	for _, steps := range []string{"mix: {streams: 4, into: 2}", "concat: [identity, [linear: {out: 4, init: 3}]], collect: 2"} {
		r := readText(t, "name: hand\ninput: [4]\nsteps: [linear: 4, "+steps+"]\n", Options{})
		var unknown *UnknownError
		require.ErrorAs(t, r.SignalGain.Err(), &unknown, steps)
	}
}

// The number of streams may be open.
func TestStreamsOfAnyNumber(t *testing.T) {
	n, err := spec.Parse("net.yaml", []byte("name: net\nsymbols: {n: 3}\ninput: [8]\nsteps: [linear: 8, streams: {count: n, steps: [repeat: {times: 4, steps: [add: [identity, [linear: 8]]]}]}, linear: 3]\n"))
	require.NoError(t, err)
	tr, err := trace.Resolve(n, trace.Options{Free: []string{"n"}})
	require.NoError(t, err)
	r, err := Of(tr, Options{})
	require.NoError(t, err)
	require.Equal(t, []string{"324*n^2", "243*n^2/4"}, []string{text(r.SignalGain), text(r.GradientGain)})
}
