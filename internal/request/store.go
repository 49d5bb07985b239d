package request

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"syscall"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/cost"
)

// Store answers requests. It caches networks and closed forms, so that further requests about them are answered sooner; those
// of a file that is given as text or under a key, as long as the text or the key stays the same. It is safe for concurrent use
// if its source is. The zero Store has no files, only the shipped networks. It must not be copied.
type Store struct {
	Source Source    // of files; nil for none
	Stdin  io.Reader // the text of the network -; nil for none
	Means  Means

	networks recent[networkKey, cost.Subject]
	forms    recent[formKey, *cost.Closed]
}

// networkKey identifies a network.
type networkKey struct {
	Network
	strict, scheme, conv bool
}

// formKey identifies the closed forms of a network under some conditions. Networks in the cache are identified by their
// addresses.
type formKey struct {
	network    *arch.Network
	name       string
	conditions string
}

// open opens a file of the source.
func (s *Store) open(name string) (File, error) {
	if s.Source == nil {
		return nil, fmt.Errorf("%s: %w", name, fs.ErrNotExist)
	}
	return s.Source.Open(name)
}

// has reports whether the source has a file, even one that cannot be read.
func (s *Store) has(name string) bool {
	f, err := s.open(name)
	if err == nil {
		err = f.Close()
	}
	return !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, syscall.ENOTDIR)
}

// Source opens files by their paths, or by the keys that they are stored under. The error of a file that is not there is
// [fs.ErrNotExist].
type Source interface {
	Open(name string) (File, error)
}

// File is an open file with random access.
type File interface {
	io.Reader // from the beginning
	io.ReaderAt
	io.Closer
	Size() int64
}

// Disk is the source of the files of this machine.
type Disk struct{}

// Open opens a file that is no folder.
func (Disk) Open(name string) (File, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, PlainPathError(err)
	}
	info, err := f.Stat()
	if err == nil && info.IsDir() {
		err = fmt.Errorf("%s is a directory", name)
	}
	if err != nil {
		return nil, errors.Join(PlainPathError(err), f.Close())
	}
	return diskFile{f, info.Size()}, nil
}

type diskFile struct {
	*os.File
	size int64
}

// Size is that of the file when it was opened.
func (f diskFile) Size() int64 { return f.size }

// PlainPathError says "net.yaml: no such file or directory" without the name of a system call.
func PlainPathError(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return fmt.Errorf("%s: %w", p.Path, p.Err)
	}
	return err
}

// closed finds the closed formulas of a subject, under the conditions that the request has read as options.
func (s *Store) closed(req *Request, subject cost.Subject, free []string, o cost.Options) (*cost.Closed, error) {
	var conditions []string
	for name, value := range subject.Set {
		conditions = append(conditions, name+"="+value.ASCII())
	}
	slices.Sort(conditions)
	for _, q := range o.Quantities {
		conditions = append(conditions, q.String())
	}
	conditions = append(append(conditions, "free"), free...)
	key := formKey{subject.Network, subject.Name, strings.Join(append(conditions, givenSettings(req)...), "\n")}
	return s.forms.of(key, func() (*cost.Closed, error) { return cost.CloseCounted(subject, free, o) })
}
