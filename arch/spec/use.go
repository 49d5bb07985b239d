package spec

import (
	"fmt"
	"slices"
	"strings"

	"github.com/skipcost/skipcost/arch"
)

// use reads the arguments of a block: none, one bare value, or a map.
func (r *reader) use(b *arch.Block, p pair, sc *scope) *arch.Use {
	u := &arch.Use{Block: b}
	if r.block != "" {
		r.uses[r.block] = append(r.uses[r.block], use{b.Name, p.key.pos, sc.branch})
	}
	var meant []string
	given := map[string]bool{}
	set := func(name string, value *node) {
		given[name] = true
		r.give(u, name, value, sc)
	}
	names := blockParameters(b)
	switch n := p.value; {
	case n.kind == empty:
	case n.kind == mapping:
		meant = r.onlyKeys(b.Name, n, names, requiredOf(b)...)
		for _, entry := range n.pairs {
			if name := spelled(entry.key.text); slices.Contains(names, name) && !given[name] {
				set(name, entry.value)
			}
		}
	case len(names) == 0:
		r.nothing(p.key, n, fmt.Sprintf("under blocks, %s(out): declares a parameter", b.Name))
	case bareParameter(b) != "":
		set(bareParameter(b), n)
	default:
		r.problem(n.pos, fmt.Sprintf("write %s: {%s: …}", b.Name, strings.Join(names, ": …, ")), "%s takes its parameters by name", b.Name)
		return u
	}
	for _, param := range b.Parameters {
		if param.Default == nil && !given[param.Name] && !slices.Contains(meant, param.Name) {
			r.lacks(b, param, p.key.pos)
		}
	}
	return u
}

// give reads the argument that a use gives for a parameter of its block.
func (r *reader) give(u *arch.Use, name string, value *node, sc *scope) {
	switch p, _ := u.Block.Parameter(name); p.Takes {
	case arch.StepsParameter:
		u.Give(name, r.steps(value, sc.inner()))
	case arch.TensorParameter:
		if u.Tensors == nil {
			u.Tensors = map[string]string{}
		}
		u.Tensors[name] = r.tapName(value, sc)
	default:
		e, ok := r.expression(value, sc)
		if !ok {
			return
		}
		if u.Args == nil {
			u.Args = map[string]arch.Expression{}
		}
		u.Args[name] = e
	}
}

// lacks reports a parameter that a use of a block does not give.
func (r *reader) lacks(b *arch.Block, p arch.BlockParameter, pos arch.Pos) {
	what, example := "a value", "64"
	switch p.Takes {
	case arch.StepsParameter:
		what, example = "steps", "[relu]"
	case arch.TensorParameter:
		what, example = "a tensor", arch.InputName
	}
	r.problem(pos, fmt.Sprintf("as in %s: {%s: %s}", b.Name, p.Name, example), "%s needs %s for %s", b.Name, what, p.Name)
}

// blockParameters lists the names of the parameters of a block.
func blockParameters(b *arch.Block) []string {
	var names []string
	for _, p := range b.Parameters {
		names = append(names, p.Name)
	}
	return names
}

// requiredOf lists the names of the parameters of a block that have no default.
func requiredOf(b *arch.Block) []string {
	var names []string
	for _, p := range b.Parameters {
		if p.Default == nil {
			names = append(names, p.Name)
		}
	}
	return names
}

// bareParameter is the parameter that a bare value binds: the only one, or the only one without a default; empty if there is no
// such one.
func bareParameter(b *arch.Block) string {
	if len(b.Parameters) == 1 {
		return b.Parameters[0].Name
	}
	bare := ""
	for _, p := range b.Parameters {
		if p.Default == nil {
			if bare != "" {
				return ""
			}
			bare = p.Name
		}
	}
	return bare
}
