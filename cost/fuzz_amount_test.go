package cost_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/skipcost/skipcost/cost"
	"github.com/skipcost/skipcost/internal/fuzztest"
)

// FuzzParseAmount: what is read is not negative, and as exact as it was written.
func FuzzParseAmount(tested *testing.F) {
	f := fuzztest.New(tested)
	for _, text := range []string{"1M", "4.11G", "8GiB", "512B", "1e6", "3*10^9", ".5k", "1e-3", "B", "1e999999999"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		a, err := cost.ParseAmount(text)
		if err != nil {
			return
		}
		assert.GreaterOrEqual(t, a.Value.Sign(), 0, text)
		assert.GreaterOrEqual(t, a.Step.Sign(), 0, text)
	})
}
