package rewrite

import (
	"maps"
	"slices"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// variant is a block as some of its uses need it.
type variant struct {
	*arch.Block
	key    string
	lifted []string // parameters that the block does not have, with a value from the use
}

// use translates the use of a block, and its body.
func (t *translator) use(run *trace.Run, u *arch.Use, at scene) []arch.Step {
	f := &frame{block: u.Block, entry: run.In, set: map[string]symbolic.Expr{}, user: &at, given: map[string][][]arch.Step{}}
	t.blocked = append(t.blocked, t.entering(run, f))
	body := t.steps(run.Within[0], scene{frame: f})
	t.blocked = t.blocked[:len(t.blocked)-1]
	if t.err != nil {
		return nil
	}
	if len(body) == 0 {
		return passing(run.Step)
	}
	made := &arch.Use{Args: map[string]arch.Expression{}, Tensors: u.Tensors}
	for _, p := range u.Block.Parameters {
		t.parameterOf(made, u, p, f, run, at)
	}
	for _, name := range slices.Sorted(maps.Keys(f.set)) {
		made.Args[name] = t.put(u.Args[name], f.set[name], run, at)
	}
	for _, l := range f.lifted {
		made.Args[l.name] = t.say(l.value, run, at)
	}
	made.Block = t.variant(f, body)
	s := *run.Step
	s.Do = made
	return []arch.Step{s}
}

// parameterOf translates the argument that a use gives for a parameter. A default that reads c is given as an argument where c
// has changed.
func (t *translator) parameterOf(made, u *arch.Use, p arch.BlockParameter, f *frame, run *trace.Run, at scene) {
	e, given := u.Args[p.Name]
	switch {
	case p.Takes == arch.StepsParameter:
		made.Give(p.Name, t.givenSteps(u, p.Name, f))
	case given:
		made.Args[p.Name] = t.freeze(e, run, at)
	case p.Default != nil && t.moved[run.In] && p.Default.Has(arch.IncomingWidth):
		for _, name := range p.Default.Symbols() {
			if name != arch.IncomingWidth && !t.isSymbol(name) {
				t.fail("the default of %s reads c and another parameter", p.Name)
			}
		}
		made.Args[p.Name] = t.freeze(*p.Default, run, at)
	}
}

// variant is the block with a body as it was translated: the block itself where nothing has changed, or one that has the same body.
func (t *translator) variant(f *frame, body []arch.Step) *arch.Block {
	one := &variant{Block: &arch.Block{Name: f.block.Name, Parameters: slices.Clone(f.block.Parameters), Steps: body, Pos: f.block.Pos}, key: keyOf(body)}
	if f.captured != "" {
		one.Parameters = append(one.Parameters, arch.BlockParameter{Name: f.captured, Default: incoming()})
	}
	for _, l := range f.lifted {
		one.Parameters = append(one.Parameters, arch.BlockParameter{Name: l.name})
		one.lifted = append(one.lifted, l.name)
	}
	if len(one.Parameters) == len(f.block.Parameters) && one.key == keyOf(f.block.Steps) {
		return f.block
	}
	for _, other := range t.variants[f.block] {
		if other.key == one.key && slices.Equal(other.lifted, one.lifted) && len(other.Parameters) == len(one.Parameters) {
			return other.Block
		}
	}
	t.variants[f.block] = append(t.variants[f.block], one)
	return one.Block
}

// blocks are those that the steps use, with variants where the block was.
func (t *translator) blocks(steps []arch.Step) []*arch.Block {
	used := map[*arch.Block]bool{}
	visitUses(steps, used, nil)
	t.inline(steps)
	out := arrange(t.network.Blocks, func(b *arch.Block) (blocks []*arch.Block) {
		for _, v := range t.variants[b] {
			blocks = append(blocks, v.Block)
		}
		return blocks
	}, used, t.taken)
	for _, b := range t.wrappers {
		if used[b] {
			b.Name = t.fresh(b.Name)
			t.taken[b.Name] = true
			out = append(out, b)
		}
	}
	return out
}

// arrange lists the blocks that are used, each followed by its variants. If a block itself is no longer used, its first variant
// takes its name; other variants get names that are not taken.
func arrange(blocks []*arch.Block, variants func(*arch.Block) []*arch.Block, used map[*arch.Block]bool, taken map[string]bool) []*arch.Block {
	var out []*arch.Block
	for _, b := range blocks {
		if used[b] {
			out = append(out, b)
		}
		own := !used[b]
		for _, v := range variants(b) {
			if !used[v] {
				continue
			}
			if !own {
				v.Name = free(b.Name, taken)
				taken[v.Name] = true
			}
			own = false
			out = append(out, v)
		}
	}
	return out
}

// visitUses calls f, unless it is nil, for each use of a block in steps and in the blocks that they use, and notes those.
func visitUses(steps []arch.Step, seen map[*arch.Block]bool, f func(*arch.Use)) {
	for _, s := range steps {
		if u, is := s.Do.(*arch.Use); is {
			if f != nil {
				f(u)
			}
			if !seen[u.Block] {
				seen[u.Block] = true
				visitUses(u.Block.Steps, seen, f)
			}
		}
		for _, list := range arch.Within(s.Do) {
			visitUses(list, seen, f)
		}
	}
}

// inline replaces a parameter by its value where all uses of the variant give the same value and it has no names but symbols.
// That may make further parameters inside constant, so that it starts again.
func (t *translator) inline(steps []arch.Step) {
	for changed := true; changed; {
		uses := map[*arch.Block][]*arch.Use{}
		visitUses(steps, map[*arch.Block]bool{}, func(u *arch.Use) { uses[u.Block] = append(uses[u.Block], u) })
		changed = slices.ContainsFunc(t.network.Blocks, func(b *arch.Block) bool {
			return slices.ContainsFunc(t.variants[b], func(v *variant) bool { return t.inlined(v, uses[v.Block]) })
		})
	}
}

// inlined inlines one parameter of a variant, if there is one.
func (t *translator) inlined(v *variant, uses []*arch.Use) bool {
	for k, name := range v.lifted {
		value, same := t.agreed(name, uses)
		if !same {
			continue
		}
		v.lifted = slices.Delete(v.lifted, k, k+1)
		for _, u := range uses {
			delete(u.Args, name)
		}
		v.Parameters = slices.DeleteFunc(v.Parameters, func(p arch.BlockParameter) bool { return p.Name == name })
		to := symbolic.Bindings{name: value}
		v.Steps = arch.MapSteps(v.Steps, func(e arch.Expression) arch.Expression {
			return arch.Expression{Expr: e.Substitute(to), Pos: e.Pos}
		})
		return true
	}
	return false
}

// agreed is the value that all uses give a parameter.
func (t *translator) agreed(name string, uses []*arch.Use) (symbolic.Expr, bool) {
	if len(uses) == 0 {
		return symbolic.Expr{}, false
	}
	value := uses[0].Args[name].Expr
	for _, other := range value.Symbols() {
		if !t.isSymbol(other) {
			return value, false
		}
	}
	return value, !slices.ContainsFunc(uses, func(u *arch.Use) bool { return !u.Args[name].Equal(value) })
}
