// Package arch describes neural networks as data and says what shapes flow through them.
//
// A [Network] is a tree of steps: layers, uses of blocks, merges of paths (add, concat, multiply, mean; the identity is
// the empty path), repeats and side heads. Every number in it is an exact expression ([symbolic.Expr]), in which c is the
// incoming width and i the index of the innermost repeat.
//
// [Resolve] binds the symbols it is given and runs the shape rules once over the tree. The result, a [Trace], is the same
// network with every dimension filled in: numbers where all symbols are bound, expressions where some are free. A repeat
// stays one [Loop] whose shapes are expressions of its index, found by solving the recurrence c ← a·c + b of the width, so
// that a billion layers cost what one costs; with [Options].Unroll it is written out instead, and the trace is the graph.
//
// Shapes are channels first, then 0 to 3 spatial extents; the batch is no part of them.
package arch
