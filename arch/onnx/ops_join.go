package onnx

import (
	"errors"
	"fmt"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

func (c *call) concat() ([]*item, error) {
	in, err := c.nonEmpty()
	if err != nil {
		return nil, err
	}
	axis, err := c.axis(1, in.in[0].rank())
	if err != nil {
		return nil, err
	}
	return in.joined(axis)
}

// nonEmpty is the call without those of its inputs that have no elements, as caches are at first, unless all are so.
func (c *call) nonEmpty() (*call, error) {
	var in []*item
	for k := range c.in {
		it, err := c.need(k)
		if err != nil {
			return nil, err
		}
		if empty := it.folded && len(it.data) == 0 || isInt(it.elements(), 0); !empty {
			in = append(in, it)
		}
	}
	switch {
	case len(c.in) == 0:
		return nil, errors.New("nothing is joined to nothing")
	case len(in) == 0:
		return c, nil
	}
	return c.with(in...), nil
}

// joined are the inputs, one behind the other along an axis.
func (c *call) joined(axis int) ([]*item, error) {
	in := c.in
	l := layout{axis: axis, flat: axis == 0}
	dims := append([]symbolic.Expr{}, in[0].dims...)
	dims[axis] = symbolic.Int(0)
	values := make([]*trace.Value, len(in))
	for k, it := range in {
		if it.rank() != len(dims) {
			return nil, fmt.Errorf("tensors of %d and %d dimensions", len(dims), it.rank())
		}
		dims[axis] = dims[axis].Add(it.dims[axis])
		m, err := c.materialized(it)
		if err != nil {
			return nil, err
		}
		if values[k], err = c.as(m, l); err != nil {
			return nil, err
		}
	}
	out, err := c.merge(arch.Concat, values...)
	return one(out, l, dims, err)
}
