package spec

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
)

// roundTrip checks that what is printed is read back as the same network, and printed the same again.
func roundTrip(t *testing.T, n *arch.Network) {
	t.Helper()
	text := Print(n)
	again, err := Parse("printed", text)
	require.NoError(t, err, string(text))
	assert.Equal(t, dump(n), dump(again), string(text))
	assert.Equal(t, string(text), string(Print(again)))
}

func TestPrint(t *testing.T) {
	golden(t, "testdata/print.txtar", func(name string, data []byte) string {
		n, err := Parse(name, data)
		require.NoError(t, err)
		roundTrip(t, n)
		return string(Print(n))
	})
}

func TestRoundTrip(t *testing.T) {
	golden(t, "testdata/networks.txtar", func(name string, data []byte) string {
		n, err := Parse(name, data)
		require.NoError(t, err)
		roundTrip(t, n)
		return dump(n)
	})
}

// TestPrintBuilt prints a network that was built in Go, without places and with a step that does nothing.
func TestPrintBuilt(t *testing.T) {
	number := func(n int64) arch.Expression { return arch.Expression{Expr: symbolic.Int(n)} }
	linear := &arch.Layer{Kind: arch.KindByName("linear"), Args: map[string]arch.Argument{"out": {Values: []arch.Expression{number(3)}}}}
	n := &arch.Network{
		Name:  "true",
		Input: []arch.Expression{number(3)},
		Steps: []arch.Step{{Do: &arch.Tap{}}, {Do: &arch.Merge{Op: arch.Add, Paths: []arch.Path{
			{Steps: []arch.Step{{Do: &arch.Tap{}}}}, {Steps: []arch.Step{{Do: linear}}},
		}}}},
	}
	assert.Equal(t, "name: \"true\"\ninput: [3]\nsteps:\n  - add: [identity, linear: 3]\n", string(Print(n)))
}
