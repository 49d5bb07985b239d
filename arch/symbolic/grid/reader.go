package grid

import (
	"math/big"

	"github.com/skipcost/skipcost/arch/symbolic"
)

// Reader goes over a grid: the axes but the last are bound, and the last is read in columns. A program may have many.
type Reader struct {
	program *Program
	outer   []int64 // the values of the axes but the last
	words   *run[int64]
	pairs   *run[Wide]
	columns []Column
}

// Column is the values of an expression at consecutive points of the last axis: machine words, or pairs of them, or numbers of any
// kind. It is written over by the next Row.
type Column struct {
	Words []int64
	Wide  []Wide
	Exact []Value
}

// Value is an exact number, or the reason why there is none.
type Value struct {
	Number *big.Rat
	Err    error
}

// Reader is a new reader, at the first value of every axis.
func (p *Program) Reader() *Reader {
	r := &Reader{program: p, outer: make([]int64, len(p.axes)-1), columns: make([]Column, len(p.exprs))}
	r.words, r.pairs = newRun(p.words), newRun(p.pairs)
	for k := range r.outer {
		r.Bind(k, p.axes[k].At(0))
	}
	return r
}

// Bind gives an axis other than the last a value. The axes behind it must be bound again.
func (r *Reader) Bind(axis int, value int64) {
	r.outer[axis] = value
	r.words.bind(axis, value)
	r.pairs.bind(axis, value)
}

// Row computes all expressions at places from … to − 1 of the last axis, one column each.
func (r *Reader) Row(from, to int64) []Column {
	last := &r.program.axes[len(r.program.axes)-1]
	r.words.row(last, from, to)
	r.pairs.row(last, from, to)
	for k, home := range r.program.home {
		c := Column{Exact: r.columns[k].Exact[:0]}
		switch {
		case home.width == word && r.words.holds(home.at):
			c.Words = r.words.result(home.at)
		case home.width == pair && r.pairs.holds(home.at):
			c.Wide = r.pairs.result(home.at)
		default:
			c.Exact = r.exactly(c.Exact, k, from, to)
		}
		r.columns[k] = c
	}
	return r.columns
}

// exactly computes an expression point by point, or once where it does not depend on the last axis.
func (r *Reader) exactly(dst []Value, k int, from, to int64) []Value {
	last := &r.program.axes[len(r.program.axes)-1]
	one := r.exact(k, last.At(from))
	differs := r.program.exprs[k].Has(last.Name)
	for place := from; place < to; place++ {
		if differs && place > from {
			one = r.exact(k, last.At(place))
		}
		dst = append(dst, one)
	}
	return dst
}

// exact is an expression at a point.
func (r *Reader) exact(k int, value int64) Value {
	b := symbolic.Bindings{}
	for axis, v := range append(r.outer[:len(r.outer):len(r.outer)], value) {
		b[r.program.axes[axis].Name] = symbolic.Int(v)
	}
	n, err := r.program.exprs[k].Evaluate(b)
	return Value{n, err}
}

// At is a value of a column as an exact number.
func (c Column) At(k int) Value {
	switch {
	case c.Words != nil:
		return Value{Number: new(big.Rat).SetInt64(c.Words[k])}
	case c.Wide != nil:
		return Value{Number: new(big.Rat).SetInt(c.Wide[k].Big())}
	}
	return c.Exact[k]
}
