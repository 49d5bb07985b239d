package onnx

import (
	"errors"
	"slices"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
)

// indexOperators pick elements by numbers, or put them in places. Their values are moved and not computed.
func indexOperators() []*operator {
	return doing(None, []*operator{
		{name: "GatherND", rule: (*call).gatherND},
		{name: "OneHot", rule: (*call).oneHot},
		{name: "TopK", rule: (*call).topK},
		{name: "GridSample", work: Counted, rule: (*call).gridSample},
		{name: "ScatterND", rule: scatters(2), fold: (*call).foldScatterND}, {name: "ScatterElements", rule: scatters(2), fold: (*call).foldScatter},
		{name: "Scatter", rule: scatters(2), fold: (*call).foldScatter},
		{name: "ReverseSequence", rule: (*call).rearranged},
		{name: "Trilu", rule: (*call).rearranged},
	})
}

// moved makes a layer of a kind with given output dimensions.
func (c *call) moved(kind string, x *item, dims []symbolic.Expr) ([]*item, error) {
	l := c.preferred(c.node.Outputs[0], len(dims))
	out, err := c.layer(kind, shapeArgs(l.shape(dims)), x.value)
	return one(out, l, dims, err)
}

// gatherND picks slices by lists of places: the last axis of the indices is as long as the places are.
func (c *call) gatherND() ([]*item, error) {
	x, indices, err := c.activationAnd(1)
	if err != nil {
		return nil, err
	}
	if indices.rank() == 0 {
		return nil, errors.New("needs lists of places")
	}
	places, ok := indices.dims[indices.rank()-1].Int64()
	batch := c.integer("batch_dims", 0)
	if !ok || places < 1 || batch < 0 || places > int64(x.rank())-batch {
		return nil, errors.New("the places do not fit the tensor")
	}
	dims := append([]symbolic.Expr{}, indices.dims[:indices.rank()-1]...)
	return c.moved("gather", x, append(dims, x.dims[batch+places:]...))
}

// oneHot adds an axis as long as the depth, at the end unless said.
func (c *call) oneHot() ([]*item, error) {
	x, depth, err := c.activationAnd(1)
	if err != nil {
		return nil, err
	}
	axis, err := c.axis(-1, x.rank()+1)
	if err != nil {
		return nil, err
	}
	size, ok := depth.scalar()
	if !ok {
		if size, err = c.sizeOfOutput(0, axis); err != nil {
			return nil, err
		}
	}
	dims := append(append(append([]symbolic.Expr{}, x.dims[:axis]...), size), x.dims[axis:]...)
	return c.moved("gather", x, dims)
}

// topK takes the k largest elements along an axis, and their places.
func (c *call) topK() ([]*item, error) {
	x, err := c.activation(0)
	if err != nil {
		return nil, err
	}
	axis, err := c.axis(-1, x.rank())
	if err != nil {
		return nil, err
	}
	k := symbolic.Int(c.integer("k", 0)) // until opset 9
	if c.node.Attributes.Named("k") == nil {
		count, err := c.need(1)
		if err != nil {
			return nil, err
		}
		var known bool
		if k, known = count.scalar(); !known {
			if k, err = c.sizeOfOutput(0, axis); err != nil {
				return nil, err
			}
		}
	}
	dims := append([]symbolic.Expr{}, x.dims...)
	dims[axis] = k
	out, err := c.moved("gather", x, dims)
	if err != nil || len(c.node.Outputs) < 2 {
		return out, err
	}
	places := *out[0]
	return append(out, &places), nil
}

// gridSample reads a map at the places of a grid [B, H, W, 2], between its elements; cubic interpolation counts as linear.
func (c *call) gridSample() ([]*item, error) {
	x, grid, err := c.activationAnd(1)
	if err != nil {
		return nil, err
	}
	if x.rank() < 3 || grid.rank() != x.rank() {
		return nil, errors.New("needs maps and a grid")
	}
	places := grid.dims[1 : grid.rank()-1]
	dims := append([]symbolic.Expr{x.dims[0], x.dims[1]}, places...)
	if c.text("mode", "bilinear") == "nearest" || x.rank() > 2+arch.MaxExtents {
		return c.moved("gather", x, dims)
	}
	l := channels(x.rank())
	v, err := c.as(x, l)
	if err != nil {
		return nil, err
	}
	out, err := c.layer("resize", map[string]arch.Argument{"to": numbers(places...), "mode": word("bilinear")}, v)
	return one(out, l, dims, err)
}

// rearranged is a tensor whose elements change places or give way to zeros.
func (c *call) rearranged() ([]*item, error) {
	x, err := c.activation(0)
	if err != nil {
		return nil, err
	}
	return c.moved("gather", x, x.dims)
}

func scatters(updates int) rule {
	return func(c *call) ([]*item, error) { return c.scatter(updates) }
}

// scatter puts the elements of an input of that number into places of the first input, whose shape stays, or adds them there. Into a
// tensor of constants they are only moved.
func (c *call) scatter(updates int) ([]*item, error) {
	x, err := c.need(0)
	if err != nil {
		return nil, err
	}
	put, err := c.need(updates)
	switch {
	case err != nil:
		return nil, err
	case !put.varies():
		return c.rearranged()
	}
	if put, err = c.materialized(put); err != nil {
		return nil, err
	}
	adds := c.text("reduction", "none") == "add"
	kind := "gather"
	if x.varies() && !adds {
		kind = "expand" // they stay where they are until they are chosen
	}
	placed, err := c.moved(kind, put, x.dims)
	switch {
	case err != nil || !x.varies():
		return placed, err
	case adds:
		return c.together(arch.Add, []*item{x, placed[0]})
	}
	places := &item{dims: slices.Repeat(ints(1), x.rank())}
	return c.together(arch.Where, []*item{places, placed[0], x})
}
