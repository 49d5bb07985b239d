package rewrite

import (
	"slices"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// stretch is a range of consecutive iterations with equal translations.
type stretch struct {
	key   string
	steps []arch.Step
	times int
}

// repeat translates a repeat: as one, or as several where not all iterations have changed alike. Of them the one that runs most often
// keeps the count of the repeat, less those of the others.
func (t *translator) repeat(run *trace.Run, rep *arch.Repeat, at scene) []arch.Step {
	if closed := t.closed[run]; closed != nil && len(run.Within) < len(closed.Within) && needsRuns(rep.Steps, map[*arch.Block]bool{}) {
		t.idle = append(t.idle, rep.Times.Text())
	}
	if len(run.Within) == 0 {
		return []arch.Step{*run.Step}
	}
	patterned := rep.Links != "" && !rep.GrowsOneConcat()
	chain := patterned && t.chained(run)
	if patterned && !chain && !t.follows(run) {
		t.fail("the %s links of a repeat are a pattern, and its concats stand in no step", rep.Links)
		return nil
	}
	stretches := t.stretches(run, at)
	if t.err != nil {
		return nil
	}
	var was []arch.Step
	for _, inner := range run.Within[0] {
		was = append(was, *inner.Step)
	}
	made := *rep
	made.Times = t.freeze(rep.Times, run, at)
	s := *run.Step
	s.Do = &made
	if len(stretches) == 1 && stretches[0].key == keyOf(was) && !chain {
		return []arch.Step{s}
	}
	switch {
	case chain && counts(stretches[0].steps):
		t.fail("the iterations of a repeat read how many %s links they have, and there are none now", rep.Links)
		return nil
	case patterned && !chain && len(stretches) > 1:
		t.fail("what the iterations of a repeat with %s links read does not follow the pattern any more", rep.Links)
		return nil
	case !patterned || chain:
		made = made.WithoutLinks()
	}
	if len(stretches) > 1 {
		t.split = append(t.split, rep.Times.Text())
		return passing(run.Step, t.series(stretches, made.Times)...)
	}
	if made.Steps = stretches[0].steps; len(made.Steps) == 0 {
		return passing(run.Step)
	}
	return []arch.Step{s}
}

// follows reports whether the merges of a repeat with links still follow its pattern. Edits that only change the output width
// of the layers before them are translated with those layers.
func (t *translator) follows(run *trace.Run) bool {
	for _, op := range t.patterned(run) {
		if !t.changes(op) {
			continue
		}
		if t.edits[op].To != ToDense || len(t.cut[op]) > 0 || t.became[op] == nil || t.became[op].Kind != op.Kind {
			return false
		}
		t.translated[op] = true
	}
	return true
}

// chained reports whether each iteration of a repeat with links reads the one before it and nothing else, because all other links are
// cut, and the last one is what comes out.
func (t *translator) chained(run *trace.Run) bool {
	cut := t.patterned(run)
	if !slices.ContainsFunc(cut, func(op *trace.Operation) bool { return len(t.cut[op]) > 0 }) {
		return false
	}
	for l, list := range run.Within {
		reads := run.Out
		if l+1 < len(run.Within) {
			reads = run.Within[l+1][0].In
		}
		if op := reads.Producer; op != nil && slices.Contains(cut, op) {
			if len(t.cut[op]) != len(op.Inputs)-1 {
				return false
			}
			reads = t.kept(op)
		}
		if reads != list[len(list)-1].Out {
			return false
		}
	}
	for _, op := range cut {
		t.translated[op] = true
	}
	return true
}

// counts reports whether steps read how many links an iteration has.
func counts(steps []arch.Step) bool {
	reads := false
	arch.VisitStepExpressions(steps, func(e arch.Expression) { reads = reads || e.Has(arch.LinkCount) })
	return reads
}

// patterned are the merges by which the iterations of a repeat with links read earlier ones, and the one that gathers its
// output.
func (t *translator) patterned(run *trace.Run) []*trace.Operation {
	inside := operations(run.Within[0], nil)
	for _, list := range run.Within[1:] {
		inside = operations(list, inside)
	}
	var out []*trace.Operation
	for _, op := range append(inside, run.Out.Producer) {
		for _, in := range append([]*trace.Value{op.Output}, op.Inputs...) {
			if made := in.Producer; made != nil && made.Kind.Joins && t.made[in] == nil {
				out = append(out, made)
			}
		}
	}
	return out
}

// needsRuns reports whether steps hold a merge or read the width that comes in, so that what becomes of them shows only in runs.
func needsRuns(steps []arch.Step, seen map[*arch.Block]bool) bool {
	reads := false
	arch.VisitStepExpressions(steps, func(e arch.Expression) { reads = reads || e.Has(arch.IncomingWidth) })
	for _, s := range steps {
		switch a := s.Do.(type) {
		case *arch.Merge:
			return true
		case *arch.Use:
			if !seen[a.Block] {
				seen[a.Block] = true
				reads = reads || needsRuns(a.Block.Steps, seen)
			}
		}
		for _, list := range arch.Within(s.Do) {
			reads = reads || needsRuns(list, seen)
		}
	}
	return reads
}

// stretches translates the iterations and joins consecutive ones with equal translations.
func (t *translator) stretches(run *trace.Run, at scene) []stretch {
	inner := scene{frame: at.frame}
	if closed := t.closed[run]; closed != nil && closed.Index != "" {
		inner.index, inner.first = closed.Index, len(closed.Within)-1
	}
	defer t.carry(run)()
	var out []stretch
	for _, list := range run.Within {
		one := stretch{steps: t.steps(list, inner), times: 1}
		one.key = keyOf(one.steps)
		if n := len(out); n > 0 && out[n-1].key == one.key {
			out[n-1].times++
			continue
		}
		out = append(out, one)
	}
	return out
}

// carry marks the incoming width as changed in all iterations if it has changed in one, or would change in a further one,
// because a translation for all iterations must not rely on the inputs of some. It returns a function that undoes this.
func (t *translator) carry(run *trace.Run) (undo func()) {
	var ends []*trace.Value
	for _, list := range run.Within {
		if len(list) > 0 {
			ends = append(ends, list[0].In, list[len(list)-1].Out)
		}
	}
	if !slices.ContainsFunc(ends, func(v *trace.Value) bool { return t.moved[v] }) {
		return func() {}
	}
	var taken []*trace.Value
	for _, list := range run.Within {
		if in := list[0].In; !t.moved[in] {
			t.moved[in] = true
			taken = append(taken, in)
		}
	}
	taken = append(taken, t.hand(t.links.ops)...) // all of them: streams are more than the layers of their steps
	return func() {
		for _, v := range taken {
			t.moved[v] = false
		}
	}
}

// operations are those that runs make, in their order.
func operations(runs []*trace.Run, ops []*trace.Operation) []*trace.Operation {
	for _, run := range runs {
		for _, list := range run.Within {
			ops = operations(list, ops)
		}
		if makes(run) {
			ops = append(ops, run.Out.Producer)
		}
	}
	return ops
}

// series writes stretches one after the other.
func (t *translator) series(stretches []stretch, times arch.Expression) []arch.Step {
	longest, total := 0, 0
	for k, one := range stretches {
		total += one.times
		if one.times > stretches[longest].times {
			longest = k
		}
	}
	var out []arch.Step
	before := symbolic.Expr{}
	for k, one := range stretches {
		count := symbolic.Int(int64(one.times))
		if k == longest {
			count = times.Sub(symbolic.Int(int64(total - one.times)))
		}
		if len(one.steps) > 0 {
			steps, reads := t.later(one.steps, before)
			if one.times == 1 && k != longest && !reads && !names(steps) {
				out = append(out, steps...)
			} else {
				out = append(out, arch.Step{Do: &arch.Repeat{Times: whole(count), Steps: steps}})
			}
		}
		before = before.Add(count)
	}
	return out
}

// later is the steps with the index shifted by the iterations before, and whether they read the index.
func (t *translator) later(steps []arch.Step, before symbolic.Expr) ([]arch.Step, bool) {
	reads, inner := false, false
	arch.VisitStepExpressions(steps, func(e arch.Expression) { reads = reads || e.Has(arch.RepeatIndex) })
	for _, s := range steps {
		_, is := s.Do.(*arch.Repeat)
		inner = inner || is
	}
	switch {
	case !reads || before.IsZero():
		return steps, reads
	case inner:
		t.fail("a repeat that counts inside of one that is split")
	}
	from := symbolic.Bindings{arch.RepeatIndex: symbolic.Symbol(arch.RepeatIndex).Add(before)}
	return arch.MapSteps(steps, func(e arch.Expression) arch.Expression { return arch.Expression{Expr: e.Substitute(from), Pos: e.Pos} }), true
}

// names reports whether steps give a name, to a tensor or to a number.
func names(steps []arch.Step) bool {
	return slices.ContainsFunc(steps, func(s arch.Step) bool {
		_, let := s.Do.(*arch.Let)
		return let || s.As != ""
	})
}
