// Package rewrite finds the links of a written-out trace, its skips among them, and makes the trace with other links or other
// widths.
//
// A [Link] is an operand that comes to a merge beside its trunk: it says from where, over how many layers, and which tensor is held
// meanwhile. An [Editor] finds the links of a trace and rewrites them, each with an [Edit]: add becomes concat, concat becomes add, either becomes a dense link, or it is cut;
// layers keep their widths except where one must follow, and edits that make no sense come back as a [Refusal]. A [Scaler]
// makes all widths larger or smaller by a common factor. Both settle anew which layers share weights.
//
// What has become of a trace can be written as a network again. [Rewriting.Network] tells the edits of the network that the trace
// was made from, so that symbols, blocks and repeats stay; what it is and what it rests on is said there. [Flatten] writes a trace as
// a plain list of steps that resolves to the same operations.
package rewrite
