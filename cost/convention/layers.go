package convention

import (
	"errors"

	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// Layers says what conventions charge to single operations. The zero value is of no use, see [ByLayer].
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

// Of is what a figure has for one operation. Over all operations, and the network's input, they add up to the figure. Figures of
// one operation asked one after the other cost one measurement.
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
