package spec

import (
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/internal/fuzztest"
)

// FuzzParse checks that no text makes Parse panic, and that what it reads is printed and read back the same.
func FuzzParse(tested *testing.F) {
	f := fuzztest.New(tested)
	archives, err := filepath.Glob("testdata/*.txtar")
	require.NoError(f, err)
	for _, path := range archives {
		archive, err := txtar.ParseFile(path)
		require.NoError(f, err)
		for _, file := range archive.Files {
			if filepath.Ext(file.Name) == ".yaml" {
				f.Add(file.Data)
			}
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		n, err := Parse("fuzz.yaml", data)
		if err != nil {
			var problems *arch.Problems
			require.ErrorAs(t, err, &problems)
			require.NotEmpty(t, err.Error())
			for _, p := range problems.List {
				assert.False(t, p.Pos.Line > 0 && p.Pos.Column < 1, "%+v", p)
			}
			return
		}
		roundTrip(t, n)
	})
}
