package onnx

import (
	"errors"
	"fmt"
	"slices"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// attentionOperators are those of attention as one node. Their projections are nodes of their own.
func attentionOperators() []*operator {
	return []*operator{
		{name: "Attention", rule: func(c *call) ([]*item, error) { return c.attention("q_num_heads", "kv_num_heads", 3, 4) }},
		{name: "RotaryEmbedding", rule: applies("elementwise")},
	}
}

// attention is softmax(Q·Kᵀ)·V for each head, where several heads of queries may share one of keys and values. Tensors are
// [B, T, heads·d] or [B, heads, T, d]. Keys and values of earlier calls are not understood.
func (c *call) attention(queryHeads, keyHeads string, mask, past int) ([]*item, error) {
	if c.input(past) != nil {
		return c.notKnown()
	}
	var in [3]*item
	for k := range in {
		x, err := c.activation(k)
		if err != nil {
			return nil, err
		}
		if x.rank() != 3 && x.rank() != 4 {
			return nil, errors.New("needs queries, keys and values of 3 or 4 dimensions")
		}
		in[k] = x
	}
	q, err := c.heads(in[0], queryHeads, "")
	if err != nil {
		return nil, err
	}
	k, err := c.heads(in[1], keyHeads, queryHeads)
	if err != nil {
		return nil, err
	}
	v, err := c.heads(in[2], keyHeads, queryHeads)
	if err != nil {
		return nil, err
	}
	return c.attend(in, q, k, v, mask)
}

// headed is how many heads a tensor has, how many positions, and how wide each head is.
type headed struct{ heads, length, width symbolic.Expr }

func (c *call) heads(x *item, attribute, otherwise string) (headed, error) {
	if x.rank() == 4 {
		return headed{heads: x.dims[1], length: x.dims[2], width: x.dims[3]}, nil
	}
	n := c.integer(attribute, 0)
	if n == 0 && otherwise != "" {
		n = c.integer(otherwise, 0)
	}
	if n < 1 {
		return headed{}, fmt.Errorf("%s is missing", attribute)
	}
	width := x.dims[2].Div(symbolic.Int(n))
	if _, number := width.Sign(); number && !width.IsWhole() {
		return headed{}, fmt.Errorf("%d heads do not divide the width %s", n, x.dims[2].Text())
	}
	return headed{heads: symbolic.Int(n), length: x.dims[1], width: width}, nil
}

func (c *call) attend(in [3]*item, q, k, v headed, mask int) ([]*item, error) {
	group := q.heads.Div(k.heads)
	if _, number := group.Sign(); number && !group.IsWhole() {
		return nil, fmt.Errorf("%s heads of queries share %s of keys", q.heads.Text(), k.heads.Text())
	}
	if !q.width.Equal(k.width) || !k.length.Equal(v.length) || !k.heads.Equal(v.heads) {
		return nil, errors.New("queries, keys and values do not fit together")
	}
	stack := in[0].dims[0].Mul(k.heads)
	matrix := func(it *item, rows, columns symbolic.Expr) (*trace.Value, error) {
		return c.seen(it.value, arch.Shape{Width: columns, Extents: []symbolic.Expr{rows}, Samples: stack})
	}
	queries, err := matrix(in[0], q.length.Mul(group), q.width)
	if err != nil {
		return nil, err
	}
	keys, err := matrix(in[1], k.width, k.length)
	if err != nil {
		return nil, err
	}
	values, err := matrix(in[2], v.length, v.width)
	if err != nil {
		return nil, err
	}
	scores, err := c.merge(arch.MatMul, queries, keys)
	if err == nil && c.input(mask) != nil {
		scores, err = c.layer("shift", map[string]arch.Argument{"values": whole(0)}, scores)
	}
	if err == nil {
		scores, err = c.layer("softmax", nil, scores)
	}
	if err != nil {
		return nil, err
	}
	out, err := c.merge(arch.MatMul, scores, values)
	if err != nil {
		return nil, err
	}
	dims := []symbolic.Expr{in[0].dims[0], q.length, q.heads.Mul(v.width)}
	if in[0].rank() == 4 {
		dims = []symbolic.Expr{in[0].dims[0], q.heads, q.length, v.width}
	}
	l := features(len(dims))
	out, err = c.seen(out, l.shape(dims))
	return one(out, l, dims, err)
}

// multiHeadAttention is attention with the bias of the three projections before it: queries, keys, values, bias, padding, mask,
// earlier keys and values. Keys and values that are packed into the queries are not understood.
func (c *call) multiHeadAttention() ([]*item, error) {
	if c.input(1) == nil || c.input(2) == nil {
		return c.notKnown()
	}
	bias := c.input(3)
	if bias == nil {
		return c.attention("num_heads", "num_heads", 5, 6)
	}
	in := *c
	in.in = slices.Clone(c.in)
	values := bias.elements()
	for k := range 3 {
		x, err := c.activation(k)
		if err != nil {
			return nil, err
		}
		v, err := c.weighted("shift", map[string]arch.Argument{"values": numbers(values)}, x.value, bias)
		if err != nil {
			return nil, err
		}
		in.in[k] = &item{dims: x.dims, value: v, layout: x.layout}
		values = symbolic.Int(0)
	}
	return in.attention("num_heads", "num_heads", 5, 6)
}
