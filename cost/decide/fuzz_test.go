package decide_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/cost/decide"
	"github.com/skipcost/skipcost/internal/fuzztest"
)

// FuzzParseBudgets: what is read is written so that it reads back, and what may be a budget may be what a cost rises by.
func FuzzParseBudgets(tested *testing.F) {
	f := fuzztest.New(tested)
	for _, text := range []string{"params=1M", "params=1M,training_total_bytes=8GiB", "gradient_gain>=0.01", "macs<=4.11G", "params==1", "=", ",", "params+5%", "inference_peak_bytes+1MiB"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if allowed, err := decide.ParseAllowances(text); err == nil {
			for _, a := range allowed {
				assert.NotEqual(t, a.Amount == nil, a.Share == nil, text)
			}
		}
		budgets, err := decide.ParseBudgets(text)
		if err != nil {
			return
		}
		for _, b := range budgets {
			again, err := decide.ParseBudgets(b.String())
			require.NoError(t, err, "%q as %q", text, b)
			assert.Equal(t, b.Limit.RatString(), again[0].Limit.RatString())
			assert.Equal(t, b.AtLeast, again[0].AtLeast)
		}
	})
}
