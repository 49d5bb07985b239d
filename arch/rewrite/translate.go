package rewrite

import (
	"fmt"
	"slices"
	"strings"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// TranslationError is the reason why edits cannot be made in the network that the trace was resolved from.
type TranslationError struct{ Reason string }

// Error is the reason.
func (e *TranslationError) Error() string { return e.Reason }

// Translation is a network with the edits that were made to its trace.
type Translation struct {
	*arch.Network
	Idle    []string // counts of repeats that do not run often enough here to know what all of their iterations become
	Bound   []string // symbols that the network has no closed form in, so that the translation only holds at their values here
	Spelled []string // counts of repeats that are written out one by one, see [Spell]
	Split   []string // counts of repeats of which not all iterations have changed alike: at other values others may
}

// Network is the network that the trace was resolved from, with the same edits: its symbols, blocks and repeats stay where all
// iterations have changed alike, a repeat is split where they have not, and a block has a variant for each way in which its
// uses have. The trace must have been resolved with its runs.
//
// Every step is translated once for each of its runs; the results are mostly equal, and are then written once. Widths are
// written as expressions. Layers keep their output width: where the incoming width c has changed, the width from before stands
// in place of c, in closed form. A layer that follows the width that enters its merge uses that width as c, or as a parameter
// width=c of the block around. Callers should compare the costs of the network with those of the trace: the translation may
// change more than the edits do, such as where tensors are copied.
//
// Its error is *TranslationError.
func (r *Rewriting) Network() (*Translation, error) {
	before := r.before
	if before.Runs == nil {
		return nil, &TranslationError{Reason: "it was not kept which step made what"}
	}
	t := &translator{
		rewriter: r.rewriter, network: before.Network,
		became: map[*trace.Operation]*trace.Operation{}, moved: map[*trace.Value]bool{}, closed: map[*trace.Run]*trace.Run{},
		made: map[*trace.Value]*trace.Run{}, translated: map[*trace.Operation]bool{}, entries: map[string]*entry{},
		variants: map[*arch.Block][]*variant{}, taken: namesOf(before.Network),
	}
	for _, op := range r.Trace.Operations() {
		if was := t.was[op]; was != nil {
			t.became[was] = op
		}
	}
	closed, numbers, decided := closedRuns(before.Network)
	t.numbers = numbers
	t.pair(before.Runs, closed)
	t.move(before)
	steps := t.steps(before.Runs, scene{frame: &frame{entry: before.Input}})
	t.complete()
	if t.err != nil {
		return nil, t.err
	}
	out := *before.Network
	out.File, out.Notes = nil, nil
	if f := before.Network.File; f == nil || f.Text == "" {
		steps = plain(steps, t.taken)
	}
	out.Steps, out.Blocks = steps, t.blocks(steps)
	slices.Sort(t.idle)
	slices.Sort(t.split)
	return &Translation{Network: &out, Idle: slices.Compact(t.idle), Split: slices.Compact(t.split), Bound: append(decided, t.numbers...)}, nil
}

// translator is the state of one [Rewriting.Network].
type translator struct {
	*rewriter
	network *arch.Network
	became  map[*trace.Operation]*trace.Operation // the new form of an operation; nil if it is gone
	moved   map[*trace.Value]bool                 // tensors whose width is another one now
	closed  map[*trace.Run]*trace.Run             // the run of the step in closed form
	made    map[*trace.Value]*trace.Run           // the run that makes a tensor
	numbers []string                              // symbols for which the widths from before are not known
	around  []*entry                              // the merges whose paths are being translated
	blocked []*entry                              // the blocks whose bodies are being translated
	entries map[string]*entry                     // by the symbol that stands for their width

	translated map[*trace.Operation]bool // merges
	variants   map[*arch.Block][]*variant
	wrappers   []*arch.Block
	taken      map[string]bool // names that no parameter or block may have
	idle       []string        // see [Translation]
	split      []string
	err        error // the first one
}

// fail notes an edit that cannot be translated.
func (t *translator) fail(what string, args ...any) {
	if t.err == nil {
		t.err = &TranslationError{Reason: fmt.Sprintf(what, args...)}
	}
}

// complete makes sure that no edit was left out.
func (t *translator) complete() {
	for _, op := range t.links.ops {
		if t.changes(op) && !t.translated[op] {
			t.fail("no step of it makes %s alone", op.Name)
		}
	}
}

// changes reports whether an operation is a merge that was edited.
func (t *translator) changes(op *trace.Operation) bool {
	_, edited := t.edits[op]
	return edited || len(t.cut[op]) > 0
}

// closedRuns are the runs of a network with its symbols free, as far as widths have a closed form, the symbols that are not,
// and those that are bound because conditions depend on them: the translation holds for the branches that are chosen here.
func closedRuns(n *arch.Network) (runs []*trace.Run, bound, decided []string) {
	var free []string
	for _, s := range n.Symbols {
		free = append(free, s.Name)
	}
	resolve := func(free []string) ([]*trace.Run, []string) {
		t, err := trace.Resolve(n, trace.Options{Free: free, Decided: true, Runs: true})
		if err != nil {
			return nil, nil
		}
		return t.Runs, t.Decided
	}
	if runs, decided = resolve(free); runs != nil {
		return runs, nil, decided
	}
	var some []string
	for _, name := range free {
		if more, chosen := resolve(append(slices.Clone(some), name)); more != nil {
			runs, decided, some = more, chosen, append(some, name)
		} else {
			bound = append(bound, name)
		}
	}
	return runs, bound, decided
}

// pair finds for each run the one in closed form, and the run that makes each tensor.
func (t *translator) pair(runs, closed []*trace.Run) {
	for k, run := range runs {
		if makes(run) {
			t.made[run.Out] = run
		}
		var lists [][]*trace.Run
		if k < len(closed) {
			t.closed[run], lists = closed[k], closed[k].Within
		}
		for j, list := range run.Within {
			var with []*trace.Run
			if len(lists) > 0 {
				with = lists[min(j, len(lists)-1)]
			}
			t.pair(list, with)
		}
	}
}

// move finds the tensors whose width has changed. Under an edit to a dense link the output of a body counts as changed even if
// its width is the growth rate already.
func (t *translator) move(before *trace.Trace) {
	for was, is := range t.now {
		t.moved[was] = is != nil && !is.Shape.Width.Equal(was.Shape.Width)
	}
	for op, growth := range t.fixed {
		closed := t.closed[t.made[op.Output]]
		t.moved[op.Output] = t.moved[op.Output] || closed != nil && !closed.Out.Shape.Width.Equal(growth)
	}
	t.hand(before.Operations())
}

// hand propagates changed widths from tensor to tensor, and returns those that it newly marks.
func (t *translator) hand(ops []*trace.Operation) []*trace.Value {
	var taken []*trace.Value
	for _, op := range ops {
		reads := func(v *trace.Value) bool { return t.moved[v] }
		if !t.moved[op.Output] && t.became[op] != nil && t.passes(op) && slices.ContainsFunc(op.Inputs, reads) {
			t.moved[op.Output] = true
			taken = append(taken, op.Output)
		}
	}
	return taken
}

// makes reports whether a run makes a tensor itself, as those of layers and merges do.
func makes(run *trace.Run) bool {
	switch run.Step.Do.(type) {
	case *arch.Layer, *arch.Merge:
		return true
	}
	return false
}

// namesOf are the names that a network has given.
func namesOf(n *arch.Network) map[string]bool {
	taken := map[string]bool{}
	for _, s := range n.Symbols {
		taken[s.Name] = true
	}
	var steps func([]arch.Step)
	steps = func(list []arch.Step) {
		for _, s := range list {
			taken[s.As] = true
			if rep, is := s.Do.(*arch.Repeat); is {
				for _, name := range rep.Ways {
					taken[name] = true
				}
			}
			for _, inner := range arch.Within(s.Do) {
				steps(inner)
			}
		}
	}
	steps(n.Steps)
	for _, b := range n.Blocks {
		taken[b.Name] = true
		for _, p := range b.Parameters {
			taken[p.Name] = true
		}
		steps(b.Steps)
	}
	return taken
}

// steps translates a list of steps.
func (t *translator) steps(runs []*trace.Run, at scene) []arch.Step {
	var out []arch.Step
	for _, run := range runs {
		if t.err != nil {
			return nil
		}
		out = append(out, t.step(run, at)...)
	}
	return out
}

func (t *translator) step(run *trace.Run, at scene) []arch.Step {
	switch a := run.Step.Do.(type) {
	case *arch.Layer:
		return t.layer(run, a, at)
	case *arch.Use:
		return t.use(run, a, at)
	case *arch.Merge:
		return t.merge(run, a, at)
	case *arch.Repeat:
		return t.repeat(run, a, at)
	case *arch.Streams:
		return t.streams(run, a, at)
	case *arch.Slot:
		return t.slot(run, a, at)
	case *arch.If:
		return t.branch(run, a, at)
	case *arch.Let:
		return []arch.Step{t.let(run, a, at)}
	case *arch.Head:
		s := *run.Step
		s.Do = &arch.Head{Steps: t.steps(run.Within[0], at), Training: a.Training}
		return []arch.Step{s}
	}
	return []arch.Step{*run.Step}
}

// passing is a step that does nothing but keep its names.
func passing(s *arch.Step, inner ...arch.Step) []arch.Step {
	var out []arch.Step
	if s.From != "" {
		out = append(out, arch.Step{Do: &arch.Tap{}, From: s.From})
	}
	out = append(out, inner...)
	if s.As != "" {
		out = append(out, arch.Step{Do: &arch.Tap{}, As: s.As})
	}
	return out
}

// fresh is a name that is not taken.
func (t *translator) fresh(name string) string { return free(name, t.taken) }

// free is a name that is not taken.
func free(name string, taken map[string]bool) string {
	one := name
	for n := 2; taken[one]; n++ {
		one = fmt.Sprintf("%s%d", name, n)
	}
	return one
}

// isSymbol reports whether a name is a symbol of the network.
func (t *translator) isSymbol(name string) bool {
	_, ok := t.network.Symbol(name)
	return ok
}

// keyOf is a text by which equal lists of steps are recognised.
func keyOf(steps []arch.Step) string {
	var b strings.Builder
	writeKey(&b, steps)
	return b.String()
}

func writeKey(b *strings.Builder, steps []arch.Step) {
	for _, s := range steps {
		fmt.Fprintf(b, "%q<%q~%q=", s.As, s.From, s.Recompute)
		if s.Survives != nil {
			b.WriteString(s.Survives.ASCII())
		}
		switch a := s.Do.(type) {
		case *arch.Layer:
			b.WriteString(a.Kind.Name)
			writeArguments(b, a.Kind, a.Args)
		case *arch.Use:
			fmt.Fprintf(b, "%p", a.Block)
			for _, p := range a.Block.Parameters {
				if e, ok := a.Args[p.Name]; ok {
					b.WriteString(" " + p.Name + " " + e.ASCII())
				}
				fmt.Fprintf(b, " %q", a.Tensors[p.Name])
			}
		case *arch.Slot:
			b.WriteString("slot " + a.Parameter)
		case *arch.If:
			b.WriteString("if " + a.Condition.ASCII())
		case *arch.Let:
			for _, named := range a.Names {
				b.WriteString(" let " + named.Name + " " + named.Value.ASCII())
			}
		case *arch.Merge:
			fmt.Fprintf(b, "%s %t", a.Op, a.List)
			writeArguments(b, a.Op.Kind(), a.Args)
		case *arch.Repeat:
			fmt.Fprintf(b, "repeat %s %q %s %q", a.Times.ASCII(), a.Links, a.Window.ASCII(), a.Gather)
			fmt.Fprintf(b, "%t %t %q", a.Recompute, a.Reversible, a.Ways)
			for _, e := range []*arch.Expression{a.Dilation, a.Period, a.Block} {
				if e != nil {
					b.WriteString(" " + e.ASCII())
				}
				b.WriteString(";")
			}
		case *arch.Streams:
			fmt.Fprintf(b, "streams %s %s %t %t", a.Count.ASCII(), a.Form, a.Fractions, a.Recompute)
		case *arch.Couple:
			b.WriteString("couple")
		case *arch.Head:
			fmt.Fprintf(b, "head %t", a.Training)
		}
		for _, list := range arch.Within(s.Do) {
			b.WriteString("(")
			writeKey(b, list)
			b.WriteString(")")
		}
		b.WriteString(";")
	}
}

// whole reads a width as an expression without a place.
func whole(e symbolic.Expr) arch.Expression { return arch.Expression{Expr: e} }

func writeArguments(b *strings.Builder, k *arch.Kind, args map[string]arch.Argument) {
	for _, p := range k.Parameters {
		arg, given := args[p.Name]
		if !given {
			continue
		}
		fmt.Fprintf(b, " %s %q", p.Name, arg.Word)
		for _, e := range arg.Values {
			b.WriteString(" " + e.ASCII())
		}
	}
}
