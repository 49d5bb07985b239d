package grid

import (
	"math/big"
	"slices"
)

// code is the polynomials of one width with the variables they need, laid out axis by axis.
type code[T any] struct {
	lane      lane[T]
	axes      int
	polys     []folded[T] // those that functions read, and behind them the results
	results   []int       // the numbers of the results, in their order
	functions [][]call[T] // by axis, in the order in which they are computed
	variables int
}

// call computes a variable from polynomials.
type call[T any] struct {
	variable int
	function
	polys []int
	table []T // of powers
}

// folded is a polynomial that shrinks axis by axis: once the variables of an axis are bound, terms that differ only in them
// become one.
type folded[T any] struct {
	level       int
	denominator int64
	first       []T      // the coefficients before any axis is bound
	folds       [][]fold // by axis but the last, a fold for each term
	left        []int    // how many terms are left behind each of these axes
	groups      []group  // what is left for the last axis
}

// fold adds a term, times the variables of an axis, to one of the next axis.
type fold struct {
	to      int
	factors []factor
}

// factor is a power of a variable.
type factor struct{ variable, power int }

// group is the remaining terms with the same functions: a polynomial in the last axis times those functions.
type group struct {
	terms   []int // by the power of the axis; −1 where there is none
	factors []factor
}

func newCode[T any](l lane[T], p *pool, results []polynomial) *code[T] {
	c := &code[T]{lane: l, axes: len(p.axes), functions: make([][]call[T], len(p.axes)), variables: len(p.variables)}
	if len(results) == 0 {
		return c
	}
	needed := map[int]bool{}
	for _, r := range results {
		p.need(r, needed)
	}
	for v, of := range p.variables {
		if v < len(p.axes) || !needed[v] {
			continue
		}
		made := call[T]{variable: v, function: of.is}
		for _, read := range of.is.reads {
			made.polys = append(made.polys, c.add(p, read))
		}
		if of.is.base != nil {
			made.table = powers(l, of.is.base, of.is.reads[0].bound)
		}
		c.functions[of.level] = append(c.functions[of.level], made)
	}
	for _, r := range results {
		c.results = append(c.results, c.add(p, r))
	}
	return c
}

// need marks the functions that a polynomial is made of, and theirs.
func (p *pool) need(of polynomial, needed map[int]bool) {
	for _, t := range of.terms {
		for v := range t.powers {
			if needed[v] {
				continue
			}
			needed[v] = true
			for _, read := range p.variables[v].is.reads {
				p.need(read, needed)
			}
		}
	}
}

// powers lists base^0 … base^most.
func powers[T any](l lane[T], base, most *big.Int) []T {
	out := []T{l.word(1)}
	for n := big.NewInt(1); n.Cmp(most) <= 0; n.Add(n, big.NewInt(1)) {
		out = append(out, l.of(new(big.Int).Exp(base, n, nil)))
	}
	return out
}

// add lays a polynomial out and returns its number.
func (c *code[T]) add(p *pool, of polynomial) int {
	f := folded[T]{level: of.level, denominator: of.denominator}
	rest := make([]map[int]int, len(of.terms))
	for k, t := range of.terms {
		f.first = append(f.first, c.lane.of(t.coefficient))
		rest[k] = t.powers
	}
	for axis := range c.axes - 1 {
		var folds []fold
		var next []map[int]int
		for _, powers := range rest {
			now, later := p.split(powers, axis)
			to := slices.IndexFunc(next, func(m map[int]int) bool { return equal(m, later) })
			if to < 0 {
				to, next = len(next), append(next, later)
			}
			folds = append(folds, fold{to, now})
		}
		f.folds, f.left, rest = append(f.folds, folds), append(f.left, len(next)), next
	}
	f.groups = p.group(rest, c.axes-1)
	c.polys = append(c.polys, f)
	return len(c.polys) - 1
}

// split separates the variables of an axis from those of later ones.
func (p *pool) split(powers map[int]int, axis int) (now []factor, later map[int]int) {
	later = map[int]int{}
	for v, power := range powers {
		if p.variables[v].level == axis {
			now = append(now, factor{v, power})
		} else {
			later[v] = power
		}
	}
	slices.SortFunc(now, func(a, b factor) int { return a.variable - b.variable })
	return now, later
}

func equal(a, b map[int]int) bool {
	if len(a) != len(b) {
		return false
	}
	for v, power := range a {
		if b[v] != power {
			return false
		}
	}
	return true
}

// group gathers the terms that are left for the last axis by their functions.
func (p *pool) group(rest []map[int]int, last int) []group {
	var out []group
	for k, powers := range rest {
		functions := map[int]int{}
		for v, power := range powers {
			if v != last {
				functions[v] = power
			}
		}
		factors, _ := p.split(functions, last)
		at := slices.IndexFunc(out, func(g group) bool { return slices.Equal(g.factors, factors) })
		if at < 0 {
			at, out = len(out), append(out, group{factors: factors})
		}
		for len(out[at].terms) <= powers[last] {
			out[at].terms = append(out[at].terms, -1)
		}
		out[at].terms[powers[last]] = k
	}
	return out
}
