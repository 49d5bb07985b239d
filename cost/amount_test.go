package cost_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/cost"
)

func TestParseAmount(t *testing.T) {
	for _, c := range []struct {
		text, value, step string
		unit              cost.Unit
		bare              bool
	}{
		{"0", "0", "1", cost.Count, true},
		{"1000000", "1000000", "1", cost.Count, true},
		{"1M", "1000000", "1000000", cost.Count, false},
		{"4.11G", "4110000000", "10000000", cost.Count, false},
		{"25.6 M", "25600000", "100000", cost.Count, false},
		{"1e6", "1000000", "1000000", cost.Count, true},
		{"1.50e+3", "1500", "10", cost.Count, true},
		{".5", "1/2", "1/10", cost.Count, true},
		{"10k", "10000", "1000", cost.Count, false},
		{"10K", "10000", "1000", cost.Count, false},
		{"2E", "2000000000000000000", "1000000000000000000", cost.Count, false},
		{"1Mi", "1048576", "1048576", cost.Count, false},
		{"8GiB", "8589934592", "1073741824", cost.Bytes, false},
		{"1.5KiB", "1536", "512/5", cost.Bytes, false},
		{"8 GB", "8000000000", "1000000000", cost.Bytes, false},
		{"512B", "512", "1", cost.Bytes, false},
		{"3*10^9", "3000000000", "0", cost.Count, true},
		{"1/3", "1/3", "0", cost.Count, true},
	} {
		a, err := cost.ParseAmount(c.text)
		require.NoError(t, err, c.text)
		assert.Equal(t, c.value, a.Value.RatString(), c.text)
		assert.Equal(t, c.step, a.Step.RatString(), c.text)
		assert.Equal(t, c.unit, a.Unit, c.text)
		assert.Equal(t, c.bare, a.Bare, c.text)
	}
	for _, text := range []string{"", "M", "-1", "x", "1X", "1MM", "1e9999", "1e1e1", "1e", "1.2.3", "B", "GiB", "1-2", "ten", strings.Repeat("9", 10_001) + ".5"} {
		_, err := cost.ParseAmount(text)
		assert.Error(t, err, text)
	}
}

func TestAmountInTheUnitOfACost(t *testing.T) {
	for _, c := range []struct {
		text string
		q    cost.Quantity
		ok   bool
	}{
		{"1M", cost.Params, true}, {"7", cost.Params, true}, {"7B", cost.Params, false}, {"8GiB", cost.MACs, false},
		{"8GiB", cost.ParamBytes, true}, {"8G", cost.ParamBytes, true}, {"8", cost.ParamBytes, false}, {"0", cost.ParamBytes, true},
		{"1/2", cost.GradientGain, true}, {"1B", cost.MeanPath, false},
	} {
		a, err := cost.ParseAmount(c.text)
		require.NoError(t, err)
		_, err = a.For(c.q)
		assert.Equal(t, c.ok, err == nil, "%s of %s: %v", c.text, c.q, err)
	}
}
