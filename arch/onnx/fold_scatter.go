package onnx

import (
	"errors"
	"slices"

	"github.com/skipcost/skipcost/arch/symbolic"
)

// foldScatterND puts updates into a tensor: each list of the last axis of the indices is the place of one, an element or a row.
func (c *call) foldScatterND() (*item, error) {
	into, indices, updates, ok := c.scattered()
	if !ok || len(indices.dims) == 0 {
		return nil, nil
	}
	depth := indices.dims[len(indices.dims)-1]
	if depth < 1 || depth > len(into.dims) {
		return nil, errors.New("the places do not fit the tensor")
	}
	size := elementsIn(into.dims[depth:])
	if len(updates.data)*depth != len(indices.data)*size {
		return nil, errors.New("as many updates as places are needed")
	}
	strides := into.strides()
	for k := 0; k*depth < len(indices.data); k++ {
		at := 0
		for axis, e := range indices.data[k*depth : (k+1)*depth] {
			places, err := placesOn([]symbolic.Expr{e}, into.dims[axis])
			if places == nil || err != nil {
				return nil, err
			}
			at += places[0] * strides[axis]
		}
		copy(into.data[at:], updates.data[k*size:(k+1)*size])
	}
	return into.item(c.in[0].whole && c.in[2].whole), nil
}

// foldScatter puts every update at its own place, except on one axis, where the place is given by the indices.
func (c *call) foldScatter() (*item, error) {
	into, indices, updates, ok := c.scattered()
	if !ok {
		return nil, nil
	}
	axis, err := c.axis(0, len(into.dims))
	if err != nil {
		return nil, err
	}
	if len(indices.dims) != len(into.dims) || !slices.Equal(indices.dims, updates.dims) {
		return nil, errors.New("the places do not fit the tensor")
	}
	places, err := placesOn(indices.data, into.dims[axis])
	if places == nil || err != nil {
		return nil, err
	}
	strides := into.strides()
	next, outside := 0, false
	sized(indices.dims, func(index []int) (symbolic.Expr, bool) {
		at := places[next] * strides[axis]
		for k, i := range index {
			if k != axis {
				at += i * strides[k]
				outside = outside || i >= into.dims[k]
			}
		}
		if !outside {
			into.data[at] = updates.data[next]
		}
		next++
		return symbolic.Expr{}, !outside
	})
	if outside {
		return nil, errors.New("a place that is not there")
	}
	return into.item(c.in[0].whole && c.in[2].whole), nil
}

// scattered are a copy of the tensor that is scattered into, the places and the updates; false where they are not known, or
// where updates are combined with the old values.
func (c *call) scattered() (into, indices, updates array, ok bool) {
	if len(c.in) != 3 || slices.Contains(c.in, nil) || c.text("reduction", "none") != "none" {
		return into, indices, updates, false
	}
	into, ok = asArray(c.in[0])
	indices, also := asArray(c.in[1])
	updates, too := asArray(c.in[2])
	into.data = slices.Clone(into.data)
	return into, indices, updates, ok && also && too
}

// elementsIn is the number of elements of an array of those dimensions.
func elementsIn(dims []int) int {
	n := 1
	for _, d := range dims {
		n *= d
	}
	return n
}
