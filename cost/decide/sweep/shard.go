package sweep

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"hash/crc32"
	"io"
	"math/big"
	"reflect"
	"strings"

	"github.com/skipcost/skipcost/cost"
)

// Interim files hold the points that a part of a sweep has kept: a header, the points, and an end with a checksum of everything
// before. Shards are joined from them, and an interrupted sweep continues from one.

// Header is the first line of an interim file.
type Header struct {
	Skipcost string `json:"skipcost"` // always "sweep"
	Version  string `json:"version"`  // of the program
	Grid     *Grid  `json:"grid"`
	From     int64  `json:"from"` // the range that is gone through, of the points of the grid
	To       int64  `json:"to"`
}

// End is the last line.
type End struct {
	Next    int64  `json:"end"` // the first point that was not gone through; To where the range is whole
	Missing int64  `json:"missing,omitempty"`
	Reason  string `json:"reason,omitempty"`
	Written int64  `json:"written,omitempty"` // bytes of rows in a file beside
	Sum     string `json:"crc32"`             // of all lines before
}

// line is a point.
type line struct {
	Number int64    `json:"n"`
	Plane  int      `json:"p,omitempty"`
	Values []int64  `json:"v,omitempty"`
	Costs  []string `json:"c"` // numbers, those that are not exact behind a sign, or why there is none
	Count  int64    `json:"k,omitempty"`
}

// trust is the sign before a number that says how exactly it is known.
var trust = [...]string{cost.AllDigits: "", cost.RoundedDigits: "~", cost.ModelledDigits: "≈"}

// Writer writes an interim file.
type Writer struct {
	out *bufio.Writer
	sum hash.Hash32
}

// NewWriter begins an interim file with its header.
func NewWriter(w io.Writer, h Header) (*Writer, error) {
	h.Skipcost = "sweep"
	out := &Writer{sum: crc32.NewIEEE()}
	out.out = bufio.NewWriter(io.MultiWriter(w, out.sum))
	return out, out.line(h)
}

func (w *Writer) line(v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return err
	}
	_, err = w.out.Write(append(text, '\n'))
	return err
}

// Point adds a point.
func (w *Writer) Point(p *Point) error {
	l := line{Number: p.Number, Plane: p.Plane, Values: p.Values}
	if p.Count != 1 {
		l.Count = p.Count
	}
	for _, c := range p.Costs {
		if c.Err != nil {
			l.Costs = append(l.Costs, "! "+c.Err.Error())
		} else {
			l.Costs = append(l.Costs, trust[c.Digits]+c.Number.RatString())
		}
	}
	return w.line(l)
}

// Flush writes what waits in memory.
func (w *Writer) Flush() error { return w.out.Flush() }

// End ends the file.
func (w *Writer) End(o Outcome, written int64) error {
	if err := w.out.Flush(); err != nil {
		return err
	}
	end := End{Next: o.Next, Missing: o.Missing, Reason: o.Reason, Written: written, Sum: fmt.Sprintf("%08x", w.sum.Sum32())}
	if err := w.line(end); err != nil {
		return err
	}
	return w.out.Flush()
}

// Seal ends a file that has its header and all its rows.
func Seal(f io.ReadWriter, o Outcome) error {
	w := &Writer{sum: crc32.NewIEEE()}
	if _, err := io.Copy(w.sum, f); err != nil {
		return err
	}
	w.out = bufio.NewWriter(f)
	return w.End(o, 0)
}

// Lines are the rows of an interim file.
func Lines(columns int) Rows { return lines{columns} }

type lines struct{ columns int }

// Append adds a line for each point.
func (l lines) Append(dst []byte, b *Batch) []byte {
	out := bytes.NewBuffer(dst)
	w := &Writer{out: bufio.NewWriter(out)}
	for k := range b.Len() {
		if b.Has(k) {
			w.Point(b.point(k, l.columns)) // into memory, which does not fail
		}
	}
	w.out.Flush()
	return out.Bytes()
}

