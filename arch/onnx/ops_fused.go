package onnx

import (
	"errors"
	"slices"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
)

// fusedOperators are those that optimizers of graphs put in the place of several.
func fusedOperators() []*operator {
	return contributes(doing(Counted, []*operator{
		{name: "Gelu", rule: applies("gelu")}, {name: "FastGelu", rule: (*call).biasGelu}, {name: "QuickGelu", rule: applies("silu")},
		{name: "BiasGelu", rule: (*call).biasGelu},
		{name: "BiasAdd", rule: joins(arch.Add, "shift")},
		{name: "BiasSplitGelu", rule: (*call).biasSplitGelu},
		{name: "FusedConv", rule: (*call).fusedConv, weights: []int{1, 2}, width: widthSecond},
		{name: "FusedMatMul", rule: (*call).fusedProduct, factors: []int{1}, width: widthLast},
		{name: "TransposeMatMul", rule: (*call).fusedProduct, factors: []int{1}, width: widthLast},
		{name: "FusedMatMulActivation", rule: func(c *call) ([]*item, error) { return c.activated(c.fusedProduct()) }, factors: []int{1}, width: widthLast},
		{name: "FusedGemm", rule: func(c *call) ([]*item, error) { return c.activated(c.gemm()) }, weights: []int{2}, factors: []int{1}, width: widthLast},
		{name: "GemmFastGelu", rule: (*call).productGelu, weights: []int{2}, factors: []int{1}, width: widthLast},
		{name: "SimplifiedLayerNormalization", rule: normalises("rmsnorm", -1), weights: []int{1}, width: widthLast, learned: keepsAll},
		{name: "SkipLayerNormalization", rule: skips("layernorm", 2, 3, 4), weights: []int{2, 3, 4}, width: widthLast},
		{name: "SkipSimplifiedLayerNormalization", rule: skips("rmsnorm", 2, -1, 3), weights: []int{2, 3}, width: widthLast},
		{name: "EmbedLayerNormalization", rule: (*call).embedNorm, weights: []int{2, 3, 4, 5, 6}, width: widthLast},
	}))
}

// fusedConv is a convolution, the addition of a skip, and an activation.
func (c *call) fusedConv() ([]*item, error) {
	out, err := c.conv(0, 1, 2)
	if z := c.input(3); err == nil && z != nil {
		out, err = c.addTo(out[0], z)
	}
	return c.activated(out, err)
}

// activated applies the activation that an attribute names, as an operator of the standard.
func (c *call) activated(out []*item, err error) ([]*item, error) {
	o := c.known.operators[operatorKey{name: c.text("activation", "")}]
	if err != nil || o == nil || o.rule == nil {
		return out, err
	}
	return o.rule(c.with(out...))
}

// fusedProduct is a product of matrices, of which each may be transposed before, and its rows be the first axis, before the batches.
func (c *call) fusedProduct() ([]*item, error) {
	in := *c
	in.in = slices.Clone(c.in)
	for k, side := range []string{"A", "B"} {
		x, err := c.need(k)
		if err == nil && c.integer("transBatch"+side, 0) != 0 {
			x, err = c.behindBatches(x)
		}
		if err == nil && c.integer("trans"+side, 0) != 0 {
			x, err = c.exchanged(x)
		}
		if err != nil {
			return nil, err
		}
		in.in[k] = x
	}
	return in.matmul(0, 1)
}

// behindBatches is a tensor whose first axis is the last but one.
func (c *call) behindBatches(x *item) (*item, error) {
	last := x.rank() - 1
	if last < 2 {
		return x, nil
	}
	return c.turned(x, slices.Concat(x.dims[1:last], x.dims[:1], x.dims[last:]))
}

// exchanged is a tensor with its last two axes exchanged.
func (c *call) exchanged(x *item) (*item, error) {
	rank := x.rank()
	switch {
	case rank < 2:
		return nil, errors.New("there are no two axes to exchange")
	case rank == 2:
		return transposed(x, true), nil
	}
	dims := slices.Clone(x.dims)
	dims[rank-2], dims[rank-1] = dims[rank-1], dims[rank-2]
	return c.turned(x, dims)
}

// turned is a tensor whose axes stand in another order.
func (c *call) turned(x *item, dims []symbolic.Expr) (*item, error) {
	if !x.isActivation() {
		return &item{dims: dims, weight: x.weight}, nil
	}
	l := features(len(dims))
	v, err := c.seen(x.value, l.shape(dims))
	return &item{dims: dims, value: v, layout: l}, err
}

// productGelu is GELU of a product with a matrix and its bias.
func (c *call) productGelu() ([]*item, error) {
	out, err := c.quantizedProduct()
	if err != nil {
		return nil, err
	}
	return c.with(out...).each("gelu")
}

