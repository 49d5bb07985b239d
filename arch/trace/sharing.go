package trace

import (
	"github.com/skipcost/skipcost/arch"
)

// Shared reports whether the weights of an operation are those of one before it, where they count.
func (o *Operation) Shared() bool { return o.Owner != nil || o.Args.Value(arch.Shared).IsOne() }

// owner is the operation whose weights a layer uses; nil if it has its own, or says only that they are shared.
func (r *resolver) owner(s arch.Step, args arch.Args, sc *scope) (*Operation, bool) {
	name := args.Word(arch.Shared)
	if name == "" {
		return nil, true
	}
	v := sc.tap(name)
	switch {
	case v == nil:
		r.problem(s.Pos, "a name can be read after the step that carries it", "nothing is named %q here", name)
		return nil, false
	case v.Producer == nil || !v.Producer.Kind.Learns():
		r.problem(s.Pos, "as: NAME stands in the step of the layer itself", "%s is no layer with weights", name)
		return nil, false
	case v.Producer.Owner != nil:
		return v.Producer.Owner, true
	}
	return v.Producer, true
}
