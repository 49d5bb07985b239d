package flow

import (
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"os"
	"runtime/debug"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/spec"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/arch/zoo"
)

// TestMain lets garbage be: at the usual rate collecting it takes a third of the time of these tests.
func TestMain(m *testing.M) {
	debug.SetGCPercent(400)
	os.Exit(m.Run())
}

// read reads a scheme with some symbols set.
func read(t *testing.T, scheme string, o Options, set map[string]symbolic.Expr) *Reading {
	t.Helper()
	n, err := zoo.Scheme(scheme, false)
	require.NoError(t, err)
	tr, err := trace.Resolve(n, trace.Options{Set: set})
	require.NoError(t, err)
	r, err := Of(tr, o)
	require.NoError(t, err)
	return r
}

func text(q Quantity) string {
	if e, ok := q.Exact(); ok {
		return e.ASCII()
	}
	if q.Power.Err() == nil && !q.Power.IsZero() {
		return q.Power.ASCII()
	}
	return q.Decimal(3)
}

func TestSchemesInClosedForm(t *testing.T) {
	one := symbolic.Int(1)
	for _, c := range []struct {
		scheme                              string
		set                                 map[string]symbolic.Expr
		paths, mean, shortest, longest      string
		signal, gradient, effective, spread string
	}{
		{"plain", nil, "1", "9", "9", "9", "512", "256", "9", "0"},
		{"add", nil, "512", "9/2", "0", "9", "19683", "6561", "6", "1.41"},
		{"concat", nil, "512", "9/2", "0", "9", "11/2", "55/3", "42131/13860", "1.34"},
		{"concat", map[string]symbolic.Expr{"relu": one}, "512", "9/2", "0", "9", "1", "5", "4861/2520", "1.17"},
		{"heads", nil, "10", "63/10", "2", "10", "512", "639/5", "640/71", "1.21"},
		{"halving", nil, "512", "9/2", "0", "9", "11/2", "1", "54/11", "3.03"},
		{"add", map[string]symbolic.Expr{"L": symbolic.Int(1_000_000_000)}, "2^999999999", "999999999/2", "0", "999999999", "3^999999999", "3^999999998", "666666666", "1.49e+04"},
		{"concat", map[string]symbolic.Expr{"L": symbolic.Int(1_000_000_000)}, "2^999999999", "999999999/2", "0", "999999999", "1000000001/2", "500000000500000000/3", "39.6", "6.17"},
		{"halving", map[string]symbolic.Expr{"L": symbolic.Int(1_000_000_000)}, "2^999999999", "999999999/2", "0", "999999999", "1000000001/2", "1", "500000000499999999/1000000001", "2.89e+08"},
		{"concat", map[string]symbolic.Expr{"relu": one, "L": symbolic.Int(1_000_000_000)}, "2^999999999", "999999999/2", "0", "999999999", "1", "500000000", "20.3", "4.43"},
	} {
		r := read(t, c.scheme, Options{}, c.set)
		require.Equal(t, []string{c.paths, c.mean, c.shortest, c.longest, c.signal, c.gradient},
			[]string{text(r.Paths), text(r.MeanPath), text(r.ShortestPath), text(r.LongestPath), text(r.SignalGain), text(r.GradientGain)}, c.scheme)
		require.Equal(t, []string{c.effective, c.spread}, []string{text(r.EffectivePath), text(r.EffectiveSpread)}, c.scheme)
	}
}

// Where nothing but the depth is open, what closes is a formula of it.
func TestSymbolicDepth(t *testing.T) {
	for scheme, want := range map[string][]string{
		"plain": {"1", "L-1"}, "add": {"2^(L-1)", "(L-1)/2"}, "concat": {"2^(L-1)", "(L-1)/2"},
	} {
		n, err := zoo.Scheme(scheme, false)
		require.NoError(t, err)
		tr, err := trace.Resolve(n, trace.Options{Free: []string{"L", "N"}})
		require.NoError(t, err)
		r, err := Of(tr, Options{})
		require.NoError(t, err)
		require.Equal(t, want, []string{text(r.Paths), text(r.MeanPath)}, scheme)
	}
}

