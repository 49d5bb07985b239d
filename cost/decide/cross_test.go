package decide_test

import (
	"fmt"
	"math/big"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/zoo"
	"github.com/skipcost/skipcost/cost"
	"github.com/skipcost/skipcost/cost/decide"
)

func compare(t testing.TB, a, b *decide.Family, q cost.Quantity, within decide.Interval) *decide.Versus {
	t.Helper()
	v, err := decide.Pair{A: a, B: b, Within: within}.Compare(q)
	require.NoError(t, err)
	return v
}

// crossings writes "3 add < concat".
func crossings(v *decide.Versus) string {
	var out []string
	for _, c := range v.Crossings {
		out = append(out, fmt.Sprintf("%s %s < %s", c.At, c.Below.Name, c.Above.Name))
	}
	return strings.Join(out, ", ")
}

func TestCompare(t *testing.T) {
	at100 := map[string]int64{"N": 100}
	for _, c := range []struct {
		a, b, over           string
		q                    cost.Quantity
		want, ratio, limited string
	}{
		{"concat", "add", "L", cost.Params, "3 add < concat", "L/2", "L/2"},
		{"add", "concat", "L", cost.Params, "3 add < concat", "2/L", "2/L"},
		{"scheme/densenet", "add", "L", cost.Params, "125 add < scheme/densenet", "3*(3*L + 44)/1250", "9*L/1250"},
		{"scheme/densenet", "concat", "N", cost.Params, "13 scheme/densenet < concat", "", "12/(5*N)"},
		{"doubling", "concat", "L", cost.MACs, "3 concat < doubling", "", ""},
		{"halving", "add", "N", cost.Params, "", "", "1/2"},
		{"plain", "add", "L", cost.TrainingSavedBytes, "", "", ""},
		{"plain", "add", "L", cost.InferencePeakBytes, "2 plain < add", "", ""},
	} {
		v := compare(t, family(t, c.a, c.over, at100without(c.over, at100)), family(t, c.b, c.over, at100without(c.over, at100)), c.q, decide.Interval{})
		name := c.a + " against " + c.b
		assert.Equal(t, c.want, crossings(v), name)
		if c.ratio != "" {
			assert.Equal(t, c.ratio, v.Ratio.ASCII(), name)
		}
		if c.limited != "" {
			assert.Equal(t, c.limited, v.Limit.ASCII(), name)
		}
	}
}

func at100without(symbol string, set map[string]int64) map[string]int64 {
	if _, has := set[symbol]; has {
		return nil
	}
	return set
}

// TestCompareIsExhaustiveSearch compares every two schemes, and some networks, with the price of each value.
func TestCompareIsExhaustiveSearch(t *testing.T) {
	pairs := [][3]string{{"cifar-resnet", "cifar-plain", "n"}, {"densenet-bc-100-12", "densenet-bc-100-12", "L"}, {"wrn", "densenet-bc-100-12", "L"}, {"unet", "unet-bn", "N"}, {"resnet18", "vgg16", "S"}}
	var names []string
	for _, name := range zoo.AllSchemes() {
		names = append(names, "scheme/"+name)
	}
	for k, a := range names {
		if testing.Short() && k%3 != 2 {
			continue
		}
		for _, b := range names[k+1:] {
			if testing.Short() && len(pairs) > 25 {
				break
			}
			pairs = append(pairs, [3]string{a, b, "L"}, [3]string{a, b, "N"})
		}
	}
	found := 0
	for _, p := range pairs {
		a, b := family(t, p[0], p[2], nil), family(t, p[1], p[2], nil)
		last := new(big.Int).Add(b.First(), big.NewInt(int64(3*few())))
		for _, q := range []cost.Quantity{cost.Params, cost.MACs, cost.TrainingSavedBytes, cost.MeanPath} {
			v := compare(t, a, b, q, decide.Interval{To: last})
			want := searched(t, a, b, q, last)
			require.Equal(t, want, crossings(v), "%s of %s against %s over %s", q, p[0], p[1], p[2])
			found += len(v.Crossings)
		}
	}
	assert.Greater(t, found, len(pairs)/4)
}

// searched looks for crossings at every value.
func searched(t *testing.T, a, b *decide.Family, q cost.Quantity, last *big.Int) string {
	t.Helper()
	var out []string
	before, started := 0, false
	for n := big.NewInt(1); n.Cmp(last) <= 0; n = new(big.Int).Add(n, big.NewInt(1)) {
		x, err := a.At(n, q)
		if err != nil {
			continue
		}
		y, err := b.At(n, q)
		if err != nil {
			continue
		}
		left, ok := x.Of(q).Rational()
		right, known := y.Of(q).Rational()
		if n.IsInt64() && n.Int64() == 1 && !ok && !known {
			continue // no layer, no path
		}
		require.True(t, ok && known)
		sign := left.Cmp(right)
		if sign != 0 && sign != before && started {
			names := []string{a.Name, b.Name}
			if sign > 0 {
				names = []string{b.Name, a.Name}
			}
			out = append(out, fmt.Sprintf("%s %s < %s", n, names[0], names[1]))
		}
		if started = started || left.Sign() != 0 || right.Sign() != 0; sign != 0 {
			before = sign
		}
	}
	return strings.Join(out, ", ")
}
