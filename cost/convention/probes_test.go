package convention_test

import (
	"encoding/csv"
	"fmt"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/spec"
	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/cost/convention"
)

// unlike are what the tools charged to single operations and conventions do not say.
func unlike() map[string]string {
	const behind = "it was measured behind a convolution, into which it folds"
	return map[string]string{
		"ConvTranspose2d(8,6,2,s2) bias: calflops":                                 "the bias is charged for the grid of a convolution",
		"BatchNorm2d: onnx-tool":                                                   behind,
		"BatchNorm2d not affine: onnx-tool":                                        behind,
		"MultiheadAttention(8,2) batch_first positional, no weights: ptflops-aten": "its input was transposed, and biases count for contiguous ones only",
	}
}

// Each tool charges to a single operation, called as a module where there is one, what its convention says.
func TestProbes(t *testing.T) {
	f, err := os.Open("../../testdata/reference/peer_probes.csv")
	require.NoError(t, err)
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	require.NoError(t, err)
	for _, row := range rows[1:] {
		n, err := spec.Parse("probe.yaml", fmt.Appendf(nil, "name: probe\ninput: %s\nsteps:\n  - %s\n", row[1], row[2]))
		require.NoError(t, err, row[0])
		resolved, err := trace.Resolve(n, trace.Options{})
		require.NoError(t, err, row[0])
		tally, err := convention.Count(resolved, convention.Options{})
		require.NoError(t, err, row[0])
		for k, key := range rows[0][3:] {
			value := row[3+k]
			if value == "ERR" { // the tool stops
				continue
			}
			figure, err := convention.FigureNamed(key)
			require.NoError(t, err)
			got := figure.Of(tally, convention.Reading{}).ASCII()
			if name := row[0] + ": " + key; unlike()[name] != "" {
				assert.NotEqual(t, value, got, name)
			} else {
				assert.Equal(t, value, got, name)
			}
		}
	}
}
