package onnx

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// cut is the range that Slice takes of one axis: count elements from start on, every step-th.
type cut struct {
	start, count symbolic.Expr
	step         int64
}

// cuts reads the ranges of a Slice, one for each axis; nil where the whole axis is taken. An end beyond the axis is its end.
func (c *call) cuts(x *item) ([]*cut, error) {
	starts, err := c.range1("starts", 1)
	if err != nil {
		return nil, err
	}
	ends, err := c.range1("ends", 2)
	if err != nil {
		return nil, err
	}
	axes, given, err := c.parameterInts("axes", 3)
	if err != nil {
		return nil, err
	}
	steps, stepped, err := c.parameterInts("steps", 4)
	if err != nil {
		return nil, err
	}
	if !given {
		for k := range starts {
			axes = append(axes, int64(k))
		}
	}
	if len(starts) != len(ends) || len(starts) != len(axes) || stepped && len(steps) != len(axes) {
		return nil, errors.New("starts, ends, axes and steps differ in number")
	}
	out := make([]*cut, x.rank())
	for k, a := range axes {
		at, err := fromFront(a, x.rank())
		if err != nil {
			return nil, err
		}
		step := int64(1)
		if stepped {
			step = steps[k]
		}
		if step == 0 {
			return nil, errors.New("a step of 0")
		}
		out[at] = taken(x.dims[at], starts[k], ends[k], step)
	}
	return out, nil
}

// range1 is a list of places, which may depend on open dimensions.
func (c *call) range1(name string, input int) ([]symbolic.Expr, error) {
	if a := c.node.Attributes.Named(name); a != nil {
		return ints(a.Ints...), nil
	}
	it, err := c.need(input)
	if err != nil {
		return nil, err
	}
	if !it.folded {
		return nil, dataError(name + " are")
	}
	return it.data, nil
}

// taken resolves a range of an axis of size n.
func taken(n, start, end symbolic.Expr, step int64) *cut {
	first, below, above := symbolic.Int(0), symbolic.Int(0), n // where a range that sticks out begins and ends
	distance := symbolic.Int(step)
	if step < 0 {
		below, above, distance = symbolic.Int(-1), n.Sub(symbolic.Int(1)), distance.Neg()
	}
	if n.IsZero() || neverReaches(n, start, end, step) {
		return &cut{count: symbolic.Int(0), step: step}
	}
	from, to := place(start, n, first, above), place(end, n, below, above)
	length := to.Sub(from)
	if step < 0 {
		length = length.Neg()
	} else if left, ok := leftBetween(n, start, end); ok {
		length = left
	}
	count := symbolic.CeilDiv(length, distance)
	if sign, ok := count.Sign(); ok && sign < 0 {
		count = symbolic.Int(0)
	}
	return &cut{start: from, count: count, step: step}
}

// leftBetween is what is left of an axis of open size n without some places at its beginning and some at its end; false for other ranges.
func leftBetween(n, start, end symbolic.Expr) (symbolic.Expr, bool) {
	first, known := start.Int64()
	last, also := end.Int64()
	if sign, number := end.Sign(); number && sign > 0 && isHuge(end) {
		last, also = 0, true
	} else if sign >= 0 || isHuge(end) {
		return symbolic.Expr{}, false
	}
	if _, number := n.Sign(); number || !known || !also || first < 0 || isHuge(start) {
		return symbolic.Expr{}, false
	}
	left := n.Add(symbolic.Int(last - first))
	if first-last <= 1 { // every axis has one element, if any
		return left, true
	}
	return symbolic.Max(symbolic.Int(0), left), true
}

// neverReaches reports whether a range ends where it begins or before, both counted from the same end of an axis of size n. Backwards
// it may begin before the axis, at its first element then; an open axis is taken to have the places that are counted.
func neverReaches(n, start, end symbolic.Expr, step int64) bool {
	from, a := start.Int64()
	to, b := end.Int64()
	if !a || !b || (from < 0) != (to < 0) {
		return false
	}
	if step > 0 {
		return to <= from
	}
	_, number := n.Sign()
	return to >= from && (from >= 0 || !number && !isHuge(start))
}

