package onnx

import (
	"errors"
	"slices"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
)

// poolOperators reduce extents, and other axes.
func poolOperators() []*operator {
	table := []*operator{
		{name: "MaxPool", rule: pools("maxpool"), width: widthSecond},
		{name: "AveragePool", rule: pools("avgpool"), width: widthSecond},
		{name: "LpPool", rule: pools("avgpool"), width: widthSecond},
		{name: "GlobalAveragePool", rule: poolsAll("global_avgpool"), width: widthSecond},
		{name: "GlobalMaxPool", rule: poolsAll("global_maxpool"), width: widthSecond},
		{name: "GlobalLpPool", rule: poolsAll("global_avgpool")},
		{name: "ArgMax", rule: (*call).argument}, {name: "ArgMin", rule: (*call).argument},
		{name: "ReduceMean", rule: reduces("global_avgpool")},
		{name: "ReduceSum", rule: reduces(""), fold: reducesTo(inTurn(symbolic.Expr.Add))},
		{name: "ReduceMax", rule: reduces("global_maxpool"), fold: reducesTo(atOnce(symbolic.Max))},
		{name: "ReduceMin", rule: reduces("global_maxpool"), fold: reducesTo(atOnce(symbolic.Min))},
		{name: "ReduceProd", rule: reduces(""), fold: reducesTo(inTurn(symbolic.Expr.Mul))},
	}
	for _, op := range []string{"L1", "L2", "LogSum", "LogSumExp", "SumSquare"} {
		table = append(table, &operator{name: "Reduce" + op, rule: reduces("")})
	}
	return doing(Counted, table)
}

func pools(kind string) rule { return func(c *call) ([]*item, error) { return c.pool(kind) } }

func poolsAll(kind string) rule { return func(c *call) ([]*item, error) { return c.global(kind) } }

func (c *call) pool(kind string) ([]*item, error) {
	x, err := c.activation(0)
	if err != nil {
		return nil, err
	}
	kernel := c.list("kernel_shape")
	if len(kernel) != x.rank()-2 || len(kernel) < 1 || len(kernel) > arch.MaxExtents {
		return nil, errors.New("the kernel does not fit the input")
	}
	args, err := c.window(ints(kernel...), x.dims[2:])
	if err != nil {
		return nil, err
	}
	if c.integer("ceil_mode", 0) != 0 {
		if pads := c.list("pads"); args["more_padding"].Values != nil && !moreAtEnd(pads) {
			return nil, errors.New("more padding at the beginning and windows that are cut off at the end")
		}
		args["ceil"] = whole(1)
	}
	l := channels(x.rank())
	v, err := c.as(x, l)
	if err != nil {
		return nil, err
	}
	out, err := c.layer(kind, args, v)
	if err != nil {
		return nil, err
	}
	items, err := shaped(out, l, x.rank(), nil)
	if len(c.node.Outputs) > 1 && err == nil {
		indices := *items[0]
		items = append(items, &indices)
	}
	return items, err
}

// moreAtEnd reports whether no axis has more padding at its beginning than at its end.
func moreAtEnd(pads []int64) bool {
	axes := len(pads) / 2
	for k, begin := range pads[:axes] {
		if begin > pads[k+axes] {
			return false
		}
	}
	return true
}

func (c *call) global(kind string) ([]*item, error) {
	x, err := c.activation(0)
	if err != nil {
		return nil, err
	}
	if x.rank() < 3 || x.rank() > 2+arch.MaxExtents {
		return nil, errors.New("there are no extents to pool")
	}
	l := channels(x.rank())
	v, err := c.as(x, l)
	if err != nil {
		return nil, err
	}
	out, err := c.layer(kind, map[string]arch.Argument{"keep": whole(1)}, v)
	return shaped(out, l, x.rank(), err)
}

// reduces is a reduction of axes, and that kind of global pool, if one is named, where the axes are all extents.
func reduces(pool string) rule { return func(c *call) ([]*item, error) { return c.reduce(pool) } }

