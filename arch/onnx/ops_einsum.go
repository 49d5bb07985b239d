package onnx

import (
	"fmt"
	"slices"
	"strings"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/onnx/wire"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// An equation is that of an Einsum: the letters of the axes of each operand, and of the result. Axes that dots stand for have
// letters from firstDotted on.
type equation struct {
	operands [][]rune
	result   []rune
}

// firstDotted is the letter of the last axis that dots stand for; the one before has the next.
const firstDotted = '①'

// parseEquation reads an equation for operands of those ranks; false where the text is none.
func parseEquation(text string, ranks []int) (equation, bool) {
	left, result, said := strings.Cut(strings.ReplaceAll(text, " ", ""), "->")
	parts := strings.Split(left, ",")
	if len(parts) != len(ranks) {
		return equation{}, false
	}
	var e equation
	most := 0
	for k, part := range parts {
		letters, dotted, ok := lettersOf(part, func(plain int) int { return ranks[k] - plain })
		if !ok || len(letters) != ranks[k] {
			return e, false
		}
		most = max(most, dotted)
		e.operands = append(e.operands, letters)
	}
	if !said {
		e.result = e.implied(most)
		return e, true
	}
	var ok bool
	e.result, _, ok = lettersOf(result, func(int) int { return most })
	for k, letter := range e.result {
		ok = ok && !slices.Contains(e.result[:k], letter)
	}
	return e, ok
}

// lettersOf lists the letters of a part of an equation, with as many for its dots as count gives for a number of plain letters.
func lettersOf(part string, count func(plain int) int) (letters []rune, dotted int, ok bool) {
	before, after, dots := strings.Cut(part, "...")
	if dots {
		dotted = count(len(before) + len(after))
	}
	letters = []rune(before)
	for k := dotted - 1; k >= 0; k-- {
		letters = append(letters, firstDotted+rune(k))
	}
	letters = append(letters, []rune(after)...)
	if dotted < 0 || dotted > wire.MaxRank || len(letters) > wire.MaxRank {
		return nil, 0, false
	}
	for _, letter := range letters {
		plain := letter >= 'a' && letter <= 'z' || letter >= 'A' && letter <= 'Z'
		if !plain && letter < firstDotted {
			return nil, 0, false
		}
	}
	return letters, dotted, true
}

// implied is the result of an equation without one: the axes that dots stand for, and the letters that occur once, sorted.
func (e equation) implied(dotted int) []rune {
	var out, plain []rune
	for k := dotted - 1; k >= 0; k-- {
		out = append(out, firstDotted+rune(k))
	}
	count := map[rune]int{}
	for _, letters := range e.operands {
		for _, letter := range letters {
			count[letter]++
		}
	}
	for letter, n := range count {
		if n == 1 && letter < firstDotted {
			plain = append(plain, letter)
		}
	}
	slices.Sort(plain)
	return append(out, plain...)
}

// einsum multiplies its operands from left to right, each pair as matrices; a single operand is only summed and moved.
func (c *call) einsum() ([]*item, error) {
	ranks := make([]int, len(c.in))
	in := make([]*item, len(c.in))
	for k := range c.in {
		it, err := c.activation(k)
		if err != nil {
			return nil, err
		}
		in[k], ranks[k] = it, it.rank()
	}
	e, ok := parseEquation(c.text("equation", ""), ranks)
	if !ok || len(in) == 0 {
		return c.notKnown()
	}
	sizes, err := e.sizes(in)
	if err != nil {
		return nil, err
	}
	dims := make([]symbolic.Expr, len(e.result))
	for k, letter := range e.result {
		if dims[k], ok = sizes[letter]; !ok {
			return nil, fmt.Errorf("the letter %c of the result is in no operand", letter)
		}
	}
	for k := range in {
		if in[k], e.operands[k], err = c.diagonal(in[k], e.operands[k]); err != nil {
			return nil, err
		}
		if in[k], e.operands[k], err = c.summedAlone(in[k], e, k); err != nil {
			return nil, err
		}
	}
	out, letters := in[0], e.operands[0]
	for k := 1; k < len(in); k++ {
		pair := equation{operands: [][]rune{letters, e.operands[k]}, result: e.after(k)}
		if out, letters, err = c.contract(out, in[k], pair, sizes); err != nil {
			return nil, err
		}
	}
	return c.view(out, dims)
}

// after are the letters that the operands behind the k-th have, or the result.
func (e equation) after(k int) []rune {
	all := slices.Clone(e.result)
	for _, letters := range e.operands[k+1:] {
		all = append(all, letters...)
	}
	return all
}

// diagonal takes, of axes with the same letter, the elements with equal places on them.
func (c *call) diagonal(it *item, letters []rune) (*item, []rune, error) {
	var once []rune
	var dims []symbolic.Expr
	for k, letter := range letters {
		if !slices.Contains(once, letter) {
			once, dims = append(once, letter), append(dims, it.dims[k])
		}
	}
	if len(once) == len(letters) {
		return it, letters, nil
	}
	l := features(len(dims))
	v, err := c.layer("take", shapeArgs(l.shape(dims)), it.value)
	return &item{dims: dims, value: v, layout: l}, once, err
}

// sizes are those of the letters. An axis of 1 is stretched to what the other operand has.
func (e equation) sizes(in []*item) (map[rune]symbolic.Expr, error) {
	out := map[rune]symbolic.Expr{}
	for k, it := range in {
		for at, letter := range e.operands[k] {
			known, ok := out[letter]
			if !ok {
				known = symbolic.Int(1)
			}
			size, err := broadcast([]symbolic.Expr{known}, it.dims[at:at+1])
			if err != nil {
				return nil, err
			}
			out[letter] = size[0]
		}
	}
	return out, nil
}

// summedAlone sums an operand over the axes that neither the result nor another operand has.
func (c *call) summedAlone(it *item, e equation, k int) (*item, []rune, error) {
	gone := map[int]bool{}
	var left []rune
	for at, letter := range e.operands[k] {
		shared := slices.Contains(e.result, letter)
		for other := range e.operands {
			shared = shared || other != k && slices.Contains(e.operands[other], letter)
		}
		if gone[at] = !shared; shared {
			left = append(left, letter)
		}
	}
	if len(left) == it.rank() {
		return it, left, nil
	}
	out, err := c.reduced(it, gone, false)
	return first(out), left, err
}

// contract multiplies two operands as a stack of matrices, whose letters are those that both have and the result keeps; the result
// has these, the rows of the first and the columns of the second.
func (c *call) contract(a, b *item, e equation, sizes map[rune]symbolic.Expr) (*item, []rune, error) {
	left, right := e.operands[0], e.operands[1]
	var stack, rows, inner, columns []rune
	for _, letter := range left {
		switch inRight, kept := slices.Contains(right, letter), slices.Contains(e.result, letter); {
		case inRight && kept:
			stack = append(stack, letter)
		case inRight:
			inner = append(inner, letter)
		default:
			rows = append(rows, letter)
		}
	}
	for _, letter := range right {
		if !slices.Contains(left, letter) {
			columns = append(columns, letter)
		}
	}
	x, err := c.stretchedTo(a, left, sizes)
	if err != nil {
		return nil, nil, err
	}
	y, err := c.stretchedTo(b, right, sizes)
	if err != nil {
		return nil, nil, err
	}
	all, k := elementsOf(stack, sizes), elementsOf(inner, sizes)
	if x, err = c.matrices(x, all, elementsOf(rows, sizes), k); err != nil {
		return nil, nil, err
	}
	if y, err = c.matrices(y, all, k, elementsOf(columns, sizes)); err != nil {
		return nil, nil, err
	}
	out, err := c.merge(arch.MatMul, x, y)
	if err != nil {
		return nil, nil, err
	}
	letters := slices.Concat(stack, rows, columns)
	it, err := c.seenAs(out, sizesOf(letters, sizes))
	return it, letters, err
}

// sizesOf are those of some letters.
func sizesOf(letters []rune, sizes map[rune]symbolic.Expr) []symbolic.Expr {
	out := make([]symbolic.Expr, len(letters))
	for k, letter := range letters {
		out[k] = sizes[letter]
	}
	return out
}

func elementsOf(letters []rune, sizes map[rune]symbolic.Expr) symbolic.Expr {
	return symbolic.Product(sizesOf(letters, sizes)...)
}

// stretchedTo is an operand with the sizes of its letters.
func (c *call) stretchedTo(it *item, letters []rune, sizes map[rune]symbolic.Expr) (*trace.Value, error) {
	dims := sizesOf(letters, sizes)
	if same(dims, it.dims) {
		return it.value, nil
	}
	return c.spread(it, dims, features(len(dims)))
}