// place is where a range begins or ends on an axis of size n. Negative numbers count from the end, and places outside of the
// axis are moved to its ends; huge numbers are outside of an axis of open size too.
func place(e, n, below, above symbolic.Expr) symbolic.Expr {
	sign, number := e.Sign()
	if !number {
		return e
	}
	huge := isHuge(e)
	if sign < 0 {
		last := isInt(e, -1) // every axis has one element, if any
		e = e.Add(n)
		switch at, ok := e.Sign(); {
		case ok && at < 0 || !ok && huge:
			return below
		case !ok && !last:
			return symbolic.Max(below, e)
		}
		return e
	}
	switch over, ok := e.Sub(above).Sign(); {
	case ok && over > 0 || !ok && huge:
		return above
	case !ok && !e.IsZero() && !isInt(e, 1):
		return symbolic.Min(e, above)
	}
	return e
}

// isHuge reports whether a number means one end of the axis, whatever its size, as exporters write it.
func isHuge(e symbolic.Expr) bool {
	v, ok := e.Int64()
	return !ok || v >= math.MaxInt32 || v <= math.MinInt32+1
}

func (c *call) slice() ([]*item, error) {
	x, err := c.activation(0)
	if err != nil {
		return nil, err
	}
	cuts, err := c.cuts(x)
	if isData(err) {
		return c.openOn("take", x, 3)
	}
	if err != nil {
		return nil, err
	}
	return c.cutTo(x, cuts)
}

// openOn replaces sizes that depend on the data: those of the axes that an input lists, or all.
func (c *call) openOn(kind string, x *item, input int) ([]*item, error) {
	axes, given, err := c.parameterInts("axes", input)
	if err != nil && !isData(err) {
		return nil, err
	}
	if !given {
		for k := range x.dims {
			axes = append(axes, int64(k))
		}
	}
	dims := slices.Clone(x.dims)
	for _, a := range axes {
		at, err := fromFront(a, x.rank())
		if err != nil {
			return nil, err
		}
		if dims[at], err = c.sizeOfOutput(0, at); err != nil {
			return nil, err
		}
	}
	return c.moved(kind, x, dims)
}

// cutTo takes parts of a value: channels where only the width is cut, every n-th position where extents are thinned out.
func (c *call) cutTo(x *item, cuts []*cut) ([]*item, error) {
	dims := append([]symbolic.Expr{}, x.dims...)
	all, width, thinned := true, true, !x.layout.flat && x.rank() >= 3 && x.rank() <= 2+arch.MaxExtents
	var strides []symbolic.Expr
	for k, cut := range cuts {
		if cut != nil {
			dims[k] = cut.count
		}
		whole := cut == nil || cut.count.Equal(x.dims[k])
		all = all && whole
		width = width && (whole || k == x.layout.axis && cut.step == 1)
		extent := k != 0 && k != x.layout.axis
		fits := cut != nil && cut.step >= 1 && cut.start.IsZero() && cut.count.Equal(symbolic.CeilDiv(x.dims[k], symbolic.Int(cut.step)))
		thinned = thinned && (whole || extent && fits)
		if extent {
			step := int64(1)
			if !whole {
				step = cut.step
			}
			strides = append(strides, symbolic.Int(step))
		}
	}
	var v *trace.Value
	var err error
	switch {
	case all:
		return []*item{x}, nil
	case width && !dims[x.layout.axis].IsZero():
		own := cuts[x.layout.axis]
		v, err = c.layer("slice", map[string]arch.Argument{"count": numbers(own.count), "start": numbers(own.start)}, x.value)
	case thinned:
		v, err = c.layer("subsample", map[string]arch.Argument{"stride": numbers(strides...)}, x.value)
	default:
		v, err = c.layer("take", shapeArgs(x.layout.shape(dims)), x.value)
	}
	return one(v, x.layout, dims, err)
}

