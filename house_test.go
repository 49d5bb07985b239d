package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const module = "github.com/skipcost/skipcost"

// floors are the packages of the program from the ground up. A package imports those of lower floors alone.
func floors() [][]string {
	return [][]string{
		{"arch/symbolic", "arch/onnx/wire", "internal/choose", "report/picture", "internal/page/site"},
		{"arch", "arch/symbolic/grid", "report/picture/raster", "internal/page/build"},
		{"arch/trace", "arch/spec"},
		{"arch/rewrite", "arch/zoo", "arch/onnx"},
		{"arch/flow"},
		{"cost"},
		{"cost/convention", "cost/decide", "cost/decide/sweep"},
		{"report"},
		{"report/render", "report/terminal", "report/explain", "report/figure"},
		{"report/page"},
		{"internal/request"},
		{"internal/page/engine", "internal/page/server"},
		{"internal/command"},
		{"."},
	}
}

// TestImportsRunDownward: every package stands on a floor, says in a comment what it holds, and imports from floors below its own.
func TestImportsRunDownward(t *testing.T) {
	floor := map[string]int{}
	for k, packages := range floors() {
		for _, p := range packages {
			floor[p] = k
		}
	}
	comments := map[string]bool{}
	require.NoError(t, fs.WalkDir(os.DirFS("."), ".", func(file string, entry fs.DirEntry, err error) error {
		room := path.Dir(file)
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (entry.Name() == "testdata" || strings.HasPrefix(entry.Name(), ".") && file != "."):
			return fs.SkipDir
		case !strings.HasSuffix(file, ".go"), strings.HasSuffix(file, "_test.go"), strings.HasSuffix(room, "test"):
			return nil // packages whose names end in test serve tests alone
		}
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly|parser.ParseComments)
		if err != nil {
			return err
		}
		at, stands := floor[room]
		require.True(t, stands, "%s has no floor", room)
		comments[room] = comments[room] || f.Doc != nil
		for _, i := range f.Imports {
			imported, err := strconv.Unquote(i.Path.Value)
			if err != nil {
				return err
			}
			if below, ours := strings.CutPrefix(imported, module+"/"); ours {
				assert.Less(t, floor[below], at, "%s imports %s", file, below)
			}
		}
		return nil
	}))
	for room := range floor {
		assert.True(t, comments[room], "%s does not say what it holds, or has no files", room)
	}
}
