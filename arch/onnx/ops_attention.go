package onnx

import (
	"errors"
	"slices"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/onnx/wire"
	"github.com/skipcost/skipcost/arch/symbolic"
)

// attentionOperators are those of attention as one node.
func attentionOperators() []*operator {
	table := contributes([]*operator{
		{name: "MultiHeadAttention", rule: multiHead(3, 6, 4, 5), weights: []int{3}, width: widthLast},
		{name: "DecoderMaskedMultiHeadAttention", rule: multiHead(10, 5, 3, 4), weights: []int{10}, width: widthLast},
		{name: "GroupQueryAttention", rule: (*call).groupQueryAttention},
		{name: "Attention", rule: (*call).projectedAttention, weights: []int{2}, factors: []int{1}, width: widthLast},
		{name: "QAttention", rule: projects(1, 2, 5, 8), weights: []int{2}, factors: []int{1}, width: widthLast},
		{name: "RotaryEmbedding", rule: applies("elementwise")},
	})
	return doing(Counted, append(table,
		&operator{name: "FlexAttention", domain: preview, rule: (*call).flexAttention},
		&operator{name: "Attention", rule: (*call).scaledAttention, width: widthLast},
		&operator{name: "RotaryEmbedding", rule: applies("elementwise")},
	))
}

// flexAttention is attention whose scores and weights go through graphs of the node.
func (c *call) flexAttention() ([]*item, error) {
	return c.attention(places{past: len(c.in), scores: c.body("score_mod"), weights: c.body("prob_mod")})
}

// places are the positions, among the inputs of an operator, of the heads, the tensor added to the scores, and the keys and
// values of earlier calls.
type places struct {
	queryHeads, keyHeads string // attributes
	masks                []int
	past                 int         // of the keys; the values stand behind
	scores, weights      *wire.Graph // what they go through; nil for nothing
}

// scaledAttention is the attention of the standard: queries, keys, values, mask, earlier keys and values. Where it counts heads of one
// kind it is that of the extension, whose domain is left out.
func (c *call) scaledAttention() ([]*item, error) {
	if c.node.Attributes.Named("num_heads") != nil {
		return c.projectedAttention()
	}
	return c.attention(places{queryHeads: "q_num_heads", keyHeads: "kv_num_heads", masks: []int{3}, past: 4})
}

// attention reads queries, keys and values, and the inputs at the places. Its outputs are those of [call.attend].
func (c *call) attention(p places) ([]*item, error) {
	var in [3]headed
	queries := c.integer(p.queryHeads, 0)
	for k := range in {
		x, err := c.activation(k)
		if err != nil {
			return nil, err
		}
		heads, what := queries, p.queryHeads
		if n := c.integer(p.keyHeads, 0); k > 0 && n > 0 {
			heads, what = n, p.keyHeads
		}
		if in[k], err = headedBy(x, heads, what); err != nil {
			return nil, err
		}
	}
	a := attending{q: in[0], k: in[1], v: in[2], pastKeys: c.input(p.past), pastValues: c.input(p.past + 1), scoreGraph: p.scores, weightGraph: p.weights}
	if s := c.node.Attributes.Named("softcap"); s != nil {
		a.softcap = s.Float
	}
	for _, k := range p.masks {
		a.masks += int(boolInt(c.input(k) != nil))
	}
	if (a.pastKeys == nil) != (a.pastValues == nil) {
		return nil, errors.New("earlier keys and values come together")
	}
	out, err := c.attend(a)
	if err != nil {
		return nil, err
	}
	return c.outputs(out)
}

// groupQueryAttention: queries, or all three packed, keys, values, earlier keys and values, lengths, tables of rotation, positions,
// what is added to the scores, and scores of nothing.
func (c *call) groupQueryAttention() ([]*item, error) {
	in := c.with(slices.Clone(c.in)...)
	heads, shared := symbolic.Int(c.integer("num_heads", 0)), symbolic.Int(c.integer("kv_num_heads", 0))
	if c.input(1) == nil && c.input(2) == nil {
		x, err := c.activation(0)
		if err != nil {
			return nil, err
		}
		all := heads.Add(shared).Add(shared)
		if x.rank() != 3 || all.IsZero() {
			return nil, errors.New("needs queries, keys and values of 3 dimensions and their heads")
		}
		width := x.dims[2].Div(all)
		parts, err := c.unpacked(x, heads.Mul(width), shared.Mul(width), shared.Mul(width))
		if err != nil {
			return nil, err
		}
		for len(in.in) < 3 {
			in.in = append(in.in, nil)
		}
		copy(in.in, parts)
	}
	for k := range 2 {
		if c.integer("do_rotary", 0) == 0 || in.input(k) == nil {
			continue
		}
		turned, err := in.with(in.in[k]).each("elementwise")
		if err != nil {
			return nil, err
		}
		in.in[k] = turned[0]
	}
	if sink := c.input(11); sink.counts() {
		if _, err := c.materialized(sink); err != nil {
			return nil, err
		}
	}
	return in.attention(places{queryHeads: "num_heads", keyHeads: "kv_num_heads", masks: []int{10}, past: 3})
}

// unpacked cuts the last axis of a tensor into parts.
func (c *call) unpacked(x *item, widths ...symbolic.Expr) ([]*item, error) {
	l := features(x.rank())
	v, err := c.as(x, l)
	if err != nil {
		return nil, err
	}
	from := &item{dims: x.dims, value: v, layout: l}
	parts := make([]*item, len(widths))
	start := symbolic.Int(0)
	for k, width := range widths {
		cuts := make([]*cut, x.rank())
		cuts[x.rank()-1] = &cut{start: start, count: width, step: 1}
		start = start.Add(width)
		part, err := c.cutTo(from, cuts)
		if err != nil {
			return nil, err
		}
		parts[k] = part[0]
	}
	return parts, nil
}