// split cuts an axis in parts: of given sizes, or as many equal ones as there are outputs.
func (c *call) split() ([]*item, error) {
	x, err := c.activation(0)
	if err != nil {
		return nil, err
	}
	axis, sizes, err := c.parts(x)
	if err != nil {
		return nil, err
	}
	from := x
	if x.layout.axis != axis && !x.layout.flat && axis > 0 {
		moved := *x
		moved.layout = along(axis)
		if moved.value, err = c.as(x, moved.layout); err != nil {
			return nil, err
		}
		from = &moved
	}
	var out []*item
	start := symbolic.Int(0)
	for _, size := range sizes {
		cuts := make([]*cut, x.rank())
		cuts[axis] = &cut{start: start, count: size, step: 1}
		start = start.Add(size)
		part, err := c.cutTo(from, cuts)
		if err != nil {
			return nil, err
		}
		out = append(out, part[0])
	}
	return out, nil
}

// parts are the axis that a Split cuts, and how much of it each output gets.
func (c *call) parts(x *item) (int, []symbolic.Expr, error) {
	axis, err := c.axis(0, x.rank())
	if err != nil {
		return 0, nil, err
	}
	sizes, given, err := c.parameterInts("split", 1)
	if err != nil {
		return 0, nil, err
	}
	outputs := len(c.node.Outputs)
	if given && len(sizes) != outputs {
		return 0, nil, fmt.Errorf("%d sizes for %d outputs", len(sizes), outputs)
	}
	if given {
		return axis, ints(sizes...), nil
	}
	part := symbolic.CeilDiv(x.dims[axis], symbolic.Int(int64(outputs)))
	parts := make([]symbolic.Expr, outputs)
	for k := range parts {
		parts[k] = part
	}
	parts[outputs-1] = x.dims[axis].Sub(part.Mul(symbolic.Int(int64(outputs - 1))))
	return axis, parts, nil
}

// gather looks rows up in a table of weights, or takes places of an axis.
func (c *call) gather() ([]*item, error) {
	table, err := c.need(0)
	if err != nil {
		return nil, err
	}
	indices, err := c.need(1)
	if err != nil {
		return nil, err
	}
	axis, err := c.axis(0, table.rank())
	if err != nil {
		return nil, err
	}
	dims := gathered(table.dims, indices.dims, axis)
	if !table.isActivation() && indices.isActivation() && table.learned() != nil && axis == 0 && table.rank() == 2 {
		return c.embed(table, indices, dims)
	}
	x, err := c.materialized(table)
	if err != nil {
		return nil, err
	}
	l := c.preferred(c.node.Outputs[0], len(dims))
	kind := "gather"
	if _, single := indices.scalar(); single {
		kind = "take"
	}
	out, err := c.layer(kind, shapeArgs(l.shape(dims)), x.value)
	return one(out, l, dims, err)
}

// gathered are the dimensions of the output of Gather: those of the indices in place of the axis.
func gathered(table, indices []symbolic.Expr, axis int) []symbolic.Expr {
	dims := append([]symbolic.Expr{}, table[:axis]...)
	dims = append(dims, indices...)
	return append(dims, table[axis+1:]...)
}

func (c *call) embed(table, indices *item, dims []symbolic.Expr) ([]*item, error) {
	numbers1 := *indices
	numbers1.dims = append(append([]symbolic.Expr{}, indices.dims...), symbolic.Int(1))
	x, err := c.as(&numbers1, features(numbers1.rank()))
	if err != nil {
		return nil, err
	}
	args := map[string]arch.Argument{"vocab": numbers(table.dims[0]), "out": numbers(table.dims[1])}
	out, err := c.weighted("embedding", args, x, table)
	return one(out, features(len(dims)), dims, err)
}

func (c *call) gatherElements() ([]*item, error) {
	x, indices, err := c.activationAnd(1)
	if err != nil {
		return nil, err
	}
	l := c.preferred(c.node.Outputs[0], indices.rank())
	out, err := c.layer("gather", shapeArgs(l.shape(indices.dims)), x.value)
	return one(out, l, indices.dims, err)
}
