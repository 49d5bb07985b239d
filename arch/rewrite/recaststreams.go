package rewrite

import (
	"slices"

	"github.com/skipcost/skipcost/arch"
)

// carried runs as many of the first steps as possible on parallel streams (Zhu et al. 2024, arXiv:2409.19606, Algorithm 2):
// adds of the identity and a branch, in blocks and repeats too, with no step between them that would read a single tensor.
func (r *recaster) carried(list []arch.Step) ([]arch.Step, int) {
	n := 0
	for n < len(list) && r.carries(list[n]) {
		n++
	}
	merges := mergesOf(list[:n])
	switch {
	case n == 0 || len(merges) == 0:
		return nil, 0
	case len(merges) == 1 && !inRepeat(list[:n]):
		r.stay(merges[0], "streams would carry past this branch alone: what stands before and behind it reads one tensor")
		return nil, 0
	}
	r.change(merges...)
	st := &arch.Streams{Count: whole(r.Streams), Form: r.Form, Steps: slices.Clone(list[:n])}
	return []arch.Step{{Do: st, Pos: list[0].Pos}}, n
}

// carries reports whether a step can run on streams, and notes for merges why it cannot.
func (r *recaster) carries(s arch.Step) bool {
	named := s.From != "" || s.As != ""
	switch a := s.Do.(type) {
	case *arch.Merge:
		if !r.takes(a) {
			return false
		}
		_, adds := branch(a)
		switch {
		case !adds:
			r.stay(a, "streams meet branches in an add of the identity and one branch")
		case named:
			r.stay(a, "other steps read it by its name, and streams are many")
		}
		return adds && !named
	case *arch.Use:
		if named || readsWidth(a) {
			return false
		}
		return r.carryAll(bodyOf(a))
	case *arch.Repeat:
		if named || a.Links != "" || a.Times.Has(arch.IncomingWidth) {
			return false
		}
		return r.carryAll(a.Steps)
	}
	return false
}

// carryAll reports whether all steps can run on streams.
func (r *recaster) carryAll(steps []arch.Step) bool {
	all := true
	for _, s := range steps {
		all = r.carries(s) && all
	}
	return all && len(steps) > 0
}

// readsWidth reports whether an argument of a block reads the incoming width, which would be that of all streams together.
func readsWidth(u *arch.Use) bool {
	for _, e := range u.Args {
		if e.Has(arch.IncomingWidth) {
			return true
		}
	}
	return slices.ContainsFunc(u.Block.Parameters, func(p arch.BlockParameter) bool {
		return p.Default != nil && p.Default.Has(arch.IncomingWidth)
	})
}

// inRepeat reports whether there is a repeat among steps or in the blocks they use.
func inRepeat(steps []arch.Step) bool {
	return slices.ContainsFunc(steps, func(s arch.Step) bool {
		switch a := s.Do.(type) {
		case *arch.Repeat:
			return true
		case *arch.Use:
			return inRepeat(bodyOf(a))
		}
		return false
	})
}