// multiHead is attention with the bias of the three projections before it, whose place is said, and those of earlier keys and values
// and of what is added to the scores. Keys and values may be packed, into the queries too.
func multiHead(bias, past int, masks ...int) rule {
	p := places{queryHeads: "num_heads", keyHeads: "num_heads", masks: masks, past: past}
	return func(c *call) ([]*item, error) { return c.multiHeadAttention(c.input(bias), p) }
}

func (c *call) multiHeadAttention(bias *item, p places) ([]*item, error) {
	in := c.with(slices.Clone(c.in)...)
	for len(in.in) < 3 {
		in.in = append(in.in, nil)
	}
	for k := range 2 {
		x := in.in[k]
		if x == nil || x.rank() != 5 {
			continue
		}
		parts, err := c.stackedHeads(x)
		if err != nil {
			return nil, err
		}
		copy(in.in[k:], parts)
	}
	if in.in[1] == nil || in.in[2] == nil {
		return nil, errors.New("keys and values are missing")
	}
	if bias != nil {
		values := bias.elements()
		for k := range 3 {
			x, err := in.activation(k)
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
	}
	return in.attention(p)
}

// stackedHeads are the tensors [B, T, heads·d] that are packed into one of [B, T, heads, n, d].
func (c *call) stackedHeads(x *item) ([]*item, error) {
	x, err := c.materialized(x)
	if err != nil {
		return nil, err
	}
	n, ok := x.dims[3].Int64()
	if !ok || n < 2 || n > 3 {
		return nil, errors.New("packed queries, keys and values are two or three")
	}
	dims := []symbolic.Expr{x.dims[0], x.dims[1], x.dims[2].Mul(x.dims[4])}
	l := features(3)
	parts := make([]*item, n)
	for k := range parts {
		v, err := c.layer("take", shapeArgs(l.shape(dims)), x.value)
		if err != nil {
			return nil, err
		}
		parts[k] = &item{dims: dims, value: v, layout: l}
	}
	return parts, nil
}

// projectedAttention: what comes in, matrix, bias, mask, earlier keys and values, and what is added to the scores.
func (c *call) projectedAttention() ([]*item, error) { return projects(1, 2, 3, 4, 5)(c) }

// projects is attention with the projection to queries, keys and values before it: what comes in, a matrix, a bias, what is added to
// the scores, and earlier keys and values as one tensor.
func projects(matrix, bias, mask, past int, masks ...int) rule {
	return func(c *call) ([]*item, error) {
		product, err := c.by(0, matrix, bias).quantizedProduct()
		if err != nil {
			return nil, err
		}
		x := product[0]
		if x.rank() != 3 {
			return nil, errors.New("needs sequences of vectors")
		}
		third := x.dims[2].Div(symbolic.Int(3))
		widths := []symbolic.Expr{third, third, third}
		if sizes := c.list("qkv_hidden_sizes"); len(sizes) == 3 {
			widths = ints(sizes...)
		}
		parts, err := c.unpacked(x, widths...)
		if err != nil {
			return nil, err
		}
		if c.integer("do_rotary", 0) != 0 {
			for k := range 2 {
				turned, err := c.with(parts[k]).each("elementwise")
				if err != nil {
					return nil, err
				}
				parts[k] = turned[0]
			}
		}
		return c.projected(parts, c.input(past), append(masks, mask))
	}
}

// projected attends to what the projection made, with earlier keys and values [2, B, heads, P, d].
func (c *call) projected(parts []*item, past *item, masks []int) ([]*item, error) {
	var a attending
	for k, into := range []*headed{&a.q, &a.k, &a.v} {
		var err error
		if *into, err = headedBy(parts[k], c.integer("num_heads", 0), "num_heads"); err != nil {
			return nil, err
		}
	}
	for _, k := range masks {
		a.masks += int(boolInt(c.input(k) != nil))
	}
	if past != nil {
		if past.rank() != 5 {
			return nil, errors.New("needs earlier keys and values of 5 dimensions")
		}
		both, err := c.halves(past)
		if err != nil {
			return nil, err
		}
		a.pastKeys, a.pastValues = both[0], both[1]
	}
	all, err := c.attend(a)
	if err != nil {
		return nil, err
	}
	out, err := c.weightedSums(all)
	if err != nil || !c.isRead(1) {
		return []*item{out}, err
	}
	both := make([]*item, 2)
	for k, h := range []headed{all.k, all.v} {
		it, err := c.byHeads(h)
		if err != nil {
			return nil, err
		}
		both[k] = &item{dims: append(ints(1), h.dims()...), value: it.value, layout: it.layout}
	}
	present, err := c.with(both...).joined(0)
	return append([]*item{out}, present...), err
}

// halves are the two tensors along the first axis.
func (c *call) halves(x *item) ([]*item, error) {
	x, err := c.materialized(x)
	if err != nil {
		return nil, err
	}
	dims := x.dims[1:]
	l := features(len(dims))
	out := make([]*item, 2)
	for k := range out {
		v, err := c.layer("take", shapeArgs(l.shape(dims)), x.value)
		if err != nil {
			return nil, err
		}
		out[k] = &item{dims: dims, value: v, layout: l}
	}
	return out, nil
}
