package onnx

import (
	"errors"

	"github.com/skipcost/skipcost/arch/symbolic"
)

// derive follows learned and constant tensors through operators whose result is not known element by element. What is made of
// a weight alone is that weight; what is made of several is learned, and counts when it is used.
func (c *call) derive() ([]*item, error) {
	o := c.node.operator
	if !o.isKnown() {
		if err := c.countUnknown(); err != nil {
			return nil, err
		}
	}
	if o.derive != nil {
		return o.derive(c)
	}
	dims, err := c.derivedDims()
	if err != nil {
		return nil, err
	}
	out := &item{dims: dims}
	out.weight = c.madeOf(out)
	items := []*item{out}
	for range c.node.Outputs[min(1, len(c.node.Outputs)):] {
		items = append(items, &item{})
	}
	return items, nil
}

// ofOneValue is a tensor of one value: a weight whose elements were left out where its shape is written down in the file, and a
// constant where it is computed.
func (c *call) ofOneValue() ([]*item, error) {
	shape, err := c.need(0)
	if err != nil {
		return nil, err
	}
	dims, err := shape.asShape(0)
	if err != nil {
		return nil, err
	}
	written := c.strands.of(c.node.Inputs[0]).constant != nil
	return []*item{{dims: dims, weight: &weight{name: c.node.Label(), elements: symbolic.Product(dims...), constant: !written}}}, nil
}

// derivedDims are the dimensions of what is made of weights.
func (c *call) derivedDims() ([]symbolic.Expr, error) {
	if len(c.in) == 0 || c.in[0] == nil {
		return nil, nil
	}
	if dims := c.node.operator.dims; dims != nil {
		return dims(c, c.in[0])
	}
	return c.in[0].dims, nil
}

// broadcastDims are those of all inputs together.
func (c *call) broadcastDims(*item) ([]symbolic.Expr, error) {
	shapes := make([][]symbolic.Expr, 0, len(c.in))
	for _, it := range c.in {
		if it != nil {
			shapes = append(shapes, it.dims)
		}
	}
	return broadcast(shapes...)
}

// turnedDims are those of a Transpose.
func (c *call) turnedDims(x *item) ([]symbolic.Expr, error) {
	return permuted(x.dims, c.permutation(x.rank()))
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

// concatDims are those of tensors one behind the other.
func (c *call) concatDims(x *item) ([]symbolic.Expr, error) {
	axis, err := c.axis("axis", 1, x.rank())
	if err != nil {
		return nil, err
	}
	dims := append([]symbolic.Expr{}, x.dims...)
	for _, it := range c.in[1:] {
		if it == nil || it.rank() != x.rank() {
			return nil, errors.New("tensors of different rank")
		}
		dims[axis] = dims[axis].Add(it.dims[axis])
	}
	return dims, nil
}

// gatherDims are those of the rows that a Gather picks.
func (c *call) gatherDims(x *item) ([]symbolic.Expr, error) {
	axis, err := c.axis("axis", 0, x.rank())
	if err != nil || c.input(1) == nil {
		return nil, err
	}
	return gathered(x.dims, c.in[1].dims, axis), nil
}

// gatherWeight is the row that a Gather of one known place takes, as a Slice would, but without its axis: layers may have their
// weights in one stack. Several places may be the same one, so that they are of the whole.
func (c *call) gatherWeight() ([]*item, error) {
	table, err := c.need(0)
	if err != nil {
		return nil, err
	}
	axis, err := c.axis("axis", 0, table.rank())
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

// productDims are those of a product of matrices.
func (c *call) productDims(x *item) ([]symbolic.Expr, error) {
	w := c.input(1)
	if w == nil || w.rank() < 2 || x.rank() < 2 {
		return x.dims, nil
	}
	stack, err := broadcast(x.dims[:x.rank()-2], w.dims[:w.rank()-2])
	return append(stack, x.dims[x.rank()-2], w.dims[w.rank()-1]), err
}

// reducedDims are those that a reduction leaves.
func (c *call) reducedDims(x *item) ([]symbolic.Expr, error) {
	axes, keep, err := c.reduction(x)
	return without(x.dims, axes, keep), err
}
