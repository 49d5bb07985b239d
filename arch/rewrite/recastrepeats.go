package rewrite

import (
	"slices"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// References:
//
//	[kimi2026]  Attention Residuals, arXiv:2603.15031, equations 2 to 6
//	[gomez2017] The Reversible Residual Network, arXiv:1707.04585, equation 6
//	[kitaev2020] Reformer, arXiv:2001.04451, section 3: both streams as wide as the network

// attended replaces the adds of a repeat by attention over layers, [kimi2026]: each branch reads the input of the repeat and
// the branches before it, weighted by a learned query; either each branch by itself, or blocks of them that are summed first.
func (r *recaster) attended(s arch.Step) ([]arch.Step, int) {
	rep, is := s.Do.(*arch.Repeat)
	if is && rep.Links == arch.DenseLinks && rep.Gather == arch.GatherSoftmax {
		r.keep(mergesOf(rep.Steps)...)
		return nil, 0
	}
	if !is || !r.innermost(rep) {
		return nil, 0
	}
	merges := mergesOf(rep.Steps)
	branches, ok := r.branches(rep.Steps)
	if !ok || len(branches) > 1 && countsIterations(rep.Steps) {
		for _, m := range merges {
			r.stay(m, "the iterations of its repeat are more than adds of the identity and a branch")
		}
		return nil, 0
	}
	r.change(merges...)
	each := symbolic.Int(int64(len(branches)))
	made := &arch.Repeat{Times: whole(rep.Times.Mul(each)), Links: arch.DenseLinks, Gather: arch.GatherSoftmax, Steps: inTurn(branches)}
	if !r.Blocks.IsZero() {
		size := whole(made.Times.Div(r.Blocks).Ceil())
		made.Block = &size
	}
	s.Do = made
	return []arch.Step{s}, 1
}

// branches are the branches of the adds that steps consist of, in blocks too; false where other steps stand between.
func (r *recaster) branches(steps []arch.Step) ([][]arch.Step, bool) {
	var out [][]arch.Step
	for _, s := range steps {
		if s.As != "" || s.From != "" {
			return nil, false
		}
		switch a := s.Do.(type) {
		case *arch.Merge:
			k, adds := branch(a)
			if !adds {
				return nil, false
			}
			out = append(out, a.Paths[k].Steps)
		case *arch.Use:
			inner, ok := r.branches(bodyOf(a))
			if !ok {
				return nil, false
			}
			for _, body := range inner {
				made := *a
				made.Block = r.variant(a.Block, body)
				out = append(out, []arch.Step{{Do: &made, Pos: s.Pos}})
			}
		default:
			return nil, false
		}
	}
	return out, len(out) > 0
}

// countsIterations reports whether steps read the index of the iteration.
func countsIterations(steps []arch.Step) bool {
	reads := false
	arch.VisitStepExpressions(steps, func(e arch.Expression) { reads = reads || e.Has(arch.RepeatIndex) })
	return reads
}

// inTurn are steps that are the first list in the first iteration, the second in the second, and so on in turn.
func inTurn(lists [][]arch.Step) []arch.Step {
	if len(lists) == 1 {
		return lists[0]
	}
	var out []arch.Step
	for k, steps := range lists {
		out = append(out, arch.Step{Do: &arch.Repeat{Times: whole(turn(k, len(lists))), Steps: steps}})
	}
	return out
}

// turn is 1 in every n-th iteration, the first one at k, and else 0.
func turn(k, n int) symbolic.Expr {
	i, each := symbolic.Symbol(arch.RepeatIndex).Sub(symbolic.Int(int64(k))), symbolic.Int(int64(n))
	return i.Div(each).Floor().Sub(i.Sub(symbolic.Int(1)).Div(each).Floor())
}

// turns are the lists that take turns in steps made by inTurn; the steps themselves if all iterations are equal.
func turns(steps []arch.Step) [][]arch.Step {
	var out [][]arch.Step
	for k, s := range steps {
		rep, is := s.Do.(*arch.Repeat)
		if !is || len(steps) < 2 || !rep.Times.Equal(turn(k, len(steps))) {
			return [][]arch.Step{steps}
		}
		out = append(out, rep.Steps)
	}
	return out
}

// summed is the repeat of plain adds for a repeat with attention over layers: the inverse of attended.
func (r *recaster) summed(rep *arch.Repeat) *arch.Repeat {
	lists := turns(rep.Steps)
	made := &arch.Repeat{Times: whole(rep.Times.Div(symbolic.Int(int64(len(lists)))))}
	for _, steps := range lists {
		add := &arch.Merge{Op: arch.Add, Paths: []arch.Path{{}, {Steps: r.steps(steps)}}}
		made.Steps = append(made.Steps, arch.Step{Do: add})
	}
	return made
}

// reversed makes couples of the adds of a repeat, two by two, on two streams that are each as wide as the one before,
// [gomez2017] and [kitaev2020]: the input of an iteration can be computed from its output.
func (r *recaster) reversed(s arch.Step) ([]arch.Step, int) {
	rep, is := s.Do.(*arch.Repeat)
	if is && rep.Reversible {
		r.keep(mergesOf(rep.Steps)...)
		return nil, 0
	}
	if !is || !r.innermost(rep) || s.As != "" {
		return nil, 0
	}
	merges := mergesOf(rep.Steps)
	couples, ok := r.coupled(rep.Steps)
	if !ok {
		for _, m := range merges {
			r.stay(m, "the iterations of its repeat are no pairs of adds of the identity and a branch")
		}
		return nil, 0
	}
	r.change(merges...)
	two := symbolic.Int(2)
	made := &arch.Repeat{Times: rep.Times, Reversible: true, Steps: couples}
	return []arch.Step{
		{Do: onStreams(arch.Spread, arch.StreamsOut, two), From: s.From, Pos: s.Pos}, {Do: made}, {Do: onStreams(arch.Collect, arch.StreamsIn, two)},
	}, 1
}

// onStreams is a layer by which streams begin or end.
func onStreams(kind, parameter string, streams symbolic.Expr) *arch.Layer {
	return &arch.Layer{Kind: arch.KindByName(kind), Args: map[string]arch.Argument{parameter: {Values: []arch.Expression{whole(streams)}}}}
}

// coupled makes couples of pairs of consecutive adds; false where other steps stand between, or one add is left over.
func (r *recaster) coupled(steps []arch.Step) ([]arch.Step, bool) {
	var out []arch.Step
	for k := 0; k < len(steps); k++ {
		s := steps[k]
		switch a := s.Do.(type) {
		case *arch.Use:
			body, ok := r.coupled(bodyOf(a))
			if !ok || s.As != "" || s.From != "" || readsWidth(a) {
				return nil, false
			}
			made := *a
			made.Block = r.variant(a.Block, body)
			s.Do = &made
		default:
			if k+1 == len(steps) {
				return nil, false
			}
			both, ok := r.branches(steps[k : k+2])
			if !ok || len(both) != 2 {
				return nil, false
			}
			s.Do = &arch.Couple{Paths: []arch.Path{{Steps: both[0]}, {Steps: both[1]}}}
			k++
		}
		out = append(out, s)
	}
	return out, len(out) > 0
}

// uncoupled is the repeat of plain adds for a reversible repeat on two streams: the inverse of reversed.
func (r *recaster) uncoupled(list []arch.Step) ([]arch.Step, int) {
	if len(list) < 3 || !begins(list[0]) || !ends(list[2]) {
		return nil, 0
	}
	rep, is := list[1].Do.(*arch.Repeat)
	if !is || !rep.Reversible {
		return nil, 0
	}
	for _, run := range r.runs[rep] {
		for _, op := range r.between(run.In, run.Out) {
			r.Changed[op] = op.Kind.Sums()
		}
	}
	made := arch.Step{Do: &arch.Repeat{Times: rep.Times, Steps: r.apart(rep.Steps)}, From: list[0].From, As: list[2].As, Pos: list[1].Pos}
	return []arch.Step{made}, 3
}

func begins(s arch.Step) bool {
	return isLayer(s, onStreams(arch.Spread, arch.StreamsOut, symbolic.Int(2))) && s.As == ""
}

func ends(s arch.Step) bool {
	return isLayer(s, onStreams(arch.Collect, arch.StreamsIn, symbolic.Int(2))) && s.From == ""
}

// isLayer reports whether a step is a layer with the same arguments.
func isLayer(s arch.Step, l *arch.Layer) bool {
	return keyOf([]arch.Step{{Do: s.Do}}) == keyOf([]arch.Step{{Do: l}})
}

// apart makes two plain adds of each couple.
func (r *recaster) apart(steps []arch.Step) []arch.Step {
	var out []arch.Step
	for _, s := range steps {
		switch a := s.Do.(type) {
		case *arch.Couple:
			for _, p := range a.Paths {
				out = append(out, arch.Step{Do: &arch.Merge{Op: arch.Add, Paths: []arch.Path{{}, {Steps: r.steps(p.Steps)}}}})
			}
			continue
		case *arch.Use:
			made := *a
			made.Block = r.variant(a.Block, r.apart(a.Block.Steps))
			s.Do = &made
		}
		out = append(out, s)
	}
	return out
}

// between are the operations behind the one that makes a tensor, up to the one that makes another.
func (r *recaster) between(from, to *trace.Value) []*trace.Operation {
	place := func(v *trace.Value) int { return slices.Index(r.ops, v.Producer) }
	return r.ops[place(from)+1 : place(to)+1]
}

// innermost reports whether a repeat has chosen links and keeps its shape, and no repeat inside it does.
func (r *recaster) innermost(rep *arch.Repeat) bool {
	if rep.Links != "" || rep.Reversible {
		return false
	}
	return !slices.ContainsFunc(repeatsOf(rep.Steps), r.reads) && r.reads(rep)
}
