package trace

import (
	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
)

// chain makes the operations of a step that consists of several. After a problem it makes none.
type chain struct {
	*resolver
	pos    arch.Pos
	label  string
	nodes  []Node
	failed bool
	joint  *Joint // the joint that the operations make up; nil for most
	mixes  bool   // they mix parallel streams, or parts of one tensor
}

// values are arguments of an operation, one number each.
type values map[string]symbolic.Expr

// add applies a kind; arguments that are not given have their defaults.
func (c *chain) add(name, kind string, args values, in ...*Value) *Value {
	k := arch.KindByName(kind)
	return c.apply(name, k, args.of(k), in...)
}

// reshape views a tensor in another shape, with a number of samples.
func (c *chain) reshape(name string, in *Value, batch symbolic.Expr, dims ...symbolic.Expr) *Value {
	return c.seen(name, "reshape", in, batch, dims...)
}

// seen applies a kind that views a tensor in a given shape.
func (c *chain) seen(name, kind string, in *Value, batch symbolic.Expr, dims ...symbolic.Expr) *Value {
	k := arch.KindByName(kind)
	args := values{"batch": batch}.of(k)
	return c.apply(name, k, args.WithAxes("shape", dims), in)
}

func (c *chain) apply(name string, kind *arch.Kind, args arch.Args, in ...*Value) *Value {
	if c.failed {
		return nil
	}
	out, ok := c.operation(kind, args, in, c.pos, join(c.label, name))
	if c.failed = !ok; c.failed {
		return nil
	}
	out.Producer.Joint, out.Producer.Mixes = c.joint, c.mixes
	c.nodes = append(c.nodes, out.Producer)
	return out
}

// of fills in the defaults of a kind.
func (g values) of(kind *arch.Kind) arch.Args {
	if len(kind.Parameters) == 0 {
		return arch.Args{}
	}
	args := arch.NewArgs(kind)
	for k, p := range kind.Parameters {
		v, is := g[p.Name]
		switch {
		case is:
			args.Set(k, []symbolic.Expr{v})
		case p.Word != "":
			args.SetWord(p.Name, p.Word)
		default:
			args.Set(k, []symbolic.Expr{p.Default})
		}
	}
	return args
}
