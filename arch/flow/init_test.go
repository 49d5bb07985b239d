package flow

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/spec"
	"github.com/skipcost/skipcost/arch/trace"
)

// readText reads a network as it is written.
func readText(t *testing.T, text string, o Options) *Reading {
	t.Helper()
	n, err := spec.Parse("net.yaml", []byte(text))
	require.NoError(t, err, text)
	tr, err := trace.Resolve(n, trace.Options{})
	require.NoError(t, err, text)
	r, err := Of(tr, o)
	require.NoError(t, err, text)
	return r
}

// What a layer says of its weights comes before what the network says, and what is asked for before both.
func TestInitOfOneLayer(t *testing.T) {
	const net = "name: net\ninput: [8]\ninit: {linear: lecun}\nsteps: [linear: {out: 4, init: 3}, linear: 2, linear: {out: 8, init: std 1/2}, linear: {out: 8, init: he-out}]\n"
	require.Equal(t, "3", text(readText(t, net, Options{}).SignalGain)) // 3 · 1 · 2/4 · 2
	torch, err := arch.ParseInit("torch")
	require.NoError(t, err)
	require.Equal(t, "1/81", text(readText(t, net, Options{Init: torch}).SignalGain))
}

// A branch whose last scale begins at 0 is nothing at first: signal and gradient pass its identity alone.
func TestScaleThatBeginsAtZero(t *testing.T) {
	const net = "name: net\ninput: [8]\nsteps: [linear: 8, add: [identity, [linear: 8, relu, batchnorm: {mean_square: 0}]], linear: 8]\n"
	r := readText(t, net, Options{})
	require.Equal(t, []string{"2", "4"}, []string{text(r.Paths), text(r.SignalGain)})
	require.Equal(t, "2", r.EffectivePath.Decimal(3))
	require.Equal(t, "5/2", text(r.MeanPath))
}

// A table of rows is as large as it is said to be, and a path leads through it.
func TestRowsOfAnEmbedding(t *testing.T) {
	r := readText(t, "name: net\ninput: [1, 4]\nsteps: [embedding: {vocab: 9, out: 8, init: std 1/10}, linear: 8]\n", Options{})
	require.Equal(t, []string{"1", "2", "1/50"}, []string{text(r.Paths), text(r.MeanPath), text(r.SignalGain)})
	require.Equal(t, "2", text(r.EffectivePath))
}

// What lies between two values is a share of each: of halves of two extents a quarter and three quarters, each way. The gradient of one
// value comes from as many as it was made into.
func TestInterpolation(t *testing.T) {
	for step, want := range map[string][2]float64{
		"upsample: 2":                               {4, 2 * 4},
		"upsample: {scale: 2, mode: bilinear}":      {4 * 25. / 64, 2 * 4 * 25. / 64},
		"resize: {to: [8, 8], mode: bilinear}":      {4 * 25. / 64, 2 * 4 * 25. / 64},
		"upsample: {scale: [1, 2], mode: bilinear}": {4 * 5. / 8, 2 * 2 * 5. / 8},
	} {
		r := readText(t, "name: net\ninput: [8, 4, 4]\nsteps: [linear: 8, "+step+", linear: 8]\n", Options{})
		require.InDelta(t, want[0], r.SignalGain.value(), 1e-9, step)
		require.InDelta(t, want[1], r.GradientGain.value(), 1e-9, step)
	}
}

// A norm over groups of channels at all positions takes off the mean of a group, which moves with the means of its channels: behind a ReLU of
// values of variance 2 and a layer of gain 2 these have a second moment of 2/π, those of a group of n channels as much over n. One over the
// channels of each position takes off the mean of them, of which there are 8.
func TestMeansOfNorms(t *testing.T) {
	for norm, off := range map[string]float64{
		"groupnorm: {groups: 1}": 2 / math.Pi / 8, "groupnorm: {groups: 2}": 2 / math.Pi / 4, "groupnorm: {groups: 8}": 2 / math.Pi, "batchnorm": 2 / math.Pi,
		"layernorm": 2. / 8, "rmsnorm": 0,
	} {
		r := readText(t, "name: net\ninput: [8, 4]\nsteps: [linear: 8, relu, linear: 8, "+norm+", linear: 8]\n", Options{})
		require.InDelta(t, 2, r.SignalGain.value(), 1e-6, norm)
		require.InDelta(t, 2/(2-off), r.GradientGain.value(), 1e-6, norm)
	}
}

// A leak and a learned share pass their squares of what is negative, and channels of zeros nothing.
func TestLeaksAndZeros(t *testing.T) {
	for step, want := range map[string]float64{
		"relu": 2, "leaky_relu": 2 * (1 + 1e-4), "prelu": 2 * (1 + 1./16), "zero_pad: 16": 2, "zero_pad: 32": 1,
	} {
		r := readText(t, "name: net\ninput: [8, 4]\nsteps: [linear: 8, "+step+", linear: 8]\n", Options{})
		require.InDelta(t, want, r.SignalGain.value(), 1e-9, step)
	}
}
