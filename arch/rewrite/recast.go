package rewrite

import (
	"fmt"
	"slices"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// Recasts reports whether the change is made in the steps of the network, see [Recasting], and not merge by merge.
func (c Change) Recasts() bool {
	switch c {
	case ToStreams, ToScaled, ToParallel, ToWeighted, ToAttention, ToValue, ToReversible:
		return true
	}
	return false
}

// Recasting is a change of skips to a kind that is a property of several steps together, such as parallel streams, and not of a
// single merge.
type Recasting struct {
	To      Change
	Streams symbolic.Expr   // how many, for ToStreams; zero for 4
	Form    arch.StreamForm // of those; empty for static
	Gather  arch.Gathering  // the sum that ToWeighted takes; empty for weighted
	Blocks  symbolic.Expr   // number of blocks that layers are summed up in before ToAttention reads them; zero for none
}

// Recast is a network with some of its skips changed to another kind.
type Recast struct {
	Network *arch.Network
	Changed map[*trace.Operation]bool   // merges of the trace that are gone from the network or of another kind
	Already map[*trace.Operation]bool   // merges that were of the kind already
	Stays   map[*trace.Operation]string // the reasons why other merges stay
}

// Recast is the network of a trace with the chosen links changed to another kind, or for ToAdd with plain adds in place of
// those kinds. The trace must be written out, and resolved with its runs. Symbols, blocks and repeats stay. A step is changed
// in all its iterations and uses at once, so that all its links must be chosen.
func (f Recasting) Recast(t *trace.Trace, chosen []Link) *Recast {
	r := &recaster{
		Recasting: f, Recast: Recast{Changed: map[*trace.Operation]bool{}, Already: map[*trace.Operation]bool{}, Stays: map[*trace.Operation]string{}},
		chosen: map[*trace.Operation]*Link{}, same: map[*trace.Operation][]int{}, made: map[*arch.Merge][]*trace.Operation{}, works: map[*arch.Merge][]bool{}, runs: map[*arch.Repeat][]*trace.Run{},
		blocks: map[recastBlock]*arch.Block{}, residuals: map[*arch.Layer][]*trace.Operation{}, values: map[*arch.Layer][]arch.Shape{}, ops: t.Operations(), variants: map[*arch.Block][]*arch.Block{},
	}
	if r.Streams.IsZero() {
		r.Streams = symbolic.Int(4)
	}
	if r.Form == "" {
		r.Form = arch.StaticStreams
	}
	if r.Gather == "" {
		r.Gather = arch.GatherWeighted
	}
	for k := range chosen {
		l := &chosen[k]
		r.chosen[l.Merge] = l
		if l.Class == Skip && !l.Projected {
			r.same[l.Merge] = append(r.same[l.Merge], l.Operands...)
		}
	}
	r.read(t.Runs)
	if r.To == ToAdd && slices.ContainsFunc(chosen, func(l Link) bool { return l.Merge.Site() }) {
		r.Network = t.Network // the links of streams are no merges of steps: once there is a single stream their steps are plain
		return &r.Recast
	}
	out := *t.Network
	out.File = nil
	out.Steps = r.steps(t.Network.Steps)
	used := map[*arch.Block]bool{}
	visitUses(out.Steps, used, nil)
	out.Blocks = arrange(t.Network.Blocks, func(b *arch.Block) []*arch.Block { return r.variants[b] }, used, namesOf(t.Network))
	r.Network = &out
	for k := range chosen {
		r.explain(&chosen[k])
	}
	return &r.Recast
}

// explain gives the reason for a link that stays, where no step has given one.
func (r *recaster) explain(l *Link) {
	op := l.Merge
	if r.Changed[op] || r.Already[op] || r.Stays[op] != "" || r.To == ToAdd || l.Is(string(r.To)) {
		return
	}
	switch {
	case op.Site():
		r.Stays[op] = "it is one of parallel streams; --to add comes first"
	case !op.Kind.Sums():
		r.Stays[op] = fmt.Sprintf("it is no add but a %s; --to add comes first", op.Kind.Name)
	case r.To == ToWeighted || r.To == ToAttention || r.To == ToReversible:
		r.Stays[op] = "it stands in no repeat whose iterations keep the shape that enters"
	default:
		r.Stays[op] = "no step of the network joins it with one branch"
	}
}

// recaster is the state of one [Recasting.Recast].
type recaster struct {
	Recasting
	Recast
	chosen map[*trace.Operation]*Link // by their merges
	made   map[*arch.Merge][]*trace.Operation
	same   map[*trace.Operation][]int // operands of merges that are identities, of the chosen links
	works  map[*arch.Merge][]bool     // of each path, whether a weight layer stands in it in some run
	runs   map[*arch.Repeat][]*trace.Run
	blocks map[recastBlock]*arch.Block // the changed form of each
	ops    []*trace.Operation

	residuals map[*arch.Layer][]*trace.Operation // the sums by which attention layers read the values of the first one
	values    map[*arch.Layer][]arch.Shape       // the shapes of what attention layers make
	kept      *arch.Shape                        // shape of the values of the first attention layer
	inside    bool                               // in a branch whose attention layers are changed

	variants map[*arch.Block][]*arch.Block
}

// recastBlock is a block, and whether it is in a branch whose attention layers are changed.
type recastBlock struct {
	*arch.Block
	inside bool
}

// read finds the operations that the steps make in all their runs.
func (r *recaster) read(runs []*trace.Run) {
	for _, run := range runs {
		switch a := run.Step.Do.(type) {
		case *arch.Merge:
			r.made[a] = append(r.made[a], run.Out.Producer)
			r.worked(a, run)
		case *arch.Layer:
			if takesValues(a) {
				r.values[a] = append(r.values[a], valuesOf(a, run.Out))
			}
			if sum := residual(a, run.Out); sum != nil {
				r.residuals[a] = append(r.residuals[a], sum)
			}
		case *arch.Repeat:
			r.runs[a] = append(r.runs[a], run)
		}
		for _, list := range run.Within {
			r.read(list)
		}
	}
}

// worked notes in which paths of a merge a run has weight layers.
func (r *recaster) worked(m *arch.Merge, run *trace.Run) {
	for len(r.works[m]) < len(run.Within) {
		r.works[m] = append(r.works[m], false)
	}
	for k, path := range run.Within {
		r.works[m][k] = r.works[m][k] || weighs(path)
	}
}

// weighs reports whether a weight layer is among the steps that ran.
func weighs(runs []*trace.Run) bool {
	return slices.ContainsFunc(runs, func(run *trace.Run) bool {
		l, is := run.Step.Do.(*arch.Layer)
		return is && l.Kind.WeightLayer() || slices.ContainsFunc(run.Within, weighs)
	})
}

// steps changes a list of steps.
func (r *recaster) steps(list []arch.Step) []arch.Step {
	var out []arch.Step
	for len(list) > 0 {
		made, n := r.first(list)
		if n == 0 {
			made, n = []arch.Step{r.into(list[0])}, 1
		}
		out, list = append(out, made...), list[n:]
	}
	return out
}

// first is the changed form of the first steps of a list, and their number; 0 where they do not change.
func (r *recaster) first(list []arch.Step) ([]arch.Step, int) {
	switch r.To {
	case ToStreams:
		return r.carried(list)
	case ToScaled:
		return r.scaled(list[0])
	case ToParallel:
		return r.sideBySide(list)
	case ToWeighted:
		return r.weighed(list[0])
	case ToAttention:
		return r.attended(list[0])
	case ToValue:
		return r.valued(list[0])
	case ToReversible:
		return r.reversed(list[0])
	}
	return r.plain(list)
}

// into changes the steps inside a step.
func (r *recaster) into(s arch.Step) arch.Step {
	switch a := s.Do.(type) {
	case *arch.Use:
		made := *a
		made.Block, made.Steps = r.block(a.Block), nil
		for name, steps := range a.Steps {
			made.Give(name, r.steps(steps))
		}
		s.Do = &made
	case *arch.If:
		s.Do = &arch.If{Condition: a.Condition, Then: r.steps(a.Then), Else: r.steps(a.Else)}
	case *arch.Merge:
		made := *a
		made.Paths = r.paths(a.Paths)
		s.Do = &made
	case *arch.Repeat:
		made := *a
		made.Steps = r.steps(a.Steps)
		s.Do = &made
	case *arch.Streams:
		if r.To == ToAdd { // any other kind works on a single tensor
			made := *a
			made.Steps = r.steps(a.Steps)
			s.Do = &made
		}
	case *arch.Couple:
		s.Do = &arch.Couple{Paths: r.paths(a.Paths)}
	case *arch.Head:
		s.Do = &arch.Head{Steps: r.steps(a.Steps), Training: a.Training}
	}
	return s
}

func (r *recaster) paths(paths []arch.Path) []arch.Path {
	out := slices.Clone(paths)
	for k, p := range out {
		out[k].Steps = r.steps(p.Steps)
	}
	return out
}

// block is the changed form of a block, for all its uses.
func (r *recaster) block(b *arch.Block) *arch.Block {
	as := recastBlock{b, r.inside}
	if now := r.blocks[as]; now != nil {
		return now
	}
	now := b
	if !usesItself(b) {
		now = r.variant(b, r.steps(b.Steps))
	}
	r.blocks[as] = now
	return now
}

// variant is a block with other steps; each call with the same block returns the same variant.
func (r *recaster) variant(b *arch.Block, steps []arch.Step) *arch.Block {
	key := keyOf(steps)
	if key == keyOf(b.Steps) {
		return b
	}
	for _, v := range r.variants[b] {
		if keyOf(v.Steps) == key {
			return v
		}
	}
	v := &arch.Block{Name: b.Name, Parameters: b.Parameters, Steps: steps, Pos: b.Pos}
	r.variants[b] = append(r.variants[b], v)
	return v
}

// takes reports whether all links of a merge are chosen; where only some are, it notes that as the reason why the merge stays.
func (r *recaster) takes(m *arch.Merge) bool {
	ops := r.made[m]
	some := slices.ContainsFunc(ops, func(op *trace.Operation) bool { return r.chosen[op] != nil })
	all := !slices.ContainsFunc(ops, func(op *trace.Operation) bool { return r.chosen[op] == nil })
	if slices.ContainsFunc(ops, func(op *trace.Operation) bool { return !op.Kind.Sums() || op.Site() }) {
		return false
	}
	if some && !all {
		r.stay(m, "its step makes other links too, which are not chosen")
	}
	return some && all
}

// change notes merges that are changed.
func (r *recaster) change(merges ...*arch.Merge) {
	for _, m := range merges {
		for _, op := range r.made[m] {
			r.Changed[op] = true
			delete(r.Stays, op)
		}
	}
}

// keep notes merges that are of the kind already.
func (r *recaster) keep(merges ...*arch.Merge) {
	for _, m := range merges {
		for _, op := range r.made[m] {
			r.Already[op] = true
		}
	}
}

// stay notes why the links of a merge stay, unless there is a reason already.
func (r *recaster) stay(m *arch.Merge, reason string) {
	for _, op := range r.made[m] {
		if r.chosen[op] != nil && r.Stays[op] == "" {
			r.Stays[op] = reason
		}
	}
}

// branch is the place of the branch in an add of the identity and one branch.
func branch(m *arch.Merge) (int, bool) {
	if !m.Op.Kind().Sums() || len(m.Paths) != 2 {
		return 0, false
	}
	for k, p := range m.Paths {
		if len(p.Steps) > 0 && len(m.Paths[1-k].Steps) == 0 {
			return k, true
		}
	}
	return 0, false
}

// usesItself reports whether a block uses itself.
func usesItself(b *arch.Block) bool {
	used := map[*arch.Block]bool{}
	visitUses(b.Steps, used, nil)
	return used[b]
}

// bodyOf are the steps of the block that is used; none where it uses itself.
func bodyOf(u *arch.Use) []arch.Step {
	if usesItself(u.Block) {
		return nil
	}
	return u.Block.Steps
}

// mergesOf are the merges of steps, and of the blocks and repeats in them, but not those on paths of other merges.
func mergesOf(steps []arch.Step) []*arch.Merge {
	var out []*arch.Merge
	for _, s := range steps {
		switch a := s.Do.(type) {
		case *arch.Merge:
			out = append(out, a)
		case *arch.Use:
			out = append(out, mergesOf(bodyOf(a))...)
		case *arch.Repeat:
			out = append(out, mergesOf(a.Steps)...)
		case *arch.Streams:
			out = append(out, mergesOf(a.Steps)...)
		}
	}
	return out
}
