package decide_test

import (
	"math/big"
	"os"
	"runtime/debug"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/zoo"
	"github.com/skipcost/skipcost/cost"
	"github.com/skipcost/skipcost/cost/decide"
	"github.com/skipcost/skipcost/internal/choose"
)

// TestMain lets garbage be: at the usual rate collecting it takes a third of the time of these tests.
func TestMain(m *testing.M) {
	debug.SetGCPercent(400)
	os.Exit(m.Run())
}

// find is a shipped network as a subject.
func find(t testing.TB, name string) cost.Subject {
	t.Helper()
	m, err := zoo.Find(name)
	require.NoError(t, err)
	return cost.Subject{Name: name, Network: m.Network, Set: m.Set}
}

// families lists the schemes and twenty networks with symbols that change them.
func families() map[string][]string {
	out := map[string][]string{
		"cifar-resnet": {"L", "n"}, "cifar-resnet-bottleneck": {"L"}, "cifar-preresnet": {"n"}, "cifar-plain": {"L"}, "densenet": {"L", "k"},
		"densenet-bc-100-12": {"L", "k"}, "wrn": {"k", "L"}, "resnet50": {"n3", "base"}, "resnet18": {"S", "n1"}, "densenet121": {"k"}, "unet": {"N"},
		"unet-bn": {"N"}, "linknet": {"S"}, "vgg16": {"S"}, "vit_b_16": {"n"}, "llama-7b": {"L"}, "mobilenet_v2": {"S"}, "shufflenet_v2": {"M"},
		"fractalnet": {"M"}, "sparsenet": {"L"},
	}
	for k, name := range zoo.AllSchemes() {
		if testing.Short() && k%3 != 2 {
			continue
		}
		out["scheme/"+name] = []string{"L", "N", decide.Batch}
		out[name+"-conv"] = []string{"L", "S"}
	}
	return out
}

// few is how many values are compared for each network: fewer under -short.
func few() int {
	if testing.Short() {
		return 4
	}
	return 12
}

func TestFormsAreTheCostsOfTheNetworks(t *testing.T) {
	closed := map[cost.Quantity]int{}
	for name, symbols := range families() {
		for _, symbol := range symbols {
			f, err := decide.NewFamily(find(t, name), symbol, cost.Options{})
			if !assert.NoError(t, err, name) {
				continue
			}
			n := f.First()
			for range few() {
				for q, e := range closedCosts(t, f, n) {
					value, err := f.Value(q, n)
					require.NoError(t, err)
					assert.Equal(t, e.ASCII(), value.RatString(), "%s of %s at %s = %s: %s from %s", q, name, symbol, n, f.Form(q).Expr.Text(), f.Form(q).From)
					closed[q]++
				}
				if n, err = f.Next(n); err != nil {
					break
				}
			}
		}
	}
	for _, q := range append(cost.Quantities(), cost.Readings()...) {
		if q.Closes() {
			assert.Greater(t, closed[q], 20, "%s closes", q)
		}
	}
}

// closedCosts are the costs at a value, priced there, that have a formula which holds there.
func closedCosts(t *testing.T, f *decide.Family, n *big.Int) map[cost.Quantity]symbolic.Expr {
	t.Helper()
	var quantities []cost.Quantity
	for _, q := range append(cost.Quantities(), cost.Readings()...) {
		if form := f.Form(q); form.Err == nil && n.Cmp(form.From) >= 0 {
			quantities = append(quantities, q)
		}
	}
	costs, err := f.At(n, quantities...)
	require.NoError(t, err)
	out := map[cost.Quantity]symbolic.Expr{}
	for q := range costs {
		if e := costs.Of(q); e.Err() == nil {
			out[q] = e
		}
	}
	return out
}

func TestFamiliesOfNoNetwork(t *testing.T) {
	_, err := decide.NewFamily(find(t, "concat"), "depht", cost.Options{})
	var unknown *choose.UnknownError
	require.ErrorAs(t, err, &unknown)
	_, err = decide.NewFamily(find(t, "cifar-resnet"), "n", cost.Options{})
	assert.NoError(t, err, "a preset's or default's own symbols give way")
}

func TestNextPassesOverValuesOfNoNetwork(t *testing.T) {
	f, err := decide.NewFamily(find(t, "cifar-resnet"), "L", cost.Options{})
	require.NoError(t, err)
	assert.Equal(t, "8", f.First().String(), "6n+2")
	next, err := f.Next(big.NewInt(8))
	require.NoError(t, err)
	assert.Equal(t, "14", next.String())
	assert.Equal(t, "50", f.AtMost(big.NewInt(55), f.First()).String())
	assert.Nil(t, f.AtMost(big.NewInt(13), big.NewInt(9)))
}

// TestValuesOfTooLargeNetworks: what lies above a network that is too large is not tried, a thousand values at the full price of
// the limit each.
func TestValuesOfTooLargeNetworks(t *testing.T) {
	s := find(t, "attention-residuals")
	s.Budget = symbolic.NewBudget().With(symbolic.Steps, 4000)
	f, err := decide.NewFamily(s, "L", cost.Options{})
	require.NoError(t, err)
	greatest := f.AtMost(big.NewInt(4000), f.First())
	require.NotNil(t, greatest, "more than %d below", decide.MaxGap)
	_, err = f.Trace(greatest)
	require.NoError(t, err)
	_, err = f.Next(greatest)
	above := new(big.Int).Add(greatest, big.NewInt(1)).String()
	require.ErrorContains(t, err, "any L from "+greatest.String()+" to "+above+": ")
	require.ErrorContains(t, err, "more than 4000 steps")
}

func TestParseBudgets(t *testing.T) {
	got, err := decide.ParseBudgets("params=1M, training_total_bytes<=8GiB", "gradient_gain>=0.01")
	require.NoError(t, err)
	require.Len(t, got, 3)
	assert.Equal(t, "1000000", got[0].Limit.RatString())
	assert.Equal(t, "8589934592", got[1].Limit.RatString())
	assert.True(t, got[2].AtLeast)
	assert.True(t, got[0].Fits(big.NewRat(1_000_000, 1)))
	assert.False(t, got[0].Fits(big.NewRat(1_000_001, 1)))
	assert.False(t, got[2].Fits(big.NewRat(1, 101)))
	assert.Equal(t, "training_total_bytes=8GiB", got[1].String())
	for _, text := range []string{"", "params", "params=", "params=x", "=1M", "params=-1", "param_bytes=8", "params=8GiB", "params=1M,params=2M", "params>1M"} {
		_, err := decide.ParseBudgets(text)
		assert.Error(t, err, text)
	}
	_, err = decide.ParseBudgets("parms=1M")
	var unknown *choose.UnknownError
	require.ErrorAs(t, err, &unknown)
	assert.Equal(t, "params", unknown.Nearest)
}
