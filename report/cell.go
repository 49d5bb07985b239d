package report

import (
	"fmt"
	"math/big"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
)

// Cell is one value of a table. It holds the exact value; rounding, units and notation are chosen when it is rendered. The zero
// Cell is empty.
type Cell struct {
	value value
	note  string // a remark on the value, or the reason why it is missing
}

// value is the content of a cell; each type has a notation of its own.
type value interface {
	text(Style) string // rounded for people, exact for machines, in its own notation for TeX
	data() any         // as JSON has it
}

// Noted is the cell with a note, which stands under the table, and in machine formats among the notes.
func (c Cell) Noted(note string) Cell {
	c.note = note
	return c
}

// Text is the text of the cell in a style, without the mark of its note.
func (c Cell) Text(s Style) string {
	switch {
	case c.value == nil:
		return ""
	case s != Web:
		return c.value.text(s)
	}
	if f, is := c.value.(formula); is {
		return f.MathML()
	}
	return HTMLText(c.value.text(Human))
}

// formula is a value that has a notation of its own on the web.
type formula interface{ MathML() string }

// Data is the cell in JSON: null if it is empty or missing.
func (c Cell) Data() any {
	if c.value == nil {
		return nil
	}
	return c.value.data()
}

// rounds reports whether the text for people is rounded without a unit that says so.
func (c Cell) rounds() bool {
	n, ok := c.value.(whole)
	if !ok || n.unit != plain {
		return false
	}
	_, rounded := Count(n.Int)
	return rounded
}

// IsMissing reports whether the cell stands for a value that is not known.
func (c Cell) IsMissing() bool {
	_, is := c.value.(unknown)
	return is
}

// Text is a cell of words.
func Text(s string) Cell { return Cell{value: word(s)} }

// Folded is a cell of the name of one thing, or of several that are alike.
func Folded(name string, count int) Cell { return Cell{value: folded{name, count}} }

// Size is a cell of a small whole number.
func Size(n int) Cell { return Int(big.NewInt(int64(n))) }

// Int is a cell of a whole number, of which people see all digits, up to 24 of them. A nil number is missing.
func Int(n *big.Int) Cell { return number(n, plain) }

// ByteSize is a cell of bytes, which people see in KiB, MiB and so on.
func ByteSize(n *big.Int) Cell { return number(n, binary) }

// Quotient is a cell of a ratio, which people see in four digits and machines as a fraction. A nil ratio is missing.
func Quotient(q *big.Rat) Cell {
	if q == nil {
		return Missing("")
	}
	return Cell{value: ratio{q}}
}

// Expression is a cell of a formula.
func Expression(e symbolic.Expr) Cell { return Cell{value: closed{e}} }

// Written is a cell of a formula as a rule states it: people see it in the notation of formulas, machines as it stands. What is
// no formula is text.
func Written(text string) Cell {
	e, err := symbolic.Parse(text)
	if err != nil {
		return Text(text)
	}
	return Cell{value: written{closed{e}, text}}
}

// Leading is a cell of a leading order.
func Leading(o symbolic.Order) Cell { return Cell{value: leading{o}} }

// Extents is a cell of a tensor's shape.
func Extents(s arch.Shape) Cell {
	if err := s.Err(); err != nil {
		return Missing("a shape is not written out: " + FirstLine(err))
	}
	return Cell{value: extents{s}}
}

// Missing is a cell whose value is not known, with the reason; that is empty where another cell states it.
func Missing(reason string) Cell { return Cell{value: unknown{}, note: reason} }

// scale is how people see a whole number.
type scale int

const (
	plain   scale = iota // all digits
	decades              // 3.64 G
	binary               // 112 MiB
)

func number(n *big.Int, unit scale) Cell {
	if n == nil {
		return Missing("")
	}
	return Cell{value: whole{Int: n, unit: unit}}
}

type whole struct {
	*big.Int
	unit    scale
	modeled bool // a model of what is measured elsewhere
}

func (w whole) text(s Style) string {
	if s == Machine {
		return w.Int.String()
	}
	text := ""
	switch w.unit {
	case binary:
		text = IEC(w.Int)
	case decades:
		text = SI(w.Int)
	default:
		text, _ = Count(w.Int)
	}
	if w.modeled {
		return Modelled + text
	}
	return text
}

func (w whole) data() any { return Number{w.Int} }

type ratio struct{ *big.Rat }

func (r ratio) text(s Style) string {
	if s == Machine {
		return r.RatString()
	}
	return Ratio(r.Rat)
}

func (r ratio) data() any { return r.RatString() }

// halfBytes is a number of bytes that is not whole, as of an odd number of parameters of half a byte.
type halfBytes struct{ *big.Rat }

func (b halfBytes) text(s Style) string {
	if s == Machine {
		return b.RatString()
	}
	if b.Cmp(big.NewRat(1024, 1)) < 0 {
		return Ratio(b.Rat) + " B"
	}
	return IEC(new(big.Int).Quo(b.Num(), b.Denom()))
}

func (b halfBytes) data() any { return b.RatString() }

type word string

func (w word) text(Style) string { return string(w) }
func (w word) data() any         { return string(w) }

// folded is the name of several alike, which people see with their count; machines have a column for that.
type folded struct {
	name  string
	count int
}

func (f folded) text(s Style) string {
	if s == Machine || f.count == 1 {
		return f.name
	}
	return fmt.Sprintf("%s ×%d", f.name, f.count)
}

func (f folded) data() any { return f.name }

type closed struct{ symbolic.Expr }

func (c closed) text(s Style) string {
	switch s {
	case Machine:
		return c.ASCII()
	case TeX:
		return c.LaTeX()
	}
	return c.Expr.Text()
}

func (c closed) data() any { return c.ASCII() }

// written is a formula with the text that it was read from.
type written struct {
	closed
	source string
}

func (w written) text(s Style) string {
	if s == Machine {
		return w.source
	}
	return w.closed.text(s)
}

func (w written) data() any { return w.source }

type leading struct{ symbolic.Order }

func (o leading) text(s Style) string {
	switch s {
	case Machine:
		return o.ASCII()
	case TeX:
		return o.LaTeX()
	}
	return o.Order.Text()
}

func (o leading) data() any { return o.ASCII() }

type extents struct{ arch.Shape }

func (e extents) text(s Style) string {
	if s == Machine {
		return e.ASCII()
	}
	return e.Shape.Text()
}

func (e extents) data() any { return e.ASCII() }

type unknown struct{}

func (unknown) text(s Style) string {
	if s == Machine {
		return ""
	}
	return Unknown
}

func (unknown) data() any { return nil }
