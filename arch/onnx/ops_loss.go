package onnx

import "errors"

// lossOperators compare with labels.
func lossOperators() []*operator {
	return doing(Counted, []*operator{
		{name: "NegativeLogLikelihoodLoss", rule: (*call).likelihood},
		{name: "SoftmaxCrossEntropyLoss", rule: (*call).crossEntropy},
	})
}

// likelihood takes the score of each label [B, …] from scores [B, C, …], and their mean or sum unless told not to.
func (c *call) likelihood() ([]*item, error) {
	x, labels, err := c.activationAnd(1)
	if err != nil {
		return nil, err
	}
	if x.rank() < 2 || labels.rank() != x.rank()-1 {
		return nil, errors.New("needs scores and labels")
	}
	picked, err := c.moved("gather", x, labels.dims)
	if err != nil || c.text("reduction", "mean") == "none" {
		return picked, err
	}
	all := map[int]bool{}
	for k := range labels.dims {
		all[k] = true
	}
	return c.reduced(picked[0], all, false)
}

// crossEntropy is the same of logarithms of a softmax over the classes, which it puts out too.
func (c *call) crossEntropy() ([]*item, error) {
	x, err := c.activation(0)
	if err != nil {
		return nil, err
	}
	if x.rank() < 2 {
		return nil, errors.New("needs scores and labels")
	}
	l := along(1)
	v, err := c.as(x, l)
	if err == nil {
		v, err = c.layer("log_softmax", nil, v)
	}
	if err != nil {
		return nil, err
	}
	logarithms := &item{dims: x.dims, value: v, layout: l}
	labels := c.input(1)
	out, err := c.with(logarithms, labels).likelihood()
	return append(out, logarithms), err
}
