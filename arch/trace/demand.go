package trace

import (
	"slices"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
)

// demand refuses operations in loops of a finished trace whose shape rules do not allow some iteration, and assumes what the rules
// demand of free symbols. Where all is a number, the rule was asked when the operation was made.
func (r *resolver) demand(t *Trace) {
	if len(t.Free) > 0 || t.HasLoops() {
		r.demandOf(t.Body, nil)
	}
}

func (r *resolver) demandOf(nodes []Node, around Spans) {
	for _, n := range nodes {
		switch n := n.(type) {
		case *Loop:
			r.demandOf(n.Body, append(around[:len(around):len(around)], Span{Index: n.Index, Times: n.Times}))
		case *Operation:
			r.wholeArguments(n, around)
			shapes := r.shapesOf(n.Inputs)
			for _, d := range n.Kind.Demands(shapes, n.Args) {
				if !d.Is.Sure(d.About) && !r.met(n, shapes, d, around) {
					break
				}
			}
		}
	}
}

// wholeArguments assumes that counts and sizes are whole in all iterations of the loops around.
func (r *resolver) wholeArguments(op *Operation, around Spans) {
	for _, p := range op.Kind.Parameters {
		if !p.Type.Counts() {
			continue
		}
		for _, v := range op.Args.Axes(p.Name) {
			if v.IsWhole() {
				continue
			}
			for _, at := range around.corners(v, Span.decisive) {
				end := v.Substitute(at)
				if !r.whole(op.Pos, op.Kind.Name+": "+p.Name, end, 0) {
					return
				}
				if !end.IsWhole() {
					r.assumeWhole(end)
				}
			}
		}
	}
}

// met assumes what an operation demands in all iterations of the loops around, and refuses it where one is known not to allow it.
func (r *resolver) met(op *Operation, shapes []arch.Shape, d arch.Demand, around Spans) bool {
	pick := Span.ends
	if d.Is == arch.Whole {
		pick = Span.decisive
	}
	corners := around.corners(d.About, pick)
	if len(corners) == 0 {
		r.assume(d.About, d.Is, "%s", d.Text())
		return true
	}
	for _, at := range corners {
		args, _ := op.Args.Substitute(at)
		here := make([]arch.Shape, len(shapes))
		for k, s := range shapes {
			here[k] = s.Substitute(at)
		}
		if _, f := op.Kind.Shape(here, args); f != nil {
			r.refuse(op, f)
			return false
		}
		for _, d := range op.Kind.Demands(here, args) {
			if !d.Is.Sure(d.About) {
				r.assume(d.About, d.Is, "%s", d.Text())
			}
		}
	}
	return true
}

// refuse reports why the shape rule of an operation refuses its inputs.
func (r *resolver) refuse(op *Operation, f *arch.Fault) {
	if op.Pos == (arch.Pos{}) {
		r.at = op.Name
	}
	r.problem(op.Pos, f.Hint, "%s: %s", op.Kind.Name, f.Message)
}

// needed leaves assumptions out that follow from others, such as that N/2 is whole where N/4 is.
func needed(all []Assumption) []Assumption {
	var out []Assumption
	for _, a := range all {
		if a.Is != arch.Whole {
			out = append(out, a)
			continue
		}
		a.About = rest(a.About, out)
		follows := func(b Assumption) bool { return b.Is == arch.Whole && a.About.Div(b.About).IsWhole() }
		if arch.Whole.Sure(a.About) || slices.ContainsFunc(out, follows) {
			continue
		}
		a.Text = arch.WholeText(a.About)
		out = slices.DeleteFunc(out, func(b Assumption) bool { return b.Is == arch.Whole && b.About.Div(a.About).IsWhole() })
		out = append(out, a)
	}
	return out
}

// rest is what must be whole of an expression where other expressions are.
func rest(e symbolic.Expr, known []Assumption) symbolic.Expr {
	for _, a := range known {
		less := e.Sub(a.About)
		if _, number := less.Rational(); a.Is == arch.Whole && len(less.Terms()) < len(e.Terms()) && (!number || less.IsWhole()) {
			e = less
		}
	}
	if terms := e.Terms(); len(terms) > 1 && len(terms[0].Factors) == 0 && terms[0].Coefficient.IsInt() {
		e = e.Sub(symbolic.BigRat(terms[0].Coefficient))
	}
	if e.Neg().NeverNegative() {
		return e.Neg()
	}
	return e
}
