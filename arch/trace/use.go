package trace

import (
	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
)

// MaxRecursion is how many uses of one block may stand inside one another.
const MaxRecursion = 32

// activation is a use of a block whose steps are being run.
type activation struct {
	block  *arch.Block
	values symbolic.Bindings // of its parameters
	outer  *activation
}

// slot is the steps that a block was given for a parameter, with their scope.
type slot struct {
	steps []arch.Step
	scope *scope
}

func (r *resolver) use(s arch.Step, u *arch.Use, in *Value, sc *scope, label string) (*Value, []Node, bool) {
	inner := sc.inner(label)
	inner.outer, inner.entered, inner.slots = nil, in, nil
	inner.names = r.globals
	inner.active = &activation{block: u.Block, values: symbolic.Bindings{}, outer: sc.active}
	for _, p := range u.Block.Parameters {
		if !r.give(s, u, p, in, sc, inner) {
			return nil, nil, false
		}
	}
	if !r.shrinks(s, inner.active) {
		return nil, nil, false
	}
	r.uses = append(r.uses, use{u.Block.Name, s.Pos})
	out, nodes, ok := r.steps(u.Block.Steps, in, inner)
	sc.run.enclose(inner.runs)
	r.uses = r.uses[:len(r.uses)-1]
	return out, nodes, ok
}

// give binds a parameter of a block to the argument of a use, or to its default.
func (r *resolver) give(s arch.Step, u *arch.Use, p arch.BlockParameter, in *Value, sc, inner *scope) bool {
	switch p.Takes {
	case arch.StepsParameter:
		steps, given := u.Steps[p.Name]
		if !given {
			r.problem(s.Pos, "", "%s needs steps for %s", u.Block.Name, p.Name)
			return false
		}
		if inner.slots == nil {
			inner.slots = map[string]slot{}
		}
		inner.slots[p.Name] = slot{steps: steps, scope: sc}
		return true
	case arch.TensorParameter:
		v := sc.tap(u.Tensors[p.Name])
		if v == nil {
			r.problem(s.Pos, "", "%s needs a tensor for %s", u.Block.Name, p.Name)
			return false
		}
		inner.taps[p.Name] = v
		return true
	}
	e, given := u.Args[p.Name]
	from := sc
	if !given {
		if p.Default == nil {
			r.problem(s.Pos, "", "%s needs a value for %s", u.Block.Name, p.Name)
			return false
		}
		e, from = *p.Default, inner
	}
	v, ok := r.evaluate(e, in, from)
	inner.bind(p.Name, v)
	inner.active.values[p.Name] = v
	return ok
}

// shrinks refuses a block that uses itself without any number smaller than in the use around it, or too often.
func (r *resolver) shrinks(s arch.Step, a *activation) bool {
	around, depth := a.outer, 1
	for around != nil && around.block != a.block {
		around = around.outer
	}
	if around == nil {
		return true
	}
	for outer := around; outer != nil; outer = outer.outer {
		if outer.block == a.block {
			depth++
		}
	}
	if depth > MaxRecursion {
		r.problem(s.Pos, "", "more than %d uses of %s inside one another", MaxRecursion, a.block.Name)
		return false
	}
	shrinks, ends := false, false
	for _, p := range a.block.Parameters {
		v, ok := a.values[p.Name]
		sign, constant := v.Sub(around.values[p.Name]).Sign()
		least, known := v.Sign()
		smaller := ok && constant && sign < 0 && known
		shrinks, ends = shrinks || smaller, ends || smaller && least >= 0
	}
	switch use := a.block.Name + " uses itself" + given(a.values, parameterNames(a.block)); {
	case ends:
	case shrinks:
		r.problem(s.Pos, "the if around it may be jumped over: n <= 1 holds where n == 1 is left out", "%s: what gets smaller falls below 0", use)
	default:
		r.problem(s.Pos, "as in tree: {n: n - 1} inside of an if: n > 1", "%s, and none of its numbers is smaller than around it: this would not end", use)
	}
	return ends
}

func parameterNames(b *arch.Block) []string {
	var names []string
	for _, p := range b.Parameters {
		names = append(names, p.Name)
	}
	return names
}

// slot runs the steps that the block was given for a parameter.
func (r *resolver) slot(s arch.Step, a *arch.Slot, in *Value, sc *scope, label string) (*Value, []Node, bool) {
	given, is := sc.slot(a.Parameter)
	if !is {
		r.problem(s.Pos, "", "no steps are given for %s", a.Parameter)
		return nil, nil, false
	}
	inner := given.scope.inner(label)
	inner.depth, inner.outputs, inner.keep, inner.streams = sc.depth+1, sc.outputs, sc.keep, sc.streams
	out, nodes, ok := r.steps(given.steps, in, inner)
	sc.run.enclose(inner.runs)
	return out, nodes, ok
}

// slot is the steps that the block around was given for a parameter.
func (s *scope) slot(parameter string) (slot, bool) {
	given, is := s.slots[parameter]
	return given, is
}
