package rewrite

import (
	"slices"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/trace"
)

// current is the new form of a tensor; nil if it is not made yet.
func (w *rewriter) current(v *trace.Value) *trace.Value {
	if now, ok := w.now[v]; ok || w.differs == nil {
		return now
	}
	return w.differs.kept(v)
}

// maker is the operation that makes a tensor now; nil for an input.
func (w *rewriter) maker(v *trace.Value) *trace.Operation {
	if w.differs != nil && w.differs.made[v.Producer] != nil {
		return w.differs.made[v.Producer]
	}
	return v.Producer
}

// extends is the concat of a list that an operation goes on to list, where both still are concats.
func (w *rewriter) extends(op *trace.Operation, kind *arch.Kind) *trace.Value {
	v := w.current(op.Extends)
	if v == nil || !kind.Concat() || v.Producer == nil || v.Producer.Kind != kind {
		return nil
	}
	return v
}

// initial is the output of an operation at initialisation, after the edits; nil where that was a path that is cut.
func (w *rewriter) initial(op *trace.Operation) *trace.Initial {
	of := w.current(op.Initial.Of)
	if k := slices.Index(op.Inputs, op.Initial.Of); of == nil || slices.Contains(w.cut[op], k) {
		return nil
	}
	return &trace.Initial{Of: of, Times: op.Initial.Times}
}

// operands are the tensors that an operation reads now, and the number of paths that they are: those of an earlier concat are
// one. A concat that lists the operands of an earlier concat again still does so if that remains a concat; any other operation
// reads the output of what the earlier concat became.
func (w *rewriter) operands(op *trace.Operation) (inputs []*trace.Value, ways int) {
	var again []int // in order
	var earlier *trace.Value
	if w.links != nil && op.Kind.Joins {
		again, earlier = w.links.again(op)
	}
	cut, ahead := w.cut[op], again
	for k, in := range op.Inputs {
		listed := len(ahead) > 0 && k == ahead[0]
		if listed {
			ahead = ahead[1:]
		}
		switch {
		case slices.Contains(cut, k) || listed && k != again[0]:
			continue
		case !listed:
			inputs = append(inputs, w.current(in))
		default:
			inputs = append(inputs, w.relisted(op, w.current(earlier), len(cut)+len(again) < len(op.Inputs))...)
		}
		ways++
	}
	return inputs, ways
}

// relisted is the new form of a concat, for a concat that lists its operands again: these operands, if the earlier concat still
// joins them and there are others to join them with.
func (w *rewriter) relisted(op *trace.Operation, earlier *trace.Value, others bool) []*trace.Value {
	_, edited := w.edits[op]
	concat := w.maker(earlier)
	if !others || edited || concat == nil || !concat.Kind.Joins {
		return []*trace.Value{earlier}
	}
	return concat.Inputs
}
