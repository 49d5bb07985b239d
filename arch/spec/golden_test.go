package spec

import (
	"flag"
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the wanted results of the archives in testdata")

// golden runs produce on every file of an archive and compares with the file after it, of the same name and .want.
func golden(t *testing.T, path string, produce func(name string, data []byte) string) {
	archive, err := txtar.ParseFile(path)
	require.NoError(t, err)
	var out []txtar.File
	for k := 0; k < len(archive.Files); k++ {
		in := archive.Files[k]
		want := txtar.File{Name: in.Name + ".want"}
		if k+1 < len(archive.Files) && archive.Files[k+1].Name == want.Name {
			k++
			want.Data = archive.Files[k].Data
		}
		t.Run(in.Name, func(t *testing.T) {
			got := produce(in.Name, in.Data)
			if !*update {
				assert.Equal(t, string(want.Data), got)
			}
			want.Data = []byte(got)
		})
		out = append(out, in, want)
	}
	if *update {
		archive.Files = out
		require.NoError(t, os.WriteFile(path, txtar.Format(archive), 0o644))
	}
}
