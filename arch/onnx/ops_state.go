package onnx

import (
	"errors"
	"fmt"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// References:
//
//	[yang2024] Parallelizing Linear Transformers with the Delta Rule over Sequence Length, arXiv:2406.06484, section 2

// stateOperators carry a state from one call to the next.
func stateOperators() []*operator {
	var table []*operator
	for _, domain := range []string{"", contributed} {
		table = append(table,
			&operator{name: "CausalConvWithState", domain: domain, rule: (*call).causalConv, weights: []int{1, 2}, width: widthSecond},
			&operator{name: "LinearAttention", domain: domain, rule: (*call).linearAttention},
		)
	}
	return doing(Counted, table)
}

// causalConv is a convolution of each channel [B, C, T] by itself, over what came before: kernel [C, 1, K], bias, and the K − 1
// positions before the first, zeros unless given. It puts out the last K − 1 positions too.
func (c *call) causalConv() ([]*item, error) {
	x, w, err := c.activationAnd(1)
	if err != nil {
		return nil, err
	}
	if x.rank() != 3 || w.rank() != 3 {
		return nil, errors.New("needs sequences and a kernel of three dimensions")
	}
	before := w.dims[2].Sub(symbolic.Int(1))
	args := map[string]arch.Argument{
		"out": numbers(x.dims[1]), "groups": numbers(x.dims[1]), "kernel": numbers(w.dims[2]), "stride": whole(1), "dilation": whole(1),
		"padding": whole(0), "more_padding": numbers(before),
	}
	all := x
	if past := c.input(3); past != nil {
		if past.rank() != 3 {
			return nil, errors.New("needs a state of three dimensions")
		}
		if err := c.meet(past.dims[2], before, func() error {
			return fmt.Errorf("a state of %s positions before a kernel of %s", past.dims[2].Text(), w.dims[2].Text())
		}); err != nil {
			return nil, err
		}
		joined, err := c.behindState(past, x)
		if err != nil {
			return nil, err
		}
		all = joined
		args["more_padding"] = whole(0)
	}
	l := channels(3)
	v, err := c.as(all, l)
	if err != nil {
		return nil, err
	}
	out, err := c.biased("conv", args, v, w, c.input(2))
	if err != nil {
		return nil, err
	}
	items := []*item{{dims: x.dims, value: out, layout: l}}
	if c.text("activation", "none") != "none" {
		if items, err = c.with(items...).each("silu"); err != nil {
			return nil, err
		}
	}
	if !c.isRead(1) {
		return items, nil
	}
	dims := []symbolic.Expr{x.dims[0], x.dims[1], before}
	state, err := c.layer("gather", shapeArgs(l.shape(dims)), v)
	return append(items, &item{dims: dims, value: state, layout: l}), err
}

// behindState is a sequence [B, C, T] with the positions before it.
func (c *call) behindState(past, x *item) (*item, error) {
	both, err := c.with(past, x).nonEmpty()
	if err != nil {
		return nil, err
	}
	out, err := both.joined(2)
	return first(out), err
}

// linearAttention multiplies queries by a state, a matrix of each head that sums the products of keys and values: queries, keys,
// values, the state before, its decay, and how much of a value that the state does not give yet is added ([yang2024]). The products
// are as many whether it goes position by position or in pieces; the decay is counted once for each key.
func (c *call) linearAttention() ([]*item, error) {
	var in [3]headed
	for k := range in {
		x, err := c.activation(k)
		if err != nil {
			return nil, err
		}
		what := "kv_num_heads"
		if k == 0 {
			what = "q_num_heads"
		}
		if in[k], err = headedBy(x, c.integer(what, 0), what); err != nil {
			return nil, err
		}
	}
	q, k, v := in[0], in[1], in[2]
	past, err := c.stateBefore(k, v)
	if err != nil {
		return nil, err
	}
	if decay := c.input(4); decay != nil {
		if k, err = c.decayed(k, decay); err != nil {
			return nil, err
		}
	}
	if beta := c.input(5); beta != nil {
		if v, err = c.corrected(k, v, past, beta); err != nil {
			return nil, err
		}
	}
	return c.linearSums(q, k, v, past)
}

// stateBefore is the state that is given, or zeros.
func (c *call) stateBefore(k, v headed) (*trace.Value, error) {
	past := c.input(3)
	if past == nil {
		past = &item{dims: []symbolic.Expr{k.batch, k.heads, k.width, v.width}}
	}
	past, err := c.materialized(past)
	if err != nil {
		return nil, err
	}
	return c.matrices(past.value, k.batch.Mul(k.heads), k.width, v.width)
}

// matrices is a value as so many matrices.
func (c *call) matrices(v *trace.Value, stack, rows, columns symbolic.Expr) (*trace.Value, error) {
	return c.seen(v, arch.Shape{Width: columns, Extents: []symbolic.Expr{rows}}.WithSamples(stack))
}

// decayed are keys times the exponential of their decay, which may be one for each head.
func (c *call) decayed(k headed, decay *item) (headed, error) {
	decay, err := c.materialized(decay)
	if err != nil {
		return k, err
	}
	rate, err := c.with(decay).each("exp")
	if err != nil {
		return k, err
	}
	return c.scaledBy(k, rate[0])
}

// scaledBy is a tensor by heads, times a factor for each element or for each head of a position, or for the position.
func (c *call) scaledBy(h headed, factor *item) (headed, error) {
	dims := []symbolic.Expr{h.batch, h.length, h.heads, h.width}
	all, err := c.seenAs(h.item.value, dims)
	if err != nil {
		return h, err
	}
	of := []symbolic.Expr{h.batch, h.length, h.heads, symbolic.Int(1)}
	switch n := factor.elements(); {
	case n.Equal(symbolic.Product(dims...)):
		of = dims
	case n.Equal(h.batch.Mul(h.length)):
		of[2] = symbolic.Int(1)
	case !n.Equal(symbolic.Product(of...)):
		return h, errors.New("decay or rate do not fit the keys")
	}
	by, err := c.seenAs(factor.value, of)
	if err != nil {
		return h, err
	}
	out, err := c.together(arch.Multiply, []*item{all, by})
	if err != nil {
		return h, err
	}
	h.item = &item{dims: h.item.dims, value: out[0].value, layout: out[0].layout}
	return h, nil
}

// corrected are the values less what the state gives for their keys, in part.
func (c *call) corrected(k, v headed, past *trace.Value, beta *item) (headed, error) {
	stack := k.batch.Mul(k.heads)
	keys, err := c.matrices(k.item.value, stack, k.length, k.width)
	if err != nil {
		return v, err
	}
	values, err := c.matrices(v.item.value, stack, v.length, v.width)
	if err != nil {
		return v, err
	}
	given, err := c.merge(arch.MatMul, keys, past)
	if err != nil {
		return v, err
	}
	rest, err := c.merge(arch.Subtract, values, given)
	if err != nil {
		return v, err
	}
	v.item = &item{dims: v.item.dims, value: rest}
	rate, err := c.materialized(beta)
	if err != nil {
		return v, err
	}
	return c.scaledBy(v, rate)
}

// linearSums are the queries times the state, and the state behind the last position.
func (c *call) linearSums(q, k, v headed, past *trace.Value) ([]*item, error) {
	stack, group := k.batch.Mul(k.heads), q.heads.Div(k.heads)
	turned, err := c.matrices(k.item.value, stack, k.width, k.length)
	if err != nil {
		return nil, err
	}
	values, err := c.matrices(v.item.value, stack, v.length, v.width)
	if err != nil {
		return nil, err
	}
	state, err := c.merge(arch.MatMul, turned, values)
	if err != nil {
		return nil, err
	}
	if c.input(3) != nil {
		if state, err = c.merge(arch.Add, state, past); err != nil {
			return nil, err
		}
	}
	queries, err := c.matrices(q.item.value, stack, q.length.Mul(group), q.width)
	if err != nil {
		return nil, err
	}
	sums, err := c.merge(arch.MatMul, queries, state)
	if err != nil {
		return nil, err
	}
	out, err := c.seenAs(sums, []symbolic.Expr{q.batch, q.length, q.heads.Mul(v.width)})
	if err != nil || !c.isRead(1) {
		return []*item{out}, err
	}
	present, err := c.seenAs(state, []symbolic.Expr{k.batch, k.heads, k.width, v.width})
	return []*item{out, present}, err
}
