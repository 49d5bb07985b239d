package cost_test

import (
	"fmt"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/spec"
	"github.com/skipcost/skipcost/cost"
)

// TestCoursesKeepLittle: each layer takes the memory that it is written out in and a few numbers, however deep it lies. Exact gains
// alone would take three times as much.
func TestCoursesKeepLittle(t *testing.T) {
	const layers, most = 10_000, 1000 // bytes for each
	n, err := spec.Parse("deep.yaml", fmt.Appendf(nil, "name: deep\ninput: [8]\nsteps: [repeat: {times: %d, steps: [linear: 8]}]\n", layers))
	require.NoError(t, err)
	o := cost.Options{Quantities: []cost.Quantity{cost.InferencePeakBytes, cost.MACs, cost.Params, cost.SignalGain, cost.GradientGain}}
	before := inUse()
	c, err := cost.FollowCourse(cost.Subject{Network: n}, o)
	require.NoError(t, err)
	assert.Less(t, (inUse()-before)/layers, most)
	assert.Len(t, c.Passing, layers+1)
}

// inUse is how many bytes of memory are in use.
func inUse() int {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc)
}
