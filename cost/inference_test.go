package cost_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/cost"
)

// TestHeadsOfTraining: a head that only runs while training has params and costs its training; nothing else of it counts.
func TestHeadsOfTraining(t *testing.T) {
	adam, err := cost.ParseOptimizer("adam")
	require.NoError(t, err)
	o := cost.Options{Quantities: cost.Quantities(), Optimizer: adam}
	summary := func(head string) *cost.Summary {
		return summarize(t, "name: x\ninput: [4, 6]\nsteps:\n  - linear: 4\n"+head+"  - relu\n", o)
	}
	without, with := summary(""), summary("  - head: {training: [attention: {heads: 2}, conv1d: {out: 3, kernel: 3}, batchnorm]}\n")
	counted := []cost.Quantity{
		cost.Params, cost.TrainableParams, cost.ActiveParams, cost.ParamBytes, cost.Buffers, cost.GradientBytes, cost.OptimizerBytes,
		cost.TrainingMACs, cost.TrainingSavedBytes, cost.TrainingSavedBytesWithoutInput, cost.TrainingTotalBytes, cost.TrainingPeakBytes,
	}
	for _, q := range cost.Quantities() {
		same := without.Total.Of(q).Equal(with.Total.Of(q))
		assert.Equal(t, !slices.Contains(counted, q), same, q.String())
	}
}
