package rewrite

import (
	"slices"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// branch translates an if: it stays where neither its numbers nor the chosen steps have changed; else the chosen steps replace
// it, as it is not known what the others would become.
func (t *translator) branch(run *trace.Run, a *arch.If, at scene) []arch.Step {
	steps, was := t.steps(run.Within[0], at), a.Else
	if run.Holds {
		was = a.Then
	}
	made := *a
	made.Condition.Left, made.Condition.Right = t.freeze(a.Condition.Left, run, at), t.freeze(a.Condition.Right, run, at)
	s := *run.Step
	s.Do = &made
	frozen := made.Condition.ASCII() != a.Condition.ASCII()
	if keyOf(steps) == keyOf(was) && !frozen {
		return []arch.Step{s}
	}
	if !names(steps) {
		return passing(&s, steps...)
	}
	if !frozen { // names inside of it stay inside of it
		made.Then, made.Else = steps, nil
		if !run.Holds {
			made.Then, made.Else = nil, steps
		}
		return []arch.Step{s}
	}
	arch.VisitStepExpressions(steps, func(e arch.Expression) {
		if e.Has(arch.RepeatIndex) {
			t.fail("what is chosen by %s has names, and reads i", a.Condition.ASCII())
		}
	})
	return passing(&s, arch.Step{Do: &arch.Repeat{Times: whole(symbolic.Int(1)), Steps: steps}})
}

// let translates a list of named numbers.
func (t *translator) let(run *trace.Run, a *arch.Let, at scene) arch.Step {
	made := &arch.Let{Names: slices.Clone(a.Names)}
	for k := range made.Names {
		made.Names[k].Value = t.freeze(a.Names[k].Value, run, at)
	}
	s := *run.Step
	s.Do = made
	return s
}

// slot translates the steps that a block was given, in the scope of the use, and leaves the slot in the block.
func (t *translator) slot(run *trace.Run, a *arch.Slot, at scene) []arch.Step {
	if at.user == nil {
		t.fail("no block was given the steps of %s", a.Parameter)
		return nil
	}
	at.given[a.Parameter] = append(at.given[a.Parameter], t.steps(run.Within[0], *at.user))
	return []arch.Step{*run.Step}
}

// givenSteps are what a use gives for a parameter, after the block was translated.
func (t *translator) givenSteps(u *arch.Use, parameter string, f *frame) []arch.Step {
	told := f.given[parameter]
	if len(told) == 0 {
		return u.Steps[parameter]
	}
	key := keyOf(told[0])
	if slices.ContainsFunc(told, func(steps []arch.Step) bool { return keyOf(steps) != key }) {
		t.fail("the block %s runs the steps of %s more than once, and they have not changed alike", u.Block.Name, parameter)
	}
	return told[0]
}
