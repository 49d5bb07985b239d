package onnx

import "slices"

// A recall is the call that made a tensor of learned and constant ones by layers with weights, as learned queries are
// projected. As the kernel of a convolution, such a tensor counts as the tensors it is made of. Where it is read as an activation
// or as the factor of a product, the call is repeated on activations, so that its work counts.
type recall struct {
	call   *call
	output int
	depth  int // of recalls behind one another
}

// maxRecalls bounds their depth: attention between learned queries takes some twenty.
const maxRecalls = 1000

// remembered are tensors that know the call which made them, if it has weights or reads such tensors.
func (c *call) remembered(items []*item) []*item {
	begins, depth := false, 0
	var parts []*weight
	for k, it := range c.in {
		w := it.learned()
		if w == nil {
			continue
		}
		parts = append(parts, w)
		begins = begins || it.from != nil || c.node.operator.works(k, it)
		if it.from != nil {
			depth = max(depth, it.from.depth)
		}
	}
	if !begins || depth == maxRecalls || c.node.operator.rule == nil {
		return items
	}
	for k, it := range items {
		if it.folded {
			continue
		}
		if it.learned() == nil {
			it.weight = &weight{name: c.node.Label(), elements: it.elements(), parts: parts, apart: true}
		}
		it.from = &recall{call: c, output: k, depth: depth + 1}
	}
	return items
}

// works reports whether an operator does the work of a layer by an input: one in the place of a weight, or a matrix in that of a factor.
func (o *operator) works(k int, it *item) bool {
	return slices.Contains(o.weights, k) || slices.Contains(o.factors, k) && it.rank() == 2
}

// computed reports whether the tensor is made by layers: of the network's input, or of what is learned.
func (it *item) computed() bool { return it.isActivation() || it != nil && it.from != nil }

// again makes a tensor by the layers that it comes from.
func (t *translator) again(it *item) (*item, error) {
	c := it.from.call
	in := slices.Clone(c.in)
	first := max(0, slices.IndexFunc(in, (*item).computed))
	data, err := c.activation(first)
	if err != nil {
		return nil, err
	}
	in[first] = data
	out, err := c.node.operator.rule(c.with(in...))
	if err != nil {
		return nil, err
	}
	made := out[it.from.output]
	it.value, it.layout, it.from = made.value, made.layout, nil
	return it, nil
}
