package onnx

import (
	"errors"
	"math/big"
	"slices"

	"github.com/skipcost/skipcost/arch/symbolic"
)

// moves gives the same elements other dimensions.
func moves(dims func(*call, *item) ([]symbolic.Expr, error)) folding {
	return func(c *call) (*item, error) {
		x := *c.in[0]
		var err error
		if x.dims, err = dims(c, c.in[0]); err != nil {
			return nil, err
		}
		return &x, nil
	}
}

func (c *call) foldTranspose() (*item, error) {
	a, ok := asArray(c.in[0])
	if !ok {
		return nil, nil
	}
	order := c.permutation(len(a.dims))
	if _, err := permuted(c.in[0].dims, order); err != nil {
		return nil, err
	}
	dims := make([]int, len(order))
	for k, at := range order {
		dims[k] = a.dims[at]
	}
	strides := a.strides()
	out, ok := sized(dims, func(index []int) (symbolic.Expr, bool) {
		at := 0
		for k, axis := range order {
			at += index[k] * strides[axis]
		}
		return a.data[at], true
	})
	if !ok {
		return nil, nil
	}
	return out.item(c.in[0].whole), nil
}

func (c *call) foldConcat() (*item, error) {
	x := c.in[0]
	axis, err := c.axis(0, x.rank())
	if err != nil {
		return nil, err
	}
	arrays := make([]array, len(c.in))
	total := 0
	for k, it := range c.in {
		a, ok := c.arrayOf(it)
		if !ok || len(a.dims) != x.rank() {
			return nil, nil
		}
		arrays[k], total = a, total+a.dims[axis]
	}
	dims := slices.Clone(arrays[0].dims)
	dims[axis] = total
	for _, a := range arrays {
		for k := range dims {
			if k != axis && a.dims[k] != dims[k] {
				return nil, nil
			}
		}
	}
	out, ok := sized(dims, func(index []int) (symbolic.Expr, bool) {
		at, from := index[axis], 0
		for at >= arrays[from].dims[axis] {
			at -= arrays[from].dims[axis]
			from++
		}
		inner := slices.Clone(index)
		inner[axis] = at
		return arrays[from].at(inner), true
	})
	if !ok {
		return nil, nil
	}
	return out.item(x.whole), nil
}

// arrayOf is a folded tensor as an array.
func (c *call) arrayOf(it *item) (array, bool) {
	if it == nil || !it.folded {
		return array{}, false
	}
	return asArray(it)
}

// at is the element at an index.
func (a array) at(index []int) symbolic.Expr {
	place := 0
	for k, step := range a.strides() {
		place += index[k] * step
	}
	return a.data[place]
}

func (c *call) foldGather() (*item, error) {
	if len(c.in) != 2 || c.in[1] == nil {
		return nil, errors.New("needs two inputs")
	}
	a, ok := asArray(c.in[0])
	indices, also := asArray(c.in[1])
	axis, err := c.axis(0, len(a.dims))
	if !ok || !also || err != nil {
		return nil, err
	}
	places, err := placesOn(indices.data, a.dims[axis])
	if places == nil || err != nil {
		return nil, err
	}
	rank := len(indices.dims)
	dims := slices.Concat(a.dims[:axis], indices.dims, a.dims[axis+1:])
	strides := indices.strides()
	out, ok := sized(dims, func(index []int) (symbolic.Expr, bool) {
		place := 0
		for k, step := range strides {
			place += index[axis+k] * step
		}
		return a.at(slices.Concat(index[:axis], places[place:place+1], index[axis+rank:])), true
	})
	if !ok {
		return nil, nil
	}
	return out.item(c.in[0].whole), nil
}

// placesOn are indices of an axis of size n as places on it, those from the end too; nil where they are not numbers.
func placesOn(indices []symbolic.Expr, n int) ([]int, error) {
	places := make([]int, len(indices))
	for k, e := range indices {
		at, number := e.Int64()
		if _, constant := e.Sign(); !number && !constant {
			return nil, nil
		}
		if at < 0 {
			at += int64(n)
		}
		if !number || at < 0 || at >= int64(n) {
			return nil, errors.New("an index that is not there")
		}
		places[k] = int(at)
	}
	return places, nil
}

// foldNonZero lists the places of elements other than 0: a row for each axis.
func (c *call) foldNonZero() (*item, error) {
	a, ok := asArray(c.in[0])
	if !ok {
		return nil, nil
	}
	rows := make([][]symbolic.Expr, len(a.dims))
	decided := true
	if _, ok := sized(a.dims, func(index []int) (symbolic.Expr, bool) {
		sign, known := a.at(index).Sign()
		decided = decided && known
		for k, at := range index {
			if sign != 0 {
				rows[k] = append(rows[k], symbolic.Int(int64(at)))
			}
		}
		return symbolic.Expr{}, known
	}); !ok || !decided || len(rows) == 0 {
		return nil, nil
	}
	out := array{dims: []int{len(rows), len(rows[0])}, data: slices.Concat(rows...)}
	return out.item(true), nil
}

