// Package trace resolves networks: it says what shapes flow through them.
//
// [Resolve] binds the symbols it is given and runs the shape rules once over the tree of steps. The result, a [Trace], is the
// same network with every dimension filled in: numbers where all symbols are bound, expressions where some are free. Its nodes
// are operations, which read and make tensors ([Operation], [Value]), and loops. A repeat stays one [Loop] whose shapes are
// expressions of its index, found by solving the recurrence c ← a·c + b of the width, so that a billion layers cost what one
// costs; with [Options].Unroll it is written out instead, and the trace is the graph.
//
// [Trace.Unrolled] writes the loops of a trace out, [Trace.Abbreviated] only the iterations that matter for a maximum. A
// [Builder] resolves while a network is written down, operation by operation, for readers of graphs, and [Trace.Bind] binds the
// symbols of what it made; a [Rerun] runs the shape rules over the operations of a trace again, for what changes some of them. Two things are kept with each operation because
// only resolving knows them: whose weights it shares, and which list of tensors a concat goes on to list.
package trace
