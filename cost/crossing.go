package cost

import (
	"errors"
	"slices"

	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// errPerLayer is the error where a quantity of the places between layers is asked of a network.
var errPerLayer = errors.New("there is one for each layer, and none for the network")

// crossingBytes is a row of quantities: the bytes that cross a cut right behind a layer, as from one stage of a pipeline to the
// next. A tensor crosses every cut from the layer that makes it up to its last reader; an output of the network crosses all
// cuts behind it. Layers that only run while training count as readers too.
func crossingBytes(c *counter, t *trace.Trace) whole {
	if !c.options.Layers || t.HasLoops() {
		return failed(errPerLayer)
	}
	ops := t.Operations()
	until := map[*trace.Value]int{}
	for k, op := range ops {
		for _, in := range op.Inputs {
			until[in] = k
		}
	}
	for _, v := range append(slices.Clone(t.Outputs), t.Output) {
		until[v] = len(ops)
	}
	size := func(v *trace.Value) symbolic.Expr { return v.Shape.AllElements().Mul(c.batch).Mul(c.types.of(v)) }
	end := make([]symbolic.Expr, len(ops)+1) // of the bytes that each layer is the last to read
	for v, k := range until {
		end[k] = end[k].Add(size(v))
	}
	crossing := symbolic.Expr{}
	if _, read := until[t.Input]; read {
		crossing = size(t.Input)
	}
	w := whole{total: symbolic.Failed(errPerLayer), input: crossing}
	behind := make(map[*trace.Operation]symbolic.Expr, len(ops))
	for k, op := range ops {
		if _, read := until[op.Output]; read {
			crossing = crossing.Add(size(op.Output))
		}
		crossing = crossing.Sub(end[k])
		behind[op] = crossing
	}
	w.share = func(op *trace.Operation) symbolic.Expr { return behind[op] }
	return w
}
