package onnx

import (
	"errors"
	"fmt"
	"slices"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/onnx/wire"
	"github.com/skipcost/skipcost/arch/symbolic"
)

// dataOperators make tensors whose size depends on the data, or find places in it. A size that is not known is the one that the
// file states, or an open dimension.
func dataOperators() []*operator {
	return doing(None, []*operator{
		{name: "NonZero", rule: (*call).nonZero, fold: (*call).foldNonZero},
		{name: "NonMaxSuppression", work: Named, rule: (*call).nonMaxSuppression},
		{name: "Unique", rule: (*call).distinct},
		{name: "Compress", rule: (*call).compress},
		{name: "TensorScatter", rule: scatters(1)},
		{name: "Col2Im", work: Counted, rule: (*call).columnsToImage},
		{name: "CenterCropPad", rule: (*call).centerCropPad},
		{name: "MaxUnpool", rule: (*call).maxUnpool},
		{name: "RoiAlign", work: Named, rule: pooledRegions("output_height", "output_width", "")},
		{name: "MaxRoiPool", work: Named, rule: pooledRegions("", "", "pooled_shape")},
		{name: "AffineGrid", work: Counted, rule: (*call).affineGrid},
		{name: "Det", work: Named, rule: (*call).determinant},
		{name: "Multinomial", work: Named, rule: (*call).draws},
	})
}

// countedBy is a row of numbers whose length depends on the data.
func (c *call) countedBy() ([]*item, error) {
	n, err := c.sizeOfOutput(0, 0)
	return []*item{{dims: []symbolic.Expr{n}}}, err
}

// fillsShape is a tensor of one value, of a shape that depends on the data: its rank is that which the shape has numbers.
func (c *call) fillsShape() ([]*item, error) {
	shape, err := c.need(0)
	if err != nil {
		return nil, err
	}
	rank := int64(-1)
	if shape.rank() == 1 {
		if n, ok := shape.dims[0].Int64(); ok && n <= wire.MaxRank {
			rank = n
		}
	}
	if rank < 0 {
		return nil, dataError("the shape is")
	}
	dims := make([]symbolic.Expr, rank)
	for k := range dims {
		if dims[k], err = c.sizeOfOutput(0, k); err != nil {
			return nil, err
		}
	}
	return []*item{{dims: dims}}, nil
}

// alike is a constant with the shape of the input.
func (c *call) alike() ([]*item, error) {
	x, err := c.need(0)
	if err != nil {
		return nil, err
	}
	return []*item{{dims: x.dims}}, nil
}

// ofShape is a constant whose shape an attribute says.
func (c *call) ofShape() ([]*item, error) {
	return []*item{{dims: ints(c.list("shape")...)}}, nil
}

// nonZero lists the places of elements other than 0: a row for each axis.
func (c *call) nonZero() ([]*item, error) {
	x, err := c.activation(0)
	if err != nil {
		return nil, err
	}
	n, err := c.sizeOfOutput(0, 1)
	if err != nil {
		return nil, err
	}
	return c.moved("gather", x, []symbolic.Expr{symbolic.Int(int64(x.rank())), n})
}

// nonMaxSuppression picks boxes: sample, class and box of each. What it compares depends on the data and is not counted.
func (c *call) nonMaxSuppression() ([]*item, error) {
	n, err := c.sizeOfOutput(0, 0)
	if err != nil {
		return nil, err
	}
	return c.uncounted([]symbolic.Expr{n, symbolic.Int(3)})
}

// distinct lists the distinct elements of a tensor, or of an axis of it, with their first places, the place of each element
// among them, and their counts.
func (c *call) distinct() ([]*item, error) {
	x, err := c.activation(0)
	if err != nil {
		return nil, err
	}
	n, err := c.sizeOfOutput(0, 0)
	if err != nil {
		return nil, err
	}
	dims, all := []symbolic.Expr{n}, x.elements()
	if c.node.Attributes.Named("axis") != nil {
		axis, err := c.axis(0, x.rank())
		if err != nil {
			return nil, err
		}
		if n, err = c.sizeOfOutput(0, axis); err != nil {
			return nil, err
		}
		dims, all = slices.Clone(x.dims), x.dims[axis]
		dims[axis] = n
	}
	out, err := c.moved("gather", x, dims)
	return append(out, &item{dims: []symbolic.Expr{n}}, &item{dims: []symbolic.Expr{all}}, &item{dims: []symbolic.Expr{n}}), err
}

