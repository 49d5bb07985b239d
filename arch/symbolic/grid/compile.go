package grid

import (
	"math/big"

	"github.com/skipcost/skipcost/arch/symbolic"
)

// Program is expressions, compiled for a grid. It never changes: any number of readers may run over it at once.
type Program struct {
	axes  []Axis
	exprs []symbolic.Expr
	home  []place // where each expression is computed
	words *code[int64]
	pairs *code[Wide]
}

// place is an expression's arithmetic and its number there.
type place struct {
	width width
	at    int
}

// width is how an expression is computed.
type width int

// The widths, fastest first: machine words, pairs of them, and the expression itself.
const (
	word width = iota
	pair
	exact
)

// bits is the number of bits of the magnitudes that a width holds.
func (w width) bits() int { return map[width]int{word: 63, pair: 126}[w] }

// Compile prepares expressions for a grid, of which no axis is empty. Every symbol in them must be an axis; else their values
// carry the error that it is unbound.
func Compile(axes []Axis, exprs []symbolic.Expr) *Program {
	if len(axes) == 0 {
		axes = []Axis{List("", 0)}
	}
	p := &Program{axes: axes, exprs: exprs, home: make([]place, len(exprs))}
	var byWidth [exact][]polynomial
	pool := newPool(axes)
	for k, e := range exprs {
		made, ok := pool.polynomial(e)
		w := exact
		if ok {
			w = made.width
		}
		if p.home[k].width = w; w == exact {
			continue
		}
		p.home[k].at = len(byWidth[w])
		byWidth[w] = append(byWidth[w], made)
	}
	p.words = newCode(words{}, pool, byWidth[word])
	p.pairs = newCode(pairs{}, pool, byWidth[pair])
	return p
}

// Axes are those of the grid; there is always one.
func (p *Program) Axes() []Axis { return p.axes }

// variable is what polynomials are made of: an axis, or a function of polynomials.
type variable struct {
	level int      // the axis with which the value changes
	bound *big.Int // of its magnitude, at least 1
	width width    // that it takes to compute
	is    function // nil for an axis
}

// function computes a variable from the polynomials it reads.
type function struct {
	rounds   bool     // ⌊·⌋
	extreme  bool     // of several
	greatest bool     // of extremes
	base     *big.Int // of a power; nil for other functions
	reads    []polynomial
}

// polynomial is Σ coefficient·Π variable^power, over a denominator.
type polynomial struct {
	terms       []product
	denominator int64
	level       int      // of its innermost variable
	bound       *big.Int // of the numerator, of every partial sum and of every partial product
	width       width
}

type product struct {
	coefficient *big.Int
	powers      map[int]int // by variable
}
