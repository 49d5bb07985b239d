package trace

import (
	"slices"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
)

// streams are parallel tensors of one width, side by side in one tensor.
type streams struct {
	count symbolic.Expr
	width symbolic.Expr // of each
}

// streams runs steps on copies of what comes in, and adds up what becomes of them.
func (r *resolver) streams(s arch.Step, st *arch.Streams, in *Value, sc *scope, label string) (*Value, []Node, bool) {
	n, ok := r.evaluate(st.Count, in, sc)
	if !ok || !r.whole(st.Count.Pos, "streams: count", n, 1) {
		return nil, nil, false
	}
	inner := sc.inner(label)
	inner.streams = &streams{count: n, width: in.Shape.Width}
	copies, ok := r.stream(arch.Spread, streamCounts{out: n}, in, s.Pos, join(label, "copies"))
	if !ok {
		return nil, nil, false
	}
	end, nodes, ok := r.steps(st.Steps, copies, inner)
	sc.run.enclose(inner.runs)
	if !ok || !r.carried(inner.streams, end, s.Pos) {
		return nil, nil, false
	}
	out, ok := r.stream(arch.Collect, streamCounts{in: n}, end, s.Pos, join(label, "sum"))
	return out, slices.Concat(maker(copies, true), nodes, maker(out, ok)), ok
}

// carried refuses a tensor that is not all streams.
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
	if m.Op != arch.Add || len(m.Paths) != 2 {
		return 0, false
	}
	for k, p := range m.Paths {
		if len(m.Paths[1-k].Steps) == 0 && len(p.Steps) > 0 {
			return k, true
		}
	}
	return 0, false
}

// site is an add of the identity and a branch on streams H: mix·H + write·F(read·H), with n·n, n and n learned numbers
// (Zhu et al. 2024, arXiv:2409.19606, equation 2).
func (r *resolver) site(s arch.Step, m *arch.Merge, in *Value, sc *scope, label string) (*Value, []Node, bool) {
	st, one := sc.streams, symbolic.Int(1)
	branch, _ := branchOf(m)
	if !r.carried(st, in, s.Pos) {
		return nil, nil, false
	}
	mixed, ok := r.stream(arch.Mix, streamCounts{st.count, st.count}, in, s.Pos, join(label, "mix"))
	if !ok {
		return nil, nil, false
	}
	read, ok := r.stream(arch.Mix, streamCounts{st.count, one}, in, s.Pos, join(label, "read"))
	if !ok {
		return nil, nil, false
	}
	var nodes []Node
	ends := []*Value{mixed, mixed}
	for k, p := range m.Paths {
		sub := *sc
		sub.depth++
		sub.label, sub.named, sub.streams = label, false, nil
		end, made, ok := r.steps(p.Steps, read, &sub)
		sc.run.enclose(sub.runs)
		if !ok {
			return nil, nil, false
		}
		if k == branch {
			if !r.meet(s.Pos, arch.KindByName(string(m.Op)), []*Value{read, end}) {
				return nil, nil, false
			}
			if ends[k], ok = r.stream(arch.Mix, streamCounts{one, st.count}, end, s.Pos, join(label, "write")); !ok {
				return nil, nil, false
			}
			nodes = made
		}
	}
	out, ok := r.operation(arch.KindByName(string(m.Op)), arch.Args{}, ends, s.Pos, label)
	return out, slices.Concat(maker(mixed, true), maker(read, true), nodes, maker(ends[branch], true), maker(out, ok)), ok
}

// streamCounts are how many streams come in and out of a layer that works on them.
type streamCounts struct{ in, out symbolic.Expr }

// stream applies a kind that works on streams.
func (r *resolver) stream(name string, n streamCounts, in *Value, pos arch.Pos, label string) (*Value, bool) {
	kind := arch.KindByName(name)
	args := arch.NewArgs(kind)
	for k, p := range kind.Parameters {
		args.Set(k, []symbolic.Expr{p.Default})
	}
	args = args.With(map[string]symbolic.Expr{arch.StreamsIn: n.in, arch.StreamsOut: n.out})
	return r.operation(kind, args, []*Value{in}, pos, label)
}
