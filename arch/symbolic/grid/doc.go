// Package grid evaluates exact expressions at every point of a grid of whole numbers, a row of points at a time.
//
// An expression is compiled for a grid once: a polynomial in the axes, with its roundings, extremes and powers as further variables.
// A bound over the whole grid then says which arithmetic can compute it without ever overflowing: machine words, pairs of them, or
// the exact expression itself, point by point. All three give the same numbers; the first two are a thousand times as fast.
//
// The axes but the last are bound one by one, and the polynomial shrinks with each; along the last axis what is left is computed in
// columns (Horner's rule), so that the work for a point is a few multiplications.
package grid
