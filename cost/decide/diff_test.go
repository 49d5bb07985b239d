package decide_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/rewrite"
	"github.com/skipcost/skipcost/arch/spec"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/zoo"
	"github.com/skipcost/skipcost/cost"
	"github.com/skipcost/skipcost/cost/decide"
)

func diff(t testing.TB, before, after cost.Subject, quantities ...cost.Quantity) *decide.Difference {
	t.Helper()
	d, err := decide.Diff(decide.Side{Subject: before}, decide.Side{Subject: after}, quantities)
	require.NoError(t, err)
	return d
}

// layerNames lists layers as they were called before, or are now if they came.
func layerNames(changes cost.LayerChanges) []string {
	var out []string
	for c := range changes.All {
		op := c.Before.Operation
		if op == nil {
			op = c.After.Operation
		}
		out = append(out, op.Name)
	}
	return out
}

func TestDiffOfANetworkWithItselfIsEmpty(t *testing.T) {
	entries, err := zoo.Entries()
	require.NoError(t, err)
	for k, e := range entries {
		if e.Preset != "" && k%5 != 0 || testing.Short() && k%9 != 0 {
			continue
		}
		s := find(t, e.Name)
		d := diff(t, s, s, cost.Params, cost.MACs, cost.TrainingSavedBytes, cost.InferencePeakBytes)
		assert.Empty(t, layerNames(d.Layers), e.Name)
		assert.Empty(t, d.Links, e.Name)
	}
}

// TestDiffOfASwapIsItsOwnAccount writes the rewritten network out and reads it again, where no layer has its name any more.
func TestDiffOfASwapIsItsOwnAccount(t *testing.T) {
	quantities := []cost.Quantity{cost.Params, cost.MACs, cost.TrafficBytes}
	for name, to := range map[string]rewrite.Change{"resnet50": rewrite.ToConcat, "resnet18": rewrite.ToConcat, "concat": rewrite.ToAdd, "unet": rewrite.ToAdd, "densenet121": rewrite.ToAdd} {
		s := find(t, name)
		w, err := cost.SwapSkips(s, cost.SwapOptions{To: to}, cost.Options{Quantities: quantities, Layers: true})
		require.NoError(t, err)
		n, err := spec.Parse("swapped.yaml", spec.Print(rewrite.Flatten(w.Trace, "swapped", "a swap")))
		require.NoError(t, err)
		d := diff(t, s, cost.Subject{Name: "swapped", Network: n}, quantities...)
		want := w.LayerChanges(quantities)
		require.Equal(t, layerNames(want), layerNames(d.Layers), name)
		after := slices.Collect(want.All)
		for k, c := range slices.Collect(d.Layers.All) {
			for _, q := range quantities {
				assert.Equal(t, after[k].After.Costs.Of(q).ASCII(), c.After.Costs.Of(q).ASCII(), "%s of %s of %s", q, c.Before.Operation.Name, name)
			}
		}
		for _, q := range quantities {
			assert.Equal(t, w.Before.Of(q).ASCII(), d.Before.Total.Of(q).ASCII())
			assert.Equal(t, w.After.Of(q).ASCII(), d.After.Total.Of(q).ASCII())
		}
		assert.Len(t, d.Links, len(w.Changed()), name)
	}
}

// TestDiffAddsUp: what layers changed by is what the network changed by, whichever layers are paired.
func TestDiffAddsUp(t *testing.T) {
	quantities := []cost.Quantity{cost.Params, cost.MACs, cost.TrainingSavedBytes, cost.TrainingTotalBytes}
	for _, pair := range [][2]string{{"resnet18", "resnet34"}, {"resnet50", "densenet121"}, {"unet", "linknet"}, {"concat", "add"}, {"vgg16", "alexnet"}, {"vit_b_16", "mobilenet_v2"}} {
		there := diff(t, find(t, pair[0]), find(t, pair[1]), quantities...)
		for _, q := range quantities {
			var sum symbolic.Expr
			for c := range there.Layers.All {
				sum = sum.Add(c.After.Costs.Of(q)).Sub(c.Before.Costs.Of(q))
			}
			assert.Equal(t, there.After.Total.Of(q).Sub(there.Before.Total.Of(q)).ASCII(), sum.ASCII(), "%s from %s to %s", q, pair[0], pair[1])
		}
	}
}

func TestParseAllowances(t *testing.T) {
	got, err := decide.ParseAllowances("params+5%,inference_peak_bytes+1MiB", "macs+0")
	require.NoError(t, err)
	require.Len(t, got, 3)
	assert.Equal(t, "1/20", got[0].Share.RatString())
	assert.Equal(t, "1048576", got[1].Amount.RatString())
	for _, text := range []string{"", "params", "params+", "params+x", "params+5MiB", "param_bytes+5", "params+5B%", "params-5%"} {
		_, err := decide.ParseAllowances(text)
		assert.Error(t, err, text)
	}
	d := diff(t, find(t, "concat"), find(t, "concat").With(map[string]symbolic.Expr{"L": symbolic.Int(11)}), cost.Params)
	for text, want := range map[string]int{"params+22%": 1, "params+23%": 0, "params+100000": 0, "params+99999": 1, "params+0": 1} {
		allowed, err := decide.ParseAllowances(text)
		require.NoError(t, err)
		rises, err := d.Rises(allowed)
		require.NoError(t, err)
		assert.Len(t, rises, want, text)
	}
}
