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
)

// randomNetwork writes a small network whose parts all keep the extents.
func randomNetwork(r *rand.Rand) string {
	var b strings.Builder
	fmt.Fprintf(&b, "name: random\nsymbols: {n: %d}\ninput: [%d, 4, 4]\nsteps:\n", 1+r.IntN(4), 2*(1+r.IntN(4)))
	for range 1 + r.IntN(4) {
		fmt.Fprintf(&b, "  - %s\n", randomStep(r, 2))
	}
	b.WriteString("  - [global_avgpool, linear: 3]\n")
	return b.String()
}

func randomStep(r *rand.Rand, depth int) string {
	layers := []string{
		"relu", "batchnorm", "conv: {out: c, kernel: 3}", "conv: {out: 6, kernel: 1}", "sigmoid", "gelu", "dropout", "silu",
		"conv: {out: 2*c, kernel: 1}", "maxpool: {kernel: 3, stride: 1}",
	}
	if depth == 0 {
		return "{" + keyed(layers[r.IntN(len(layers))]) + "}"
	}
	inner := func() string { return randomStep(r, depth-1) }
	same := "conv: {out: c, kernel: 3}, batchnorm, relu"
	switch r.IntN(12) {
	case 0:
		return "{add: [identity, [" + same + "]]}"
	case 1:
		return "{concat: [identity, [" + inner() + ", relu]]}"
	case 2:
		return "{repeat: {times: n, steps: [add: [identity, [" + same + "]], relu]}}"
	case 3:
		return "{repeat: {times: n, steps: [concat: [identity, [batchnorm, relu, conv: {out: 4, kernel: 3}]]]}}"
	case 4:
		return "{concat: {list: [identity, [batchnorm, relu, conv: {out: 4, kernel: 3}]]}}"
	case 5:
		return "{multiply: [identity, [global_avgpool, linear: c, sigmoid]]}"
	case 6:
		return "[repeat: {times: n, steps: [{relu: , as: s}, " + same + "]}, repeat: {times: n, steps: [concat: [identity, {from: s}], " + inner() + ", conv: {out: 4, kernel: 1}]}]"
	case 7:
		gather := []string{"weighted", "mean", "softmax", "softmax, block: 2", "weighted, dilation: 2", "dynamic", "channels", "gated, ways: [q]"}[r.IntN(8)]
		return "{repeat: {times: n, links: dense, gather: " + gather + ", steps: [" + same + "]}}"
	case 8:
		return "[conv: {out: 6, kernel: 1}, repeat: {times: n, reversible: true, steps: [couple: [[" + same + "], [relu]]]}]"
	case 9:
		return "{add: [identity, [" + same + "]], checkpoint: " + []string{"true", "all"}[r.IntN(2)] + "}"
	default:
		return "{" + keyed(layers[r.IntN(len(layers))]) + "}"
	}
}

func keyed(layer string) string {
	if strings.Contains(layer, ":") {
		return layer
	}
	return layer + ": "
}

func TestMemoryProperties(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 5))
	for range 300 {
		text := randomNetwork(r)
		n, err := spec.Parse("random.yaml", []byte(text))
		require.NoError(t, err, text)
		resolved, err := trace.Resolve(n, trace.Options{})
		require.NoError(t, err, text)
		unrolled, err := resolved.Unrolled()
		require.NoError(t, err)

		saved := func(tr *trace.Trace, o Options) symbolic.Expr {
			all, _, err := savedBytes(tr, o)
			require.NoError(t, err, text)
			return all
		}
		// Closed form = unrolled.
		require.True(t, saved(resolved, Options{}).Equal(saved(unrolled, Options{})), "%s: %s, unrolled %s", text, saved(resolved, Options{}), saved(unrolled, Options{}))
		// What is stored less often takes no more room.
		byStorage := map[ConcatStorage]symbolic.Expr{}
		for _, c := range ConcatStorages() {
			byStorage[c] = saved(unrolled, Options{Memory: Memory{Concat: c}})
		}
		atLeast(t, byStorage[CopyConcat], byStorage[RecomputeConcat], text)
		atLeast(t, byStorage[CopyConcat], byStorage[SharedConcat], text)
		// Memory is affine in the batch: twice the step from 1 to 2 is the step from 1 to 3.
		one, two, three := saved(resolved, batch(1)), saved(resolved, batch(2)), saved(resolved, batch(3))
		require.True(t, two.Sub(one).Mul(symbolic.Int(2)).Equal(three.Sub(one)), text)

		peak, err := inferencePeak(unrolled, Options{})
		require.NoError(t, err)
		outputs := Options{}.bytes(unrolled.Input.Shape.Elements())
		for _, op := range unrolled.Operations() {
			outputs = outputs.Add(Options{}.bytes(op.Output.Shape.Elements()))
		}
		atLeast(t, outputs, peak.Bytes, text)
		atLeast(t, peak.InputHeld, peak.Bytes, text)
		triple, err := inferencePeak(unrolled, batch(3))
		require.NoError(t, err)
		require.True(t, triple.Bytes.Equal(peak.Bytes.Mul(symbolic.Int(3))), text)
	}
}

// savedBytes is what a training step keeps, and the share of the network's input in it.
func savedBytes(t *trace.Trace, o Options) (all, input symbolic.Expr, err error) {
	k, err := newCounter(o).keep(t)
	if err != nil {
		return all, input, err
	}
	return k.all, k.input, nil
}

// trainingPeak is the peak of a training step of an unrolled trace.
func trainingPeak(t *trace.Trace, o Options) (symbolic.Expr, error) { return newCounter(o).stepPeak(t) }

func batch(n int64) Options { return Options{Batch: symbolic.Int(n)} }

func atLeast(t *testing.T, a, b symbolic.Expr, about string) {
	t.Helper()
	sign, ok := a.Sub(b).Sign()
	require.True(t, ok)
	require.GreaterOrEqual(t, sign, 0, "%s < %s: %s", a, b, about)
}

// deepNetwork is n residual or dense layers.
func deepNetwork(b *testing.B, step string, n int) *trace.Trace {
	network, err := spec.Parse("deep.yaml", []byte(fmt.Sprintf("name: deep\ninput: [8, 4, 4]\nsteps:\n  - repeat: {times: %d, steps: [%s]}\n", n, step)))
	require.NoError(b, err)
	resolved, err := trace.Resolve(network, trace.Options{Unroll: true})
	require.NoError(b, err)
	return resolved
}

// BenchmarkResidual10000 unrolls a residual network of 10,000 layers and finds its peak.
func BenchmarkResidual10000(b *testing.B) {
	for b.Loop() {
		resolved := deepNetwork(b, "add: [identity, [conv: {out: c, kernel: 3}, batchnorm, relu]]", 10_000)
		if _, err := inferencePeak(resolved, Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkDense1000 does the same with a dense block of 1,000 layers.
func BenchmarkDense1000(b *testing.B) {
	for b.Loop() {
		resolved := deepNetwork(b, "concat: [identity, [batchnorm, relu, conv: {out: 4, kernel: 3}]]", 1_000)
		if _, err := inferencePeak(resolved, Options{}); err != nil {
			b.Fatal(err)
		}
		if _, _, err := savedBytes(resolved, Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
