package onnx

import (
	"errors"
	"fmt"
	"math/big"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/onnx/wire"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// An attending is softmax(Q·Kᵀ)·V for each head, where several heads of queries may share one of keys and values.
type attending struct {
	q, k, v    headed
	pastKeys   *item // [B, heads, P, d], before those that come in; nil where there are none
	pastValues *item
	masks      int     // how many tensors are added to the scores
	softcap    float32 // the scores go through a tanh of so large a range; 0 for none

	scoreGraph, weightGraph *wire.Graph // what scores and weights go through; nil for nothing
}

// headed is a tensor [B, T, heads·d] or [B, heads, T, d]: how many heads it has, how many positions, and how wide each head is.
type headed struct {
	item                        *item
	batch, heads, length, width symbolic.Expr
}

// headedBy is a tensor of a number of heads, unless its dimensions have the number.
func headedBy(x *item, heads int64, what string) (headed, error) {
	switch {
	case x.rank() != 3 && x.rank() != 4:
		return headed{}, errors.New("needs queries, keys and values of 3 or 4 dimensions")
	case x.rank() == 4:
		return headed{item: x, batch: x.dims[0], heads: x.dims[1], length: x.dims[2], width: x.dims[3]}, nil
	case heads < 1:
		return headed{}, fmt.Errorf("%s is missing", what)
	}
	width := x.dims[2].Div(symbolic.Int(heads))
	if _, number := width.Sign(); number && !width.IsWhole() {
		return headed{}, fmt.Errorf("%d heads do not divide the width %s", heads, x.dims[2].Text())
	}
	return headed{item: x, batch: x.dims[0], heads: symbolic.Int(heads), length: x.dims[1], width: width}, nil
}

// dims are the dimensions of the tensor by heads.
func (h headed) dims() []symbolic.Expr { return []symbolic.Expr{h.batch, h.heads, h.length, h.width} }

// byHeads is the tensor as [B, heads, T, d].
func (c *call) byHeads(h headed) (*item, error) {
	if h.item.rank() == 4 {
		return h.item, nil
	}
	return c.seenAs(h.item.value, h.dims())
}

// behindPast is a tensor behind the one cached from earlier calls.
func (c *call) behindPast(past *item, h headed) (headed, error) {
	if past == nil {
		return h, nil
	}
	if past.rank() != 4 {
		return h, errors.New("needs earlier keys and values of 4 dimensions")
	}
	now, err := c.byHeads(h)
	if err != nil {
		return h, err
	}
	both, err := c.with(past, now).nonEmpty()
	if err != nil {
		return h, err
	}
	out, err := both.joined(2)
	if err != nil {
		return h, err
	}
	h.item, h.length = out[0], past.dims[2].Add(h.length)
	return h, nil
}

// with is the call with other inputs.
func (c *call) with(in ...*item) *call {
	out := *c
	out.in = in
	return &out
}

// An attended is the result of an attending, with the keys and values of all positions.
type attended struct {
	attending
	scores, sums *trace.Value
}

// attend multiplies queries, keys and values.
func (c *call) attend(a attending) (*attended, error) {
	group := a.q.heads.Div(a.k.heads)
	if _, number := group.Sign(); number && !group.IsWhole() {
		return nil, fmt.Errorf("%s heads of queries share %s of keys", a.q.heads.Text(), a.k.heads.Text())
	}
	if !a.q.width.Equal(a.k.width) || !a.k.length.Equal(a.v.length) || !a.k.heads.Equal(a.v.heads) {
		return nil, errors.New("queries, keys and values do not fit together")
	}
	var err error
	if a.k, err = c.behindPast(a.pastKeys, a.k); err != nil {
		return nil, err
	}
	if a.v, err = c.behindPast(a.pastValues, a.v); err != nil {
		return nil, err
	}
	stack := a.q.batch.Mul(a.k.heads)
	matrix := func(h headed, rows, columns symbolic.Expr) (*trace.Value, error) {
		return c.seen(h.item.value, arch.Shape{Width: columns, Extents: []symbolic.Expr{rows}}.WithSamples(stack))
	}
	queries, err := matrix(a.q, a.q.length.Mul(group), a.q.width)
	if err != nil {
		return nil, err
	}
	keys, err := matrix(a.k, a.k.width, a.k.length)
	if err != nil {
		return nil, err
	}
	values, err := matrix(a.v, a.v.length, a.v.width)
	if err != nil {
		return nil, err
	}
	scores, err := c.merge(arch.MatMul, queries, keys)
	if err != nil {
		return nil, err
	}
	weights, err := c.weighed(a, scores)
	if err != nil {
		return nil, err
	}
	sums, err := c.merge(arch.MatMul, weights, values)
	return &attended{attending: a, scores: scores, sums: sums}, err
}

// weighed makes weights of scores, by a softmax.
func (c *call) weighed(a attending, scores *trace.Value) (*trace.Value, error) {
	scores, err := c.layer("scale", map[string]arch.Argument{"values": whole(0), arch.MeanSquare: numbers(c.scaleSquared(a.q.width))}, scores)
	if err != nil {
		return nil, err
	}
	var layers []string
	if a.softcap != 0 {
		layers = append(layers, "scale", "tanh", "scale")
	}
	for range a.masks {
		layers = append(layers, "shift")
	}
	if scores, err = c.through(a.scoreGraph, a, scores); err != nil {
		return nil, err
	}
	for _, kind := range append(layers, "softmax") {
		args := map[string]arch.Argument{"values": whole(0)}
		if !arch.KindByName(kind).Learns() {
			args = nil
		}
		if scores, err = c.layer(kind, args, scores); err != nil {
			return nil, err
		}
	}
	return c.through(a.weightGraph, a, scores)
}

// scaleSquared is the square of the factor of scores of heads of a width d: 1/√d, unless an attribute gives another.
func (c *call) scaleSquared(width symbolic.Expr) symbolic.Expr {
	if s := c.node.Attributes.Named("scale"); s != nil {
		if r := new(big.Rat).SetFloat64(float64(s.Float)); r != nil && r.Sign() != 0 {
			return symbolic.BigRat(r.Mul(r, r))
		}
	}
	return symbolic.Int(1).Div(width)
}

// through are scores or weights that have gone through a graph, by heads [B, heads, T, P].
func (c *call) through(g *wire.Graph, a attending, scores *trace.Value) (*trace.Value, error) {
	if g == nil {
		return scores, nil
	}
	was := scores.Shape
	in, err := c.seenAs(scores, []symbolic.Expr{a.q.batch, a.q.heads, a.q.length, a.k.length})
	if err != nil {
		return nil, err
	}
	out, err := c.inside(g, c.frame.prefix+c.node.Label()+".", []*item{in})
	if err != nil {
		return nil, err
	}
	if len(out) != 1 || !out[0].isActivation() || !same(out[0].dims, in.dims) {
		return nil, errors.New("its graph changes the shape of the scores")
	}
	return c.seen(out[0].value, was)
}

// weightedSums are the output, in the form of the queries.
func (c *call) weightedSums(a *attended) (*item, error) {
	dims := []symbolic.Expr{a.q.batch, a.q.length, a.q.heads.Mul(a.v.width)}
	if a.q.item.rank() == 4 {
		dims = []symbolic.Expr{a.q.batch, a.q.heads, a.q.length, a.v.width}
	}
	return c.seenAs(a.sums, dims)
}

// seenAs is a value as a tensor whose width is its last axis.
func (c *call) seenAs(v *trace.Value, dims []symbolic.Expr) (*item, error) {
	l := features(len(dims))
	v, err := c.seen(v, l.shape(dims))
	return &item{dims: dims, value: v, layout: l}, err
}

// outputs are the outputs of an attention: the sums, then keys, values and scores by heads where something reads them.
func (c *call) outputs(a *attended) ([]*item, error) {
	out := []*item{{}, {}, {}, {}}
	for k, make := range []func() (*item, error){
		func() (*item, error) { return c.weightedSums(a) },
		func() (*item, error) { return c.byHeads(a.k) },
		func() (*item, error) { return c.byHeads(a.v) },
		func() (*item, error) {
			return c.seenAs(a.scores, []symbolic.Expr{a.q.batch, a.q.heads, a.q.length, a.k.length})
		},
	} {
		if k > 0 && !c.isRead(k) {
			continue
		}
		var err error
		if out[k], err = make(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// isRead reports whether something reads the k-th output.
func (c *call) isRead(k int) bool {
	return k < len(c.node.Outputs) && c.strands.read(c.node.Outputs[k])
}
