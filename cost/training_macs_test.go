package cost_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/spec"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/cost"
)

func summarize(t *testing.T, yaml string, o cost.Options) *cost.Summary {
	t.Helper()
	return summarizeAt(t, yaml, o, nil)
}

// summarizeAt is a network of some settings.
func summarizeAt(t *testing.T, yaml string, o cost.Options, set map[string]symbolic.Expr) *cost.Summary {
	t.Helper()
	n, err := spec.Parse("test.yaml", []byte(yaml))
	require.NoError(t, err)
	m, err := cost.Summarize(cost.Subject{Name: n.Name, Network: n}.With(set), o)
	require.NoError(t, err)
	return m
}

func TestTrainingMACs(t *testing.T) {
	all := cost.Options{Quantities: cost.Quantities()}
	// Two matrices of 4·3 and 3·2: forward 18, gradients of weights 18, gradient of an input only for the second, 6.
	mlp := "name: mlp\ninput: [4]\nsteps: [linear: 3, relu, linear: 2]\n"
	assert.Equal(t, "42", summarize(t, mlp, all).Total.Of(cost.TrainingMACs).ASCII())

	// With the first layer frozen nothing goes back to it, and it has no gradient of its own: 18 + 6.
	frozen := all
	frozen.Frozen = []string{"linear1"}
	assert.Equal(t, "24", summarize(t, mlp, frozen).Total.Of(cost.TrainingMACs).ASCII())

	// With the last layer frozen the gradient still passes through it: 18 + 12 + 6.
	frozen.Frozen = []string{"linear2"}
	assert.Equal(t, "36", summarize(t, mlp, frozen).Total.Of(cost.TrainingMACs).ASCII())

	// Attention: both gradients of each product of activations, and through the output projection, whatever is trained before.
	attention := "name: a\ninput: [4, 5]\nsteps: [attention: 2]\n"
	macs := 5*4*16 + 2*4*25
	assert.Equal(t, int64(macs+5*4*16+5*16+2*2*4*25), small(t, summarize(t, attention, all), cost.TrainingMACs))

	// A network that ends the blanket "times three": all but the first layer's input gradient.
	m, err := cost.Summarize(find(t, "resnet50"), all)
	require.NoError(t, err)
	assert.Equal(t, int64(3*4089184256-118013952), small(t, m, cost.TrainingMACs))
}

func small(t *testing.T, m *cost.Summary, q cost.Quantity) int64 {
	t.Helper()
	n, ok := m.Total.Of(q).Int64()
	require.True(t, ok)
	return n
}

func TestTraffic(t *testing.T) {
	all := cost.Options{Quantities: cost.Quantities()}
	// linear reads 4 + 12 weights and writes 3; flatten is a view; concat reads 3 + 3 and writes 6.
	m := summarize(t, "name: x\ninput: [4]\nsteps: [linear: 3, flatten, concat: [identity, identity]]\n", all)
	assert.Equal(t, int64(4*(4+12+3+3+3+6)), small(t, m, cost.TrafficBytes))
	assert.Equal(t, "24/124", m.Total.Of(cost.FLOPs).ASCII()+"/"+m.Total.Of(cost.TrafficBytes).ASCII())
	assert.Equal(t, "6/31", m.Total.Of(cost.Intensity).ASCII())
}

func TestDevice(t *testing.T) {
	d, err := cost.ParseDevice("312T, 1555G")
	require.NoError(t, err)
	m := summarize(t, "name: x\ninput: [4]\nsteps: [linear: 3]\n", cost.Options{Quantities: cost.Quantities()})
	by, seconds, ok := d.Bound(m.Total.Costs)
	require.True(t, ok)
	assert.Equal(t, "memory", by)
	assert.Equal(t, "19/388750000000", seconds.RatString())
	for _, bad := range []string{"", "312T", "0,1", "1,-3", "x,1", "1,1,1"} {
		_, err := cost.ParseDevice(bad)
		assert.Error(t, err, bad)
	}
}
