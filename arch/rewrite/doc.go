// Package rewrite finds the links of a written-out trace, its skips among them, and makes the trace with other links or other
// widths.
//
// A [Link] is an operand that comes to a merge beside its trunk: it says from where, over how many layers, and which tensor is
// held meanwhile. An [Editor] finds the links of a trace and rewrites them, each with an [Edit]: add becomes concat, concat
// becomes add, either becomes a dense link, or it is cut. Layers keep their widths except where one must follow another, and
// edits that make no sense come back as a [Refusal]. A [Scaler] makes all widths larger or smaller by a common factor. Both
// settle anew which layers share weights.
//
// A rewritten trace can be written as a network again. [Rewriting.Network] makes the same edits in the network that the trace was
// resolved from, so that symbols, blocks and repeats stay. [Flatten] writes a trace as a plain list of steps that resolves to the
// same operations.
//
// It imports package trace and what is below it; it knows no costs, so that a caller who wants links with costs passes a function
// for the multiply-accumulates ([MACs]).
package rewrite
