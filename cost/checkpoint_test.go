package cost

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/spec"
	"github.com/skipcost/skipcost/arch/symbolic"
)

// chain is n blocks of two linear layers with ReLU, on 8 units, with a head.
const chain = "name: chain\nsymbols: {n: 16}\ninput: [8]\nsteps:\n  - repeat: {times: n, steps: [linear: 8, relu, linear: 8, relu]}\n  - linear: 3\n"

func checkpointed(t *testing.T, way Checkpoint, o arch.Options) symbolic.Expr {
	t.Helper()
	n, err := spec.Parse("chain.yaml", []byte(chain))
	require.NoError(t, err)
	trace, err := arch.Resolve(n, o)
	require.NoError(t, err)
	all, _, err := savedBytes(trace, Options{Memory: Memory{Checkpoint: way}})
	require.NoError(t, err)
	return all
}

func TestCheckpoints(t *testing.T) {
	// Without: the input and two ReLU outputs of each block. With repeats: the input of each block and of the head. With √n: of
	// four segments, and of the head.
	assert.Equal(t, "1056", checkpointed(t, NoCheckpoint, arch.Options{}).ASCII())
	assert.Equal(t, "544", checkpointed(t, CheckpointRepeats, arch.Options{}).ASCII())
	assert.Equal(t, "160", checkpointed(t, CheckpointSqrt, arch.Options{}).ASCII())
	free := arch.Options{Free: []string{"n"}}
	assert.Equal(t, "64*n + 32", checkpointed(t, NoCheckpoint, free).ASCII())
	assert.Equal(t, "32*(n+1)", checkpointed(t, CheckpointRepeats, free).ASCII())

	n, err := spec.Parse("chain.yaml", []byte(chain))
	require.NoError(t, err)
	m, err := Summarize(Subject{Name: "chain", Network: n}, Options{Quantities: Quantities(), Memory: Memory{Checkpoint: CheckpointRepeats}})
	require.NoError(t, err)
	assert.Equal(t, "2048", m.Total.Of(RecomputedMACs).ASCII(), "the blocks run twice, the head does not")
}
