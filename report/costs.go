package report

import (
	"fmt"
	"math/big"
	"strings"

	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/cost"
)

// FirstLine is the message of an error without the lines that show its place in a file.
func FirstLine(err error) string {
	line, _, _ := strings.Cut(err.Error(), "\n")
	return line
}

// costColumn is the column of a cost.
func costColumn(q cost.Quantity) Column { return Column{Head: q.String(), Right: true} }

// Cost is a cell of a cost, or the reason why it is not known; name is that of the network or layer.
func Cost(name string, q cost.Quantity, c cost.Costs) Cell {
	if large, ok := cost.TooLarge(c.Of(q)); ok && q.Gain() && large.Digits != nil {
		return longCell(large, c.Digits(q))
	}
	if r, ok := c.Of(q).Rational(); ok {
		if cell, estimated := Estimated(r, c.Digits(q)); estimated {
			return cell
		}
	}
	return ExactCost(name, q, c.Of(q))
}

// ExactCost is a cell of an exact cost, or the reason why it is not known.
func ExactCost(name string, q cost.Quantity, e symbolic.Expr) Cell {
	if err := e.Err(); err != nil {
		return Missing(fmt.Sprintf("%s: not written out: %s", name, FirstLine(err)))
	}
	if q.Unit() == cost.Ratio {
		if r, ok := e.Rational(); ok && !(q.Gain() && r.IsInt()) {
			return Quotient(r)
		}
	}
	n, ok := e.Integer()
	if r, known := e.Rational(); known && !ok && q.Unit() == cost.Bytes {
		return Cell{value: halfBytes{r}}
	}
	if !ok {
		return Expression(e)
	}
	v := whole{Int: n, modeled: q.IsModel()}
	switch {
	case q.Unit() == cost.Bytes:
		v.unit = binary
	case q == cost.FLOPs || q == cost.Activations:
		v.unit = decades
	}
	c := Cell{value: v}
	if v.modeled {
		return c.Noted(q.String() + " is a model: frameworks may hold some tensors longer")
	}
	return c
}

// Bytes is a cell of a number of bytes.
func Bytes(e symbolic.Expr) Cell {
	n, _ := e.Integer()
	if n == nil && e.Err() == nil {
		return Expression(e)
	}
	return ByteSize(n)
}

// RatioOf is a cell of one cost over another.
func RatioOf(a, b symbolic.Expr) Cell {
	x, ok := a.Rational()
	y, known := b.Rational()
	if !ok || !known || y.Sign() == 0 {
		return Missing("")
	}
	return Quotient(new(big.Rat).Quo(x, y))
}

// ratioCell is a cost after a change over the cost before.
func ratioCell(q cost.Quantity, after, before cost.Costs) Cell {
	exact := RatioOf(after.Of(q), before.Of(q))
	if r, ok := exact.value.(ratio); ok {
		if cell, estimated := Estimated(r.Rat, max(after.Digits(q), before.Digits(q))); estimated {
			return cell
		}
	}
	return exact
}

// Difference is a cell of the difference of two values of a cost.
func differenceCell(q cost.Quantity, d *big.Rat) Cell {
	switch {
	case !d.IsInt():
		return Quotient(d)
	case q.Unit() == cost.Bytes:
		return ByteSize(d.Num())
	}
	return Int(d.Num())
}

// Change is a cell of a change of a cost, of which people see the sign.
func signed(q cost.Quantity, d *big.Rat) Cell {
	c := differenceCell(q, d)
	if d.Sign() > 0 {
		c.value = rise{c.value}
	}
	return c
}

// rise is a change upwards, before which people see a sign.
type rise struct{ value }

func (r rise) text(s Style) string {
	if s == Machine {
		return r.value.text(s)
	}
	return "+" + r.value.text(s)
}

// exact is an expression in JSON: a whole number as a number of any length, null where it is not written out, and anything
// else as text that parses back.
func exact(e symbolic.Expr) Cell {
	if n, ok := e.Integer(); ok {
		return Int(n)
	}
	if e.Err() != nil {
		return Missing("")
	}
	return Expression(e)
}

// bindings lists symbols and their values.
func bindings(list []trace.Binding) Object {
	out := Object{}
	for _, b := range list {
		out = append(out, Field{b.Name, exact(b.Value)})
	}
	return out
}

// costObject lists costs by name.
func costObject(name string, c cost.Costs, quantities []cost.Quantity) Object {
	out := Object{}
	for _, q := range quantities {
		out = append(out, Field{q.String(), Cost(name, q, c)})
	}
	return out
}

// wholeText writes a number of any length within a sentence.
func wholeText(e symbolic.Expr) string {
	if n, ok := e.Integer(); ok {
		return Thousands(n)
	}
	return e.Text()
}

// CountedSkips is how many skips there are of a kind.
func CountedSkips(k cost.KindTotal) string {
	if k.Count == 1 {
		return fmt.Sprintf("1 %s skip", k.Kind)
	}
	return fmt.Sprintf("%d %s skips", k.Count, k.Kind)
}
