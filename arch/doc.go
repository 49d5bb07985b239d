// Package arch describes neural networks as data.
//
// A [Network] is a tree of steps: layers, uses of blocks, merges of paths (add, concat, multiply, mean; the identity is
// the empty path), repeats and side heads. Every number in it is an exact expression ([symbolic.Expr]), in which c is the
// incoming width and i the index of the innermost repeat.
//
// A [Kind] has the parameters of a layer or merge, its shape rule with what that demands ([Demand]), and the facts about it that
// other packages ask for; [Args] are the arguments of one operation with all defaults filled in. A [LinkPattern] says which earlier
// iterations an iteration of a repeat reads, a [Gathering] which of them come out of the repeat.
//
// A [Shape] is channels first, then 0 to 3 spatial extents; the batch is no part of it. [Problems] is the error of
// everything that reads a network: each [Problem] with its place in a [File].
package arch
