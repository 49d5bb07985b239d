package flow

import "github.com/skipcost/skipcost/arch/trace"

// passing is in how many ways an activation passes an operation, and how many weight layers each of them has: one way of one
// layer through a weight layer, one of none through everything else, once for each operand. Attention is written out: the
// query, the key and the value each lead through their own product and the one behind. A gated cell leads through a product for
// each gate, and both directions through their own.
func passing(op *trace.Operation) (ways Number, layers int64) {
	switch {
	case !op.Kind.WeightLayer():
		return whole(1), 0
	case op.Args.Has("heads"):
		return whole(3), 2
	case op.Args.Has("directions"):
		return whole(gates(op.Kind.Name)).mul(exactly(op.Args.Value("directions"))), 1
	}
	return whole(1), 1
}

// gates is how many products of a recurrent cell read what comes in.
func gates(kind string) int64 {
	switch kind {
	case "gru":
		return 3
	case "lstm":
		return 4
	}
	return 1
}
