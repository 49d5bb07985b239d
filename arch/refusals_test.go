package arch_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/spec"
	"github.com/skipcost/skipcost/arch/trace"
)

// TestKindsRefuse is what shape rules say of arguments that make no sense on what comes in.
func TestKindsRefuse(t *testing.T) {
	for steps, want := range map[string]string{
		"take: [9]":                          "take: 8 comes in, of which 9 cannot be taken",
		"where: [identity, identity]":        "where: joins 3 paths, not 2",
		"lstm: {out: 4, directions: 3}":      "lstm: directions is 3, but must be at most 2",
		"gru: {out: 4, bias: 3}":             "gru: bias is 3, but must be at most 2",
		"parameter: {shape: [4], values: 5}": "parameter: 4 has 4 values, not 5",
	} {
		n, err := spec.Parse("test.yaml", []byte("name: test\ninput: [8]\nsteps: ["+steps+"]\n"))
		require.NoError(t, err, steps)
		_, err = trace.Resolve(n, trace.Options{})
		var found *arch.Problems
		require.ErrorAs(t, err, &found, steps)
		assert.Equal(t, want, found.List[0].Message)
	}
}
