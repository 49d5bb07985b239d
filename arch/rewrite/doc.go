// Package rewrite finds the skips of a written-out trace and makes the trace with other skips or other widths.
//
// [Skips] finds the merges whose operands share an origin: what is jumped over, how far, and what waits meanwhile. An [Editor]
// rewrites them, each with an [Edit]: add becomes concat, concat becomes add, either becomes a dense link, or the skip is cut;
// layers keep their widths except where one must follow, and edits that make no sense come back as a [Refusal]. A [Scaler]
// makes all widths larger or smaller by a common factor. Both settle anew which layers share weights.
//
// [Flatten] writes a trace as a network again: a plain list of steps that resolves to the same operations.
package rewrite
