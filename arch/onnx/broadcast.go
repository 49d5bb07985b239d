package onnx

import (
	"fmt"
	"slices"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// broadcast is the common shape of several shapes: axes are matched from the last, and those of size 1 are stretched. Of two
// sizes that cannot be compared, a number wins.
func broadcast(shapes ...[]symbolic.Expr) ([]symbolic.Expr, error) {
	rank := 0
	for _, s := range shapes {
		rank = max(rank, len(s))
	}
	out := slices.Repeat([]symbolic.Expr{symbolic.Int(1)}, rank)
	for _, s := range shapes {
		for k := range s {
			at := len(out) - len(s) + k
			switch {
			case isInt(s[k], 1) || out[at].Equal(s[k]):
			case isInt(out[at], 1):
				out[at] = s[k]
			default:
				_, a := out[at].Int64()
				_, b := s[k].Int64()
				if a && b {
					return nil, fmt.Errorf("%s and %s elements do not match", out[at].Text(), s[k].Text())
				}
				if b {
					out[at] = s[k]
				}
			}
		}
	}
	return out, nil
}

// aligned is the second operand of a node that says by attributes at which axis of the first operand its own begin, as was
// possible until opset 6.
func aligned(n *node, x, y *item) *item {
	yes, axis := n.Attributes.Named("broadcast"), n.Attributes.Named("axis")
	if x == nil || y == nil || yes == nil || yes.Int == 0 || axis == nil {
		return y
	}
	at, err := fromFront(axis.Int, x.rank())
	if err != nil || at+y.rank() >= x.rank() {
		return y
	}
	out := *y
	out.dims = slices.Clone(y.dims)
	for at+len(out.dims) < x.rank() {
		out.dims = append(out.dims, symbolic.Int(1))
	}
	return &out
}

// spread is a tensor stretched to dimensions, as a value in a layout.
func (c *call) spread(it *item, dims []symbolic.Expr, l layout) (*trace.Value, error) {
	it, err := c.materialized(it)
	if err != nil {
		return nil, err
	}
	lifted := *it
	for len(lifted.dims) < len(dims) {
		lifted.dims = append([]symbolic.Expr{symbolic.Int(1)}, lifted.dims...)
	}
	v, err := c.as(&lifted, l)
	if err != nil || same(lifted.dims, dims) {
		return v, err
	}
	return c.build.Layer(c.unique(c.prefix+c.node.Label()+".expand"), &arch.Layer{Kind: arch.KindByName("expand"), Args: shapeArgs(l.shape(dims))}, v)
}

// together merges several tensors element by element.
func (c *call) together(op arch.MergeOp, in []*item) ([]*item, error) {
	shapes := make([][]symbolic.Expr, len(in))
	for k, it := range in {
		shapes[k] = it.dims
	}
	dims, err := broadcast(shapes...)
	if err != nil {
		return nil, err
	}
	l := features(len(dims))
	for _, it := range slices.Backward(in) { // that of the first which is not stretched, or else of the first
		if it.isActivation() && it.rank() == len(dims) {
			l = it.layout
		}
	}
	for _, it := range slices.Backward(in) {
		if it.isActivation() && same(it.dims, dims) {
			l = it.layout
		}
	}
	values := make([]*trace.Value, len(in))
	for k, it := range in {
		if op.Kind().Gates && it.isActivation() && isGate(it.dims, dims, l) {
			values[k], err = c.as(it, l)
		} else {
			values[k], err = c.spread(it, dims, l)
		}
		if err != nil {
			return nil, err
		}
	}
	out, err := c.merge(op, values...)
	return one(out, l, dims, err)
}

// isGate reports whether a tensor scales whole channels of another.
func isGate(gate, dims []symbolic.Expr, l layout) bool {
	if len(gate) != len(dims) || len(dims) < 3 {
		return false
	}
	for k := range gate {
		extent := k != l.axis && k > 0
		if extent && !isInt(gate[k], 1) || !extent && !gate[k].Equal(dims[k]) {
			return false
		}
	}
	return true
}
