package flow

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/spec"
	"github.com/skipcost/skipcost/arch/trace"
)

// tensorOf are moments as a test gives them: of a mean over channels, of channel means and of all values.
func tensorOf(mean, means, square float64) part {
	return part{mean: modelled(mean), means: modelled(means), square: modelled(square), symmetric: mean == 0}
}

// onward is what the last layer of a network makes of inputs with such moments, and the factors by which it passes gradients back to them.
func onward(t *testing.T, input, steps string, in ...part) (out part, back []float64) {
	t.Helper()
	n, err := spec.Parse("net.yaml", []byte("name: net\ninput: ["+input+"]\ninit: 3\nsteps: ["+steps+"]\n"))
	require.NoError(t, err, steps)
	resolved, err := trace.Resolve(n, trace.Options{})
	require.NoError(t, err, steps)
	f := newField(arch.Init{}, resolved, counts{})
	op := resolved.Operations()[len(resolved.Operations())-1]
	require.Len(t, op.Inputs, len(in), steps)
	all := make([]moments, len(in))
	for k, v := range op.Inputs {
		in[k].width = v.Shape.Width
		all[k] = moments{in[k]}
		f.signal[v] = all[k]
	}
	l, known := lawOf(op)
	require.True(t, known, steps)
	m, err := l.forward(f, op, all)
	require.NoError(t, err, steps)
	require.True(t, m.width().Equal(op.Output.Shape.Width), steps)
	gradients, err := l.backward(f, op, outputGradient(op.Output))
	require.NoError(t, err, steps)
	for _, g := range gradients {
		if g != nil {
			back = append(back, g.total().plus.weight.value())
		}
	}
	return m.average(), back
}

// check compares moments and factors with what they are by hand.
func check(t *testing.T, name string, out part, back []float64, want part, factors ...float64) {
	t.Helper()
	const within = 1e-6
	require.InDelta(t, want.mean.value(), out.mean.value(), within, "%s: mean", name)
	require.InDelta(t, want.means.value(), out.means.value(), within, "%s: channel means", name)
	require.InDelta(t, want.square.value(), out.square.value(), within, "%s: square", name)
	require.InDeltaSlice(t, factors, back, within, "%s: gradients", name)
}

