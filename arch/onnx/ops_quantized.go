package onnx

import (
	"errors"
	"slices"

	"github.com/skipcost/skipcost/arch"
)

// quantizedOperators are those of integer networks. Their scales and zero points are no parameters.
func quantizedOperators() []*operator {
	return []*operator{
		{name: "QuantizeLinear", rule: applies("elementwise"), learned: keepsFirst, integers: true},
		{name: "DequantizeLinear", rule: applies("elementwise"), passes: passesScaled, learned: keepsFirst, integers: true},
		{name: "DynamicQuantizeLinear", rule: (*call).dynamicQuantize},
		{name: "QLinearConv", rule: (*call).quantizedConv, width: widthSecond},
		{name: "QLinearMatMul", rule: multiplies(0, 3), width: widthLast},
		{name: "ConvInteger", rule: convolves(0, 1, 1<<20), width: widthSecond},
		{name: "MatMulInteger", rule: multiplies(0, 1), width: widthLast},
	}
}

func (c *call) quantizedConv() ([]*item, error) {
	c.learnIntegers(c.input(3))
	c.learnIntegers(c.input(8))
	return c.conv(0, 3, 8)
}

// dynamicQuantize also puts out a scale and a zero point.
func (c *call) dynamicQuantize() ([]*item, error) {
	out, err := c.each("elementwise")
	return append(out, &item{}, &item{}), err
}

// contributedOperators are those of a common extension, which optimizers of graphs put in.
func contributedOperators() []*operator {
	table := []*operator{
		{name: "Gelu", rule: applies("gelu")}, {name: "FastGelu", rule: applies("gelu")}, {name: "QuickGelu", rule: applies("silu")},
		{name: "BiasGelu", rule: (*call).biasGelu},
		{name: "FusedConv", rule: (*call).fusedConv, weights: []int{1, 2}, width: widthSecond},
		{name: "FusedMatMul", rule: (*call).fusedProduct, width: widthLast},
		{name: "FusedGemm", rule: func(c *call) ([]*item, error) { return c.activated(c.gemm()) }},
		{name: "SimplifiedLayerNormalization", rule: normalises("rmsnorm", 1, -1), width: widthLast},
		{name: "SkipLayerNormalization", rule: (*call).skipNorm, weights: []int{2, 3, 4}, width: widthLast},
		{name: "QLinearAdd", rule: func(c *call) ([]*item, error) { return c.qlinear(arch.Add) }},
		{name: "QLinearMul", rule: func(c *call) ([]*item, error) { return c.qlinear(arch.Multiply) }},
		{name: "QLinearConcat", rule: (*call).qlinearConcat},
		{name: "QLinearAveragePool", rule: pools("avgpool")},
		{name: "QLinearGlobalAveragePool", rule: poolsAll("global_avgpool")},
		{name: "QLinearLeakyRelu", rule: applies("leaky_relu")},
		{name: "QLinearSigmoid", rule: applies("sigmoid")},
		{name: "QLinearSoftmax", rule: softmaxes("softmax")},
		{name: "QGemm", rule: (*call).quantizedGemm},
		{name: "DynamicQuantizeMatMul", rule: func(c *call) ([]*item, error) { return c.by(0, 1, 4).quantizedProduct() }},
		{name: "MatMulIntegerToFloat", rule: func(c *call) ([]*item, error) { return c.by(0, 1, 6).quantizedProduct() }},
	}
	for _, o := range table {
		o.domain = contributed
	}
	return table
}

// fusedConv is a convolution, to which a tensor is added that a skip brings, and an activation.
func (c *call) fusedConv() ([]*item, error) {
	out, err := c.conv(0, 1, 2)
	if z := c.input(3); err == nil && z != nil {
		out, err = c.addTo(out[0], z)
	}
	return c.activated(out, err)
}

// fusedProduct is a product of matrices, of which each may be transposed before.
func (c *call) fusedProduct() ([]*item, error) {
	in := *c
	in.in = slices.Clone(c.in)
	for k, attribute := range []string{"transA", "transB"} {
		x, err := c.need(k)
		if err != nil {
			return nil, err
		}
		if c.integer(attribute, 0) == 0 {
			continue
		}
		if in.in[k], err = c.exchanged(x); err != nil {
			return nil, err
		}
	}
	return in.matmul(0, 1)
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
	if !x.isActivation() {
		return &item{dims: dims, weight: x.weight}, nil
	}
	l := features(rank)
	v, err := c.seen(x.value, l.shape(dims))
	return &item{dims: dims, value: v, layout: l}, err
}

// by is the call with only these of its inputs.
func (c *call) by(inputs ...int) *call {
	in := *c
	in.in = make([]*item, len(inputs))
	for k, from := range inputs {
		in.in[k] = c.input(from)
	}
	return &in
}

// activated applies the activation that an attribute names.
func (c *call) activated(out []*item, err error) ([]*item, error) {
	k := slices.IndexFunc(elementOperators(), func(o *operator) bool { return o.name == c.text("activation", "") })
	if err != nil || k < 0 {
		return out, err
	}
	in := *c
	in.in = out
	return elementOperators()[k].rule(&in)
}

func (c *call) quantizedGemm() ([]*item, error) {
	c.learnIntegers(c.input(3))
	c.learnIntegers(c.input(6))
	return c.by(0, 3, 6).gemm()
}

// quantizedProduct multiplies by a matrix, and adds a bias if there is one.
func (c *call) quantizedProduct() ([]*item, error) {
	if c.input(2) != nil {
		return c.productWithBias()
	}
	return c.matmul(0, 1)
}

// biasGelu is GELU of the input and a bias.
func (c *call) biasGelu() ([]*item, error) {
	x, err := c.activation(0)
	if err != nil {
		return nil, err
	}
	bias, err := c.need(1)
	if err != nil {
		return nil, err
	}
	sum, err := c.addTo(x, bias)
	if err != nil {
		return nil, err
	}
	in := *c
	in.in = sum
	return in.each("gelu")
}

// qlinearConcat joins quantized tensors: scale and zero point of the result, then tensor, scale and zero point of each.
func (c *call) qlinearConcat() ([]*item, error) {
	var parts []int
	for k := 2; k < len(c.in); k += 3 {
		parts = append(parts, k)
	}
	return c.by(parts...).concat()
}

// skipNorm adds its first two inputs, and a bias if there is one, and normalises the sum: input, skip, scale, shift, bias.
func (c *call) skipNorm() ([]*item, error) {
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
	if bias := c.input(4); bias != nil {
		if sum, err = c.addTo(sum[0], bias); err != nil {
			return nil, err
		}
	}
	in := &call{translator: c.translator, node: c.node, in: []*item{sum[0], c.input(2), c.input(3)}}
	out, err := in.lastNorm("layernorm", 1, 2)
	if err != nil || len(c.node.Outputs) < 4 {
		return out, err
	}
	return append(out, &item{}, &item{}, sum[0]), nil
}

// qlinear merges two quantized tensors: a, scale, zero point, b, scale, zero point.
func (c *call) qlinear(op arch.MergeOp) ([]*item, error) {
	a, err := c.activation(0)
	if err != nil {
		return nil, err
	}
	b, err := c.activation(3)
	if err != nil {
		return nil, err
	}
	return c.together(op, []*item{a, b})
}
