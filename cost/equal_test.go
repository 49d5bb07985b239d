package cost_test

import (
	"math/big"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/rewrite"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/cost"
)

// equalized swaps skips so that a cost meets, and checks what holds of every such swap.
func equalized(t *testing.T, s cost.Subject, o cost.SwapOptions, q cost.Quantity, by string) *cost.Swap {
	t.Helper()
	o.Equal = &cost.Equalize{Quantity: q, By: by}
	w, err := cost.SwapSkips(s, o, cost.Options{Quantities: []cost.Quantity{q}})
	require.NoError(t, err)
	require.NotNil(t, w.Equal)
	assert.Equal(t, w.Before.Of(q).ASCII(), w.Equal.Target.String(), "the target is the original's cost")
	assert.Equal(t, w.After.Of(q).ASCII(), w.Equal.Reached.String(), "what is reached is the rewritten network's cost")
	return w
}

// off is how far a cost is from the target of a swap.
func off(t *testing.T, w *cost.Swap, total symbolic.Expr) *big.Int {
	t.Helper()
	n, ok := total.Integer()
	require.True(t, ok)
	n = new(big.Int).Sub(n, w.Equal.Target)
	return n.Abs(n)
}

// plain prices a swap as it is, with some symbols set.
func plain(t *testing.T, s cost.Subject, o cost.SwapOptions, q cost.Quantity) (*cost.Swap, error) {
	t.Helper()
	o.Equal = nil
	return cost.SwapSkips(s, o, cost.Options{Quantities: []cost.Quantity{q}})
}

func TestEqualBySymbolIsNearest(t *testing.T) {
	for _, c := range []struct {
		name, by string
		to       rewrite.Change
		q        cost.Quantity
		upTo     int64
		value    int64
	}{
		{"add", "N", rewrite.ToConcat, cost.Params, 200, 45}, // 45·N² is nearest to 9·100² at 44.7
		{"concat", "N", rewrite.ToAdd, cost.Params, 400, 224},
		{"add", "N", rewrite.ToConcat, cost.MACs, 200, 45},
		{"add", "N", rewrite.ToConcat, cost.TrainingSavedBytes, 200, 20},
		{"add", "L", rewrite.ToConcat, cost.Params, 60, 5}, // L·(L−1)/2 is nearest to 9 at 5
		{"unet-32", "N", rewrite.ToAdd, cost.MACs, 50, 36},
		{"densenet", "k", rewrite.ToAdd, cost.Params, 20, 3},
	} {
		t.Run(c.name+" "+string(c.to)+" "+c.q.String()+" by "+c.by, func(t *testing.T) {
			s, o := find(t, c.name), cost.SwapOptions{To: c.to}
			w := equalized(t, s, o, c.q, c.by)
			assert.Equal(t, c.value, w.Equal.Value)
			assert.Nil(t, w.Equal.Factor)
			reached := off(t, w, w.After.Of(c.q))
			for n := max(1, c.value-40); n <= min(c.upTo, c.value+40); n++ {
				other, err := plain(t, s.With(map[string]symbolic.Expr{c.by: symbolic.Int(n)}), o, c.q)
				if err != nil {
					continue
				}
				assert.LessOrEqual(t, reached.Cmp(off(t, w, other.After.Of(c.q))), 0, "%s = %d is nearer", c.by, n)
				if n == c.value {
					assert.Equal(t, other.After.Of(c.q).ASCII(), w.Equal.Reached.String())
				}
			}
		})
	}
}

// TestEqualPassesOverWhatDoesNotResolve: 32 heads divide only every 32nd width.
func TestEqualPassesOverWhatDoesNotResolve(t *testing.T) {
	s := find(t, "llama").With(map[string]symbolic.Expr{"L": symbolic.Int(2)})
	gates := cost.SwapOptions{To: rewrite.Cut, Only: []string{"multiply"}}
	w := equalized(t, s, gates, cost.Params, "d")
	require.Equal(t, int64(4608), w.Equal.Value)
	for _, n := range []int64{4608 - 32, 4608 + 32} {
		other, err := plain(t, s.With(map[string]symbolic.Expr{"d": symbolic.Int(n)}), gates, cost.Params)
		require.NoError(t, err)
		assert.Negative(t, off(t, w, w.After.Of(cost.Params)).Cmp(off(t, w, other.After.Of(cost.Params))))
	}
	_, err := plain(t, s.With(map[string]symbolic.Expr{"d": symbolic.Int(4609)}), gates, cost.Params)
	require.ErrorContains(t, err, "heads do not divide")
}

