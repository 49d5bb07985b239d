package rewrite

import (
	"fmt"
	"maps"
	"slices"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// Spelled is a network in which repeats whose links are a pattern are written out, iteration by iteration, with merges of named
// tensors, so that each step can be rewritten by itself. Blocks and other repeats stay, and so do all symbols but those that
// are read no more.
type Spelled struct {
	*arch.Network
	Counts []string // of the repeats that are written out; none if the network has no such repeat that runs
}

// Spell writes the patterns of links of a network out, at the values of its trace, which must be written out and resolved with
// its runs. Its error is *TranslationError.
func Spell(t *trace.Trace) (*Spelled, error) {
	s := &speller{trace: t, taken: namesOf(t.Network), bound: symbolic.Bindings{}, variants: map[*arch.Block][]*arch.Block{}}
	for _, b := range t.Bound {
		s.bound[b.Name] = b.Value
	}
	out := *t.Network
	out.Steps = s.steps(t.Runs)
	if s.err != nil {
		return nil, s.err
	}
	used := map[*arch.Block]bool{}
	visitUses(out.Steps, used, nil)
	out.Blocks = arrange(t.Network.Blocks, func(b *arch.Block) []*arch.Block { return s.variants[b] }, used, s.taken)
	s.forget(&out)
	slices.Sort(s.counts)
	return &Spelled{Network: &out, Counts: slices.Compact(s.counts)}, nil
}

// speller is the state of one [Spell].
type speller struct {
	trace    *trace.Trace
	bound    symbolic.Bindings
	taken    map[string]bool // names that are given
	variants map[*arch.Block][]*arch.Block
	counts   []string
	given    []map[string][][]arch.Step // for each block around, the steps that it was given, written out, one list for each time they run
	err      error                      // the first one
}

func (s *speller) fail(what string, args ...any) {
	if s.err == nil {
		s.err = &TranslationError{Reason: fmt.Sprintf(what, args...)}
	}
}

// steps spells a list of steps.
func (s *speller) steps(runs []*trace.Run) []arch.Step {
	var out []arch.Step
	for _, run := range runs {
		step := *run.Step
		switch a := run.Step.Do.(type) {
		case *arch.Use:
			step.Do = s.use(a, run)
		case *arch.Slot:
			s.slot(a, run)
		case *arch.If:
			made := *a
			if chosen := s.steps(run.Within[0]); run.Holds {
				made.Then = chosen
			} else {
				made.Else = chosen
			}
			step.Do = &made
		case *arch.Merge:
			made := *a
			made.Paths = nil
			for k, p := range a.Paths {
				made.Paths = append(made.Paths, arch.Path{Steps: s.steps(run.Within[k]), Pos: p.Pos})
			}
			step.Do = &made
		case *arch.Couple:
			made := &arch.Couple{}
			for k, p := range a.Paths {
				made.Paths = append(made.Paths, arch.Path{Steps: s.steps(run.Within[k]), Pos: p.Pos})
			}
			step.Do = made
		case *arch.Repeat:
			if a.Links != "" && !a.GrowsOneConcat() && len(run.Within) > 0 {
				out = append(out, s.iterations(run, a)...)
				continue
			}
			step.Do = s.repeat(a, run)
		case *arch.Streams:
			made := *a
			made.Steps = s.steps(run.Within[0])
			step.Do = &made
		case *arch.Head:
			step.Do = &arch.Head{Steps: s.steps(run.Within[0]), Training: a.Training}
		}
		out = append(out, step)
	}
	return out
}

// use is the use of a block, or of a variant of it that reads fewer parameters.
func (s *speller) use(u *arch.Use, run *trace.Run) *arch.Use {
	given := map[string][][]arch.Step{}
	s.given = append(s.given, given)
	body := s.steps(run.Within[0])
	s.given = s.given[:len(s.given)-1]
	u = s.handed(u, given)
	key := keyOf(body)
	if key == keyOf(u.Block.Steps) {
		return u
	}
	same := func(b *arch.Block) bool { return keyOf(b.Steps) == key }
	at := slices.IndexFunc(s.variants[u.Block], same)
	if at < 0 {
		made := &arch.Block{Name: u.Block.Name, Steps: body, Pos: u.Block.Pos, Parameters: readOf(u.Block.Parameters, body)}
		at = len(s.variants[u.Block])
		s.variants[u.Block] = append(s.variants[u.Block], made)
	}
	made := &arch.Use{Block: s.variants[u.Block][at], Args: maps.Clone(u.Args), Steps: u.Steps, Tensors: u.Tensors}
	maps.DeleteFunc(made.Args, func(name string, _ arch.Expression) bool {
		return !slices.ContainsFunc(made.Block.Parameters, func(p arch.BlockParameter) bool { return p.Name == name })
	})
	return made
}

// slot writes out the steps that the block around was given, in the scope of the use.
func (s *speller) slot(a *arch.Slot, run *trace.Run) {
	inner, user := s.given, len(s.given)-1
	s.given = slices.Clip(inner[:user]) // which must not grow over what is put back
	steps := s.steps(run.Within[0])
	s.given = inner
	inner[user][a.Parameter] = append(inner[user][a.Parameter], steps)
}

// handed is a use of a block with the steps that it is given written out.
func (s *speller) handed(u *arch.Use, given map[string][][]arch.Step) *arch.Use {
	if len(given) == 0 {
		return u
	}
	made := *u
	made.Steps = maps.Clone(u.Steps)
	for name, spelled := range given {
		key := keyOf(spelled[0])
		if slices.ContainsFunc(spelled, func(steps []arch.Step) bool { return keyOf(steps) != key }) {
			s.fail("the block %s runs the steps of %s more than once, and they would be written out each in another way", u.Block.Name, name)
		}
		made.Steps[name] = spelled[0]
	}
	return &made
}

// readOf are the parameters that steps, or defaults of later parameters, read, and all that are no numbers.
func readOf(parameters []arch.BlockParameter, steps []arch.Step) []arch.BlockParameter {
	read := map[string]bool{}
	note := func(e arch.Expression) {
		for _, name := range e.Symbols() {
			read[name] = true
		}
	}
	arch.VisitStepExpressions(steps, note)
	var out []arch.BlockParameter
	for _, p := range slices.Backward(parameters) {
		if !read[p.Name] && p.Takes == arch.NumberParameter {
			continue
		}
		out = append(out, p)
		if p.Default != nil {
			note(*p.Default)
		}
	}
	slices.Reverse(out)
	return out
}

// repeat is a repeat without a pattern of links, whose iterations are alike.
func (s *speller) repeat(rep *arch.Repeat, run *trace.Run) *arch.Repeat {
	if len(run.Within) == 0 {
		return rep
	}
	var was []arch.Step
	for _, inner := range run.Within[0] {
		was = append(was, *inner.Step)
	}
	steps := s.steps(run.Within[0])
	key := keyOf(steps)
	for _, list := range run.Within[1:] {
		if keyOf(s.steps(list)) != key {
			s.fail("the iterations of the repeat of %s would be written out each in another way", rep.Times.Text())
		}
	}
	if key == keyOf(was) {
		return rep
	}
	return &arch.Repeat{Times: rep.Times, Steps: steps}
}

// iterations are those of a repeat with links, one after the other: each has a name, and reads the layers of the pattern.
func (s *speller) iterations(run *trace.Run, rep *arch.Repeat) []arch.Step {
	n, window := len(run.Within), len(run.Within)
	if rep.Links == arch.WindowLinks {
		size, ok := rep.Window.Substitute(s.bound).Int64()
		if !ok {
			s.fail("how many layers the window links of the repeat of %s read is said elsewhere", rep.Times.Text())
		}
		window = int(min(size, int64(n+1)))
	}
	if rep.Dilation != nil || rep.Period != nil || rep.Block != nil {
		s.fail("the layers of the repeat of %s are read in steps or in blocks", rep.Times.Text())
	}
	s.counts = append(s.counts, rep.Times.Text())
	names := []string{s.name(0)}
	out := []arch.Step{{Do: &arch.Tap{}, From: run.Step.From, As: names[0], Pos: run.Step.Pos}}
	for l := 1; l <= n; l++ {
		reads := rep.Links.Reads(l, window)
		joins := len(reads) > 1 || reads[0] != l-1 || rep.ReadsAlone(l-1)
		body := s.inIteration(append(waysTold(rep, joins), s.steps(run.Within[l-1])...), l-1, len(reads))
		if joins {
			out = append(out, together(rep, names, reads, int64(len(rep.Ways))+1))
		}
		names = append(names, s.name(l))
		out = append(out, named(body, names[l])...)
	}
	last := together(rep, names, rep.Gathered(n, window), 1)
	last.As = run.Step.As
	return append(out, last)
}

// name is that of what enters a repeat, or of one of its iterations.
func (s *speller) name(l int) string { return free(fmt.Sprintf("x%d", l), s.taken) }

// inIteration is the body of an iteration with its index and number of links filled in, and with names of its own.
func (s *speller) inIteration(body []arch.Step, i, links int) []arch.Step {
	here := symbolic.Bindings{arch.RepeatIndex: symbolic.Int(int64(i)), arch.LinkCount: symbolic.Int(int64(links))}
	if repeats(body) {
		delete(here, arch.RepeatIndex) // a repeat inside has an index of its own
		arch.VisitStepExpressions(body, func(e arch.Expression) {
			if e.Has(arch.RepeatIndex) {
				s.fail("a repeat inside of one with links counts, and so may that one")
			}
		})
	}
	body = arch.MapSteps(body, func(e arch.Expression) arch.Expression { return arch.Expression{Expr: e.Substitute(here), Pos: e.Pos} })
	if names(body) {
		return []arch.Step{{Do: &arch.Repeat{Times: whole(symbolic.Int(1)), Steps: body}}}
	}
	return body
}

// named gives the end of steps a name.
func named(steps []arch.Step, name string) []arch.Step {
	if n := len(steps); n > 0 && steps[n-1].As == "" {
		out := slices.Clone(steps)
		out[n-1].As = name
		return out
	}
	return append(steps, arch.Step{Do: &arch.Tap{}, As: name})
}

// waysTold are steps that name the sums that an iteration reads, and continue with the last one; where a single tensor is read,
// all names stand for it.
func waysTold(rep *arch.Repeat, joined bool) []arch.Step {
	if len(rep.Ways) == 0 || !joined {
		return under(rep.Ways)
	}
	const whole = "ways"
	ways := symbolic.Int(int64(len(rep.Ways) + 1))
	each := symbolic.Symbol(arch.IncomingWidth).Div(ways)
	out := []arch.Step{{Do: &arch.Tap{}, As: whole}}
	for k, name := range append(slices.Clone(rep.Ways), "") {
		part := &arch.Layer{Kind: arch.KindByName("slice"), Args: map[string]arch.Argument{
			"start": {Values: []arch.Expression{{Expr: symbolic.Int(int64(k)).Mul(each)}}}, "count": {Values: []arch.Expression{{Expr: each}}},
		}}
		out = append(out, arch.Step{Do: part, From: whole, As: name})
	}
	return out
}

// together joins named tensors in the given number of ways, as a repeat does; a single one is just read, unless it is weighted.
func together(rep *arch.Repeat, names []string, at []int, ways int64) arch.Step {
	if len(at) == 1 && !rep.ReadsAlone(at[0]) {
		return arch.Step{Do: &arch.Tap{}, From: names[at[0]]}
	}
	m := &arch.Merge{Op: rep.Joins()}
	if ways > 1 {
		m.Args = map[string]arch.Argument{arch.Ways: {Values: []arch.Expression{whole(symbolic.Int(ways))}}}
	}
	for _, l := range at {
		m.Paths = append(m.Paths, arch.Path{Steps: []arch.Step{{Do: &arch.Tap{}, From: names[l]}}})
	}
	return arch.Step{Do: m}
}

// forget removes symbols that nothing reads any more, and presets with other values for them than here.
func (s *speller) forget(out *arch.Network) {
	before, after := readBy(s.trace.Network), readBy(out)
	gone := func(name string) bool { return before[name] && !after[name] }
	out.Symbols = slices.DeleteFunc(slices.Clone(out.Symbols), func(symbol arch.Symbol) bool { return gone(symbol.Name) })
	out.Free = slices.DeleteFunc(slices.Clone(out.Free), gone)
	out.Presets = nil
	for _, p := range s.trace.Network.Presets {
		other := func(set arch.Setting) bool {
			return gone(set.Name) && !set.Value.Substitute(s.bound).Equal(s.bound[set.Name])
		}
		if slices.ContainsFunc(p.Set, other) {
			continue
		}
		p.Set = slices.DeleteFunc(slices.Clone(p.Set), func(set arch.Setting) bool { return gone(set.Name) })
		out.Presets = append(out.Presets, p)
	}
}

// readBy are the symbols that a network reads, directly or through defaults.
func readBy(n *arch.Network) map[string]bool {
	read := map[string]bool{}
	n.VisitExpressions(func(e arch.Expression) {
		for _, name := range e.Symbols() {
			for from := range n.Derivation(name) {
				read[from] = true
			}
		}
	})
	return read
}
