package rewrite

import (
	"slices"

	"github.com/skipcost/skipcost/arch/trace"
)

// Beside lists the operations that a rewrite changed although they are on no path of the links: they read a body behind its
// last layer, whose width the rewrite changed. They are in execution order; after is the trace that Rewrite made.
func (e *Editor) Beside(links []Link, after *trace.Trace) []*trace.Operation {
	now := map[string]*trace.Operation{}
	for _, op := range after.Operations() {
		now[op.Name] = op
	}
	changed := map[*trace.Value]bool{}
	inside := map[*trace.Operation]bool{}
	for k := range links {
		l := &links[k]
		inside[l.Merge] = true
		for operand := range l.Merge.Inputs {
			last, way := l.wayBack(operand)
			if last == nil || slices.Contains(l.Operands, operand) {
				continue
			}
			is := now[last.Name]
			for _, v := range way {
				inside[v.Producer] = true
				changed[v] = changed[v] || is != nil && !is.Output.Shape.Width.Equal(last.Output.Shape.Width)
			}
		}
	}
	reads := func(v *trace.Value) bool { return changed[v] }
	return slices.DeleteFunc(e.trace.Operations(), func(op *trace.Operation) bool {
		return inside[op] || !slices.ContainsFunc(op.Inputs, reads)
	})
}