func (c *call) foldSlice() (*item, error) {
	a, ok := asArray(c.in[0])
	if !ok {
		return nil, nil
	}
	cuts, err := c.cuts(c.in[0])
	if err != nil {
		return nil, err
	}
	dims := append([]int{}, a.dims...)
	start, step := make([]int, len(dims)), make([]int, len(dims))
	for k, cut := range cuts {
		step[k] = 1
		if cut == nil {
			continue
		}
		from, ok := cut.start.Int64()
		count, also := cut.count.Int64()
		if !ok || !also || count < 0 || count > int64(a.dims[k]) {
			return nil, nil
		}
		last := from + (count-1)*cut.step
		if count > 0 && (from < 0 || from >= int64(a.dims[k]) || last < 0 || last >= int64(a.dims[k])) {
			return nil, nil
		}
		start[k], step[k], dims[k] = int(from), int(cut.step), int(count)
	}
	strides := a.strides()
	out, ok := sized(dims, func(index []int) (symbolic.Expr, bool) {
		at := 0
		for k := range index {
			at += (start[k] + index[k]*step[k]) * strides[k]
		}
		return a.data[at], true
	})
	if !ok {
		return nil, nil
	}
	part := out.item(c.in[0].whole)
	part.weight = c.cutWeight(c.in[0], cuts).weight
	return part, nil
}

func (c *call) foldExpand() (*item, error) {
	dims, err := c.expanded(c.in[0])
	if err != nil {
		return nil, err
	}
	target := &item{dims: dims, data: nil}
	n, ok := target.elements().Int64()
	a, also := asArray(c.in[0])
	if !ok || !also || n > maxFolded || len(a.data) != 1 {
		return nil, nil
	}
	out := &item{dims: dims, folded: true, whole: c.in[0].whole, data: make([]symbolic.Expr, n)}
	for k := range out.data {
		out.data[k] = a.data[0]
	}
	return out, nil
}

// foldFill is a ConstantOfShape of integers, or a short one of floats whose shape is computed.
func (c *call) foldFill() (*item, error) {
	value := &item{data: ints(0), folded: true, dims: ints(1)}
	if a := c.node.Attributes.Named("value"); a != nil && a.Tensor != nil {
		value = fromTensor(a.Tensor, true)
	}
	if !value.whole || !value.folded || len(value.data) != 1 {
		return nil, nil
	}
	dims, err := c.in[0].asShape(0)
	if err != nil {
		return nil, err
	}
	out := &item{dims: dims, folded: true, whole: true}
	n, ok := out.elements().Int64()
	if !ok || n > maxFolded {
		return nil, nil
	}
	out.data = make([]symbolic.Expr, n)
	for k := range out.data {
		out.data[k] = value.data[0]
	}
	return out, nil
}

func (c *call) foldRange() (*item, error) {
	if len(c.in) != 3 || slices.Contains(c.in, nil) {
		return nil, errors.New("needs three inputs")
	}
	var bounds [3]*big.Rat
	for k, it := range c.in {
		e, single := it.scalar()
		r, ok := e.Rational()
		if !single || !ok {
			return c.openRange()
		}
		bounds[k] = r
	}
	if bounds[2].Sign() == 0 {
		return nil, errors.New("a step of 0")
	}
	steps := new(big.Rat).Quo(new(big.Rat).Sub(bounds[1], bounds[0]), bounds[2])
	if steps.Cmp(big.NewRat(maxFolded, 1)) > 0 {
		return c.openRange()
	}
	out := &item{folded: true, whole: c.in[0].whole}
	for at := new(big.Rat).Set(bounds[0]); new(big.Rat).Sub(bounds[1], at).Sign()*bounds[2].Sign() > 0; at.Add(at, bounds[2]) {
		out.data = append(out.data, symbolic.BigRat(new(big.Rat).Set(at)))
	}
	out.dims = ints(int64(len(out.data)))
	return out, nil
}

// openRange is a range of which only the length is known.
func (c *call) openRange() (*item, error) {
	from, a := c.in[0].scalar()
	to, b := c.in[1].scalar()
	step, d := c.in[2].scalar()
	if !a || !b || !d || step.IsZero() {
		return nil, nil
	}
	return &item{dims: []symbolic.Expr{symbolic.CeilDiv(to.Sub(from), step)}}, nil
}

// joining combines several expressions into one; false if that is too much work.
type joining func(c *call, data []symbolic.Expr) (symbolic.Expr, bool)

// atOnce is a function of any number of expressions.
func atOnce(f func(...symbolic.Expr) symbolic.Expr) joining {
	return func(_ *call, data []symbolic.Expr) (symbolic.Expr, bool) { return f(data...), true }
}

// inTurn applies a function of two expressions from left to right.
func inTurn(f func(a, b symbolic.Expr) symbolic.Expr) joining {
	return func(c *call, data []symbolic.Expr) (symbolic.Expr, bool) {
		out := data[0]
		for _, e := range data[1:] {
			if !c.afford(out.Size() * e.Size()) {
				return out, false
			}
			out = f(out, e)
		}
		return out, true
	}
}

// reducesTo reduces all elements to one.
func reducesTo(join joining) folding {
	return func(c *call) (*item, error) {
		x := c.in[0]
		axes, given, err := c.parameterInts("axes", 1)
		if err != nil || x.rank() > 1 || given && len(axes) > 1 {
			return nil, err
		}
		if len(axes) == 0 && c.integer("noop_with_empty_axes", 0) != 0 {
			return x, nil
		}
		for _, axis := range axes {
			if _, err := fromFront(axis, x.rank()); err != nil {
				return nil, err
			}
		}
		size := int64(0)
		for _, e := range x.data {
			size += e.Size()
		}
		if len(x.data) == 0 || !c.afford(size) {
			return nil, nil
		}
		e, ok := join(c, x.data)
		if !ok {
			return nil, nil
		}
		out := &item{data: []symbolic.Expr{e}, folded: true, whole: x.whole}
		if c.integer("keepdims", 1) != 0 && x.rank() == 1 {
			out.dims = ints(1)
		}
		return out, nil
	}
}
