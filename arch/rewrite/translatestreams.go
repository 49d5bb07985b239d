package rewrite

import (
	"slices"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/trace"
)

// streams translates streams whose links are unchanged, or have all become plain adds: an add of an identity and a branch is
// the only merge of streams.
func (t *translator) streams(run *trace.Run, st *arch.Streams, at scene) []arch.Step {
	if t.alone {
		return passing(run.Step, t.steps(run.Within[0], at)...)
	}
	if slices.ContainsFunc(operations(run.Within[0], nil), func(op *trace.Operation) bool { return op.Site() && t.changes(op) }) {
		t.fail("streams join branches by adds alone, and others stand there now")
		return nil
	}
	s := *run.Step
	made := *st
	made.Count, made.Steps = t.freeze(st.Count, run, at), t.steps(run.Within[0], at)
	s.Do = &made
	return []arch.Step{s}
}