// TestLawsOfOneOperand: values of mean 1/2 whose channel means vary by 1/4 and that vary by 3/2 around these, in 8 channels of 4×4 positions.
func TestLawsOfOneOperand(t *testing.T) {
	const mean, means, square = 0.5, 0.5, 2.0
	for _, c := range []struct {
		step string
		want part
		back float64
	}{
		{"copy", tensorOf(mean, means, square), 1},
		{"shuffle: 2", tensorOf(mean, means, square), 1},
		{"upsample: 2", tensorOf(mean, means, square), 1},
		{"scale: {mean_square: 4}", tensorOf(2*mean, 4*means, 4*square), 4},
		{"dropout: 1/4", tensorOf(mean, means, square*4/3), 4. / 3},
		{"avgpool: 2", tensorOf(mean, means, means+1.5/4), 1. / 4},
		{"global_avgpool", tensorOf(mean, means, means+1.5/16), 1. / 16},
		{"adaptive_avgpool: 2", tensorOf(mean, means, means+1.5/4), 1. / 4},
		// Half of the channels are zeros; of 6×6 positions, 16 are none: a channel's mean is less by that share.
		{"zero_pad: 16", tensorOf(mean/2, means/2, square/2), 1. / 2},
		{"pad: [8, 6, 6]", tensorOf(mean*16/36, means*16*16/36/36, square*16/36), 16. / 36},
		// Cut to 2×6 positions, 2×4 of which hold values; of those cut off none is missed.
		{"pad: [8, 2, 6]", tensorOf(mean*8/12, means*8*8/12/12, square*8/12), 8. / 12},
		{"pad: [8, 2, 2]", tensorOf(mean, means, square), 1},
		{"pad: [3, 4, 4]", tensorOf(mean, means, square), 1},
		{"slice: {count: 2, start: 3}", tensorOf(mean, means, square), 1},
		// Norms: less the mean of a group of n numbers, which varies by the n-th part of what these do around the mean of all.
		{"batchnorm", tensorOf(0, 0, 1), 1 / (square - means)},
		{"batchnorm: {mean_square: 9}", tensorOf(0, 0, 9), 9 / (square - means)},
		{"rmsnorm", tensorOf(mean/math.Sqrt2, means/square, 1), 1 / square},
		{"layernorm", tensorOf(0, (means-0.25-1.75/8)/(square-0.25-1.75/8), 1), 1 / (square - 0.25 - 1.75/8)},
		{"groupnorm: 2", tensorOf(0, (means-0.25-0.25/4)/(square-0.25-0.25/4), 1), 1 / (square - 0.25 - 0.25/4)},
		// Products of gain 3. A kernel's outer taps meet zeros at a quarter of the positions along an axis: 10 of 12 taps are met.
		{"linear: 5", tensorOf(0, 3*means, 3*square), 3},
		{"conv: {out: 5, kernel: 3, padding: valid}", tensorOf(0, 3*means, 3*square), 3},
		{"conv: {out: 5, kernel: [3, 1]}", tensorOf(0, 3*means*(1+2*9./16)/3, 3*square*10/12), 3. * 10 / 12},
		{"conv: {out: 5, kernel: [3, 1], padding: valid, more_padding: 0}", tensorOf(0, 3*means, 3*square), 3},
		// Strides of 2 from −1 on: 0 of the map at 1, 3; so that one of two places of the first tap is none.
		{"conv: {out: 5, kernel: [3, 1], stride: [2, 1], padding: [1, 0]}", tensorOf(0, 3*means*(2+1./4)/3, 3*square*5/6), 3. * 5 / 6},
		// Taps 2 apart around each of 4 positions: those to the left and to the right are met at 2 of these.
		{"conv: {out: 5, kernel: [3, 1], dilation: [2, 1]}", tensorOf(0, 3*means*(1+2*1./4)/3, 3*square*8/12), 3. * 8 / 12},
	} {
		out, back := onward(t, "8, 4, 4", c.step, tensorOf(mean, means, square))
		check(t, c.step, out, back, c.want, c.back)
	}
}

