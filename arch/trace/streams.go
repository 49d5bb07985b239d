package trace

import (
	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
)

// streams are parallel tensors of one width, side by side in one tensor.
type streams struct {
	form      arch.StreamForm
	recompute arch.Recomputation // of the layers that mix them
	count     symbolic.Expr
	width     symbolic.Expr // of each
	parts     bool          // of one tensor, not copies of it
}

// joint is the joint of a site; parts of one tensor have none.
func (st *streams) joint() *Joint {
	if st.parts {
		return nil
	}
	return &Joint{Streams: st.count}
}

// streams runs steps on copies of the input, and adds up the outputs.
func (r *resolver) streams(s arch.Step, st *arch.Streams, in *Value, sc *scope, label string) (*Value, []Node, bool) {
	n, ok := r.evaluate(st.Count, in, sc)
	if !ok || !r.whole(st.Count.Pos, "streams: count", n, 1) {
		return nil, nil, false
	}
	if st.Fractions {
		return r.fractions(s, st, n, in, sc, label)
	}
	inner := sc.inner(label)
	inner.streams = &streams{form: st.Form, recompute: recomputeIf(st.Recompute), count: n, width: in.Shape.Width}
	c := &chain{resolver: r, pos: s.Pos, label: label, mixes: true}
	c.joint = &Joint{Streams: n}
	copies := c.add("copies", arch.Spread, values{arch.StreamsOut: n}, in)
	if c.failed {
		return nil, nil, false
	}
	copies.Producer.Alone, copies.Producer.Initial = in, &Initial{Of: in}
	end, nodes, ok := r.steps(st.Steps, copies, inner)
	sc.run.enclose(inner.runs)
	if !ok || !r.carried(inner.streams, end, s.Pos) {
		return nil, nil, false
	}
	c.nodes = append(c.nodes, nodes...)
	c.joint = &Joint{Streams: n}
	out := inner.streams.end(c, end)
	if c.failed {
		return nil, nil, false
	}
	out.Producer.Alone, out.Producer.Initial = end, &Initial{Of: end, Times: inner.streams.sums()}
	return out, c.nodes, true
}

// fractions runs steps on the parts of the input.
func (r *resolver) fractions(s arch.Step, st *arch.Streams, n symbolic.Expr, in *Value, sc *scope, label string) (*Value, []Node, bool) {
	each := in.Shape.Width.Div(n)
	if _, constant := each.Rational(); constant && !each.IsWhole() {
		r.problem(st.Count.Pos, "", "streams: the width %s is not %s equal fractions", in.Shape.Width.Text(), n.Text())
		return nil, nil, false
	}
	inner := sc.inner(label)
	inner.streams = &streams{form: st.Form, recompute: recomputeIf(st.Recompute), count: n, width: each, parts: true}
	end, nodes, ok := r.steps(st.Steps, in, inner)
	sc.run.enclose(inner.runs)
	return end, nodes, ok && r.carried(inner.streams, end, s.Pos)
}

// carried refuses a tensor that does not consist of all streams.
func (r *resolver) carried(st *streams, v *Value, pos arch.Pos) bool {
	if all := st.count.Mul(st.width); !r.same(v.Shape.Width, all) {
		r.problem(pos, "", "%s is no %s streams of width %s", v.Shape.Text(), st.count.Text(), st.width.Text())
		return false
	}
	return true
}

// take reports whether a step can run on streams as a whole.
func (*streams) take(r *resolver, s arch.Step) bool {
	const hint = "as in streams: {count: 4, steps: [add: [identity, [layernorm, linear: c]]]}"
	switch a := s.Do.(type) {
	case *arch.Layer:
		r.problem(s.Pos, hint, "%s stands on streams: layers stand in the branch of an add", a.Kind.Name)
	case *arch.Streams:
		r.problem(s.Pos, "", "streams of streams")
	case *arch.Head:
		r.problem(s.Pos, "let it follow the streams", "a head reads one tensor, not streams")
	case *arch.Merge:
		if _, ok := branchOf(a); ok {
			return true
		}
		r.problem(s.Pos, hint, "streams meet branches in an add of the identity and one branch")
	case *arch.Repeat:
		if a.Links == "" {
			return true
		}
		r.problem(s.Pos, "", "a repeat of streams has no links: the streams are what it carries")
	default:
		return true
	}
	return false
}

// branchOf is the place of the branch in an add of the identity and one branch.
func branchOf(m *arch.Merge) (int, bool) {
	if !m.Op.Kind().Sums() || len(m.Paths) != 2 {
		return 0, false
	}
	for k, p := range m.Paths {
		if len(m.Paths[1-k].Steps) == 0 && len(p.Steps) > 0 {
			return k, true
		}
	}
	return 0, false
}

// site is an add of the identity and a branch on streams H: mix·H + write·F(read·H) (Zhu et al. 2024, arXiv:2409.19606, equation 2).
func (r *resolver) site(s arch.Step, m *arch.Merge, in *Value, sc *scope, label string) (*Value, []Node, bool) {
	st := sc.streams
	if !r.carried(st, in, s.Pos) {
		return nil, nil, false
	}
	c := &chain{resolver: r, pos: s.Pos, label: label, joint: st.joint(), mixes: true}
	restore := r.recomputing(st.recompute)
	joints := st.joints(c, in)
	mixed, read := joints.mix(), joints.read()
	restore()
	if c.failed {
		return nil, nil, false
	}
	mixed.Producer.Initial, read.Producer.Initial = &Initial{Of: in}, &Initial{Of: in, Times: joints.reads}
	if !st.parts {
		mixed.Producer.Alone, read.Producer.Alone = in, in
	}
	kind := m.Op.Kind()
	branch, _ := branchOf(m)
	ends := []*Value{mixed, mixed}
	for k, p := range m.Paths {
		sub := *sc
		sub.depth++
		sub.label, sub.named, sub.streams = label, false, nil
		end, nodes, ok := r.steps(p.Steps, read, &sub)
		sc.run.enclose(sub.runs)
		if !ok || !r.meet(s.Pos, kind, []*Value{read, end}, false) {
			return nil, nil, false
		}
		if k == branch {
			c.nodes = append(c.nodes, nodes...)
			restore = r.recomputing(st.recompute)
			ends[k] = joints.write(end)
			if !c.failed {
				ends[k].Producer.Initial = &Initial{Of: end}
			}
			if !c.failed && !st.parts {
				ends[k].Producer.Alone = end
			}
			restore()
		}
	}
	restore = r.recomputing(st.recompute)
	out := c.add("", string(arch.Add), nil, ends...)
	restore()
	if c.failed {
		return nil, nil, false
	}
	return out, c.nodes, true
}