// TestEqualByWidthIsNearest compares the network that is found with those at the steps around it.
func TestEqualByWidthIsNearest(t *testing.T) {
	for _, c := range []struct {
		name   string
		o      cost.SwapOptions
		q      cost.Quantity
		factor string
	}{
		{"resnet18", cost.SwapOptions{To: rewrite.ToConcat}, cost.Params, "10/13"},
		{"resnet18", cost.SwapOptions{To: rewrite.ToConcat}, cost.MACs, "32/39"},
		{"resnet18", cost.SwapOptions{To: rewrite.ToConcat}, cost.TrainingSavedBytes, "33/40"},
		{"resnet18", cost.SwapOptions{To: rewrite.ToDense, Growth: symbolic.Int(32)}, cost.Params, "54/41"},
		{"resnet18", cost.SwapOptions{To: rewrite.ToConcat, Only: []string{"1", "3"}}, cost.Params, "30/31"},
		{"resnext50_32x4d", cost.SwapOptions{To: rewrite.ToConcat}, cost.Params, "37/64"},
		{"mobilenet_v2", cost.SwapOptions{To: rewrite.ToConcat}, cost.Params, "84/95"},
		{"unet-32", cost.SwapOptions{To: rewrite.ToAdd}, cost.MACs, "48/43"},
		{"dpn68", cost.SwapOptions{To: rewrite.ToConcat}, cost.Params, "69/79"},
	} {
		t.Run(c.name+" "+string(c.o.To)+" "+c.q.String(), func(t *testing.T) {
			w := equalized(t, find(t, c.name), c.o, c.q, "")
			assert.Equal(t, c.factor, w.Equal.Factor.RatString())
			assert.Equal(t, w.Original.Output.Shape.Text(), w.Trace.Output.Shape.Text(), "classes stay")
			assert.Equal(t, w.Original.Input.Shape.Text(), w.Trace.Input.Shape.Text())

			unscaled, err := plain(t, find(t, c.name), c.o, c.q)
			require.NoError(t, err)
			scaler, err := rewrite.NewScaler(unscaled.Trace)
			require.NoError(t, err)
			reached := off(t, w, w.After.Of(c.q))
			at := scaler.Steps(w.Equal.Factor)
			for d := int64(-8); d <= 8; d++ {
				resolved, err := scaler.Scale(scaler.Factor(new(big.Int).Add(at, big.NewInt(d))))
				require.NoError(t, err)
				total, err := cost.Of(resolved, cost.Options{Quantities: []cost.Quantity{c.q}})
				require.NoError(t, err)
				assert.LessOrEqual(t, reached.Cmp(off(t, w, total.Of(c.q))), 0, "%d steps away is nearer", d)
				if d == 0 {
					assert.Equal(t, total.Of(c.q).ASCII(), w.Equal.Reached.String())
				}
			}
		})
	}
}

// TestEqualOfWhatDoesNotChange: where nothing is rewritten the network stays as it is, whatever its widths may do.
func TestEqualOfWhatDoesNotChange(t *testing.T) {
	for name, to := range map[string]rewrite.Change{"resnet18": rewrite.ToAdd, "densenet121": rewrite.ToConcat, "vgg11": rewrite.ToAdd, "add": rewrite.ToAdd} {
		s := find(t, name)
		for _, q := range []cost.Quantity{cost.Params, cost.TrainingSavedBytes, cost.InferencePeakBytes} {
			w := equalized(t, s, cost.SwapOptions{To: to}, q, "")
			assert.Equal(t, "1", w.Equal.Factor.RatString(), name)
			assert.Equal(t, w.Equal.Target, w.Equal.Reached, name)
		}
	}
	w := equalized(t, find(t, "add").With(map[string]symbolic.Expr{"N": symbolic.Int(64)}), cost.SwapOptions{To: rewrite.ToAdd}, cost.MACs, "N")
	assert.Equal(t, int64(64), w.Equal.Value)
}

// TestRewritingKeepsLists: a concat that is computed again stays cheap in a network that a swap leaves alone.
func TestRewritingKeepsLists(t *testing.T) {
	s := find(t, "densenet121")
	w, err := cost.SwapSkips(s, cost.SwapOptions{To: rewrite.ToConcat}, cost.Options{
		Quantities: []cost.Quantity{cost.TrainingSavedBytes}, Memory: cost.Memory{Concat: cost.RecomputeConcat},
	})
	require.NoError(t, err)
	assert.Equal(t, w.Before.Of(cost.TrainingSavedBytes).ASCII(), w.After.Of(cost.TrainingSavedBytes).ASCII())
}

func TestEqualThatCannotBe(t *testing.T) {
	for _, c := range []struct {
		name, by string
		to       rewrite.Change
		q        cost.Quantity
		message  string
	}{
		{"concat", "", rewrite.ToAdd, cost.Params, "no width can change: all follow the input or make the outputs"},
		{"resnet50", "S", rewrite.ToConcat, cost.Params, "equal params by S: stays at 58062888 and does not come to 25557032"},
		{"resnet50", "M", rewrite.ToConcat, cost.Params, "equal params by M: comes no nearer to 25557032 than 49878081"},
		{"densenet-bc", "theta", rewrite.ToAdd, cost.Params, "theta is 1/2, and only whole numbers are tried"},
		{"resnet50", "", rewrite.ToConcat, cost.Intensity, "intensity is no whole number and cannot be made to meet"},
		{"resnet50", "N", rewrite.ToConcat, cost.Params, "N has no effect on resnet50"},
	} {
		_, err := cost.SwapSkips(find(t, c.name), cost.SwapOptions{To: c.to, Equal: &cost.Equalize{Quantity: c.q, By: c.by}}, cost.Options{})
		assert.EqualError(t, err, c.message)
	}
}
