package cost_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/spec"
	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/cost"
)

// TestBiasesOfRecurrentLayers: Keras has one bias a gate, PyTorch two. 4·256·(4096 + 256 + biases).
func TestBiasesOfRecurrentLayers(t *testing.T) {
	for layer, want := range map[string]string{
		"lstm: 256":                     "4458496",
		"lstm: {out: 256, bias: true}":  "4458496",
		"lstm: {out: 256, bias: 2}":     "4458496",
		"lstm: {out: 256, bias: 1}":     "4457472",
		"lstm: {out: 256, bias: 0}":     "4456448",
		"lstm: {out: 256, bias: false}": "4456448",
	} {
		n, err := spec.Parse("test.yaml", []byte("name: test\ninput: [4096, 16]\nsteps: ["+layer+"]\n"))
		require.NoError(t, err)
		resolved, err := trace.Resolve(n, trace.Options{})
		require.NoError(t, err)
		total, err := cost.Of(resolved, cost.Options{})
		require.NoError(t, err)
		assert.Equal(t, want, total.Of(cost.Params).Text(), layer)
	}
}