// compress keeps the elements, or the places of an axis, that the second input says.
func (c *call) compress() ([]*item, error) {
	x, err := c.activation(0)
	if err != nil {
		return nil, err
	}
	axis, dims := 0, ints(1)
	if c.node.Attributes.Named("axis") != nil {
		if axis, err = c.axis(0, x.rank()); err != nil {
			return nil, err
		}
		dims = slices.Clone(x.dims)
	}
	n, known := c.input(1).chosen()
	if !known {
		if n, err = c.sizeOfOutput(0, axis); err != nil {
			return nil, err
		}
	}
	dims[axis] = n
	return c.moved("gather", x, dims)
}

// chosen is how many of a row of truths are true; false where they depend on the data.
func (it *item) chosen() (symbolic.Expr, bool) {
	if it == nil || !it.folded {
		return symbolic.Expr{}, false
	}
	n := int64(0)
	for _, e := range it.data {
		sign, known := e.Sign()
		if !known {
			return symbolic.Expr{}, false
		}
		if sign != 0 {
			n++
		}
	}
	return symbolic.Int(n), true
}

// columnsToImage adds up blocks [B, C·K, L] where they overlap in an image.
func (c *call) columnsToImage() ([]*item, error) {
	x, err := c.activation(0)
	if err != nil {
		return nil, err
	}
	image, err := c.sizesFrom(1, 2)
	if err != nil {
		return nil, err
	}
	block, err := c.need(2)
	if err != nil {
		return nil, err
	}
	if x.rank() != 3 {
		return nil, errors.New("needs blocks of three dimensions")
	}
	channels, err := c.sizeOfOutput(0, 1)
	if block.folded {
		channels, err = x.dims[1].Div(symbolic.Product(block.data...)), nil
	}
	if err != nil {
		return nil, err
	}
	return c.moved("reduce", x, append([]symbolic.Expr{x.dims[0], channels}, image...))
}