// TestLawsOfSeveralOperands: sums have twice the product of each two means, products all products.
func TestLawsOfSeveralOperands(t *testing.T) {
	a, b, c := tensorOf(0.5, 0.5, 2), tensorOf(-1, 1.25, 3), tensorOf(0.25, 0.125, 1)
	even := tensorOf(0, 0.5, 4)
	const three = ": [[linear: 8], [linear: 8], [linear: 8]]"
	const two = ": [[linear: 8], [linear: 8]]"
	for _, one := range []struct {
		step string
		in   []part
		want part
		back []float64
	}{
		{"add" + three, []part{a, b, c}, tensorOf(-0.25, 1.875+2*(-0.5+0.125-0.25), 6+2*(-0.5+0.125-0.25)), []float64{1, 1, 1}},
		{"add" + three, []part{a, even, c}, tensorOf(0.75, 1.125+2*0.125, 7+2*0.125), []float64{1, 1, 1}},
		{"mean" + three, []part{a, b, c}, tensorOf(-0.25/3, (1.875-1.25)/9, (6-1.25)/9), []float64{1. / 9, 1. / 9, 1. / 9}},
		{"subtract" + two, []part{a, b}, tensorOf(1.5, 1.75+1, 5+1), []float64{1, 1}},
		{"multiply" + three, []part{a, b, c}, tensorOf(-0.125, 0.5*1.25*0.125, 6), []float64{3, 2, 6}},
		{"multiply" + two, []part{a, even}, tensorOf(0, 0.25, 8), []float64{4, 2}},
		{"concat: [[linear: 6], [linear: 2]]", []part{a, b}, tensorOf((0.5*6-2)/8, (3+2.5)/8, (12+6.)/8), []float64{6. / 8, 2. / 8}},
		{"weighted: {mean_square: 1/4, paths: [[linear: 8], [linear: 8]]}", []part{a, b}, tensorOf(-0.25, (1.75-1)/4, (5-1.)/4), []float64{1. / 4, 1. / 4}},
		{"weighted: {ways: 3, paths: [[linear: 8], [linear: 8]]}", []part{a, b}, tensorOf(-0.5/math.Sqrt(3), 1.75-1, 5-1), []float64{1, 1}}, // three copies: what they have in common, and two differences of 0
		// Of values that do not vary the greater one is chosen, and of equal ones each as often.
		{"maximum" + two, []part{tensorOf(1, 1, 1), tensorOf(2, 4, 4)}, tensorOf(2, 4, 4), []float64{0, 1}},
		{"minimum" + two, []part{tensorOf(1, 1, 1), tensorOf(2, 4, 4)}, tensorOf(1, 1, 1), []float64{1, 0}},
		{"maximum" + two, []part{tensorOf(3, 9, 9), tensorOf(3, 9, 9)}, tensorOf(3, 9, 9), []float64{0.5, 0.5}},
		// Of 8 products each: those of different places have the mean of the first and the channel means of the second in common.
		{"matmul: [[linear: 8], [linear: 4]]", []part{a, b}, tensorOf(8*-0.5, 8*0.5*3+56*0.25*1.25, 8*6+56*0.25*1.25), []float64{8 * 3, 8 * 2}},
	} {
		input := "8, 4"
		if one.in[0].symmetric != even.symmetric && one.step[:6] == "matmul" {
			input = "8, 8"
		}
		out, back := onward(t, input, one.step, one.in...)
		check(t, one.step, out, back, one.want, one.back...)
	}
}

// averaged is the expectation of a function of a standard normal value, as a sum over narrow strips.
func averaged(f func(z float64) float64) float64 {
	const strips, far = 400, 9.0
	sum := 0.0
	for k := range strips {
		z := far * (2*(float64(k)+0.5)/strips - 1)
		sum += f(z) * math.Exp(-z*z/2)
	}
	return sum * 2 * far / strips / math.Sqrt(2*math.Pi)
}

// bentBy is what a function makes of values of a mean, whose channel means vary by one number and which vary by another around these;
// slope is the mean square of its slope, by differences.
func bentBy(f func(x float64) float64, mean, spread, within float64) (out part, slope float64) {
	all := math.Sqrt(spread + within)
	m := averaged(func(z float64) float64 { return f(mean + all*z) })
	q := averaged(func(z float64) float64 { x := f(mean + all*z); return x * x })
	u := averaged(func(a float64) float64 {
		first := averaged(func(z float64) float64 { return f(mean + math.Sqrt(spread)*a + math.Sqrt(within)*z) })
		return first * first
	})
	slope = averaged(func(z float64) float64 {
		const h = 1e-5
		d := (f(mean+all*z+h) - f(mean+all*z-h)) / (2 * h)
		return d * d
	})
	return tensorOf(m, u, q), slope
}

func sigmoid(x float64) float64 { return 1 / (1 + math.Exp(-x)) }
func silu(x float64) float64    { return x * sigmoid(x) }
func gelu(x float64) float64    { return x * (1 + math.Erf(x/math.Sqrt2)) / 2 }

// TestActivationsOfMeans: what functions make of values that have a mean, and channels that have their own, by sums over strips.
func TestActivationsOfMeans(t *testing.T) {
	leaky := func(leak float64) func(float64) float64 {
		return func(x float64) float64 { return max(x, 0) + leak*min(x, 0) }
	}
	for kind, f := range map[string]func(float64) float64{
		"relu": leaky(0), "leaky_relu": leaky(0.01), "prelu": leaky(0.25), "sigmoid": sigmoid, "tanh": math.Tanh, "gelu": gelu, "silu": silu,
		"softplus": func(x float64) float64 { return math.Log1p(math.Exp(x)) }, "exp": math.Exp,
	} {
		want, slope := bentBy(f, -0.25, 0.25, 0.5)
		out, back := onward(t, "8, 4", kind, tensorOf(-0.25, 0.0625+0.25, 0.0625+0.75))
		const within = 1e-3
		require.InEpsilon(t, want.mean.value(), out.mean.value(), within, kind)
		require.InEpsilon(t, want.means.value(), out.means.value(), within, kind)
		require.InEpsilon(t, want.square.value(), out.square.value(), within, kind)
		require.InEpsilon(t, slope, back[0], 0.02, kind)
	}
}