// maxLine is the longest line of an interim file, in bytes.
const maxLine = 1 << 24

// Interim is the contents of an interim file.
type Interim struct {
	Header
	End
}

// Outcome is how far the sweep got.
func (i *Interim) Outcome() Outcome {
	return Outcome{Next: i.Next, count: count{Points: i.Next - i.From, Missing: i.Missing, Reason: i.Reason}}
}

// ReadInterim reads an interim file, and hands its points out one by one. The checksum is only known at the end: until
// ReadInterim returns without an error, the points must not be relied on. An error says what is wrong with the file.
func ReadInterim(r io.Reader, head func(*Header) error, point func(*Point) error) (*Interim, error) {
	scanner := bufio.NewScanner(r)
	scanner.Buffer(make([]byte, 0, 1<<16), maxLine)
	sum := crc32.NewIEEE()
	out := &Interim{}
	if !scanner.Scan() || json.Unmarshal(scanner.Bytes(), &out.Header) != nil || out.Skipcost != "sweep" || out.Grid == nil {
		return nil, errors.Join(errors.New("this is no file of a sweep: it does not begin with its header"), scanner.Err())
	}
	if err := head(&out.Header); err != nil {
		return nil, err
	}
	for {
		sum.Write(scanner.Bytes())
		sum.Write([]byte{'\n'})
		if !scanner.Scan() {
			return nil, errors.Join(errors.New("the file is not whole: its last line is missing"), scanner.Err())
		}
		if bytes.HasPrefix(scanner.Bytes(), []byte(`{"end":`)) {
			break
		}
		p, err := out.Grid.point(scanner.Bytes())
		if err != nil {
			return nil, fmt.Errorf("the file is not whole, or it was changed: %w", err)
		}
		if err := point(p); err != nil {
			return nil, err
		}
	}
	if err := json.Unmarshal(scanner.Bytes(), &out.End); err != nil {
		return nil, err
	}
	if out.Sum != fmt.Sprintf("%08x", sum.Sum32()) {
		return nil, errors.New("the file was changed: its checksum is another one")
	}
	return out, scanner.Err()
}

// point reads a line.
func (g *Grid) point(text []byte) (*Point, error) {
	var l line
	if err := json.Unmarshal(text, &l); err != nil {
		return nil, err
	}
	if l.Plane < 0 || l.Plane >= g.planes() || len(l.Values) != len(g.Axes) || len(l.Costs) != len(g.Columns) {
		return nil, errors.New("a point does not belong to the grid of the header")
	}
	p := &Point{Number: l.Number, Plane: l.Plane, Values: l.Values, Count: max(1, l.Count)}
	for _, c := range l.Costs {
		v, err := value(c)
		if err != nil {
			return nil, err
		}
		p.Costs = append(p.Costs, v)
	}
	return p, nil
}

// value reads a cost. A number is made of digits, a sign and a slash only, as an exponent could be of any size.
func value(text string) (Value, error) {
	var out Value
	if why, failed := strings.CutPrefix(text, "! "); failed {
		out.Err = errors.New(why)
		return out, nil
	}
	number := text
	for digits, sign := range trust {
		if rest, ok := strings.CutPrefix(text, sign); ok && sign != "" {
			number, out.Digits = rest, cost.Digits(digits)
		}
	}
	if strings.Trim(number, "-/0123456789") == "" {
		var ok bool
		if out.Number, ok = new(big.Rat).SetString(number); ok {
			return out, nil
		}
	}
	return out, fmt.Errorf("%q is no number", text)
}

// Range is the points of one shard, of a number of shards of nearly equal sizes.
func (g *Grid) Range(shard, of int64) (from, to int64) {
	part := func(k int64) int64 {
		n := new(big.Int).Mul(big.NewInt(g.Points), big.NewInt(k))
		return n.Quo(n, big.NewInt(of)).Int64()
	}
	return part(shard - 1), part(shard)
}

// Same reports whether two grids are equal.
func (g *Grid) Same(h *Grid) bool { return reflect.DeepEqual(g, h) }
