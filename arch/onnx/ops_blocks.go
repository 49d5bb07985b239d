package onnx

import (
	"errors"
	"fmt"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
)

// blockOperators have weights in blocks of few bits, several to a byte, with a scale for each block. The values count, not the bytes.
func blockOperators() []*operator {
	return contributes(doing(Counted, []*operator{
		{name: "MatMulNBits", rule: (*call).blockProduct, weights: []int{1, 5}, width: widthLast},
		{name: "MatMulBnb4", rule: (*call).blockProduct, weights: []int{1}, width: widthLast},
		{name: "GatherBlockQuantized", work: None, rule: (*call).blockGather},
		{name: "MoE", rule: (*call).mixture, weights: []int{2, 3, 4, 5, 6, 7}, width: widthLast},
		{name: "QMoE", rule: (*call).blockMixture, weights: []int{2, 4, 5, 7, 8, 10}, width: widthLast},
	}))
}

// ofValues is a tensor of packed weights with the dimensions of the values in it.
func (it *item) ofValues(dims ...symbolic.Expr) *item {
	if w := it.learned(); w != nil {
		w.elements = symbolic.Product(dims...)
	}
	return &item{dims: dims, weight: it.weight, value: it.value, layout: it.layout}
}

// blockProduct is a product with a matrix of N rows of K values: what comes in, the matrix, scales, zero points, groups, bias.
func (c *call) blockProduct() ([]*item, error) {
	x, w, err := c.activationAnd(1)
	if err != nil {
		return nil, err
	}
	rows, columns := c.integer("N", 0), c.integer("K", 0)
	if rows < 1 || columns < 1 || x.rank() < 1 || w.isActivation() {
		return nil, errors.New("needs N rows of K weights")
	}
	return c.linear(x, w.ofValues(ints(columns, rows)...), c.input(5))
}

// blockGather looks rows up in a table of packed values: table, places, scales.
func (c *call) blockGather() ([]*item, error) {
	table, err := c.need(0)
	if err != nil {
		return nil, err
	}
	indices, err := c.activation(1)
	if err != nil {
		return nil, err
	}
	if table.rank() != 2 || table.isActivation() || c.integer("gather_axis", 0) != 0 {
		return nil, errors.New("needs a table of rows")
	}
	packed, err := c.packing("bits", table)
	if err != nil {
		return nil, err
	}
	values := table.ofValues(table.dims[0], table.dims[1].Mul(packed))
	return c.embed(values, indices, gathered(values.dims, indices.dims, 0))
}

// packing is the number of values in an element of a tensor: as many as fit into a byte, by the bits of an attribute.
func (c *call) packing(attribute string, it *item) (symbolic.Expr, error) {
	bits := c.integer(attribute, 4)
	if bits != 2 && bits != 4 && bits != 8 {
		return symbolic.Expr{}, fmt.Errorf("values of %d bits", bits)
	}
	if !it.bytes {
		return symbolic.Int(1), nil
	}
	return symbolic.Int(8 / bits), nil
}

// mixture is a mixture of experts: what comes in, scores of the experts, then matrix and bias of the first layer, of the second, and
// of a gate beside the first, which may as well be rows of the first.
func (c *call) mixture() ([]*item, error) {
	return c.experts([3]*item{c.input(2), c.input(4), c.input(6)}, [3]*item{c.input(3), c.input(5), c.input(7)})
}

// blockMixture is the same of packed weights, with scales between.
func (c *call) blockMixture() ([]*item, error) {
	matrices := [3]*item{c.input(2), c.input(5), c.input(8)}
	for k, w := range matrices {
		if w == nil || w.rank() != 3 {
			continue
		}
		packed, err := c.packing("expert_weight_bits", w)
		if err != nil {
			return nil, err
		}
		matrices[k] = w.ofValues(w.dims[0], w.dims[1], w.dims[2].Mul(packed))
	}
	return c.experts(matrices, [3]*item{c.input(4), c.input(7), c.input(10)})
}

func (c *call) experts(matrices, biases [3]*item) ([]*item, error) {
	x, err := c.activation(0)
	if err != nil {
		return nil, err
	}
	first, second, gate := matrices[0], matrices[1], matrices[2]
	if x.rank() < 2 || first == nil || second == nil || first.rank() != 3 || second.rank() != 3 {
		return nil, errors.New("needs a matrix of each layer for each expert")
	}
	last := x.rank() - 1
	if width := x.dims[last]; first.dims[1].Equal(width) && !first.dims[2].Equal(width) {
		first, second, gate = turnedStack(first), turnedStack(second), turnedStack(gate)
	}
	if err := c.columns(x.dims[last], first.dims[2]); err != nil {
		return nil, err
	}
	hidden, out := second.dims[2], second.dims[1]
	gated := gate != nil || first.dims[1].Equal(symbolic.Int(2).Mul(hidden))
	if !gated && !first.dims[1].Equal(hidden) {
		return nil, fmt.Errorf("%s rows meet %s columns", first.dims[1].Text(), hidden.Text())
	}
	args := map[string]arch.Argument{
		"count": numbers(first.dims[0]), "active": whole(c.integer("k", 1)), "hidden": numbers(hidden), "out": numbers(out),
		"gated": whole(boolInt(gated)), "router": whole(0), "bias": whole(boolInt(biases[0] != nil && biases[1] != nil)),
	}
	l := features(x.rank())
	v, err := c.as(x, l)
	if err != nil {
		return nil, err
	}
	v, err = c.weighted("experts", args, v, first, second, gate, biases[0], biases[1], biases[2])
	if err != nil {
		return nil, err
	}
	dims := append(append([]symbolic.Expr{}, x.dims[:last]...), out)
	return c.byShare(&item{dims: dims, value: v, layout: l})
}

// turnedStack is a stack of matrices the other way round, as experts had them in earlier versions of the runtime.
func turnedStack(it *item) *item {
	if it == nil || it.rank() != 3 {
		return it
	}
	return it.ofValues(it.dims[0], it.dims[2], it.dims[1])
}

// byShare gives each position the outputs of the experts with the largest scores.
func (c *call) byShare(sums *item) ([]*item, error) {
	scores, err := c.activation(1)
	if err != nil {
		return nil, err
	}
	if scores.rank() < 1 {
		return nil, errors.New("needs a score of each expert")
	}
	l := features(scores.rank())
	v, err := c.as(scores, l)
	if err == nil {
		v, err = c.layer("softmax", nil, v)
	}
	if err != nil {
		return nil, err
	}
	kept := append([]symbolic.Expr{}, scores.dims...)
	for _, step := range []struct {
		kind  string
		count int64
	}{{"gather", c.integer("k", 1)}, {"take", 1}} {
		kept[len(kept)-1] = symbolic.Int(step.count)
		if v, err = c.layer(step.kind, shapeArgs(l.shape(kept)), v); err != nil {
			return nil, err
		}
	}
	dims := append([]symbolic.Expr{}, sums.dims...)
	dims[len(dims)-1] = symbolic.Int(1)
	share, err := c.seenAs(v, dims)
	if err != nil {
		return nil, err
	}
	return c.together(arch.Multiply, []*item{sums, share})
}
