package build

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"time"
)

// module is the path of this program.
const module = "github.com/skipcost/skipcost"

// errNoSource is the error where the source is not found.
var errNoSource = errors.New("the page is built from the source of this program, which is not found: run it in a clone, or install it with go install " + module + "@latest")

// sourceFolder is the folder of the source of this program: where it was compiled, the clone around the current folder or the
// program, or the module cache.
func sourceFolder(ctx context.Context) (string, error) {
	if _, file, _, ok := runtime.Caller(0); ok && filepath.IsAbs(file) {
		if folder := filepath.Join(filepath.Dir(file), "..", "..", ".."); isSource(folder) {
			return folder, nil
		}
	}
	for _, place := range []func() (string, error){os.Getwd, os.Executable} {
		if path, err := place(); err == nil {
			if folder, is := above(path); is {
				return folder, nil
			}
		}
	}
	info, ok := debug.ReadBuildInfo()
	if !ok || !strings.HasPrefix(info.Main.Version, "v") || strings.Contains(info.Main.Version, "+dirty") {
		return "", errNoSource
	}
	text, err := run(ctx, "", nil, "mod", "download", "-json", module+"@"+info.Main.Version)
	if err != nil {
		return "", fmt.Errorf("%w (%v)", errNoSource, err)
	}
	var downloaded struct{ Dir string }
	if err := json.Unmarshal([]byte(text), &downloaded); err != nil || !isSource(downloaded.Dir) {
		return "", errNoSource
	}
	return downloaded.Dir, nil
}

// above is the source that a path lies in.
func above(path string) (string, bool) {
	for ; !isSource(path); path = filepath.Dir(path) {
		if path == filepath.Dir(path) {
			return "", false
		}
	}
	return path, true
}

func isSource(folder string) bool {
	text, err := os.ReadFile(filepath.Join(folder, "go.mod"))
	return err == nil && strings.HasPrefix(string(text), "module "+module+"\n")
}

// kept is how many pages stay in the cache, so that several versions of the program can be in use.
const kept = 4

// sweep removes what has not been built lately.
func sweep(cache string) error {
	entries, err := os.ReadDir(cache)
	if err != nil {
		return err
	}
	built := map[string]time.Time{}
	var names []string
	for _, e := range entries {
		if info, err := e.Info(); err == nil && e.IsDir() && strings.HasPrefix(e.Name(), "page-") {
			built[e.Name()], names = info.ModTime(), append(names, e.Name())
		}
	}
	slices.SortFunc(names, func(a, b string) int { return built[b].Compare(built[a]) })
	for _, name := range names[min(kept, len(names)):] {
		if err := os.RemoveAll(filepath.Join(cache, name)); err != nil {
			return err
		}
	}
	return nil
}

// hash is a hash of the source: all files that may be compiled or embedded, by name and content, and the version.
func hash(source, version string) (string, error) {
	sum := sha256.New()
	fmt.Fprintf(sum, "%q", version)
	for _, part := range []string{"go.mod", "go.sum", "arch", "cost", "report", "internal"} {
		err := filepath.WalkDir(filepath.Join(source, part), func(path string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case d.IsDir() && d.Name() == "testdata":
				return fs.SkipDir
			}
			if !d.Type().IsRegular() || strings.HasSuffix(path, "_test.go") || strings.HasPrefix(d.Name(), ".") {
				return nil
			}
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			name, err := filepath.Rel(source, path)
			fmt.Fprintf(sum, "%q %d\n", filepath.ToSlash(name), len(text))
			sum.Write(text)
			return err
		})
		if err != nil {
			return "", err
		}
	}
	return hex.EncodeToString(sum.Sum(nil))[:16], nil
}
