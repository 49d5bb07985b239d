package cost

import (
	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/trace"
)

// rerun is a part of a network that the backward pass runs again as a whole, before it goes backward through it. It is a segment; or
// consecutive operations whose steps say so, up to one whose output is kept; or one coupling of a reversible repeat; or, where concats
// are recomputed, a concat with the norms and activations behind it.
type rerun struct {
	first   int32 // its first operation
	last    int32 // and the last one
	segment int32 // 0 for none
	begins  int32 // it runs again before the backward pass of this operation: the last one that needs a tensor of it, or its own last
	needed  bool  // some backward pass needs a tensor of it
	inverts bool  // its input is computed from its output
}

// findReruns finds the parts that run again, and of each operation the number of its part; −1 for none.
func (p *stepPlan) findReruns(ops []*trace.Operation) error {
	p.part = make([]int32, len(ops))
	open := false
	for k, op := range ops {
		p.part[k] = -1
		anew, remade, err := p.saver.makesAnew(op)
		if err != nil {
			return err
		}
		next := rerun{first: int32(k), segment: p.saver.segments.of[op], inverts: p.saver.inverted(op.Output)}
		next.needed = p.saver.recomputed[next.segment]
		switch {
		case next.segment > 0:
			open = len(p.reruns) > 0
		case !anew && !remade:
			open = false
			continue
		}
		if !open || p.reruns[len(p.reruns)-1].inverts != next.inverts || p.reruns[len(p.reruns)-1].segment != next.segment {
			p.reruns = append(p.reruns, next)
		}
		at := &p.reruns[len(p.reruns)-1]
		at.last, at.begins, p.part[k] = int32(k), int32(k), int32(len(p.reruns)-1)
		open = !(next.inverts && couples(op)) && op.Recompute != arch.RecomputeInside
	}
	return nil
}

// makesAnew reports whether an operation is a concat that is computed again, or a norm or an activation behind one, and whether a step
// says that it runs again.
func (s *saver) makesAnew(op *trace.Operation) (anew, remade bool, err error) {
	rule, err := compiledRule(op.Kind.Name)
	if err != nil {
		return false, false, err
	}
	return s.memory.Concat == RecomputeConcat && s.hasNoStorage(op) || s.recomputes(rule, op), s.memory.remakes(rule, op), nil
}

// leave marks the tensors that are kept from the forward pass on although the layers that make them run again: the outputs of steps, the
// tensors of segments that other parts need, and those of reversible repeats that other layers read.
func (p *stepPlan) leave(ops []*trace.Operation) {
	seen := map[[2]int32]bool{}
	for k, op := range ops {
		part := p.part[k]
		for n, in := range op.Inputs {
			if v := p.ops[k].inputs[n]; p.saver.inverted(in) && part < 0 {
				p.leaves[v] = true
			}
		}
		if inside := op.Recompute == arch.RecomputeInside; part >= 0 && (inside || op.Recompute == arch.RecomputeAll) {
			p.leaves[p.root[k+1]] = p.leaves[p.root[k+1]] || inside
			p.reruns[part].needed = p.reruns[part].needed || !p.ops[k].beside.IsZero()
		}
		if len(p.saver.segments.ids) == 0 {
			continue
		}
		read := p.ops[k].needed
		if part >= 0 && p.reruns[part].needed {
			read = append(read[:len(read):len(read)], p.ops[k].handed...)
		}
		for _, v := range read {
			p.stays(v, part, seen)
		}
	}
	p.stays(p.output, -1, seen) // which its caller reads
}

// stays marks a tensor of a segment that another part needs, and the parts that it consists of.
func (p *stepPlan) stays(v, reader int32, seen map[[2]int32]bool) {
	r := p.root[v]
	if seen[[2]int32{r, reader}] {
		return
	}
	seen[[2]int32{r, reader}] = true
	if r > 0 && p.part[r-1] >= 0 && p.part[r-1] != reader && p.reruns[p.part[r-1]].segment > 0 {
		p.leaves[r] = true
	}
	for _, part := range p.parts[r] {
		p.stays(part, reader, seen)
	}
}

// couples reports whether an operation is the concat of the two halves of a coupling.
func couples(op *trace.Operation) bool {
	if !op.Kind.Joins || len(op.Inputs) != 2 {
		return false
	}
	for _, in := range op.Inputs {
		if in.Producer == nil || !in.Producer.Kind.Sums() {
			return false
		}
	}
	return true
}

// remakes is the part that makes a storage again; nil for one that is kept from the forward pass. The input of a coupling is
// made by the coupling, from its output; a tensor that leaves a reversible repeat for a layer outside is kept.
func (p *stepPlan) remakes(storage int32) *rerun {
	if storage == 0 || p.part[storage-1] < 0 || p.leaves[storage] {
		return nil
	}
	n := p.part[storage-1]
	if p.entersCoupling(n+1) && storage == p.root[p.reruns[n].last+1] {
		n++
	}
	return &p.reruns[n]
}

// entersCoupling reports whether the output of the part before is the input of a coupling of a reversible repeat, made by
// another coupling.
func (p *stepPlan) entersCoupling(part int32) bool {
	return part > 0 && int(part) < len(p.reruns) && p.reruns[part].inverts && p.reruns[part-1].inverts
}

// keepForReruns keeps the inputs of parts that run again until they do, the last part first, as its inputs may be made by an earlier
// part.
func (f *stepProfile) keepForReruns() {
	for n := len(f.reruns) - 1; n >= 0; n-- {
		part := &f.reruns[n]
		if !part.needed {
			continue
		}
		seen := map[int32]bool{}
		for k := part.last; k >= part.first; k-- {
			if f.part[k] != int32(n) {
				continue
			}
			for _, in := range f.ops[k].handed {
				f.reads(part, f.root[in], seen)
			}
		}
		if f.entersCoupling(int32(n)) { // its input stays until the coupling before has run backward
			f.reruns[n-1].needed = true
			f.until(f.root[f.reruns[n-1].last+1], f.reruns[n-1].last)
		}
	}
}

// reads keeps a storage that a part reads until the part runs again; of a concat that is recomputed too, the storages of its paths.
// Storages in seen are done: concats in concats have more paths to their parts than parts.
func (f *stepProfile) reads(part *rerun, storage int32, seen map[int32]bool) {
	if seen[storage] {
		return
	}
	seen[storage] = true
	switch by := f.remakes(storage); {
	case by == part, by != nil && part.inverts && by.inverts:
	case by != nil && f.saver.memory.Concat == RecomputeConcat && f.joined[storage]:
		for _, v := range f.parts[storage] {
			f.reads(part, f.root[v], seen)
		}
	default:
		f.until(storage, part.begins)
	}
}
