package onnx

import (
	"fmt"
	"slices"

	"github.com/skipcost/skipcost/arch/symbolic"
)

func (c *call) expand() ([]*item, error) {
	x, err := c.activation(0)
	if err != nil {
		return nil, err
	}
	dims, err := c.expanded(x)
	if isData(err) {
		dims, err = c.openExpanded(x)
	}
	if err != nil {
		return nil, err
	}
	l := c.preferred(c.node.Outputs[0], len(dims))
	out, err := c.spread(x, dims, l)
	return one(out, l, dims, err)
}

// openExpanded are the dimensions that Expand makes where the data say which: those of more than one element stay, and so do those in
// front of as many as the data are.
func (c *call) openExpanded(x *item) ([]symbolic.Expr, error) {
	stay := 0
	if sizes := c.input(1); sizes != nil && sizes.rank() == 1 {
		if n, known := sizes.dims[0].Int64(); known && n < int64(x.rank()) {
			stay = x.rank() - int(n)
		}
	}
	sizes, err := c.sizesFrom(1, stay)
	if err != nil {
		return nil, err
	}
	dims := append(slices.Clone(x.dims[:stay]), sizes...)
	for k, d := range x.dims {
		if !isInt(d, 1) {
			dims[len(dims)-x.rank()+k] = d
		}
	}
	return dims, nil
}

// expanded are the dimensions that Expand makes of those of x.
func (c *call) expanded(x *item) ([]symbolic.Expr, error) {
	target, err := c.need(1)
	if err != nil {
		return nil, err
	}
	dims, err := target.asShape(0)
	if err != nil {
		return nil, err
	}
	return broadcast(x.dims, dims)
}

func (c *call) tile() ([]*item, error) {
	x, err := c.activation(0)
	if err != nil {
		return nil, err
	}
	dims, err := c.tiled(x)
	if err != nil {
		return nil, err
	}
	out, err := c.layer("tile", shapeArgs(x.layout.shape(dims)), x.value)
	return one(out, x.layout, dims, err)
}

// tiled are the dimensions that Tile makes of those of x.
func (c *call) tiled(x *item) ([]symbolic.Expr, error) {
	times, err := c.need(1)
	if err != nil {
		return nil, err
	}
	if !times.folded {
		return nil, dataError("the repeats are")
	}
	if len(times.data) != x.rank() {
		return nil, fmt.Errorf("%d repeats for %d axes", len(times.data), x.rank())
	}
	dims := make([]symbolic.Expr, x.rank())
	for k, d := range x.dims {
		dims[k] = d.Mul(times.data[k])
	}
	return dims, nil
}

// roll is the layer that fuse makes of two exchanged parts of an axis.
func (c *call) roll() ([]*item, error) {
	x, err := c.activation(0)
	if err != nil {
		return nil, err
	}
	out, err := c.layer("gather", shapeArgs(x.layout.shape(x.dims)), x.value)
	return one(out, x.layout, x.dims, err)
}