// TestSharesOfNearScores: the softmax of scores that hardly differ is 1/n each, more by what a score is beyond the mean of them.
func TestSharesOfNearScores(t *testing.T) {
	const v, spread = 0.04, 0.016
	out, back := onward(t, "8, 4", "softmax", tensorOf(0.5, 0.25+spread, 0.25+v))
	const within = 2e-3
	require.InDelta(t, 1./8, out.mean.value(), 1e-12)
	require.InEpsilon(t, (1+spread*7/8)/64, out.means.value(), within)
	require.InEpsilon(t, (1+v*7/8)/64, out.square.value(), within)
	require.InEpsilon(t, (1./8-1./64)/8, back[0], 0.02)
	m := -math.Log(8) - v/2
	out, back = onward(t, "8, 4", "log_softmax", tensorOf(0.5, 0.25+spread, 0.25+v))
	check(t, "log_softmax", out, back, tensorOf(m, m*m+spread, m*m+v), 1)
}

// TestAttentionOfAlikeScores: where weights are so small that all scores are alike, attention is the mean over 4 positions. What channels
// have in common at all positions passes whole, and of what varies around it a quarter of the square.
func TestAttentionOfAlikeScores(t *testing.T) {
	const u, q = 0.5, 2.0
	const mean = u + (q-u)/4
	in := tensorOf(0.5, u, q)
	for step, c := range map[string]struct{ square, back float64 }{
		"attention: {heads: 2, init: 1/1000}": {mean * 1e-6, 1e-6 / 4},
		// A latent has its size by a norm, whatever comes in: of what it keeps, u/q is common to all positions.
		"latent_attention: {heads: 2, rank: 3, head_width: 4, init: 1/1000}":                         {mean / q * 1e-6, 1e-6 / 4 / q},
		"latent_attention: {heads: 2, rank: 3, query_rank: 5, rope: 2, head_width: 4, init: 1/1000}": {mean / q * 1e-6, 1e-6 / 4 / q},
	} {
		out, back := onward(t, "8, 4", step, in)
		for _, got := range []Number{out.square, out.means} {
			require.InEpsilon(t, c.square, got.value(), 1e-3, step)
		}
		require.InEpsilon(t, c.back, back[0], 1e-3, step)
	}
	// Positions that are all alike have one latent and one value, whatever the scores: two products of the gains of Xavier, of 3 values into
	// 2 heads of 4 + 5, and of 2 heads of 5 into 8.
	const up, last = 2 * 3. / (3 + 18), 2 * 10. / (10 + 8)
	same, factors := onward(t, "8, 4", "latent_attention: {heads: 2, rank: 3, head_width: 4, value: 5, init: xavier}", tensorOf(0, q, q))
	for _, got := range []Number{same.square, same.means} {
		require.InEpsilon(t, up*last, got.value(), 1e-6)
	}
	require.InEpsilon(t, up*last/4/q, factors[0], 1e-6)
	// Queries of 0 have scores of 0, and a gradient all the same.
	_, factors = onward(t, "8, 4", "dot_product_attention: {heads: 2, paths: [[linear: 8], [linear: 8], [linear: 8]]}", tensorOf(0, 0, 0), tensorOf(0, 0, 1), tensorOf(0, 0, 1))
	require.InDeltaSlice(t, []float64{1./4 - 1./16, 0, 1. / 4}, factors, 1e-9)
	values := tensorOf(-1, 1.5, 3)
	out, back := onward(t, "8, 4", "dot_product_attention: {heads: 2, paths: [[linear: 8], [linear: 8], [linear: 8]]}", tensorOf(0, 0, 1e-9), tensorOf(0, 0, 1e-9), values)
	for _, got := range []Number{out.square, out.means} {
		require.InEpsilon(t, 1.5+1.5/4, got.value(), 1e-3)
	}
	require.Equal(t, -1.0, out.mean.value())
	require.InDeltaSlice(t, []float64{(1./4 - 1./16) * 1.5, (1./4 - 1./16) * 1.5, 1. / 4}, []float64{back[0] * 1e9, back[1] * 1e9, back[2]}, 0.01)
}

