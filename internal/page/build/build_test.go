package build

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/internal/page/site"
)

// TestPage builds the page, finds it again, and asks its server for it as a browser does.
func TestPage(t *testing.T) {
	if testing.Short() {
		t.Skip("it compiles the program anew")
	}
	cache := t.TempDir()
	caches(t, cache)
	var told []string
	tell := func(text string) { told = append(told, text) }
	page, err := Of(t.Context(), "v1 of 'a test'", tell)
	require.NoError(t, err)
	again, err := Of(t.Context(), "v1 of 'a test'", tell)
	require.NoError(t, err)
	assert.Equal(t, page, again)
	assert.Len(t, told, 1, "what is in the cache is not built again")

	engine, err := page.Engine()
	require.NoError(t, err)
	z, err := gzip.NewReader(bytes.NewReader(engine.Program))
	require.NoError(t, err)
	program, err := io.ReadAll(z)
	require.NoError(t, err)
	assert.Equal(t, "\x00asm", string(program[:4]))
	assert.Contains(t, string(program), "v1 of a test")
	here, err := os.Getwd()
	require.NoError(t, err)
	assert.NotContains(t, string(program), filepath.Dir(here), "where the source lies is not told")
	assert.Less(t, len(engine.Program), 6<<20)

	ctx, stop := context.WithTimeout(t.Context(), time.Minute)
	defer stop()
	server := page.Serve(ctx, "0", false)
	in, err := server.StdinPipe()
	require.NoError(t, err)
	out, err := server.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, server.Start())
	address, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	files, err := site.Folder(engine)
	require.NoError(t, err)
	for name, want := range files {
		response, err := http.Get(strings.TrimSpace(address) + name)
		require.NoError(t, err)
		text, err := io.ReadAll(response.Body)
		require.NoError(t, err)
		require.NoError(t, response.Body.Close())
		assert.True(t, bytes.Equal(want, text), name)
	}
	require.NoError(t, in.Close(), "the server ends with its input")
	require.NoError(t, server.Wait())
}

// caches has the cache of the user in a folder, and that of the Go toolchain where it is.
func caches(t *testing.T, folder string) {
	t.Helper()
	built, err := run(t.Context(), ".", nil, "env", "GOCACHE")
	require.NoError(t, err)
	t.Setenv("GOCACHE", strings.TrimSpace(built))
	modules, err := run(t.Context(), ".", nil, "env", "GOMODCACHE")
	require.NoError(t, err)
	t.Setenv("GOMODCACHE", strings.TrimSpace(modules))
	for _, name := range []string{"HOME", "XDG_CACHE_HOME", "LocalAppData"} {
		t.Setenv(name, folder)
	}
}

// TestHash: whatever is compiled or embedded is told apart, and tests are not.
func TestHash(t *testing.T) {
	source := t.TempDir()
	write := func(name, text string) {
		path := filepath.Join(source, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o777))
		require.NoError(t, os.WriteFile(path, []byte(text), 0o666))
	}
	for _, name := range []string{"go.mod", "go.sum", "arch/a.go", "arch/zoo/networks/net.yaml", "cost/a.go", "report/a.go", "internal/a.go"} {
		write(name, name)
	}
	of := func(version string) string {
		key, err := hash(source, version)
		require.NoError(t, err)
		return key
	}
	seen := map[string]string{of("v1"): "at first"}
	differs := func(what, key string) {
		assert.Empty(t, seen[key], what)
		seen[key] = what
	}
	differs("version", of("v2"))
	for _, name := range []string{"go.sum", "arch/zoo/networks/net.yaml", "internal/a.go", "internal/new.go"} {
		write(name, "changed")
		differs(name, of("v1"))
	}
	last := of("v1")
	write("arch/a_test.go", "changed")
	write("arch/testdata/x.yaml", "changed")
	assert.Equal(t, last, of("v1"))
}

func TestTheSourceIsFound(t *testing.T) {
	folder, err := sourceFolder(t.Context())
	require.NoError(t, err)
	assert.FileExists(t, filepath.Join(folder, "internal", "page", "engine", "main.go"))
}

func TestWithoutToolchain(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	_, err := run(t.Context(), ".", nil, "env")
	assert.ErrorIs(t, err, errNoGo)
}

// TestOldPagesGo: the cache does not grow without end.
func TestOldPagesGo(t *testing.T) {
	cache := t.TempDir()
	now := time.Now()
	for k, name := range []string{"page-1", "page-2", "page-3", "page-4", "page-5", "page-6"} {
		path := filepath.Join(cache, name)
		require.NoError(t, os.Mkdir(path, 0o777))
		require.NoError(t, os.Chtimes(path, now, now.Add(time.Duration(k)*time.Hour)))
	}
	require.NoError(t, sweep(cache))
	left, err := filepath.Glob(filepath.Join(cache, "*"))
	require.NoError(t, err)
	assert.Equal(t, []string{"page-3", "page-4", "page-5", "page-6"}, []string{filepath.Base(left[0]), filepath.Base(left[1]), filepath.Base(left[2]), filepath.Base(left[3])})
}
