package cost

import (
	"slices"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/trace"
)

// Reading is a short description of a network, by which a person sees at once whether it is the intended one.
type Reading struct {
	Input, Output arch.Shape
	WeightLayers  int // products with learned weights; recurrent and attention layers count as those that they are written out in
	Skips         int
	Unread        []*trace.Operation // what nothing reads of that which is learned, mostly a mistake in the file
}

// Read describes a trace that is written out.
func Read(t *trace.Trace) *Reading {
	r := &Reading{Input: t.Input.Shape, Output: t.Output.Shape, Unread: idleWork(t)}
	links := Editor(t)
	r.Skips, r.WeightLayers = len(links.Skips()), links.WeightLayers()
	return r
}

// idleWork lists the operations that nothing reads and by which weights are counted as trained that no gradient reaches, as they
// stand in a network file. Sources and views do nothing; of a graph only what is read was taken in.
func idleWork(t *trace.Trace) []*trace.Operation {
	learned := map[*trace.Value]bool{}
	for _, op := range t.Operations() {
		learned[op.Output] = op.Kind.Learns() || slices.ContainsFunc(op.Inputs, func(in *trace.Value) bool {
			return slices.ContainsFunc(in.Tensors(), func(v *trace.Value) bool { return learned[v] })
		})
	}
	return slices.DeleteFunc(t.Unread(), func(op *trace.Operation) bool {
		return op.Pos.Line == 0 || op.Kind.Source || op.Kind.Reshapes || !learned[op.Output]
	})
}
