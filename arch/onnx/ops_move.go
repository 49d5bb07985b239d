package onnx

import (
	"errors"
	"fmt"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/onnx/wire"
	"github.com/skipcost/skipcost/arch/symbolic"
)

// movingOperators move, cut and repeat elements.
func movingOperators() []*operator {
	return doing(None, []*operator{
		{name: "Identity", rule: (*call).pass, lists: true, fold: (*call).foldIdentity, passes: passesElements, learned: keepsAll},
		{name: "Cast", rule: (*call).pass, fold: (*call).foldCast, passes: passesElements, learned: keepsAll, settles: true},
		{name: "CastLike", rule: (*call).pass, passes: passesElements, learned: keepsFirst},
		{name: "BitCast", rule: (*call).pass},
		{name: "Shape", rule: (*call).shapeOf, knows: (*call).shapeOf},
		{name: "Size", rule: (*call).sizeOf, knows: (*call).sizeOf},
		{name: "Transpose", rule: (*call).transpose, fold: (*call).foldTranspose, width: widthMoved, passes: passesElements, learned: keepsAll},
		{name: "Reshape", rule: (*call).reshape, fold: moves((*call).reshaped), width: widthMoved, passes: passesElements, learned: keepsAll},
		{name: "Flatten", rule: (*call).flatten, fold: moves((*call).flattened), learned: keepsAll},
		{name: "Squeeze", rule: (*call).squeeze, fold: moves((*call).squeezed), passes: passesElements, learned: keepsAll},
		{name: "Unsqueeze", rule: (*call).unsqueeze, fold: moves((*call).unsqueezed), passes: passesElements, learned: keepsAll},
		{name: "Slice", rule: (*call).slice, fold: (*call).foldSlice, derive: (*call).sliceWeight, learned: keepsAll, settles: true},
		{name: "Split", rule: (*call).split, derive: (*call).splitWeight, learned: keepsAll},
		{name: "Concat", rule: (*call).concat, fold: (*call).foldConcat, learned: keepsAll},
		{name: "Gather", rule: (*call).gather, fold: (*call).foldGather, derive: (*call).gatherWeight, learned: keepsAll},
		{name: "GatherElements", rule: (*call).gatherElements},
		{name: "Pad", rule: (*call).pad, learned: keepsAll},
		{name: "Resize", work: Counted, rule: (*call).resize, width: widthSecond, learned: keepsAll},
		{name: "Upsample", work: Counted, rule: (*call).resize, width: widthSecond, learned: keepsAll},
		{name: "Expand", rule: (*call).expand, fold: (*call).foldExpand, learned: keepsAll},
		{name: "Tile", rule: (*call).tile, learned: keepsAll},
		{name: "DepthToSpace", rule: func(c *call) ([]*item, error) { return c.depth(true) }},
		{name: "SpaceToDepth", rule: func(c *call) ([]*item, error) { return c.depth(false) }},
	})
}

func (c *call) pass() ([]*item, error) {
	it, err := c.need(0)
	return []*item{it}, err
}

// shapeOf folds: the dimensions are known.
func (c *call) shapeOf() ([]*item, error) {
	x, err := c.need(0)
	if err != nil {
		return nil, err
	}
	rank := int64(x.rank())
	clamp := func(v int64) int64 {
		if v < 0 {
			v += rank
		}
		return max(0, min(v, rank))
	}
	from, to := clamp(c.integer("start", 0)), clamp(c.integer("end", rank))
	data := x.dims[from:max(from, to)]
	return []*item{{dims: ints(int64(len(data))), data: data, folded: true, whole: true}}, nil
}

func (c *call) sizeOf() ([]*item, error) {
	x, err := c.need(0)
	if err != nil {
		return nil, err
	}
	return []*item{{data: []symbolic.Expr{x.elements()}, folded: true, whole: true}}, nil
}

