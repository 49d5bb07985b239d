// Package trace resolves networks: it finds the shapes of their tensors. It imports package arch and what is below it.
//
// [Resolve] binds the symbols it is given and runs the shape rules once over the tree of steps. The result, a [Trace], is the
// same network with every dimension filled in: numbers where all symbols are bound, expressions where some are free. Its nodes
// are operations, which read and make tensors ([Operation], [Value]), and loops. A repeat stays one [Loop] whose shapes are
// expressions of its index, found by solving the recurrence c ← a·c + b of the width, so that a billion layers cost what one
// costs; with [Options].Unroll it is written out instead, and the trace is the graph.
//
// [Trace.Unrolled] writes the loops of a trace out, [Trace.Abbreviated] only the iterations that matter for a maximum. A
// [Builder] resolves a network while it is made operation by operation, for readers of graphs, and [Trace.Bind] binds the
// symbols of its trace; a [Rerun] runs the shape rules over the operations of a trace again, where some of them have changed.
// Two facts are stored with each operation because only resolving knows them: whose weights it shares, and which list of
// tensors a concat extends.
package trace