// TestExpertsWrittenOut: a single expert is the two or three layers that it is made of, of values with a mean too.
func TestExpertsWrittenOut(t *testing.T) {
	for _, before := range []string{"identity", "sigmoid", "linear: 8, relu", "scale: {mean_square: 5}"} {
		for expert, written := range map[string]string{
			"{hidden: 16, count: 1, active: 1}":                              "linear: 16, gelu, linear: 8",
			"{hidden: 16, count: 1, active: 1, router: false, gated: true}":  "multiply: [[linear: 16, silu], [linear: 16]], linear: 8",
			"{hidden: 16, count: 1, active: 1, init: 1/3, gated: true}":      "multiply: [[linear: {out: 16, init: 1/3}, silu], [linear: {out: 16, init: 1/3}]], linear: {out: 8, init: 1/3}",
			"{hidden: 16, count: 1, active: 1, init: xavier, router: false}": "linear: {out: 16, init: xavier}, gelu, linear: {out: 8, init: xavier}",
		} {
			const behind = ", batchnorm, linear: 4]\n"
			a := readText(t, "name: whole\ninput: [8, 4]\nsteps: ["+before+", experts: "+expert+behind, Options{Tensors: true})
			b := readText(t, "name: apart\ninput: [8, 4]\nsteps: ["+before+", "+written+behind, Options{Tensors: true})
			last := func(r *Reading) Tensor { return r.Tensors[len(r.Tensors)-3] }
			require.InEpsilon(t, last(b).SecondMoment.value(), last(a).SecondMoment.value(), 1e-9, "%s, %s", before, expert)
			require.InEpsilon(t, last(b).Gradient.value(), last(a).Gradient.value(), 1e-6, "%s, %s", before, expert)
			require.InEpsilon(t, b.Tensors[0].Gradient.value(), a.Tensors[0].Gradient.value(), 1e-6, "%s, %s", before, expert)
		}
	}
	// Of values so small that routers tell them apart by nothing, 2 of 5 experts give half of what they are each: 3·q/4 by the first half of
	// a gelu, 3 of that by the second product. Channel means come from each expert in a fifth of the cases.
	in := tensorOf(0, 2e-9, 8e-9)
	out, back := onward(t, "8, 4", "experts: {hidden: 16, count: 5, active: 2}", in)
	require.InEpsilon(t, 3*3*8e-9/4/2, out.square.value(), 1e-3)
	require.InEpsilon(t, 3*3*2e-9/4/5, out.means.value(), 1e-3)
	require.InEpsilon(t, 3*3/4./2, back[0], 1e-3)
}

// TestLargestOfMeans: of four normal values the largest is 1.0293753730 on average (Harter 1961, Biometrika 48), and its square 1 + √3/π.
func TestLargestOfMeans(t *testing.T) {
	const largest = 1.0293753730
	within := math.Sqrt(1.5)
	mean := 0.5 + within*largest
	out, back := onward(t, "8, 4, 4", "maxpool: 2", tensorOf(0.5, 0.5, 2))
	require.InDelta(t, mean, out.mean.value(), 1e-5)
	require.InDelta(t, mean*mean+0.25, out.means.value(), 1e-5)
	require.InDelta(t, 0.5+2*0.5*within*largest+1.5*(1+math.Sqrt(3)/math.Pi), out.square.value(), 1e-5)
	require.InDeltaSlice(t, []float64{1}, back, 1e-9)
}

