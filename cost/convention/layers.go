package convention

import (
	"errors"

	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// Layers is the charges of conventions to single operations. The zero value is of no use, see [ByLayer].
type Layers struct {
	counter *counter
	last    measured
}

// measured is an operation with what all figures weigh of it.
type measured struct {
	op    *trace.Operation
	class class
	sums  sums
}

// ByLayer is for the operations of a trace, written out or not.
func ByLayer(t *trace.Trace, o Options) *Layers { return &Layers{counter: newCounter(t, o)} }

// errFolded is a layer that is no node of the graph that a convention counts.
var errFolded = errors.New("what it counts is an exported graph, in which norms are no layers of their own")

// Of is the part of a figure for one operation. The parts of all operations, and of the network's input, add up to the figure.
// The operation is only measured once for several figures in a row.
func (l *Layers) Of(op *trace.Operation, f *Figure) symbolic.Expr {
	if f.parent.Folded {
		return symbolic.Failed(errFolded)
	}
	if l.last.op != op {
		s := l.counter.classOf(op)
		l.last = measured{op, s, l.counter.measure(op, s.kind)}
	}
	return f.ofClass(l.last.class, l.last.sums, Reading{})
}
