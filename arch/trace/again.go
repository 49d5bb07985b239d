package trace

import (
	"math/big"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
)

// running sets what becomes of operations in the backward pass until restore is called. Operations that already run again stay
// so.
func (r *resolver) running(again arch.Again) (restore func()) {
	before := r.again
	if before == "" {
		r.again = again
	}
	return func() { r.again = before }
}

// within says in which iteration of a repeat operations lie until the function that it returns is called, where the repeat is the outermost.
func (r *resolver) within(of *Outermost, number symbolic.Expr) (restore func()) {
	before := r.iteration
	if before.Of == nil {
		r.iteration = Iteration{of, number}
	}
	return func() { r.iteration = before }
}

// againIf is the value for operations that run again if a condition holds.
func againIf(again bool) arch.Again {
	if again {
		return arch.AgainAll
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
	switch s.Again {
	case "":
		return r.step(s, in, sc, label)
	case arch.AgainInside:
		kept := r.again == ""
		restore := r.running(arch.AgainAll)
		out, nodes, ok := r.step(s, in, sc, label)
		restore()
		if ok && kept {
			surface(out, nodes)
		}
		return out, nodes, ok
	}
	defer r.running(s.Again)()
	return r.step(s, in, sc, label)
}

// surface marks the outputs of nodes as kept, those of all iterations of a repeat.
func surface(out *Value, nodes []Node) {
	for _, n := range nodes {
		switch n := n.(type) {
		case *Operation:
			if n.Output == out {
				n.Again = ""
			}
		case *Loop:
			if n.Result == out {
				surface(n.Out, n.Body)
			}
		}
	}
}

// coupled refuses steps other than couples in a reversible repeat.
func (r *resolver) coupled(steps []arch.Step) bool {
	for _, s := range steps {
		switch a := s.Do.(type) {
		case *arch.Couple:
			continue
		case *arch.Use:
			if r.coupled(a.Block.Steps) {
				continue
			}
			return false
		case *arch.If:
			if r.coupled(a.Then) && r.coupled(a.Else) {
				continue
			}
			return false
		}
		r.problem(s.Pos, "as in repeat: {times: 4, reversible: true, steps: [couple: [[layernorm, linear: c], [relu, linear: c]]]}", "a reversible repeat consists of couples, from whose result what enters can be computed")
		return false
	}
	return true
}

// couple is an additive coupling.
func (r *resolver) couple(s arch.Step, a *arch.Couple, in *Value, sc *scope, label string) (*Value, []Node, bool) {
	half := in.Shape.Width.Div(symbolic.Int(2))
	if _, constant := half.Rational(); constant && !half.IsWhole() {
		r.problem(s.Pos, "", "couple: the width %s is not two equal halves", in.Shape.Width.Text())
		return nil, nil, false
	}
	if !half.IsWhole() && !r.assume(half, Whole, "%s is a whole number", half.Text()) {
		r.problem(s.Pos, "bind the symbols it depends on to numbers", "no closed form: the width %s may not be two equal halves", in.Shape.Width.Text())
		return nil, nil, false
	}
	c := &chain{resolver: r, pos: s.Pos, label: label}
	x := [2]*Value{
		c.add("x1", "slice", values{"count": half}, in),
		c.add("x2", "slice", values{"count": half, "start": half}, in),
	}
	if c.failed {
		return nil, nil, false
	}
	read := x[1]
	for k, p := range a.Paths {
		sub := *sc
		sub.depth++
		sub.label, sub.named = join(label, [2]string{"f", "g"}[k]), false
		end, nodes, ok := r.steps(p.Steps, read, &sub)
		sc.run.enclose(sub.runs)
		if !ok {
			return nil, nil, false
		}
		if !r.halves(p.Pos, x[k], end) {
			return nil, nil, false
		}
		c.nodes = append(c.nodes, nodes...)
		x[k] = c.add([2]string{"y1", "y2"}[k], string(arch.Add), nil, x[k], end)
		read = x[k]
	}
	out := c.add("", string(arch.Concat), nil, x[0], x[1])
	return out, c.nodes, !c.failed
}

// halves refuses a path of a couple whose output does not have the shape of its half.
func (r *resolver) halves(pos arch.Pos, half, end *Value) bool {
	a, b := half.Shape, end.Shape
	fits := len(a.Extents) == len(b.Extents) && r.same(a.Width, b.Width) && r.same(a.Batch(), b.Batch())
	for k := 0; fits && k < len(a.Extents); k++ {
		fits = r.same(a.Extents[k], b.Extents[k])
	}
	if !fits {
		r.problem(pos, "both paths of a couple put out what they read, in shape", "couple: the halves differ: %s comes out of a path, and the other half is %s", b.Text(), a.Text())
	}
	return fits
}
