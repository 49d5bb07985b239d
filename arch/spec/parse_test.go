package spec

import (
	"errors"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch"
)

// TestMain lets garbage be: at the usual rate collecting it takes a third of the time of these tests.
func TestMain(m *testing.M) {
	debug.SetGCPercent(400)
	os.Exit(m.Run())
}

// TestParse compares networks with their structure, written by dump.
func TestParse(t *testing.T) {
	golden(t, "testdata/networks.txtar", func(name string, data []byte) string {
		n, err := Parse(name, data)
		require.NoError(t, err)
		return dump(n)
	})
}

// TestErrors compares the exact text of errors.
func TestErrors(t *testing.T) {
	files, err := filepath.Glob("testdata/errors-*.txtar")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, f := range files {
		t.Run(strings.TrimSuffix(filepath.Base(f), ".txtar"), func(t *testing.T) {
			golden(t, f, func(name string, data []byte) string {
				_, err := Parse(name, data)
				var problems *arch.Problems
				require.ErrorAs(t, err, &problems)
				return err.Error() + "\n"
			})
		})
	}
}

func TestPositions(t *testing.T) {
	text := `name: x
symbols: {N: 3, k: 1/2}
presets: {p: {N: 4}}
input: [N]
blocks:
  b(q, r=N): [linear: q]
steps:
  - add: [identity, {linear: "2*N", as: y}]
    from: z
`
	text = strings.Replace(text, "    from: z\n", "  - {from: y}\n  - b: {q: c}\n", 1)
	n, err := Parse("", []byte(text))
	require.NoError(t, err)
	at := func(line, column int) arch.Pos { return arch.Pos{Line: line, Column: column} }
	assert.Equal(t, at(2, 11), n.Symbols[0].Pos)
	assert.Equal(t, at(2, 14), n.Symbols[0].Default.Pos)
	assert.Equal(t, at(3, 11), n.Presets[0].Pos)
	assert.Equal(t, at(3, 15), n.Presets[0].Set[0].Pos)
	assert.Equal(t, at(3, 18), n.Presets[0].Set[0].Value.Pos)
	assert.Equal(t, at(4, 9), n.Input[0].Pos)
	assert.Equal(t, at(6, 3), n.Blocks[0].Pos)
	assert.Equal(t, at(6, 10), n.Blocks[0].Parameters[1].Default.Pos)
	assert.Equal(t, at(6, 15), n.Blocks[0].Steps[0].Pos)
	merge := n.Steps[0].Do.(*arch.Merge)
	assert.Equal(t, at(8, 5), n.Steps[0].Pos)
	assert.Equal(t, at(8, 11), merge.Paths[0].Pos)
	assert.Equal(t, at(8, 21), merge.Paths[1].Pos)
	step := merge.Paths[1].Steps[0]
	assert.Equal(t, at(8, 22), step.Pos)
	assert.Equal(t, at(8, 30), step.Do.(*arch.Layer).Args["out"].Pos)
	assert.Equal(t, at(8, 31), step.Do.(*arch.Layer).Args["out"].Values[0].Pos)
	assert.Equal(t, at(9, 6), n.Steps[1].Pos)
	assert.Equal(t, at(10, 12), n.Steps[2].Do.(*arch.Use).Args["q"].Pos)
}

// TestLineEnds checks that a byte order mark and CRLF change nothing, the places of things included.
func TestLineEnds(t *testing.T) {
	text := "name: x\nsource: \"a\n  b\"\ninput: [3]\nsteps: [linear: N]\n"
	_, want := Parse("f", []byte(text))
	_, err := Parse("f", []byte("\ufeff"+strings.ReplaceAll(text, "\n", "\r\n")))
	require.Error(t, want)
	assert.Equal(t, want.Error(), err.Error())
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errors.New("disk on fire") }

func TestRead(t *testing.T) {
	n, err := Read(strings.NewReader("name: x\ninput: [3]\nsteps: [relu]\n"), "x.yaml")
	require.NoError(t, err)
	assert.Equal(t, "x", n.Name)
	assert.Equal(t, "x.yaml", n.File.Name)

	_, err = Read(failing{}, "x.yaml")
	assert.EqualError(t, err, "x.yaml: disk on fire")
}

// TestShipped reads, resolves and prints every network that is shipped.
func TestShipped(t *testing.T) {
	files, err := filepath.Glob("../zoo/*/*.yaml")
	require.NoError(t, err)
	for _, f := range files {
		t.Run(filepath.Base(f), func(t *testing.T) {
			text, err := os.ReadFile(f)
			require.NoError(t, err)
			n, err := Parse(f, text)
			require.NoError(t, err)
			roundTrip(t, n)
		})
	}
}
