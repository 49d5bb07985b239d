//go:build js && wasm

package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"sync"
	"syscall/js"

	"github.com/skipcost/skipcost/internal/request"
)

// dropped are the files that were dropped on the page, by their keys.
type dropped struct {
	mu    sync.Mutex
	byKey map[string]*blob
}

func (d *dropped) put(key string, b *blob) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.byKey[key] = b
}

// Open opens a file from its beginning.
func (d *dropped) Open(key string) (request.File, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	b, is := d.byKey[key]
	if !is {
		return nil, fmt.Errorf("%s: %w", key, fs.ErrNotExist)
	}
	return &opened{SectionReader: io.NewSectionReader(b, 0, b.size)}, nil
}

// opened is an open file.
type opened struct{ *io.SectionReader }

// Close does nothing: the browser keeps no file open.
func (*opened) Close() error { return nil }

// blob is a file of the browser, which is never read whole: each read copies only the slice it asks for.
type blob struct {
	size int64
	read js.Value // (offset, length) → Uint8Array
}

// ReadAt reads a slice. A file that was changed or removed since it was dropped is an error, which the browser throws.
func (b *blob) ReadAt(p []byte, offset int64) (n int, err error) {
	if offset < 0 || offset >= b.size {
		return 0, io.EOF
	}
	defer func() {
		switch thrown := recover().(type) {
		case nil:
		case js.Error:
			err = errors.New(thrown.Get("message").String())
		default:
			err = fmt.Errorf("the file cannot be read: %v", thrown)
		}
	}()
	length := min(int64(len(p)), b.size-offset)
	n = js.CopyBytesToGo(p, b.read.Invoke(float64(offset), float64(length)))
	if n < len(p) {
		err = io.EOF
	}
	return n, err
}
