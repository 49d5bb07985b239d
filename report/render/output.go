package render

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"

	"github.com/skipcost/skipcost/report"
)

// held is how many bytes of a result are held in memory until it is complete. Renderers that may fail do so before they have
// written more.
const held = 1 << 20

// limited passes a number of bytes on and stops a renderer that writes more.
type limited struct {
	w    io.Writer
	left int
}

// Write passes bytes on, or is an error from the first that are too many.
func (l *limited) Write(p []byte) (int, error) {
	if l.left -= len(p); l.left < 0 {
		return 0, fmt.Errorf("the result has more than %d bytes, the most that are written; skipcost explain limits lists what is bounded", report.MaxOutput)
	}
	return l.w.Write(p)
}

// Buffered renders into memory and then writes the result at once, so that an error of the renderer leaves nothing
// half-written. A result longer than a MiB is written as it comes, up to MaxOutput bytes.
func Buffered(w io.Writer, render func(io.Writer) error) error {
	out := bufio.NewWriterSize(w, held)
	if err := render(&limited{out, report.MaxOutput}); err != nil {
		return err
	}
	return out.Flush()
}

// ToFile renders into memory and then puts the result into a file: all of it, or the file stays as it was. It keeps the mode of
// an existing file, follows symbolic links, and writes directly into anything that is no regular file, such as /dev/null.
// Errors are about the path as it was given.
func ToFile(path string, render func(io.Writer) error) error {
	var out bytes.Buffer
	if err := render(&out); err != nil {
		return err
	}
	info, err := os.Stat(path)
	if err == nil && !info.Mode().IsRegular() {
		return writeInto(path, out.Bytes())
	}
	target, mode := path, fs.FileMode(0)
	if err == nil {
		// A file that must not be written is not to be replaced either.
		f, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err != nil {
			return err
		}
		if err := f.Close(); err != nil {
			return err
		}
		mode = info.Mode().Perm()
		if target, err = filepath.EvalSymlinks(path); err != nil {
			return err
		}
	} else if _, linkErr := os.Lstat(path); linkErr == nil {
		// A link to a file that is not there yet: the system knows where to create it.
		return writeInto(path, out.Bytes())
	}
	temporary, err := createBeside(target)
	if err != nil {
		// The folder takes no new file; the file itself may still be writable, and if not, that is the error to show.
		return writeInto(path, out.Bytes())
	}
	err = fill(temporary, out.Bytes(), mode)
	if err == nil {
		err = os.Rename(temporary.Name(), target)
	}
	if err != nil {
		return errors.Join(about(path, err), os.Remove(temporary.Name()))
	}
	return nil
}

// createBeside creates a new file in the folder of target, with the mode that new files have here.
func createBeside(target string) (*os.File, error) {
	for attempt := 0; ; attempt++ {
		name := fmt.Sprintf(".skipcost-%08x", rand.Uint32()) // short, for the name of the target may be as long as names can be
		f, err := os.OpenFile(filepath.Join(filepath.Dir(target), name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
		if err == nil || !errors.Is(err, fs.ErrExist) || attempt == 100 {
			return f, err
		}
	}
}

// fill writes a file and closes it; a mode other than 0 is set.
func fill(f *os.File, data []byte, mode fs.FileMode) error {
	_, err := f.Write(data)
	if err == nil && mode != 0 {
		err = f.Chmod(mode)
	}
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	return err
}

// writeInto writes into a file where it is. A regular file that was there keeps its content if that fails.
func writeInto(path string, data []byte) error {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() {
		f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE, 0o666)
		if err != nil {
			return err
		}
		return fill(f, data, 0)
	}
	old, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	if err = replace(f, data); err != nil {
		err = errors.Join(err, replace(f, old))
	}
	return errors.Join(err, f.Close())
}

// replace writes over what a file holds, and cuts off the rest.
func replace(f *os.File, data []byte) error {
	if _, err := f.WriteAt(data, 0); err != nil {
		return err
	}
	return f.Truncate(int64(len(data)))
}

// about replaces the path of a temporary file in an error by the path that the user gave.
func about(path string, err error) error {
	var p *fs.PathError
	var l *os.LinkError
	switch {
	case errors.As(err, &p):
		return &fs.PathError{Op: p.Op, Path: path, Err: p.Err}
	case errors.As(err, &l):
		return &fs.PathError{Op: l.Op, Path: path, Err: l.Err}
	}
	return err
}