// Paths of random networks with merges, taps, links, heads and repeats agree with going along each of them.
func TestPathsEqualEnumeration(t *testing.T) {
	random := rand.New(rand.NewPCG(11, 7))
	for range 200 {
		checkPaths(t, randomNetwork(random))
	}
}

// Repeats in repeats, with heads in them and tensors that each iteration reads.
func TestPathsOfNestedRepeats(t *testing.T) {
	for _, steps := range []string{
		"repeat: {times: 3, steps: [repeat: {times: 2, steps: [add: [identity, [linear: 4, relu, linear: 4]]]}, linear: 4]}",
		"repeat: {times: 3, steps: [repeat: {times: 2, steps: [add: [identity, {from: x, linear: 4}], linear: 4]}]}",
		"repeat: {times: 3, steps: [repeat: {times: 4, steps: [head: [linear: 4, linear: 4], add: [identity, [linear: 4, linear: 4]]]}, linear: 4]}",
		"repeat: {times: 3, steps: [repeat: {times: 2, steps: [add: [identity, {from: x, linear: 4}], head: [linear: 4], linear: 4]}, head: [linear: 4]]}, linear: 4",
		"repeat: {times: 2, steps: [{linear: 4, as: y}, repeat: {times: 3, steps: [add: [identity, {from: y}, {from: x, linear: 4}], linear: 4, head: [linear: 4]]}]}",
		"repeat: {times: 1, steps: [head: [linear: 4], linear: 4, add: [identity, {from: x}]]}, linear: 4, linear: 4, linear: 4",
		"repeat: {times: 2, steps: [head: [linear: 4], linear: 4, add: [identity, {from: x}]]}, linear: 4, linear: 4, linear: 4",
		"repeat: {times: 1, steps: [add: [identity, {from: x}], repeat: {times: 1, steps: [head: [linear: 4], add: [linear: 4, {from: x}]]}]}",
	} {
		checkPaths(t, "name: nested\ninput: [4]\nsteps: [{linear: 4, as: x}, "+steps+"]\n")
	}
}

// Paths begin at the first input of several.
func TestPathsOfSeveralInputs(t *testing.T) {
	r := readText(t, "name: two\ninput: [4]\nsteps: [{linear: 4, as: x}, {input: 4, as: second}, add: [{from: x}, linear: 4]]\n", Options{})
	require.Equal(t, "1", text(r.Paths))
	require.Equal(t, []string{"paths begin at the first input; none is counted from second"}, r.Notes)
}

// checkPaths compares the paths of a network, with its loops and written out, with going along each of them.
func checkPaths(t *testing.T, source string) {
	t.Helper()
	n, err := spec.Parse("random.yaml", []byte(source))
	require.NoError(t, err, source)
	closed, err := trace.Resolve(n, trace.Options{})
	require.NoError(t, err, source)
	open, err := trace.Resolve(n, trace.Options{Unroll: true})
	require.NoError(t, err, source)
	count, sum, shortest, longest := enumerate(open)
	for _, tr := range []*trace.Trace{closed, open} {
		r, err := Of(tr, Options{})
		require.NoError(t, err, source)
		mean := new(big.Rat).SetFrac64(sum, count)
		require.Equal(t, []string{big.NewInt(count).String(), mean.RatString(), big.NewInt(shortest).String(), big.NewInt(longest).String()},
			[]string{text(r.Paths), text(r.MeanPath), text(r.ShortestPath), text(r.LongestPath)}, source)
	}
}

// randomNetwork is a network of vectors of 4 with a few of everything that makes paths.
func randomNetwork(random *rand.Rand) string {
	text := "name: random\ninput: [4]\nsteps:\n  - {linear: 4, as: t0}\n"
	for k := range 1 + random.IntN(4) {
		switch random.IntN(8) {
		case 0:
			text += "  - linear: 4\n"
		case 1:
			text += "  - add: [identity, [linear: 4, relu, linear: 4]]\n"
		case 2:
			text += "  - repeat: {times: 3, steps: [add: [identity, [linear: 4]]]}\n"
		case 3:
			text += "  - repeat: {times: 2, steps: [add: [identity, [linear: 4, linear: 4], [{linear: 4, from: t0}]]]}\n"
		case 4:
			text += "  - repeat: {times: 2, steps: [linear: 4, head: [linear: 2]]}\n"
		case 5:
			text += "  - multiply: [identity, [linear: 4], [{copy: null, from: t0}]]\n"
		case 6:
			text += fmt.Sprintf("  - repeat: {times: 3, links: %s, steps: [linear: 3]}\n  - linear: 4\n", []string{"dense", "harmonic", "log2"}[random.IntN(3)])
		case 7:
			text += fmt.Sprintf("  - concat: [identity, [linear: 4, {linear: 2, as: tap%[1]d}], [{linear: 2, from: tap%[1]d}]]\n  - linear: 4\n", k)
		}
	}
	return text + "  - linear: 4\n"
}

