package cost_test

import (
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/spec"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/cost"
)

// readCase reads a network of testdata/cases, the smallest ones that a kind of fault shows in.
func readCase(t *testing.T, name string) cost.Subject {
	t.Helper()
	text, err := os.ReadFile("../testdata/cases/" + name + ".yaml")
	require.NoError(t, err)
	n, err := spec.Parse(name, text)
	require.NoError(t, err)
	return cost.Subject{Name: name, Network: n}
}

// TestCases holds small networks against numbers by hand or measured with PyTorch 1.13.
func TestCases(t *testing.T) {
	shared := cost.Memory{Concat: cost.SharedConcat}
	for _, c := range []struct {
		name     string
		options  cost.Options
		quantity cost.Quantity
		want     int64
	}{
		{"training_macs_inner_i", cost.Options{}, cost.TrainingMACs, 224},
		{"saved_inner_i", cost.Options{}, cost.TrainingSavedBytes, 80},
		{"training_macs_nested_heads", cost.Options{}, cost.TrainingMACs, 80}, // three heads read the network's input
		{"shared_saved_dense_relu", cost.Options{Memory: shared}, cost.TrainingSavedBytes, 32},
		{"attention_first", cost.Options{}, cost.TrainingMACs, 407_040}, // measured
		{"attention_first_primitives", cost.Options{}, cost.TrainingMACs, 407_040},
		{"lstm_first", cost.Options{}, cost.TrainingMACs, 3_936}, // measured
		{"bert_frozen", cost.Options{Frozen: []string{"emb", "layernorm", "layer1"}}, cost.TrainingMACs, 12_809_409_024},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.options.Quantities = []cost.Quantity{c.quantity}
			m, err := cost.Summarize(readCase(t, c.name), c.options)
			require.NoError(t, err)
			assert.Equal(t, symbolic.Int(c.want).ASCII(), m.Total.Of(c.quantity).ASCII())
		})
	}
	m, err := cost.Summarize(find(t, "condensenet"), cost.Options{Memory: shared, Quantities: []cost.Quantity{cost.TrainingSavedBytes}})
	require.NoError(t, err)
	assert.Equal(t, "95264064", m.Total.Of(cost.TrainingSavedBytes).ASCII())
}

// TestDepthwiseInAGrowingConcat: what is divided by the incoming width cancels it.
func TestDepthwiseInAGrowingConcat(t *testing.T) {
	closed, err := cost.Close(readCase(t, "dwdense"), nil, cost.Options{})
	require.NoError(t, err)
	assert.Equal(t, "26*n*(n+3)", closed.Total.Of(cost.Params).ASCII(), "9·(8 + 4i) and 4·(8 + 4i) in iteration i")
}

// TestGainsTooLongToBeWrittenOut: what one link causes is told by logarithms there, and links that differ in it are not alike.
func TestGainsTooLongToBeWrittenOut(t *testing.T) {
	n, err := spec.Parse("gated", []byte("name: gated\ninput: [64]\nsteps: [repeat: {times: 30, steps: [add: [identity, [linear: c, multiply: [identity, linear: c]]]]}]\n"))
	require.NoError(t, err)
	gain := []cost.Quantity{cost.GradientGain}
	inventory, err := cost.TakeInventory(cost.Subject{Name: "gated", Network: n}, false, cost.Options{Quantities: gain})
	require.NoError(t, err)
	whole, tooLarge := cost.TooLarge(inventory.Whole.Of(cost.GradientGain))
	require.True(t, tooLarge)
	first, last := inventory.Skips[0].Causes, inventory.Skips[29].Causes
	caused, tooLarge := cost.TooLarge(first.Of(cost.GradientGain))
	require.True(t, tooLarge, "without the first link the gain is a number, and far from it")
	assert.Negative(t, caused.Digits.Cmp(whole.Digits))
	assert.NoError(t, last.Of(cost.GradientGain).Err())
	assert.NotEqual(t, cost.AllDigits, last.Digits(cost.GradientGain))
	assert.Greater(t, len(cost.Fold(inventory.Skips, gain)), 3)
}

