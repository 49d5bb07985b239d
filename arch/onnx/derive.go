package onnx

import (
	"maps"
	"slices"

	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// derive follows learned and constant tensors through operators whose result is not known element by element. A tensor made of
// a single weight is that weight; one made of several is learned, and counts when it is used.
func (c *call) derive() ([]*item, error) {
	o := c.node.operator
	if !o.isKnown() {
		if err := c.countUnknown(); err != nil {
			return nil, err
		}
	}
	if o.derive != nil {
		items, err := o.derive(c)
		return c.remembered(items), err
	}
	items, err := c.derivedShapes()
	if err != nil {
		return nil, err
	}
	if len(items) > 0 {
		items[0].weight = c.madeOf(items[0])
	}
	return c.remembered(items), nil
}

// ofOneValue is a tensor of one value: a constant, or a weight whose elements were left out.
func (c *call) ofOneValue() ([]*item, error) {
	shape, err := c.need(0)
	if err != nil {
		return nil, err
	}
	dims, err := shape.asShape(0)
	if err != nil {
		return nil, err
	}
	w := &weight{name: c.node.Label(), elements: symbolic.Product(dims...), constant: !c.strands.of(c.node.Outputs[0]).leftOut, filled: true}
	return []*item{{dims: dims, alike: true, weight: w}}, nil
}

// derivedShapes are the outputs of an operator on weights and constants, with their dimensions.
func (c *call) derivedShapes() ([]*item, error) {
	switch {
	case len(c.in) == 0 || c.in[0] == nil:
		return []*item{{}}, nil
	case c.node.operator.rule != nil:
		return c.shapesOfConstants()
	}
	return []*item{{dims: c.in[0].dims}}, nil
}

// shapesOfConstants are the dimensions of the outputs of a rule for constants: they are found by applying the rule to
// activations in a scratch network, of which nothing counts.
func (c *call) shapesOfConstants() ([]*item, error) {
	scratch, err := c.apart()
	if err != nil {
		return nil, err
	}
	known := len(c.symbols.list)
	made, err := c.node.operator.rule(scratch)
	for _, s := range c.symbols.list[known:] { // sizes that depend on the data
		c.build.Symbol(s)
	}
	if err != nil {
		return nil, err
	}
	out := make([]*item, len(made))
	for k, it := range made {
		if it.isList() {
			return nil, dataError("what is in a sequence of constants is")
		}
		out[k] = &item{dims: it.dims}
	}
	return out, nil
}

// apart is the call in a scratch network, in which the first input, and all others with unknown elements that are no weights,
// are activations.
func (c *call) apart() (*call, error) {
	b, err := trace.NewBuilder(c.budget, "", slices.Clone(c.symbols.list), symbolic.Int(1), ints(1))
	if err != nil {
		return nil, err
	}
	t := *c.translator
	t.build, t.names, t.views = b, map[string]int{}, map[view]*trace.Value{}
	t.unknown, t.weighing, t.workless, t.noted = map[string]int{}, map[string]bool{}, map[string]int{}, maps.Clone(c.noted)
	out := c.with(make([]*item, len(c.in))...)
	out.translator = &t
	first := true
	for k, it := range c.in {
		if out.in[k] = it; it == nil || it.isList() {
			continue
		}
		own := *it
		own.weight, own.from, out.in[k] = nil, nil, &own
		if (first || !it.folded) && !c.node.operator.weighs(k) {
			if _, err := out.materialized(&own); err != nil {
				return nil, err
			}
			first = false
		}
	}
	return out, nil
}

// permutation is the order of axes that a Transpose asks for: back to front unless said.
func (c *call) permutation(rank int) []int64 {
	order := c.list("perm")
	if order == nil {
		for k := rank - 1; k >= 0; k-- {
			order = append(order, int64(k))
		}
	}
	return order
}

// gatherDims are those of the rows that a Gather picks.
func (c *call) gatherDims(x *item) ([]symbolic.Expr, error) {
	axis, err := c.axis(0, x.rank())
	if err != nil || c.input(1) == nil {
		return nil, err
	}
	return gathered(x.dims, c.in[1].dims, axis), nil
}

// gatherWeight is the row that a Gather of one known place takes, as a Slice would, but without its axis: layers may have their
// weights in one stack. Several places may be equal, so that a Gather of them counts as the whole weight.
func (c *call) gatherWeight() ([]*item, error) {
	table, err := c.need(0)
	if err != nil {
		return nil, err
	}
	axis, err := c.axis(0, table.rank())
	if err != nil {
		return nil, err
	}
	dims, err := c.gatherDims(table)
	if err != nil {
		return nil, err
	}
	out := &item{dims: dims}
	place, single := c.input(1).scalarOf()
	if !single {
		out.weight = c.madeOf(out)
		return []*item{out}, nil
	}
	if sign, known := place.Sign(); known && sign < 0 {
		place = place.Add(table.dims[axis])
	}
	cuts := make([]*cut, table.rank())
	cuts[axis] = &cut{start: place, count: symbolic.Int(1), step: 1}
	out.weight = c.cutWeight(table, cuts).weight
	return []*item{out}, nil
}
