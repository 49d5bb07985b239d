package onnx

import (
	"fmt"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// normOperators normalise.
func normOperators() []*operator {
	return doing(Counted, []*operator{
		{name: "BatchNormalization", rule: (*call).batchNorm, weights: []int{1, 2, 3, 4}, width: widthSecond, learned: keepsFirst},
		{name: "InstanceNormalization", rule: (*call).instanceNorm, weights: []int{1, 2}, width: widthSecond, learned: keepsAll},
		{name: "GroupNormalization", rule: (*call).groupNorm, weights: []int{1, 2}, width: widthSecond},
		{name: "LayerNormalization", rule: normalises("layernorm", 2), weights: []int{1, 2}, width: widthLast, learned: keepsAll},
		{name: "RMSNormalization", rule: normalises("rmsnorm", -1), weights: []int{1}, width: widthLast, learned: keepsAll},
		{name: "SimplifiedLayerNormalization", rule: normalises("rmsnorm", -1), weights: []int{1}, width: widthLast, learned: keepsAll},
		{name: "LRN", rule: (*call).responseNorm, width: widthSecond},
		{name: "MeanVarianceNormalization", rule: (*call).instanceNorm},
	})
}

// normalises is the rule of a norm over the last axes, with the scale as its second input and the shift as the input of
// that number; -1 for none.
func normalises(kind string, shift int) rule {
	return func(c *call) ([]*item, error) { return c.lastNorm(kind, shift) }
}

// channelNorm normalises with a scale and a shift for each channel.
func (c *call) channelNorm(kind string, args map[string]arch.Argument, scale, shift *item) ([]*item, error) {
	return c.channelwise(func(v *trace.Value) (*trace.Value, error) { return c.normed(kind, args, v, scale, shift) })
}

// withChannels is the first input, which must have samples and channels.
func (c *call) withChannels() (*item, error) {
	x, err := c.activation(0)
	if err == nil && x.rank() < 2 {
		err = fmt.Errorf("needs channels, but gets %d dimensions", x.rank())
	}
	return x, err
}

// channelwise adds a layer on samples, channels and extents that keeps its shape.
func (c *call) channelwise(layer func(v *trace.Value) (*trace.Value, error)) ([]*item, error) {
	x, err := c.withChannels()
	if err != nil {
		return nil, err
	}
	l := channels(x.rank())
	v, err := c.as(x, l)
	if err != nil {
		return nil, err
	}
	out, err := layer(v)
	return one(out, l, x.dims, err)
}

// normed adds a normalisation. Where it learns a scale and a shift for each channel they are its own; others are layers behind
// it, and so are those of which only one counts.
func (c *call) normed(kind string, args map[string]arch.Argument, v *trace.Value, scale, shift *item) (*trace.Value, error) {
	if args == nil {
		args = map[string]arch.Argument{}
	}
	fits := func(w *item) bool { return w.scales() && w.elements().Equal(v.Shape.Width) }
	own := fits(scale) && (kind == "rmsnorm" || fits(shift) && scale.counts() == shift.counts())
	args["affine"] = whole(boolInt(own))
	if own && kind != "rmsnorm" {
		return c.weighted(kind, args, v, scale, shift)
	}
	var out *trace.Value
	var err error
	if own {
		out, err = c.weighted(kind, args, v, scale)
	} else if out, err = c.layer(kind, args, v); err == nil {
		out, err = c.behind("scale", out, scale)
	}
	if err != nil {
		return nil, err
	}
	return c.behind("shift", out, shift)
}

// behind is a scale or shift as a separate layer, if there is one.
func (c *call) behind(kind string, v *trace.Value, w *item) (*trace.Value, error) {
	if !w.scales() {
		return v, nil
	}
	return c.weighted(kind, map[string]arch.Argument{"values": numbers(w.elements())}, v, w)
}

// scales reports whether a tensor is the scale or shift of a norm that has one: exporters write ones and zeros into the graph
// where it has none.
func (it *item) scales() bool {
	return it != nil && (it.isActivation() || it.learned() != nil)
}

func (c *call) batchNorm() ([]*item, error) {
	for k := 1; k <= 4; k++ {
		w, err := c.need(k)
		if err != nil {
			return nil, err
		}
		if x := c.in[0]; x != nil && x.rank() > 1 && !w.elements().Equal(x.dims[1]) {
			return nil, fmt.Errorf("%s values for %s channels", w.elements().Text(), x.dims[1].Text())
		}
	}
	out, err := c.channelNorm("batchnorm", nil, c.in[1], c.in[2])
	for range 4 { // statistics of the batch, which training puts out
		out = append(out, &item{dims: c.in[1].dims})
	}
	return out, err
}

// instanceNorm is a group norm of one channel in each group.
func (c *call) instanceNorm() ([]*item, error) {
	x, err := c.withChannels()
	if err != nil {
		return nil, err
	}
	return c.channelNorm("groupnorm", map[string]arch.Argument{"groups": numbers(x.dims[1])}, c.input(1), c.input(2))
}

func (c *call) groupNorm() ([]*item, error) {
	return c.channelNorm("groupnorm", map[string]arch.Argument{"groups": whole(c.integer("num_groups", 1))}, c.input(1), c.input(2))
}

// lastNorm normalises the axes from the one on that an attribute names.
func (c *call) lastNorm(kind string, shift int) ([]*item, error) {
	x, axis, err := c.activationAlong(-1)
	if err != nil {
		return nil, err
	}
	var bias *item
	if shift >= 0 {
		bias = c.input(shift)
	}
	over := map[int]bool{}
	for k := axis; k < x.rank(); k++ {
		over[k] = true
	}
	out, err := c.normOver(kind, x, over, c.input(1), bias)
	return append(out, means(x, over), means(x, over)), err
}

// normOver normalises over some axes. Several axes, or one that is not the last, are joined into one behind the others.
func (c *call) normOver(kind string, x *item, over map[int]bool, scale, shift *item) ([]*item, error) {
	l := features(x.rank())
	joined := &item{dims: without(x.dims, over, false), value: x.value, layout: x.layout}
	elements := symbolic.Int(1)
	for axis := range over {
		elements = elements.Mul(x.dims[axis])
	}
	joined.dims = append(joined.dims, elements)
	v, err := c.as(joined, features(joined.rank()))
	if err != nil {
		return nil, err
	}
	out, err := c.normed(kind, nil, v, scale, shift)
	if err != nil {
		return nil, err
	}
	if out, err = c.seen(out, l.shape(x.dims)); err != nil {
		return nil, err
	}
	return one(out, l, x.dims, nil)
}

// axesNorm is the normalisation that fuse puts together: over the last axes, over the channels, or over all positions of each
// channel.
func (c *call) axesNorm(axes []int64, rms bool) ([]*item, error) {
	x, err := c.activation(0)
	if err != nil {
		return nil, err
	}
	kind := "layernorm"
	if rms {
		kind = "rmsnorm"
	}
	over := map[int]bool{}
	first := x.rank()
	for _, axis := range axes {
		at, err := fromFront(axis, x.rank())
		if err != nil {
			return nil, err
		}
		over[at] = true
		first = min(first, at)
	}
	switch {
	case first == 2 && first+len(over) == x.rank() && x.rank() >= 4 && !rms && c.perChannel(x):
		return c.instanceNorm()
	case first == 1 && len(over) == 1 && x.rank() > 2:
		return c.channelNorm(kind, nil, c.input(1), c.input(2))
	}
	return c.normOver(kind, x, over, c.input(1), c.input(2))
}

// perChannel reports whether the scale has a value for each channel, or there is none.
func (c *call) perChannel(x *item) bool {
	w := c.input(1)
	return w == nil || w.elements().Equal(x.dims[1])
}

func (c *call) responseNorm() ([]*item, error) {
	size := whole(max(1, c.integer("size", 1)))
	return c.channelwise(func(v *trace.Value) (*trace.Value, error) {
		return c.layer("lrn", map[string]arch.Argument{"size": size}, v)
	})
}

// means are the dimensions of further outputs of a norm: 1 for the axes that it normalises over.
func means(x *item, over map[int]bool) *item {
	dims := make([]symbolic.Expr, x.rank())
	for k, d := range x.dims {
		if dims[k] = d; over[k] {
			dims[k] = symbolic.Int(1)
		}
	}
	return &item{dims: dims}
}