// enumerate walks every path of an unrolled trace.
func enumerate(t *trace.Trace) (count, sum, shortest, longest int64) {
	shortest = 1 << 60
	var walk func(v *trace.Value, length int64)
	walk = func(v *trace.Value, length int64) {
		if v == t.Input {
			count, sum, shortest, longest = count+1, sum+length, min(shortest, length), max(longest, length)
			return
		}
		for _, in := range v.Producer.Inputs {
			more := int64(0)
			if v.Producer.Kind.WeightLayer() {
				more = 1
			}
			walk(in, length+more)
		}
	}
	walk(t.Output, 0)
	for _, v := range t.Outputs {
		walk(v, 0)
	}
	return count, sum, shortest, longest
}

// Every kind of layer has one rule, or is among those of which it is said that the rule is not known. One whose function of
// single values is known has that of activations; its slope is that of its values; and where it is said never to fall, it does not.
func TestEveryKindHasOneRule(t *testing.T) {
	seen := map[string]int{}
	for _, r := range Rules() {
		require.NotEmpty(t, r.Forward)
		require.NotEmpty(t, r.Backward)
		require.True(t, !r.Known() || r.Source != "", r.Kinds)
		for _, k := range r.Kinds {
			seen[k]++
			require.NotNil(t, arch.KindByName(k), k)
		}
	}
	for _, k := range arch.Kinds() {
		require.Equal(t, 1, seen[k.Name], k.Name)
		r, ok := RuleOf(k.Name)
		require.True(t, ok)
		_, activates := r.law.(activation)
		require.Equal(t, k.Function != nil, activates, k.Name)
		if k.Function != nil {
			checkFunction(t, k.Name, k.Function)
		}
	}
}

func checkFunction(t *testing.T, name string, f *arch.Function) {
	t.Helper()
	const h = 1e-5
	for x := -8.05; x < 8; x += 0.1 {
		require.InDelta(t, (f.Value(x+h)-f.Value(x-h))/(2*h), f.Slope(x), 1e-6*max(1, math.Abs(f.Slope(x))), "%s at %g", name, x)
		if f.Monotone {
			require.GreaterOrEqual(t, f.Value(x+0.1), f.Value(x), name)
		}
		if f.Rectifies {
			leak := floatOf(f.Leak)
			require.InDelta(t, max(x, 0)+leak*min(x, 0), f.Value(x), 1e-12, name)
		}
	}
}

// A network whose rule is not known names the layer, and knows its paths all the same.
func TestUnknownRule(t *testing.T) {
	n, err := spec.Parse("net.yaml", []byte("name: net\ninput: [4]\nsteps: [linear: 4, sqrt, linear: 4]\n"))
	require.NoError(t, err)
	tr, err := trace.Resolve(n, trace.Options{})
	require.NoError(t, err)
	r, err := Of(tr, Options{})
	require.NoError(t, err)
	require.Equal(t, "2", text(r.MeanPath))
	require.EqualError(t, r.GradientGain.Err(), "signal and gradient of sqrt (sqrt) are not known: it is of values above 0, whose distribution is not normal")
	n, err = spec.Parse("net.yaml", []byte("name: net\ninput: [4]\nsteps: [relu]\n"))
	require.NoError(t, err)
	tr, err = trace.Resolve(n, trace.Options{})
	require.NoError(t, err)
	_, err = Of(tr, Options{})
	require.ErrorIs(t, err, ErrNoWeights)
}
