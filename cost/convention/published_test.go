package convention_test

import (
	"math"
	"math/big"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/spec"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/cost/convention"
)

// counted is what a figure comes to for steps behind an input, each layer called as a module where there is one.
func counted(t *testing.T, key, input, steps string) string {
	t.Helper()
	n, err := spec.Parse("x.yaml", []byte("name: x\ninput: "+input+"\nsteps: ["+steps+"]\n"))
	require.NoError(t, err)
	resolved, err := trace.Resolve(n, trace.Options{})
	require.NoError(t, err)
	tally, err := convention.Count(resolved, convention.Options{})
	require.NoError(t, err)
	figure, err := convention.FigureNamed(key)
	require.NoError(t, err)
	return figure.Of(tally, convention.Reading{}).ASCII()
}

// TestPublishedByHand: conventions of which no probe was measured, by what they say of themselves: 4 channels of 4×6 positions, 96 elements.
func TestPublishedByHand(t *testing.T) {
	const macs, out = 6 * 24 * 4 * 9, 6 * 24 // of a convolution to 6 channels
	const conv, biased, pool = "conv: {out: 6, kernel: 3}", "conv: {out: 6, kernel: 3, bias: true}", 2 * 2 * 4 * 2 * 3
	for key, layers := range map[string]map[string]int64{
		"torchvision": {biased: macs, "linear: {out: 3, bias: true}": 3 * 24 * 4, "relu": 0, "batchnorm": 0, "maxpool: 2": 0, "flatten, reshape: [8, 12], matmul: [identity, [reshape: [12, 8]]]": 8 * 12 * 12},
		// Half of: two for a multiply-accumulate, four for each element of a norm, one of an activation, windows of a pool.
		"pytorchcv": {
			conv: macs - 6*4/2, biased: macs, "linear: {out: 4, bias: true}": 4 * 24 * 4, "linear: 4": 4*24*4 - 96/2,
			"batchnorm": 2 * 96, "sigmoid": 2 * 96, "upsample: 2": 2 * 96, "relu": 96 / 2, "relu6": 96 / 2, "hard_sigmoid": 96 / 2, "shuffle: 2": 96 / 2,
			"leaky_relu": 96, "hard_swish": 96, "elu": 3 * 96 / 2, "prelu": 3 * 96 / 2, "silu": 5 * 96 / 2, "maxpool: 2": pool / 2, "avgpool: 2": pool / 2, "global_avgpool": 96 / 2,
		},
		// Two for each element of a norm, one of a ReLU or pool, one for each bias of a convolution.
		"mmcv:whole": {
			conv: macs, biased: macs + out, "linear: {out: 3, bias: true}": 3 * 24 * 4, "batchnorm": 2 * 96, "batchnorm: {affine: false}": 96, "groupnorm: {groups: 2}": 2 * 96,
			"relu": 96, "elu": 96, "maxpool: 2": 96, "upsample: 2": 4 * 96, "sigmoid": 0,
		},
		"pycls":             {conv: macs, biased: macs + out, "linear: {out: 3, bias: true}": 3*24*4 + 3*24, "relu": 0},
		"pycls:activations": {conv: out, "linear: 3": 3 * 24, "maxpool: 2": 4 * 2 * 3, "relu": 0},
		"condensenet":       {biased: macs, "linear: {out: 3, bias: true}": 3*24*4 + 3*24, "relu": 96, "avgpool: 2": pool, "global_avgpool": 96, "maxpool: 2": 0, "batchnorm": 0},
		"thop-readme":       {conv: macs, biased: macs + out, "linear: {out: 3, bias: true}": 2 * 3 * 24 * 4, "batchnorm": 4 * 96, "relu": 0},
		"keras": {
			biased: 2*macs + out, "linear: {out: 3, bias: true}": 2*3*24*4 + 3*24, "softmax": 5 * 96, "maxpool: 2": pool, "global_avgpool": 96, "relu": 0, "batchnorm": 0,
			"add: [identity, identity, identity]": 2 * 96, "multiply: [identity, identity]": 96, "reduce: [4]": 96,
		},
		"keras:state": {"batchnorm": 4 * 4, biased: 6*4*9 + 6},
		"darknet":     {biased: 2 * macs, "linear: 3": 0, "maxpool: 2": pool, "avgpool: 2": 0, "add: [identity, identity, identity]": 2 * 96},
		// Beside multiply-accumulates: biases, two for each element of a norm, one of an activation.
		"macs+bias":                   {biased: macs + out, "batchnorm": 0, "sigmoid": 0, "attention: {heads: 2, bias: true}": 4*4*4*24 + 2*4*24*24 + 4*4*24},
		"macs+norms+activations":      {biased: macs, "batchnorm": 2 * 96, "rmsnorm": 2 * 96, "sigmoid": 96, "relu": 96, "maxpool: 2": 0},
		"macs+bias+norms+activations": {biased: macs + out, "groupnorm: {groups: 2}": 2 * 96, "gelu": 96},
		"params+buffers":              {"batchnorm": 2*4 + 2*4, "linear: 3": 12},
		"params-norms":                {"batchnorm": 0, "layernorm": 0, "linear: {out: 3, bias: true}": 15},
		"fp32":                        {"batchnorm": 4 * 8, "linear: 3": 4 * 12},
		"fp32+buffers":                {"batchnorm": 4*8 + 4*8, "linear: 3": 4 * 12},
		"fp16":                        {"batchnorm": 2 * 8, "linear: 3": 2 * 12},
		"netscope":                    {biased: macs, "linear: {out: 3, bias: true}": 3 * 24 * 4, "conv_transpose: {out: 6, kernel: 2, stride: 2}": 6 * 4 * 4 * 24, "relu": 0},
	} {
		for layer, want := range layers {
			assert.Equal(t, symbolic.Int(want).ASCII(), counted(t, key, "[4, 4, 6]", layer), "%s of %s", key, layer)
		}
	}
}

