package cost

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/spec"
	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/arch/zoo"
)

// TestTimeline by hand: 8 elements go in, and while the second of two layers of 4 runs, the input waits for the concat.
func TestTimeline(t *testing.T) {
	n, err := spec.Parse("t.yaml", []byte("name: t\ninput: [8]\nsteps:\n  - concat: [identity, [linear: 4, linear: 4]]\n  - relu\n"))
	require.NoError(t, err)
	resolved, err := trace.Resolve(n, trace.Options{})
	require.NoError(t, err)
	moments, err := Timeline(resolved, Options{})
	require.NoError(t, err)
	var got [][2]string
	for _, m := range moments {
		got = append(got, [2]string{m.Bytes.Text(), m.Waiting.Text()})
	}
	assert.Equal(t, [][2]string{{"48", "0"}, {"64", "32"}, {"96", "0"}, {"96", "0"}}, got)
}

// TestTimelinesReachThePeak goes through what is shipped.
func TestTimelinesReachThePeak(t *testing.T) {
	for _, name := range []string{"resnet50", "densenet121", "unet", "unet-plusplus", "gpt2", "efficientnet_b0", "mobilenet_v3_large"} {
		m, err := zoo.Find(name)
		require.NoError(t, err)
		resolved, err := Subject{Name: m.Name, Network: m.Network, Set: m.Set}.Resolve(trace.Options{})
		require.NoError(t, err)
		peak, err := FindPeak(resolved, Options{})
		require.NoError(t, err)
		moments, err := Timeline(resolved, Options{})
		require.NoError(t, err)
		reached := false
		for _, at := range moments {
			below, ok := peak.Bytes.Sub(at.Bytes).Sign()
			require.True(t, ok && below >= 0, name)
			reached = reached || below == 0 && at.Operation.Name == peak.At.Name
			sign, ok := at.Waiting.Sign()
			require.True(t, ok && sign >= 0, "%s at %s", name, at.Operation.Name)
		}
		assert.True(t, reached, name)
	}
}
