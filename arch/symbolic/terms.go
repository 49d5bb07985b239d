package symbolic

import "math/big"

// Term is a coefficient times powers of atoms; a constant has no factors.
type Term struct {
	Coefficient *big.Rat
	Factors     []Factor
}

// Factor is a power, other than 0, of an atom.
type Factor struct {
	Atom  Atom
	Power int
}

// Atom is what terms are made of: a symbol, or a function that arithmetic does not look into.
type Atom struct{ of *atom }

// Key tells atoms apart: those of one key are equal.
func (a Atom) Key() string { return a.of.key }

// Visit tells the visitor what the atom is.
func (a Atom) Visit(v Visitor) { a.of.visit(v) }

// Visitor is told of an atom what it is, in the method of its kind.
type Visitor interface {
	Symbol(name string)
	Floor(inside Expr)                    // ⌊inside⌋
	Extreme(greatest bool, args []Expr)   // the greatest or the least of the arguments
	Power(base *big.Rat, exponent Expr)   // base^exponent
	Divisor(sum Expr)                     // a sum, of which factors have negative powers
	Running(step, from *big.Rat, to Expr) // Π_{j=from…to} (1 + step/j)
	Harmonic(from *big.Rat, to Expr)      // Σ_{j=from…to} 1/j
}

// Terms lists the terms of an expression, the constant first unless it is 0. An expression that carries an error has none.
func (e Expr) Terms() []Term {
	var out []Term
	if c := e.constant(); !c.isZero() && e.Err() == nil {
		out = append(out, Term{Coefficient: new(big.Rat).Set(c.rat())})
	}
	for _, t := range e.terms() {
		term := Term{Coefficient: new(big.Rat).Set(t.coef.rat())}
		for _, f := range t.mono.factors {
			term.Factors = append(term.Factors, Factor{Atom{f.atom}, f.power})
		}
		out = append(out, term)
	}
	return out
}

func (s symbol) visit(v Visitor)  { v.Symbol(s.name) }
func (r floor) visit(v Visitor)   { v.Floor(r.inside) }
func (x extreme) visit(v Visitor) { v.Extreme(x.which == maximum, x.args) }
func (p power) visit(v Visitor)   { v.Power(new(big.Rat).Set(p.base.rat()), p.exponent) }
func (d divisor) visit(v Visitor) { v.Divisor(d.sum) }
func (p running) visit(v Visitor) {
	v.Running(new(big.Rat).Set(p.step.rat()), new(big.Rat).Set(p.from.rat()), p.to)
}
