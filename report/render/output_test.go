package render_test

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/report"
	"github.com/skipcost/skipcost/report/render"
)

func writing(text string) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := io.WriteString(w, text)
		return err
	}
}

var errRender = errors.New("cannot render")

// halfway fails after it has written something.
func halfway(w io.Writer) error {
	if err := writing("half")(w); err != nil {
		return err
	}
	return errRender
}

func names(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	var out []string
	for _, e := range entries {
		out = append(out, e.Name())
	}
	return out
}

func content(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	return string(b)
}

func TestBuffered(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, render.Buffered(&out, writing("all")))
	assert.Equal(t, "all", out.String())
	assert.ErrorIs(t, render.Buffered(&out, halfway), errRender)
	assert.Equal(t, "all", out.String())
	assert.ErrorIs(t, render.Buffered(&failing{left: 2}, writing("all")), errFull)
}

func TestToFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "out.txt")

	assert.ErrorIs(t, render.ToFile(path, halfway), errRender)
	assert.Empty(t, names(t, dir), "nothing is left of a failure")

	require.NoError(t, render.ToFile(path, writing("a longer first text")))
	assert.Equal(t, "a longer first text", content(t, path))
	require.NoError(t, render.ToFile(path, writing("second")))
	assert.Equal(t, "second", content(t, path))
	assert.ErrorIs(t, render.ToFile(path, halfway), errRender)
	assert.Equal(t, "second", content(t, path))
	assert.Equal(t, []string{"out.txt"}, names(t, dir))
}

func TestToFileKeepsModeAndLinks(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("modes and links are Unix's")
	}
	dir := t.TempDir()
	path, link, dangling := filepath.Join(dir, "out"), filepath.Join(dir, "link"), filepath.Join(dir, "dangling")
	require.NoError(t, os.WriteFile(path, []byte("old"), 0o600))
	require.NoError(t, os.Chmod(path, 0o640))
	require.NoError(t, os.Symlink("out", link))
	require.NoError(t, os.Symlink("later", dangling))

	require.NoError(t, render.ToFile(link, writing("new")))
	assert.Equal(t, "new", content(t, path))
	info, err := os.Lstat(path)
	require.NoError(t, err)
	assert.Equal(t, fs.FileMode(0o640), info.Mode())

	require.NoError(t, render.ToFile(dangling, writing("late")))
	assert.Equal(t, "late", content(t, filepath.Join(dir, "later")))
	assert.Equal(t, []string{"dangling", "later", "link", "out"}, names(t, dir))
	for _, l := range []string{link, dangling} {
		info, err := os.Lstat(l)
		require.NoError(t, err)
		assert.NotZero(t, info.Mode()&fs.ModeSymlink, "a link stays a link")
	}
}

func TestToFileTakesDevices(t *testing.T) {
	if _, err := os.Stat("/dev/null"); err != nil {
		t.Skip("there is no /dev/null")
	}
	assert.NoError(t, render.ToFile("/dev/null", writing("text")))
	info, err := os.Stat("/dev/null")
	require.NoError(t, err)
	assert.False(t, info.Mode().IsRegular())
	if _, err := os.Stat("/dev/full"); err == nil {
		assert.Error(t, render.ToFile("/dev/full", writing("text")))
	}
}

func TestToFileErrorsNameThePath(t *testing.T) {
	dir := t.TempDir()
	for _, path := range []string{filepath.Join(dir, "missing", "out"), dir, filepath.Join(dir, "file", "out"), ""} {
		if filepath.Base(filepath.Dir(path)) == "file" {
			require.NoError(t, os.WriteFile(filepath.Dir(path), nil, 0o600))
		}
		err := render.ToFile(path, writing("text"))
		var p *fs.PathError
		if assert.ErrorAs(t, err, &p, path) {
			assert.Equal(t, path, p.Path)
		}
	}
	assert.Equal(t, []string{"file"}, names(t, dir))
}

func TestToFileRespectsReadOnly(t *testing.T) {
	if os.Getuid() == 0 || runtime.GOOS == "windows" {
		t.Skip("nothing is read-only here")
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "out")
	require.NoError(t, os.WriteFile(path, []byte("old"), 0o400))
	assert.ErrorIs(t, render.ToFile(path, writing("new")), fs.ErrPermission)
	assert.Equal(t, "old", content(t, path))

	// In a folder that takes no new files, a writable file is written in place.
	require.NoError(t, os.Chmod(path, 0o600))
	require.NoError(t, os.Chmod(dir, 0o500))
	defer os.Chmod(dir, 0o700)
	require.NoError(t, render.ToFile(path, writing("new")))
	assert.Equal(t, "new", content(t, path))
}

// TestOutputIsBounded: a result of more than MaxOutput bytes ends with an error that names the limit, and nothing more is written.
func TestOutputIsBounded(t *testing.T) {
	block := make([]byte, 1<<24)
	var rendered int
	err := render.Buffered(io.Discard, func(w io.Writer) error {
		for {
			n, err := w.Write(block)
			rendered += n
			if err != nil {
				return err
			}
		}
	})
	assert.ErrorContains(t, err, "more than 1073741824 bytes")
	assert.Equal(t, report.MaxOutput, rendered)
}
