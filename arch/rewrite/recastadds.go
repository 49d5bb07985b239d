package rewrite

import (
	"slices"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// References:
//
//	[bachlechner2020] ReZero, arXiv:2003.04887, equation 4
//	[wang2021]  GPT-J-6B, EleutherAI/gpt-j-6b: attention and feed-forward layer side by side
//	[pagliardini2024] DenseFormer, arXiv:2402.02622, section 3

// scaled puts a learned factor behind the trunk of an add, [bachlechner2020].
func (r *recaster) scaled(s arch.Step) ([]arch.Step, int) {
	m, is := s.Do.(*arch.Merge)
	if !is || !m.Op.Kind().Sums() || !r.takes(m) {
		return nil, 0
	}
	branches, why := r.scaledPaths(m)
	if why != "" {
		r.stay(m, why)
		return nil, 0
	}
	branches = slices.DeleteFunc(branches, func(k int) bool {
		_, already := r.withoutScale(m.Paths[k].Steps)
		return already
	})
	if len(branches) == 0 {
		r.keep(m)
		return nil, 0
	}
	r.change(m)
	s = r.into(s)
	made := s.Do.(*arch.Merge)
	for _, k := range branches {
		scale := &arch.Layer{Kind: scales(), Args: map[string]arch.Argument{"values": {Values: []arch.Expression{whole(symbolic.Int(1))}}}}
		made.Paths[k].Steps = append(slices.Clone(made.Paths[k].Steps), arch.Step{Do: scale})
	}
	return []arch.Step{s}, 1
}

// scaledPaths are the paths of an add whose outputs are added to what it skips them with: its trunk, and beside an identity all paths with
// weight layers; or why that cannot be told.
func (r *recaster) scaledPaths(m *arch.Merge) (paths []int, why string) {
	trunk, ok := r.trunk(m)
	if !ok {
		return nil, "which of its paths is the branch differs from use to use"
	}
	identities := r.same[r.made[m][0]]
	for _, op := range r.made[m] {
		if !slices.Equal(r.same[op], identities) {
			return nil, "which of its paths is the identity differs from use to use"
		}
	}
	for k := range m.Paths {
		switch works := k < len(r.works[m]) && r.works[m][k]; {
		case k == trunk || works && len(identities) > 0 && !slices.Contains(identities, k):
			paths = append(paths, k)
		case works && len(m.Paths) > 2:
			return nil, "none of its paths is the identity, and which are branches cannot be told"
		}
	}
	return paths, ""
}

// trunk is the path of a merge that is its trunk, in all its runs.
func (r *recaster) trunk(m *arch.Merge) (int, bool) {
	at := -1
	for _, op := range r.made[m] {
		l := r.chosen[op]
		if l == nil || len(l.Trunk) != 1 || len(op.Inputs) != len(m.Paths) || at >= 0 && l.Trunk[0] != at {
			return 0, false
		}
		at = l.Trunk[0]
	}
	return at, at >= 0 && len(m.Paths[at].Steps) > 0
}

// scales is the kind of learned factors.
func scales() *arch.Kind { return arch.KindByName("scale") }

// ofAll reports whether a layer of learned factors has a single factor for its whole input.
func ofAll(l *arch.Layer) bool {
	values := l.Args["values"].Values
	return len(values) == 1 && values[0].IsOne()
}

// withoutScale is steps without the learned factor at their end; false if there is none. Factors per channel belong to the
// branch: only a single factor is removed to make a plain add.
func (r *recaster) withoutScale(steps []arch.Step) ([]arch.Step, bool) {
	if len(steps) == 0 {
		return nil, false
	}
	last := steps[len(steps)-1]
	switch a := last.Do.(type) {
	case *arch.Layer:
		if a.Kind == scales() && last.As == "" && (r.To != ToAdd || ofAll(a)) {
			return steps[:len(steps)-1], true
		}
	case *arch.Use:
		body, ok := r.withoutScale(bodyOf(a))
		if !ok || last.As != "" {
			return nil, false
		}
		made := *a
		made.Block = r.variant(a.Block, body)
		last.Do = &made
		return append(slices.Clone(steps[:len(steps)-1]), last), true
	}
	return nil, false
}

// sideBySide adds two branches to the input of the first: x + f(n(x)) + g(n(x)), with one norm for both where each begins with
// the same norm, [wang2021].
func (r *recaster) sideBySide(list []arch.Step) ([]arch.Step, int) {
	first, is := list[0].Do.(*arch.Merge)
	if !is || !r.takes(first) {
		return nil, 0
	}
	if _, already := r.inSequence(list[0], first); already {
		r.keep(first)
		return nil, 0
	}
	if len(list) < 2 {
		r.stay(first, "no other add of the identity and a branch follows it")
		return nil, 0
	}
	second, is := list[1].Do.(*arch.Merge)
	k, adds := branch(first)
	if !is || !adds || !r.takes(second) || list[0].As != "" || list[1].From != "" {
		r.stay(first, "no other add of the identity and a branch follows it")
		return nil, 0
	}
	j, adds := branch(second)
	if !adds {
		r.stay(first, "no other add of the identity and a branch follows it")
		return nil, 0
	}
	r.change(first, second)
	f, g := r.steps(first.Paths[k].Steps), r.steps(second.Paths[j].Steps)
	out := arch.Step{From: list[0].From, As: list[1].As, Pos: list[0].Pos}
	if norm, same := commonNorm(f, g); same {
		both := arch.Step{Do: &arch.Merge{Op: arch.Add, Paths: []arch.Path{{Steps: f[1:]}, {Steps: g[1:]}}}}
		out.Do = &arch.Merge{Op: arch.Add, Paths: []arch.Path{{}, {Steps: []arch.Step{norm, both}}}}
	} else {
		out.Do = &arch.Merge{Op: arch.Add, Paths: []arch.Path{{}, {Steps: f}, {Steps: g}}}
	}
	return []arch.Step{out}, 2
}

// commonNorm is the norm with which two branches begin, where both have more steps.
func commonNorm(f, g []arch.Step) (arch.Step, bool) {
	if len(f) < 2 || len(g) < 2 || !normalises(f[0]) || keyOf(f[:1]) != keyOf(g[:1]) {
		return arch.Step{}, false
	}
	return f[0], true
}

// normalises reports whether a step is a norm, or a block of one.
func normalises(s arch.Step) bool {
	switch a := s.Do.(type) {
	case *arch.Layer:
		return a.Kind.Rescales
	case *arch.Use:
		body := bodyOf(a)
		return len(body) == 1 && normalises(body[0])
	}
	return false
}

// inSequence are the two adds, one behind the other, for a merge of two branches side by side.
func (r *recaster) inSequence(s arch.Step, m *arch.Merge) ([]arch.Step, bool) {
	if !m.Op.Kind().Sums() {
		return nil, false
	}
	var branches [][]arch.Step
	if k, adds := branch(m); adds {
		steps := m.Paths[k].Steps
		if len(steps) != 2 || !normalises(steps[0]) {
			return nil, false
		}
		both, is := steps[1].Do.(*arch.Merge)
		if !is || !both.Op.Kind().Sums() || steps[1].From != "" || steps[1].As != "" || steps[0].As != "" {
			return nil, false
		}
		for _, p := range both.Paths {
			branches = append(branches, append([]arch.Step{steps[0]}, p.Steps...))
		}
	} else if len(m.Paths) == 3 && len(m.Paths[0].Steps) == 0 {
		branches = [][]arch.Step{m.Paths[1].Steps, m.Paths[2].Steps}
	}
	if len(branches) != 2 || len(branches[0]) == 0 || len(branches[1]) == 0 {
		return nil, false
	}
	var out []arch.Step
	for _, b := range branches {
		out = append(out, arch.Step{Do: &arch.Merge{Op: arch.Add, Paths: []arch.Path{{}, {Steps: r.steps(b)}}}, Pos: s.Pos})
	}
	out[0].From, out[1].As = s.From, s.As
	return out, true
}

// weighed lets the iterations of a repeat read a learned sum of all before them, [pagliardini2024]: the innermost repeat around
// the links, which must keep the width.
func (r *recaster) weighed(s arch.Step) ([]arch.Step, int) {
	rep, is := s.Do.(*arch.Repeat)
	if is && rep.Links == arch.DenseLinks && rep.Gather == r.Gather {
		r.keep(mergesOf(rep.Steps)...)
		return nil, 0
	}
	if !is || !r.innermost(rep) {
		return nil, 0
	}
	r.change(mergesOf(rep.Steps)...)
	made := *rep
	made.Links, made.Gather = arch.DenseLinks, r.Gather
	s.Do = &made
	return []arch.Step{s}, 1
}

// reads reports whether the iterations of a repeat can read all before them: it has links that are chosen, and keeps the shape.
func (r *recaster) reads(rep *arch.Repeat) bool {
	merges := mergesOf(rep.Steps)
	if len(merges) == 0 || slices.ContainsFunc(merges, func(m *arch.Merge) bool { return !r.takes(m) }) {
		return false
	}
	for _, run := range r.runs[rep] {
		for _, list := range run.Within {
			if len(list) == 0 || !list[0].In.Shape.Equal(list[len(list)-1].Out.Shape) {
				for _, m := range merges {
					r.stay(m, "the iterations of its repeat do not keep the shape that enters")
				}
				return false
			}
		}
	}
	return true
}

// repeatsOf are the repeats of steps and of the blocks in them.
func repeatsOf(steps []arch.Step) []*arch.Repeat {
	var out []*arch.Repeat
	for _, s := range steps {
		switch a := s.Do.(type) {
		case *arch.Repeat:
			out = append(append(out, a), repeatsOf(a.Steps)...)
		case *arch.Use:
			out = append(out, repeatsOf(bodyOf(a))...)
		}
	}
	return out
}

// plain changes the other kinds back to plain adds.
func (r *recaster) plain(list []arch.Step) ([]arch.Step, int) {
	s := list[0]
	switch a := s.Do.(type) {
	case *arch.Merge:
		if two, ok := r.inSequence(s, a); ok && r.takes(a) {
			r.change(a)
			return two, 1
		}
		if made, scaled := r.unscaled(a); scaled {
			s.Do = made
			return []arch.Step{r.into(s)}, 1
		}
	case *arch.Repeat:
		if a.Links != arch.DenseLinks || !a.SumsLayers() || !a.Joins().Kind().Learns() {
			break
		}
		for _, run := range r.runs[a] {
			for _, op := range gatherers(run) {
				r.Changed[op] = true
			}
		}
		if s.Do = r.summed(a); a.Gather != arch.GatherSoftmax {
			s.Do = &arch.Repeat{Times: a.Times, Steps: append(under(a.Ways), r.steps(a.Steps)...)}
		}
		return []arch.Step{s}, 1
	case *arch.Layer:
		if made, n := r.withoutResidual(s, a); n > 0 {
			return made, n
		}
	}
	return r.uncoupled(list)
}

// unscaled is an add without the learned factors of its branches; false if there are none.
func (r *recaster) unscaled(m *arch.Merge) (*arch.Merge, bool) {
	if !m.Op.Kind().Sums() || len(r.made[m]) == 0 || !r.takes(m) {
		return nil, false
	}
	made := *m
	made.Paths = slices.Clone(m.Paths)
	branches, _ := r.scaledPaths(m)
	some := false
	for _, k := range branches {
		if steps, scaled := r.withoutScale(m.Paths[k].Steps); scaled {
			made.Paths[k].Steps, some = steps, true
		}
	}
	if some {
		r.change(m)
	}
	return &made, some
}

// under are steps that give the input of an iteration the names of the further sums that it replaces.
func under(ways []string) []arch.Step {
	var out []arch.Step
	for _, name := range ways {
		out = append(out, arch.Step{Do: &arch.Tap{}, As: name})
	}
	return out
}

// gatherers are the merges by which the iterations of a repeat with links read those before.
func gatherers(run *trace.Run) []*trace.Operation {
	var out []*trace.Operation
	for _, list := range run.Within {
		if len(list) > 0 && list[0].In.Producer != nil && list[0].In.Producer.Kind.Links {
			out = append(out, list[0].In.Producer)
		}
	}
	if run.Out.Producer != nil {
		out = append(out, run.Out.Producer)
	}
	return out
}