// transpose is another way to see a value: nothing at all where width and samples stay and the order of the extents does.
func (c *call) transpose() ([]*item, error) {
	x, err := c.activation(0)
	if err != nil {
		return nil, err
	}
	order := c.permutation(x.rank())
	dims, err := permuted(x.dims, order)
	if err != nil {
		return nil, err
	}
	rising, last := true, int64(-1)
	moved := x.layout
	for k, at := range order {
		if int(at) == x.layout.axis {
			moved.axis = k
			continue
		}
		rising = rising && at > last
		last = at
	}
	flat := moved.flat || len(order) > 0 && order[0] == 0 && moved.axis != 0
	if rising && flat {
		return one(x.value, moved, dims, nil)
	}
	return c.view(x, dims)
}

// view sees a value in other dimensions, in the layout that its readers want.
func (c *call) view(x *item, dims []symbolic.Expr) ([]*item, error) {
	l := c.preferred(c.node.Outputs[0], len(dims))
	s := l.shape(dims)
	if s.Equal(x.value.Shape) {
		return one(x.value, l, dims, nil)
	}
	out, err := c.layer("reshape", shapeArgs(s), x.value)
	return one(out, l, dims, err)
}

func (c *call) reshape() ([]*item, error) {
	x, err := c.activation(0)
	if err != nil {
		return nil, err
	}
	dims, err := c.reshaped(x)
	if isData(err) {
		return c.openReshaped(x, err)
	}
	if err != nil {
		return nil, err
	}
	return c.reshapeTo(x, dims)
}

// openReshaped is a tensor in a shape that the data say. Where one size alone is not stated it is known too.
func (c *call) openReshaped(x *item, why error) ([]*item, error) {
	dims, err := c.sizesFrom(1, 0)
	if isData(err) {
		return nil, why
	}
	if err != nil {
		return nil, err
	}
	open, known := -1, symbolic.Int(1)
	for k, d := range dims {
		switch text, is := c.symbols.text(d); {
		case !is || !c.symbols.data[text]:
			known = known.Mul(d)
		case open >= 0:
			return c.moved("gather", x, dims)
		default:
			open = k
		}
	}
	if rest := x.elements().Div(known); open >= 0 && !known.IsZero() && rest.IsWhole() {
		dims[open] = rest
		return c.reshapeTo(x, dims)
	}
	return c.moved("gather", x, dims)
}

// reshapeTo prefers what follows the widths: flatten, and the positions of a map as a sequence.
func (c *call) reshapeTo(x *item, dims []symbolic.Expr) ([]*item, error) {
	if same(dims, x.dims) {
		return []*item{x}, nil
	}
	l := channels(x.rank())
	rest := func(from int) symbolic.Expr { return symbolic.Product(x.dims[from:]...) }
	sameSamples := x.rank() > 1 && len(dims) > 1 && dims[0].Equal(x.dims[0])
	switch {
	case sameSamples && len(dims) == 2 && x.layout == l && dims[1].Equal(rest(1)):
		out, err := c.layer("flatten", nil, x.value)
		return one(out, channels(2), dims, err)
	case sameSamples && len(dims) == 3 && x.rank() > 3 && x.rank() <= 2+arch.MaxExtents && x.layout == l && dims[1].Equal(x.dims[1]) && dims[2].Equal(rest(2)):
		out, err := c.layer("tokens", nil, x.value)
		return one(out, channels(3), dims, err)
	}
	return c.view(x, dims)
}