// biasGelu is GELU of the input and a bias, if there is one.
func (c *call) biasGelu() ([]*item, error) {
	x, err := c.activation(0)
	if err != nil {
		return nil, err
	}
	sum := []*item{x}
	if bias := c.input(1); bias != nil {
		if sum, err = c.addTo(x, bias); err != nil {
			return nil, err
		}
	}
	return c.with(sum...).each("gelu")
}

// biasSplitGelu is the first half of the channels of the input and a bias, times GELU of the second.
func (c *call) biasSplitGelu() ([]*item, error) {
	x, bias, err := c.activationAnd(1)
	if err != nil {
		return nil, err
	}
	sum, err := c.addTo(x, bias)
	if err != nil {
		return nil, err
	}
	if x.rank() == 0 {
		return nil, errors.New("needs channels")
	}
	half := sum[0].dims[sum[0].rank()-1].Div(symbolic.Int(2))
	parts, err := c.unpacked(sum[0], half, half)
	if err != nil {
		return nil, err
	}
	gate, err := c.with(parts[1]).each("gelu")
	if err != nil {
		return nil, err
	}
	return c.together(arch.Multiply, []*item{parts[0], gate[0]})
}

// skips adds the first two inputs, and a bias if there is one, and normalises the sum, which is an output too.
func skips(norm string, scale, shift, bias int) rule {
	return func(c *call) ([]*item, error) {
		a, err := c.activation(0)
		if err != nil {
			return nil, err
		}
		b, err := c.activation(1)
		if err != nil {
			return nil, err
		}
		sum, err := c.together(arch.Add, []*item{a, b})
		if err != nil {
			return nil, err
		}
		if bias := c.input(bias); bias != nil {
			if sum, err = c.addTo(sum[0], bias); err != nil {
				return nil, err
			}
		}
		out, err := c.normalised(norm, sum[0], scale, shift)
		return append(out, &item{}, &item{}, sum[0]), err
	}
}

// normalised is a norm over the last axis alone, whose scale and shift are inputs; a negative place is none.
func (c *call) normalised(norm string, x *item, scale, shift int) ([]*item, error) {
	in := c.with(x, c.input(scale), nil)
	if shift >= 0 {
		in.in[2] = c.input(shift)
	}
	out, err := in.lastNorm(norm, 2)
	return out[:min(1, len(out))], err
}

// embedNorm looks up words, segments and positions, and normalises their sum: places of words and segments, the tables of words,
// positions and segments, scale, shift, mask, and places of positions. It puts out lengths and the sum too.
func (c *call) embedNorm() ([]*item, error) {
	words, err := c.activation(0)
	if err != nil {
		return nil, err
	}
	sum, err := c.lookedUp(2, words)
	if err != nil {
		return nil, err
	}
	positions, err := c.need(3)
	if err != nil {
		return nil, err
	}
	if places := c.input(8); places.isActivation() {
		more, err := c.lookedUp(3, places)
		if err != nil {
			return nil, err
		}
		if sum, err = c.summed(sum, more); err != nil {
			return nil, err
		}
	} else if sum, err = c.positioned(sum, positions); err != nil {
		return nil, err
	}
	if segments := c.input(1); segments.isActivation() && c.input(4) != nil {
		more, err := c.lookedUp(4, segments)
		if err != nil {
			return nil, err
		}
		if sum, err = c.summed(sum, more); err != nil {
			return nil, err
		}
	}
	out, err := c.normalised("layernorm", sum, 5, 6)
	return append(out, &item{dims: words.dims[:min(1, words.rank())]}, sum), err
}

// lookedUp are the rows of a table at places.
func (c *call) lookedUp(table int, places *item) (*item, error) {
	t, err := c.need(table)
	if err != nil {
		return nil, err
	}
	if t.rank() != 2 || t.isActivation() {
		return nil, errors.New("needs tables of rows")
	}
	out, err := c.embed(t, places, gathered(t.dims, places.dims, 0))
	return first(out), err
}

// summed is the sum of two tensors.
func (c *call) summed(a, b *item) (*item, error) {
	out, err := c.together(arch.Add, []*item{a, b})
	return first(out), err
}

// positioned adds the first rows of a table, all of which belong to the network.
func (c *call) positioned(x, table *item) (*item, error) {
	if table.isActivation() || table.rank() != 2 || x.rank() != 3 {
		return nil, errors.New("needs a table of positions")
	}
	out, err := c.addTo(x, &item{dims: []symbolic.Expr{x.dims[1], table.dims[1]}, weight: table.weight})
	return first(out), err
}
