package trace

import (
	"math/big"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
)

// recomputing sets what becomes of operations in the backward pass until restore is called. Operations that already run again stay
// so.
func (r *resolver) recomputing(what arch.Recomputation) (restore func()) {
	before := r.recompute
	if before == "" {
		r.recompute = what
	}
	return func() { r.recompute = before }
}

// within says in which iteration of a repeat operations lie until the function that it returns is called, where the repeat is the outermost.
func (r *resolver) within(of *Outermost, number symbolic.Expr) (restore func()) {
	before := r.iteration
	if before.Of == nil {
		r.iteration = Iteration{of, number}
	}
	return func() { r.iteration = before }
}

// recomputeIf is the value for operations that are recomputed if a condition holds.
func recomputeIf(condition bool) arch.Recomputation {
	if condition {
		return arch.RecomputeAll
	}
	return ""
}

// surviving sets the share of training steps in which operations run, until restore is called.
func (r *resolver) surviving(e arch.Expression, in *Value, sc *scope) (restore func(), ok bool) {
	before := r.survives
	share, ok := r.evaluate(e, in, sc)
	if !ok {
		return nil, false
	}
	if q, constant := share.Rational(); constant && (q.Sign() <= 0 || q.Cmp(big.NewRat(1, 1)) > 0) {
		r.problem(e.Pos, "", "survives is %s, but must be above 0 and at most 1", share.Text())
		return nil, false
	}
	if r.survives = share; !before.IsZero() {
		r.survives = before.Mul(share)
	}
	return func() { r.survives = before }, true
}

// marked runs a step with its settings for training.
func (r *resolver) marked(s arch.Step, in *Value, sc *scope, label string) (*Value, []Node, bool) {
	if s.Survives != nil {
		restore, ok := r.surviving(*s.Survives, in, sc)
		if !ok {
			return nil, nil, false
		}
		defer restore()
	}
	switch s.Recompute {
	case "":
		return r.step(s, in, sc, label)
	case arch.RecomputeInside:
		kept := r.recompute == ""
		restore := r.recomputing(arch.RecomputeAll)
		out, nodes, ok := r.step(s, in, sc, label)
		restore()
		if ok && kept {
			surface(out, nodes)
		}
		return out, nodes, ok
	}
	defer r.recomputing(s.Recompute)()
	return r.step(s, in, sc, label)
}

// surface marks the outputs of nodes as kept, those of all iterations of a repeat. What their layers keep beside them lies inside.
func surface(out *Value, nodes []Node) {
	for _, n := range nodes {
		switch n := n.(type) {
		case *Operation:
			if n.Output == out {
				n.Recompute = arch.RecomputeInside
			}
		case *Loop:
			if n.Result == out {
				surface(n.Out, n.Body)
			}
		}
	}
}