// sizesFrom are the sizes that an input lists: those of the first output from an axis on.
func (c *call) sizesFrom(input, axis int) ([]symbolic.Expr, error) {
	it, err := c.need(input)
	if err != nil {
		return nil, err
	}
	if it.folded {
		return it.asShape(0)
	}
	if it.rank() != 1 {
		return nil, dataError("the sizes are")
	}
	n, ok := it.dims[0].Int64()
	if !ok || n > wire.MaxRank {
		return nil, dataError("the sizes are")
	}
	out := make([]symbolic.Expr, n)
	for k := range out {
		if out[k], err = c.sizeOfOutput(0, axis+k); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// centerCropPad cuts axes or fills them up at both ends.
func (c *call) centerCropPad() ([]*item, error) {
	x, err := c.activation(0)
	if err != nil {
		return nil, err
	}
	axes := c.list("axes")
	if axes == nil {
		for k := range x.dims {
			axes = append(axes, int64(k))
		}
	}
	shape, err := c.need(1)
	if err != nil {
		return nil, err
	}
	if shape.folded && len(shape.data) != len(axes) {
		return nil, fmt.Errorf("%d sizes for %d axes", len(shape.data), len(axes))
	}
	dims := slices.Clone(x.dims)
	for k, a := range axes {
		at, err := fromFront(a, x.rank())
		if err != nil {
			return nil, err
		}
		if shape.folded {
			dims[at] = shape.data[k]
		} else if dims[at], err = c.sizeOfOutput(0, at); err != nil {
			return nil, err
		}
	}
	return c.moved("pad", x, dims)
}

// maxUnpool puts elements where they were the largest of windows.
func (c *call) maxUnpool() ([]*item, error) {
	x, err := c.activation(0)
	if err != nil {
		return nil, err
	}
	if c.input(2) != nil {
		dims, err := c.sizesFrom(2, 0)
		if err != nil {
			return nil, err
		}
		return c.moved("gather", x, dims)
	}
	kernel := c.list("kernel_shape")
	if len(kernel) != x.rank()-2 || len(kernel) < 1 {
		return nil, errors.New("the kernel does not fit the input")
	}
	strides, pads := c.list("strides"), c.list("pads")
	if strides == nil {
		strides = repeatedInt(1, len(kernel))
	}
	if pads == nil {
		pads = repeatedInt(0, 2*len(kernel))
	}
	if len(strides) != len(kernel) || len(pads) != 2*len(kernel) {
		return nil, errors.New("strides or pads do not fit the kernel")
	}
	dims := slices.Clone(x.dims)
	for k := range kernel {
		windows := dims[2+k].Sub(symbolic.Int(1)).Mul(symbolic.Int(strides[k]))
		dims[2+k] = windows.Add(symbolic.Int(kernel[k])).Sub(symbolic.Int(pads[k])).Sub(symbolic.Int(pads[k+len(kernel)]))
	}
	return c.moved("gather", x, dims)
}

// pooledRegions pools regions of a map, as many as there are, to one size, which attributes say. How much each pool reads depends on
// the data and is not counted.
func pooledRegions(height, width, both string) rule {
	return func(c *call) ([]*item, error) {
		x, regions, err := c.activationAnd(1)
		if err != nil {
			return nil, err
		}
		if x.rank() != 4 || regions.rank() != 2 {
			return nil, errors.New("needs maps and a list of regions")
		}
		size := []int64{c.integer(height, 1), c.integer(width, 1)}
		if both != "" {
			size = c.list(both)
		}
		return c.uncounted(append([]symbolic.Expr{regions.dims[0], x.dims[1]}, ints(size...)...))
	}
}

// affineGrid is where places of a map come from: the places of a grid times a matrix [B, n, n + 1].
func (c *call) affineGrid() ([]*item, error) {
	theta, size, err := c.activationAnd(1)
	if err != nil {
		return nil, err
	}
	if theta.rank() != 3 {
		return nil, errors.New("needs matrices")
	}
	axes, ok := theta.dims[1].Int64()
	if !ok || axes < 1 || axes > arch.MaxExtents || size.folded && len(size.data) != int(axes)+2 {
		return nil, errors.New("the size does not fit the matrices")
	}
	places := make([]symbolic.Expr, axes)
	for k := range places {
		if size.folded {
			places[k] = size.data[2+k]
		} else if places[k], err = c.sizeOfOutput(0, 1+k); err != nil {
			return nil, err
		}
	}
	matrix, err := c.exchanged(theta)
	if err != nil {
		return nil, err
	}
	grid := &item{dims: []symbolic.Expr{symbolic.Product(places...), theta.dims[2]}}
	out, err := c.product(grid, matrix)
	if err != nil {
		return nil, err
	}
	return c.view(out[0], append(append([]symbolic.Expr{theta.dims[0]}, places...), theta.dims[1]))
}

// draws are samples from distributions in rows, as many of each as an attribute says.
func (c *call) draws() ([]*item, error) {
	x, err := c.activation(0)
	if err != nil {
		return nil, err
	}
	if x.rank() != 2 {
		return nil, errors.New("needs rows of scores")
	}
	return c.uncounted([]symbolic.Expr{x.dims[0], symbolic.Int(c.integer("sample_size", 1))})
}

// determinant is one number for each matrix. Its work depends on the algorithm.
func (c *call) determinant() ([]*item, error) {
	x, err := c.activation(0)
	if err != nil {
		return nil, err
	}
	if x.rank() < 2 {
		return nil, errors.New("needs matrices")
	}
	return c.uncounted(x.dims[:x.rank()-2])
}
