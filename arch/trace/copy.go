package trace

import "github.com/skipcost/skipcost/arch"

// Changed is a copy of the trace in which some operations are gone, each replaced by a tensor, and some have other arguments,
// with which their output shape must be the same. Loops stay loops.
func (t *Trace) Changed(gone map[*Operation]*Value, args map[*Operation]arch.Args) *Trace {
	c := &copier{gone: gone, args: args, now: map[*Value]*Value{}, made: map[*Operation]*Operation{}, loops: map[*Loop]*Loop{}}
	out := &Trace{Network: t.Network, Bound: t.Bound, Free: t.Free, Budget: t.Budget, Assumptions: t.Assumptions, changed: true, blocks: t.blocks}
	out.Input = c.value(t.Input)
	out.Body = c.nodes(t.Body)
	out.Output, out.Outputs = c.value(t.Output), c.values(t.Outputs)
	return out
}

type copier struct {
	gone  map[*Operation]*Value
	args  map[*Operation]arch.Args
	now   map[*Value]*Value
	made  map[*Operation]*Operation
	loops map[*Loop]*Loop
}

func (c *copier) nodes(nodes []Node) []Node {
	var out []Node
	for _, n := range nodes {
		switch n := n.(type) {
		case *Operation:
			if instead := c.gone[n]; instead != nil {
				c.now[n.Output] = c.value(instead)
				continue
			}
			out = append(out, c.operation(n))
		case *Loop:
			l := *n
			c.loops[n], l.Mirrors = &l, nil
			for _, m := range n.Mirrors {
				l.Mirrors = append(l.Mirrors, Mirror{Of: c.loops[m.Of], Made: c.value(m.Made), In: c.value(m.In)})
			}
			if p := n.Past; p != nil {
				l.Past = &Past{Before: c.values(p.Before), Stride: p.Stride, In: c.value(p.In), Result: c.value(p.Result)}
			}
			l.Start, l.In = c.value(n.Start), c.value(n.In)
			l.Body = c.nodes(n.Body)
			l.Out, l.Result, l.Outputs = c.value(n.Out), c.value(n.Result), c.values(n.Outputs)
			out = append(out, &l)
		}
	}
	return out
}

func (c *copier) operation(op *Operation) *Operation {
	made := *op
	c.made[op] = &made
	made.Inputs = c.values(op.Inputs)
	if op.Extends != nil {
		made.Extends = c.value(op.Extends)
	}
	if op.Alone != nil {
		made.Alone = c.value(op.Alone)
	}
	if op.Initial != nil {
		made.Initial = &Initial{Of: c.value(op.Initial.Of), Times: op.Initial.Times}
	}
	if owner, ok := c.made[op.Owner]; ok {
		made.Owner = owner
	}
	if args, ok := c.args[op]; ok {
		made.Args = args
	}
	made.Output = c.value(op.Output)
	made.Output.Producer = &made
	return &made
}

func (c *copier) values(values []*Value) []*Value {
	if values == nil {
		return nil
	}
	out := make([]*Value, len(values))
	for k, v := range values {
		out[k] = c.value(v)
	}
	return out
}

// value is the copy of a tensor, made when it is first asked for.
func (c *copier) value(v *Value) *Value {
	if made, ok := c.now[v]; ok {
		return made
	}
	made := &Value{ID: v.ID, Shape: v.Shape, Many: v.Many}
	c.now[v] = made
	made.list = c.values(v.list)
	return made
}
