// Package symbolic computes with exact expressions: sums of monomials with rational coefficients over symbols, in which
// powers r^n of a rational r with a symbolic exponent and roundings ⌊·⌋, ⌈·⌉ count as symbols too.
//
// Everything is exact (math/big underneath) and canonical: equal polynomials are equal term for term, and what cancels is
// gone. On top of arithmetic there are substitution, evaluation, sums over an index with symbolic bounds
// ([Expr.SumOver]), linear recurrences ([SolveRecurrence]) and leading orders ([Expr.Order]).
//
// Printing, as text, LaTeX or MathML, factors the way people write: N²·L·(L−1)/2 for what is held as L²N²/2 − LN²/2. [Parse] reads the ASCII form
// back.
//
// Symbols stand for whole numbers, those of [Fraction] for any rational, and exponents for numbers of repeats, so never
// negative. These are the only assumptions; the rounding of an expression that is whole under them is the expression.
package symbolic
