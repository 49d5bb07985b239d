package spec

import (
	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/internal/choose"
)

// The parameters of streams.
const (
	streamsCount = "count"
	streamsForm  = "form"
	streamsSteps = "steps"

	streamsFractions = "fractions"
)

// streams reads {count: …, steps: …}, and form where there is one.
func (r *reader) streams(p pair, sc *scope) *arch.Streams {
	st := &arch.Streams{}
	incomplete := func() *arch.Streams {
		r.problem(p.key.pos, "as in streams: {count: 4, steps: [add: [identity, [layernorm, linear: c]]]}", `streams need "count" and "steps"`)
		return st
	}
	if p.value.kind != mapping {
		return incomplete()
	}
	required := []string{streamsCount, streamsSteps}
	meant := r.onlyKeys(wordStreams, p.value, append(required, streamsFractions, streamsForm, wordCheckpoint), required...)
	count, steps := p.value.get(streamsCount), p.value.get(streamsSteps)
	if parts := p.value.get(streamsFractions); parts != nil {
		if count != nil {
			r.problem(parts.pos, "", "streams are copies, count of them, or fractions of one tensor")
		}
		count, st.Fractions = parts, true
	}
	if count == nil || count.kind == empty || steps == nil || steps.kind == empty {
		if len(meant) > 0 {
			return st
		}
		return incomplete()
	}
	if n := p.value.get(streamsForm); n != nil {
		if st.Form = r.streamForm(n); st.Fractions && st.Form == arch.ConstrainedStreams {
			r.problem(n.pos, "", "fractions are static or dynamic")
		}
	}
	if n := p.value.get(wordCheckpoint); n != nil {
		st.Recompute = r.isTrue(wordCheckpoint, n)
	}
	st.Count, _ = r.expression(count, sc)
	st.Steps = r.steps(steps, sc.inner())
	return st
}

// streamForm reads the name of a form; the first form is the default.
func (r *reader) streamForm(n *node) arch.StreamForm {
	var names []string
	for _, f := range arch.StreamForms() {
		if n.kind == scalar && n.text == string(f) {
			if f == arch.StaticStreams {
				return ""
			}
			return f
		}
		names = append(names, string(f))
	}
	if n.kind != scalar {
		r.problem(n.pos, choose.List("forms are", names), "form takes one word, not %s", n.kind)
	} else {
		r.absent("unknown form of streams", n.text, n.pos, r.nearest(n.text, names, choose.List("forms are", names)))
	}
	return ""
}

// streamEntries writes the parameters of streams besides their steps.
func streamEntries(a *arch.Streams) []string {
	entries := []string{streamsCount + ": " + formula(a.Count)}
	if a.Fractions {
		entries[0] = streamsFractions + ": " + formula(a.Count)
	}
	if a.Form != "" {
		entries = append(entries, streamsForm+": "+string(a.Form))
	}
	if a.Recompute {
		entries = append(entries, wordCheckpoint+": true")
	}
	return entries
}