func (c *call) reduce(pool string) ([]*item, error) {
	x, err := c.activation(0)
	if err != nil {
		return nil, err
	}
	reduced, keep, err := c.reduction(x)
	if isData(err) {
		return c.reducesSome(x)
	}
	if err != nil {
		return nil, err
	}
	if len(reduced) == 0 {
		return []*item{x}, nil
	}
	if l, ok := poolsExtents(x, reduced); ok && pool != "" {
		return c.poolAll(pool, x, l, reduced, keep)
	}
	return c.reduced(x, reduced, keep)
}

// reducesSome reduces axes that depend on the data.
func (c *call) reducesSome(x *item) ([]*item, error) {
	rank := int64(x.rank())
	if c.integer("keepdims", 1) == 0 {
		axes := c.input(1)
		if axes.rank() != 1 {
			return nil, dataError("axes are")
		}
		gone, ok := axes.dims[0].Int64()
		if !ok || gone > rank {
			return nil, dataError("axes are")
		}
		rank -= gone
	}
	dims := make([]symbolic.Expr, rank)
	for k := range dims {
		var err error
		if dims[k], err = c.sizeOfOutput(0, k); err != nil {
			return nil, err
		}
	}
	return c.moved("reduce", x, dims)
}

// reduction is the axes that are reduced, and whether they stay with size 1.
func (c *call) reduction(x *item) (map[int]bool, bool, error) {
	axes, _, err := c.parameterInts("axes", 1)
	if err != nil {
		return nil, false, err
	}
	reduced := map[int]bool{}
	for _, a := range axes {
		at, err := fromFront(a, x.rank())
		if err != nil {
			return nil, false, err
		}
		reduced[at] = true
	}
	if len(axes) == 0 && c.integer("noop_with_empty_axes", 0) == 0 {
		for k := range x.dims {
			reduced[k] = true
		}
	}
	return reduced, c.integer("keepdims", 1) != 0, nil
}

// poolsExtents is the layout in which the axes that are reduced are all extents.
func poolsExtents(x *item, reduced map[int]bool) (layout, bool) {
	width := -1
	for k := 1; k < x.rank(); k++ {
		if reduced[k] {
			continue
		}
		if width >= 0 {
			return layout{}, false
		}
		width = k
	}
	return along(width), width > 0 && !reduced[0] && x.rank() >= 3 && x.rank() <= 2+arch.MaxExtents
}

func (c *call) poolAll(kind string, x *item, l layout, reduced map[int]bool, keep bool) ([]*item, error) {
	v, err := c.as(x, l)
	if err != nil {
		return nil, err
	}
	dims := without(x.dims, reduced, keep)
	out, err := c.layer(kind, map[string]arch.Argument{"keep": whole(boolInt(keep))}, v)
	if !keep {
		l = features(len(dims))
	}
	return one(out, l, dims, err)
}

// without is the dimensions after a reduction: 1, or none, for axes that are reduced.
func without(dims []symbolic.Expr, reduced map[int]bool, keep bool) []symbolic.Expr {
	var out []symbolic.Expr
	for k, d := range dims {
		switch {
		case !reduced[k]:
			out = append(out, d)
		case keep:
			out = append(out, symbolic.Int(1))
		}
	}
	return out
}

func (c *call) reduced(x *item, axes map[int]bool, keep bool) ([]*item, error) {
	dims := without(x.dims, axes, keep)
	l := c.preferred(c.node.Outputs[0], len(dims))
	if keep {
		l = x.layout
	}
	out, err := c.layer("reduce", shapeArgs(l.shape(dims)), x.value)
	return one(out, l, dims, err)
}

func (c *call) argument() ([]*item, error) {
	x, axis, err := c.activationAlong(0)
	if err != nil {
		return nil, err
	}
	return c.reduced(x, map[int]bool{axis: true}, c.integer("keepdims", 1) != 0)
}

// permuted lists dimensions in another order.
func permuted(dims []symbolic.Expr, order []int64) ([]symbolic.Expr, error) {
	if len(order) != len(dims) {
		return nil, errors.New("the order of axes has a wrong length")
	}
	out := make([]symbolic.Expr, len(dims))
	for k, at := range order {
		if at < 0 || at >= int64(len(dims)) || slices.Contains(order[:k], at) {
			return nil, errors.New("the order of axes is none")
		}
		out[k] = dims[at]
	}
	return out, nil
}
