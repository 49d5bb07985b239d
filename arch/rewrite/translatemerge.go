package rewrite

import (
	"fmt"
	"maps"
	"slices"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// merge translates a merge: its new kind, without the paths that were cut, and with the projections that were added.
func (t *translator) merge(run *trace.Run, m *arch.Merge, at scene) []arch.Step {
	op := run.Out.Producer
	t.translated[op] = true
	enter := t.enter(run, at)
	paths, aside := t.paths(run, m, op, at)
	t.around = t.around[:len(t.around)-1]
	is := t.became[op]
	s := *run.Step
	if len(aside) > 0 {
		s.From = t.fresh("entry")
		aside = append([]arch.Step{{Do: &arch.Tap{}, From: run.Step.From, As: s.From}}, aside...)
	}
	switch {
	case len(paths) == 1 && len(m.Paths) > 1 && !severalWays(op):
		return append(aside, passing(&s, append(t.copied(run, m, op), paths[0].Steps...)...)...)
	case is == nil:
		if slices.ContainsFunc(paths, func(p arch.Path) bool { return len(p.Steps) > 0 }) {
			t.fail("nothing reads %s any more, but its paths are read", op.Name)
		}
		return nil
	}
	made := &arch.Merge{Op: arch.MergeOp(is.Kind.Name), Paths: paths, List: m.List && is.Kind.Joins}
	if is.Kind == op.Kind {
		made.Args = m.Args
	}
	s.Do = made
	steps := []arch.Step{s}
	if t.edits[op].reduces(is) {
		steps[0].As = ""
		width := t.say(t.before(run, run.Out), run, at)
		steps = append(steps, arch.Step{Do: projecting(is.Output.Shape, width), As: s.As})
	}
	if enter.wrapped {
		steps = []arch.Step{t.wrapped(steps, at.wrap)}
	}
	return append(aside, steps...)
}

// copied is the copy with which a list begins, where it remains although the list is cut.
func (t *translator) copied(run *trace.Run, m *arch.Merge, op *trace.Operation) []arch.Step {
	if !m.List || op.Extends == nil {
		return nil
	}
	begins := op.Extends.Producer
	if begins == nil || len(begins.Inputs) != 1 || begins.Inputs[0] != run.In || t.became[begins] == nil {
		return nil
	}
	return []arch.Step{{Do: &arch.Layer{Kind: arch.KindByName(arch.Copy)}}}
}

// enter begins a merge, for layers on its paths that follow the width that enters.
func (t *translator) enter(run *trace.Run, at scene) *entry {
	enter := t.entering(run, at.frame)
	t.around = append(t.around, enter)
	return enter
}

// entering is the width that enters a run, which steps of a frame may read.
func (t *translator) entering(run *trace.Run, f *frame) *entry {
	enter := &entry{symbol: fmt.Sprintf("c#%d", len(t.entries)), run: run, frame: f}
	t.entries[enter.symbol] = enter
	return enter
}

// paths translates the paths that a merge still has, and the steps on paths that were cut whose output is read elsewhere.
func (t *translator) paths(run *trace.Run, m *arch.Merge, op *trace.Operation, at scene) (paths []arch.Path, aside []arch.Step) {
	var last []arch.Path // they only have a projection, which runs last
	first := 0
	for k, p := range m.Paths {
		next := t.operandBehind(run, m, k, first)
		cut := 0
		for operand := first; operand < next; operand++ {
			if slices.Contains(t.cut[op], operand) {
				cut++
			}
		}
		steps := t.steps(run.Within[k], at)
		switch projected := slices.Contains(t.projected[op], first); {
		case cut == next-first:
			if slices.ContainsFunc(steps, runs) {
				aside = append(aside, steps...)
			}
		case cut > 0:
			t.fail("only some of the tensors that %s lists are cut", op.Name)
		case projected && !slices.ContainsFunc(steps, runs):
			last = append(last, arch.Path{Steps: append(steps, t.projection(op, first, at)), Pos: p.Pos})
		case projected:
			steps = append(steps, t.projection(op, first, at))
			fallthrough
		default:
			paths = append(paths, arch.Path{Steps: steps, Pos: p.Pos})
		}
		first = next
	}
	return append(paths, last...), aside
}

// runs reports whether a step does something.
func runs(s arch.Step) bool {
	_, tap := s.Do.(*arch.Tap)
	return !tap
}

// operandBehind is the first operand of a merge behind those of one of its paths, which begin at first: a path that is a list
// has several.
func (t *translator) operandBehind(run *trace.Run, m *arch.Merge, path, first int) int {
	end := run.In
	if list := run.Within[path]; len(list) > 0 {
		end = list[len(list)-1].Out
	}
	operands := run.Out.Producer.Inputs
	if m.List && operands[first] != end {
		return len(operands) - (len(m.Paths) - 1 - path)
	}
	return first + 1
}

// projection is the layer that brings an operand to the width of the trunk.
func (t *translator) projection(op *trace.Operation, operand int, at scene) arch.Step {
	trunk := t.edits[op].Link.Main
	if t.moved[trunk] {
		t.fail("the width of %s is another one now", tensorName(trunk))
	}
	enter := t.around[len(t.around)-1]
	return arch.Step{Do: projecting(op.Inputs[operand].Shape, t.say(t.widthBefore(trunk), enter.run, at))}
}

// wrapped puts a merge into a block of its own. The incoming width is a parameter of the block, and so is everything else that
// its steps read except symbols.
func (t *translator) wrapped(steps []arch.Step, width string) arch.Step {
	use := arch.Step{From: steps[0].From, As: steps[len(steps)-1].As, Pos: steps[0].Pos}
	steps[0].From, steps[len(steps)-1].As = "", ""
	block := &arch.Block{Name: "skip", Parameters: []arch.BlockParameter{{Name: width, Default: incoming()}}}
	made := &arch.Use{Args: map[string]arch.Expression{}}
	args := made.Args
	index := t.fresh("index")
	block.Steps = arch.MapSteps(steps, func(e arch.Expression) arch.Expression {
		for _, name := range e.Symbols() {
			if name == width || name == arch.IncomingWidth || t.isSymbol(name) {
				continue
			}
			inside := name
			if name == arch.RepeatIndex {
				inside = index
			}
			if _, is := symbolic.MeasureOf(name); is {
				continue // the tensor is given to the block
			}
			args[inside] = whole(symbolic.Symbol(name))
		}
		return arch.Expression{Expr: e.Substitute(symbolic.Bindings{arch.RepeatIndex: symbolic.Symbol(index)}), Pos: e.Pos}
	})
	for _, name := range slices.Sorted(maps.Keys(args)) {
		block.Parameters = append(block.Parameters, arch.BlockParameter{Name: name})
	}
	if _, reads := args[index]; reads && repeats(steps) {
		t.fail("a merge that reads i and repeats layers cannot become a block")
	}
	t.handIn(block, made, steps)
	made.Block = t.wrapper(block)
	use.Do = made
	return use
}

// handIn makes parameters of the steps and the tensors that the steps of a new block read from around it.
func (t *translator) handIn(block *arch.Block, made *arch.Use, steps []arch.Step) {
	slots, tensors := map[string]bool{}, map[string]bool{}
	measured := func(e arch.Expression) {
		for _, name := range e.Symbols() {
			if m, is := symbolic.MeasureOf(name); is {
				tensors[m.Tensor] = true
			}
		}
	}
	arch.VisitStepExpressions(steps, measured)
	var inside []string
	var visit func(steps []arch.Step)
	visit = func(steps []arch.Step) {
		for _, s := range steps {
			inside = append(inside, s.As)
			tensors[s.From] = true
			switch a := s.Do.(type) {
			case *arch.Layer:
				for _, name := range a.Tensors() {
					tensors[name] = true
				}
			case *arch.Slot:
				slots[a.Parameter] = true
			case *arch.Use:
				for _, name := range a.Tensors {
					tensors[name] = true
				}
			}
			for _, list := range arch.Within(s.Do) {
				visit(list)
			}
		}
	}
	visit(steps)
	for _, name := range append(inside, "") {
		delete(tensors, name)
	}
	if tensors[arch.InputName] {
		t.fail("a merge that reads input cannot become a block")
	}
	for _, name := range slices.Sorted(maps.Keys(slots)) {
		block.Parameters = append(block.Parameters, arch.BlockParameter{Name: name, Takes: arch.StepsParameter})
		made.Give(name, []arch.Step{{Do: &arch.Slot{Parameter: name}}})
	}
	for _, name := range slices.Sorted(maps.Keys(tensors)) {
		block.Parameters = append(block.Parameters, arch.BlockParameter{Name: name, Takes: arch.TensorParameter})
		if made.Tensors == nil {
			made.Tensors = map[string]string{}
		}
		made.Tensors[name] = name
	}
}

// repeats reports whether there is a repeat among steps, blocks apart.
func repeats(steps []arch.Step) bool {
	return slices.ContainsFunc(steps, func(s arch.Step) bool {
		_, is := s.Do.(*arch.Repeat)
		return is || slices.ContainsFunc(arch.Within(s.Do), repeats)
	})
}

// wrapper is the block, or one like it that is there already.
func (t *translator) wrapper(block *arch.Block) *arch.Block {
	sameName := func(a, b arch.BlockParameter) bool { return a.Name == b.Name && a.Takes == b.Takes }
	for _, other := range t.wrappers {
		if slices.EqualFunc(other.Parameters, block.Parameters, sameName) && keyOf(other.Steps) == keyOf(block.Steps) {
			return other
		}
	}
	t.wrappers = append(t.wrappers, block)
	return block
}

// incoming is c as the default of a parameter.
func incoming() *arch.Expression {
	e := whole(symbolic.Symbol(arch.IncomingWidth))
	return &e
}