// reshaped are the dimensions that Reshape asks for, with its 0 and −1 filled in.
func (c *call) reshaped(x *item) ([]symbolic.Expr, error) {
	target, err := c.need(1)
	if err != nil {
		return nil, err
	}
	dims, err := target.asShape(-1)
	if err != nil {
		return nil, err
	}
	zero := c.integer("allowzero", 0) != 0
	open := -1
	known := symbolic.Int(1)
	for k, d := range dims {
		switch {
		case isInt(d, -1) && open >= 0:
			return nil, errors.New("the shape has -1 twice")
		case isInt(d, -1):
			open = k
			continue
		case isInt(d, 0) && !zero:
			if k >= x.rank() {
				return nil, errors.New("the shape copies an axis that is not there")
			}
			dims[k] = x.dims[k]
		}
		known = known.Mul(dims[k])
	}
	if open >= 0 && known.IsZero() {
		return nil, errors.New("the shape has an axis of 0 elements and one that is open")
	}
	if open >= 0 {
		rest := x.elements().Div(known)
		if r, ok := rest.Rational(); ok && !r.IsInt() {
			return nil, fmt.Errorf("%s elements do not fill rows of %s", x.elements().Text(), known.Text())
		}
		dims[open] = rest
		return dims, nil
	}
	if r, ok := known.Sub(x.elements()).Rational(); ok && r.Sign() != 0 {
		return nil, fmt.Errorf("%s elements do not make %s", x.elements().Text(), known.Text())
	}
	return dims, nil
}

func (c *call) flatten() ([]*item, error) {
	x, err := c.activation(0)
	if err != nil {
		return nil, err
	}
	dims, err := c.flattened(x)
	if err != nil {
		return nil, err
	}
	return c.reshapeTo(x, dims)
}

func (c *call) flattened(x *item) ([]symbolic.Expr, error) {
	axis := c.integer("axis", 1)
	if axis < 0 {
		axis += int64(x.rank())
	}
	if axis < 0 || axis > int64(x.rank()) {
		return nil, fmt.Errorf("there is no axis %d", axis)
	}
	return []symbolic.Expr{symbolic.Product(x.dims[:axis]...), symbolic.Product(x.dims[axis:]...)}, nil
}

func (c *call) squeeze() ([]*item, error) {
	x, err := c.activation(0)
	if err != nil {
		return nil, err
	}
	dims, err := c.squeezed(x)
	if err != nil {
		return nil, err
	}
	return c.reshapeTo(x, dims)
}

func (c *call) squeezed(x *item) ([]symbolic.Expr, error) {
	axes, given, err := c.parameterInts("axes", 1)
	if err != nil {
		return nil, err
	}
	gone := map[int]bool{}
	for _, a := range axes {
		at, err := fromFront(a, x.rank())
		if err != nil {
			return nil, err
		}
		if n, number := x.dims[at].Int64(); number && n != 1 {
			return nil, fmt.Errorf("an axis of %d elements cannot go", n)
		}
		gone[at] = true
	}
	var dims []symbolic.Expr
	for k, d := range x.dims {
		if !gone[k] && (given || !isInt(d, 1)) {
			dims = append(dims, d)
		}
	}
	return dims, nil
}

func (c *call) unsqueeze() ([]*item, error) {
	x, err := c.activation(0)
	if err != nil {
		return nil, err
	}
	dims, err := c.unsqueezed(x)
	if err != nil {
		return nil, err
	}
	return c.view(x, dims)
}

func (c *call) unsqueezed(x *item) ([]symbolic.Expr, error) {
	axes, _, err := c.parameterInts("axes", 1)
	if err != nil {
		return nil, err
	}
	rank := x.rank() + len(axes)
	if rank > wire.MaxRank {
		return nil, fmt.Errorf("%d dimensions", rank)
	}
	added := map[int]bool{}
	for _, a := range axes {
		at, err := fromFront(a, rank)
		if err != nil {
			return nil, err
		}
		added[at] = true
	}
	if len(added) != len(axes) {
		return nil, errors.New("an axis is named twice")
	}
	dims := make([]symbolic.Expr, rank)
	next := 0
	for k := range dims {
		if added[k] {
			dims[k] = symbolic.Int(1)
			continue
		}
		dims[k] = x.dims[next]
		next++
	}
	return dims, nil
}
