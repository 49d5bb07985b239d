package arch_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/spec"
	"github.com/skipcost/skipcost/arch/trace"
)

// network reads a network from its YAML; the name is added.
func network(t testing.TB, yaml string) *arch.Network {
	t.Helper()
	n, err := spec.Parse("test.yaml", []byte("name: test\n"+yaml))
	require.NoError(t, err, yaml)
	return n
}

// resolve runs the shape rules of a network that must be sound.
func resolve(t testing.TB, yaml string, o trace.Options) *trace.Trace {
	t.Helper()
	resolved, err := trace.Resolve(network(t, yaml), o)
	require.NoError(t, err, yaml)
	return resolved
}