// TestQuotes: a figure is known to half of its last digit; three zeros or more at the end of a whole number are taken for rounding.
func TestQuotes(t *testing.T) {
	for text, between := range map[string][2]string{
		"4.11G": {"4105000000", "4115000000"}, "25600000": {"25550000", "25650000"}, "25557000": {"25556500", "25557500"}, "25557032": {"51114063/2", "51114065/2"},
		"1200": {"2399/2", "2401/2"}, "1000": {"500", "1500"}, "12k": {"11500", "12500"}, "12000k": {"11999500", "12000500"},
		"2.000": {"3999/2000", "4001/2000"}, "5*1000": {"9999/2", "10001/2"}, "3/2": {"1", "2"},
	} {
		q := quoted(t, text)
		assert.Equal(t, between, [2]string{q.Low.RatString(), q.High.RatString()}, text)
		assert.True(t, q.Contains(q.Low), text)
		assert.False(t, q.Contains(q.High), text)
		assert.False(t, q.Contains(new(big.Rat).Sub(q.Low, big.NewRat(1, 2))), text)
		assert.False(t, q.Contains(new(big.Rat).Sub(q.Low, big.NewRat(1, 1))), text)
	}
}

// TestWorkIsOnceOrTwice: a figure whose multiply-accumulates are two says so. Of a product of so many channels that all else is nothing,
// each is as many as they, or twice as many, or does not see it.
func TestWorkIsOnceOrTwice(t *testing.T) {
	for _, c := range convention.Conventions() {
		for k := range c.Figures {
			f := &c.Figures[k]
			if f.About != convention.Work || f.Headless {
				continue
			}
			got, err := strconv.ParseFloat(counted(t, f.Key(), "[1000, 8, 8]", "conv: {out: 1000, kernel: 3}"), 64)
			require.NoError(t, err, f.Key())
			times := math.Round(got / (9 * 1000 * 1000 * 64))
			assert.Equal(t, f.Twice, times == 2, "%s", f.Key())
			assert.Contains(t, []float64{1, 2}, times, "%s", f.Key())
		}
	}
}

// TestNamesOfFigures: a convention stands for its first figure under each of its names.
func TestNamesOfFigures(t *testing.T) {
	for name, key := range map[string]string{"tv": "torchvision", "timm": "fvcore", "timm:macs": "fvcore", "timm:activations": "fvcore:activations", "pcv:params": "pytorchcv:params"} {
		f, err := convention.FigureNamed(name)
		require.NoError(t, err, name)
		assert.Equal(t, key, f.Key(), name)
	}
}

// TestBatches: what a tool charges for each row or sample it charges as often as there are samples.
func TestBatches(t *testing.T) {
	n, err := spec.Parse("x.yaml", []byte("name: x\nsamples: 2\ninput: [4, 6]\nsteps: [softmax, position_embedding]\n"))
	require.NoError(t, err)
	resolved, err := trace.Resolve(n, trace.Options{})
	require.NoError(t, err)
	tally, err := convention.Count(resolved, convention.Options{Batch: symbolic.Int(3)})
	require.NoError(t, err)
	for key, want := range map[string]int64{
		"torch_flops": 0,                    // which charges softmax where an operator has it
		"thop":        3 * 2 * (3*24 - 6),   // exponentials, sums and quotients
		"onnx-tool":   3 * 2 * (36*24 + 24), // and positions that are added
		"keras":       3 * 2 * 5 * 24,       // five an element
	} {
		f, err := convention.FigureNamed(key)
		require.NoError(t, err)
		assert.Equal(t, symbolic.Int(want).ASCII(), f.Of(tally, convention.Reading{}).ASCII(), key)
	}
}
