package rewrite

import (
	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// share settles, after a rewrite, who owns the weights that operations share: operations with as many weights as before keep
// their owner if it is still there with as many, too. The others use the weights of the first operation of their group that has
// as many, or become owners themselves if there is none. was is the operation before the rewrite for each one after it.
func share(ops []*trace.Operation, was map[*trace.Operation]*trace.Operation) {
	unchanged := map[*trace.Operation]*trace.Operation{} // by what they were
	groups := map[*trace.Operation][]*trace.Operation{}  // those that count, by the owner that they had
	for _, op := range ops {
		old := was[op]
		if old == nil || !op.Kind.Learns() {
			continue
		}
		same := op.WeightElements().Equal(old.WeightElements())
		owner := old.Owner
		if owner == nil {
			owner = old
		}
		switch {
		case same && old.Owner != nil && unchanged[owner] != nil:
			op.Owner = unchanged[owner]
		case old.Owner == nil && (same || !old.Shared()): // has its own weights, or shares those of an unknown layer
		default:
			own(op, groups[owner])
		}
		if !op.Shared() {
			groups[owner] = append(groups[owner], op)
			if same && old == owner {
				unchanged[old] = op
			}
		}
	}
}

// own gives an operation weights of its own, or those of the first of others that has as many.
func own(o *trace.Operation, others []*trace.Operation) {
	o.Owner = nil
	for _, other := range others {
		if other.WeightElements().Equal(o.WeightElements()) {
			o.Owner = other
		}
	}
	if o.Args.Has(arch.Shared) {
		o.Args = o.Args.With(map[string]symbolic.Expr{arch.Shared: symbolic.Int(0)}).WithoutWord(arch.Shared)
	}
}