// TestSharesOfMemory: what a network keeps is what its layers keep, the network's input a row of its own; a peak has no shares.
func TestSharesOfMemory(t *testing.T) {
	s := readCase(t, "layers_of_memory")
	o := cost.Options{Quantities: []cost.Quantity{cost.TrainingSavedBytes, cost.InferencePeakBytes}}
	m, err := cost.Summarize(s, o)
	require.NoError(t, err)
	out, err := m.Trace.Unrolled()
	require.NoError(t, err)
	require.NoError(t, m.List(out, o))
	got := map[string]string{}
	for l := range m.Total.Layers {
		got[l.Operation.Name] = l.Costs.Of(cost.TrainingSavedBytes).ASCII()
		assert.ErrorContains(t, l.Costs.Of(cost.InferencePeakBytes).Err(), "no share")
	}
	assert.Equal(t, map[string]string{
		"input": "720000", "conv1": "0", "relu1": "6000000", "conv2": "0", "relu2": "3000000", "conv3": "0", "relu3": "1520000",
	}, got)
}

// TestSharesAddUp: in every quantity that has shares, those of the layers are the cost of the network.
func TestSharesAddUp(t *testing.T) {
	o := cost.Options{Quantities: cost.Quantities(), Memory: cost.Memory{Loss: true}}
	for _, name := range []string{"resnet18", "densenet121", "unet", "googlenet", "vit_b_16", "scheme/concat"} {
		s := find(t, name)
		m, err := cost.Summarize(s, o)
		require.NoError(t, err)
		out, err := m.Trace.Unrolled()
		require.NoError(t, err)
		require.NoError(t, m.List(out, o))
		var sum cost.Costs
		for l := range m.Total.Layers {
			sum = sum.Add(l.Costs)
		}
		for _, q := range cost.Quantities() {
			if q.Unit() != cost.Ratio && sum.Of(q).Err() == nil {
				assert.Equal(t, m.Total.Of(q).ASCII(), sum.Of(q).ASCII(), "%s of %s", q, name)
			}
			assert.Equal(t, q.Closes(), sum.Of(q).Err() == nil, q)
		}
	}
}

// TestManyLayers: widths that are rounded follow 8, 9, 11, 13, …, for which nothing is written out. What looks at each of 900,000 layers
// is refused.
func TestManyLayers(t *testing.T) {
	t.Parallel()
	s := readCase(t, "many_layers")
	var params int64
	for c, k := int64(8), 0; k < 900_000; k++ {
		next := (c+1)*3/2 - c/2
		params += c * next
		c = next
	}
	closed, err := cost.Close(s, nil, cost.Options{})
	require.NoError(t, err)
	assert.Equal(t, symbolic.Int(params).ASCII(), closed.Total.Of(cost.Params).ASCII())
	if testing.Short() {
		return // for a network that is written out takes half a second before it is found too large
	}
	m, err := cost.Summarize(s, cost.Options{})
	require.NoError(t, err)
	assert.Equal(t, params, small(t, m, cost.Params))
	_, err = cost.TakeInventory(s, false, cost.Options{})
	assert.ErrorContains(t, err, "too many layers: more than 150000")
}

// TestSharedWeightsFit: a layer cannot use weights that the named one does not have.
func TestSharedWeightsFit(t *testing.T) {
	_, err := cost.Summarize(readCase(t, "shared_other_shape"), cost.Options{})
	assert.ErrorContains(t, err, "linear: 1000×4 weights do not fit the 4×8 of layer a")
}

// TestRepeatsThatMayNotRun: the inner repeat does not run in the first iteration; by hand 4·w for the second and 16·i for the others.
func TestRepeatsThatMayNotRun(t *testing.T) {
	m, err := cost.Summarize(readCase(t, "wrong_total_inner_repeat_i"), cost.Options{})
	require.NoError(t, err)
	assert.Equal(t, "8", m.Total.Of(cost.Params).ASCII())

	s := readCase(t, "formula_i")
	for n, want := range map[int64]string{1: "0", 2: "8", 3: "40", 4: "88"} {
		m, err := cost.Summarize(s.With(symbolic.Bindings{"n": symbolic.Int(n)}), cost.Options{})
		require.NoError(t, err)
		assert.Equal(t, want, m.Total.Of(cost.Params).ASCII())
	}
	closed, err := cost.Close(s, nil, cost.Options{})
	require.NoError(t, err)
	assert.Equal(t, "n ≥ 2", closed.Trace.Assumptions[0].Text)
	got, err := closed.Total.Of(cost.Params).EvaluateInteger(symbolic.Bindings{"n": symbolic.Int(3), "w": symbolic.Int(2)})
	require.NoError(t, err)
	assert.Equal(t, "40", got.String())
}
