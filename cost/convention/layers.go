package convention

import (
	"errors"

	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// Layers says what conventions charge to single operations. The zero value is of no use, see [ByLayer].
type Layers struct{ counter *counter }

// ByLayer is for the operations of a trace, written out or not.
func ByLayer(t *trace.Trace, o Options) *Layers { return &Layers{newCounter(t, o)} }

// errFolded is a layer that is no node of the graph that a convention counts.
var errFolded = errors.New("what it counts is an exported graph, in which norms are no layers of their own")

// Of is what a figure has for one operation. Over all operations, and the network's input, they add up to the figure.
func (l *Layers) Of(op *trace.Operation, f *Figure) symbolic.Expr {
	if f.parent.Folded {
		return symbolic.Failed(errFolded)
	}
	s := l.counter.classOf(op)
	return f.ofClass(s, l.counter.measure(op, s.kind), Reading{})
}
