package trace

import (
	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
)

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
	if !half.IsWhole() && !r.assumeWhole(half) {
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
