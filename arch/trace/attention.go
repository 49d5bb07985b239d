package trace

import (
	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
)

// References:
//
//	[vaswani2017] Attention Is All You Need, arXiv:1706.03762, section 3.2
//	[zhou2024]    Value Residual Learning, arXiv:2410.17897, section 3: V′ = λ₁·V₁ + λ₂·V, both learned, from 1/2 on

// attention writes out an attention layer whose keys and values are not all made of its input: the projections to queries, keys
// and values, attention between them, and the output projection, [vaswani2017].
func (r *resolver) attention(s arch.Step, a arch.Args, in *Value, sc *scope, label string) (*Value, []Node, bool) {
	if a.Word(arch.Shared) != "" || a.Value(arch.Shared).IsOne() {
		r.problem(s.Pos, "let linear and dot_product_attention stand in its place, each with weights of its own or shared", "attention with other inputs shares no weights as a whole")
		return nil, nil, false
	}
	memory, ok := r.named(s, a.Word(arch.Memory), in, sc)
	if !ok {
		return nil, nil, false
	}
	from, ok := r.named(s, a.Word(arch.ValuesOf), memory, sc)
	if !ok {
		return nil, nil, false
	}
	if _, f := arch.KindByName("attention").Shape([]arch.Shape{in.Shape}, a); f != nil {
		r.problem(s.Pos, f.Hint, "attention: %s", f.Message)
		return nil, nil, false
	}
	inner, narrow := a.WidthOr("inner", in.Shape.Width), arch.Values(in.Shape, a, in.Shape.Width).Width
	c := &chain{resolver: r, pos: s.Pos, label: label}
	queries, keys, values := c.project("queries", a, inner, in), c.project("keys", a, narrow, memory), c.project("values", a, narrow, from)
	if a.Value(arch.ValueResidual).IsOne() {
		values = c.residual(values)
	}
	attend := arch.Attend.Kind()
	sums := c.apply("attend", attend, a.For(attend), queries, keys, values)
	for _, n := range c.nodes {
		n.(*Operation).Inside = true
	}
	out := c.project("output", a, a.WidthOr("out", in.Shape.Width), sums)
	return out, c.nodes, !c.failed
}

// named is a tensor by its name, or otherwise the one given.
func (r *resolver) named(s arch.Step, name string, otherwise *Value, sc *scope) (*Value, bool) {
	if name == "" {
		return otherwise, true
	}
	return r.read(arch.Step{From: name, Pos: s.Pos}, sc)
}

// project is one of the projections of an attention layer.
func (c *chain) project(name string, a arch.Args, width symbolic.Expr, in *Value) *Value {
	linear := arch.KindByName("linear")
	args := a.For(linear).WithoutWord("out").With(map[string]symbolic.Expr{"out": width})
	return c.apply(name, linear, args, in)
}

// residual adds the values of the first layer with a value residual to those of a later one, [zhou2024]. Where a step stands
// for several iterations of a repeat at once, the first of them must have run by itself.
func (c *chain) residual(own *Value) *Value {
	switch r := c.resolver; {
	case c.failed:
	case r.first == nil && len(r.around) > 0:
		r.mayNotRun, c.failed = true, true
		r.problem(c.pos, "", "no closed form: the values of the first layer are made in one iteration, and read in all others")
	case r.first == nil:
		r.first = own
	case !own.Shape.Equal(r.first.Shape):
		c.failed = true
		r.problem(c.pos, "layers with value_residual have values of one shape", "values of %s cannot be added to those of the first layer, %s", own.Shape.Text(), r.first.Shape.Text())
	default:
		sum := c.add("residual", string(arch.Weighted), values{arch.MeanSquare: symbolic.Rat(1, 4)}, own, r.first) // each half
		if sum != nil {
			sum.Producer.Values = true
		}
		return sum
	}
	return own
}
