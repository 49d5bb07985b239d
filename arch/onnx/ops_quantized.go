package onnx

import (
	"slices"

	"github.com/skipcost/skipcost/arch"
)

// quantizedOperators are those of integer networks. Their scales and zero points are no parameters.
func quantizedOperators() []*operator {
	return doing(Counted, append(contributedQuantized(), []*operator{
		{name: "QuantizeLinear", rule: applies("elementwise"), learned: keepsFirst, integers: true},
		{name: "DequantizeLinear", rule: applies("elementwise"), passes: passesScaled, learned: keepsFirst, integers: true},
		{name: "DynamicQuantizeLinear", rule: (*call).dynamicQuantize},
		{name: "QLinearConv", rule: (*call).quantizedConv, width: widthSecond},
		{name: "QLinearMatMul", rule: multiplies(0, 3), width: widthLast},
		{name: "ConvInteger", rule: convolves(0, 1, 1<<20), width: widthSecond},
		{name: "MatMulInteger", rule: multiplies(0, 1), width: widthLast},
	}...))
}

// contributedQuantized are those of the common extension, which quantizers put in.
func contributedQuantized() []*operator {
	return contributes([]*operator{
		{name: "QLinearAdd", rule: func(c *call) ([]*item, error) { return c.qlinear(arch.Add) }},
		{name: "QLinearMul", rule: func(c *call) ([]*item, error) { return c.qlinear(arch.Multiply) }},
		{name: "QLinearConcat", work: None, rule: (*call).qlinearConcat},
		{name: "QLinearAveragePool", rule: channelsMayBeLast(pools("avgpool"))},
		{name: "QLinearGlobalAveragePool", rule: channelsMayBeLast(poolsAll("global_avgpool"))},
		{name: "QLinearConv", rule: channelsMayBeLast((*call).quantizedConv), width: widthSecond},
		{name: "QLinearReduceMean", rule: reduces("global_avgpool")},
		{name: "QLinearLeakyRelu", rule: applies("leaky_relu")},
		{name: "QLinearSigmoid", rule: applies("sigmoid")},
		{name: "QLinearSoftmax", rule: softmaxes("softmax")},
		{name: "QLinearWhere", work: None, rule: func(c *call) ([]*item, error) { return c.by(0, 1, 4).where() }},
		{name: "QGemm", rule: (*call).quantizedGemm, weights: []int{3, 6}, width: widthLast},
		{name: "DynamicQuantizeMatMul", rule: func(c *call) ([]*item, error) { return c.by(0, 1, 4).quantizedProduct() }, factors: []int{1}, width: widthLast},
		{name: "MatMulIntegerToFloat", rule: func(c *call) ([]*item, error) { return c.by(0, 1, 6).quantizedProduct() }, factors: []int{1}, width: widthLast},
		{name: "DynamicQuantizeLSTM", rule: (*call).quantizedLSTM, weights: []int{1, 2, 3, 7}, width: widthLast},
	})
}

// contributes puts operators into the domain of the common extension.
func contributes(table []*operator) []*operator {
	for _, o := range table {
		o.domain = contributed
	}
	return table
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

// by is the call with only these of its inputs.
func (c *call) by(inputs ...int) *call {
	in := *c
	in.in = make([]*item, len(inputs))
	for k, from := range inputs {
		in.in[k] = c.input(from)
	}
	return &in
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

// quantizedLSTM is an LSTM whose matrices are turned: [directions, C, 4·H] and [directions, H, 4·H].
func (c *call) quantizedLSTM() ([]*item, error) {
	in := c.with(slices.Clone(c.in)...)
	for k := 1; k <= 2; k++ {
		w, err := c.need(k)
		if err != nil {
			return nil, err
		}
		if in.in[k], err = c.exchanged(w); err != nil {
			return nil, err
		}
	}
	return in.recurrent("lstm", 4)
}

// qlinearConcat joins quantized tensors: scale and zero point of the result, then tensor, scale and zero point of each.
func (c *call) qlinearConcat() ([]*item, error) {
	var parts []int
	for k := 2; k < len(c.in); k += 3 {
		parts = append(parts, k)
	}
	return c.by(parts...).concat()
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
