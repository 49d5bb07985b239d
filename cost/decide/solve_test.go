package decide_test

import (
	"errors"
	"fmt"
	"math/big"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/cost"
	"github.com/skipcost/skipcost/cost/decide"
)

// family leaves a symbol of a shipped network open; settings are as N=100.
func family(t testing.TB, name, symbol string, set map[string]int64) *decide.Family {
	t.Helper()
	s, values := find(t, name), map[string]symbolic.Expr{}
	for k, v := range set {
		values[k] = symbolic.Int(v)
	}
	f, err := decide.NewFamily(s.With(values), symbol, cost.Options{})
	require.NoError(t, err)
	return f
}

func solve(t testing.TB, f *decide.Family, budgets string) *decide.Answer {
	t.Helper()
	b, err := decide.ParseBudgets(budgets)
	require.NoError(t, err)
	a, err := f.Solve(decide.Question{Budgets: b})
	require.NoError(t, err)
	return a
}

func TestSolve(t *testing.T) {
	for _, c := range []struct {
		network, symbol, budgets string
		set                      map[string]int64
		want                     string // the value and the next
	}{
		{"concat", "L", "params=1M", map[string]int64{"N": 100}, "14 15"},
		{"concat", "L", "params=910000", map[string]int64{"N": 100}, "14 15"},
		{"concat", "L", "params=909999", map[string]int64{"N": 100}, "13 14"},
		{"concat", "L", "params=1M,training_total_bytes=1MB", map[string]int64{"N": 100}, "5 6"},
		{"add", "L", "inference_peak_bytes=1MiB", nil, "no limit found"},
		{"add", "L", "params=10^30", nil, "100000000000000000000000001 100000000000000000000000002"},
		{"add", "N", "params=0", nil, "nothing fits 1"},
		{"doubling", "L", "params=1G", map[string]int64{"N": 100}, "10 11"},
		{"halving", "N", "params=45000", nil, "100 101"},
		{"plain", "L", "buffers=10", nil, "no limit"},
		{"cifar-resnet", "L", "params=1M", nil, "62 68"},
		{"concat", decide.Batch, "inference_peak_bytes=1MiB", nil, "131 132"},
		{"concat", "L", "gradient_gain=100", nil, "24 25"},
		{"concat", "L", "mean_path=7", nil, "15 16"},
		{"concat", "N", "inference_peak_bytes=1MiB", nil, "13107 13108"},
		{"resnet50", "S", "inference_peak_bytes=16MiB", nil, "292 293"},
	} {
		a := solve(t, family(t, c.network, c.symbol, c.set), c.budgets)
		got := map[decide.Outcome]string{decide.Found: fmt.Sprint(a.Value, " ", a.Next), decide.NothingFits: fmt.Sprint("nothing fits ", a.Next), decide.NoLimit: "no limit", decide.NoLimitFound: "no limit found"}[a.Outcome]
		assert.Equal(t, c.want, got, "%s for %s in %s", c.network, c.symbol, c.budgets)
	}
}

// TestSolveIsExhaustiveSearch compares with the price of each value up to some.
func TestSolveIsExhaustiveSearch(t *testing.T) {
	compared := 0
	for name, symbols := range families() {
		for _, symbol := range symbols {
			f := family(t, name, symbol, nil)
			values := []*big.Int{f.First()}
			for range few() {
				n, err := f.Next(values[len(values)-1])
				if err != nil {
					break
				}
				values = append(values, n)
			}
			quantities := []cost.Quantity{cost.Params, cost.MACs, cost.TrainingSavedBytes, cost.InferencePeakBytes, cost.TrainingTotalBytes, cost.MeanPath}
			if strings.HasPrefix(name, "scheme/") || name == "linknet" { // a gain that is not monotone, too
				quantities = append(quantities, cost.GradientGain)
			}
			for _, q := range quantities {
				compared += exhaustive(t, f, q, values)
			}
		}
	}
	assert.Greater(t, compared, 300)
}

// exhaustive solves for what each value costs, and compares with the last value that costs no more.
func exhaustive(t *testing.T, f *decide.Family, q cost.Quantity, values []*big.Int) (compared int) {
	t.Helper()
	costs := make([]*big.Rat, len(values))
	for k, n := range values {
		c, err := f.At(n, q)
		require.NoError(t, err)
		r, ok := c.Of(q).Rational()
		if !ok {
			return 0
		}
		costs[k] = r
	}
	last := values[len(values)-1]
	for _, limit := range costs[:len(costs)/2+1] {
		var want *big.Int
		for k, n := range values {
			if costs[k].Cmp(limit) <= 0 {
				want = n
			}
		}
		a, err := f.Solve(decide.Question{Budgets: []decide.Budget{{Quantity: q, Limit: limit}}, Within: decide.Interval{To: last}})
		if varies := (*decide.NotMonotoneError)(nil); errors.As(err, &varies) {
			up, down := varies.Costs[1].Cmp(varies.Costs[0]), varies.Costs[2].Cmp(varies.Costs[1])
			require.Equal(t, -1, up*down, "%v", err)
			return compared
		}
		require.NoError(t, err)
		require.NotNil(t, a.Value, "%s of %s by %s: outcome %d within %s of %v at %v", q, f.Name, f.Symbol, a.Outcome, limit, costs, values)
		require.Equal(t, want.String(), a.Value.String(), "%s of %s by %s within %s: %v", q, f.Name, f.Symbol, limit.RatString(), costs)
		compared++
	}
	return compared
}
