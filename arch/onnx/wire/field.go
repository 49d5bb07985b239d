package wire

import (
	"errors"
	"fmt"
	"io"

	"google.golang.org/protobuf/encoding/protowire"
)

// A decoder walks the messages of a file. It holds one window of the file in memory and moves it to where it reads,
// so that a field that is not wanted costs nothing, however long it is.
type decoder struct {
	file   io.ReaderAt
	size   int64
	buffer []byte
	window []byte // part of the buffer: the bytes of the file from start on
	start  int64

	nodes  int
	memory int64    // charged so far
	bits   []uint64 // reused from tensor to tensor
	words  map[string]string
}

func newDecoder(r io.ReaderAt, size int64) *decoder {
	size = max(size, 0)
	return &decoder{file: r, size: size, buffer: make([]byte, min(size, windowSize)), words: map[string]string{}}
}

// peek returns n bytes of the file, which stay valid until the next peek. n is at most windowSize, and offset+n at
// most the size of the file.
func (d *decoder) peek(offset, n int64) ([]byte, error) {
	from := offset - d.start
	if from >= 0 && from+n <= int64(len(d.window)) {
		return d.window[from : from+n], nil
	}
	read, err := d.file.ReadAt(d.buffer[:min(int64(len(d.buffer)), d.size-offset)], offset)
	d.start, d.window = offset, d.buffer[:read]
	switch {
	case int64(read) >= n:
		return d.window[:n], nil
	case err == nil || errors.Is(err, io.EOF):
		return nil, malformed(offset+int64(read), "the file ends here, %d bytes were expected", d.size)
	}
	return nil, fmt.Errorf("byte %d: %w", offset, err)
}

// charge counts memory that is about to be used because of the bytes at an offset.
func (d *decoder) charge(offset, bytes int64) error {
	d.memory += bytes
	if d.memory > MaxMemory {
		return malformed(offset, "too large: what was read up to here needs more than %d MiB", MaxMemory>>20)
	}
	return nil
}

// A field is one tag and value of a message. A value of bytes is not read, only located.
type field struct {
	message    string // the kind of message it is in
	number     protowire.Number
	kind       protowire.Type
	offset     int64  // of the tag
	bits       uint64 // the value, unless it is bytes
	start, end int64  // where the value is; for bytes, without the length before it
}

// longestTag is how many bytes a tag and a number take up at most.
const longestTag = 20

// next reads the field of a message at an offset. The message goes on to end, and offset is before that.
func (d *decoder) next(message string, offset, end int64) (field, error) {
	f := field{message: message, offset: offset}
	b, err := d.peek(offset, min(longestTag, end-offset))
	if err != nil {
		return f, err
	}
	number, kind, n := protowire.ConsumeTag(b)
	if n < 0 {
		return f, f.broken(n, "tag")
	}
	f.number, f.kind, f.start = number, kind, offset+int64(n)
	b = b[n:]
	switch kind {
	case protowire.VarintType, protowire.BytesType:
		f.bits, n = protowire.ConsumeVarint(b)
	case protowire.Fixed32Type:
		var v uint32
		v, n = protowire.ConsumeFixed32(b)
		f.bits = uint64(v)
	case protowire.Fixed64Type:
		f.bits, n = protowire.ConsumeFixed64(b)
	default: // groups, which ONNX has never had, and the two types that do not exist
		return f, malformed(offset, "field %d of %s has wire type %d, which ONNX does not use", number, message, kind)
	}
	if n < 0 {
		return f, f.broken(n, "value")
	}
	f.end = f.start + int64(n)
	if kind == protowire.BytesType {
		if f.bits > uint64(end-f.end) {
			return f, malformed(offset, "truncated %s: field %d claims %d bytes, %d are left",
				message, number, f.bits, end-f.end)
		}
		f.start, f.end = f.end, f.end+int64(f.bits)
	}
	return f, nil
}

// broken is the error of a part of a field that protowire refused with a code.
func (f field) broken(code int, part string) error {
	if errors.Is(protowire.ParseError(code), io.ErrUnexpectedEOF) {
		return malformed(f.offset, "truncated %s", f.message)
	}
	return malformed(f.offset, "%s has a field with an invalid %s", f.message, part)
}

// want checks the wire type of a field.
func (f field) want(kind protowire.Type) error {
	if f.kind != kind {
		return malformed(f.offset, "field %d of %s has wire type %d, not %d", f.number, f.message, f.kind, kind)
	}
	return nil
}

// fields calls take for each field of the message that is the value of f.
func (d *decoder) fields(f field, message string, take func(field) error) error {
	if err := f.want(protowire.BytesType); err != nil {
		return err
	}
	for offset := f.start; offset < f.end; {
		inner, err := d.next(message, offset, f.end)
		if err != nil {
			return err
		}
		if err := take(inner); err != nil {
			return err
		}
		offset = inner.end
	}
	return nil
}

// text reads a string.
func (d *decoder) text(f field) (string, error) {
	if err := f.want(protowire.BytesType); err != nil {
		return "", err
	}
	n := f.end - f.start
	if n > maxString {
		return "", malformed(f.offset, "field %d of %s is a string of %d bytes, more than %d",
			f.number, f.message, n, maxString)
	}
	if n == 0 {
		return "", nil
	}
	if err := d.charge(f.offset, n); err != nil {
		return "", err
	}
	b, err := d.peek(f.start, n)
	return string(b), err
}

// word reads a string that many others are equal to: the name of an operator or of an attribute.
func (d *decoder) word(f field) (string, error) {
	n := f.end - f.start
	if f.kind != protowire.BytesType || n == 0 || n > maxWord {
		return d.text(f)
	}
	b, err := d.peek(f.start, n)
	if err != nil {
		return "", err
	}
	if known, is := d.words[string(b)]; is {
		return known, nil
	}
	word, err := d.text(f)
	if err == nil && len(d.words) < maxWords {
		d.words[word] = word
	}
	return word, err
}

// option reads a string that an operator may want to know. Longer ones are data, such as the tables of a tokenizer, and are
// skipped.
func (d *decoder) option(f field) (string, error) {
	if f.kind == protowire.BytesType && f.end-f.start > maxString {
		return "", nil
	}
	return d.text(f)
}

// integer reads a number.
func (f field) integer() (int64, error) {
	return int64(f.bits), f.want(protowire.VarintType)
}