// TestStepsOfRecurrentLayers: one step from a state of zeros. Products of gain 3 of what comes in are normal; a gate's square and a tanh's
// multiply.
func TestStepsOfRecurrentLayers(t *testing.T) {
	in := tensorOf(0, 0.5, 2)
	of := func(f func(float64) float64, variance float64) (square, slope float64) {
		p, slope := bentBy(f, 0, 0, variance)
		return p.square.value(), slope
	}
	gate, gateSlope := of(sigmoid, 6)
	value, valueSlope := of(math.Tanh, 6)
	memory := gate * value
	shown, shownSlope := of(math.Tanh, memory)
	for kind, c := range map[string]struct{ square, back float64 }{
		"rnn":  {value, valueSlope},
		"gru":  {gate * value, gate*valueSlope + gateSlope*value},
		"lstm": {gate * shown, gateSlope*shown + gate*shownSlope*(gateSlope*value+gate*valueSlope)},
	} {
		out, back := onward(t, "8, 1", kind+": 8", in)
		require.InEpsilon(t, c.square, out.square.value(), 1e-4, kind)
		require.InEpsilon(t, c.square/4, out.means.value(), 1e-4, kind)
		require.InEpsilon(t, 3*c.back, back[0], 1e-4, kind)
	}
}

// TestStateSpacesWithoutState: a convolution of gain 1/3 whose biases have a quarter of that for 4 taps, a SiLU, times the SiLU of the gate,
// brought to size 1 before the product of gain 3.
func TestStateSpacesWithoutState(t *testing.T) {
	value, valueSlope := bentBy(silu, 0, 0.5+1./12, 1.5)
	gate, gateSlope := bentBy(silu, 0, 3*0.5, 3*1.5)
	out, back := onward(t, "8, 4", "mamba2: {state: 4, heads: 2, inner: 8}", tensorOf(0, 0.5, 2))
	require.InEpsilon(t, 3, out.square.value(), 1e-9)
	require.InEpsilon(t, 3*value.means.value()*gate.means.value()/value.square.value()/gate.square.value(), out.means.value(), 1e-3)
	require.InEpsilon(t, 3*3*(gateSlope/gate.square.value()+valueSlope/3/value.square.value()), back[0], 1e-3)
}

// TestLatentAttentionWrittenOut: keys and values of a latent that a norm brings to size, and a part of keys of what comes in, as the layers
// that they are.
func TestLatentAttentionWrittenOut(t *testing.T) {
	for _, gain := range []string{"1/100", "1", "2"} {
		whole := "name: whole\ninput: [8, 6]\ninit: " + gain + "\nsteps: [scale: {mean_square: 3}, latent_attention: {heads: 1, rank: 4, head_width: 6, rope: 2, value: 5, out: 8}, linear: 8]\n"
		apart := "name: apart\ninput: [8, 6]\ninit: " + gain + `
steps:
  - {scale: {mean_square: 3}, as: x}
  - {linear: 8, as: q}
  - [{linear: 4, from: x}, {rmsnorm: null, as: latent}]
  - {concat: [[{linear: 6, from: latent}], [{linear: 2, from: x}]], as: k}
  - matmul: [[{copy: null, from: q}], [{reshape: {shape: [6, 8]}, from: k}]]
  - [scale: {values: 0, mean_square: 1/8}, softmax]
  - matmul: [identity, [{linear: 5, from: latent}]]
  - linear: 8
  - linear: 8
`
		a, b := readText(t, whole, Options{Tensors: true}), readText(t, apart, Options{Tensors: true})
		require.InEpsilon(t, a.SignalGain.value(), b.SignalGain.value(), 1e-6, gain)
		require.InEpsilon(t, a.Tensors[0].Gradient.value(), b.Tensors[0].Gradient.value(), 1e-6, gain)
	}
}
