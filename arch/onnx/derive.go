package onnx

import (
	"errors"
	"strings"

	"github.com/skipcost/skipcost/arch/symbolic"
)

// derive follows learned and constant tensors through operators whose result is not known element by element. What is made of
// a weight alone is that weight; what is made of several is learned, and counts when it is used.
func (c *call) derive() ([]*item, error) {
	if c.node.op == "ConstantOfShape" {
		return c.filled()
	}
	if !c.isKnown() {
		if err := c.countUnknown(); err != nil {
			return nil, err
		}
	}
	switch c.node.op {
	case "Split":
		return c.splitWeight()
	case "Slice":
		return c.sliceWeight()
	}
	dims, err := c.derivedDims()
	if err != nil {
		return nil, err
	}
	out := &item{dims: dims}
	out.weight = c.madeOf(out)
	items := []*item{out}
	for range c.node.outputs[min(1, len(c.node.outputs)):] {
		items = append(items, &item{})
	}
	return items, nil
}

// isKnown reports whether the operator is one that is translated, folded, or makes constants out of nothing.
func (c *call) isKnown() bool {
	if operator(c.node) != nil {
		return true
	}
	_, folds := foldings()[c.node.op]
	switch c.node.op {
	case "RandomNormal", "RandomUniform", "EyeLike", "HannWindow", "HammingWindow", "BlackmanWindow":
		folds = true
	}
	return folds && c.node.isStandard()
}

// filled is a tensor of one value: a weight whose elements were left out where its shape is written down in the file, and a
// constant where it is computed.
func (c *call) filled() ([]*item, error) {
	shape, err := c.need(0)
	if err != nil {
		return nil, err
	}
	dims, err := shape.asShape(0)
	if err != nil {
		return nil, err
	}
	written := c.matcher.tensors[c.node.inputs[0]] != nil
	return []*item{{dims: dims, weight: &weight{name: c.node.label(), elements: symbolic.Product(dims...), constant: !written}}}, nil
}

// derivedDims are the dimensions of what is made of weights.
func (c *call) derivedDims() ([]symbolic.Expr, error) {
	if len(c.in) == 0 || c.in[0] == nil {
		return nil, nil
	}
	x := c.in[0]
	switch c.node.op {
	case "Transpose":
		order := c.list("perm")
		if order == nil {
			for k := x.rank() - 1; k >= 0; k-- {
				order = append(order, int64(k))
			}
		}
		return permuted(x.dims, order)
	case "Reshape":
		return c.reshaped(x)
	case "Expand":
		return c.expanded(x)
	case "Squeeze":
		return c.squeezed(x)
	case "Unsqueeze":
		return c.unsqueezed(x)
	case "Flatten":
		return c.flattened(x)
	case "Concat":
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
	case "Gather":
		axis, err := c.axis("axis", 0, x.rank())
		if err != nil || c.input(1) == nil {
			return nil, err
		}
		return gathered(x.dims, c.in[1].dims, axis), nil
	case "MatMul":
		if w := c.input(1); w != nil && w.rank() > 1 && x.rank() > 1 {
			stack, err := broadcast(x.dims[:x.rank()-2], w.dims[:w.rank()-2])
			return append(stack, x.dims[x.rank()-2], w.dims[w.rank()-1]), err
		}
		return x.dims, nil
	case "Tile":
		return c.tiled(x)
	case "Pad":
		return c.padded(x)
	case "Resize", "Upsample":
		return c.resizedDims(x)
	case "Add", "Sub", "Mul", "Div", "Pow", "Where", "Equal", "Greater", "Less", "GreaterOrEqual", "LessOrEqual", "And", "Or", "Max", "Min", "Sum":
	default:
		if !strings.HasPrefix(c.node.op, "Reduce") {
			return x.dims, nil
		}
		axes, keep, err := c.reduction(x)
		return without(x.dims, axes, keep), err
	}
	shapes := make([][]symbolic.Expr, 0, len(c.in))
	for _, it := range c.in {
		if it != nil {
			shapes = append(shapes, it.dims)
		}
	}
	return broadcast(shapes...)
}
