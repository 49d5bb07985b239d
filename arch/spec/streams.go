package spec

import "github.com/skipcost/skipcost/arch"

// The parameters of streams.
const (
	streamsCount = "count"
	streamsSteps = "steps"
)

// streams reads {count: …, steps: …}.
func (r *reader) streams(p pair, sc *scope) *arch.Streams {
	st := &arch.Streams{}
	const hint = "as in streams: {count: 4, steps: [add: [identity, [layernorm, linear: c]]]}"
	if p.value.kind != mapping {
		r.problem(p.key.pos, hint, `streams need "count" and "steps"`)
		return st
	}
	r.onlyKeys(wordStreams, p.value, []string{streamsCount, streamsSteps})
	count, steps := p.value.get(streamsCount), p.value.get(streamsSteps)
	if count == nil || count.kind == empty || steps == nil || steps.kind == empty {
		r.problem(p.key.pos, hint, `streams need "count" and "steps"`)
		return st
	}
	st.Count, _ = r.expression(count, sc)
	st.Steps = r.steps(steps, sc.inner())
	return st
}
