package flow

import (
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// passing is in how many ways an activation passes an operation, and how many weight layers each of them has: one way of one
// layer through a weight layer, one of none through everything else, once for each operand. Attention is written out: the
// query, the key and the value each lead through their own product and the one behind. A gated cell leads through a product for
// each gate, and both directions through their own.
func passing(op *trace.Operation) (ways Number, layers int64) {
	layers = int64(op.Kind.WeightLayers)
	switch {
	case layers == 0:
		return whole(1), 0
	case op.Args.Has("heads"):
		return whole(3), layers
	case op.Args.Has("directions"):
		return exactly(gates(op).Mul(op.Args.Value("directions"))), layers
	}
	return whole(1), layers
}

// gates is how many products of a recurrent cell read what comes in: the rows of its weights over its units.
func gates(op *trace.Operation) symbolic.Expr {
	rows := op.Kind.Weights(op.Inputs[0].Shape, op.Output.Shape, op.Args)[0][0]
	return rows.Div(op.Args.Value("out")).Div(op.Args.Value("directions"))
}
