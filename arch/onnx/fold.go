package onnx

import (
	"math"

	"github.com/skipcost/skipcost/arch/onnx/wire"
	"github.com/skipcost/skipcost/arch/symbolic"
)

// isLearnable reports whether tensors of the type can be weights: floats of any size, and the integers of quantized layers.
func isLearnable(t int32) bool {
	switch t {
	case 1, 10, 11, 16, 17, 18, 19, 20, wire.Uint8, wire.Int8, 21, 22, 23:
		return true
	}
	return false
}

// fold computes a node whose inputs are all known, and says whether it could.
func (c *call) fold() (*item, bool, error) {
	if c.node.fused {
		return nil, false, nil
	}
	o := c.node.operator
	if o.knows != nil {
		out, err := o.knows(c)
		return first(out), true, err
	}
	for _, it := range c.in {
		if it != nil && !it.folded {
			return nil, false, nil
		}
	}
	if o.fold == nil || len(c.in) == 0 || c.in[0] == nil {
		return nil, false, nil
	}
	if !c.afford(1) {
		return nil, false, nil
	}
	out, err := o.fold(c)
	if err != nil || out == nil || !c.afford(int64(len(out.data))) {
		return nil, false, err
	}
	c.keepLearned(out)
	return out, true, nil
}

// keepLearned marks a folded tensor as learned if it is made of learned ones, whose elements are known if they are small.
func (c *call) keepLearned(out *item) {
	if out.weight == nil && !c.node.operator.settles && len(c.learnedInputs()) > 0 {
		out.weight = c.madeOf(out)
	}
}

// afford spends the work of folding, and reports whether it is within the limits.
func (t *translator) afford(work int64) bool {
	return t.budget.Spend(symbolic.Values, int(min(work, math.MaxInt)))
}

func first(items []*item) *item {
	if len(items) == 0 {
		return nil
	}
	return items[0]
}

// constant is the tensor, or the numbers, of a Constant node.
func (c *call) constant() ([]*item, error) {
	a := c.node.Attributes
	switch {
	case c.node.literal() != nil:
		it := c.fromTensor(c.node.literal(), true)
		if it.weight != nil && len(c.node.Outputs) > 0 {
			it.weight.name = c.node.Outputs[0]
			it = it.orWritten(c.strands.of(c.node.Outputs[0]))
		}
		return []*item{it}, nil
	case a.Named("value_int") != nil:
		return []*item{{data: ints(a.Named("value_int").Int), folded: true, whole: true}}, nil
	case a.Named("value_ints") != nil:
		v := a.Named("value_ints").Ints
		return []*item{{dims: ints(int64(len(v))), data: ints(v...), folded: true, whole: true}}, nil
	case a.Named("value_float") != nil:
		data, ok := exact([]float64{float64(a.Named("value_float").Float)})
		return []*item{{data: data, folded: ok}}, nil
	}
	return []*item{{}}, nil
}

// literal is the tensor of a Constant node; nil where it has numbers that are no weights. One of its own is kept for a row of floats, so
// that it counts once however often the node is translated.
func (n *node) literal() *wire.Tensor {
	for _, name := range []string{"value", "sparse_value"} {
		if a := n.Attributes.Named(name); a != nil && a.Tensor != nil {
			return a.Tensor
		}
	}
	row := n.Attributes.Named("value_floats")
	if row == nil {
		return nil
	}
	if row.Tensor == nil {
		values := make([]float64, len(row.Floats))
		for k, f := range row.Floats {
			values[k] = float64(f)
		}
		dims := []int64{int64(len(values))}
		row.Tensor = &wire.Tensor{DType: 1, Dims: dims, Floats: values, Known: true, Look: wire.LookOf(dims, values)}
	}
	return row.Tensor
}
